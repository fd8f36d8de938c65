/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "patterns/thespian-command-report.h"

G_BEGIN_DECLS

/**
 * ThespianCommandChannel:
 * @THESPIAN_COMMAND_CHANNEL_STDOUT: the standard output
 * @THESPIAN_COMMAND_CHANNEL_STDERR: the standard error
 *
 * Where a command wrote what it wrote.
 *
 * Since: 1.0
 */
typedef enum
{
  THESPIAN_COMMAND_CHANNEL_STDOUT = 1,
  THESPIAN_COMMAND_CHANNEL_STDERR = 2,
} ThespianCommandChannel;

#define THESPIAN_TYPE_COMMAND_OUTPUT (thespian_command_output_get_type ())

THESPIAN_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (ThespianCommandOutput, thespian_command_output, THESPIAN, COMMAND_OUTPUT,
                      ThespianCommandReport)

THESPIAN_AVAILABLE_IN_1_0
ThespianCommandChannel thespian_command_output_get_channel (ThespianCommandOutput *self);
THESPIAN_AVAILABLE_IN_1_0
GBytes                *thespian_command_output_get_data    (ThespianCommandOutput *self);

G_END_DECLS
