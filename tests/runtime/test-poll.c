/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Waiting for descriptors, awake or asleep. */

#include "runtime/thespian-poll-private.h"

#include <glib-unix.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LONG_WAIT 10 /* milliseconds */
#define MAX_TRIES 1000

static guint n_yields;
static gulong yield_time; /* microseconds */

/* In the place of libc's: who waits awake yields. */
int
sched_yield (void)
{
  n_yields++;
  if (yield_time > 0)
    g_usleep (yield_time);
  return (int) syscall (SYS_sched_yield);
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
  yield_time = 0;
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

/* How often the processor was yielded meanwhile. */
static guint
wait_long (Pipe *pipe)
{
  gint64 start = g_get_monotonic_time ();

  n_yields = 0;
  g_assert_cmpint (thespian_poll (&pipe->poll_fd, 1, LONG_WAIT), ==, 0);
  g_assert_cmpint (g_get_monotonic_time () - start, >=, LONG_WAIT * G_TIME_SPAN_MILLISECOND);
  return n_yields;
}

/* A wait is no short one when another process takes the processor meanwhile. */
static void
wait_awake (Pipe *pipe)
{
  for (guint i = 0; i < MAX_TRIES; i++)
    {
      wait_shortly (pipe, 100);
      if (wait_long (pipe) > 0)
        return;
    }
  g_assert_not_reached ();
}

static void
test_asleep (Pipe         *pipe,
             gconstpointer data)
{
  wait_long (pipe);
  g_assert_cmpuint (wait_long (pipe), ==, 0);
  wait_shortly (pipe, 4);
  g_assert_cmpuint (wait_long (pipe), ==, 0);
}

/* After short waits, and for a moment only. */
static void
test_awake (Pipe         *pipe,
            gconstpointer data)
{
  wait_awake (pipe);
  g_assert_cmpuint (wait_long (pipe), ==, 0);
}

static void
test_at_once (Pipe         *pipe,
              gconstpointer data)
{
  wait_awake (pipe);
  wait_shortly (pipe, 100);
  n_yields = 0;
  g_assert_cmpint (thespian_poll (&pipe->poll_fd, 1, 0), ==, 0);
  g_assert_cmpuint (n_yields, ==, 0);
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
  wait_shortly (pipe, 100);
  thread = g_thread_new ("answer", answer, pipe);
  pipe->poll_fd.revents = 0;
  g_assert_cmpint (thespian_poll (&pipe->poll_fd, 1, -1), ==, 1);
  g_assert_cmpint (pipe->poll_fd.revents, ==, G_IO_IN);
  g_thread_join (thread);
}

/* Where others need the processor, the thread sleeps for a hundred times as long as they took it. */
static void
test_crowded (Pipe         *pipe,
              gconstpointer data)
{
  gint64 start = g_get_monotonic_time ();

  yield_time = LONG_WAIT * G_TIME_SPAN_MILLISECOND;
  wait_awake (pipe);
  g_assert_cmpuint (n_yields, ==, 1);
  yield_time = 0;
  wait_awake (pipe);
  g_assert_cmpint (g_get_monotonic_time () - start, >=, 100 * LONG_WAIT * G_TIME_SPAN_MILLISECOND);
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
  add ("/poll/crowded", test_crowded);
  return g_test_run ();
}
