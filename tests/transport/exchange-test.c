/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "exchange-test.h"

#include "model/thespian-value-private.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define NODE_ID 100
#define PEER_ID 200

/* --- What stands above and below ------------------------------------------------------------------------ */

static void
find_route (gpointer         owner,
            ThespianChannel *channel)
{
}

static void
control (gpointer             owner,
         ThespianPeer        *peer,
         const ThespianFrame *frame)
{
}

static void
link_lost (gpointer      owner,
           ThespianPeer *peer,
           const char   *reason)
{
  ExchangeTest *f = owner;

  f->n_lost_links++;
  f->was_told_why = reason != NULL;
}

/* What is sent from here, and what comes back of it, has another sender than what is returned to a peer. */
static gboolean
is_from_here (ExchangeTest        *f,
              const ThespianFrame *message)
{
  return message->sender.actor_id == EXCHANGE_TEST_SENDER ||
         thespian_channel_find_locked (f->exchange, &message->sender) != NULL;
}

static void
dead_letter (gpointer             owner,
             const ThespianFrame *message)
{
  ExchangeTest *f = owner;

  f->n_dead_letters++;
  f->n_dead_letters_from_here += is_from_here (f, message);
}

static const ThespianExchangeOps exchange_ops = {
  .find_route = find_route,
  .control = control,
  .link_lost = link_lost,
  .dead_letter = dead_letter,
};

typedef struct
{
  ThespianPort port;
  ExchangeTest *fixture;
} Target;

static gboolean
target_deliver (ThespianPort    *port,
                GValue          *message,
                ThespianAddress *sender,
                GError         **error)
{
  ((Target *) port)->fixture->n_delivered++;
  thespian_value_clear (message);
  return TRUE;
}

static void
target_undeliverable (ThespianPort    *port,
                      ThespianAddress *target)
{
  ((Target *) port)->fixture->n_undeliverable++;
}

static void
target_free (ThespianPort *port)
{
  g_free (port);
}

static const ThespianPortOps target_ops = {
  .deliver = target_deliver,
  .undeliverable = target_undeliverable,
  .free = target_free,
};

ThespianAddress *
exchange_test_add_target (ExchangeTest *f,
                          guint64       actor_id)
{
  ThespianAddress *address = thespian_address_find_or_create (SYSTEM_ID, actor_id);
  Target *target = g_new0 (Target, 1);

  target->port.ops = &target_ops;
  target->fixture = f;
  thespian_address_take_port (address, &target->port);
  return address;
}

ThespianAddress *
exchange_test_add_remote (ExchangeTest *f,
                          guint64       actor_id)
{
  ThespianAddress *address = thespian_address_find_or_create (SYSTEM_ID, actor_id);
  ThespianPort *port;

  g_mutex_lock (&f->exchange->lock);
  port = thespian_channel_open_locked (f->exchange, address);
  thespian_channel_route_locked (thespian_port_to_channel (port), f->peer);
  thespian_exchange_unlock (f->exchange);
  return address;
}

void
exchange_test_send_value (ExchangeTest    *f,
                          ThespianAddress *remote,
                          GValue          *message)
{
  g_autoptr (ThespianAddress) sender = thespian_address_find_or_create (SYSTEM_ID, EXCHANGE_TEST_SENDER);

  g_assert_true (remote->port->ops->deliver (remote->port, message, sender, NULL));
  thespian_value_clear (message);
}

void
exchange_test_send (ExchangeTest    *f,
                    ThespianAddress *remote)
{
  GValue message = G_VALUE_INIT;

  g_value_init (&message, G_TYPE_INT);
  g_value_set_int (&message, 42);
  exchange_test_send_value (f, remote, &message);
}

/* --- Both ends -------------------------------------------------------------------------------------------- */

void
exchange_test_set_up (ExchangeTest *f,
                      gconstpointer data)
{
  int fds[2];

  f->face.system_id = SYSTEM_ID;
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds), ==, 0);
  f->fd = fds[1];
  f->exchange = thespian_exchange_new (&f->face, NODE_ID, NULL, &exchange_ops, f);
  g_mutex_lock (&f->exchange->lock);
  f->peer = thespian_peer_ensure_locked (f->exchange, PEER_ID);
  thespian_peer_set_link_locked (f->peer, thespian_link_new_stream (f->peer, fds[0]), FALSE);
  thespian_exchange_unlock (f->exchange);
}

void
exchange_test_tear_down (ExchangeTest *f,
                         gconstpointer data)
{
  thespian_exchange_close (f->exchange);
  thespian_exchange_unref (f->exchange);
  close (f->fd);
}

void
exchange_test_receive (ExchangeTest *f)
{
  g_mutex_lock (&f->exchange->lock);
  thespian_exchange_receive_locked (f->exchange);
  thespian_exchange_unlock (f->exchange);
  thespian_exchange_bring (f->exchange);
}

void
exchange_test_flush (ExchangeTest *f)
{
  g_mutex_lock (&f->exchange->lock);
  thespian_exchange_hurry_acks_locked (f->exchange);
  thespian_exchange_flush_locked (f->exchange);
  thespian_exchange_unlock (f->exchange);
}

void
exchange_test_put (ExchangeTest *f,
                   gconstpointer data,
                   gsize         length)
{
  g_assert_cmpint (write (f->fd, data, length), ==, (gssize) length);
  exchange_test_receive (f);
}

gsize
exchange_test_lay_out (ThespianFrame *frame,
                       guint8        *place)
{
  thespian_frame_write_header (frame, place);
  memset (place + THESPIAN_FRAME_HEADER_SIZE, 0, frame->length - THESPIAN_FRAME_HEADER_SIZE);
  if (frame->body_length > 0)
    memcpy (place + THESPIAN_FRAME_HEADER_SIZE, frame->body, frame->body_length);
  return frame->length;
}

void
exchange_test_put_frame (ExchangeTest *f,
                         ThespianFrame frame)
{
  guint8 bytes[256];

  exchange_test_put (f, bytes, exchange_test_lay_out (&frame, bytes));
}

gboolean
exchange_test_find_frame (ExchangeTest     *f,
                          ThespianFrameKind kind,
                          ThespianFrame    *ret_frame,
                          guint64           ret_state[2])
{
  static guint8 bytes[65536];
  gssize n = read (f->fd, bytes, sizeof bytes);
  gboolean found = FALSE;
  ThespianFrame frame;

  for (gssize i = 0; i < n; i += frame.length)
    {
      g_assert_true (thespian_frame_read (bytes + i, thespian_frame_peek_length (bytes + i), &frame, NULL));
      if (frame.kind != kind)
        continue;
      found = TRUE;
      *ret_frame = frame;
      if (ret_state != NULL)
        memcpy (ret_state, frame.body, 2 * sizeof *ret_state);
    }
  return found;
}
