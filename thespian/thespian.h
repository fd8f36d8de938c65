/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "thespian-enums.h"
#include "thespian-version-macros.h"
#include "thespian-version.h"

#include "model/thespian-actor-exit-request.h"
#include "model/thespian-actor-status.h"
#include "model/thespian-actor.h"
#include "model/thespian-address.h"
#include "model/thespian-child-actor-exited.h"
#include "model/thespian-dead-envelope.h"
#include "model/thespian-error.h"
#include "model/thespian-poison-message.h"
#include "model/thespian-status-request.h"
#include "model/thespian-system-message.h"
#include "model/thespian-system-status.h"
#include "model/thespian-value.h"
#include "model/thespian-wakeup-message.h"
#include "model/thespian-watch-message.h"
#include "system/thespian-actor-system.h"
#include "system/thespian-endpoint.h"
