/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "raw-helper.h"

#include <sys/types.h>

G_BEGIN_DECLS

/* A forked process, and this side of what links us to it. */
typedef struct
{
  pid_t pid;
  int fd;
} RawPeer;

typedef void (*RawPeerMain) (int fd, gpointer data);

/* A process that runs @peer_main with @theirs, and keeps neither @ours nor @unwanted (or -1). */
void     raw_peer_fork      (RawPeer *self, int ours, int theirs, int unwanted,
                             RawPeerMain peer_main, gpointer data);
/* The same over a new link of that kind. */
void     raw_peer_start     (RawPeer *self, RawLink link, RawPeerMain peer_main, gpointer data);
void     raw_peer_end       (RawPeer *self);

/* Fails loudly: without sockets and processes there is nothing to measure. */
gssize   raw_check          (gssize result, const char *what);

/* FALSE at the end of the stream. */
gboolean raw_read_all       (int fd, gpointer buffer, gsize size);
void     raw_write_all      (int fd, gconstpointer buffer, gsize size);

G_END_DECLS
