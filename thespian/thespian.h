/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "thespian-enums.h"
#include "thespian-version-macros.h"
#include "thespian-version.h"

#include "model/thespian-actor.h"
#include "model/thespian-address.h"
