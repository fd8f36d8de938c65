/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Waiting for descriptors, awake or asleep, with a clock of the test's own. */

#include "runtime/thespian-poll-private.h"

#include <glib-unix.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

/* In microseconds. */
#define NO_WAIT 0
#define SHORT_WAIT 40
#define LONG_WAIT 300
#define FEW_SHORT_WAITS 8
#define MANY_SHORT_WAITS 64
/* Each halves how many short ones count, and these leave too few of them. */
#define MANY_LONG_WAITS 4

/* What there is to wait for. */
static enum {
  AN_EVENT,
  AN_EVENT_ASLEEP, /* which comes only when the thread sleeps, and so much later */
  A_PIPE,
} awaited;
static gint64 comes_at;
static gint64 comes_after;

static gint64 now;
static guint n_awake;
static guint n_asleep;

/* In the place of GLib's: no other process can make a wait longer. */
gint64
g_get_monotonic_time (void)
{
  return now;
}

static int
sleep_for_event (void)
{
  n_asleep++;
  if (awaited == AN_EVENT_ASLEEP)
    comes_at = now + comes_after;
  now = MAX (now, comes_at);
  return 1;
}

static int
look_for_event (void)
{
  n_awake++;
  return awaited == AN_EVENT && now >= comes_at;
}

/* In the place of libc's: who waits awake asks without waiting. */
int
poll (struct pollfd *fds,
      nfds_t         n_fds,
      int            timeout)
{
  now++;
  if (awaited == A_PIPE)
    return (int) syscall (SYS_poll, fds, n_fds, timeout);
  return timeout == 0 ? look_for_event () : sleep_for_event ();
}

static void
wait_for_event (gint64 after)
{
  GPollFD fd = { 0, G_IO_IN, 0 };

  n_awake = n_asleep = 0;
  comes_after = after;
  comes_at = now + after;
  g_assert_cmpint (thespian_poll (&fd, 1, -1), ==, 1);
  g_assert_cmpint (now, >=, comes_at);
}

static void
wait_often (guint  n,
            gint64 after)
{
  awaited = AN_EVENT;
  for (guint i = 0; i < n; i++)
    wait_for_event (after);
}

/* Whether it is awake at the beginning, for a moment. */
static gboolean
is_awake_in_long_wait (void)
{
  wait_often (1, LONG_WAIT);
  g_assert_cmpuint (n_asleep, ==, 1);
  g_assert_true (n_awake == 0 || (n_awake > 50 && n_awake <= 100));
  return n_awake > 0;
}

/* The same where what comes does so only when it sleeps. */
static gboolean
is_awake_in_vain (gint64 sleep)
{
  awaited = AN_EVENT_ASLEEP;
  wait_for_event (sleep);
  g_assert_cmpuint (n_asleep, ==, 1);
  return n_awake > 0;
}

static void
forget (void)
{
  wait_often (2 * MANY_LONG_WAITS, LONG_WAIT);
}

/* Those that succeed make it take few again. */
static void
set_up (void)
{
  wait_often (3 * MANY_SHORT_WAITS, SHORT_WAIT);
  forget ();
}

static void
test_asleep (void)
{
  set_up ();
  g_assert_false (is_awake_in_long_wait ());
  wait_often (FEW_SHORT_WAITS - 1, SHORT_WAIT);
  g_assert_cmpuint (n_awake, ==, 0);
  g_assert_false (is_awake_in_long_wait ());
}

static void
test_awake (void)
{
  set_up ();
  wait_often (FEW_SHORT_WAITS, SHORT_WAIT);
  g_assert_cmpuint (n_awake, ==, 0);
  g_assert_true (is_awake_in_long_wait ());
  g_assert_false (is_awake_in_long_wait ());
}

/* What comes while it is awake needs no sleep. */
static void
test_comes_awake (void)
{
  set_up ();
  wait_often (FEW_SHORT_WAITS + 1, SHORT_WAIT);
  g_assert_cmpuint (n_asleep, ==, 0);
  g_assert_cmpuint (n_awake, >=, SHORT_WAIT / 2);
}

/* A few long waits among the short ones do not matter, many do; and so where it is awake in vain. */
static void
test_stays_awake (void)
{
  for (gint64 sleep = LONG_WAIT; sleep >= SHORT_WAIT; sleep -= LONG_WAIT - SHORT_WAIT)
    {
      set_up ();
      wait_often (2 * MANY_SHORT_WAITS, SHORT_WAIT);
      for (guint i = 0; i < MANY_LONG_WAITS; i++)
        g_assert_true (is_awake_in_vain (sleep));
      g_assert_false (is_awake_in_vain (sleep));
    }
}

/* Whoever has something each time it looks is not kept awake by that. */
static void
test_is_there (void)
{
  set_up ();
  wait_often (2 * MANY_SHORT_WAITS, NO_WAIT);
  g_assert_false (is_awake_in_long_wait ());
}

static void
test_at_once (void)
{
  GPollFD fd = { 0, G_IO_IN, 0 };

  set_up ();
  wait_often (2 * MANY_SHORT_WAITS, SHORT_WAIT);
  n_awake = n_asleep = 0;
  comes_at = G_MAXINT64;
  g_assert_cmpint (thespian_poll (&fd, 1, 0), ==, 0);
  g_assert_cmpuint (n_awake, ==, 1);
  g_assert_cmpuint (n_asleep, ==, 0);
}

static gpointer
answer (gpointer data)
{
  const int *fd = data;

  g_usleep (10 * G_TIME_SPAN_MILLISECOND);
  g_assert_cmpint (write (*fd, "", 1), ==, 1);
  return NULL;
}

/* What comes after the moment awake wakes the thread. */
static void
test_comes_late (void)
{
  GPollFD fd = { .events = G_IO_IN };
  GThread *thread;
  int fds[2];

  g_assert_true (g_unix_open_pipe (fds, FD_CLOEXEC, NULL));
  fd.fd = fds[0];
  set_up ();
  wait_often (2 * MANY_SHORT_WAITS, SHORT_WAIT);
  awaited = A_PIPE;
  thread = g_thread_new ("answer", answer, &fds[1]);
  g_assert_cmpint (thespian_poll (&fd, 1, -1), ==, 1);
  g_assert_cmpint (fd.revents, ==, G_IO_IN);
  g_thread_join (thread);
  close (fds[0]);
  close (fds[1]);
}

static void
assert_needs (guint n_short)
{
  forget ();
  wait_often (n_short - 1, SHORT_WAIT);
  g_assert_cmpuint (n_awake, ==, 0);
  g_assert_false (is_awake_in_vain (NO_WAIT));
  forget ();
  wait_often (n_short, SHORT_WAIT);
  g_assert_cmpuint (n_awake, ==, 0);
  g_assert_true (is_awake_in_vain (NO_WAIT));
}

/* When what comes was waiting for its processor it takes twice as many short waits, but never more than that. */
static void
test_in_the_way (void)
{
  set_up ();
  for (guint n = FEW_SHORT_WAITS; n <= MANY_SHORT_WAITS; n *= 2)
    {
      assert_needs (n);
      g_assert_false (is_awake_in_vain (NO_WAIT));
    }
  assert_needs (MANY_SHORT_WAITS);
  set_up ();
  assert_needs (FEW_SHORT_WAITS);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/poll/asleep", test_asleep);
  g_test_add_func ("/poll/awake", test_awake);
  g_test_add_func ("/poll/comes-awake", test_comes_awake);
  g_test_add_func ("/poll/stays-awake", test_stays_awake);
  g_test_add_func ("/poll/is-there", test_is_there);
  g_test_add_func ("/poll/at-once", test_at_once);
  g_test_add_func ("/poll/comes-late", test_comes_late);
  g_test_add_func ("/poll/in-the-way", test_in_the_way);
  return g_test_run ();
}
