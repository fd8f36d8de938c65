/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "transport/thespian-datagram-proof-private.h"

void
thespian_datagram_hello_prove (const ThespianDatagramHello *hello,
                               const guint8                *key,
                               guint8                      *ret_proof)
{
  const GOutputVector piece = { hello, G_STRUCT_OFFSET (ThespianDatagramHello, proof) };

  thespian_secret_prove (key, "thespian datagram hello", &piece, 1, ret_proof);
}

static void
prove_answer (const guint8                *key,
              const char                  *label,
              const ThespianDatagramHello *hello,
              gconstpointer                answer,
              gsize                        length,
              guint8                      *ret_proof)
{
  const GOutputVector pieces[] = {
    { hello, sizeof *hello },
    { answer, length },
  };

  thespian_secret_prove (key, label, pieces, G_N_ELEMENTS (pieces), ret_proof);
}

void
thespian_datagram_cookie_prove (const ThespianDatagramCookie *cookie,
                                const ThespianDatagramHello  *hello,
                                const guint8                 *key,
                                guint8                       *ret_proof)
{
  prove_answer (key, "thespian datagram cookie", hello, cookie,
                G_STRUCT_OFFSET (ThespianDatagramCookie, proof), ret_proof);
}

void
thespian_datagram_welcome_prove (const ThespianDatagramWelcome *welcome,
                                 const ThespianDatagramHello   *hello,
                                 const guint8                  *key,
                                 guint8                        *ret_proof)
{
  prove_answer (key, "thespian datagram welcome", hello, welcome,
                G_STRUCT_OFFSET (ThespianDatagramWelcome, proof), ret_proof);
}

void
thespian_datagram_session_key (const ThespianDatagramWelcome *welcome,
                               const ThespianDatagramHello   *hello,
                               const guint8                  *key,
                               guint8                        *ret_session_key)
{
  G_STATIC_ASSERT (THESPIAN_PROOF_LENGTH == THESPIAN_SECRET_LENGTH);

  prove_answer (key, "thespian datagram session", hello, welcome,
                G_STRUCT_OFFSET (ThespianDatagramWelcome, proof), ret_session_key);
}
