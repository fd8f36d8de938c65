/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "bench.h"

G_BEGIN_DECLS

typedef struct
{
  guint runs;
  gint64 budget_ns; /* begin no further run past this time; 0: none */
  guint divisor;
  const char *title; /* (nullable) shown on stderr with how far it is */
} BenchEffort;

typedef struct
{
  GArray *values; /* (element-type double) one a run */
  GArray *limits; /* (element-type double) */
} BenchResult;

BenchResult *bench_result_new    (void);
void         bench_result_free   (BenchResult *result);
double       bench_median        (GArray *figures);

/* Shows how far @result is, and later wipes it away, where somebody looks. */
void         bench_progress      (const BenchEffort *effort, const BenchResult *result);
void         bench_progress_end  (const BenchEffort *effort);

/*
 * Measures @workload on @base.  It happens in a process of its own, so that no workload finds
 * the memory as another left it, and a crash costs one figure only.
 */
BenchResult *bench_measure       (const BenchBase *base, const BenchWorkload *workload,
                                  const BenchEffort *effort, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchResult, bench_result_free)

G_END_DECLS
