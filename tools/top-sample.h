/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "connection.h"
#include "process-sample.h"

G_BEGIN_DECLS

/* One actor, as it is now. */
typedef struct
{
  ActorInfo *info; /* (owned) */
  ProcessSample process;
  gboolean answers; /* the counts are its own */
  gboolean is_exiting;
  guint64 n_queued, n_received, n_sent, n_failed;
  double cpu;  /* per cent of one processor, since the sample before */
  double rate; /* messages received in a second, likewise */
} TopRow;

/* All of them. */
typedef struct
{
  gint64 time;    /* monotonic */
  GPtrArray *rows; /* (owned) of TopRow */
} TopSample;

typedef enum
{
  TOP_BY_CPU,
  TOP_BY_MESSAGES,
  TOP_BY_QUEUE,
  TOP_BY_MEMORY,
} TopOrder;

/* @before is NULL for the first one. */
TopSample  *top_sample_take       (Connection *connection, const TopSample *before, GError **error);
void        top_sample_sort       (TopSample *self, TopOrder order);
void        top_sample_free       (TopSample *self);

/* In a word, not translated. */
const char *top_row_get_state     (const TopRow *self);
/* a{sv} */
GVariant   *top_sample_to_details (TopSample *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TopSample, top_sample_free)

G_END_DECLS
