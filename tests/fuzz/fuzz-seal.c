/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A network loses, doubles, changes and forges sealed datagrams, in any order.  What is opened is
 * what was sealed, once.
 *
 * The first byte chooses the cipher.  Then come orders: 0xff and a length and so many bytes are a
 * forged datagram; else a number of a datagram and what to change of it.
 */

#include "fuzz.h"

#include <string.h>

#include "transport/thespian-seal-private.h"

#define N_SEALED 192
#define CONTENT_LENGTH 24
#define SIZE (CONTENT_LENGTH + THESPIAN_SEAL_OVERHEAD)
#define FORGED 0xff

typedef struct
{
  ThespianSeal *receiver; /* (owned) */
  guint8 sealed[N_SEALED][SIZE];
  gboolean is_opened[N_SEALED];
} Network;

static void
seal_all (Network       *network,
          ThespianCipher cipher)
{
  static const guint8 key[THESPIAN_SECRET_LENGTH] = "the key that no stranger has";
  g_autoptr (ThespianSeal) sender = NULL;

  sender = thespian_seal_new (key, THESPIAN_SEAL_DIALLER, cipher, NULL);
  network->receiver = thespian_seal_new (key, THESPIAN_SEAL_ACCEPTOR, cipher, NULL);
  for (guint i = 0; i < N_SEALED; i++)
    {
      memset (network->sealed[i] + THESPIAN_SEAL_HEADROOM, i, CONTENT_LENGTH);
      thespian_seal_encrypt (sender, network->sealed[i], CONTENT_LENGTH);
    }
}

static void
forge (Network      *network,
       const guint8 *data,
       gsize         size)
{
  g_autofree guint8 *datagram = g_memdup2 (data, size);
  gsize length;

  g_assert_cmpint (thespian_seal_decrypt (network->receiver, datagram, size, &length), !=,
                   THESPIAN_SEAL_OK);
}

/* The receiver's id, and a counter of the stranger's choice. */
static void
forge_counter (Network      *network,
               const guint8 *data,
               gsize         size)
{
  guint8 datagram[SIZE] = { 0 };
  gsize length;

  memcpy (datagram + THESPIAN_SEAL_ID_LENGTH, data, MIN (size, SIZE - THESPIAN_SEAL_ID_LENGTH));
  memcpy (datagram, thespian_seal_get_receive_id (network->receiver), THESPIAN_SEAL_ID_LENGTH);
  g_assert_cmpint (thespian_seal_decrypt (network->receiver, datagram, SIZE, &length), !=,
                   THESPIAN_SEAL_OK);
}

static void
deliver (Network *network,
         guint    i,
         guint8   position,
         guint8   difference)
{
  guint8 datagram[SIZE];
  ThespianSealResult result;
  gsize length;

  memcpy (datagram, network->sealed[i], SIZE);
  datagram[position % SIZE] ^= difference;
  result = thespian_seal_decrypt (network->receiver, datagram, SIZE, &length);
  if (difference != 0)
    {
      g_assert_cmpint (result, !=, THESPIAN_SEAL_OK);
      return;
    }
  g_assert_cmpint (result, ==, network->is_opened[i] ? THESPIAN_SEAL_REPLAYED : THESPIAN_SEAL_OK);
  if (result == THESPIAN_SEAL_OK)
    {
      g_assert_cmpuint (length, ==, CONTENT_LENGTH);
      for (guint k = 0; k < CONTENT_LENGTH; k++)
        g_assert_cmpuint (datagram[THESPIAN_SEAL_HEADROOM + k], ==, i);
    }
  network->is_opened[i] = TRUE;
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autofree Network *network = g_new0 (Network, 1);

  if (size == 0)
    return 0;
  seal_all (network, data[0] % 2 == 0 ? THESPIAN_CIPHER_AES_128_GCM
                                      : THESPIAN_CIPHER_CHACHA20_POLY1305);
  for (data++, size--; size >= 3;)
    {
      gsize n = 3;

      if (data[0] == FORGED)
        {
          n = 2 + MIN (data[1], size - 2);
          forge (network, data + 2, n - 2);
          forge_counter (network, data + 2, n - 2);
        }
      else
        deliver (network, data[0] % N_SEALED, data[1], data[2]);
      data += n;
      size -= n;
    }
  thespian_seal_free (network->receiver);
  return 0;
}
