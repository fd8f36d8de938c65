/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "bench.h"

G_BEGIN_DECLS

/* All that are measured where none is chosen. */
extern const BenchBase bench_bases[];
extern const gsize bench_n_bases;

#define BENCH_MAX_WORKERS 256

/* Takes “multithreadBase” and “multithreadBase2”. */
gboolean  bench_base_parse     (const char *name, BenchBase *ret_base);

/* What stands in a line of the output. */
char     *bench_base_dup_title (const BenchBase *base);

G_END_DECLS
