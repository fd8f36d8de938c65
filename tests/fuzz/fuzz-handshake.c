/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Strangers talk to both ends of both handshakes, and somebody changes what friends say.  Nobody is
 * let in without the key, a stranger is refused soon, and friends agree exactly when nothing was
 * changed.
 *
 * The first byte chooses the game.
 */

#include "fuzz.h"

#include <string.h>

#include "transport/thespian-datagram-acceptor-private.h"
#include "transport/thespian-handshake-private.h"

static const ThespianIdentity peer = { 1, 2 };
static const guint8 key[THESPIAN_SECRET_LENGTH] = "the key that no stranger has";

static gboolean
look_up (ThespianPurpose purpose,
         const guint8   *key_id,
         guint8         *ret_key,
         gpointer        user_data)
{
  memcpy (ret_key, key, sizeof key);
  return purpose == THESPIAN_PURPOSE_ADMIN_PORT;
}

/* --- Streams ---------------------------------------------------------------------------------- */

static ThespianHandshake *
new_end (gboolean is_dialler)
{
  if (!is_dialler)
    return thespian_handshake_new_acceptor (&peer, look_up, NULL, NULL);
  return thespian_handshake_new_dialler (THESPIAN_PURPOSE_ADMIN_PORT, &peer,
                                         thespian_system_key_id, key, NULL);
}

/* In pieces, whose length is the first byte. */
static void
talk_as_stranger (gboolean      to_dialler,
                  const guint8 *data,
                  gsize         size)
{
  g_autoptr (ThespianHandshake) end = new_end (to_dialler);
  g_autoptr (GError) error = NULL;
  ThespianHandshakeResult result = THESPIAN_HANDSHAKE_NEED_MORE;
  gsize n_taken = 0;
  gsize step = 1;

  if (size > 0)
    {
      step += data[0];
      data++;
      size--;
    }
  while (n_taken < size && result == THESPIAN_HANDSHAKE_NEED_MORE)
    {
      g_autoptr (GBytes) output = NULL;
      gsize consumed;

      result = thespian_handshake_feed (end, data + n_taken, MIN (step, size - n_taken), &consumed,
                                        &error);
      output = thespian_handshake_take_output (end);
      n_taken += consumed;
    }
  g_assert_cmpint (result, !=, THESPIAN_HANDSHAKE_DONE);
  g_assert_cmpuint (n_taken, <=, THESPIAN_HANDSHAKE_MAX_LENGTH);
  g_assert_true ((result == THESPIAN_HANDSHAKE_FAILED) == (error != NULL));
}

/* Takes from @data what is to be changed in @message; TRUE when that is anything. */
static gboolean
change (guint8        *message,
        gsize          length,
        const guint8 **data,
        gsize         *size)
{
  gsize n = MIN (length, *size);
  gboolean is_changed = FALSE;

  for (gsize i = 0; i < n; i++)
    {
      message[i] ^= (*data)[i];
      is_changed |= (*data)[i] != 0;
    }
  *data += n;
  *size -= n;
  return is_changed;
}

static void
disturb_stream (const guint8 *data,
                gsize         size)
{
  g_autoptr (ThespianHandshake) dialler = new_end (TRUE);
  g_autoptr (ThespianHandshake) acceptor = new_end (FALSE);
  ThespianHandshake *ends[] = { dialler, acceptor };
  ThespianHandshakeResult result = THESPIAN_HANDSHAKE_NEED_MORE;
  gboolean is_changed = FALSE;

  for (guint turn = 0; turn < 3 && result != THESPIAN_HANDSHAKE_FAILED; turn++)
    {
      g_autoptr (GBytes) output = thespian_handshake_take_output (ends[turn % 2]);
      gsize length, consumed;
      g_autofree guint8 *message = NULL;

      if (output == NULL)
        break;
      message = g_bytes_unref_to_data (g_steal_pointer (&output), &length);
      is_changed |= change (message, length, &data, &size);
      result = thespian_handshake_feed (ends[(turn + 1) % 2], message, length, &consumed, NULL);
    }
  g_assert_true ((result == THESPIAN_HANDSHAKE_DONE) == !is_changed);
}

/* --- Datagrams -------------------------------------------------------------------------------- */

/* Each after a byte for its length, to both ends. */
static void
send_as_stranger (const guint8 *data,
                  gsize         size)
{
  g_autoptr (ThespianDatagramAcceptor) acceptor = NULL;
  g_autoptr (ThespianDatagramDialler) dialler = NULL;
  gint64 now = 0;

  acceptor = thespian_datagram_acceptor_new (&peer, look_up, NULL);
  dialler = thespian_datagram_dialler_new (THESPIAN_PURPOSE_ADMIN_PORT, &peer,
                                           thespian_system_key_id, key);
  while (size > 0)
    {
      gsize length = MIN (data[0], size - 1);
      guint8 reply[THESPIAN_HANDSHAKE_MAX_LENGTH];
      gsize reply_length;
      ThespianDatagramSession session;

      g_assert_cmpint (thespian_datagram_acceptor_receive (acceptor, data + 1, length, data,
                                                           length + 1, now, reply, &reply_length,
                                                           &session),
                       ==, THESPIAN_DATAGRAM_IGNORED);
      g_assert_cmpint (thespian_datagram_dialler_receive (dialler, data + 1, length), ==,
                       THESPIAN_DATAGRAM_IGNORED);
      now += data[0] * G_TIME_SPAN_SECOND;
      data += 1 + length;
      size -= 1 + length;
    }
}

static void
disturb_datagrams (const guint8 *data,
                   gsize         size)
{
  g_autoptr (ThespianDatagramAcceptor) acceptor = NULL;
  g_autoptr (ThespianDatagramDialler) dialler = NULL;
  ThespianDatagramSession session = { 0 };
  ThespianDatagramResult result = THESPIAN_DATAGRAM_REPLY;
  gboolean is_changed = FALSE;

  acceptor = thespian_datagram_acceptor_new (&peer, look_up, NULL);
  dialler = thespian_datagram_dialler_new (THESPIAN_PURPOSE_ADMIN_PORT, &peer,
                                           thespian_system_key_id, key);
  for (guint turn = 0; turn < 2 && result != THESPIAN_DATAGRAM_IGNORED; turn++)
    {
      guint8 message[THESPIAN_HANDSHAKE_MAX_LENGTH];
      gsize length;

      memcpy (message, thespian_datagram_dialler_get_hello (dialler, &length),
              sizeof (ThespianDatagramHello));
      is_changed |= change (message, length, &data, &size);
      result = thespian_datagram_acceptor_receive (acceptor, message, length,
                                                   (const guint8 *) "here", 4, 0, message, &length,
                                                   &session);
      if (result == THESPIAN_DATAGRAM_IGNORED)
        break;
      is_changed |= change (message, length, &data, &size);
      result = thespian_datagram_dialler_receive (dialler, message, length);
    }
  g_assert_true ((result == THESPIAN_DATAGRAM_DONE) == !is_changed);
  g_clear_pointer (&session.seal, thespian_seal_free);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  if (size == 0)
    return 0;
  switch (data[0] % 5)
    {
    case 0:
    case 1:
      talk_as_stranger (data[0] % 5 == 1, data + 1, size - 1);
      break;
    case 2:
      disturb_stream (data + 1, size - 1);
      break;
    case 3:
      send_as_stranger (data + 1, size - 1);
      break;
    case 4:
    default:
      disturb_datagrams (data + 1, size - 1);
      break;
    }
  return 0;
}
