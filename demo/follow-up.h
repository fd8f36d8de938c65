/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <thespian.h>

G_BEGIN_DECLS

/* Runs @command of the shell, which finds @system by what stands in its environment. */
gboolean follow_up_run (ThespianActorSystem *system, const char *command, GError **error);

G_END_DECLS
