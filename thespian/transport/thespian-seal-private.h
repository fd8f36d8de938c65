/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "transport/thespian-secret-private.h"

G_BEGIN_DECLS

/*
 * Encrypts and authenticates the datagrams between two peers, in the caller's buffer:
 *
 *     session id (8) | counter (8) | the content, encrypted | tag (16)
 *
 * One thread at a time may seal, and one may open; the two may be different ones.  After a fork
 * only one of the two processes may go on: both would use the same counters.
 */
typedef struct _ThespianSeal ThespianSeal;

#define THESPIAN_SEAL_HEADROOM 16
#define THESPIAN_SEAL_TAILROOM 16
#define THESPIAN_SEAL_OVERHEAD (THESPIAN_SEAL_HEADROOM + THESPIAN_SEAL_TAILROOM)

#define THESPIAN_SEAL_ID_LENGTH 8

typedef enum
{
  THESPIAN_CIPHER_AES_128_GCM = 1,
  THESPIAN_CIPHER_CHACHA20_POLY1305 = 2,
} ThespianCipher;

typedef enum
{
  THESPIAN_SEAL_DIALLER,
  THESPIAN_SEAL_ACCEPTOR,
} ThespianSealRole;

typedef enum
{
  THESPIAN_SEAL_OK,
  THESPIAN_SEAL_FORGED,   /* not made by the peer, or damaged */
  THESPIAN_SEAL_REPLAYED, /* had been there before, or is too old to tell */
} ThespianSealResult;

/* The fastest that this machine has. */
ThespianCipher     thespian_cipher_get_preferred (void);

/*
 * One end of a session.  The other must be made from the same @key and @cipher in the other role,
 * and no two sessions from the same key: their counters would begin anew.
 */
ThespianSeal      *thespian_seal_new             (const guint8 *key, ThespianSealRole role,
                                                  ThespianCipher cipher, GError **error);
void               thespian_seal_free            (ThespianSeal *self);

/* By what datagrams to this end begin; the first byte is 0x80 or more. */
const guint8      *thespian_seal_get_receive_id  (ThespianSeal *self);

/* The number of the next datagram to be encrypted: they are counted from 0 on. */
guint64            thespian_seal_get_next_number (ThespianSeal *self);

/* The number of a datagram that was decrypted: its @buffer has it still. */
guint64            thespian_seal_peek_number     (const guint8 *buffer);

/* The @length bytes behind the headroom of @buffer become a datagram of OVERHEAD more bytes. */
void               thespian_seal_encrypt         (ThespianSeal *self, guint8 *buffer, gsize length);

/* The content is then behind the headroom of @buffer.  What fails leaves the buffer spoilt. */
ThespianSealResult thespian_seal_decrypt         (ThespianSeal *self, guint8 *buffer, gsize size,
                                                  gsize *ret_length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThespianSeal, thespian_seal_free)

G_END_DECLS
