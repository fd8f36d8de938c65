/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What is sent over TCP arrives, once and in order, however often the connection breaks.  Two
 * processes talk with each other through a third one, which cuts their connection at random places.
 */

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "link-side.h"

#include "transport/thespian-greeting-private.h"
#include "transport/thespian-ip-private.h"
#include "transport/thespian-link-private.h"
#include "transport/thespian-listener-private.h"

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

/* One of the two processes: the first dials. */
typedef struct
{
  LinkSide base;
  ThespianListener *listener;
  ThespianIpAddress gate; /* where to dial */
  ThespianAlarm dial;
  guint64 n_dialled;
  Shared *shared;
} Side;

static const guint8 key[THESPIAN_SECRET_LENGTH] = "shared by both";

/* --- The connection ---------------------------------------------------------------------------------- */

static void
set_link (Side    *self,
          int      fd,
          gboolean resumes)
{
  thespian_peer_set_link_locked (self->base.peer, thespian_link_new_stream (self->base.peer, fd), resumes);
  g_atomic_int_inc (&self->shared->n_links[self->base.index]);
}

static void
dial_soon (Side *self)
{
  thespian_alarm_set_locked (&self->dial, self->base.exchange, g_get_monotonic_time () + G_TIME_SPAN_MILLISECOND);
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
  ThespianIdentity identity = { LINK_SIDE_SYSTEM_ID, 1 };
  guint8 key_id[THESPIAN_KEY_ID_LENGTH] = { 0 };
  int fd = thespian_tcp_dial (&self->gate);

  g_assert_cmpint (fd, >=, 0);
  self->n_dialled++;
  memcpy (key_id, &self->n_dialled, sizeof self->n_dialled);
  thespian_greeting_new_locked (self->base.exchange, fd,
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

  thespian_channel_route_locked (channel, self->base.peer);
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
  if (self->base.index == 0)
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
  ThespianIdentity identity = { LINK_SIDE_SYSTEM_ID, 2 };
  ThespianExchange *exchange;

  *self = (Side){
    .shared = shared,
    .gate = *gate,
    .dial = { .call = dial, .data = self },
  };
  link_side_init (&self->base, index, c->length, &exchange_ops, self);
  link_side_add_targets (&self->base, N_TARGETS);
  self->base.n_messages = MAX (c->n_messages / link_side_get_scale (), 10);
  exchange = self->base.exchange;
  g_mutex_lock (&exchange->lock);
  if (index == 0)
    dial (self);
  else
    {
      self->listener = thespian_listener_new_locked (exchange, &identity, &listener_ops, self);
      thespian_listener_add_locked (self->listener, listener_fd);
    }
  thespian_exchange_unlock (exchange);
}

static void
side_clear (Side *self)
{
  ThespianExchange *exchange = self->base.exchange;

  thespian_exchange_close (exchange);
  g_mutex_lock (&exchange->lock);
  thespian_alarm_clear_locked (&self->dial);
  g_clear_pointer (&self->listener, thespian_listener_free_locked);
  thespian_exchange_unlock (exchange);
  link_side_clear (&self->base);
}

/* One turn of what a node does for its exchange. */
static void
pump (LinkSide *self)
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

static void
talk (const Case              *c,
      guint                    index,
      Shared                  *shared,
      int                      listener_fd,
      const ThespianIpAddress *gate)
{
  Side side;

  side_init (&side, c, index, shared, listener_fd, gate);
  link_side_talk (&side.base, shared->is_done, pump);
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

      if (poll (&gate, 1, -1) <= 0)
        continue;
      near = accept4 (gate_fd, NULL, NULL, SOCK_CLOEXEC);
      if (near < 0)
        continue;
      far = dial_blocking (target);
      for (gboolean goes_on = TRUE; goes_on;)
        {
          struct pollfd fds[] = { { near, POLLIN, 0 }, { far, POLLIN, 0 } };

          poll (fds, 2, -1);
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
  ThespianIpAddress any;
  int fd;

  g_assert_true (thespian_ip_address_init (&any, THESPIAN_IP_LOOPBACK, 0));
  fd = thespian_tcp_listen (&any);
  g_assert_cmpint (fd, >=, 0);
  g_assert_true (thespian_ip_address_of (ret_address, fd));

  return fd;
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
  between = link_side_fork ();
  if (between == 0)
    be_between (c, gate_fd, &target);
  other = link_side_fork ();
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
  g_assert_cmpint (shared->n_links[0], >=, MAX (c->min_n_links / link_side_get_scale (), 1));
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
