/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bench-work.h"

#include "bench-actor.h"

#define WORK_NS 200
#define PROBE_ROUNDS 1000000

static guint rounds = 100;

static inline void
work (guint n)
{
  guint32 state = 88172645;

  for (guint i = 0; i < n; i++)
    bench_random (&state);
  __asm__ volatile ("" : : "r"(state) : "memory");
}

void
bench_work (void)
{
  work (rounds);
}

void
bench_work_calibrate (void)
{
  static gboolean done;
  gint64 best = G_MAXINT64;

  if (done)
    return;
  /* The best of a few: somebody else may have the processor in the others. */
  for (guint i = 0; i < 5; i++)
    {
      gint64 start = bench_now_ns ();

      work (PROBE_ROUNDS);
      best = MIN (best, bench_now_ns () - start);
    }
  rounds = (guint) ((gint64) WORK_NS * PROBE_ROUNDS / MAX (best, 1));
  done = TRUE;
}

static gpointer
work_many (gpointer data)
{
  guint64 messages = *(guint64 *) data;

  for (guint64 i = 0; i < messages; i++)
    bench_work ();
  return NULL;
}

double
bench_work_speedup (guint64 messages)
{
  guint64 half = messages / 2;
  gint64 start = bench_now_ns ();
  gint64 one, two;
  GThread *thread;

  work_many (&messages);
  one = bench_now_ns () - start;

  start = bench_now_ns ();
  thread = g_thread_new ("work", work_many, &half);
  work_many (&half);
  g_thread_join (thread);
  two = bench_now_ns () - start;
  return (double) one / (double) MAX (two, 1);
}
