/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "transport/thespian-exchange-private.h"
#include "transport/thespian-handshake-private.h"

G_BEGIN_DECLS

/* The handshake on a stream socket, moved along by an exchange: until it is done there is no link. */
typedef struct _ThespianGreeting ThespianGreeting;

/*
 * Under the lock, once; the greeting goes when it returns.  @fd is taken; it is -1 when @error says
 * why there will be none: of %THESPIAN_ERROR when the peer is not who it should be, of %G_IO_ERROR
 * when that was not to be found out.
 */
typedef void (*ThespianGreetedFunc) (gpointer data, int fd, ThespianHandshake *handshake, const GError *error);

/* Takes @fd, which may be about to connect, and @handshake. */
ThespianGreeting *thespian_greeting_new_locked  (ThespianExchange *exchange, int fd, ThespianHandshake *handshake,
                                                 ThespianGreetedFunc greeted, gpointer data);
/* Does not call back. */
void              thespian_greeting_free_locked (ThespianGreeting *self);

G_END_DECLS
