/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a starter and its zygotes say to each other: packets over a socket of type SOCK_SEQPACKET.
 * A zygote answers each request once, in order.  Both ends are the same machine's, but an upgrade
 * may have put another version of the library behind the program: the version is in every packet.
 */

#pragma once

#include <glib.h>
#include <limits.h>

G_BEGIN_DECLS

#define THESPIAN_ZYGOTE_PROTOCOL 1
#define THESPIAN_ZYGOTE_MAX_FDS 2

typedef enum
{
  /* requests */
  THESPIAN_ZYGOTE_FORK_NODE = 1, /* text: title; descriptors: link, and journal if there is one */
  THESPIAN_ZYGOTE_FORK_ZYGOTE,   /* text: path of a module; number: how much of it is the folder where modules are;
                                    descriptor: socket of the new zygote */

  /* answers */
  THESPIAN_ZYGOTE_STARTED, /* number: pid */
  THESPIAN_ZYGOTE_FAILED,  /* number: errno */
  THESPIAN_ZYGOTE_STALE,   /* the module file is no longer the one that was loaded */
  THESPIAN_ZYGOTE_THREADS, /* number: how many threads it has; more than one forbid to fork */

  /* what a zygote says by itself, at its beginning */
  THESPIAN_ZYGOTE_HELLO,  /* number: its pid */
  THESPIAN_ZYGOTE_READY,  /* its module is loaded */
  THESPIAN_ZYGOTE_BROKEN, /* its module cannot be loaded; text: why */
} ThespianZygotePacketKind;

typedef struct
{
  guint32 protocol;
  guint32 kind;
  guint64 serial; /* of the request, given back with its answer; 0 for none */
  gint64 number;
  char text[PATH_MAX + 1]; /* only what is used of it travels */
} ThespianZygotePacket;

/* @text is cut where it is too long.  FALSE with errno set. */
gboolean thespian_zygote_packet_send    (int fd, ThespianZygotePacketKind kind, guint64 serial,
                                         gint64 number, const char *text, const int *fds,
                                         guint n_fds);

/*
 * Returns 1, 0 at the end of the stream, or -1 with errno set.  @ret_fds has room for
 * THESPIAN_ZYGOTE_MAX_FDS; they are the caller's to close.  Descriptors that could not be received
 * are reported as an empty set, and no others.
 */
int      thespian_zygote_packet_receive (int fd, int flags, ThespianZygotePacket *ret_packet,
                                         int *ret_fds, guint *ret_n_fds);

G_END_DECLS
