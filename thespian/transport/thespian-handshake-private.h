/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "transport/thespian-handshake-message-private.h"

G_BEGIN_DECLS

/*
 * How the two ends of a stream prove each other that they hold the same key, as a machine that is
 * fed with bytes and asked for bytes; it knows nothing of sockets.  One thread at a time.
 *
 * Whoever reads and changes what goes over the wire can still use the stream once the handshake is
 * done: a stream beyond the own machine needs TLS below, and a channel binding of it.
 */
typedef struct _ThespianHandshake ThespianHandshake;

typedef enum
{
  THESPIAN_HANDSHAKE_NEED_MORE,
  THESPIAN_HANDSHAKE_DONE,
  THESPIAN_HANDSHAKE_FAILED,
} ThespianHandshakeResult;

/* @channel_binding: (nullable): what both ends know of the channel below, and of no other. */
ThespianHandshake      *thespian_handshake_new_dialler    (ThespianPurpose purpose,
                                                           const ThespianIdentity *self_peer,
                                                           const guint8 *key_id, const guint8 *key,
                                                           GBytes *channel_binding);
ThespianHandshake      *thespian_handshake_new_acceptor   (const ThespianIdentity *self_peer,
                                                           ThespianKeyLookup lookup,
                                                           gpointer lookup_data,
                                                           GBytes *channel_binding);
void                    thespian_handshake_free           (ThespianHandshake *self);

/*
 * Takes bytes that came from the peer, and says how many: those that follow the handshake are not
 * the handshake's.  FAILED comes with %THESPIAN_ERROR_SYSTEM_FAILURE.  Before acting upon any
 * result send what there is of output: the last step, or the reason of a refusal, is in it.
 */
ThespianHandshakeResult thespian_handshake_feed           (ThespianHandshake *self,
                                                           const guint8 *data, gsize length,
                                                           gsize *ret_consumed, GError **error);

/* What is to be sent, once: (transfer full) (nullable). */
GBytes                 *thespian_handshake_take_output    (ThespianHandshake *self);

/* Once the handshake is done. */
const ThespianIdentity *thespian_handshake_get_peer       (ThespianHandshake *self);
ThespianPurpose         thespian_handshake_get_purpose    (ThespianHandshake *self);
const guint8           *thespian_handshake_get_key_id     (ThespianHandshake *self);
/* The same at both ends, another in each handshake. */
guint64                 thespian_handshake_get_session_id (ThespianHandshake *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThespianHandshake, thespian_handshake_free)

G_END_DECLS
