/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "patterns/thespian-command-result.h"

G_BEGIN_DECLS

/**
 * ThespianCommandFailure:
 * @THESPIAN_COMMAND_FAILURE_NOT_STARTED: the program could not be started
 * @THESPIAN_COMMAND_FAILURE_TIMED_OUT: the command ran past its timeout, and was killed
 * @THESPIAN_COMMAND_FAILURE_ABORTED: the command was aborted by a [class@Thespian.CommandAbort]
 * @THESPIAN_COMMAND_FAILURE_ACTOR_EXITED: the actor that runs the commands exited
 *
 * Why a command has no result of its own.
 *
 * Since: 1.0
 */
typedef enum
{
  THESPIAN_COMMAND_FAILURE_NOT_STARTED = 1,
  THESPIAN_COMMAND_FAILURE_TIMED_OUT = 2,
  THESPIAN_COMMAND_FAILURE_ABORTED = 3,
  THESPIAN_COMMAND_FAILURE_ACTOR_EXITED = 4,
} ThespianCommandFailure;

#define THESPIAN_TYPE_COMMAND_ERROR (thespian_command_error_get_type ())

THESPIAN_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (ThespianCommandError, thespian_command_error, THESPIAN, COMMAND_ERROR,
                      ThespianCommandReport)

THESPIAN_AVAILABLE_IN_1_0
ThespianCommandFailure thespian_command_error_get_failure (ThespianCommandError *self);
THESPIAN_AVAILABLE_IN_1_0
const char            *thespian_command_error_get_details (ThespianCommandError *self);
THESPIAN_AVAILABLE_IN_1_0
ThespianCommandResult *thespian_command_error_get_result  (ThespianCommandError *self);

G_END_DECLS
