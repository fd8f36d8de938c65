/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "runtime/thespian-poll-private.h"

#include <sched.h>

/* How long a short wait is, in microseconds: about as long as it takes to be woken. */
#define SHORT_WAIT 50
/* After so many the next is expected to be short, too. */
#define ENOUGH_SHORT_WAITS 8
/* Who yields the processor and gets it back no sooner than this, in microseconds, is not alone on it. */
#define CROWDED 100
/* For so many times as long as that took all waits are asleep then, so that little is lost by it. */
#define CROWDED_PAUSE 100

typedef struct
{
  guint n_short_waits; /* one after the other */
  gint64 is_crowded_until;
} Waiting;

static __thread Waiting waiting;

static gboolean
expects_short_wait (gint64 now)
{
  return waiting.n_short_waits >= ENOUGH_SHORT_WAITS && now >= waiting.is_crowded_until;
}

static int
poll_awake (GPollFD *fds,
            guint    n_fds,
            gint64   start)
{
  gint64 now = start, before;

  do
    {
      int n_ready = g_poll (fds, n_fds, 0);

      if (n_ready != 0)
        return n_ready;
      before = now;
      sched_yield ();
      now = g_get_monotonic_time ();
    }
  while (now - start < SHORT_WAIT && now - before < CROWDED);
  if (now - before >= CROWDED)
    waiting.is_crowded_until = now + (now - before) * CROWDED_PAUSE;
  return 0;
}

static void
count_wait (GTimeSpan length)
{
  if (length >= SHORT_WAIT)
    waiting.n_short_waits = 0;
  else if (waiting.n_short_waits < ENOUGH_SHORT_WAITS)
    waiting.n_short_waits++;
}

int
thespian_poll (GPollFD *fds,
               guint    n_fds,
               int      timeout)
{
  gint64 start;
  int n_ready = 0;

  if (timeout == 0)
    return g_poll (fds, n_fds, 0);
  start = g_get_monotonic_time ();
  if (expects_short_wait (start))
    n_ready = poll_awake (fds, n_fds, start);
  if (n_ready == 0)
    n_ready = g_poll (fds, n_fds, timeout);
  count_wait (g_get_monotonic_time () - start);
  return n_ready;
}
