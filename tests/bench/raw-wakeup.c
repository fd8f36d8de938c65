/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "raw-wakeup.h"

#include "bench.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>

typedef struct
{
  int there;
  int back;
  guint64 round_trips;
} Wakeups;

static int
open_eventfd (void)
{
  int fd = eventfd (0, EFD_CLOEXEC);

  if (fd < 0)
    g_error ("eventfd: %s", g_strerror (errno));
  return fd;
}

static void
wake (int fd)
{
  const guint64 one = 1;

  if (write (fd, &one, sizeof one) != sizeof one)
    g_error ("Writing to an eventfd: %s", g_strerror (errno));
}

static void
wait_for (int fd)
{
  guint64 count;

  while (read (fd, &count, sizeof count) != sizeof count)
    if (errno != EINTR)
      g_error ("Reading from an eventfd: %s", g_strerror (errno));
}

static gpointer
answer (gpointer data)
{
  Wakeups *wakeups = data;

  for (guint64 i = 0; i < wakeups->round_trips; i++)
    {
      wait_for (wakeups->there);
      wake (wakeups->back);
    }
  return NULL;
}

double
raw_wakeup_rate (guint64 round_trips)
{
  Wakeups wakeups = {
    .there = open_eventfd (),
    .back = open_eventfd (),
    .round_trips = round_trips,
  };
  GThread *thread = g_thread_new ("answer", answer, &wakeups);
  gint64 start = bench_now_ns (), end;

  for (guint64 i = 0; i < round_trips; i++)
    {
      wake (wakeups.there);
      wait_for (wakeups.back);
    }
  end = bench_now_ns ();
  g_thread_join (thread);
  close (wakeups.there);
  close (wakeups.back);
  return bench_rate (round_trips, start, end);
}
