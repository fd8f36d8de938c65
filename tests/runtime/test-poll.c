/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Waiting for descriptors, awake or asleep. */

#include "runtime/thespian-poll-private.h"

#include <glib-unix.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LONG_WAIT 1 /* milliseconds */
#define MAX_TRIES 1000
#define SHORT_WAIT 100 /* microseconds */
/* So often another process may take the processor just then. */
#define MAX_DISTURBED 20
#define FEW_SHORT_WAITS 8
#define MANY_SHORT_WAITS 256
/* Each halves how many short ones count. */
#define MANY_LONG_WAITS 9

static guint n_awake;
/* What comes, in the place of what is there, and after how many microseconds of sleep. */
static enum { WHAT_IS_THERE, NOTHING, ANSWER } comes;
static gulong comes_after;

/* In the place of libc's: who waits awake asks without waiting. */
int
poll (struct pollfd *fds,
      nfds_t         n_fds,
      int            timeout)
{
  n_awake += timeout == 0;
  if (comes != WHAT_IS_THERE && timeout != 0 && comes_after > 0)
    g_usleep (comes_after);
  if (comes != WHAT_IS_THERE)
    return timeout != 0 && comes == ANSWER;
  return (int) syscall (SYS_poll, fds, n_fds, timeout);
}

typedef struct
{
  int fds[2];
  GPollFD poll_fd;
} Pipe;

static void
set_up (Pipe         *pipe,
        gconstpointer data)
{
  g_assert_true (g_unix_open_pipe (pipe->fds, FD_CLOEXEC, NULL));
  pipe->poll_fd = (GPollFD){ pipe->fds[0], G_IO_IN, 0 };
}

static void
tear_down (Pipe         *pipe,
           gconstpointer data)
{
  close (pipe->fds[0]);
  close (pipe->fds[1]);
}

static void
wait_shortly (Pipe *pipe,
              guint n)
{
  char c = 0;

  g_assert_cmpint (write (pipe->fds[1], &c, 1), ==, 1);
  for (guint i = 0; i < n; i++)
    {
      pipe->poll_fd.revents = 0;
      g_assert_cmpint (thespian_poll (&pipe->poll_fd, 1, -1), ==, 1);
      g_assert_cmpint (pipe->poll_fd.revents, ==, G_IO_IN);
    }
  g_assert_cmpint (read (pipe->fds[0], &c, 1), ==, 1);
}

/* How often it was asked without waiting. */
static guint
wait_long (Pipe *pipe)
{
  gint64 start = g_get_monotonic_time ();

  n_awake = 0;
  g_assert_cmpint (thespian_poll (&pipe->poll_fd, 1, LONG_WAIT), ==, 0);
  g_assert_cmpint (g_get_monotonic_time () - start, >=, LONG_WAIT * G_TIME_SPAN_MILLISECOND);
  return n_awake;
}

static void
forget (Pipe *pipe)
{
  comes = NOTHING;
  comes_after = SHORT_WAIT;
  for (guint i = 0; i < MANY_LONG_WAITS; i++)
    thespian_poll (&pipe->poll_fd, 1, LONG_WAIT);
  comes = WHAT_IS_THERE;
}

/* A wait is no short one when another process takes the processor meanwhile. */
static void
wait_awake (Pipe *pipe)
{
  for (guint i = 0; i < MAX_TRIES; i++)
    {
      wait_shortly (pipe, 2 * MANY_SHORT_WAITS);
      if (wait_long (pipe) > 1)
        return;
    }
  g_assert_not_reached ();
}

static void
test_asleep (Pipe         *pipe,
             gconstpointer data)
{
  g_assert_cmpuint (wait_long (pipe), ==, 0);
  wait_shortly (pipe, FEW_SHORT_WAITS - 1);
  g_assert_cmpuint (wait_long (pipe), ==, 0);
}

/* After short waits; a few long ones between them do not matter, many do. */
static void
test_awake (Pipe         *pipe,
            gconstpointer data)
{
  for (guint i = 0; i < MAX_TRIES; i++)
    {
      guint n = 0;

      wait_awake (pipe);
      while (wait_long (pipe) > 0)
        n++;
      g_assert_cmpuint (n, <, MANY_LONG_WAITS);
      if (n > 1)
        return;
    }
  g_assert_not_reached ();
}

static void
test_at_once (Pipe         *pipe,
              gconstpointer data)
{
  wait_awake (pipe);
  n_awake = 0;
  g_assert_cmpint (thespian_poll (&pipe->poll_fd, 1, 0), ==, 0);
  g_assert_cmpuint (n_awake, ==, 1);
}

static gpointer
answer (gpointer data)
{
  Pipe *pipe = data;
  char c = 0;

  g_usleep (LONG_WAIT * G_TIME_SPAN_MILLISECOND);
  g_assert_cmpint (write (pipe->fds[1], &c, 1), ==, 1);
  return NULL;
}

/* What comes after the moment awake wakes the thread. */
static void
test_comes_late (Pipe         *pipe,
                 gconstpointer data)
{
  GThread *thread;

  wait_awake (pipe);
  thread = g_thread_new ("answer", answer, pipe);
  pipe->poll_fd.revents = 0;
  g_assert_cmpint (thespian_poll (&pipe->poll_fd, 1, -1), ==, 1);
  g_assert_cmpint (pipe->poll_fd.revents, ==, G_IO_IN);
  g_thread_join (thread);
}

/* Has the answer come when it has slept so long; whether it was awake before. */
static gboolean
wait_in_vain (Pipe  *pipe,
              guint  n_short,
              gulong sleep)
{
  forget (pipe);
  wait_shortly (pipe, n_short);
  n_awake = 0;
  comes = ANSWER;
  comes_after = sleep;
  g_assert_cmpint (thespian_poll (&pipe->poll_fd, 1, -1), ==, 1);
  comes = WHAT_IS_THERE;
  return n_awake > 0;
}

/* Has the answer come as soon as it sleeps, and tells how many short waits it took before it did not at once. */
static guint
wait_in_the_way (Pipe *pipe)
{
  for (guint n = FEW_SHORT_WAITS; n <= MANY_SHORT_WAITS; n *= 2)
    for (guint i = 0; i < MAX_DISTURBED; i++)
      if (wait_in_vain (pipe, n, 0))
        return n;
  g_assert_not_reached ();
}

/*
 * Each time makes it twice as many short waits, but never more than that; the others make it few again.  One does not
 * count where another process took the processor when it slept.
 */
static void
test_in_the_way (Pipe         *pipe,
                 gconstpointer data)
{
  for (guint turn = 0; turn < 2; turn++)
    {
      guint n = 0;

      wait_shortly (pipe, 8 * MANY_SHORT_WAITS);
      for (guint i = 0, expected = FEW_SHORT_WAITS; n < MANY_SHORT_WAITS; i++, expected = 2 * n)
        {
          guint needed = wait_in_the_way (pipe);

          g_assert_cmpuint (i, <, MAX_DISTURBED);
          if (needed != n)
            g_assert_cmpuint (needed, ==, expected);
          n = needed;
        }
      g_assert_cmpuint (wait_in_the_way (pipe), ==, MANY_SHORT_WAITS);
    }
}

/* Whoever answers a little later may have waited for the processor, too, and then takes a while. */
static void
test_in_vain (Pipe         *pipe,
              gconstpointer data)
{
  for (guint i = 0; i < MAX_TRIES; i++)
    {
      wait_shortly (pipe, 8 * MANY_SHORT_WAITS);
      if (wait_in_vain (pipe, FEW_SHORT_WAITS, SHORT_WAIT / 3) && !wait_in_vain (pipe, FEW_SHORT_WAITS, 0) &&
          wait_in_vain (pipe, 2 * FEW_SHORT_WAITS, 0))
        return;
    }
  g_assert_not_reached ();
}

static void
add (const char *path,
     void      (*test) (Pipe *, gconstpointer))
{
  g_test_add (path, Pipe, NULL, set_up, test, tear_down);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("/poll/asleep", test_asleep);
  add ("/poll/awake", test_awake);
  add ("/poll/at-once", test_at_once);
  add ("/poll/comes-late", test_comes_late);
  add ("/poll/in-the-way", test_in_the_way);
  add ("/poll/in-vain", test_in_vain);
  return g_test_run ();
}
