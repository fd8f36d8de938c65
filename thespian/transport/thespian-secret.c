/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "transport/thespian-secret-private.h"

#include <errno.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <sys/random.h>

/* With the NUL. */
#define MAX_LABEL_LENGTH 64

/*
 * SHA-256 is in every build and every mode of GnuTLS, so what fails here is memory.  As everywhere
 * with GLib, that ends the process: to go on without a proof would be worse.
 */
static void
expect_success (int         status,
                const char *what)
{
  if (G_UNLIKELY (status < 0))
    g_error ("GnuTLS cannot compute %s: %s", what, gnutls_strerror (status));
}

void
thespian_secret_draw (guint8 *bytes,
                      gsize   length)
{
  gsize n_read = 0;

  while (n_read < length)
    {
      gssize n = getrandom (bytes + n_read, length - n_read, 0);

      if (n > 0)
        n_read += n;
      else if (errno != EINTR)
        g_error ("The kernel gives no random bits: %s", g_strerror (errno));
    }
}

void
thespian_secret_prove (const guint8        *secret,
                       const char          *label,
                       const GOutputVector *pieces,
                       guint                n_pieces,
                       guint8              *ret_proof)
{
  gnutls_hmac_hd_t hmac;

  expect_success (gnutls_hmac_init (&hmac, GNUTLS_MAC_SHA256, secret, THESPIAN_SECRET_LENGTH),
                  "an HMAC");
  expect_success (gnutls_hmac (hmac, label, strlen (label) + 1), "an HMAC");
  for (guint i = 0; i < n_pieces; i++)
    if (pieces[i].size > 0)
      expect_success (gnutls_hmac (hmac, pieces[i].buffer, pieces[i].size), "an HMAC");
  gnutls_hmac_deinit (hmac, ret_proof);
}

void
thespian_secret_derive (const guint8 *secret,
                        const char   *label,
                        guint64       index,
                        guint8       *ret_bytes,
                        gsize         length)
{
  const guint64 counter = GUINT64_TO_BE (index);
  const gsize label_length = strlen (label) + 1;
  guint8 bytes[MAX_LABEL_LENGTH + sizeof counter];
  const gnutls_datum_t key = { (unsigned char *) secret, THESPIAN_SECRET_LENGTH };
  const gnutls_datum_t info = { bytes, (unsigned) (label_length + sizeof counter) };

  g_assert (label_length <= MAX_LABEL_LENGTH);
  memcpy (bytes, label, label_length);
  memcpy (bytes + label_length, &counter, sizeof counter);
  expect_success (gnutls_hkdf_expand (GNUTLS_MAC_SHA256, &key, &info, ret_bytes, length), "a key");
}

gboolean
thespian_secret_equal (const guint8 *one,
                       const guint8 *other,
                       gsize         length)
{
  return gnutls_memcmp (one, other, length) == 0;
}

void
thespian_secret_forget (gpointer bytes,
                        gsize    length)
{
  gnutls_memset (bytes, 0, length);
}
