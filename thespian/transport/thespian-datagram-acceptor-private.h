/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "transport/thespian-datagram-dialler-private.h"

G_BEGIN_DECLS

/*
 * The accepting end of handshakes in datagrams: one for a socket.  It keeps nothing of a dialler
 * that has not shown that it holds a key, and that it gets what is sent to its address.
 */
typedef struct _ThespianDatagramAcceptor ThespianDatagramAcceptor;

/* A dialler that was accepted. */
typedef struct
{
  ThespianIdentity peer;
  ThespianPurpose purpose;
  guint8 key_id[THESPIAN_KEY_ID_LENGTH];
  /*
   * The acceptor's end of the session: (owned).  That the dialler is still there is certain only
   * when the first sealed datagram has come from it: until then the session may be dropped.
   */
  ThespianSeal *seal;
} ThespianDatagramSession;

ThespianDatagramAcceptor *thespian_datagram_acceptor_new     (const ThespianIdentity *self_peer,
                                                              ThespianKeyLookup lookup,
                                                              gpointer lookup_data);
void                      thespian_datagram_acceptor_free    (ThespianDatagramAcceptor *self);

/*
 * Takes a datagram that came from the address @source, whatever bytes stand for one, at @now (the
 * monotonic time).  After REPLY and DONE the @ret_length bytes of @reply, which has room for
 * %THESPIAN_HANDSHAKE_MAX_LENGTH, are to be sent there; after DONE @ret_session is set, too.
 */
ThespianDatagramResult    thespian_datagram_acceptor_receive (ThespianDatagramAcceptor *self,
                                                              const guint8 *datagram, gsize length,
                                                              const guint8 *source,
                                                              gsize source_length, gint64 now,
                                                              guint8 *reply, gsize *ret_length,
                                                              ThespianDatagramSession *ret_session);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThespianDatagramAcceptor, thespian_datagram_acceptor_free)

G_END_DECLS
