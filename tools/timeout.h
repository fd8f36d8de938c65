/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How long an answer may take when nothing else is said. */
#define TIMEOUT_DEFAULT 10.0
/* And how long an actor may take to start. */
#define TIMEOUT_START_DEFAULT 50.0
/* Of the commands that only send. */
#define TIMEOUT_TAKEN_TEXT \
  N_ ("How long the actor's process may take to have it (default: 10; negative: for ever; 0: do not ask)")
/* Stands in for a default that depends on what is waited for. */
#define TIMEOUT_NOT_GIVEN (-G_MAXDOUBLE)

/* The microseconds of the option --timeout; -1 for a negative one, which waits for ever.  Fails with %TOOL_ERROR_USAGE. */
gboolean timeout_from_seconds (double seconds, GTimeSpan *ret_timeout, GError **error);

G_END_DECLS
