/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "transport/thespian-exchange-private.h"

G_BEGIN_DECLS

/* An exchange whose only peer is whoever writes to @fd, and reads from it. */
typedef struct
{
  ThespianAdminFace face;
  ThespianExchange *exchange;
  ThespianPeer *peer;
  int fd; /* the peer's end */
  guint n_dead_letters;
  guint n_dead_letters_from_here; /* those of what exchange_test_send() sent */
  guint n_lost_links;
  gboolean was_told_why;
  guint n_delivered;
  guint n_undeliverable; /* questions of those that live here */
} ExchangeTest;

#define SYSTEM_ID 1
#define EXCHANGE_TEST_SENDER 7

void             exchange_test_set_up     (ExchangeTest *f, gconstpointer data);
void             exchange_test_tear_down  (ExchangeTest *f, gconstpointer data);

/* Somebody who lives here, and somebody who lives with the peer. */
ThespianAddress *exchange_test_add_target (ExchangeTest *f, guint64 actor_id);
ThespianAddress *exchange_test_add_remote (ExchangeTest *f, guint64 actor_id);

/* From the one here who is #EXCHANGE_TEST_SENDER; takes @message. */
void             exchange_test_send_value (ExchangeTest *f, ThespianAddress *remote, GValue *message);
/* A number, from the same. */
void             exchange_test_send       (ExchangeTest *f, ThespianAddress *remote);
void             exchange_test_receive    (ExchangeTest *f);
void             exchange_test_flush      (ExchangeTest *f);

/* From the peer; takes effect at once. */
void             exchange_test_put        (ExchangeTest *f, gconstpointer data, gsize length);
void             exchange_test_put_frame  (ExchangeTest *f, ThespianFrame frame);
/* Returns the length; the header's is set, too. */
gsize            exchange_test_lay_out    (ThespianFrame *frame, guint8 *place);

/* Reads all that has come to the peer, of which the last frame of @kind is shown. */
gboolean         exchange_test_find_frame (ExchangeTest *f, ThespianFrameKind kind, ThespianFrame *ret_frame,
                                           guint64 ret_state[2]);

G_END_DECLS
