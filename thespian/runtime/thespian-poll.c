/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "runtime/thespian-poll-private.h"

/* How long a short wait is, in microseconds: about as long as it takes to be woken, and to wake the other. */
#define SHORT_WAIT 100
/* Nothing could be gained by being awake in one that was shorter: it is as long as that on one processor. */
#define SHORT_SLEEP 20
/* After so many the next is expected to be short, too; after more where being awake was wrong before. */
#define FEW_SHORT_WAITS 8
#define MANY_SHORT_WAITS 64

typedef struct
{
  guint n_short; /* less half of them for each long one */
  guint n_needed;
} Waits;

static __thread Waits waits = { 0, FEW_SHORT_WAITS };

static void
count_short_wait (void)
{
  waits.n_short = MIN (waits.n_short + 1, MANY_SHORT_WAITS);
}

static int
poll_awake (GPollFD *fds,
            guint    n_fds)
{
  gint64 start = g_get_monotonic_time ();
  int n_ready;

  do
    n_ready = g_poll (fds, n_fds, 0);
  while (n_ready == 0 && g_get_monotonic_time () - start < SHORT_WAIT);
  if (n_ready > 0)
    {
      count_short_wait ();
      waits.n_needed = MAX (waits.n_needed - 1, FEW_SHORT_WAITS);
    }
  return n_ready;
}

/* @was_awake: before, in vain.  What comes as soon as the thread sleeps was waiting for its processor. */
static int
poll_asleep (GPollFD *fds,
             guint    n_fds,
             int      timeout,
             gboolean was_awake)
{
  gint64 start = g_get_monotonic_time ();
  int n_ready = g_poll (fds, n_fds, timeout);
  GTimeSpan length = g_get_monotonic_time () - start;

  if (was_awake && n_ready > 0 && length < SHORT_SLEEP)
    waits = (Waits){ 0, MIN (waits.n_needed * 2, MANY_SHORT_WAITS) };
  else if (was_awake || length >= SHORT_WAIT)
    waits.n_short /= 2;
  else if (length >= SHORT_SLEEP)
    count_short_wait ();
  return n_ready;
}

int
thespian_poll (GPollFD *fds,
               guint    n_fds,
               int      timeout)
{
  gboolean awake = waits.n_short >= waits.n_needed;
  int n_ready = 0;

  if (timeout == 0)
    return g_poll (fds, n_fds, 0);
  if (awake)
    n_ready = poll_awake (fds, n_fds);
  if (n_ready == 0)
    n_ready = poll_asleep (fds, n_fds, timeout, awake);
  return n_ready;
}
