/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/*
 * A zygote is a process with one thread that has loaded what nodes need, and forks them when the
 * starter at the other end of @control asks.  Serves until that end is closed; dies with @parent,
 * which is its parent and becomes that of its nodes.
 */
void     thespian_zygote_serve                 (int control, pid_t parent) G_GNUC_NORETURN;

/*
 * Starts the admin program and, as its child, a zygote that is a copy of this process as it is now,
 * so that the types of its main program can be made there.  @fds arrive in the admin as with
 * thespian_host_launch_admin(), but @ret_admin is its pid in any case; after them comes the starter's
 * end of the zygote's socket, for thespian_starter_adopt().
 *
 * The copy has the calling thread alone: what other threads were about to do in GLib is never done.
 * So an application has to start its system before it starts threads.
 */
gboolean thespian_zygote_fork_from_application (const int *fds, guint n_fds, gboolean detached,
                                                pid_t *ret_admin, GError **error);

G_END_DECLS
