/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "patterns/thespian-command.h"

G_BEGIN_DECLS

#define THESPIAN_TYPE_COMMAND_ABORT (thespian_command_abort_get_type ())

THESPIAN_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (ThespianCommandAbort, thespian_command_abort, THESPIAN, COMMAND_ABORT,
                      GObject)

THESPIAN_AVAILABLE_IN_1_0
ThespianCommandAbort *thespian_command_abort_new         (ThespianCommand      *command) G_GNUC_WARN_UNUSED_RESULT;

THESPIAN_AVAILABLE_IN_1_0
ThespianCommand      *thespian_command_abort_get_command (ThespianCommandAbort *self);

G_END_DECLS
