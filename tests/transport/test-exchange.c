/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* An exchange whose only peer is this test, which writes and reads frames by itself. */

#include "transport/thespian-exchange-private.h"

#include "model/thespian-value-private.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define SYSTEM_ID 1
#define NODE_ID 100
#define PEER_ID 200
#define N_TARGETS 10000
#define N_UNREAD 20000
#define LARGE 1000000

typedef struct
{
  ThespianAdminFace face;
  ThespianExchange *exchange;
  ThespianPeer *peer;
  int fd; /* the peer's end */
  guint n_dead_letters;
  guint n_lost_links;
  gboolean was_told_why;
  guint n_delivered;
} Fixture;

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
  Fixture *f = owner;

  f->n_lost_links++;
  f->was_told_why = reason != NULL;
}

static void
dead_letter (gpointer             owner,
             const ThespianFrame *message)
{
  ((Fixture *) owner)->n_dead_letters++;
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
  Fixture *fixture;
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
target_free (ThespianPort *port)
{
  g_free (port);
}

static const ThespianPortOps target_ops = {
  .deliver = target_deliver,
  .free = target_free,
};

/* Somebody who lives here. */
static ThespianAddress *
target_new (Fixture *f,
            guint64  actor_id)
{
  ThespianAddress *address = thespian_address_find_or_create (SYSTEM_ID, actor_id);
  Target *target = g_new0 (Target, 1);

  target->port.ops = &target_ops;
  target->fixture = f;
  thespian_address_take_port (address, &target->port);
  return address;
}

/* Somebody who lives with the peer. */
static ThespianAddress *
remote_new (Fixture *f,
            guint64  actor_id)
{
  ThespianAddress *address = thespian_address_find_or_create (SYSTEM_ID, actor_id);
  ThespianPort *port;

  g_mutex_lock (&f->exchange->lock);
  port = thespian_channel_open_locked (f->exchange, address);
  thespian_channel_route_locked (thespian_port_to_channel (port), f->peer);
  thespian_exchange_unlock (f->exchange);
  return address;
}

static void
send_to (Fixture         *f,
         ThespianAddress *remote)
{
  g_autoptr (ThespianAddress) sender = thespian_address_find_or_create (SYSTEM_ID, 7);
  GValue message = G_VALUE_INIT;

  g_value_init (&message, G_TYPE_INT);
  g_value_set_int (&message, 42);
  g_assert_true (remote->port->ops->deliver (remote->port, &message, sender, NULL));
}

/* --- Frames --------------------------------------------------------------------------------------------- */

static void
set_up (Fixture      *f,
        gconstpointer data)
{
  int fds[2];

  f->face.system_id = SYSTEM_ID;
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds), ==, 0);
  f->fd = fds[1];
  f->exchange = thespian_exchange_new (&f->face, NODE_ID, &exchange_ops, f);
  g_mutex_lock (&f->exchange->lock);
  f->peer = thespian_peer_ensure_locked (f->exchange, PEER_ID);
  thespian_peer_set_link_locked (f->peer, thespian_link_new_stream (f->peer, fds[0]), FALSE);
  thespian_exchange_unlock (f->exchange);
}

static void
tear_down (Fixture      *f,
           gconstpointer data)
{
  thespian_exchange_close (f->exchange);
  thespian_exchange_unref (f->exchange);
  close (f->fd);
}

static void
receive (Fixture *f)
{
  g_mutex_lock (&f->exchange->lock);
  thespian_exchange_receive_locked (f->exchange);
  thespian_exchange_unlock (f->exchange);
  thespian_exchange_bring (f->exchange);
}

static void
flush (Fixture *f)
{
  g_mutex_lock (&f->exchange->lock);
  thespian_exchange_hurry_acks_locked (f->exchange);
  thespian_exchange_flush_locked (f->exchange);
  thespian_exchange_unlock (f->exchange);
}

static void
put (Fixture      *f,
     gconstpointer data,
     gsize         length)
{
  g_assert_cmpint (write (f->fd, data, length), ==, (gssize) length);
  receive (f);
}

static gsize
lay_out (ThespianFrame *frame,
         guint8        *place)
{
  thespian_frame_write_header (frame, place);
  memset (place + THESPIAN_FRAME_HEADER_SIZE, 0, frame->length - THESPIAN_FRAME_HEADER_SIZE);
  if (frame->body_length > 0)
    memcpy (place + THESPIAN_FRAME_HEADER_SIZE, frame->body, frame->body_length);
  return frame->length;
}

static void
put_frame (Fixture      *f,
           ThespianFrame frame)
{
  guint8 bytes[256];

  put (f, bytes, lay_out (&frame, bytes));
}

static void
put_message (Fixture *f,
             guint64  actor_id,
             guint64  sequence,
             gboolean is_first)
{
  g_auto (ThespianBuffer) body = THESPIAN_BUFFER_INIT;
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_INT);
  g_assert_true (thespian_body_write (&body, &value, NULL));
  put_frame (f, (ThespianFrame){
                    .kind = THESPIAN_FRAME_MESSAGE,
                    .flags = is_first ? THESPIAN_FRAME_FIRST : 0,
                    .sequence = sequence,
                    .target = { SYSTEM_ID, actor_id },
                    .sender = { SYSTEM_ID, 7 },
                    .body = body.data,
                    .body_length = body.length,
                });
}

static void
put_state (Fixture          *f,
           ThespianFrameKind kind,
           guint64           actor_id,
           guint64           received,
           guint64           handled)
{
  guint64 body[2] = { GUINT64_TO_LE (received), GUINT64_TO_LE (handled) };

  put_frame (f, (ThespianFrame){
                    .kind = (guint8) kind,
                    .target = { SYSTEM_ID, actor_id },
                    .body = (const guint8 *) body,
                    .body_length = sizeof body,
                });
}

/* All that has come, of which the last frame of @kind is shown. */
static gboolean
find_frame (Fixture          *f,
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

/* --- Tests ------------------------------------------------------------------------------------------------ */

/* Who asks often, each time from another address, does not grow with each answer. */
static void
test_forgotten (Fixture      *f,
                gconstpointer data)
{
  ThespianFrame frame;

  for (guint64 i = 1; i <= N_TARGETS; i++)
    {
      g_autoptr (ThespianAddress) target = target_new (f, 1000 + i);

      put_message (f, 1000 + i, i, TRUE);
      flush (f);
      g_assert_true (find_frame (f, THESPIAN_FRAME_ACK, &frame, NULL));
      put_frame (f, (ThespianFrame){
                        .kind = THESPIAN_FRAME_FORGET, .sequence = i, .target = { SYSTEM_ID, 1000 + i } });
    }
  g_assert_cmpuint (f->n_delivered, ==, N_TARGETS);
  g_assert_cmpuint (g_hash_table_size (f->peer->inbounds), ==, 0);
}

/* What the sender has sent since is not forgotten. */
static void
test_forgotten_late (Fixture      *f,
                     gconstpointer data)
{
  g_autoptr (ThespianAddress) target = target_new (f, 1000);

  put_message (f, 1000, 1, TRUE);
  put_message (f, 1000, 2, TRUE);
  put_frame (f,
             (ThespianFrame){ .kind = THESPIAN_FRAME_FORGET, .sequence = 1, .target = { SYSTEM_ID, 1000 } });
  put_message (f, 1000, 2, FALSE);
  g_assert_cmpuint (f->n_delivered, ==, 2);
  put_message (f, 1000, 3, FALSE);
  g_assert_cmpuint (f->n_delivered, ==, 3);
}

/* Before the acknowledgement has gone, too. */
static void
test_forgotten_early (Fixture      *f,
                      gconstpointer data)
{
  g_autoptr (ThespianAddress) target = target_new (f, 1000);

  put_message (f, 1000, 1, TRUE);
  put_frame (f,
             (ThespianFrame){ .kind = THESPIAN_FRAME_FORGET, .sequence = 1, .target = { SYSTEM_ID, 1000 } });
  flush (f);
  g_assert_cmpuint (f->n_delivered, ==, 1);
  g_assert_cmpuint (g_hash_table_size (f->peer->inbounds), ==, 0);
}

static void
test_tells_to_forget (Fixture      *f,
                      gconstpointer data)
{
  ThespianAddress *remote = remote_new (f, 2000);
  ThespianFrame frame;

  send_to (f, remote);
  flush (f);
  g_assert_true (find_frame (f, THESPIAN_FRAME_MESSAGE, &frame, NULL));
  put_state (f, THESPIAN_FRAME_ACK, 2000, 1, 1);
  g_object_unref (remote);
  flush (f);
  g_assert_true (find_frame (f, THESPIAN_FRAME_FORGET, &frame, NULL));
  g_assert_cmpuint (frame.sequence, ==, 1);
  g_assert_cmpuint (frame.target.actor_id, ==, 2000);
}

/* Each message was handled or is a dead letter: the sender of one that comes too late has to know. */
static void
test_gone_after_some (Fixture      *f,
                      gconstpointer data)
{
  ThespianAddress *target = target_new (f, 1000);
  guint64 state[2];
  ThespianFrame frame;

  put_message (f, 1000, 1, TRUE);
  put_message (f, 1000, 2, FALSE);
  g_object_unref (target);
  put_message (f, 1000, 3, FALSE);
  flush (f);
  g_assert_cmpuint (f->n_delivered, ==, 2);
  g_assert_true (find_frame (f, THESPIAN_FRAME_GONE, &frame, state));
  g_assert_cmpuint (GUINT64_FROM_LE (state[1]), ==, 2);
}

static void
test_told_of_gone (Fixture      *f,
                   gconstpointer data)
{
  g_autoptr (ThespianAddress) remote = remote_new (f, 2000);
  ThespianFrame frame;

  for (guint i = 0; i < 5; i++)
    send_to (f, remote);
  flush (f);
  put_state (f, THESPIAN_FRAME_GONE, 2000, 2, 2);
  g_assert_cmpuint (f->n_dead_letters, ==, 3);
  flush (f);
  g_assert_true (find_frame (f, THESPIAN_FRAME_FORGET, &frame, NULL));
  g_assert_cmpuint (frame.sequence, ==, 5);
}

static gpointer
let_go (gpointer address)
{
  g_object_unref (address);
  return NULL;
}

/* An address that is let go while others find it again: what is sent then is not taken for a repetition. */
static void
test_found_again (Fixture      *f,
                  gconstpointer data)
{
  ThespianAddress *remote = remote_new (f, 2000);
  g_autoptr (ThespianAddress) again = NULL;
  ThespianChannel *channel;
  ThespianFrame frame;
  GThread *thread;

  send_to (f, remote);
  flush (f);
  put_state (f, THESPIAN_FRAME_ACK, 2000, 1, 1);

  g_mutex_lock (&f->exchange->lock);
  thread = g_thread_new ("let-go", let_go, remote);
  /* it is there until its channel is free, for which that thread needs the lock */
  while (g_atomic_int_get ((int *) &G_OBJECT (remote)->ref_count) > 0)
    g_thread_yield ();
  again = thespian_address_find_or_create (SYSTEM_ID, 2000);
  channel = thespian_port_to_channel (thespian_channel_open_locked (f->exchange, again));
  thespian_channel_route_locked (channel, f->peer);
  thespian_exchange_unlock (f->exchange);
  g_thread_join (thread);

  g_mutex_lock (&f->exchange->lock);
  g_assert_true (thespian_channel_find_locked (f->exchange, &channel->id) == channel);
  thespian_exchange_unlock (f->exchange);
  find_frame (f, THESPIAN_FRAME_MESSAGE, &frame, NULL);
  send_to (f, again);
  flush (f);
  g_assert_true (find_frame (f, THESPIAN_FRAME_MESSAGE, &frame, NULL));
  g_assert_cmpuint (frame.sequence, ==, 2);
  g_assert_cmpuint (frame.flags & THESPIAN_FRAME_FIRST, !=, 0);
}

/* A peer can say that it has more than was sent, which changes nothing. */
static void
test_too_much (Fixture      *f,
               gconstpointer data)
{
  g_autoptr (ThespianAddress) remote = remote_new (f, 2000);
  ThespianChannel *channel = thespian_port_to_channel (remote->port);

  send_to (f, remote);
  put_state (f, THESPIAN_FRAME_ACK, 2000, G_MAXUINT64, G_MAXUINT64);
  g_assert_cmpuint (channel->handled, ==, 0);
  flush (f);
  put_state (f, THESPIAN_FRAME_ACK, 2000, 0, G_MAXUINT64);
  g_assert_cmpuint (channel->handled, ==, 0);
  put_state (f, THESPIAN_FRAME_ACK, 2000, G_MAXUINT64, G_MAXUINT64);
  g_assert_cmpuint (channel->handled, ==, 1);
  put_state (f, THESPIAN_FRAME_GONE, 2000, G_MAXUINT64, G_MAXUINT64);
  g_assert_cmpuint (f->n_dead_letters, ==, 0);
}

/* All that was written, until nothing more is. */
static void
read_all (Fixture *f)
{
  static guint8 bytes[65536];

  while (read (f->fd, bytes, sizeof bytes) > 0)
    {
      receive (f);
      flush (f);
    }
}

/* Who sends and does not read is told of all together. */
static void
test_never_read (Fixture      *f,
                 gconstpointer data)
{
  g_autoptr (ThespianAddress) target = target_new (f, 1000);
  ThespianFrame frame;
  guint64 state[2];

  for (guint64 i = 1; i <= N_UNREAD; i++)
    {
      put_message (f, 1000, i, i == 1);
      flush (f);
    }
  g_assert_cmpuint (f->n_delivered, ==, N_UNREAD);
  g_assert_cmpuint (f->peer->notes.length, >, 0);
  g_assert_cmpuint (f->peer->notes.length, <, 100000);
  read_all (f);
  g_assert_cmpuint (f->peer->notes.length, ==, 0);
  put_frame (f, (ThespianFrame){ .kind = THESPIAN_FRAME_ASK, .target = { SYSTEM_ID, 1000 } });
  flush (f);
  g_assert_true (find_frame (f, THESPIAN_FRAME_ACK, &frame, state));
  g_assert_cmpuint (state[1], ==, N_UNREAD);
}

/* What is noted while a frame has left in part follows it at once. */
static void
test_noted_within_frame (Fixture      *f,
                         gconstpointer data)
{
  g_autoptr (ThespianAddress) sender = thespian_address_find_or_create (SYSTEM_ID, 7);
  g_autoptr (ThespianAddress) target = target_new (f, 1000);
  g_autoptr (ThespianAddress) remote = remote_new (f, 2000);
  GValue message = G_VALUE_INIT;

  g_value_init (&message, G_TYPE_BYTES);
  g_value_take_boxed (&message, g_bytes_new_take (g_malloc0 (LARGE), LARGE));
  g_assert_true (remote->port->ops->deliver (remote->port, &message, sender, NULL));
  flush (f);
  put_message (f, 1000, 1, TRUE);
  flush (f);
  g_assert_cmpuint (f->peer->notes.length, >, 0);
  read_all (f);
  g_assert_cmpuint (f->peer->notes.length, ==, 0);
}

static void
test_wrong_length (Fixture      *f,
                   gconstpointer data)
{
  guint8 bytes[64] = { 0 };
  guint32 length = GUINT32_TO_LE (GPOINTER_TO_UINT (data));

  memcpy (bytes, &length, sizeof length);
  put (f, bytes, sizeof bytes);
  g_assert_cmpuint (f->n_lost_links, ==, 1);
  g_assert_true (f->was_told_why);
  g_assert_null (f->peer->link);
}

static void
test_wrong_kind (Fixture      *f,
                 gconstpointer data)
{
  put_frame (f, (ThespianFrame){ .kind = 12, .target = { SYSTEM_ID, 1000 } });
  g_assert_cmpuint (f->n_lost_links, ==, 1);
}

static void
test_wrong_state (Fixture      *f,
                  gconstpointer data)
{
  put_frame (f, (ThespianFrame){ .kind = THESPIAN_FRAME_ACK, .target = { SYSTEM_ID, 1000 } });
  g_assert_cmpuint (f->n_lost_links, ==, 1);
}

static guint
count_fds (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
put_with_fd (Fixture      *f,
             gconstpointer data,
             gsize         length)
{
  union
  {
    char bytes[CMSG_SPACE (sizeof (int))];
    struct cmsghdr align;
  } ancillary = { 0 };
  struct iovec vector = { (gpointer) data, length };
  struct msghdr message = {
    .msg_iov = &vector,
    .msg_iovlen = 1,
    .msg_control = ancillary.bytes,
    .msg_controllen = sizeof ancillary.bytes,
  };
  struct cmsghdr *header = CMSG_FIRSTHDR (&message);

  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN (sizeof (int));
  memcpy (CMSG_DATA (header), &f->fd, sizeof (int));
  g_assert_cmpint (sendmsg (f->fd, &message, 0), ==, (gssize) length);
  receive (f);
}

/* Nobody but the admin has any to give. */
static void
test_unasked_fds (Fixture      *f,
                  gconstpointer data)
{
  guint8 bytes[256];
  guint n_before = count_fds ();

  for (guint i = 0; i < 100; i++)
    {
      ThespianFrame frame = { .kind = THESPIAN_FRAME_RESUME };

      put_with_fd (f, bytes, lay_out (&frame, bytes));
    }
  g_assert_cmpuint (f->n_lost_links, ==, 0);
  g_assert_cmpuint (count_fds (), ==, n_before);
}

static void
add (const char   *path,
     gconstpointer data,
     void        (*test) (Fixture *f, gconstpointer data))
{
  g_test_add (path, Fixture, data, set_up, test, tear_down);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("/exchange/forgotten", NULL, test_forgotten);
  add ("/exchange/forgotten-late", NULL, test_forgotten_late);
  add ("/exchange/forgotten-early", NULL, test_forgotten_early);
  add ("/exchange/tells-to-forget", NULL, test_tells_to_forget);
  add ("/exchange/gone-after-some", NULL, test_gone_after_some);
  add ("/exchange/told-of-gone", NULL, test_told_of_gone);
  add ("/exchange/found-again", NULL, test_found_again);
  add ("/exchange/too-much", NULL, test_too_much);
  add ("/exchange/never-read", NULL, test_never_read);
  add ("/exchange/noted-within-frame", NULL, test_noted_within_frame);
  add ("/exchange/wrong-length/none", GUINT_TO_POINTER (0), test_wrong_length);
  add ("/exchange/wrong-length/short", GUINT_TO_POINTER (40), test_wrong_length);
  add ("/exchange/wrong-length/odd", GUINT_TO_POINTER (49), test_wrong_length);
  add ("/exchange/wrong-length/long", GUINT_TO_POINTER (G_MAXUINT32 & ~7u), test_wrong_length);
  add ("/exchange/wrong-kind", NULL, test_wrong_kind);
  add ("/exchange/wrong-state", NULL, test_wrong_state);
  add ("/exchange/unasked-fds", NULL, test_unasked_fds);

  return g_test_run ();
}
