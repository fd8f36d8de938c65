/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "model/thespian-actor.h"

G_BEGIN_DECLS

#define THESPIAN_TYPE_RUN_COMMAND (thespian_run_command_get_type ())

THESPIAN_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (ThespianRunCommand, thespian_run_command, THESPIAN, RUN_COMMAND,
                      ThespianActor)

G_END_DECLS
