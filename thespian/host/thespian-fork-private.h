/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* Tells the kernel to kill this process with @parent.  FALSE when that has gone already. */
gboolean thespian_die_with_parent (pid_t parent);

/*
 * Forks a brother: a copy of this process whose parent is that of this process.  Only for a process
 * with one thread.  Returns 0 in the copy, its pid here, or -1 with errno set.
 */
pid_t    thespian_fork_brother    (void);

/*
 * To be called before a process forks brothers, and when its default main context may have changed.
 * From there on it must not draw random ids: the copies would have the same.
 */
void     thespian_fork_prepare    (void);

/*
 * What a copy does before anything else: it dies with @parent, has GLib's random numbers of its own, and no
 * longer shares the default main context's wakeups with the process that it is a copy of.
 */
void     thespian_fork_settle     (pid_t parent);

/* The threads of this process as the kernel counts them. */
guint    thespian_count_threads   (void);

G_END_DECLS
