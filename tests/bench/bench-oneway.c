/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One way from one process to another: short texts, large bodies, dictionaries. */

#include "bench-actor.h"
#include "raw-process.h"

#define TEXTS 1000000
#define BODIES 20000
#define DICTS 20000

#define RAW_TEXTS 2000000
#define RAW_BODIES 10000
#define RAW_DICTS 4000

static double
oneway100_measure (BenchRun *run,
                   GError  **error)
{
  return bench_root_rate (run, BENCH_MODULE ("BenchTexts"), bench_run_scale (run, TEXTS, 100), 1,
                          error);
}

static double
oneway64k_measure (BenchRun *run,
                   GError  **error)
{
  return bench_root_rate (run, BENCH_MODULE ("BenchBodies"), bench_run_scale (run, BODIES, 100), 1,
                          error);
}

static double
dict1k_measure (BenchRun *run,
                GError  **error)
{
  return bench_root_rate (run, BENCH_MODULE ("BenchDicts"), bench_run_scale (run, DICTS, 100), 1,
                          error);
}

static double
oneway100_limit (BenchRun *run)
{
  return bench_run_raw (run, raw_oneway, bench_run_scale (run, RAW_TEXTS, 100));
}

static double
oneway64k_limit (BenchRun *run)
{
  return bench_run_raw (run, raw_bodies, bench_run_scale (run, RAW_BODIES, 100));
}

static double
dict1k_limit (BenchRun *run)
{
  return bench_run_raw (run, raw_dicts, bench_run_scale (run, RAW_DICTS, 100));
}

const BenchWorkload bench_oneway100 = {
  .name = "oneway100",
  .unit = "msgs/s",
  .summary = "1 M texts of 100 bytes; limit: many in one write, or datagrams in one sendmmsg()",
  .usual = bench_base_has_processes,
  .measure = oneway100_measure,
  .limit = oneway100_limit,
};

const BenchWorkload bench_oneway64k = {
  .name = "oneway64k",
  .unit = "msgs/s",
  .summary = "20 k bodies of 64 KiB, not over datagrams; limit: a write each",
  .fits = bench_base_has_streams,
  .usual = bench_base_has_processes,
  .measure = oneway64k_measure,
  .limit = oneway64k_limit,
};

const BenchWorkload bench_dict1k = {
  .name = "dict1k",
  .unit = "msgs/s",
  .summary = "20 k dictionaries of 1 KiB; limit: building, storing, parsing and reading them",
  .usual = bench_base_has_processes,
  .measure = dict1k_measure,
  .limit = dict1k_limit,
};
