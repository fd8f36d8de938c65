/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "raw-figures.h"

#include "raw-process.h"

const RawFigure raw_figures[] = {
  { "pingpong-unix", "round trips/s", raw_pingpong, RAW_LINK_UNIX, 20000, 100 },
  { "pingpong-tcp", "round trips/s", raw_pingpong, RAW_LINK_TCP, 20000, 100 },
  { "pingpong-udp", "round trips/s", raw_pingpong, RAW_LINK_UDP, 20000, 100 },
  { "p99-unix", "medians", raw_tail, RAW_LINK_UNIX, 10000, 200 },
  { "p99-tcp", "medians", raw_tail, RAW_LINK_TCP, 10000, 200 },
  { "p99-udp", "medians", raw_tail, RAW_LINK_UDP, 10000, 200 },
  { "oneway100-unix", "msgs/s", raw_oneway, RAW_LINK_UNIX, 5000000, 1000 },
  { "oneway100-tcp", "msgs/s", raw_oneway, RAW_LINK_TCP, 5000000, 1000 },
  { "oneway100-udp", "msgs/s", raw_oneway, RAW_LINK_UDP, 500000, 1000 },
  { "oneway100-single-unix", "msgs/s", raw_oneway_single, RAW_LINK_UNIX, 500000, 1000 },
  { "oneway100-single-tcp", "msgs/s", raw_oneway_single, RAW_LINK_TCP, 500000, 1000 },
  { "oneway100-single-udp", "msgs/s", raw_oneway_single, RAW_LINK_UDP, 300000, 1000 },
  { "oneway64k-unix", "msgs/s", raw_bodies, RAW_LINK_UNIX, 20000, 100 },
  { "oneway64k-tcp", "msgs/s", raw_bodies, RAW_LINK_TCP, 20000, 100 },
  { "dict1k", "msgs/s", raw_dicts, RAW_LINK_UNIX, 10000, 100 },
  { "create", "processes/s", raw_create, RAW_LINK_UNIX, 1000, 10 },
  { "pss", "KiB", raw_pss, RAW_LINK_UNIX, 200, 5 },
  { "alive1000", "ms", raw_round, RAW_LINK_UNIX, 1000, 10 },
  { "shutdown1000", "s", raw_shutdown, RAW_LINK_UNIX, 1000, 10 },
  { "start", "ms", raw_start, RAW_LINK_UNIX, 5, 1 },
};

const gsize raw_n_figures = G_N_ELEMENTS (raw_figures);

BenchResult *
raw_figure_measure (const RawFigure   *self,
                    const BenchEffort *effort)
{
  BenchResult *result = bench_result_new ();
  guint64 count = MAX (self->count / effort->divisor, self->least);

  for (guint i = 0; i < effort->runs; i++)
    {
      double figure = self->measure (self->link, count);

      g_array_append_val (result->values, figure);
      g_array_append_val (result->limits, figure);
      bench_progress (effort, result);
    }
  return result;
}
