/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Many actors of one parent: how fast they are there, what one costs, and all of them at once. */

#include "bench-actor.h"
#include "bench-pids.h"
#include "raw-process.h"

#define ACTORS 1000
#define ACTORS_WEIGHED 200
#define ROUNDS 5

static double
create_measure (BenchRun *run,
                GError  **error)
{
  return bench_root_rate (run, BENCH_MODULE ("BenchNursery"), bench_run_scale (run, ACTORS, 10), 1,
                          error);
}

static ThespianAddress *
nursery_of (BenchRun *run,
            guint64   size,
            GError  **error)
{
  g_autoptr (ThespianAddress) root = bench_root_new (run, BENCH_MODULE ("BenchNursery"), error);

  if (root == NULL || !bench_root_work (run, root, size, error))
    return NULL;
  return g_steal_pointer (&root);
}

static double
pss_measure (BenchRun *run,
             GError  **error)
{
  guint64 size = bench_run_scale (run, ACTORS_WEIGHED, 5);
  g_autoptr (ThespianAddress) root = nursery_of (run, size, error);
  g_autoptr (GArray) pids = NULL;
  double kib;

  if (root == NULL || (pids = bench_root_pids (run, root, error)) == NULL
      || (kib = bench_pids_weigh (pids, error)) < 0 || !bench_root_end (run, root, error))
    return -1;
  return kib / (double) size;
}

static double
alive1000_measure (BenchRun *run,
                   GError  **error)
{
  g_autoptr (ThespianAddress) root = nursery_of (run, bench_run_scale (run, ACTORS, 10), error);
  gint64 start, end;

  if (root == NULL)
    return -1;
  start = bench_now_ns ();
  for (guint i = 0; i < ROUNDS; i++)
    {
      g_autoptr (GArray) pids = bench_root_pids (run, root, error);

      if (pids == NULL)
        return -1;
    }
  end = bench_now_ns ();
  if (!bench_root_end (run, root, error))
    return -1;
  return (double) (end - start) / 1e6 / ROUNDS;
}

static double
create_limit (BenchRun *run)
{
  return bench_run_raw (run, raw_create, bench_run_scale (run, ACTORS, 10));
}

static double
pss_limit (BenchRun *run)
{
  return bench_run_raw (run, raw_pss, bench_run_scale (run, ACTORS_WEIGHED, 5));
}

static double
alive1000_limit (BenchRun *run)
{
  return bench_run_raw (run, raw_round, bench_run_scale (run, ACTORS, 10));
}

const BenchWorkload bench_create = {
  .name = "create",
  .unit = "actors/s",
  .summary = "1,000 actors of one parent, each answers a message; limit: a forkserver",
  .usual = bench_base_has_processes,
  .measure = create_measure,
  .limit = create_limit,
};

const BenchWorkload bench_pss = {
  .name = "pss",
  .unit = "KiB",
  .summary = "share of memory of an actor's process, over 200; limit: a forked process",
  .usual = bench_base_has_processes,
  .measure = pss_measure,
  .limit = pss_limit,
};

const BenchWorkload bench_alive1000 = {
  .name = "alive1000",
  .unit = "ms",
  .summary = "1,000 actors, each asked by their parent; limit: forked processes",
  .usual = bench_base_has_processes,
  .measure = alive1000_measure,
  .limit = alive1000_limit,
  .takes_long = TRUE,
};
