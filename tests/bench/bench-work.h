/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What stands for 200 ns of an actor's work: arithmetic alone, that needs only its processor. */
void   bench_work           (void);

/* Finds out how much arithmetic that is.  Does so once in a process. */
void   bench_work_calibrate (void);

/* How many times faster two threads do @messages of it than one. */
double bench_work_speedup   (guint64 messages);

G_END_DECLS
