/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "runtime/thespian-poll-private.h"

/* How long a short wait is, in microseconds: about as long as it takes to be woken. */
#define SHORT_WAIT 50
/* After so many the next is expected to be short, too; after more where that was wrong before. */
#define FEW_SHORT_WAITS 8
#define MANY_SHORT_WAITS 64

typedef struct
{
  guint n_short; /* one after the other */
  guint n_needed;
} Waits;

static __thread Waits waits = { 0, FEW_SHORT_WAITS };

/* One in vain may have kept the processor from the very thread that it waited for. */
static int
poll_awake (GPollFD *fds,
            guint    n_fds,
            gint64   start)
{
  int n_ready;

  do
    n_ready = g_poll (fds, n_fds, 0);
  while (n_ready == 0 && g_get_monotonic_time () - start < SHORT_WAIT);
  if (n_ready == 0)
    waits.n_needed = MIN (waits.n_needed * 2, MANY_SHORT_WAITS);
  else
    waits.n_needed = MAX (waits.n_needed / 2, FEW_SHORT_WAITS);
  return n_ready;
}

static void
count_wait (GTimeSpan length)
{
  if (length >= SHORT_WAIT)
    waits.n_short = 0;
  else if (waits.n_short < MANY_SHORT_WAITS)
    waits.n_short++;
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
  if (waits.n_short >= waits.n_needed)
    n_ready = poll_awake (fds, n_fds, start);
  if (n_ready == 0)
    n_ready = g_poll (fds, n_fds, timeout);
  count_wait (g_get_monotonic_time () - start);
  return n_ready;
}
