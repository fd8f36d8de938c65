/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What two processes are linked by. */
typedef enum
{
  RAW_LINK_UNIX,
  RAW_LINK_TCP,
  RAW_LINK_UDP,
} RawLink;

/* A figure of what the machine gives, see raw-process.h. */
typedef double (*RawMeasure) (RawLink link, guint64 count);

/*
 * A process that measures raw limits for one that runs a system.  It is forked before there is any
 * thread, so it may fork in turn, and it inherits none of the system's memory.
 */
typedef struct _RawHelper RawHelper;

/* @unwanted is a descriptor that the new process shall not keep. */
RawHelper *raw_helper_start   (int unwanted);
void       raw_helper_stop    (RawHelper *self);
double     raw_helper_measure (RawHelper *self, RawMeasure measure, RawLink link, guint64 count);

G_END_DECLS
