/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "runtime/thespian-poll-private.h"

/* How long a short wait is, in microseconds: about as long as it takes to be woken, and to wake the other. */
#define SHORT_WAIT 100
/* Who answers so soon after this thread has gone to sleep was waiting for its processor. */
#define SHORT_SLEEP 20
/* After so many the next is expected to be short, too; after more where being awake was wrong before. */
#define FEW_SHORT_WAITS 8
#define MANY_SHORT_WAITS 256

typedef struct
{
  guint n_short; /* less half of them for each long one */
  guint n_needed;
} Waits;

static __thread Waits waits = { 0, FEW_SHORT_WAITS };

static int
poll_awake (GPollFD *fds,
            guint    n_fds,
            gint64   start)
{
  int n_ready;

  do
    n_ready = g_poll (fds, n_fds, 0);
  while (n_ready == 0 && g_get_monotonic_time () - start < SHORT_WAIT);
  if (n_ready != 0)
    waits.n_needed = MAX (waits.n_needed - 1, FEW_SHORT_WAITS);
  return n_ready;
}

/* Of a thread that has been awake before, in vain. */
static void
learn_from_sleep (GTimeSpan length)
{
  if (length < SHORT_SLEEP)
    waits = (Waits){ 0, MIN (waits.n_needed * 2, MANY_SHORT_WAITS) };
  else if (length < SHORT_WAIT)
    waits.n_needed = MIN (waits.n_needed + FEW_SHORT_WAITS, MANY_SHORT_WAITS);
}

static int
poll_asleep (GPollFD *fds,
             guint    n_fds,
             int      timeout,
             gboolean was_awake)
{
  gint64 start = g_get_monotonic_time ();
  int n_ready = g_poll (fds, n_fds, timeout);

  if (was_awake && n_ready > 0)
    learn_from_sleep (g_get_monotonic_time () - start);
  return n_ready;
}

static void
count_wait (GTimeSpan length)
{
  if (length >= SHORT_WAIT)
    waits.n_short /= 2;
  else if (waits.n_short < MANY_SHORT_WAITS)
    waits.n_short++;
}

int
thespian_poll (GPollFD *fds,
               guint    n_fds,
               int      timeout)
{
  gboolean awake = waits.n_short >= waits.n_needed;
  gint64 start;
  int n_ready = 0;

  if (timeout == 0)
    return g_poll (fds, n_fds, 0);
  start = g_get_monotonic_time ();
  if (awake)
    n_ready = poll_awake (fds, n_fds, start);
  if (n_ready == 0)
    n_ready = poll_asleep (fds, n_fds, timeout, awake);
  count_wait (g_get_monotonic_time () - start);
  return n_ready;
}
