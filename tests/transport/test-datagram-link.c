/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is sent over datagrams arrives, once and in order, whatever happens to them on the way. */

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "link-side.h"

#include "model/thespian-error.h"
#include "transport/thespian-datagram-socket-private.h"

#define TEXT_LENGTH 100
/* Messages: with fewer there might be no datagram that something happens to. */
#define ENOUGH 20000

/* What the network does to datagrams, in percent of them. */
typedef struct
{
  guint lost;
  guint doubled;
  guint damaged; /* comes besides the one that is whole */
} Weather;

typedef struct
{
  const char *path;
  guint n_targets;
  guint n_messages;
  Weather weather;
} Case;

/* What both processes see. */
typedef struct
{
  gint is_done[2];
  guint64 n_dropped[2]; /* because somebody was there who had not made it */
} Shared;

/* One of the two processes. */
typedef struct
{
  LinkSide base;
  guint n_dead_letters;
  guint n_lost_links;
  guint n_controls;
} Side;

/* A socket, and where it is. */
typedef struct
{
  int fd;
  ThespianIpAddress address;
} Place;

/* --- One side ------------------------------------------------------------------------------------ */

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
  Side *self = owner;

  self->n_controls++;
}

static void
link_lost (gpointer      owner,
           ThespianPeer *peer,
           const char   *reason)
{
  Side *self = owner;

  g_assert_cmpstr (reason, ==, NULL);
  self->n_lost_links++;
}

static void
dead_letter (gpointer             owner,
             const ThespianFrame *message)
{
  Side *self = owner;

  self->n_dead_letters++;
}

static const ThespianExchangeOps exchange_ops = {
  .find_route = find_route,
  .control = control,
  .link_lost = link_lost,
  .dead_letter = dead_letter,
};

static ThespianSeal *
seal_new (guint         index,
          const guint8 *key)
{
  g_autoptr (GError) error = NULL;
  ThespianSeal *seal = thespian_seal_new (key, index == 0 ? THESPIAN_SEAL_DIALLER : THESPIAN_SEAL_ACCEPTOR,
                                          thespian_cipher_get_preferred (), &error);

  g_assert_no_error (error);

  return seal;
}

static void
side_init (Side        *self,
           guint        index,
           guint        n_targets,
           Place       *place,
           const Place *other,
           const guint8 *key)
{
  ThespianLink *link;

  *self = (Side){ 0 };
  link_side_init (&self->base, index, TEXT_LENGTH, &exchange_ops, self);
  link_side_add_targets (&self->base, n_targets);
  g_mutex_lock (&self->base.exchange->lock);
  thespian_datagram_socket_open_locked (self->base.exchange, place->fd, NULL, NULL);
  link = thespian_link_new_datagram (self->base.peer, seal_new (index, key), &other->address);
  thespian_peer_set_link_locked (self->base.peer, link, FALSE);
  thespian_exchange_unlock (self->base.exchange);
}

/* One turn of what a node does for its exchange. */
static void
side_pump (LinkSide *self,
           int       timeout)
{
  ThespianExchange *exchange = self->exchange;

  g_mutex_lock (&exchange->lock);
  thespian_exchange_wait_locked (exchange, timeout);
  thespian_exchange_unlock (exchange);
  thespian_exchange_bring (exchange);
}

static void
pump (LinkSide *self)
{
  side_pump (self, 10);
}

/* --- The network --------------------------------------------------------------------------------- */

static Place
place_new (void)
{
  ThespianIpAddress any;
  Place place;

  g_assert_true (thespian_ip_address_init (&any, THESPIAN_IP_LOOPBACK, 0));
  place.fd = thespian_udp_open (&any);
  g_assert_cmpint (place.fd, >=, 0);
  g_assert_true (thespian_ip_address_of (&place.address, place.fd));

  return place;
}

static gboolean
strikes (guint percent)
{
  return (guint) g_random_int_range (0, 100) < percent;
}

static void
pass_on (const Place   *from,
         const Place   *to,
         const Weather *weather)
{
  guint8 bytes[65536];
  gssize n;

  while ((n = recv (from->fd, bytes, sizeof bytes, MSG_DONTWAIT)) > 0)
    {
      if (strikes (weather->lost))
        continue;
      sendto (from->fd, bytes, (gsize) n, 0, (struct sockaddr *) &to->address.storage, to->address.length);
      if (strikes (weather->doubled))
        sendto (from->fd, bytes, (gsize) n, 0, (struct sockaddr *) &to->address.storage, to->address.length);
      if (!strikes (weather->damaged))
        continue;
      bytes[g_random_int_range (0, (gint32) n)] ^= (guint8) (1 << g_random_int_range (0, 8));
      sendto (from->fd, bytes, (gsize) g_random_int_range (0, (gint32) n + 1), 0,
              (struct sockaddr *) &to->address.storage, to->address.length);
    }
}

/* Stands between the two until it is killed. */
static pid_t
start_network (const Place   *entries,
               const Place   *places,
               const Weather *weather)
{
  pid_t pid = link_side_fork ();

  if (pid > 0)
    return pid;
  for (;;)
    {
      struct pollfd fds[] = { { entries[0].fd, POLLIN, 0 }, { entries[1].fd, POLLIN, 0 } };

      if (poll (fds, 2, -1) < 0)
        _exit (0);
      pass_on (&entries[0], &places[1], weather);
      pass_on (&entries[1], &places[0], weather);
    }
}

/* --- Both ---------------------------------------------------------------------------------------- */

static void
talk (const Case   *c,
      guint         index,
      Place        *place,
      const Place  *other,
      const guint8 *key,
      Shared       *shared)
{
  const ThespianDatagramCounts *counts;
  Side side;

  side_init (&side, index, c->n_targets, place, other, key);
  side.base.n_messages = c->n_messages / c->n_targets;
  link_side_talk (&side.base, shared->is_done, pump);
  counts = thespian_datagram_socket_get_counts (side.base.exchange->datagram_socket);
  shared->n_dropped[index] = counts->n_forged + counts->n_replayed + counts->n_strange;
  link_side_clear (&side.base);
}

static void
wait_for (pid_t pid)
{
  int status;

  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 0);
}

static void
stop_network (pid_t pid)
{
  kill (pid, SIGKILL);
  waitpid (pid, NULL, 0);
}

static void
test_talk (gconstpointer data)
{
  const Case *c = data;
  gboolean is_fine = c->weather.lost + c->weather.doubled + c->weather.damaged == 0;
  Place places[2] = { place_new (), place_new () };
  Place entries[2] = { place_new (), place_new () };
  Shared *shared = mmap (NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pid_t network = is_fine ? 0 : start_network (entries, places, &c->weather);
  guint8 key[THESPIAN_SECRET_LENGTH];
  gint64 start;
  pid_t child;

  thespian_secret_draw (key, sizeof key);
  start = g_get_monotonic_time ();
  child = link_side_fork ();
  if (child == 0)
    {
      talk (c, 1, &places[1], is_fine ? &places[0] : &entries[1], key, shared);
      _exit (0);
    }
  talk (c, 0, &places[0], is_fine ? &places[1] : &entries[0], key, shared);
  g_test_message ("%.0f messages a second each way",
                  c->n_messages / ((double) (g_get_monotonic_time () - start) / G_TIME_SPAN_SECOND));
  wait_for (child);
  if (network > 0)
    stop_network (network);
  if (c->weather.doubled > 0)
    g_assert_cmpuint (shared->n_dropped[0] + shared->n_dropped[1], >, 0);

  munmap (shared, sizeof *shared);
  close (places[1].fd);
  close (entries[0].fd);
  close (entries[1].fd);
}

/* --- Both in one process ------------------------------------------------------------------------- */

typedef struct
{
  Side sides[2];
  Place places[2];
} Pair;

static void
pair_init (Pair *self)
{
  guint8 key[THESPIAN_SECRET_LENGTH];

  thespian_secret_draw (key, sizeof key);
  for (guint i = 0; i < 2; i++)
    self->places[i] = place_new ();
  for (guint i = 0; i < 2; i++)
    side_init (&self->sides[i], i, 0, &self->places[i], &self->places[!i], key);
}

/* Both sides live in one process, so an address that is there cannot have a channel that leads there:
 * somebody here sends to somebody who is nowhere. */
static void
pair_aim (Pair *self)
{
  link_side_add_target (&self->sides[0].base, 1, 2);
}

/* What the other side sees at once, whoever it is for. */
static void
side_send_control (LinkSide *self)
{
  g_mutex_lock (&self->exchange->lock);
  thespian_exchange_control_locked (self->exchange, self->there[0], THESPIAN_FRAME_CONTROL, self->here[0], NULL);
  thespian_exchange_flush_locked (self->exchange);
  thespian_exchange_unlock (self->exchange);
}

static void
pair_pump (Pair *self)
{
  side_pump (&self->sides[0].base, 1);
  side_pump (&self->sides[1].base, 1);
}

static void
pair_clear (Pair *self)
{
  link_side_clear (&self->sides[0].base);
  link_side_clear (&self->sides[1].base);
}

static void
test_gone (void)
{
  gint64 end = g_get_monotonic_time () + link_side_get_limit ();
  Pair pair;

  pair_init (&pair);
  pair_aim (&pair);
  for (guint i = 0; i < 10; i++)
    link_side_send_number (&pair.sides[0].base, 0);
  while (link_side_get_channel (&pair.sides[0].base, 0)->state != THESPIAN_CHANNEL_DEAD)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      pair_pump (&pair);
    }
  g_assert_cmpuint (pair.sides[0].n_dead_letters, ==, 10);
  pair_clear (&pair);
}

static void
test_too_large (void)
{
  g_autofree char *small = g_strnfill (60000, 'x');
  g_autofree char *large = g_strnfill (THESPIAN_DATAGRAM_MAX_SIZE, 'x');
  g_autoptr (GError) error = NULL;
  gint64 end = g_get_monotonic_time () + link_side_get_limit ();
  Pair pair;

  pair_init (&pair);
  pair_aim (&pair);
  g_assert_false (link_side_send (&pair.sides[0].base, 0, large, &error));
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_NOT_SERIALIZABLE);
  g_clear_error (&error);
  g_assert_true (link_side_send (&pair.sides[0].base, 0, small, &error));
  g_assert_no_error (error);
  while (pair.sides[0].n_dead_letters == 0)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      pair_pump (&pair);
    }
  pair_clear (&pair);
}

/* Of two that are introduced one hears of it first, and may say something before the other hears. */
static void
test_early (void)
{
  gint64 end = g_get_monotonic_time () + link_side_get_limit ();
  guint8 key[THESPIAN_SECRET_LENGTH] = { 1 };
  Side *other;
  Pair pair;

  pair_init (&pair);
  pair_aim (&pair);
  other = &pair.sides[1];
  g_mutex_lock (&pair.sides[0].base.exchange->lock);
  thespian_peer_set_link_locked (
    pair.sides[0].base.peer,
    thespian_link_new_datagram (pair.sides[0].base.peer, seal_new (0, key), &pair.places[1].address), FALSE);
  thespian_exchange_unlock (pair.sides[0].base.exchange);
  side_send_control (&pair.sides[0].base);
  side_pump (&other->base, 10);
  g_assert_cmpuint (other->n_controls, ==, 0);

  g_mutex_lock (&other->base.exchange->lock);
  thespian_peer_set_link_locked (
    other->base.peer, thespian_link_new_datagram (other->base.peer, seal_new (1, key), &pair.places[0].address), FALSE);
  thespian_exchange_unlock (other->base.exchange);
  while (other->n_controls == 0)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      side_pump (&other->base, 1);
    }
  pair_clear (&pair);
}

/* A peer that is known to be gone: what it had sent is read before its link ends. */
static void
test_end (void)
{
  Pair pair;
  ThespianExchange *exchange;
  gint64 end = g_get_monotonic_time () + link_side_get_limit ();

  pair_init (&pair);
  pair_aim (&pair);
  exchange = pair.sides[1].base.exchange;
  side_send_control (&pair.sides[0].base);
  g_mutex_lock (&exchange->lock);
  thespian_link_expect_end_locked (pair.sides[1].base.peer->link);
  thespian_exchange_unlock (exchange);
  while (pair.sides[1].n_lost_links == 0)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      side_pump (&pair.sides[1].base, 1);
    }
  g_assert_null (pair.sides[1].base.peer->link);
  g_assert_cmpuint (pair.sides[1].n_controls, ==, 1);
  pair_clear (&pair);
}

/* Who ends must not begin to send what it would then have to wait for. */
static void
test_lingers (void)
{
  gint64 end = g_get_monotonic_time () + link_side_get_limit ();
  ThespianExchange *exchange;
  Pair pair;

  pair_init (&pair);
  pair_aim (&pair);
  exchange = pair.sides[0].base.exchange;
  g_assert_true (thespian_exchange_would_linger (exchange));
  side_send_control (&pair.sides[0].base);
  g_assert_false (thespian_exchange_would_linger (exchange));
  while (!thespian_exchange_would_linger (exchange))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      pair_pump (&pair);
    }
  pair_clear (&pair);
}

static void
send_to (const Place  *from,
         const Place  *to,
         const guint8 *bytes,
         gsize         length)
{
  gssize n = sendto (from->fd, bytes, length, 0, (const struct sockaddr *) &to->address.storage, to->address.length);

  g_assert_cmpint (n, ==, (gssize) length);
}

/* Strangers are not heard, and hurt nobody. */
static void
test_strangers (void)
{
  static const gsize sizes[] = { 0, 1, 7, 8, 15, 16, 31, 32, 33, 100, 65507 };
  gint64 end = g_get_monotonic_time () + link_side_get_limit ();
  const ThespianDatagramCounts *counts;
  Place stranger = place_new ();
  guint8 bytes[65536];
  Pair pair;

  pair_init (&pair);
  counts = thespian_datagram_socket_get_counts (pair.sides[0].base.exchange->datagram_socket);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      for (gsize k = 0; k < sizes[i]; k++)
        bytes[k] = (guint8) g_random_int ();
      bytes[0] &= 0x7f;
      send_to (&stranger, &pair.places[0], bytes, sizes[i]);
      /* this might be for a link that is not there yet */
      bytes[0] |= 0x80;
      send_to (&stranger, &pair.places[0], bytes, sizes[i]);
    }
  while (counts->n_strange < G_N_ELEMENTS (sizes))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      pair_pump (&pair);
    }
  g_assert_nonnull (pair.sides[0].base.peer->link);
  close (stranger.fd);
  pair_clear (&pair);
}

int
main (int    argc,
      char **argv)
{
  static Case cases[] = {
    { "fine", 1, 200000, { 0 } },
    { "many-targets", LINK_SIDE_MAX_TARGETS, 200000, { 0 } },
    { "lossy", 1, 200000, { .lost = 5 } },
    { "very-lossy", 1, 200000, { .lost = 20 } },
    { "lossy-many-targets", LINK_SIDE_MAX_TARGETS, 20000, { .lost = 20 } },
    { "single-words", LINK_SIDE_MAX_TARGETS, LINK_SIDE_MAX_TARGETS, { .lost = 50 } },
    { "mischief", 8, 50000, { .lost = 2, .doubled = 10, .damaged = 10 } },
  };
  guint scale = link_side_get_scale ();

  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/transport/datagram-link/", cases[i].path, NULL);

      cases[i].n_messages = MIN (cases[i].n_messages, MAX (cases[i].n_messages / scale, ENOUGH));
      g_test_add_data_func (path, &cases[i], test_talk);
    }
  g_test_add_func ("/transport/datagram-link/gone", test_gone);
  g_test_add_func ("/transport/datagram-link/too-large", test_too_large);
  g_test_add_func ("/transport/datagram-link/early", test_early);
  g_test_add_func ("/transport/datagram-link/end", test_end);
  g_test_add_func ("/transport/datagram-link/lingers", test_lingers);
  g_test_add_func ("/transport/datagram-link/strangers", test_strangers);

  return g_test_run ();
}
