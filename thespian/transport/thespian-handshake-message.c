/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "transport/thespian-handshake-message-private.h"

const guint8 thespian_system_key_id[THESPIAN_KEY_ID_LENGTH] = { 0 };

/* Its first byte tells a handshake from sealed datagrams, whose first byte is 0x80 or more. */
static const guint8 magic[4] = { 'T', 'h', 's', 'p' };

void
thespian_message_header_init (ThespianMessageHeader *header,
                              ThespianMessageKind    kind,
                              gsize                  length)
{
  memcpy (header->magic, magic, sizeof magic);
  header->version = THESPIAN_HANDSHAKE_VERSION;
  header->kind = kind;
  header->length[0] = length >> 8;
  header->length[1] = length & 0xff;
}

ThespianHeaderCheck
thespian_message_header_check (const guint8       *bytes,
                               gsize               n_bytes,
                               ThespianMessageKind kind,
                               gsize               length)
{
  ThespianMessageHeader expected;

  thespian_message_header_init (&expected, kind, length);
  if (memcmp (bytes, expected.magic, MIN (n_bytes, sizeof expected.magic)) != 0)
    return THESPIAN_HEADER_FOREIGN;
  if (n_bytes > G_STRUCT_OFFSET (ThespianMessageHeader, version) &&
      bytes[G_STRUCT_OFFSET (ThespianMessageHeader, version)] != expected.version)
    return THESPIAN_HEADER_UNKNOWN_VERSION;
  if (memcmp (bytes, &expected, MIN (n_bytes, sizeof expected)) != 0)
    return THESPIAN_HEADER_MALFORMED;
  return THESPIAN_HEADER_OK;
}

static void
pack_number (guint8 *bytes,
             guint64 number)
{
  number = GUINT64_TO_BE (number);
  memcpy (bytes, &number, sizeof number);
}

static guint64
unpack_number (const guint8 *bytes)
{
  guint64 number;

  memcpy (&number, bytes, sizeof number);
  return GUINT64_FROM_BE (number);
}

void
thespian_message_peer_pack (ThespianMessagePeer    *packed,
                            const ThespianIdentity *peer)
{
  pack_number (packed->system_id, peer->system_id);
  pack_number (packed->node_id, peer->node_id);
}

void
thespian_message_peer_unpack (const ThespianMessagePeer *packed,
                              ThespianIdentity          *ret_peer)
{
  ret_peer->system_id = unpack_number (packed->system_id);
  ret_peer->node_id = unpack_number (packed->node_id);
}

gboolean
thespian_purpose_is_known (guint8 purpose)
{
  return purpose == THESPIAN_PURPOSE_ADMIN_PORT || purpose == THESPIAN_PURPOSE_PEER;
}
