/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What is sent over TCP arrives, once and in order, however often the connection breaks.  Two
 * processes talk with each other through a third one, which cuts their connection at random places.
 */

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "model/thespian-error.h"
#include "transport/thespian-greeting-private.h"
#include "transport/thespian-ip-private.h"
#include "transport/thespian-link-private.h"
#include "transport/thespian-listener-private.h"

#define SYSTEM_ID 4711
#define MAX_WAITING 900 /* messages: a sender with more would have to wait */
#define N_TARGETS 3

typedef struct
{
  const char *path;
  guint n_messages;  /* for each of the targets, both ways; before scaling */
  guint length;      /* of the longest */
  guint cut_after;   /* bytes, at most; 0: never */
  guint min_n_links; /* that it takes, before scaling */
} Case;

/* What both processes see. */
typedef struct
{
  gint is_done[2];
  gint n_links[2];
} Shared;

typedef struct
{
  ThespianPort port;
  guint64 n_received;
  guint length;
} Sink;

/* One of the two processes: the first dials. */
typedef struct
{
  guint index;
  const Case *c;
  guint n_messages;
  ThespianAdminFace face;
  ThespianExchange *exchange;
  ThespianPeer *peer;
  ThespianAddress *here[N_TARGETS];
  Sink *sinks[N_TARGETS];
  ThespianAddress *there[N_TARGETS];
  guint64 n_sent[N_TARGETS];
  ThespianListener *listener;
  ThespianIpAddress gate; /* where to dial */
  ThespianAlarm dial;
  guint64 n_dialled;
  Shared *shared;
} Side;

static const guint8 key[THESPIAN_SECRET_LENGTH] = "shared by both";

static guint
get_scale (void)
{
  const char *text = g_getenv ("THESPIAN_TEST_SCALE");

  return MAX (text != NULL ? atoi (text) : 1, 1);
}

static GTimeSpan
get_limit (void)
{
  const char *text = g_getenv ("THESPIAN_TEST_TIME_SCALE");

  return 240 * G_TIME_SPAN_SECOND * MAX (text != NULL ? atoi (text) : 1, 1);
}

/* --- Messages --------------------------------------------------------------------------------------- */

/* Each number has a length of its own, so what was put together wrongly is seen. */
static guint
length_of (guint64 number,
           guint   longest)
{
  return 24 + (guint) ((number * 2654435761u) % (longest - 23));
}

/* The numbers come in their order, or the process ends. */
static gboolean
sink_deliver (ThespianPort    *port,
              GValue          *message,
              ThespianAddress *sender,
              GError         **error)
{
  Sink *sink = (Sink *) port;
  const char *text;

  g_assert_true (G_VALUE_HOLDS_STRING (message));
  text = g_value_get_string (message);
  g_assert_cmpuint (g_ascii_strtoull (text, NULL, 10), ==, sink->n_received);
  g_assert_cmpuint (strlen (text), ==, length_of (sink->n_received, sink->length));
  sink->n_received++;
  g_value_unset (message);

  return TRUE;
}

static void
sink_free (ThespianPort *port)
{
  g_free (port);
}

static const ThespianPortOps sink_ops = {
  .deliver = sink_deliver,
  .free = sink_free,
};

static Sink *
sink_new (ThespianAddress *address,
          guint            length)
{
  Sink *sink = g_new0 (Sink, 1);

  sink->port.ops = &sink_ops;
  sink->length = length;
  thespian_address_intern (address);
  thespian_address_take_port (address, &sink->port);

  return sink;
}

/* --- The connection ---------------------------------------------------------------------------------- */

static void
set_link (Side    *self,
          int      fd,
          gboolean resumes)
{
  thespian_peer_set_link_locked (self->peer, thespian_link_new_stream (self->peer, fd), resumes);
  g_atomic_int_inc (&self->shared->n_links[self->index]);
}

static void
dial_soon (Side *self)
{
  thespian_alarm_set_locked (&self->dial, self->exchange, g_get_monotonic_time () + G_TIME_SPAN_MILLISECOND);
}

static void
answered (gpointer           data,
          int                fd,
          ThespianHandshake *handshake,
          const GError      *error)
{
  Side *self = data;

  if (fd >= 0)
    set_link (self, fd, self->n_dialled > 1);
  else
    dial_soon (self);
}

/* The id of the key says which attempt it is, as an introduction does. */
static void
dial (gpointer data)
{
  Side *self = data;
  ThespianIdentity identity = { SYSTEM_ID, 1 };
  guint8 key_id[THESPIAN_KEY_ID_LENGTH] = { 0 };
  int fd = thespian_tcp_dial (&self->gate);

  g_assert_cmpint (fd, >=, 0);
  self->n_dialled++;
  memcpy (key_id, &self->n_dialled, sizeof self->n_dialled);
  thespian_greeting_new_locked (self->exchange, fd,
                                thespian_handshake_new_dialler (THESPIAN_PURPOSE_PEER, &identity, key_id, key, NULL),
                                answered, self);
}

static gboolean
find_key (gpointer        owner,
          ThespianPurpose purpose,
          const guint8   *key_id,
          guint8         *ret_key)
{
  memcpy (ret_key, key, sizeof key);
  return TRUE;
}

static void
accept_other (gpointer           owner,
              int                fd,
              ThespianHandshake *handshake)
{
  guint64 n_dialled;

  memcpy (&n_dialled, thespian_handshake_get_key_id (handshake), sizeof n_dialled);
  set_link (owner, fd, n_dialled > 1);
}

static void
refuse_other (gpointer      owner,
              const guint8 *key_id,
              const GError *error)
{
}

static const ThespianListenerOps listener_ops = {
  .find_key = find_key,
  .accept = accept_other,
  .refuse = refuse_other,
};

static void
find_route (gpointer         owner,
            ThespianChannel *channel)
{
  Side *self = owner;

  thespian_channel_route_locked (channel, self->peer);
}

static void
control (gpointer             owner,
         ThespianPeer        *peer,
         const ThespianFrame *frame)
{
  g_assert_not_reached ();
}

static void
link_lost (gpointer      owner,
           ThespianPeer *peer,
           const char   *reason)
{
  Side *self = owner;

  g_assert_cmpstr (reason, ==, NULL);
  if (self->index == 0)
    dial_soon (self);
}

static void
dead_letter (gpointer             owner,
             const ThespianFrame *message)
{
  g_assert_not_reached ();
}

static const ThespianExchangeOps exchange_ops = {
  .find_route = find_route,
  .control = control,
  .link_lost = link_lost,
  .dead_letter = dead_letter,
};

/* --- One side ------------------------------------------------------------------------------------------ */

static void
side_init (Side                    *self,
           const Case              *c,
           guint                    index,
           Shared                  *shared,
           int                      listener_fd,
           const ThespianIpAddress *gate)
{
  ThespianIdentity identity = { SYSTEM_ID, 2 };

  *self = (Side){
    .index = index,
    .c = c,
    .n_messages = MAX (c->n_messages / get_scale (), 10),
    .face = { .system_id = SYSTEM_ID },
    .shared = shared,
    .gate = *gate,
    .dial = { .call = dial, .data = self },
  };
  self->exchange = thespian_exchange_new (&self->face, index + 1, &exchange_ops, self);
  for (guint i = 0; i < N_TARGETS; i++)
    {
      self->here[i] = thespian_address_find_or_create (SYSTEM_ID, 1000 * (index + 1) + i);
      self->there[i] = thespian_address_find_or_create (SYSTEM_ID, 1000 * (2 - index) + i);
      self->sinks[i] = sink_new (self->here[i], c->length);
    }
  g_mutex_lock (&self->exchange->lock);
  self->peer = thespian_peer_ensure_locked (self->exchange, 2 - index);
  if (index == 0)
    dial (self);
  else
    {
      self->listener = thespian_listener_new_locked (self->exchange, &identity, &listener_ops, self);
      thespian_listener_add_locked (self->listener, listener_fd);
    }
  thespian_exchange_unlock (self->exchange);
}

static void
side_clear (Side *self)
{
  thespian_exchange_close (self->exchange);
  g_mutex_lock (&self->exchange->lock);
  thespian_alarm_clear_locked (&self->dial);
  g_clear_pointer (&self->listener, thespian_listener_free_locked);
  thespian_exchange_unlock (self->exchange);
  for (guint i = 0; i < N_TARGETS; i++)
    {
      g_object_unref (self->here[i]);
      g_object_unref (self->there[i]);
    }
  thespian_exchange_unref (self->exchange);
}

static ThespianChannel *
channel_to (Side *self,
            guint target)
{
  return thespian_port_to_channel (thespian_channel_open (self->exchange, self->there[target]));
}

static void
send_number (Side *self,
             guint target)
{
  GValue value = G_VALUE_INIT;
  ThespianPort *port = &channel_to (self, target)->port;
  guint length = length_of (self->n_sent[target], self->c->length);
  char *text = g_malloc (length + 1);
  g_autoptr (GError) error = NULL;

  memset (text, 'x', length);
  text[length] = '\0';
  g_snprintf (text, 24, "%020" G_GUINT64_FORMAT " is", self->n_sent[target]);
  text[strlen (text)] = 'x';
  g_value_init (&value, G_TYPE_STRING);
  g_value_take_string (&value, text);
  g_assert_true (port->ops->deliver (port, &value, self->here[0], &error));
  g_assert_no_error (error);
  self->n_sent[target]++;
}

static guint64
count_waiting (Side *self,
               guint target)
{
  ThespianChannel *channel = channel_to (self, target);
  guint64 n;

  g_mutex_lock (&self->exchange->lock);
  n = channel->last - channel->handled;
  thespian_exchange_unlock (self->exchange);

  return n;
}

/* No more than about 20 MB wait at a time. */
static void
send_some (Side *self)
{
  guint64 limit = MIN (MAX_WAITING, MAX (20000000 / self->c->length, 2));

  for (guint i = 0; i < N_TARGETS; i++)
    {
      guint64 room = limit - MIN (limit, count_waiting (self, i));

      for (; room > 0 && self->n_sent[i] < self->n_messages; room--)
        send_number (self, i);
    }
}

/* One turn of what a node does for its exchange. */
static void
pump (Side *self)
{
  ThespianExchange *exchange = self->exchange;
  struct pollfd fd = { exchange->epoll_fd, POLLIN, 0 };

  g_mutex_lock (&exchange->lock);
  thespian_exchange_flush_locked (exchange);
  thespian_exchange_unlock (exchange);
  if (poll (&fd, 1, 5) == 0)
    {
      g_mutex_lock (&exchange->lock);
      thespian_exchange_hurry_acks_locked (exchange);
      thespian_exchange_unlock (exchange);
    }
  g_mutex_lock (&exchange->lock);
  thespian_exchange_receive_locked (exchange);
  thespian_exchange_unlock (exchange);
  thespian_exchange_bring (exchange);
}

static gboolean
is_done (Side *self)
{
  for (guint i = 0; i < N_TARGETS; i++)
    if (self->sinks[i]->n_received < self->n_messages || self->n_sent[i] < self->n_messages || count_waiting (self, i) > 0)
      return FALSE;

  return TRUE;
}

/* What was said last may be lost as well, so neither leaves before both are done. */
static void
talk (const Case              *c,
      guint                    index,
      Shared                  *shared,
      int                      listener_fd,
      const ThespianIpAddress *gate)
{
  gint64 end = g_get_monotonic_time () + get_limit ();
  Side side;

  side_init (&side, c, index, shared, listener_fd, gate);
  while (!g_atomic_int_get (&shared->is_done[0]) || !g_atomic_int_get (&shared->is_done[1]))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      send_some (&side);
      pump (&side);
      if (is_done (&side))
        g_atomic_int_set (&shared->is_done[index], TRUE);
    }
  for (guint i = 0; i < N_TARGETS; i++)
    g_assert_cmpuint (side.sinks[i]->n_received, ==, side.n_messages);
  side_clear (&side);
}

/* --- The one between --------------------------------------------------------------------------------------- */

static void
write_all (int           fd,
           const guint8 *bytes,
           gsize         length)
{
  while (length > 0)
    {
      gssize n = send (fd, bytes, length, MSG_NOSIGNAL);

      if (n < 0 && errno != EINTR)
        return;
      bytes += MAX (n, 0);
      length -= (gsize) MAX (n, 0);
    }
}

/* Hands on what there is, up to the place of the cut; FALSE when the connection is to end. */
static gboolean
hand_on (int    from,
         int    to,
         gsize *budget)
{
  guint8 bytes[65536];
  gssize n = recv (from, bytes, MIN (sizeof bytes, *budget), MSG_DONTWAIT);

  if (n < 0)
    return errno == EAGAIN || errno == EINTR;
  write_all (to, bytes, (gsize) n);
  *budget -= (gsize) n;
  return n > 0 && *budget > 0;
}

/* With a reset what is on its way is lost too; without, all that was handed on still arrives. */
static void
cut (int fd)
{
  struct linger hard = { .l_onoff = g_random_boolean (), .l_linger = 0 };

  setsockopt (fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
  close (fd);
}

static int
dial_blocking (const ThespianIpAddress *target)
{
  int fd = socket (target->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

  if (fd < 0 || connect (fd, (const struct sockaddr *) &target->storage, target->length) < 0)
    _exit (1);
  return fd;
}

/* Stands between the two until it is killed.  The end that accepts may notice a cut only afterwards. */
static void
be_between (const Case              *c,
            int                      gate_fd,
            const ThespianIpAddress *target)
{
  int stale = -1;

  for (;;)
    {
      struct pollfd gate = { gate_fd, POLLIN, 0 };
      gsize budget = c->cut_after > 0 ? (gsize) g_random_int_range (1, (gint32) c->cut_after + 1) : G_MAXSIZE;
      int near, far;

      if (poll (&gate, 1, 1000) <= 0)
        {
          if (getppid () == 1)
            _exit (0);
          continue;
        }
      near = accept4 (gate_fd, NULL, NULL, SOCK_CLOEXEC);
      if (near < 0)
        continue;
      far = dial_blocking (target);
      for (gboolean goes_on = TRUE; goes_on;)
        {
          struct pollfd fds[] = { { near, POLLIN, 0 }, { far, POLLIN, 0 } };

          poll (fds, 2, 1000);
          if (getppid () == 1)
            _exit (0);
          goes_on = hand_on (near, far, &budget) && hand_on (far, near, &budget);
        }
      if (stale >= 0)
        cut (stale);
      stale = -1;
      cut (near);
      if (g_random_boolean ())
        stale = far;
      else
        cut (far);
    }
}

/* --- All ---------------------------------------------------------------------------------------------------- */

static int
listen_somewhere (ThespianIpAddress *ret_address)
{
  g_autofree char *endpoint = NULL;
  ThespianIpAddress any;
  int fd;

  g_assert_true (thespian_ip_address_init (&any, THESPIAN_IP_LOOPBACK, 0));
  fd = thespian_tcp_listen (&any);
  g_assert_cmpint (fd, >=, 0);
  endpoint = thespian_ip_endpoint_of (fd);
  g_assert_true (thespian_ip_address_parse (ret_address, endpoint));

  return fd;
}

static pid_t
start (void)
{
  pid_t pid = fork ();

  g_assert_cmpint (pid, >=, 0);
  return pid;
}

static void
test_talk (gconstpointer data)
{
  const Case *c = data;
  Shared *shared = mmap (NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ThespianIpAddress gate, target;
  int gate_fd = listen_somewhere (&gate);
  int target_fd = listen_somewhere (&target);
  pid_t between, other;
  int status = 0;

  g_assert_true (shared != MAP_FAILED);
  between = start ();
  if (between == 0)
    be_between (c, gate_fd, &target);
  other = start ();
  if (other == 0)
    {
      talk (c, 1, shared, target_fd, &gate);
      _exit (0);
    }
  talk (c, 0, shared, -1, &gate);
  g_assert_cmpint (waitpid (other, &status, 0), ==, other);
  g_assert_cmpint (status, ==, 0);
  kill (between, SIGKILL);
  waitpid (between, &status, 0);

  g_test_message ("%d links", shared->n_links[0]);
  g_assert_cmpint (shared->n_links[0], >=, MAX (c->min_n_links / get_scale (), 1));
  if (c->cut_after == 0)
    g_assert_cmpint (shared->n_links[1], ==, 1);
  close (gate_fd);
  close (target_fd);
  munmap (shared, sizeof *shared);
}

static const Case cases[] = {
  { "/transport/stream-link/calm", 50000, 100, 0, 1 },
  /* a million, there and back */
  { "/transport/stream-link/cut", 166667, 100, 1000000, 150 },
  { "/transport/stream-link/cut-often", 2000, 100, 4000, 150 },
  { "/transport/stream-link/cut-large", 60, 1000000, 3000000, 30 },
};

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add_data_func (cases[i].path, &cases[i], test_talk);

  return g_test_run ();
}
