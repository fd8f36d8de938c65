/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "bench-driver.h"

G_BEGIN_DECLS

/* The raw limits between processes, by themselves. */
typedef struct
{
  const char *name;
  const char *unit;
  RawMeasure measure;
  RawLink link;
  guint64 count;
  guint64 least; /* of @count, for a quick look */
} RawFigure;

extern const RawFigure raw_figures[];
extern const gsize raw_n_figures;

BenchResult *raw_figure_measure (const RawFigure *self, const BenchEffort *effort);

G_END_DECLS
