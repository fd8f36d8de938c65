/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "patterns/thespian-command-report.h"

G_BEGIN_DECLS

#define THESPIAN_TYPE_COMMAND_STARTED (thespian_command_started_get_type ())

THESPIAN_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (ThespianCommandStarted, thespian_command_started, THESPIAN, COMMAND_STARTED,
                      ThespianCommandReport)

THESPIAN_AVAILABLE_IN_1_0
int thespian_command_started_get_pid (ThespianCommandStarted *self);

G_END_DECLS
