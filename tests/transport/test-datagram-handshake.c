/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Two ends agree on a session by datagrams that can be lost, doubled, late and forged. */

#include <string.h>

#include "transport/thespian-datagram-acceptor-private.h"
#include "transport/thespian-datagram-proof-private.h"

#define HERE ((const guint8 *) "127.0.0.1:4711")
#define ELSEWHERE ((const guint8 *) "127.0.0.1:4712")
#define SOURCE_LENGTH 14

static const ThespianIdentity dialler_peer = { 0, 0x1122334455667788 };
static const ThespianIdentity acceptor_peer = { 0xa1a2a3a4a5a6a7a8, 7 };
static const guint8 token_id[THESPIAN_KEY_ID_LENGTH] = { 3, 1, 4 };

typedef struct
{
  guint8 system_key[THESPIAN_SECRET_LENGTH];
  guint8 token[THESPIAN_SECRET_LENGTH];
  gboolean is_token_used;
  gint64 now;
  ThespianDatagramDialler *dialler;
  ThespianDatagramAcceptor *acceptor;

  /* What the acceptor said to the last datagram. */
  guint8 reply[THESPIAN_HANDSHAKE_MAX_LENGTH];
  gsize reply_length;
  ThespianDatagramSession session;
} Fixture;

static gboolean
look_up (ThespianPurpose purpose,
         const guint8   *key_id,
         guint8         *ret_key,
         gpointer        user_data)
{
  Fixture *fixture = user_data;

  if (memcmp (key_id, thespian_system_key_id, THESPIAN_KEY_ID_LENGTH) == 0)
    memcpy (ret_key, fixture->system_key, THESPIAN_SECRET_LENGTH);
  else if (memcmp (key_id, token_id, sizeof token_id) == 0 && !fixture->is_token_used)
    memcpy (ret_key, fixture->token, THESPIAN_SECRET_LENGTH);
  else
    return FALSE;
  return TRUE;
}

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  thespian_secret_draw (fixture->system_key, sizeof fixture->system_key);
  thespian_secret_draw (fixture->token, sizeof fixture->token);
  fixture->now = 12345;
  fixture->acceptor = thespian_datagram_acceptor_new (&acceptor_peer, look_up, fixture);
  fixture->dialler = thespian_datagram_dialler_new (THESPIAN_PURPOSE_ADMIN_PORT, &dialler_peer,
                                                    thespian_system_key_id, fixture->system_key);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  g_clear_pointer (&fixture->session.seal, thespian_seal_free);
  thespian_datagram_acceptor_free (fixture->acceptor);
  thespian_datagram_dialler_free (fixture->dialler);
}

static ThespianDatagramResult
accept_from (Fixture      *fixture,
             const guint8 *source,
             const guint8 *datagram,
             gsize         length)
{
  ThespianDatagramSession session = { 0 };
  ThespianDatagramResult result;

  result = thespian_datagram_acceptor_receive (fixture->acceptor, datagram, length, source,
                                               SOURCE_LENGTH, fixture->now, fixture->reply,
                                               &fixture->reply_length, &session);
  if (result != THESPIAN_DATAGRAM_DONE)
    {
      g_assert_null (session.seal);
      return result;
    }
  g_clear_pointer (&fixture->session.seal, thespian_seal_free);
  fixture->session = session;
  return result;
}

static ThespianDatagramResult
accept_hello (Fixture                     *fixture,
              const ThespianDatagramHello *hello)
{
  return accept_from (fixture, HERE, (const guint8 *) hello, sizeof *hello);
}

/* Sends the acceptor what the dialler has to say now. */
static ThespianDatagramResult
dial_from (Fixture      *fixture,
           const guint8 *source)
{
  gsize length;
  const guint8 *hello = thespian_datagram_dialler_get_hello (fixture->dialler, &length);

  return accept_from (fixture, source, hello, length);
}

static ThespianDatagramResult
answer_to (ThespianDatagramDialler *dialler,
           Fixture                 *fixture)
{
  return thespian_datagram_dialler_receive (dialler, fixture->reply, fixture->reply_length);
}

static ThespianDatagramResult
answer (Fixture *fixture)
{
  return answer_to (fixture->dialler, fixture);
}

static void
copy_hello (Fixture               *fixture,
            ThespianDatagramHello *ret_hello)
{
  gsize length;
  const guint8 *hello = thespian_datagram_dialler_get_hello (fixture->dialler, &length);

  g_assert_cmpuint (length, ==, sizeof *ret_hello);
  memcpy (ret_hello, hello, length);
}

static void
expect_content (ThespianSeal *from,
                ThespianSeal *to)
{
  guint8 buffer[THESPIAN_SEAL_OVERHEAD + 7];
  gsize length;

  memcpy (buffer + THESPIAN_SEAL_HEADROOM, "content", 7);
  thespian_seal_encrypt (from, buffer, 7);
  g_assert_cmpint (thespian_seal_decrypt (to, buffer, sizeof buffer, &length), ==,
                   THESPIAN_SEAL_OK);
  g_assert_cmpmem (buffer + THESPIAN_SEAL_HEADROOM, length, "content", 7);
}

/* Both ends are done: what one seals the other opens, and each knows who the other is. */
static void
expect_session (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ThespianSeal) seal = thespian_datagram_dialler_take_seal (fixture->dialler, &error);
  const ThespianIdentity *peer = thespian_datagram_dialler_get_peer (fixture->dialler);

  g_assert_no_error (error);
  g_assert_nonnull (fixture->session.seal);
  expect_content (seal, fixture->session.seal);
  expect_content (fixture->session.seal, seal);
  g_assert_cmphex (peer->system_id, ==, acceptor_peer.system_id);
  g_assert_cmphex (peer->node_id, ==, acceptor_peer.node_id);
  g_assert_cmphex (fixture->session.peer.system_id, ==, dialler_peer.system_id);
  g_assert_cmphex (fixture->session.peer.node_id, ==, dialler_peer.node_id);
}

static void
test_success (Fixture      *fixture,
              gconstpointer data)
{
  gsize hello_length;

  thespian_datagram_dialler_get_hello (fixture->dialler, &hello_length);
  g_assert_cmpint (dial_from (fixture, HERE), ==, THESPIAN_DATAGRAM_REPLY);
  g_assert_cmpuint (fixture->reply_length, <, hello_length);
  g_assert_cmpint (answer (fixture), ==, THESPIAN_DATAGRAM_REPLY);
  g_assert_cmpint (dial_from (fixture, HERE), ==, THESPIAN_DATAGRAM_DONE);
  g_assert_cmpuint (fixture->reply_length, <, hello_length);
  g_assert_cmpint (answer (fixture), ==, THESPIAN_DATAGRAM_DONE);
  g_assert_cmpint (fixture->session.purpose, ==, THESPIAN_PURPOSE_ADMIN_PORT);
  expect_session (fixture);
  g_assert_cmpint (answer (fixture), ==, THESPIAN_DATAGRAM_IGNORED);
}

/* Each hello comes twice, each answer twice, and the first welcome is lost. */
static void
test_lost_and_doubled (Fixture      *fixture,
                       gconstpointer data)
{
  guint8 first_cookie[sizeof (ThespianDatagramCookie)];

  g_assert_cmpint (dial_from (fixture, HERE), ==, THESPIAN_DATAGRAM_REPLY);
  g_assert_cmpint (dial_from (fixture, HERE), ==, THESPIAN_DATAGRAM_REPLY);
  g_assert_cmpuint (fixture->reply_length, ==, sizeof first_cookie);
  memcpy (first_cookie, fixture->reply, sizeof first_cookie);
  g_assert_cmpint (answer (fixture), ==, THESPIAN_DATAGRAM_REPLY);
  g_assert_cmpint (answer (fixture), ==, THESPIAN_DATAGRAM_IGNORED);

  g_assert_cmpint (dial_from (fixture, HERE), ==, THESPIAN_DATAGRAM_DONE);
  memset (fixture->reply, 0, sizeof fixture->reply);
  g_assert_cmpint (dial_from (fixture, HERE), ==, THESPIAN_DATAGRAM_REPLY);
  g_assert_cmpint (thespian_datagram_dialler_receive (fixture->dialler, first_cookie,
                                                      sizeof first_cookie),
                   ==, THESPIAN_DATAGRAM_IGNORED);
  g_assert_cmpint (answer (fixture), ==, THESPIAN_DATAGRAM_DONE);
  expect_session (fixture);
}

static void
dial_with_token (Fixture *fixture)
{
  thespian_datagram_dialler_free (fixture->dialler);
  fixture->dialler = thespian_datagram_dialler_new (THESPIAN_PURPOSE_PEER, &dialler_peer, token_id,
                                                    fixture->token);
}

/* A token is good once, and its welcome can get lost nevertheless. */
static void
test_token (Fixture      *fixture,
            gconstpointer data)
{
  dial_with_token (fixture);
  g_assert_cmpint (dial_from (fixture, HERE), ==, THESPIAN_DATAGRAM_REPLY);
  g_assert_cmpint (answer (fixture), ==, THESPIAN_DATAGRAM_REPLY);
  g_assert_cmpint (dial_from (fixture, HERE), ==, THESPIAN_DATAGRAM_DONE);
  g_assert_cmpmem (fixture->session.key_id, sizeof token_id, token_id, sizeof token_id);
  fixture->is_token_used = TRUE;

  g_assert_cmpint (dial_from (fixture, HERE), ==, THESPIAN_DATAGRAM_REPLY);
  g_assert_cmpint (answer (fixture), ==, THESPIAN_DATAGRAM_DONE);
  expect_session (fixture);

  dial_with_token (fixture);
  g_assert_cmpint (dial_from (fixture, HERE), ==, THESPIAN_DATAGRAM_IGNORED);
}

/* --- Keys ------------------------------------------------------------------------------------ */

/* A stranger gets no answer at all. */
static void
test_wrong_key (Fixture      *fixture,
                gconstpointer data)
{
  static const guint8 zeros[THESPIAN_SECRET_LENGTH];
  static const guint8 unknown_id[THESPIAN_KEY_ID_LENGTH] = { 9 };

  thespian_secret_draw (fixture->system_key, sizeof fixture->system_key);
  g_assert_cmpint (dial_from (fixture, HERE), ==, THESPIAN_DATAGRAM_IGNORED);

  thespian_datagram_dialler_free (fixture->dialler);
  fixture->dialler = thespian_datagram_dialler_new (THESPIAN_PURPOSE_PEER, &dialler_peer,
                                                    unknown_id, zeros);
  g_assert_cmpint (dial_from (fixture, HERE), ==, THESPIAN_DATAGRAM_IGNORED);
}

/* --- Cookies --------------------------------------------------------------------------------- */

static void
test_cookie_of_other_address (Fixture      *fixture,
                              gconstpointer data)
{
  g_assert_cmpint (dial_from (fixture, HERE), ==, THESPIAN_DATAGRAM_REPLY);
  g_assert_cmpint (answer (fixture), ==, THESPIAN_DATAGRAM_REPLY);

  /* The address changed: a new cookie. */
  g_assert_cmpint (dial_from (fixture, ELSEWHERE), ==, THESPIAN_DATAGRAM_REPLY);
  g_assert_cmpuint (fixture->reply_length, ==, sizeof (ThespianDatagramCookie));
  g_assert_cmpint (answer (fixture), ==, THESPIAN_DATAGRAM_REPLY);
  g_assert_cmpint (dial_from (fixture, ELSEWHERE), ==, THESPIAN_DATAGRAM_DONE);

  /* The welcome is not for those who hear of it at another. */
  g_assert_cmpint (dial_from (fixture, HERE), ==, THESPIAN_DATAGRAM_REPLY);
  g_assert_cmpuint (fixture->reply_length, ==, sizeof (ThespianDatagramCookie));
}

static void
test_old_cookie (Fixture      *fixture,
                 gconstpointer data)
{
  const gint64 waits[] = { 21 * G_TIME_SPAN_SECOND, 41 * G_TIME_SPAN_SECOND, G_TIME_SPAN_DAY };

  for (guint i = 0; i < G_N_ELEMENTS (waits); i++)
    {
      g_assert_cmpint (dial_from (fixture, HERE), ==, THESPIAN_DATAGRAM_REPLY);
      g_assert_cmpint (answer (fixture), ==, THESPIAN_DATAGRAM_REPLY);
      fixture->now += waits[i];
      if (i == 0) /* the former period's is good */
        g_assert_cmpint (dial_from (fixture, HERE), ==, THESPIAN_DATAGRAM_DONE);
      fixture->now += 21 * G_TIME_SPAN_SECOND;
    }
  g_assert_cmpint (dial_from (fixture, HERE), ==, THESPIAN_DATAGRAM_REPLY);
  g_assert_cmpint (answer (fixture), ==, THESPIAN_DATAGRAM_REPLY);
  g_assert_cmpint (dial_from (fixture, HERE), ==, THESPIAN_DATAGRAM_DONE);
  g_assert_cmpint (answer (fixture), ==, THESPIAN_DATAGRAM_DONE);
  expect_session (fixture);
}

/* The welcome got lost, and the cookie is no longer good when the hello comes again. */
static void
test_old_hello (Fixture      *fixture,
                gconstpointer data)
{
  ThespianDatagramWelcome first, second;

  g_assert_cmpint (dial_from (fixture, HERE), ==, THESPIAN_DATAGRAM_REPLY);
  g_assert_cmpint (answer (fixture), ==, THESPIAN_DATAGRAM_REPLY);
  fixture->now += 21 * G_TIME_SPAN_SECOND;
  g_assert_cmpint (dial_from (fixture, HERE), ==, THESPIAN_DATAGRAM_DONE);
  memcpy (&first, fixture->reply, sizeof first);

  fixture->now += 21 * G_TIME_SPAN_SECOND;
  g_assert_cmpint (dial_from (fixture, HERE), ==, THESPIAN_DATAGRAM_REPLY);
  g_assert_cmpint (answer (fixture), ==, THESPIAN_DATAGRAM_REPLY);
  g_assert_cmpint (dial_from (fixture, HERE), ==, THESPIAN_DATAGRAM_DONE);
  memcpy (&second, fixture->reply, sizeof second);
  g_assert_cmpint (memcmp (first.nonce, second.nonce, sizeof first.nonce), !=, 0);
  g_assert_cmpint (answer (fixture), ==, THESPIAN_DATAGRAM_DONE);
  expect_session (fixture);
}

/* A hello that is heard and sent again, at once or later, never begins a session. */
static void
test_replay (Fixture      *fixture,
             gconstpointer data)
{
  guint8 hello[sizeof (ThespianDatagramHello)], welcome[sizeof (ThespianDatagramWelcome)];
  gsize length;

  dial_from (fixture, HERE);
  answer (fixture);
  memcpy (hello, thespian_datagram_dialler_get_hello (fixture->dialler, &length), sizeof hello);
  g_assert_cmpint (dial_from (fixture, HERE), ==, THESPIAN_DATAGRAM_DONE);
  g_assert_cmpint (answer (fixture), ==, THESPIAN_DATAGRAM_DONE);
  memcpy (welcome, fixture->reply, sizeof welcome);

  for (guint i = 0; i < 300; i++)
    {
      ThespianDatagramResult result = accept_from (fixture, HERE, hello, length);

      g_assert_cmpint (result, ==, THESPIAN_DATAGRAM_REPLY);
      if (fixture->reply_length == sizeof welcome)
        g_assert_cmpmem (fixture->reply, fixture->reply_length, welcome, sizeof welcome);
      else
        g_assert_cmpuint (fixture->reply_length, ==, sizeof (ThespianDatagramCookie));
      fixture->now += G_TIME_SPAN_SECOND / 4;
    }
  g_assert_cmpuint (fixture->reply_length, ==, sizeof (ThespianDatagramCookie));
  expect_session (fixture);
}

/* --- Forgeries ------------------------------------------------------------------------------- */

static void
test_tampered_hello (Fixture      *fixture,
                     gconstpointer data)
{
  const ThespianDatagramResult expected[] = { THESPIAN_DATAGRAM_REPLY, THESPIAN_DATAGRAM_DONE };

  for (guint turn = 0; turn < 2; turn++)
    {
      guint8 hello[sizeof (ThespianDatagramHello)];
      gsize length;

      memcpy (hello, thespian_datagram_dialler_get_hello (fixture->dialler, &length), sizeof hello);
      for (gsize i = 0; i < 8 * sizeof hello; i++)
        {
          hello[i / 8] ^= 1 << i % 8;
          g_assert_cmpint (accept_from (fixture, HERE, hello, length), ==,
                           THESPIAN_DATAGRAM_IGNORED);
          hello[i / 8] ^= 1 << i % 8;
        }
      for (gsize i = 0; i < length; i++)
        g_assert_cmpint (accept_from (fixture, HERE, hello, i), ==, THESPIAN_DATAGRAM_IGNORED);
      g_assert_cmpint (dial_from (fixture, HERE), ==, expected[turn]);
      g_assert_cmpint (answer (fixture), ==, expected[turn]);
    }
  expect_session (fixture);
}

static void
test_tampered_answers (Fixture      *fixture,
                       gconstpointer data)
{
  const ThespianDatagramResult expected[] = { THESPIAN_DATAGRAM_REPLY, THESPIAN_DATAGRAM_DONE };

  for (guint turn = 0; turn < 2; turn++)
    {
      g_assert_cmpint (dial_from (fixture, HERE), ==, expected[turn]);
      for (gsize i = 0; i < 8 * fixture->reply_length; i++)
        {
          fixture->reply[i / 8] ^= 1 << i % 8;
          g_assert_cmpint (answer (fixture), ==, THESPIAN_DATAGRAM_IGNORED);
          fixture->reply[i / 8] ^= 1 << i % 8;
        }
      for (gsize i = 0; i < fixture->reply_length; i++)
        g_assert_cmpint (thespian_datagram_dialler_receive (fixture->dialler, fixture->reply, i),
                         ==, THESPIAN_DATAGRAM_IGNORED);
      g_assert_cmpint (answer (fixture), ==, expected[turn]);
    }
  expect_session (fixture);
}

/* The answers to one dialler are nothing to another with the same key. */
static void
test_other_dialler (Fixture      *fixture,
                    gconstpointer data)
{
  g_autoptr (ThespianDatagramDialler) other = NULL;

  other = thespian_datagram_dialler_new (THESPIAN_PURPOSE_ADMIN_PORT, &dialler_peer,
                                         thespian_system_key_id, fixture->system_key);
  g_assert_cmpint (dial_from (fixture, HERE), ==, THESPIAN_DATAGRAM_REPLY);
  g_assert_cmpint (answer_to (other, fixture), ==, THESPIAN_DATAGRAM_IGNORED);
  g_assert_cmpint (answer (fixture), ==, THESPIAN_DATAGRAM_REPLY);
  g_assert_cmpint (dial_from (fixture, HERE), ==, THESPIAN_DATAGRAM_DONE);
  g_assert_cmpint (answer_to (other, fixture), ==, THESPIAN_DATAGRAM_IGNORED);
  g_assert_cmpint (answer (fixture), ==, THESPIAN_DATAGRAM_DONE);
}

/* Not even with the zeros that are left of the key. */
static void
test_after_the_end (Fixture      *fixture,
                    gconstpointer data)
{
  static const guint8 zeros[THESPIAN_SECRET_LENGTH];
  ThespianDatagramWelcome forged;
  ThespianDatagramHello hello;

  for (guint turn = 0; turn < 2; turn++)
    {
      dial_from (fixture, HERE);
      answer (fixture);
    }
  expect_session (fixture);
  copy_hello (fixture, &hello);
  memcpy (&forged, fixture->reply, sizeof forged);
  thespian_datagram_welcome_prove (&forged, &hello, zeros, forged.proof);
  memcpy (fixture->reply, &forged, sizeof forged);
  g_assert_cmpint (answer (fixture), ==, THESPIAN_DATAGRAM_IGNORED);
}

/* Even from somebody with the key. */
static void
test_purpose (Fixture      *fixture,
              gconstpointer data)
{
  ThespianDatagramHello hello;

  copy_hello (fixture, &hello);
  hello.purpose = 200;
  thespian_datagram_hello_prove (&hello, fixture->system_key, hello.proof);
  g_assert_cmpint (accept_hello (fixture, &hello), ==, THESPIAN_DATAGRAM_IGNORED);
  hello.purpose = THESPIAN_PURPOSE_PEER;
  thespian_datagram_hello_prove (&hello, fixture->system_key, hello.proof);
  g_assert_cmpint (accept_hello (fixture, &hello), ==, THESPIAN_DATAGRAM_REPLY);
}

/* With an end that has no fast AES both use the other cipher. */
static void
test_other_cipher (Fixture      *fixture,
                   gconstpointer data)
{
  ThespianDatagramHello hello;

  for (guint turn = 0; turn < 2; turn++)
    {
      copy_hello (fixture, &hello);
      dial_from (fixture, HERE);
      answer (fixture);
    }
  hello.cipher = THESPIAN_CIPHER_CHACHA20_POLY1305;
  thespian_datagram_hello_prove (&hello, fixture->system_key, hello.proof);
  g_assert_cmpint (accept_hello (fixture, &hello), ==, THESPIAN_DATAGRAM_DONE);
  g_assert_cmpint (((ThespianDatagramWelcome *) fixture->reply)->cipher, ==,
                   THESPIAN_CIPHER_CHACHA20_POLY1305);
}

/* Two that dial each other at once do not take their own words for the other's. */
static void
test_reflection (Fixture      *fixture,
                 gconstpointer data)
{
  gsize length;
  const guint8 *hello = thespian_datagram_dialler_get_hello (fixture->dialler, &length);

  g_assert_cmpint (thespian_datagram_dialler_receive (fixture->dialler, hello, length), ==,
                   THESPIAN_DATAGRAM_IGNORED);
  dial_from (fixture, HERE);
  g_assert_cmpint (accept_from (fixture, HERE, fixture->reply, fixture->reply_length), ==,
                   THESPIAN_DATAGRAM_IGNORED);
}

static void
test_garbage (Fixture      *fixture,
              gconstpointer data)
{
  for (guint i = 0; i < 3000; i++)
    {
      guint8 garbage[2000];
      gsize length = i % sizeof garbage;

      thespian_secret_draw (garbage, sizeof garbage);
      if (i % 2 == 0)
        {
          length = sizeof (ThespianDatagramHello);
          thespian_message_header_init ((ThespianMessageHeader *) garbage,
                                        THESPIAN_MESSAGE_DATAGRAM_HELLO, length);
        }
      g_assert_cmpint (accept_from (fixture, HERE, garbage, length), ==, THESPIAN_DATAGRAM_IGNORED);
      g_assert_cmpint (thespian_datagram_dialler_receive (fixture->dialler, garbage, length), ==,
                       THESPIAN_DATAGRAM_IGNORED);
    }
}

#define ADD(name, function) \
  g_test_add ("/datagram-handshake/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("success", test_success);
  ADD ("lost-and-doubled", test_lost_and_doubled);
  ADD ("token", test_token);
  ADD ("wrong-key", test_wrong_key);
  ADD ("cookie-of-other-address", test_cookie_of_other_address);
  ADD ("old-cookie", test_old_cookie);
  ADD ("old-hello", test_old_hello);
  ADD ("replay", test_replay);
  ADD ("tampered-hello", test_tampered_hello);
  ADD ("tampered-answers", test_tampered_answers);
  ADD ("other-dialler", test_other_dialler);
  ADD ("after-the-end", test_after_the_end);
  ADD ("purpose", test_purpose);
  ADD ("other-cipher", test_other_cipher);
  ADD ("reflection", test_reflection);
  ADD ("garbage", test_garbage);
  return g_test_run ();
}
