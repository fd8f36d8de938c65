/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "transport/thespian-handshake-message-private.h"
#include "transport/thespian-seal-private.h"

G_BEGIN_DECLS

/*
 * The dialling end of a handshake in datagrams.  Who has one sends the hello, and again until the
 * handshake is done or nobody waits for it any more: there is no failure, since whatever comes from
 * the network may be forged.
 */
typedef struct _ThespianDatagramDialler ThespianDatagramDialler;

typedef enum
{
  THESPIAN_DATAGRAM_IGNORED, /* not from the peer */
  THESPIAN_DATAGRAM_REPLY,   /* there is something to send at once */
  THESPIAN_DATAGRAM_DONE,
} ThespianDatagramResult;

ThespianDatagramDialler *thespian_datagram_dialler_new       (ThespianPurpose purpose,
                                                              const ThespianIdentity *self_peer,
                                                              const guint8 *key_id,
                                                              const guint8 *key);
void                     thespian_datagram_dialler_free      (ThespianDatagramDialler *self);

/* What is to be sent next, and again until something comes: (transfer none). */
const guint8            *thespian_datagram_dialler_get_hello (ThespianDatagramDialler *self,
                                                              gsize *ret_length);

/* After REPLY the hello is a new one. */
ThespianDatagramResult   thespian_datagram_dialler_receive   (ThespianDatagramDialler *self,
                                                              const guint8 *datagram,
                                                              gsize length);

/* Once the handshake is done. */
const ThespianIdentity  *thespian_datagram_dialler_get_peer  (ThespianDatagramDialler *self);
/* The dialler's end of the session, once only: (transfer full). */
ThespianSeal            *thespian_datagram_dialler_take_seal (ThespianDatagramDialler *self,
                                                              GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThespianDatagramDialler, thespian_datagram_dialler_free)

G_END_DECLS
