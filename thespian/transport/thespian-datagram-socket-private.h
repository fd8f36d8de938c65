/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "transport/thespian-exchange-private.h"
#include "transport/thespian-ip-private.h"
#include "transport/thespian-seal-private.h"

G_BEGIN_DECLS

/*
 * The socket that all datagrams of an exchange come and go by.  Sealed ones belong to the link whose
 * id they begin with; others may be of a handshake.  What is neither is dropped, and counted.
 */

/* The largest datagram that UDP takes, and how a frame fits into one. */
#define THESPIAN_DATAGRAM_MAX_SIZE 65507
#define THESPIAN_DATAGRAM_MAX_FRAME \
  ((THESPIAN_DATAGRAM_MAX_SIZE - THESPIAN_SEAL_OVERHEAD) / THESPIAN_FRAME_ALIGNMENT * THESPIAN_FRAME_ALIGNMENT)
#define THESPIAN_DATAGRAM_BATCH 16

/* A datagram that belongs to no link, from @source. */
typedef void (*ThespianStrangerFunc) (ThespianExchange *exchange, guint8 *datagram, gsize length,
                                      const ThespianIpAddress *source, gpointer data);
/* A datagram for the link, which may go meanwhile. */
typedef void (*ThespianDatagramFunc) (ThespianLink *link, guint8 *datagram, gsize length);

/* What came and was dropped. */
typedef struct
{
  guint64 n_strange;  /* for nobody here */
  guint64 n_forged;   /* not made by the peer, or damaged */
  guint64 n_replayed; /* had come before */
} ThespianDatagramCounts;

/* Takes @fd, a socket that is bound.  @stranger (nullable) takes what may be of a handshake. */
void     thespian_datagram_socket_open_locked   (ThespianExchange *exchange, int fd, ThespianStrangerFunc stranger,
                                                 gpointer data);
void     thespian_datagram_socket_free          (ThespianDatagramSocket *self);

/* Datagrams that begin with @id are for @link, also those that have come a little too early. */
void     thespian_datagram_socket_add_locked    (ThespianDatagramSocket *self, const guint8 *id, ThespianLink *link,
                                                 ThespianDatagramFunc receive);
void     thespian_datagram_socket_remove_locked (ThespianDatagramSocket *self, const guint8 *id);

/* FALSE: nothing can leave now.  When it can again, the peers of all links are dirty. */
gboolean thespian_datagram_socket_is_open_locked (ThespianDatagramSocket *self);
/* Sends what @vectors have, each as a datagram, to @address; what cannot leave now is kept. */
void     thespian_datagram_socket_send_locked   (ThespianDatagramSocket *self, const ThespianIpAddress *address,
                                                 struct iovec *vectors, guint n);
/* Reads all that has come so far. */
void     thespian_datagram_socket_drain_locked  (ThespianDatagramSocket *self);

/* Where it is. */
gboolean thespian_datagram_socket_get_address   (ThespianDatagramSocket *self, ThespianIpAddress *ret_address);
/* How many bytes may wait here to be read: as many should do at a peer. */
gsize    thespian_datagram_socket_get_room      (ThespianDatagramSocket *self);
void     thespian_datagram_socket_count_locked  (ThespianDatagramSocket *self, ThespianSealResult result);
const ThespianDatagramCounts *thespian_datagram_socket_get_counts (ThespianDatagramSocket *self);

/* thespian-link-datagram.c */

/* Takes @seal.  The exchange of @peer has a datagram socket. */
ThespianLink *thespian_link_new_datagram        (ThespianPeer *peer, ThespianSeal *seal,
                                                 const ThespianIpAddress *address);

G_END_DECLS
