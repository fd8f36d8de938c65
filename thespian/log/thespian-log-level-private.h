/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Levels, by their severity: a number that grows with it, as in the logging of Python, so that a
 * definition may give either a name or such a number.  GLib counts the other way round.
 *
 * As a threshold ERROR and CRITICAL are one: Python and GLib order these two differently, and who
 * asks for either wants to miss neither.
 */
#define THESPIAN_LOG_SEVERITY_ALL 0
#define THESPIAN_LOG_SEVERITY_WARNING 30

/* Of several bits the worst counts; what has none is a message.  Keeps G_LOG_FLAG_FATAL. */
GLogLevelFlags thespian_log_level_normalise    (GLogLevelFlags level);

/* These take a normalised level. */
int            thespian_log_level_get_severity (GLogLevelFlags level);
const char    *thespian_log_level_get_name     (GLogLevelFlags level);
/* As the field PRIORITY of the journal. */
const char    *thespian_log_level_get_priority (GLogLevelFlags level);

/* What a name such as `WARNING' asks for; FALSE when it is none. */
gboolean       thespian_log_severity_from_name   (const char *name, int *ret_severity);
int            thespian_log_severity_from_number (gint64 number);

/* The names that thespian_log_severity_from_name() knows, for messages. */
#define THESPIAN_LOG_SEVERITY_NAMES "DEBUG, INFO, MESSAGE, WARNING, ERROR or CRITICAL"

G_END_DECLS
