/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "connection.h"

G_BEGIN_DECLS

/* Before the system starts: its admin, which is in the background, becomes a child of this program. */
void     foreground_prepare (void);

/* Stays until SIGINT, SIGTERM or SIGHUP, and ends the system then; or until somebody has stopped it.  Fails with
 * %TOOL_ERROR_UNREACHABLE when it has ended in another way. */
gboolean foreground_run     (Connection *connection, GError **error);

G_END_DECLS
