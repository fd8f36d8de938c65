/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bench-pace.h"

#include "bench.h"

#include <errno.h>
#include <sys/prctl.h>
#include <time.h>

/* How long one takes when they follow each other at once. */
static gint64
free_time_ns (guint64   count,
              BenchOnce once,
              gpointer  data,
              GError  **error)
{
  gint64 start = bench_now_ns ();

  for (guint64 i = 0; i < count; i++)
    if (!once (data, error))
      return -1;
  return (bench_now_ns () - start) / (gint64) count;
}

static void
sleep_until (gint64 time_ns)
{
  const struct timespec until = {
    .tv_sec = time_ns / G_GINT64_CONSTANT (1000000000),
    .tv_nsec = time_ns % G_GINT64_CONSTANT (1000000000),
  };

  while (clock_nanosleep (CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR)
    ;
}

static int
compare_times (gconstpointer a,
               gconstpointer b)
{
  gint64 x = *(const gint64 *) a;
  gint64 y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

static gint64
get_percentile (GArray *times,
                guint   percent)
{
  g_array_sort (times, compare_times);
  return MAX (g_array_index (times, gint64, times->len * percent / 100), 1);
}

/*
 * How long one takes after a pause, which is longer where a processor has gone to sleep meanwhile: so many of them can
 * be had in a second with pauses between them.
 */
static gint64
time_after_pause_ns (guint64   count,
                     gint64    pause_ns,
                     BenchOnce once,
                     gpointer  data,
                     GError  **error)
{
  g_autoptr (GArray) times = g_array_sized_new (FALSE, FALSE, sizeof (gint64), (guint) count);

  for (guint64 i = 0; i < count; i++)
    {
      gint64 time;

      sleep_until (bench_now_ns () + pause_ns);
      time = bench_now_ns ();
      if (!once (data, error))
        return -1;
      time = bench_now_ns () - time;
      g_array_append_val (times, time);
    }
  return get_percentile (times, 50);
}

/*
 * What is late because the one before it took long has waited since it was due, and that counts;
 * that the kernel wakes us late does not, neither here nor in those that come after it.
 */
static gboolean
run_paced (GArray   *times,
           guint64   count,
           gint64    interval_ns,
           BenchOnce once,
           gpointer  data,
           GError  **error)
{
  gint64 due = bench_now_ns ();

  for (guint64 i = 0; i < count; i++, due += interval_ns)
    {
      gint64 time;

      if (bench_now_ns () < due)
        {
          sleep_until (due);
          due = bench_now_ns ();
        }
      if (!once (data, error))
        return FALSE;
      time = bench_now_ns () - due;
      g_array_append_val (times, time);
    }
  return TRUE;
}

double
bench_pace_tail (guint64   count,
                 BenchOnce once,
                 gpointer  data,
                 GError  **error)
{
  g_autoptr (GArray) times = g_array_sized_new (FALSE, FALSE, sizeof (gint64), (guint) count);
  guint64 few = MAX (count / 10, 1);
  int slack = prctl (PR_GET_TIMERSLACK);
  gint64 each = free_time_ns (few, once, data, error);
  gboolean done;

  if (each < 0)
    return -1;
  prctl (PR_SET_TIMERSLACK, 1);
  each = time_after_pause_ns (few, each, once, data, error);
  done = each >= 0 && run_paced (times, count, 2 * each, once, data, error);
  prctl (PR_SET_TIMERSLACK, MAX (slack, 0));
  if (!done)
    return -1;
  return (double) get_percentile (times, 99) / (double) get_percentile (times, 50);
}
