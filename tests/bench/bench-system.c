/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A system's start, and its end with many actors in it. */

#include "bench-actor.h"
#include "bench-pids.h"
#include "raw-process.h"

#define STARTS 5
#define ACTORS 1000

static double
start_measure (BenchRun *run,
               GError  **error)
{
  guint64 starts = bench_run_scale (run, STARTS, 1);
  gint64 took = 0;

  for (guint64 i = 0; i < starts; i++)
    {
      gint64 start = bench_now_ns ();

      if (!bench_run_open (run, error))
        return -1;
      took += bench_now_ns () - start;
      if (!bench_run_stop (run, error))
        return -1;
    }
  return (double) took / 1e6 / (double) starts;
}

/* The end is when the last process is gone, not when somebody says so. */
static double
shutdown1000_measure (BenchRun *run,
                      GError  **error)
{
  g_autoptr (ThespianAddress) root = bench_root_new (run, BENCH_MODULE ("BenchNursery"), error);
  g_autoptr (GArray) pids = NULL;
  gint64 start;

  if (root == NULL || !bench_root_work (run, root, bench_run_scale (run, ACTORS, 10), error)
      || (pids = bench_root_pids (run, root, error)) == NULL)
    return -1;
  start = bench_now_ns ();
  if (!bench_run_stop (run, error) || !bench_pids_await_ends (pids, error))
    return -1;
  return (double) (bench_now_ns () - start) / 1e9;
}

static double
start_limit (BenchRun *run)
{
  return bench_run_raw (run, raw_start, bench_run_scale (run, STARTS, 1));
}

static double
shutdown1000_limit (BenchRun *run)
{
  return bench_run_raw (run, raw_shutdown, bench_run_scale (run, ACTORS, 10));
}

const BenchWorkload bench_start = {
  .name = "start",
  .unit = "ms",
  .summary = "the start of a system; limit: that of a program with this library",
  .usual = bench_base_has_processes,
  .measure = start_measure,
  .limit = start_limit,
};

const BenchWorkload bench_shutdown1000 = {
  .name = "shutdown1000",
  .unit = "s",
  .summary = "the end of a system of 1,000 actors; limit: forked processes that end",
  .usual = bench_base_has_processes,
  .measure = shutdown1000_measure,
  .limit = shutdown1000_limit,
  .takes_long = TRUE,
};
