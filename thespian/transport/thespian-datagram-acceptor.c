/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A cookie is a MAC over its dialler's nonce and address, made with a secret that changes every
 * PERIOD; it is good until the end of the period after its own.  As long as a hello's cookie is
 * good we remember that it was accepted, and with what words: to a second one, because the welcome
 * was lost, or because somebody sends an old one again, the same is said.  So a hello begins one
 * session at most; its counters never begin anew.
 */

#include "config.h"

#include "transport/thespian-datagram-acceptor-private.h"

#include "log/thespian-internals-log-private.h"
#include "transport/thespian-datagram-proof-private.h"

#define PERIOD (20 * G_TIME_SPAN_SECOND)

typedef struct
{
  ThespianDatagramHello hello; /* the first, so that a hello is looked up by itself */
  ThespianDatagramWelcome welcome;
} Accepted;

typedef struct
{
  guint8 cookie_secret[THESPIAN_SECRET_LENGTH];
  GHashTable *accepted; /* (element-type Accepted Accepted) (owned) */
} Period;

struct _ThespianDatagramAcceptor
{
  ThespianKeyLookup lookup;
  gpointer lookup_data;
  ThespianIdentity self_peer;
  Period periods[2]; /* this one, and the one before */
  gint64 end;        /* of this one; 0 before the first */
};

/* --- Periods --------------------------------------------------------------------------------- */

/* A nonce is random, but for somebody who holds the key; then it does not matter. */
static guint
hash_hello (gconstpointer key)
{
  const ThespianDatagramHello *hello = key;
  guint hash;

  memcpy (&hash, hello->nonce, sizeof hash);
  return hash;
}

static gboolean
equal_hello (gconstpointer one,
             gconstpointer other)
{
  return memcmp (one, other, sizeof (ThespianDatagramHello)) == 0;
}

static void
period_init (Period *self)
{
  thespian_secret_draw (self->cookie_secret, sizeof self->cookie_secret);
  self->accepted = g_hash_table_new_full (hash_hello, equal_hello, NULL, g_free);
}

static void
period_clear (Period *self)
{
  thespian_secret_forget (self->cookie_secret, sizeof self->cookie_secret);
  g_hash_table_unref (self->accepted);
}

static void
begin_period (ThespianDatagramAcceptor *self)
{
  period_clear (&self->periods[1]);
  self->periods[1] = self->periods[0];
  period_init (&self->periods[0]);
}

static void
keep_time (ThespianDatagramAcceptor *self,
           gint64                    now)
{
  if (now < self->end)
    return;
  begin_period (self);
  if (now >= self->end + PERIOD)
    begin_period (self);
  self->end = now + PERIOD;
}

ThespianDatagramAcceptor *
thespian_datagram_acceptor_new (const ThespianIdentity *self_peer,
                                ThespianKeyLookup       lookup,
                                gpointer                lookup_data)
{
  ThespianDatagramAcceptor *self;

  g_return_val_if_fail (lookup != NULL, NULL);

  self = g_new0 (ThespianDatagramAcceptor, 1);
  self->self_peer = *self_peer;
  self->lookup = lookup;
  self->lookup_data = lookup_data;
  period_init (&self->periods[0]);
  period_init (&self->periods[1]);
  return self;
}

void
thespian_datagram_acceptor_free (ThespianDatagramAcceptor *self)
{
  period_clear (&self->periods[0]);
  period_clear (&self->periods[1]);
  g_free (self);
}

/* --- Cookies --------------------------------------------------------------------------------- */

typedef struct
{
  const ThespianDatagramHello *hello;
  const guint8 *source;
  gsize source_length;
} Letter;

static void
make_cookie (const Period *period,
             const Letter *letter,
             guint8       *ret_cookie)
{
  const GOutputVector pieces[] = {
    { letter->hello->nonce, sizeof letter->hello->nonce },
    { letter->source, letter->source_length },
  };
  guint8 proof[THESPIAN_PROOF_LENGTH];

  thespian_secret_prove (period->cookie_secret, "thespian datagram address", pieces,
                         G_N_ELEMENTS (pieces), proof);
  memcpy (ret_cookie, proof, THESPIAN_COOKIE_LENGTH);
}

static gboolean
has_good_cookie (ThespianDatagramAcceptor *self,
                 const Letter             *letter)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->periods); i++)
    {
      guint8 cookie[THESPIAN_COOKIE_LENGTH];

      make_cookie (&self->periods[i], letter, cookie);
      if (thespian_secret_equal (letter->hello->cookie, cookie, sizeof cookie))
        return TRUE;
    }
  return FALSE;
}

static ThespianDatagramResult
send_cookie (ThespianDatagramAcceptor *self,
             const Letter             *letter,
             const guint8             *key,
             guint8                   *reply,
             gsize                    *ret_length)
{
  ThespianDatagramCookie cookie;

  thespian_message_header_init (&cookie.header, THESPIAN_MESSAGE_DATAGRAM_COOKIE, sizeof cookie);
  make_cookie (&self->periods[0], letter, cookie.cookie);
  thespian_datagram_cookie_prove (&cookie, letter->hello, key, cookie.proof);
  memcpy (reply, &cookie, sizeof cookie);
  *ret_length = sizeof cookie;
  return THESPIAN_DATAGRAM_REPLY;
}

/* --- Sessions -------------------------------------------------------------------------------- */

static const Accepted *
find_accepted (ThespianDatagramAcceptor    *self,
               const ThespianDatagramHello *hello)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->periods); i++)
    {
      Accepted *accepted = g_hash_table_lookup (self->periods[i].accepted, hello);

      if (accepted != NULL)
        return accepted;
    }
  return NULL;
}

/* Every end has both ciphers, but one is fast only where the hardware has it. */
static ThespianCipher
agree_on_cipher (const ThespianDatagramHello *hello)
{
  if (hello->cipher == THESPIAN_CIPHER_AES_128_GCM &&
      thespian_cipher_get_preferred () == THESPIAN_CIPHER_AES_128_GCM)
    return THESPIAN_CIPHER_AES_128_GCM;
  return THESPIAN_CIPHER_CHACHA20_POLY1305;
}

static void
fill_welcome (ThespianDatagramAcceptor    *self,
              ThespianDatagramWelcome     *welcome,
              const ThespianDatagramHello *hello,
              const guint8                *key)
{
  thespian_message_header_init (&welcome->header, THESPIAN_MESSAGE_DATAGRAM_WELCOME,
                                sizeof *welcome);
  welcome->cipher = agree_on_cipher (hello);
  thespian_message_peer_pack (&welcome->peer, &self->self_peer);
  thespian_secret_draw (welcome->nonce, sizeof welcome->nonce);
  thespian_datagram_welcome_prove (welcome, hello, key, welcome->proof);
}

static ThespianSeal *
make_seal (const Accepted *accepted,
           const guint8   *key)
{
  g_autoptr (GError) error = NULL;
  guint8 session_key[THESPIAN_SECRET_LENGTH];
  ThespianSeal *seal;

  thespian_datagram_session_key (&accepted->welcome, &accepted->hello, key, session_key);
  seal = thespian_seal_new (session_key, THESPIAN_SEAL_ACCEPTOR, accepted->welcome.cipher, &error);
  thespian_secret_forget (session_key, sizeof session_key);
  if (seal == NULL)
    thespian_internals_log (G_LOG_LEVEL_INFO, "A dialler is not answered: %s", error->message);
  return seal;
}

static ThespianDatagramResult
send_welcome (const Accepted *accepted,
              guint8         *reply,
              gsize          *ret_length)
{
  memcpy (reply, &accepted->welcome, sizeof accepted->welcome);
  *ret_length = sizeof accepted->welcome;
  return THESPIAN_DATAGRAM_REPLY;
}

static ThespianDatagramResult
accept_dialler (ThespianDatagramAcceptor    *self,
                const ThespianDatagramHello *hello,
                const guint8                *key,
                guint8                      *reply,
                gsize                       *ret_length,
                ThespianDatagramSession     *ret_session)
{
  g_autofree Accepted *accepted = g_new0 (Accepted, 1);

  accepted->hello = *hello;
  fill_welcome (self, &accepted->welcome, hello, key);
  ret_session->seal = make_seal (accepted, key);
  if (ret_session->seal == NULL)
    return THESPIAN_DATAGRAM_IGNORED;
  ret_session->purpose = hello->purpose;
  thespian_message_peer_unpack (&hello->peer, &ret_session->peer);
  memcpy (ret_session->key_id, hello->key_id, sizeof hello->key_id);
  send_welcome (accepted, reply, ret_length);
  g_hash_table_add (self->periods[0].accepted, g_steal_pointer (&accepted));
  return THESPIAN_DATAGRAM_DONE;
}

/* --- Hellos ---------------------------------------------------------------------------------- */

static gboolean
is_hello (const guint8 *datagram,
          gsize         length)
{
  const ThespianDatagramHello *hello = (const ThespianDatagramHello *) datagram;

  return length == sizeof *hello &&
         thespian_message_header_check (datagram, length, THESPIAN_MESSAGE_DATAGRAM_HELLO,
                                        length) == THESPIAN_HEADER_OK &&
         thespian_purpose_is_known (hello->purpose);
}

/* For an unknown key one that nobody knows: so the time does not tell which ones there are. */
static gboolean
find_key (ThespianDatagramAcceptor    *self,
          const ThespianDatagramHello *hello,
          guint8                      *ret_key)
{
  guint8 expected[THESPIAN_PROOF_LENGTH];

  if (!self->lookup (hello->purpose, hello->key_id, ret_key, self->lookup_data))
    thespian_secret_draw (ret_key, THESPIAN_SECRET_LENGTH);
  thespian_datagram_hello_prove (hello, ret_key, expected);
  return thespian_secret_equal (hello->proof, expected, sizeof expected);
}

ThespianDatagramResult
thespian_datagram_acceptor_receive (ThespianDatagramAcceptor *self,
                                    const guint8             *datagram,
                                    gsize                     length,
                                    const guint8             *source,
                                    gsize                     source_length,
                                    gint64                    now,
                                    guint8                   *reply,
                                    gsize                    *ret_length,
                                    ThespianDatagramSession  *ret_session)
{
  const Letter letter = { (const ThespianDatagramHello *) datagram, source, source_length };
  ThespianDatagramResult result = THESPIAN_DATAGRAM_IGNORED;
  guint8 key[THESPIAN_SECRET_LENGTH];
  const Accepted *accepted;
  gboolean has_cookie;

  if (!is_hello (datagram, length))
    return THESPIAN_DATAGRAM_IGNORED;
  keep_time (self, now);
  has_cookie = has_good_cookie (self, &letter);

  /* Before its key is asked for, since a one-time token is gone when it was used. */
  accepted = has_cookie ? find_accepted (self, letter.hello) : NULL;
  if (accepted != NULL)
    return send_welcome (accepted, reply, ret_length);

  if (find_key (self, letter.hello, key))
    result = has_cookie ? accept_dialler (self, letter.hello, key, reply, ret_length, ret_session)
                        : send_cookie (self, &letter, key, reply, ret_length);
  thespian_secret_forget (key, sizeof key);
  return result;
}
