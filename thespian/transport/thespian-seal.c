/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Each direction has a secret of its own, and counts its datagrams.  The counter is the nonce, so
 * it must never come twice with one key, and no key should encrypt too much: so every EPOCH
 * datagrams the direction goes on to the next key, which both ends derive from the secret and the
 * upper part of the counter.  With 64 KiB in each datagram an attacker gains less than 2^-60 of an
 * advantage in an epoch.
 *
 * So keys change unasked and without a message, and a session lasts as long as somebody needs it.
 * When datagrams of two epochs overtake each other, the receiver goes back and forth between their
 * keys; that is soon over.
 */

#include "config.h"

#include "transport/thespian-seal-private.h"

#include "model/thespian-error.h"
#include "transport/thespian-replay-window-private.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#ifdef __aarch64__
#include <sys/auxv.h>
#endif

#define EPOCH (G_GUINT64_CONSTANT (1) << 20)

#define MAX_KEY_LENGTH 32
#define IV_LENGTH 12
#define TAG_LENGTH THESPIAN_SEAL_TAILROOM
#define COUNTER_OFFSET THESPIAN_SEAL_ID_LENGTH

G_STATIC_ASSERT (EPOCH > THESPIAN_REPLAY_WINDOW);

typedef struct
{
  gnutls_aead_cipher_hd_t cipher; /* (owned) (nullable) */
  guint64 epoch;
  guint8 iv[IV_LENGTH];
} EpochKey;

typedef struct
{
  guint8 key[MAX_KEY_LENGTH];
  guint8 iv[IV_LENGTH];
} EpochMaterial;

/* What the two ends share of what one of them sends. */
typedef struct
{
  guint8 secret[THESPIAN_SECRET_LENGTH]; /* of all keys but the first */
  guint8 id[THESPIAN_SEAL_ID_LENGTH];
  EpochMaterial first;
} Direction;

struct _ThespianSeal
{
  gnutls_cipher_algorithm_t algorithm;

  Direction sending;
  EpochKey sending_key;
  guint64 counter; /* of the next datagram */

  Direction receiving;
  EpochKey receiving_key;
  ThespianReplayWindow window;
};

/* They are derived as bytes. */
G_STATIC_ASSERT (sizeof (EpochMaterial) == MAX_KEY_LENGTH + IV_LENGTH);
G_STATIC_ASSERT (sizeof (Direction) == THESPIAN_SECRET_LENGTH + THESPIAN_SEAL_ID_LENGTH + sizeof (EpochMaterial));

/* --- Keys ------------------------------------------------------------------------------------ */

ThespianCipher
thespian_cipher_get_preferred (void)
{
#if defined(__x86_64__) || defined(__i386__)
  if (__builtin_cpu_supports ("aes") && __builtin_cpu_supports ("pclmul"))
    return THESPIAN_CIPHER_AES_128_GCM;
#elif defined(__aarch64__)
  if ((getauxval (AT_HWCAP) & (HWCAP_AES | HWCAP_PMULL)) == (HWCAP_AES | HWCAP_PMULL))
    return THESPIAN_CIPHER_AES_128_GCM;
#endif
  return THESPIAN_CIPHER_CHACHA20_POLY1305;
}

static int
epoch_key_set (EpochKey                 *self,
               gnutls_cipher_algorithm_t algorithm,
               const EpochMaterial      *material,
               guint64                   epoch)
{
  gnutls_datum_t key = { (unsigned char *) material->key, gnutls_cipher_get_key_size (algorithm) };
  int status;

  g_clear_pointer (&self->cipher, gnutls_aead_cipher_deinit);
  memcpy (self->iv, material->iv, IV_LENGTH);
  self->epoch = epoch;
  status = gnutls_aead_cipher_init (&self->cipher, algorithm, &key);
  if (status < 0)
    self->cipher = NULL;
  return status;
}

/* Since the first key could be made, only memory can be missing. */
static void
epoch_key_ensure (EpochKey                 *self,
                  gnutls_cipher_algorithm_t algorithm,
                  const Direction          *direction,
                  guint64                   epoch)
{
  EpochMaterial material;
  int status;

  if (G_LIKELY (self->epoch == epoch))
    return;
  if (epoch == 0)
    material = direction->first;
  else
    thespian_secret_derive (direction->secret, "thespian seal epoch", epoch, (guint8 *) &material, sizeof material);
  status = epoch_key_set (self, algorithm, &material, epoch);
  thespian_secret_forget (&material, sizeof material);
  if (status < 0)
    g_error ("GnuTLS cannot use a key: %s", gnutls_strerror (status));
}

static void
epoch_key_clear (EpochKey *self)
{
  g_clear_pointer (&self->cipher, gnutls_aead_cipher_deinit);
  thespian_secret_forget (self->iv, sizeof self->iv);
}

/* All at once, which takes a fraction of the time: each process has many peers, and some few words for each. */
static void
derive_directions (ThespianSeal    *self,
                   const guint8    *key,
                   ThespianSealRole role,
                   ThespianCipher   cipher)
{
  Direction directions[2]; /* what the dialler sends, and the acceptor */
  guint own = role == THESPIAN_SEAL_DIALLER ? 0 : 1;

  thespian_secret_derive (key, "thespian seal", cipher, (guint8 *) directions, sizeof directions);
  self->sending = directions[own];
  self->receiving = directions[1 - own];
  /* a first byte of 0x80 or more tells sealed datagrams from a handshake */
  self->sending.id[0] |= 0x80;
  self->receiving.id[0] |= 0x80;
  thespian_secret_forget (directions, sizeof directions);
}

ThespianSeal *
thespian_seal_new (const guint8    *key,
                   ThespianSealRole role,
                   ThespianCipher   cipher,
                   GError         **error)
{
  g_autoptr (ThespianSeal) self = g_new0 (ThespianSeal, 1);
  int status;

  self->algorithm = cipher == THESPIAN_CIPHER_AES_128_GCM ? GNUTLS_CIPHER_AES_128_GCM
                                                          : GNUTLS_CIPHER_CHACHA20_POLY1305;
  derive_directions (self, key, role, cipher);

  status = epoch_key_set (&self->sending_key, self->algorithm, &self->sending.first, 0);
  if (status >= 0)
    status = epoch_key_set (&self->receiving_key, self->algorithm, &self->receiving.first, 0);
  if (status < 0)
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_FAILURE,
                   "GnuTLS does not provide the cipher %s: %s",
                   gnutls_cipher_get_name (self->algorithm), gnutls_strerror (status));
      return NULL;
    }
  return g_steal_pointer (&self);
}

void
thespian_seal_free (ThespianSeal *self)
{
  epoch_key_clear (&self->sending_key);
  epoch_key_clear (&self->receiving_key);
  thespian_secret_forget (self, sizeof *self);
  g_free (self);
}

const guint8 *
thespian_seal_get_receive_id (ThespianSeal *self)
{
  return self->receiving.id;
}

guint64
thespian_seal_get_next_number (ThespianSeal *self)
{
  return self->counter;
}

guint64
thespian_seal_peek_number (const guint8 *buffer)
{
  guint64 counter;

  memcpy (&counter, buffer + COUNTER_OFFSET, sizeof counter);
  return GUINT64_FROM_BE (counter);
}

/* --- Datagrams ------------------------------------------------------------------------------- */

static void
make_nonce (const EpochKey *key,
            const guint8   *counter,
            guint8         *ret_nonce)
{
  memcpy (ret_nonce, key->iv, IV_LENGTH);
  for (guint i = 0; i < sizeof (guint64); i++)
    ret_nonce[IV_LENGTH - sizeof (guint64) + i] ^= counter[i];
}

void
thespian_seal_encrypt (ThespianSeal *self,
                       guint8       *buffer,
                       gsize         length)
{
  guint8 *content = buffer + THESPIAN_SEAL_HEADROOM;
  guint64 counter = GUINT64_TO_BE (self->counter);
  giovec_t clear = { buffer, THESPIAN_SEAL_HEADROOM };
  giovec_t sealed = { content, length };
  gsize tag_length = TAG_LENGTH;
  guint8 nonce[IV_LENGTH];
  int status;

  epoch_key_ensure (&self->sending_key, self->algorithm, &self->sending, self->counter / EPOCH);
  memcpy (buffer, self->sending.id, sizeof self->sending.id);
  memcpy (buffer + COUNTER_OFFSET, &counter, sizeof counter);
  make_nonce (&self->sending_key, buffer + COUNTER_OFFSET, nonce);
  self->counter++;

  status = gnutls_aead_cipher_encryptv2 (self->sending_key.cipher, nonce, sizeof nonce, &clear, 1,
                                         &sealed, 1, content + length, &tag_length);
  if (G_UNLIKELY (status < 0))
    g_error ("GnuTLS cannot encrypt: %s", gnutls_strerror (status));
}

static gboolean
open_in_place (EpochKey *key,
               guint8   *buffer,
               gsize     length)
{
  guint8 *content = buffer + THESPIAN_SEAL_HEADROOM;
  giovec_t clear = { buffer, THESPIAN_SEAL_HEADROOM };
  giovec_t sealed = { content, length };
  guint8 nonce[IV_LENGTH];

  make_nonce (key, buffer + COUNTER_OFFSET, nonce);
  return gnutls_aead_cipher_decryptv2 (key->cipher, nonce, sizeof nonce, &clear, 1, &sealed, 1,
                                       content + length, TAG_LENGTH) >= 0;
}

ThespianSealResult
thespian_seal_decrypt (ThespianSeal *self,
                       guint8       *buffer,
                       gsize         size,
                       gsize        *ret_length)
{
  guint64 counter;

  if (size < THESPIAN_SEAL_OVERHEAD ||
      memcmp (buffer, self->receiving.id, sizeof self->receiving.id) != 0)
    return THESPIAN_SEAL_FORGED;
  counter = thespian_seal_peek_number (buffer);
  if (!thespian_replay_window_admits (&self->window, counter))
    return THESPIAN_SEAL_REPLAYED;

  epoch_key_ensure (&self->receiving_key, self->algorithm, &self->receiving, counter / EPOCH);
  if (!open_in_place (&self->receiving_key, buffer, size - THESPIAN_SEAL_OVERHEAD))
    return THESPIAN_SEAL_FORGED;
  thespian_replay_window_take (&self->window, counter);
  *ret_length = size - THESPIAN_SEAL_OVERHEAD;
  return THESPIAN_SEAL_OK;
}
