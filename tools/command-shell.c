/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"
#include "command.h"
gboolean command_shell (Session *session, int argc, char **argv, GError **error) { return FALSE; }
