/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The processes of a test are found by a variable in the environment that they began with. */

/* Lets the processes that are started from now on be known. */
void     behaviour_mark_processes  (void);

/* Waits until none of them is there, but for this one, for @limit at most; kills those that are
 * left then, and returns what they are, or NULL. */
char    *behaviour_end_processes   (GTimeSpan limit);

/* Runs @func in a process of its own, for @limit at most, so that what it leaves behind is found and ended; that, and
 * a failure of it, is one of this test. */
void     behaviour_run_alone       (void (*func) (void), GTimeSpan limit);

/* How many of them there are, but for this one. */
guint    behaviour_count_processes (void);

/* Whether a process lives: a dead one that nobody has waited for does not. */
gboolean behaviour_lives           (int       pid);

/* Stops a process, and waits until all its threads stand still. */
void     behaviour_suspend         (int       pid);

/* Lets this process crash without a trace. */
void     behaviour_forgo_core      (void);

/* A folder of its own for the keys of systems, since an admin that is killed leaves its key; removes it, and them. */
char    *behaviour_choose_runtime_folder (void);
void     behaviour_remove_runtime_folder (const char *folder);

/* A file for the internals log of a system that is started from now on; removes it, and its folder. */
char    *behaviour_choose_log      (void);
void     behaviour_remove_log      (const char *path);

/* Breaks the TCP connections of this process, as when a network fails: what is on its way is lost, in
 * both directions. Returns how many there were. */
guint    behaviour_break_connections (void);

/* A port that nobody has, neither of TCP nor of UDP. */
guint    behaviour_find_port       (void);

G_END_DECLS
