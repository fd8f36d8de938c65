/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How long an answer may take when nothing else is said. */
#define TIMEOUT_DEFAULT 10.0
/* And how long an actor may take to start. */
#define TIMEOUT_START_DEFAULT 50.0

/* The microseconds of an option in seconds; -1 for a negative one, which waits for ever. */
GTimeSpan timeout_from_seconds (double seconds);

G_END_DECLS
