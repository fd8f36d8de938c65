/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 *     dialler  ── hello: who I am, which key, a nonce, proof of the key ──►         acceptor
 *              ◄── cookie for the address that this came from, proof of the key ──
 *              ── the same hello with the cookie, proof of the key ──►
 *              ◄── welcome: who I am, a nonce, proof of the key ──
 *              ── sealed datagrams ──►
 *
 * Nothing is answered that does not prove the key, and what is lost is made up for by the dialler,
 * which sends its last hello again.
 */

#include "config.h"

#include "transport/thespian-datagram-dialler-private.h"

#include "transport/thespian-datagram-proof-private.h"

struct _ThespianDatagramDialler
{
  gboolean is_done;
  guint8 key[THESPIAN_SECRET_LENGTH]; /* of the session, once it is done */
  ThespianDatagramHello hello;
  ThespianDatagramWelcome welcome;
  ThespianIdentity peer;
};

ThespianDatagramDialler *
thespian_datagram_dialler_new (ThespianPurpose         purpose,
                               const ThespianIdentity *self_peer,
                               const guint8           *key_id,
                               const guint8           *key)
{
  ThespianDatagramDialler *self;
  ThespianDatagramHello *hello;

  g_return_val_if_fail (thespian_purpose_is_known (purpose), NULL);

  self = g_new0 (ThespianDatagramDialler, 1);
  memcpy (self->key, key, sizeof self->key);

  hello = &self->hello;
  thespian_message_header_init (&hello->header, THESPIAN_MESSAGE_DATAGRAM_HELLO, sizeof *hello);
  hello->purpose = purpose;
  hello->cipher = thespian_cipher_get_preferred ();
  thespian_message_peer_pack (&hello->peer, self_peer);
  memcpy (hello->key_id, key_id, sizeof hello->key_id);
  thespian_secret_draw (hello->nonce, sizeof hello->nonce);
  thespian_datagram_hello_prove (hello, self->key, hello->proof);
  return self;
}

void
thespian_datagram_dialler_free (ThespianDatagramDialler *self)
{
  thespian_secret_forget (self->key, sizeof self->key);
  g_free (self);
}

const guint8 *
thespian_datagram_dialler_get_hello (ThespianDatagramDialler *self,
                                     gsize                   *ret_length)
{
  *ret_length = sizeof self->hello;
  return (const guint8 *) &self->hello;
}

static gboolean
is_message (const guint8       *datagram,
            gsize               length,
            ThespianMessageKind kind,
            gsize               expected)
{
  return length == expected &&
         thespian_message_header_check (datagram, length, kind, expected) == THESPIAN_HEADER_OK;
}

static ThespianDatagramResult
receive_cookie (ThespianDatagramDialler      *self,
                const ThespianDatagramCookie *cookie)
{
  guint8 expected[THESPIAN_PROOF_LENGTH];

  thespian_datagram_cookie_prove (cookie, &self->hello, self->key, expected);
  if (!thespian_secret_equal (cookie->proof, expected, sizeof expected))
    return THESPIAN_DATAGRAM_IGNORED;
  memcpy (self->hello.cookie, cookie->cookie, sizeof self->hello.cookie);
  thespian_datagram_hello_prove (&self->hello, self->key, self->hello.proof);
  return THESPIAN_DATAGRAM_REPLY;
}

static ThespianDatagramResult
receive_welcome (ThespianDatagramDialler       *self,
                 const ThespianDatagramWelcome *welcome)
{
  guint8 expected[THESPIAN_PROOF_LENGTH];
  guint8 session_key[THESPIAN_SECRET_LENGTH];

  thespian_datagram_welcome_prove (welcome, &self->hello, self->key, expected);
  if (!thespian_secret_equal (welcome->proof, expected, sizeof expected))
    return THESPIAN_DATAGRAM_IGNORED;
  self->welcome = *welcome;
  thespian_message_peer_unpack (&welcome->peer, &self->peer);
  thespian_datagram_session_key (welcome, &self->hello, self->key, session_key);
  memcpy (self->key, session_key, sizeof session_key);
  thespian_secret_forget (session_key, sizeof session_key);
  self->is_done = TRUE;
  return THESPIAN_DATAGRAM_DONE;
}

ThespianDatagramResult
thespian_datagram_dialler_receive (ThespianDatagramDialler *self,
                                   const guint8            *datagram,
                                   gsize                    length)
{
  if (self->is_done)
    return THESPIAN_DATAGRAM_IGNORED;
  if (is_message (datagram, length, THESPIAN_MESSAGE_DATAGRAM_COOKIE,
                  sizeof (ThespianDatagramCookie)))
    return receive_cookie (self, (const ThespianDatagramCookie *) datagram);
  if (is_message (datagram, length, THESPIAN_MESSAGE_DATAGRAM_WELCOME,
                  sizeof (ThespianDatagramWelcome)))
    return receive_welcome (self, (const ThespianDatagramWelcome *) datagram);
  return THESPIAN_DATAGRAM_IGNORED;
}

const ThespianIdentity *
thespian_datagram_dialler_get_peer (ThespianDatagramDialler *self)
{
  g_return_val_if_fail (self->is_done, NULL);
  return &self->peer;
}

ThespianSeal *
thespian_datagram_dialler_take_seal (ThespianDatagramDialler *self,
                                     GError                 **error)
{
  ThespianSeal *seal;

  g_return_val_if_fail (self->is_done, NULL);

  seal = thespian_seal_new (self->key, THESPIAN_SEAL_DIALLER, self->welcome.cipher, error);
  thespian_secret_forget (self->key, sizeof self->key);
  return seal;
}
