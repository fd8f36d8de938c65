/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Two ends of a stream believe each other if both have the key, and never otherwise. */

#include <string.h>

#include "model/thespian-error.h"
#include "transport/thespian-handshake-private.h"

static const ThespianIdentity dialler_peer = { 0, 0x1122334455667788 };
static const ThespianIdentity acceptor_peer = { 0xa1a2a3a4a5a6a7a8, 7 };

static guint8 system_key[THESPIAN_SECRET_LENGTH];
static guint8 token[THESPIAN_SECRET_LENGTH];
static const guint8 token_id[THESPIAN_KEY_ID_LENGTH] = { 3, 1, 4 };
static const guint8 unknown_id[THESPIAN_KEY_ID_LENGTH] = { 2, 7 };

static gboolean
look_up (ThespianPurpose purpose,
         const guint8   *key_id,
         guint8         *ret_key,
         gpointer        user_data)
{
  if (purpose == THESPIAN_PURPOSE_ADMIN_PORT &&
      memcmp (key_id, thespian_system_key_id, THESPIAN_KEY_ID_LENGTH) == 0)
    memcpy (ret_key, system_key, sizeof system_key);
  else if (purpose == THESPIAN_PURPOSE_PEER && memcmp (key_id, token_id, sizeof token_id) == 0)
    memcpy (ret_key, token, sizeof token);
  else
    return FALSE;
  return TRUE;
}

static ThespianHandshake *
new_dialler (void)
{
  return thespian_handshake_new_dialler (THESPIAN_PURPOSE_ADMIN_PORT, &dialler_peer,
                                         thespian_system_key_id, system_key, NULL);
}

static ThespianHandshake *
new_acceptor (void)
{
  return thespian_handshake_new_acceptor (&acceptor_peer, look_up, NULL, NULL);
}

static ThespianHandshakeResult
feed (ThespianHandshake *self,
      gconstpointer      data,
      gsize              length,
      GError           **error)
{
  gsize consumed;

  return thespian_handshake_feed (self, data, length, &consumed, error);
}

static ThespianHandshakeResult
feed_bytes (ThespianHandshake *self,
            GBytes            *bytes,
            GError           **error)
{
  return feed (self, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), error);
}

/* Feeds all that @from has to say to @to, @step bytes at a time, and checks that it wants all. */
static ThespianHandshakeResult
pass (ThespianHandshake *from,
      ThespianHandshake *to,
      gsize              step,
      GError           **error)
{
  g_autoptr (GBytes) bytes = thespian_handshake_take_output (from);
  ThespianHandshakeResult result = THESPIAN_HANDSHAKE_NEED_MORE;
  const guint8 *data;
  gsize size;

  g_assert_nonnull (bytes);
  data = g_bytes_get_data (bytes, &size);
  for (gsize i = 0; i < size; i += step)
    {
      gsize n = MIN (step, size - i), consumed;

      g_assert_cmpint (result, ==, THESPIAN_HANDSHAKE_NEED_MORE);
      result = thespian_handshake_feed (to, data + i, n, &consumed, error);
      if (result == THESPIAN_HANDSHAKE_FAILED)
        break;
      g_assert_cmpuint (consumed, ==, n);
    }
  return result;
}

static void
assert_peer (ThespianHandshake      *handshake,
             const ThespianIdentity *expected)
{
  const ThespianIdentity *peer = thespian_handshake_get_peer (handshake);

  g_assert_cmphex (peer->system_id, ==, expected->system_id);
  g_assert_cmphex (peer->node_id, ==, expected->node_id);
}

static void
expect_agreement (ThespianHandshake *dialler,
                  ThespianHandshake *acceptor,
                  gsize              step)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (pass (dialler, acceptor, step, &error), ==, THESPIAN_HANDSHAKE_NEED_MORE);
  g_assert_cmpint (pass (acceptor, dialler, step, &error), ==, THESPIAN_HANDSHAKE_DONE);
  g_assert_cmpint (pass (dialler, acceptor, step, &error), ==, THESPIAN_HANDSHAKE_DONE);
  g_assert_no_error (error);
  g_assert_null (thespian_handshake_take_output (dialler));
  g_assert_null (thespian_handshake_take_output (acceptor));

  assert_peer (dialler, &acceptor_peer);
  assert_peer (acceptor, &dialler_peer);
  g_assert_cmphex (thespian_handshake_get_session_id (dialler), ==,
                   thespian_handshake_get_session_id (acceptor));
}

static void
test_success (void)
{
  guint64 last_id = 0;

  for (gsize step = 1; step <= 100; step++)
    {
      g_autoptr (ThespianHandshake) dialler = new_dialler ();
      g_autoptr (ThespianHandshake) acceptor = new_acceptor ();

      expect_agreement (dialler, acceptor, step);
      g_assert_cmpint (thespian_handshake_get_purpose (acceptor), ==, THESPIAN_PURPOSE_ADMIN_PORT);
      g_assert_cmphex (thespian_handshake_get_session_id (acceptor), !=, last_id);
      last_id = thespian_handshake_get_session_id (acceptor);
    }
}

static void
test_token (void)
{
  g_autoptr (ThespianHandshake) dialler = NULL;
  g_autoptr (ThespianHandshake) acceptor = new_acceptor ();

  dialler = thespian_handshake_new_dialler (THESPIAN_PURPOSE_PEER, &dialler_peer, token_id, token,
                                            NULL);
  expect_agreement (dialler, acceptor, 1000);
  g_assert_cmpint (thespian_handshake_get_purpose (acceptor), ==, THESPIAN_PURPOSE_PEER);
  g_assert_cmpmem (thespian_handshake_get_key_id (acceptor), THESPIAN_KEY_ID_LENGTH, token_id,
                   sizeof token_id);
}

/* What comes behind the last message of the handshake is not touched. */
static void
test_rest (void)
{
  g_autoptr (ThespianHandshake) dialler = new_dialler ();
  g_autoptr (ThespianHandshake) acceptor = new_acceptor ();
  g_autoptr (GBytes) proof = NULL;
  g_autoptr (GByteArray) more = g_byte_array_new ();
  gsize consumed;

  pass (dialler, acceptor, 1000, NULL);
  pass (acceptor, dialler, 1000, NULL);
  proof = thespian_handshake_take_output (dialler);
  g_byte_array_append (more, g_bytes_get_data (proof, NULL), g_bytes_get_size (proof));
  g_byte_array_append (more, (const guint8 *) "a frame", 7);
  g_assert_cmpint (thespian_handshake_feed (acceptor, more->data, more->len, &consumed, NULL), ==,
                   THESPIAN_HANDSHAKE_DONE);
  g_assert_cmpuint (consumed, ==, more->len - 7);
  g_assert_cmpint (thespian_handshake_feed (acceptor, more->data, more->len, &consumed, NULL), ==,
                   THESPIAN_HANDSHAKE_DONE);
  g_assert_cmpuint (consumed, ==, 0);
}

/* --- Keys ------------------------------------------------------------------------------------ */

/* Goes on with a proof that is none, and returns what the acceptor says to that. */
static char *
fail_as_dialler (ThespianPurpose purpose,
                 const guint8   *key_id)
{
  static const guint8 wrong_key[THESPIAN_SECRET_LENGTH] = { 8 };
  g_autoptr (ThespianHandshake) dialler = NULL;
  g_autoptr (ThespianHandshake) acceptor = new_acceptor ();
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (GError) error = NULL;
  ThespianProof proof;

  dialler = thespian_handshake_new_dialler (purpose, &dialler_peer, key_id, wrong_key, NULL);
  g_assert_cmpint (pass (dialler, acceptor, 1000, &error), ==, THESPIAN_HANDSHAKE_NEED_MORE);
  g_assert_no_error (error);
  answer = thespian_handshake_take_output (acceptor);
  g_assert_cmpuint (g_bytes_get_size (answer), ==, sizeof (ThespianAnswer));

  thespian_message_header_init (&proof.header, THESPIAN_MESSAGE_PROOF, sizeof proof);
  memset (proof.proof, 7, sizeof proof.proof);
  g_assert_cmpint (feed (acceptor, &proof, sizeof proof, &error), ==, THESPIAN_HANDSHAKE_FAILED);
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_FAILURE);
  g_assert_null (thespian_handshake_take_output (acceptor));
  return g_strdup (error->message);
}

static void
test_no_oracle (void)
{
  g_autofree char *wrong = fail_as_dialler (THESPIAN_PURPOSE_ADMIN_PORT, thespian_system_key_id);
  g_autofree char *unknown = fail_as_dialler (THESPIAN_PURPOSE_ADMIN_PORT, unknown_id);
  g_autofree char *other_purpose = fail_as_dialler (THESPIAN_PURPOSE_PEER, thespian_system_key_id);

  g_assert_cmpstr (wrong, ==, unknown);
  g_assert_cmpstr (wrong, ==, other_purpose);
}

static void
expect_no_agreement (ThespianHandshake *dialler,
                     ThespianHandshake *acceptor)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) again = NULL;

  g_assert_cmpint (pass (dialler, acceptor, 1000, NULL), ==, THESPIAN_HANDSHAKE_NEED_MORE);
  g_assert_cmpint (pass (acceptor, dialler, 1000, &error), ==, THESPIAN_HANDSHAKE_FAILED);
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_FAILURE);
  g_assert_null (thespian_handshake_take_output (dialler));
  g_assert_cmpint (feed (dialler, unknown_id, 1, &again), ==, THESPIAN_HANDSHAKE_FAILED);
  g_assert_cmpstr (again->message, ==, error->message);
}

/* The dialler is not deceived either: an acceptor without the key cannot answer it. */
static void
test_wrong_key (void)
{
  g_autoptr (ThespianHandshake) acceptor = new_acceptor ();
  g_autoptr (ThespianHandshake) dialler = NULL;

  dialler = thespian_handshake_new_dialler (THESPIAN_PURPOSE_ADMIN_PORT, &dialler_peer,
                                            thespian_system_key_id, token, NULL);
  expect_no_agreement (dialler, acceptor);
}

static gboolean
look_up_zero (ThespianPurpose purpose,
              const guint8   *key_id,
              guint8         *ret_key,
              gpointer        user_data)
{
  return FALSE;
}

/* An acceptor that finds no key must not do with the zeros that are in its place. */
static void
test_zero_key (void)
{
  static const guint8 zeros[THESPIAN_SECRET_LENGTH];
  g_autoptr (ThespianHandshake) acceptor = NULL;
  g_autoptr (ThespianHandshake) dialler = NULL;

  acceptor = thespian_handshake_new_acceptor (&acceptor_peer, look_up_zero, NULL, NULL);
  dialler = thespian_handshake_new_dialler (THESPIAN_PURPOSE_ADMIN_PORT, &dialler_peer,
                                            thespian_system_key_id, zeros, NULL);
  expect_no_agreement (dialler, acceptor);
}

static void
test_channel_binding (void)
{
  g_autoptr (GBytes) one = g_bytes_new_static ("one", 3), other = g_bytes_new_static ("other", 5);
  GBytes *bindings[][2] = { { one, one }, { one, other }, { one, NULL }, { NULL, other } };

  for (guint i = 0; i < G_N_ELEMENTS (bindings); i++)
    {
      g_autoptr (ThespianHandshake) dialler = NULL;
      g_autoptr (ThespianHandshake) acceptor = NULL;

      dialler = thespian_handshake_new_dialler (THESPIAN_PURPOSE_ADMIN_PORT, &dialler_peer,
                                                thespian_system_key_id, system_key, bindings[i][0]);
      acceptor = thespian_handshake_new_acceptor (&acceptor_peer, look_up, NULL, bindings[i][1]);
      if (bindings[i][0] == bindings[i][1])
        expect_agreement (dialler, acceptor, 1000);
      else
        expect_no_agreement (dialler, acceptor);
    }
}

/* --- Attacks --------------------------------------------------------------------------------- */

/* Who has recorded a whole handshake cannot use any of it again. */
static void
test_replay (void)
{
  g_autoptr (ThespianHandshake) dialler = new_dialler ();
  g_autoptr (ThespianHandshake) acceptor = new_acceptor ();
  g_autoptr (ThespianHandshake) victim = new_acceptor ();
  g_autoptr (ThespianHandshake) second_dialler = new_dialler ();
  g_autoptr (GBytes) hello = thespian_handshake_take_output (dialler);
  g_autoptr (GBytes) answer = NULL, proof = NULL, fresh = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (feed_bytes (acceptor, hello, &error), ==, THESPIAN_HANDSHAKE_NEED_MORE);
  answer = thespian_handshake_take_output (acceptor);
  g_assert_cmpint (feed_bytes (dialler, answer, &error), ==, THESPIAN_HANDSHAKE_DONE);
  proof = thespian_handshake_take_output (dialler);
  g_assert_cmpint (feed_bytes (acceptor, proof, &error), ==, THESPIAN_HANDSHAKE_DONE);
  g_assert_no_error (error);

  g_assert_cmpint (feed_bytes (victim, hello, &error), ==, THESPIAN_HANDSHAKE_NEED_MORE);
  fresh = thespian_handshake_take_output (victim);
  g_assert_false (g_bytes_equal (fresh, answer));
  g_assert_cmpint (feed_bytes (victim, proof, &error), ==, THESPIAN_HANDSHAKE_FAILED);
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_FAILURE);

  g_clear_error (&error);
  g_assert_cmpint (feed_bytes (second_dialler, answer, &error), ==, THESPIAN_HANDSHAKE_FAILED);
}

/* What an end says is never good for it to hear. */
static void
test_reflection (void)
{
  g_autoptr (ThespianHandshake) dialler = new_dialler ();
  g_autoptr (ThespianHandshake) acceptor = new_acceptor ();
  g_autoptr (GBytes) hello = thespian_handshake_take_output (dialler);
  g_autoptr (GBytes) answer = NULL;
  ThespianProof proof;

  g_assert_cmpint (feed_bytes (acceptor, hello, NULL), ==, THESPIAN_HANDSHAKE_NEED_MORE);
  answer = thespian_handshake_take_output (acceptor);
  thespian_message_header_init (&proof.header, THESPIAN_MESSAGE_PROOF, sizeof proof);
  memcpy (proof.proof, ((const ThespianAnswer *) g_bytes_get_data (answer, NULL))->proof,
          sizeof proof.proof);
  g_assert_cmpint (feed (acceptor, &proof, sizeof proof, NULL), ==, THESPIAN_HANDSHAKE_FAILED);

  g_assert_cmpint (feed_bytes (dialler, hello, NULL), ==, THESPIAN_HANDSHAKE_FAILED);
}

/* Lets @bit of the @turn'th message flip on its way; TRUE if the ends agree nevertheless. */
static gboolean
agrees_with_flipped_bit (guint  turn,
                         gsize  bit,
                         gsize *ret_n_bits)
{
  g_autoptr (ThespianHandshake) dialler = new_dialler ();
  g_autoptr (ThespianHandshake) acceptor = new_acceptor ();
  ThespianHandshake *ends[] = { dialler, acceptor };
  ThespianHandshakeResult result = THESPIAN_HANDSHAKE_NEED_MORE;

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GBytes) bytes = thespian_handshake_take_output (ends[i % 2]);
      gsize size = g_bytes_get_size (bytes);
      g_autofree guint8 *data = g_memdup2 (g_bytes_get_data (bytes, NULL), size);

      if (i == turn)
        {
          *ret_n_bits = 8 * size;
          data[bit / 8] ^= 1 << bit % 8;
        }
      result = feed (ends[(i + 1) % 2], data, size, NULL);
      if (result == THESPIAN_HANDSHAKE_FAILED)
        return FALSE;
    }
  return result == THESPIAN_HANDSHAKE_DONE;
}

static void
test_tampering (void)
{
  for (guint turn = 0; turn < 3; turn++)
    {
      gsize n_bits = 1;

      for (gsize bit = 0; bit < n_bits; bit++)
        g_assert_false (agrees_with_flipped_bit (turn, bit, &n_bits));
      g_assert_cmpuint (n_bits, >=, 8 * sizeof (ThespianProof));
    }
}

/* --- Bad bytes ------------------------------------------------------------------------------- */

/* A message that ends early leaves its receiver waiting, and the rest is all that it needs. */
static void
test_truncated (void)
{
  g_autoptr (ThespianHandshake) dialler = new_dialler ();
  g_autoptr (GBytes) hello = thespian_handshake_take_output (dialler);
  gsize size;
  const guint8 *data = g_bytes_get_data (hello, &size);

  for (gsize length = 0; length < size; length++)
    {
      g_autoptr (ThespianHandshake) acceptor = new_acceptor ();
      g_autoptr (GBytes) answer = NULL;

      g_assert_cmpint (feed (acceptor, data, length, NULL), ==, THESPIAN_HANDSHAKE_NEED_MORE);
      g_assert_null (thespian_handshake_take_output (acceptor));
      g_assert_cmpint (feed (acceptor, data + length, size - length, NULL), ==,
                       THESPIAN_HANDSHAKE_NEED_MORE);
      answer = thespian_handshake_take_output (acceptor);
      g_assert_nonnull (answer);
    }
}

/* Feeds one byte after the other; returns how many were taken before the refusal. */
static gsize
count_until_refused (ThespianHandshake *self,
                     const guint8      *data,
                     gsize              length,
                     GError           **error)
{
  for (gsize i = 0; i < length; i++)
    if (feed (self, data + i, 1, error) == THESPIAN_HANDSHAKE_FAILED)
      return i + 1;
  g_assert_not_reached ();
}

static void
test_garbage (void)
{
  for (guint round = 0; round < 1000; round++)
    {
      g_autoptr (ThespianHandshake) dialler = new_dialler ();
      g_autoptr (ThespianHandshake) acceptor = new_acceptor ();
      g_autoptr (GError) error = NULL;
      guint8 garbage[THESPIAN_HANDSHAKE_MAX_LENGTH];
      gsize n_right = round % (sizeof (ThespianMessageHeader) + 1);

      thespian_secret_draw (garbage, sizeof garbage);
      thespian_message_header_init ((ThespianMessageHeader *) garbage, THESPIAN_MESSAGE_HELLO,
                                    sizeof (ThespianHello));
      thespian_secret_draw (garbage + n_right, sizeof garbage - n_right);
      count_until_refused (acceptor, garbage, sizeof garbage, NULL);
      count_until_refused (dialler, garbage, sizeof garbage, &error);
      g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_FAILURE);
    }
}

/* Another protocol is told at its first byte. */
static void
test_foreign (void)
{
  g_autoptr (ThespianHandshake) acceptor = new_acceptor ();
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (count_until_refused (acceptor, (const guint8 *) "GET /", 5, &error), ==, 1);
  g_assert_nonnull (strstr (error->message, "does not speak"));
  g_assert_null (thespian_handshake_take_output (acceptor));
}

static void
test_oversize (void)
{
  g_autoptr (ThespianHandshake) acceptor = new_acceptor ();
  g_autoptr (GError) error = NULL;
  ThespianHello hello = { 0 };

  thespian_message_header_init (&hello.header, THESPIAN_MESSAGE_HELLO, 65535);
  g_assert_cmpuint (count_until_refused (acceptor, (guint8 *) &hello, sizeof hello, &error), <=,
                    sizeof hello.header);
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_FAILURE);
}

/* Both ends learn which versions there are. */
static void
test_version (void)
{
  g_autoptr (ThespianHandshake) dialler = new_dialler ();
  g_autoptr (ThespianHandshake) acceptor = new_acceptor ();
  g_autoptr (GBytes) refusal = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *newer = NULL;
  ThespianHello hello = { 0 };

  thespian_message_header_init (&hello.header, THESPIAN_MESSAGE_HELLO, sizeof hello);
  hello.header.version = 77;
  g_assert_cmpuint (count_until_refused (acceptor, (guint8 *) &hello, sizeof hello, &error), ==, 5);
  g_assert_nonnull (strstr (error->message, "version 77"));
  g_clear_error (&error);

  refusal = thespian_handshake_take_output (acceptor);
  g_assert_nonnull (refusal);
  newer = g_memdup2 (g_bytes_get_data (refusal, NULL), g_bytes_get_size (refusal));
  newer[G_STRUCT_OFFSET (ThespianMessageHeader, version)] = 78;
  g_assert_cmpint (feed (dialler, newer, g_bytes_get_size (refusal), &error), ==,
                   THESPIAN_HANDSHAKE_FAILED);
  g_assert_nonnull (strstr (error->message, "version 78"));
}

static void
test_purpose (void)
{
  g_autoptr (ThespianHandshake) acceptor = new_acceptor ();
  g_autoptr (GError) error = NULL;
  ThespianHello hello = { 0 };

  thespian_message_header_init (&hello.header, THESPIAN_MESSAGE_HELLO, sizeof hello);
  hello.purpose = 200;
  g_assert_cmpint (feed (acceptor, &hello, sizeof hello, &error), ==, THESPIAN_HANDSHAKE_FAILED);
  g_assert_nonnull (strstr (error->message, "purpose"));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  thespian_secret_draw (system_key, sizeof system_key);
  thespian_secret_draw (token, sizeof token);

  g_test_add_func ("/handshake/success", test_success);
  g_test_add_func ("/handshake/token", test_token);
  g_test_add_func ("/handshake/rest", test_rest);
  g_test_add_func ("/handshake/no-oracle", test_no_oracle);
  g_test_add_func ("/handshake/wrong-key", test_wrong_key);
  g_test_add_func ("/handshake/zero-key", test_zero_key);
  g_test_add_func ("/handshake/channel-binding", test_channel_binding);
  g_test_add_func ("/handshake/replay", test_replay);
  g_test_add_func ("/handshake/reflection", test_reflection);
  g_test_add_func ("/handshake/tampering", test_tampering);
  g_test_add_func ("/handshake/truncated", test_truncated);
  g_test_add_func ("/handshake/garbage", test_garbage);
  g_test_add_func ("/handshake/foreign", test_foreign);
  g_test_add_func ("/handshake/oversize", test_oversize);
  g_test_add_func ("/handshake/version", test_version);
  g_test_add_func ("/handshake/purpose", test_purpose);
  return g_test_run ();
}
