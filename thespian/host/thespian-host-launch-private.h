/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/*
 * Starts the admin program.  @fds arrive there as THESPIAN_HOST_FIRST_FD and so on, close-on-exec,
 * and stay the caller's here.  It gets its configuration through them, since anybody sees a command
 * line.
 *
 * Without @detached it is a child of this process, which has to wait for it, and @ret_pid is its
 * pid. With @detached it is in a session of its own and nobody's child; then @ret_pid is 0.
 */
gboolean thespian_host_launch_admin (const int *fds, guint n_fds, gboolean detached, pid_t *ret_pid,
                                     GError **error);

/*
 * Waits for a child that ends by itself at once.  An application that waits for all may be faster.
 */
gboolean thespian_host_wait         (pid_t pid);

G_END_DECLS
