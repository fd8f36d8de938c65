/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* FALSE with an error ends it all. */
typedef gboolean (*BenchOnce) (gpointer data, GError **error);

/*
 * Does something @count times, half as often as it could be done, and returns how many medians
 * the slowest hundredth takes at least; -1 with an error.
 */
double bench_pace_tail (guint64 count, BenchOnce once, gpointer data, GError **error);

G_END_DECLS
