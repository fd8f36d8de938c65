/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "patterns/thespian-command-report.h"

G_BEGIN_DECLS

#define THESPIAN_TYPE_COMMAND_RESULT (thespian_command_result_get_type ())

THESPIAN_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (ThespianCommandResult, thespian_command_result, THESPIAN, COMMAND_RESULT,
                      ThespianCommandReport)

THESPIAN_AVAILABLE_IN_1_0
int     thespian_command_result_get_exit_status    (ThespianCommandResult *self);
THESPIAN_AVAILABLE_IN_1_0
int     thespian_command_result_get_term_signal    (ThespianCommandResult *self);

THESPIAN_AVAILABLE_IN_1_0
GBytes *thespian_command_result_get_stdout         (ThespianCommandResult *self);
THESPIAN_AVAILABLE_IN_1_0
guint64 thespian_command_result_get_stdout_dropped (ThespianCommandResult *self);

THESPIAN_AVAILABLE_IN_1_0
GBytes *thespian_command_result_get_stderr         (ThespianCommandResult *self);
THESPIAN_AVAILABLE_IN_1_0
guint64 thespian_command_result_get_stderr_dropped (ThespianCommandResult *self);

G_END_DECLS
