/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "transport/thespian-secret-private.h"

G_BEGIN_DECLS

/*
 * The messages by which two ends get to know each other, over a stream or in datagrams, byte for
 * byte: structures of bytes have no holes and need no alignment.  Numbers are big-endian.  All of a
 * kind have one length; doc/protocol.md has the reasons.
 */

#define THESPIAN_HANDSHAKE_VERSION 1
#define THESPIAN_KEY_ID_LENGTH 16
#define THESPIAN_NONCE_LENGTH 32
#define THESPIAN_COOKIE_LENGTH 16

/* No message is longer, in any version to come. */
#define THESPIAN_HANDSHAKE_MAX_LENGTH 256

typedef enum
{
  THESPIAN_MESSAGE_HELLO = 1,
  THESPIAN_MESSAGE_ANSWER = 2,
  THESPIAN_MESSAGE_PROOF = 3,
  THESPIAN_MESSAGE_REFUSAL = 4,
  THESPIAN_MESSAGE_DATAGRAM_HELLO = 5,
  THESPIAN_MESSAGE_DATAGRAM_COOKIE = 6,
  THESPIAN_MESSAGE_DATAGRAM_WELCOME = 7,
} ThespianMessageKind;

/* What the dialler comes for. */
typedef enum
{
  THESPIAN_PURPOSE_ADMIN_PORT = 1, /* to join a system, or to use it from outside */
  THESPIAN_PURPOSE_PEER = 2,       /* the admin has introduced the two */
} ThespianPurpose;

/* The id of the key of the system itself: zero. */
extern const guint8 thespian_system_key_id[THESPIAN_KEY_ID_LENGTH];

/* Which end somebody is.  System 0: one that is not known yet. */
typedef struct
{
  guint64 system_id;
  guint64 node_id;
} ThespianIdentity;

/*
 * Puts the key with the id @key_id (zero: the system's own) into @ret_key; FALSE when there is none
 * for a dialler with this @purpose.  The peer does not learn whether that was so.
 *
 * A one-time token must be struck out by who accepted its dialler, when the handshake is done (and
 * if it has been struck out meanwhile, the dialler must be refused), but not when it is looked up:
 * else anybody who saw its id could use it up.
 */
typedef gboolean (*ThespianKeyLookup) (ThespianPurpose purpose, const guint8 *key_id,
                                       guint8 *ret_key, gpointer user_data);

typedef struct
{
  guint8 magic[4];
  guint8 version;
  guint8 kind;
  guint8 length[2]; /* of the whole message */
} ThespianMessageHeader;

typedef struct
{
  guint8 system_id[8];
  guint8 node_id[8];
} ThespianMessagePeer;

typedef struct
{
  ThespianMessageHeader header;
  guint8 purpose;
  ThespianMessagePeer peer;
  guint8 key_id[THESPIAN_KEY_ID_LENGTH];
  guint8 nonce[THESPIAN_NONCE_LENGTH];
} ThespianHello;

typedef struct
{
  ThespianMessageHeader header;
  ThespianMessagePeer peer;
  guint8 nonce[THESPIAN_NONCE_LENGTH];
  guint8 proof[THESPIAN_PROOF_LENGTH];
} ThespianAnswer;

typedef struct
{
  ThespianMessageHeader header;
  guint8 proof[THESPIAN_PROOF_LENGTH];
} ThespianProof;

typedef struct
{
  ThespianMessageHeader header;
  guint8 purpose;
  guint8 cipher; /* the one that the dialler wants */
  ThespianMessagePeer peer;
  guint8 key_id[THESPIAN_KEY_ID_LENGTH];
  guint8 nonce[THESPIAN_NONCE_LENGTH];
  guint8 cookie[THESPIAN_COOKIE_LENGTH]; /* zero in the first */
  guint8 proof[THESPIAN_PROOF_LENGTH];
} ThespianDatagramHello;

typedef struct
{
  ThespianMessageHeader header;
  guint8 cookie[THESPIAN_COOKIE_LENGTH];
  guint8 proof[THESPIAN_PROOF_LENGTH];
} ThespianDatagramCookie;

typedef struct
{
  ThespianMessageHeader header;
  guint8 cipher; /* the one that both use */
  ThespianMessagePeer peer;
  guint8 nonce[THESPIAN_NONCE_LENGTH];
  guint8 proof[THESPIAN_PROOF_LENGTH];
} ThespianDatagramWelcome;

G_STATIC_ASSERT (sizeof (ThespianHello) == 73);
G_STATIC_ASSERT (sizeof (ThespianAnswer) == 88);
G_STATIC_ASSERT (sizeof (ThespianProof) == 40);
G_STATIC_ASSERT (sizeof (ThespianDatagramHello) == 122);
G_STATIC_ASSERT (sizeof (ThespianDatagramCookie) == 56);
G_STATIC_ASSERT (sizeof (ThespianDatagramWelcome) == 89);

/* An acceptor answers a forged source with less than what came from there. */
G_STATIC_ASSERT (sizeof (ThespianDatagramCookie) < sizeof (ThespianDatagramHello));
G_STATIC_ASSERT (sizeof (ThespianDatagramHello) <= THESPIAN_HANDSHAKE_MAX_LENGTH);

typedef enum
{
  THESPIAN_HEADER_OK,
  THESPIAN_HEADER_FOREIGN,         /* another protocol */
  THESPIAN_HEADER_UNKNOWN_VERSION, /* ours, of another version */
  THESPIAN_HEADER_MALFORMED,       /* ours, but not this message */
} ThespianHeaderCheck;

void                thespian_message_header_init  (ThespianMessageHeader *header,
                                                   ThespianMessageKind kind, gsize length);
/* Looks at the first @n_bytes of a message, which may have more or fewer than a header. */
ThespianHeaderCheck thespian_message_header_check (const guint8 *bytes, gsize n_bytes,
                                                   ThespianMessageKind kind, gsize length);

void                thespian_message_peer_pack    (ThespianMessagePeer *packed,
                                                   const ThespianIdentity *peer);
void                thespian_message_peer_unpack  (const ThespianMessagePeer *packed,
                                                   ThespianIdentity *ret_peer);

gboolean            thespian_purpose_is_known     (guint8 purpose);

G_END_DECLS
