/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * What the library says of itself: where an actor's log cannot go, since it would have to pass
 * through what is being told about.  All processes of a machine write the same file:
 *
 * THESPLOG_FILE          its path; thespian.log in the folder for temporary files by default
 * THESPLOG_FILE_MAXSIZE  at how many bytes it becomes FILE.old; 51200 by default, and below 10240
 *                        nothing is written at all
 * THESPLOG_THRESHOLD     the least level that is written; WARNING by default
 *
 * The variables are read once, with the first system or the first line.  This never fails, never
 * blocks on another process, uses nothing of GLib's log, and leaves errno alone.
 */
void     thespian_internals_log        (GLogLevelFlags level, const char *format, ...)
                                        G_GNUC_PRINTF (2, 3);
/* What somebody has asked for: it is written whatever the threshold. */
void     thespian_internals_log_report (const char *format, ...)
                                        G_GNUC_PRINTF (1, 2);
gboolean thespian_internals_log_wants  (GLogLevelFlags level);

/* Reads the variables again, for tests: no other thread may be inside. */
void     thespian_internals_log_reload (void);

G_END_DECLS
