/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Arrays of gint64, as BenchNursery tells them; in-process actors all have the same. */

/* A figure of /proc/PID/smaps_rollup, as "Pss"; -1 with an error. */
gint64   bench_pids_read_kib   (gint64 pid, const char *name, GError **error);

/* The proportional share of memory of all these processes in KiB; -1 with an error. */
double   bench_pids_weigh      (GArray *pids, GError **error);

/* Until these processes have ended, this one excepted; an error when some do not. */
gboolean bench_pids_await_ends (GArray *pids, GError **error);

G_END_DECLS
