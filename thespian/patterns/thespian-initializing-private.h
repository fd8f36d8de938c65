/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "patterns/thespian-initializing.h"

G_BEGIN_DECLS

/* Sends what @self, which is initialised, got for that on to @target, which awaits the same. */
void thespian_initializing_repeat (ThespianActor *self, ThespianAddress *target);

G_END_DECLS
