/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "transport/thespian-handshake-message-private.h"

G_BEGIN_DECLS

/*
 * What the messages of a handshake in datagrams prove.  An answer's proof covers the whole hello
 * that it answers, so it fits no other.
 */
void thespian_datagram_hello_prove   (const ThespianDatagramHello *hello, const guint8 *key,
                                      guint8 *ret_proof);
void thespian_datagram_cookie_prove  (const ThespianDatagramCookie *cookie,
                                      const ThespianDatagramHello *hello, const guint8 *key,
                                      guint8 *ret_proof);
void thespian_datagram_welcome_prove (const ThespianDatagramWelcome *welcome,
                                      const ThespianDatagramHello *hello, const guint8 *key,
                                      guint8 *ret_proof);

/* The key of the session that begins with these two messages. */
void thespian_datagram_session_key   (const ThespianDatagramWelcome *welcome,
                                      const ThespianDatagramHello *hello, const guint8 *key,
                                      guint8 *ret_session_key);

G_END_DECLS
