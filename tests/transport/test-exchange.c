/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* An exchange whose only peer is this test, which writes and reads frames by itself. */

#include "exchange-test.h"

#include "model/thespian-dead-envelope-private.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define N_TARGETS 10000
#define N_UNREAD 20000
#define LARGE 1000000
#define TINY_BODY 32

static void
put_message (ExchangeTest *f,
             guint64       actor_id,
             guint64       sequence,
             gboolean      is_first)
{
  g_auto (ThespianBuffer) body = THESPIAN_BUFFER_INIT;
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_INT);
  g_assert_true (thespian_body_write (&body, &value, NULL));
  exchange_test_put_frame (f, (ThespianFrame){
                    .kind = THESPIAN_FRAME_MESSAGE,
                    .flags = is_first ? THESPIAN_FRAME_FIRST : 0,
                    .sequence = sequence,
                    .target = { SYSTEM_ID, actor_id },
                    .sender = { SYSTEM_ID, EXCHANGE_TEST_SENDER },
                    .body = body.data,
                    .body_length = body.length,
                });
}

/* A message that nobody understands. */
static void
put_unreadable (ExchangeTest        *f,
                ThespianFrameAddress sender)
{
  exchange_test_put_frame (f, (ThespianFrame){
                    .kind = THESPIAN_FRAME_MESSAGE,
                    .flags = THESPIAN_FRAME_FIRST,
                    .sequence = 1,
                    .target = { SYSTEM_ID, 1000 },
                    .sender = sender,
                    .body = (const guint8 *) "\xff",
                    .body_length = 1,
                });
}

static void
put_state (ExchangeTest     *f,
           ThespianFrameKind kind,
           guint64           actor_id,
           guint64           received,
           guint64           handled)
{
  guint64 body[2] = { GUINT64_TO_LE (received), GUINT64_TO_LE (handled) };

  exchange_test_put_frame (f, (ThespianFrame){
                    .kind = (guint8) kind,
                    .target = { SYSTEM_ID, actor_id },
                    .body = (const guint8 *) body,
                    .body_length = sizeof body,
                });
}

/* --- Tests ------------------------------------------------------------------------------------------------ */

/* Who asks often, each time from another address, does not grow with each answer. */
static void
test_forgotten (ExchangeTest *f,
                gconstpointer data)
{
  ThespianFrame frame;

  for (guint64 i = 1; i <= N_TARGETS; i++)
    {
      g_autoptr (ThespianAddress) target = exchange_test_add_target (f, 1000 + i);

      put_message (f, 1000 + i, i, TRUE);
      exchange_test_flush (f);
      g_assert_true (exchange_test_find_frame (f, THESPIAN_FRAME_ACK, &frame, NULL));
      exchange_test_put_frame (f, (ThespianFrame){
                        .kind = THESPIAN_FRAME_FORGET, .sequence = i, .target = { SYSTEM_ID, 1000 + i } });
    }
  g_assert_cmpuint (f->n_delivered, ==, N_TARGETS);
  g_assert_cmpuint (g_hash_table_size (f->peer->inbounds), ==, 0);
}

/* What the sender has sent since is not forgotten. */
static void
test_forgotten_late (ExchangeTest *f,
                     gconstpointer data)
{
  g_autoptr (ThespianAddress) target = exchange_test_add_target (f, 1000);

  put_message (f, 1000, 1, TRUE);
  put_message (f, 1000, 2, TRUE);
  exchange_test_put_frame (f,
             (ThespianFrame){ .kind = THESPIAN_FRAME_FORGET, .sequence = 1, .target = { SYSTEM_ID, 1000 } });
  put_message (f, 1000, 2, FALSE);
  g_assert_cmpuint (f->n_delivered, ==, 2);
  put_message (f, 1000, 3, FALSE);
  g_assert_cmpuint (f->n_delivered, ==, 3);
}

/* Before the acknowledgement has gone, too. */
static void
test_forgotten_early (ExchangeTest *f,
                      gconstpointer data)
{
  g_autoptr (ThespianAddress) target = exchange_test_add_target (f, 1000);

  put_message (f, 1000, 1, TRUE);
  exchange_test_put_frame (f,
             (ThespianFrame){ .kind = THESPIAN_FRAME_FORGET, .sequence = 1, .target = { SYSTEM_ID, 1000 } });
  exchange_test_flush (f);
  g_assert_cmpuint (f->n_delivered, ==, 1);
  g_assert_cmpuint (g_hash_table_size (f->peer->inbounds), ==, 0);
}

static void
test_tells_to_forget (ExchangeTest *f,
                      gconstpointer data)
{
  ThespianAddress *remote = exchange_test_add_remote (f, 2000);
  ThespianFrame frame;

  exchange_test_send (f, remote);
  exchange_test_flush (f);
  g_assert_true (exchange_test_find_frame (f, THESPIAN_FRAME_MESSAGE, &frame, NULL));
  put_state (f, THESPIAN_FRAME_ACK, 2000, 1, 1);
  g_object_unref (remote);
  exchange_test_flush (f);
  g_assert_true (exchange_test_find_frame (f, THESPIAN_FRAME_FORGET, &frame, NULL));
  g_assert_cmpuint (frame.sequence, ==, 1);
  g_assert_cmpuint (frame.target.actor_id, ==, 2000);
}

/* Each message was handled or is a dead letter: the sender of one that comes too late has to know. */
static void
test_gone_after_some (ExchangeTest *f,
                      gconstpointer data)
{
  ThespianAddress *target = exchange_test_add_target (f, 1000);
  guint64 state[2];
  ThespianFrame frame;

  put_message (f, 1000, 1, TRUE);
  put_message (f, 1000, 2, FALSE);
  g_object_unref (target);
  put_message (f, 1000, 3, FALSE);
  exchange_test_flush (f);
  g_assert_cmpuint (f->n_delivered, ==, 2);
  g_assert_true (exchange_test_find_frame (f, THESPIAN_FRAME_GONE, &frame, state));
  g_assert_cmpuint (GUINT64_FROM_LE (state[1]), ==, 2);
}

static void
test_told_of_gone (ExchangeTest *f,
                   gconstpointer data)
{
  g_autoptr (ThespianAddress) remote = exchange_test_add_remote (f, 2000);
  ThespianFrame frame;

  for (guint i = 0; i < 5; i++)
    exchange_test_send (f, remote);
  exchange_test_flush (f);
  put_state (f, THESPIAN_FRAME_GONE, 2000, 2, 2);
  g_assert_cmpuint (f->n_dead_letters, ==, 3);
  exchange_test_flush (f);
  g_assert_true (exchange_test_find_frame (f, THESPIAN_FRAME_FORGET, &frame, NULL));
  g_assert_cmpuint (frame.sequence, ==, 5);
}

/* What tells of a dead letter names the sender of that, who has asked nothing by it. */
static void
test_no_question (ExchangeTest *f,
                  gconstpointer data)
{
  g_autoptr (ThespianAddress) asker = exchange_test_add_target (f, EXCHANGE_TEST_SENDER);
  g_autoptr (ThespianAddress) remote = exchange_test_add_remote (f, 2000);
  g_auto (GValue) lost = G_VALUE_INIT;
  GValue letter = G_VALUE_INIT;

  exchange_test_send (f, remote);
  g_value_init (&lost, G_TYPE_INT);
  g_value_init (&letter, THESPIAN_TYPE_DEAD_ENVELOPE);
  g_value_take_object (&letter, thespian_dead_envelope_new (&lost, remote));
  exchange_test_send_value (f, remote, &letter);
  exchange_test_flush (f);
  put_state (f, THESPIAN_FRAME_GONE, 2000, 0, 0);
  g_assert_cmpuint (f->n_dead_letters, ==, 1);
  g_assert_cmpuint (f->n_undeliverable, ==, 1);
}

static gsize
receive_poison (ExchangeTest *f)
{
  ThespianFrame frame;

  exchange_test_flush (f);
  g_assert_true (exchange_test_find_frame (f, THESPIAN_FRAME_MESSAGE, &frame, NULL));
  g_assert_cmpint (thespian_body_peek_kind (frame.body, frame.body_length), ==, THESPIAN_BODY_POISON);
  g_assert_cmpuint (f->n_dead_letters, ==, 0);
  return frame.body_length;
}

static void
test_unreadable (ExchangeTest *f,
                 gconstpointer data)
{
  g_autoptr (ThespianAddress) target = exchange_test_add_target (f, 1000);
  g_autoptr (ThespianAddress) remote = exchange_test_add_remote (f, 2000);

  put_unreadable (f, (ThespianFrameAddress){ SYSTEM_ID, 2000 });
  g_assert_cmpuint (receive_poison (f), >, TINY_BODY);
}

/* Where there is no room for the reason the message comes back without it. */
static void
test_unreadable_in_little (ExchangeTest *f,
                           gconstpointer data)
{
  g_autoptr (ThespianAddress) target = exchange_test_add_target (f, 1000);
  g_autoptr (ThespianAddress) remote = exchange_test_add_remote (f, 2000);

  f->exchange->max_frame = THESPIAN_FRAME_HEADER_SIZE + THESPIAN_FRAME_ALIGNMENT + TINY_BODY;
  put_unreadable (f, (ThespianFrameAddress){ SYSTEM_ID, 2000 });
  g_assert_cmpuint (receive_poison (f), <=, TINY_BODY);
}

/* What cannot come back is not lost without a word. */
static void
test_unreadable_of_dead (ExchangeTest *f,
                         gconstpointer data)
{
  g_autoptr (ThespianAddress) target = exchange_test_add_target (f, 1000);
  g_autoptr (ThespianAddress) remote = exchange_test_add_remote (f, 2000);

  put_state (f, THESPIAN_FRAME_GONE, 2000, 0, 0);
  put_unreadable (f, (ThespianFrameAddress){ SYSTEM_ID, 2000 });
  g_assert_cmpuint (f->n_dead_letters, ==, 1);
}

static void
test_unreadable_of_foreign (ExchangeTest *f,
                            gconstpointer data)
{
  g_autoptr (ThespianAddress) target = exchange_test_add_target (f, 1000);

  put_unreadable (f, (ThespianFrameAddress){ SYSTEM_ID + 1, 2000 });
  g_assert_cmpuint (f->n_dead_letters, ==, 1);
}

static void
test_unreadable_too_large (ExchangeTest *f,
                           gconstpointer data)
{
  g_autoptr (ThespianAddress) target = exchange_test_add_target (f, 1000);
  g_autoptr (ThespianAddress) remote = exchange_test_add_remote (f, 2000);

  f->exchange->max_frame = THESPIAN_FRAME_HEADER_SIZE + THESPIAN_FRAME_ALIGNMENT;
  put_unreadable (f, (ThespianFrameAddress){ SYSTEM_ID, 2000 });
  g_assert_cmpuint (f->n_dead_letters, ==, 1);
}

static gpointer
let_go (gpointer address)
{
  g_object_unref (address);
  return NULL;
}

/* An address that is let go while others find it again: what is sent then is not taken for a repetition. */
static void
test_found_again (ExchangeTest *f,
                  gconstpointer data)
{
  ThespianAddress *remote = exchange_test_add_remote (f, 2000);
  g_autoptr (ThespianAddress) again = NULL;
  ThespianChannel *channel;
  ThespianFrame frame;
  GThread *thread;

  exchange_test_send (f, remote);
  exchange_test_flush (f);
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
  exchange_test_find_frame (f, THESPIAN_FRAME_MESSAGE, &frame, NULL);
  exchange_test_send (f, again);
  exchange_test_flush (f);
  g_assert_true (exchange_test_find_frame (f, THESPIAN_FRAME_MESSAGE, &frame, NULL));
  g_assert_cmpuint (frame.sequence, ==, 2);
  g_assert_cmpuint (frame.flags & THESPIAN_FRAME_FIRST, !=, 0);
}

/* A peer can say that it has more than was sent, which changes nothing. */
static void
test_too_much (ExchangeTest *f,
               gconstpointer data)
{
  g_autoptr (ThespianAddress) remote = exchange_test_add_remote (f, 2000);
  ThespianChannel *channel = thespian_port_to_channel (remote->port);

  exchange_test_send (f, remote);
  put_state (f, THESPIAN_FRAME_ACK, 2000, G_MAXUINT64, G_MAXUINT64);
  g_assert_cmpuint (channel->handled, ==, 0);
  exchange_test_flush (f);
  put_state (f, THESPIAN_FRAME_ACK, 2000, 0, G_MAXUINT64);
  g_assert_cmpuint (channel->handled, ==, 0);
  put_state (f, THESPIAN_FRAME_ACK, 2000, G_MAXUINT64, G_MAXUINT64);
  g_assert_cmpuint (channel->handled, ==, 1);
  put_state (f, THESPIAN_FRAME_GONE, 2000, G_MAXUINT64, G_MAXUINT64);
  g_assert_cmpuint (f->n_dead_letters, ==, 0);
}

/* All that was written, until nothing more is. */
static void
read_all (ExchangeTest *f)
{
  static guint8 bytes[65536];

  while (read (f->fd, bytes, sizeof bytes) > 0)
    {
      exchange_test_receive (f);
      exchange_test_flush (f);
    }
}

/* Who sends and does not read is told of all together. */
static void
test_never_read (ExchangeTest *f,
                 gconstpointer data)
{
  g_autoptr (ThespianAddress) target = exchange_test_add_target (f, 1000);
  ThespianFrame frame;
  guint64 state[2];

  for (guint64 i = 1; i <= N_UNREAD; i++)
    {
      put_message (f, 1000, i, i == 1);
      exchange_test_flush (f);
    }
  g_assert_cmpuint (f->n_delivered, ==, N_UNREAD);
  g_assert_cmpuint (f->peer->notes.length, >, 0);
  g_assert_cmpuint (f->peer->notes.length, <, 100000);
  read_all (f);
  g_assert_cmpuint (f->peer->notes.length, ==, 0);
  exchange_test_put_frame (f, (ThespianFrame){ .kind = THESPIAN_FRAME_ASK, .target = { SYSTEM_ID, 1000 } });
  exchange_test_flush (f);
  g_assert_true (exchange_test_find_frame (f, THESPIAN_FRAME_ACK, &frame, state));
  g_assert_cmpuint (state[1], ==, N_UNREAD);
}

static void
put_controls (ExchangeTest *f,
              guint64       first,
              guint64       last)
{
  for (guint64 i = first; i <= last; i++)
    exchange_test_put_frame (f, (ThespianFrame){ .kind = THESPIAN_FRAME_CONTROL,
                                                 .flags = i == 1 ? THESPIAN_FRAME_FIRST : 0,
                                                 .sequence = i,
                                                 .target = { SYSTEM_ID, 1000 } });
  exchange_test_flush (f);
}

/* Nobody waits to hear of a few: that goes with something else, or when there are more. */
static void
test_few_controls (ExchangeTest *f,
                   gconstpointer data)
{
  g_autoptr (ThespianAddress) remote = exchange_test_add_remote (f, 2000);
  ThespianFrame frame;
  guint64 state[2];

  exchange_test_flush (f); /* the link is new */
  put_controls (f, 1, 15);
  g_assert_false (exchange_test_find_frame (f, THESPIAN_FRAME_ACK, &frame, NULL));
  exchange_test_send (f, remote);
  exchange_test_flush (f);
  g_assert_true (exchange_test_find_frame (f, THESPIAN_FRAME_ACK, &frame, state));
  g_assert_cmpuint (state[1], ==, 15);

  put_controls (f, 16, 30);
  g_assert_false (exchange_test_find_frame (f, THESPIAN_FRAME_ACK, &frame, NULL));
  put_controls (f, 31, 31);
  g_assert_true (exchange_test_find_frame (f, THESPIAN_FRAME_ACK, &frame, state));
  g_assert_cmpuint (state[1], ==, 31);
}

/* A message that comes behind one, for the same target, is told of as others are. */
static void
test_message_behind_control (ExchangeTest *f,
                             gconstpointer data)
{
  g_autoptr (ThespianAddress) target = exchange_test_add_target (f, 1000);
  ThespianFrame frame;
  guint64 state[2];

  exchange_test_flush (f);
  put_controls (f, 1, 1);
  put_message (f, 1000, 2, FALSE);
  exchange_test_flush (f);
  g_assert_true (exchange_test_find_frame (f, THESPIAN_FRAME_ACK, &frame, state));
  g_assert_cmpuint (state[1], ==, 2);
}

/* One that waits for room does hear of it. */
static void
test_wanted_controls (ExchangeTest *f,
                      gconstpointer data)
{
  ThespianFrame frame;

  exchange_test_flush (f);
  exchange_test_put_frame (f, (ThespianFrame){ .kind = THESPIAN_FRAME_CONTROL,
                                               .flags = THESPIAN_FRAME_FIRST | THESPIAN_FRAME_WANTS_ACK,
                                               .sequence = 1,
                                               .target = { SYSTEM_ID, 1000 } });
  exchange_test_flush (f);
  g_assert_true (exchange_test_find_frame (f, THESPIAN_FRAME_ACK, &frame, NULL));
}

/* What is noted while a frame has left in part follows it at once. */
static void
test_noted_within_frame (ExchangeTest *f,
                         gconstpointer data)
{
  g_autoptr (ThespianAddress) sender = thespian_address_find_or_create (SYSTEM_ID, EXCHANGE_TEST_SENDER);
  g_autoptr (ThespianAddress) target = exchange_test_add_target (f, 1000);
  g_autoptr (ThespianAddress) remote = exchange_test_add_remote (f, 2000);
  g_auto (GValue) message = G_VALUE_INIT;

  g_value_init (&message, G_TYPE_BYTES);
  g_value_take_boxed (&message, g_bytes_new_take (g_malloc0 (LARGE), LARGE));
  g_assert_true (remote->port->ops->deliver (remote->port, &message, sender, NULL));
  exchange_test_flush (f);
  put_message (f, 1000, 1, TRUE);
  exchange_test_flush (f);
  g_assert_cmpuint (f->peer->notes.length, >, 0);
  read_all (f);
  g_assert_cmpuint (f->peer->notes.length, ==, 0);
}

static void
test_wrong_length (ExchangeTest *f,
                   gconstpointer data)
{
  guint8 bytes[64] = { 0 };
  guint32 length = GUINT32_TO_LE (GPOINTER_TO_UINT (data));

  memcpy (bytes, &length, sizeof length);
  bytes[4] = THESPIAN_FRAME_VERSION;
  exchange_test_put (f, bytes, sizeof bytes);
  g_assert_cmpuint (f->n_lost_links, ==, 1);
  g_assert_true (f->was_told_why);
  g_assert_null (f->peer->link);
}

/* A frame of which the last bytes are called padding, with a byte changed. */
typedef struct
{
  guint8 kind;
  guint place;
  guint8 byte;
  gboolean is_wrong;
} Change;

#define N_CHANGED (THESPIAN_FRAME_HEADER_SIZE + 24)

static const Change right_padding = { THESPIAN_FRAME_ASK, N_CHANGED - 7, 0, FALSE };
static const Change wrong_padding = { THESPIAN_FRAME_ASK, N_CHANGED - 7, 1, TRUE };
static const Change right_hops = { THESPIAN_FRAME_PROBE, 7, 1, FALSE };
static const Change wrong_hops = { THESPIAN_FRAME_ASK, 7, 1, TRUE };
static const Change right_flags = { THESPIAN_FRAME_ASK, 6, 7 << 5 | 7, FALSE };
static const Change wrong_flags = { THESPIAN_FRAME_ASK, 6, 7 << 5 | 1 << 3, TRUE };

static void
test_changed (ExchangeTest *f,
              gconstpointer data)
{
  const Change *change = data;
  guint8 bytes[N_CHANGED] = { 0 };
  guint32 length = GUINT32_TO_LE (sizeof bytes);

  memcpy (bytes, &length, sizeof length);
  bytes[4] = THESPIAN_FRAME_VERSION;
  bytes[5] = change->kind;
  bytes[6] = 7 << 5;
  bytes[change->place] = change->byte;
  exchange_test_put (f, bytes, sizeof bytes);
  g_assert_cmpuint (f->n_lost_links, ==, change->is_wrong);
}

static void
test_wrong_kind (ExchangeTest *f,
                 gconstpointer data)
{
  exchange_test_put_frame (f, (ThespianFrame){ .kind = 12, .target = { SYSTEM_ID, 1000 } });
  g_assert_cmpuint (f->n_lost_links, ==, 1);
}

static void
test_wrong_state (ExchangeTest *f,
                  gconstpointer data)
{
  exchange_test_put_frame (f, (ThespianFrame){ .kind = THESPIAN_FRAME_ACK, .target = { SYSTEM_ID, 1000 } });
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
put_with_fd (ExchangeTest *f,
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
  exchange_test_receive (f);
}

/* Nobody but the admin has any to give. */
static void
test_unasked_fds (ExchangeTest *f,
                  gconstpointer data)
{
  guint8 bytes[256];
  guint n_before = count_fds ();

  for (guint i = 0; i < 100; i++)
    {
      ThespianFrame frame = { .kind = THESPIAN_FRAME_RESUME };

      put_with_fd (f, bytes, exchange_test_lay_out (&frame, bytes));
    }
  g_assert_cmpuint (f->n_lost_links, ==, 0);
  g_assert_cmpuint (count_fds (), ==, n_before);
}

static void
add (const char   *path,
     gconstpointer data,
     void        (*test) (ExchangeTest *f, gconstpointer data))
{
  g_test_add (path, ExchangeTest, data, exchange_test_set_up, test, exchange_test_tear_down);
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
  add ("/exchange/no-question", NULL, test_no_question);
  add ("/exchange/unreadable/of-remote", NULL, test_unreadable);
  add ("/exchange/unreadable/in-little", NULL, test_unreadable_in_little);
  add ("/exchange/unreadable/of-dead", NULL, test_unreadable_of_dead);
  add ("/exchange/unreadable/of-foreign", NULL, test_unreadable_of_foreign);
  add ("/exchange/unreadable/too-large", NULL, test_unreadable_too_large);
  add ("/exchange/found-again", NULL, test_found_again);
  add ("/exchange/too-much", NULL, test_too_much);
  add ("/exchange/never-read", NULL, test_never_read);
  add ("/exchange/few-controls", NULL, test_few_controls);
  add ("/exchange/message-behind-control", NULL, test_message_behind_control);
  add ("/exchange/wanted-controls", NULL, test_wanted_controls);
  add ("/exchange/noted-within-frame", NULL, test_noted_within_frame);
  add ("/exchange/wrong-length/none", GUINT_TO_POINTER (0), test_wrong_length);
  add ("/exchange/wrong-length/short", GUINT_TO_POINTER (40), test_wrong_length);
  add ("/exchange/wrong-length/odd", GUINT_TO_POINTER (49), test_wrong_length);
  add ("/exchange/wrong-length/long", GUINT_TO_POINTER (G_MAXUINT32 & ~7u), test_wrong_length);
  add ("/exchange/padding/right", &right_padding, test_changed);
  add ("/exchange/padding/wrong", &wrong_padding, test_changed);
  add ("/exchange/hops/right", &right_hops, test_changed);
  add ("/exchange/hops/wrong", &wrong_hops, test_changed);
  add ("/exchange/flags/right", &right_flags, test_changed);
  add ("/exchange/flags/wrong", &wrong_flags, test_changed);
  add ("/exchange/wrong-kind", NULL, test_wrong_kind);
  add ("/exchange/wrong-state", NULL, test_wrong_state);
  add ("/exchange/unasked-fds", NULL, test_unasked_fds);

  return g_test_run ();
}
