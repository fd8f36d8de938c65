/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the kernel says of a process of this machine. */
typedef struct
{
  char state;      /* as in proc(5), such as R, S or T; 0 when there is no such process */
  guint64 ticks;   /* of processor time, user and system */
  guint64 memory;  /* resident, in bytes */
} ProcessSample;

ProcessSample process_sample_take    (int process_id);
double        process_sample_percent (const ProcessSample *before, const ProcessSample *now, GTimeSpan elapsed);

G_END_DECLS
