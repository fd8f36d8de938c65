/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Sealed datagrams arrive whole and once, or not at all. */

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>

#include "transport/thespian-seal-private.h"

#define WINDOW 4096 /* what is promised */
#define EPOCH (1 << 20)
#define MAX_CONTENT 2048

typedef struct
{
  ThespianSeal *dialler;
  ThespianSeal *acceptor;
} Pair;

/* A datagram, with the room that it needs. */
typedef struct
{
  gsize size;
  guint8 bytes[THESPIAN_SEAL_OVERHEAD + MAX_CONTENT];
} Datagram;

static ThespianSeal *
new_seal (const guint8    *key,
          ThespianSealRole role,
          ThespianCipher   cipher)
{
  g_autoptr (GError) error = NULL;
  ThespianSeal *seal = thespian_seal_new (key, role, cipher, &error);

  g_assert_no_error (error);
  return seal;
}

static void
set_up (Pair         *pair,
        gconstpointer cipher)
{
  guint8 key[THESPIAN_SECRET_LENGTH];

  thespian_secret_draw (key, sizeof key);
  pair->dialler = new_seal (key, THESPIAN_SEAL_DIALLER, GPOINTER_TO_UINT (cipher));
  pair->acceptor = new_seal (key, THESPIAN_SEAL_ACCEPTOR, GPOINTER_TO_UINT (cipher));
}

static void
tear_down (Pair         *pair,
           gconstpointer cipher)
{
  thespian_seal_free (pair->dialler);
  thespian_seal_free (pair->acceptor);
}

static guint8 *
content (Datagram *datagram)
{
  return datagram->bytes + THESPIAN_SEAL_HEADROOM;
}

static void
seal_text (ThespianSeal *seal,
           const char   *text,
           Datagram     *datagram)
{
  gsize length = strlen (text);

  memcpy (content (datagram), text, length);
  thespian_seal_encrypt (seal, datagram->bytes, length);
  datagram->size = length + THESPIAN_SEAL_OVERHEAD;
}

/* Opens a copy, so that the datagram can come again. */
static ThespianSealResult
open_copy (ThespianSeal   *seal,
           const Datagram *datagram)
{
  Datagram copy = *datagram;
  gsize length;

  return thespian_seal_decrypt (seal, copy.bytes, copy.size, &length);
}

static void
expect_text (ThespianSeal *seal,
             Datagram     *datagram,
             const char   *text)
{
  gsize length;

  g_assert_cmpint (thespian_seal_decrypt (seal, datagram->bytes, datagram->size, &length), ==,
                   THESPIAN_SEAL_OK);
  g_assert_cmpmem (content (datagram), length, text, strlen (text));
}

static void
test_roundtrip (Pair         *pair,
                gconstpointer cipher)
{
  Datagram datagram;

  for (guint i = 0; i < MAX_CONTENT; i += 1 + i / 8)
    {
      g_autofree char *text = g_strnfill (i, 'a' + i % 26);

      seal_text (pair->dialler, text, &datagram);
      if (i >= 8)
        g_assert_null (g_strstr_len ((char *) datagram.bytes, datagram.size, text));
      g_assert_cmpmem (datagram.bytes, THESPIAN_SEAL_ID_LENGTH,
                       thespian_seal_get_receive_id (pair->acceptor), THESPIAN_SEAL_ID_LENGTH);
      g_assert_cmpuint (datagram.bytes[0], >=, 0x80);
      expect_text (pair->acceptor, &datagram, text);

      seal_text (pair->acceptor, text, &datagram);
      expect_text (pair->dialler, &datagram, text);
    }
}

/* The same content never looks the same, and what one end said it does not take for the other's. */
static void
test_directions (Pair         *pair,
                 gconstpointer cipher)
{
  Datagram one, other, back;

  seal_text (pair->dialler, "content", &one);
  seal_text (pair->dialler, "content", &other);
  seal_text (pair->acceptor, "content", &back);
  g_assert_cmpint (memcmp (content (&one), content (&other), 7), !=, 0);
  g_assert_cmpint (memcmp (content (&one), content (&back), 7), !=, 0);
  g_assert_cmpint (open_copy (pair->dialler, &one), ==, THESPIAN_SEAL_FORGED);

  /* Not even under the name of the other session. */
  memcpy (one.bytes, thespian_seal_get_receive_id (pair->dialler), THESPIAN_SEAL_ID_LENGTH);
  g_assert_cmpint (open_copy (pair->dialler, &one), ==, THESPIAN_SEAL_FORGED);
}

static void
test_tampering (Pair         *pair,
                gconstpointer cipher)
{
  Datagram datagram;

  seal_text (pair->dialler, "what must not be changed", &datagram);
  for (gsize i = 0; i < 8 * datagram.size; i++)
    {
      datagram.bytes[i / 8] ^= 1 << i % 8;
      g_assert_cmpint (open_copy (pair->acceptor, &datagram), ==, THESPIAN_SEAL_FORGED);
      datagram.bytes[i / 8] ^= 1 << i % 8;
    }
  expect_text (pair->acceptor, &datagram, "what must not be changed");
}

static void
test_length (Pair         *pair,
             gconstpointer cipher)
{
  Datagram datagram;
  gsize size;

  seal_text (pair->dialler, "whole", &datagram);
  size = datagram.size;
  for (datagram.size = 0; datagram.size < size; datagram.size++)
    g_assert_cmpint (open_copy (pair->acceptor, &datagram), ==, THESPIAN_SEAL_FORGED);
  datagram.size = size + 1;
  g_assert_cmpint (open_copy (pair->acceptor, &datagram), ==, THESPIAN_SEAL_FORGED);
  datagram.size = size;
  expect_text (pair->acceptor, &datagram, "whole");
}

static void
test_other_key (Pair         *pair,
                gconstpointer cipher)
{
  Pair other;
  Datagram datagram;

  set_up (&other, cipher);
  seal_text (other.dialler, "of somebody else", &datagram);
  g_assert_cmpint (open_copy (pair->acceptor, &datagram), ==, THESPIAN_SEAL_FORGED);
  memcpy (datagram.bytes, thespian_seal_get_receive_id (pair->acceptor), THESPIAN_SEAL_ID_LENGTH);
  g_assert_cmpint (open_copy (pair->acceptor, &datagram), ==, THESPIAN_SEAL_FORGED);
  tear_down (&other, cipher);
}

/* --- Order ----------------------------------------------------------------------------------- */

static void
test_replay (Pair         *pair,
             gconstpointer cipher)
{
  Datagram datagram;

  for (guint i = 0; i < 3; i++)
    {
      seal_text (pair->dialler, "once", &datagram);
      g_assert_cmpint (open_copy (pair->acceptor, &datagram), ==, THESPIAN_SEAL_OK);
      g_assert_cmpint (open_copy (pair->acceptor, &datagram), ==, THESPIAN_SEAL_REPLAYED);
    }
}

/* A forged datagram with a high counter must not push the window on. */
static void
test_forged_counter (Pair         *pair,
                     gconstpointer cipher)
{
  Datagram first, second;

  seal_text (pair->dialler, "first", &first);
  seal_text (pair->dialler, "second", &second);
  for (guint i = 0; i < 64; i++)
    {
      Datagram forged = second;

      forged.bytes[THESPIAN_SEAL_ID_LENGTH + 7 - i / 8] ^= 1 << i % 8;
      if (i > 0) /* else the number of the first */
        g_assert_cmpint (open_copy (pair->acceptor, &forged), ==, THESPIAN_SEAL_FORGED);
    }
  expect_text (pair->acceptor, &first, "first");
  expect_text (pair->acceptor, &second, "second");
}

static Datagram *
seal_many (ThespianSeal *seal,
           guint         n)
{
  Datagram *datagrams = g_new (Datagram, n);

  for (guint i = 0; i < n; i++)
    seal_text (seal, "one of many", &datagrams[i]);
  return datagrams;
}

static void
test_reordering (Pair         *pair,
                 gconstpointer cipher)
{
  g_autofree Datagram *datagrams = seal_many (pair->dialler, WINDOW);

  for (guint i = WINDOW; i-- > 0;)
    g_assert_cmpint (open_copy (pair->acceptor, &datagrams[i]), ==, THESPIAN_SEAL_OK);
  for (guint i = 0; i < WINDOW; i++)
    g_assert_cmpint (open_copy (pair->acceptor, &datagrams[i]), ==, THESPIAN_SEAL_REPLAYED);
}

/* In any order and by any steps: each is taken at most once, and none in the window is lost. */
static void
test_shuffling (Pair         *pair,
                gconstpointer cipher)
{
  const guint n = 20000;
  g_autofree Datagram *datagrams = seal_many (pair->dialler, n);
  g_autofree guint8 *is_taken = g_new0 (guint8, n);
  guint newest = 0;

  for (guint i = 0; i < 4 * n; i++)
    {
      guint step = g_test_rand_int_range (0, 2000) * (i % 97 == 0 ? 10 : 1);
      guint k = MIN (i / 4 + step, n - 1);
      ThespianSealResult result = open_copy (pair->acceptor, &datagrams[k]);

      if (is_taken[k])
        g_assert_cmpint (result, ==, THESPIAN_SEAL_REPLAYED);
      else if (k + WINDOW > newest)
        g_assert_cmpint (result, ==, THESPIAN_SEAL_OK);
      is_taken[k] |= result == THESPIAN_SEAL_OK;
      newest = MAX (newest, k);
    }
}

static void
test_old (Pair         *pair,
          gconstpointer cipher)
{
  g_autofree Datagram *datagrams = seal_many (pair->dialler, 4 * WINDOW);

  g_assert_cmpint (open_copy (pair->acceptor, &datagrams[4 * WINDOW - 1]), ==, THESPIAN_SEAL_OK);
  g_assert_cmpint (open_copy (pair->acceptor, &datagrams[0]), ==, THESPIAN_SEAL_REPLAYED);
  g_assert_cmpint (open_copy (pair->acceptor, &datagrams[3 * WINDOW]), ==, THESPIAN_SEAL_OK);
}

/* Seals datagrams that nobody will see, until @next is the number of the next one. */
static void
skip_to (ThespianSeal *seal,
         guint        *at,
         guint         next)
{
  Datagram datagram;

  for (; *at < next; (*at)++)
    thespian_seal_encrypt (seal, datagram.bytes, 0);
}

/* Keys change with time; neither datagrams that overtake each other notice, nor lost ones. */
static void
test_epochs (Pair         *pair,
             gconstpointer cipher)
{
  Datagram before, late, after, much_later;
  guint at = 0;

  skip_to (pair->dialler, &at, EPOCH - 2);
  seal_text (pair->dialler, "before", &before);
  seal_text (pair->dialler, "late", &late);
  seal_text (pair->dialler, "after", &after);
  expect_text (pair->acceptor, &before, "before");
  expect_text (pair->acceptor, &after, "after");
  expect_text (pair->acceptor, &late, "late");

  at = EPOCH + 1;
  skip_to (pair->dialler, &at, 3 * EPOCH + 5);
  seal_text (pair->dialler, "much later", &much_later);
  seal_text (pair->dialler, "after", &after);
  expect_text (pair->acceptor, &much_later, "much later");
  expect_text (pair->acceptor, &after, "after");
}

/* --- Format ---------------------------------------------------------------------------------- */

/* The first byte tells a sealed datagram from a handshake, the others whose it is. */
static void
test_ids (void)
{
  for (guint i = 0; i < 64; i++)
    {
      const guint8 *one, *other;
      Pair pair;

      set_up (&pair, GUINT_TO_POINTER (THESPIAN_CIPHER_AES_128_GCM));
      one = thespian_seal_get_receive_id (pair.dialler);
      other = thespian_seal_get_receive_id (pair.acceptor);
      g_assert_cmpuint (one[0], >=, 0x80);
      g_assert_cmpuint (other[0], >=, 0x80);
      g_assert_cmpint (memcmp (one, other, THESPIAN_SEAL_ID_LENGTH), !=, 0);
      tear_down (&pair, NULL);
    }
}

static void
expand (const guint8 *secret,
        const char   *label,
        guint64       number,
        guint8       *ret_bytes,
        gsize         length)
{
  g_autoptr (GByteArray) info = g_byte_array_new ();
  guint64 packed = GUINT64_TO_BE (number);
  gnutls_datum_t key_datum = { (unsigned char *) secret, 32 }, info_datum;

  g_byte_array_append (info, (const guint8 *) label, (guint) strlen (label) + 1);
  g_byte_array_append (info, (const guint8 *) &packed, sizeof packed);
  info_datum = (gnutls_datum_t){ info->data, info->len };
  g_assert_cmpint (gnutls_hkdf_expand (GNUTLS_MAC_SHA256, &key_datum, &info_datum, ret_bytes, length), ==, 0);
}

/* Opens a datagram of the dialler's as doc/protocol.md has it, without the code that is tested. */
static void
expect_format (const guint8   *key,
               const Datagram *datagram,
               guint64         counter,
               const char     *text)
{
  guint8 session[2 * 84], material[32 + 12], opened[MAX_CONTENT];
  gnutls_datum_t cipher_key = { material, 16 };
  guint64 packed = GUINT64_TO_BE (counter);
  gnutls_aead_cipher_hd_t cipher;
  gsize length = sizeof opened;

  expand (key, "thespian seal", THESPIAN_CIPHER_AES_128_GCM, session, sizeof session);
  if (counter < EPOCH)
    memcpy (material, session + 40, sizeof material);
  else
    expand (session, "thespian seal epoch", counter / EPOCH, material, sizeof material);
  session[32] |= 0x80;
  g_assert_cmpmem (datagram->bytes, 8, session + 32, 8);
  g_assert_cmpmem (datagram->bytes + 8, 8, &packed, 8);
  for (guint i = 0; i < sizeof packed; i++)
    material[32 + 4 + i] ^= ((guint8 *) &packed)[i];

  g_assert_cmpint (gnutls_aead_cipher_init (&cipher, GNUTLS_CIPHER_AES_128_GCM, &cipher_key), ==,
                   0);
  g_assert_cmpint (gnutls_aead_cipher_decrypt (cipher, material + 32, 12, datagram->bytes, 16, 16,
                                               datagram->bytes + 16, datagram->size - 16, opened,
                                               &length),
                   ==, 0);
  g_assert_cmpmem (opened, length, text, strlen (text));
  gnutls_aead_cipher_deinit (cipher);
}

static void
test_format (void)
{
  guint8 key[THESPIAN_SECRET_LENGTH] = { 1, 2, 3 };
  g_autoptr (ThespianSeal) seal = NULL;
  Datagram datagram;
  guint at = 1;

  seal = new_seal (key, THESPIAN_SEAL_DIALLER, THESPIAN_CIPHER_AES_128_GCM);
  seal_text (seal, "first", &datagram);
  expect_format (key, &datagram, 0, "first");
  skip_to (seal, &at, EPOCH - 1);
  seal_text (seal, "last of its key", &datagram);
  expect_format (key, &datagram, EPOCH - 1, "last of its key");
  seal_text (seal, "first of the next", &datagram);
  expect_format (key, &datagram, EPOCH, "first of the next");
}

/* AES is for processors that have instructions for it. */
static void
test_preferred (void)
{
  g_autofree char *processor = NULL;
  gboolean has_aes;

  if (!g_file_get_contents ("/proc/cpuinfo", &processor, NULL, NULL))
    {
      g_test_skip ("the kernel does not say what the processor can do");
      return;
    }
  has_aes = g_regex_match_simple ("\\baes\\b", processor, 0, 0) &&
            g_regex_match_simple ("\\b(pclmulqdq|pmull)\\b", processor, 0, 0);
  g_assert_cmpint (thespian_cipher_get_preferred (), ==,
                   has_aes ? THESPIAN_CIPHER_AES_128_GCM : THESPIAN_CIPHER_CHACHA20_POLY1305);
}

static const struct
{
  const char *name;
  void (*test) (Pair *pair, gconstpointer cipher);
} tests[] = {
  { "roundtrip", test_roundtrip },
  { "directions", test_directions },
  { "tampering", test_tampering },
  { "length", test_length },
  { "other-key", test_other_key },
  { "replay", test_replay },
  { "forged-counter", test_forged_counter },
  { "reordering", test_reordering },
  { "shuffling", test_shuffling },
  { "old", test_old },
};

static void
add_tests (const char    *cipher_name,
           ThespianCipher cipher)
{
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strdup_printf ("/seal/%s/%s", cipher_name, tests[i].name);

      g_test_add (path, Pair, GUINT_TO_POINTER (cipher), set_up, tests[i].test, tear_down);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/seal/preferred", test_preferred);
  g_test_add_func ("/seal/ids", test_ids);
  g_test_add_func ("/seal/format", test_format);
  add_tests ("aes-128-gcm", THESPIAN_CIPHER_AES_128_GCM);
  add_tests ("chacha20-poly1305", THESPIAN_CIPHER_CHACHA20_POLY1305);

  /* Millions of datagrams, so with the faster one only. */
  g_test_add ("/seal/epochs", Pair, GUINT_TO_POINTER (THESPIAN_CIPHER_AES_128_GCM), set_up,
              test_epochs, tear_down);
  return g_test_run ();
}
