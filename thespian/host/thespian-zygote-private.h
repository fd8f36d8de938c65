/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "host/thespian-zygote-packet-private.h"

#include <sys/types.h>

G_BEGIN_DECLS

/*
 * A zygote is a process with one thread that has loaded what nodes need, and forks them when the
 * starter at the other end of @control asks.  Serves until that end is closed; dies with @parent,
 * which is its parent and becomes that of its nodes.
 */
void     thespian_zygote_serve                 (int control, pid_t parent) G_GNUC_NORETURN;

/* The parts of that, for zygotes that load something else than we do. */
typedef struct _ThespianZygote ThespianZygote;

typedef enum
{
  THESPIAN_ZYGOTE_ORIGINAL, /* it goes on as before */
  THESPIAN_ZYGOTE_NODE,     /* a copy, that is to be a node */
  THESPIAN_ZYGOTE_MODULE,   /* a copy, that is to load the module that the request names */
} ThespianZygoteRole;

ThespianZygote             *thespian_zygote_new         (int control, pid_t parent);

/* When there is another file at @path it is replaced by a new zygote. */
void                        thespian_zygote_add_file    (ThespianZygote *self, const char *path);

/* It is ready to fork; or it never will be, and ends. */
void                        thespian_zygote_say_loaded  (ThespianZygote *self);
void                        thespian_zygote_say_broken  (ThespianZygote *self, const char *why) G_GNUC_NORETURN;

/* Waits until it is to fork, or ends the process, and then forks. */
void                        thespian_zygote_wait        (ThespianZygote *self);
ThespianZygoteRole          thespian_zygote_fork        (ThespianZygote *self);

/* What it was asked last. */
const ThespianZygotePacket *thespian_zygote_get_request (ThespianZygote *self);
/* @ret_journal: or -1 */
void                        thespian_zygote_take_fds    (ThespianZygote *self, int *ret_link, int *ret_journal);

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
