/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "connection.h"

G_BEGIN_DECLS

/* Stays until SIGINT, SIGTERM or SIGHUP, and ends the system then; or until it has ended by itself. */
gboolean foreground_run (Connection *connection, GError **error);

G_END_DECLS
