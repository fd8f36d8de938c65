/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib-object.h>

#include "thespian-version-macros.h"

G_BEGIN_DECLS

THESPIAN_AVAILABLE_IN_1_0
void thespian_value_free (GValue *value);

G_END_DECLS
