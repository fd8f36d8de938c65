/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "messages.h"
#include "text-files.h"
#include "word-table.h"

G_BEGIN_DECLS

/* How a job is done. */
typedef struct
{
  const char *base;
  guint workers; /* threads of multithreadBase */
  guint readers;
  guint reducers;
  char *reducer_classes; /* (nullable) of the first reducers, with commas between */
  guint port; /* 0: any that is free */
  const char *then; /* (nullable) a command that is run while the system still has the result */
  const char *victim; /* (nullable) VICTIM_READER or VICTIM_REDUCER: whose process gets killed */
} JobPlan;

typedef struct
{
  Tally tally;
  WordTable *words; /* (owned) */
  double seconds; /* from the start of the system to the result */
  guint readers; /* that have read something */
  guint again; /* pieces of work that were done once more */
  int killed; /* the victim's process, or 0 */
  guint killed_percent; /* how much had been read then */
} JobResult;

/* Counts the words of @files on a system of its own. */
JobResult *job_run         (const JobPlan *plan, TextFiles *files, gboolean show_progress,
                            GError **error);
void       job_result_free (JobResult *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JobResult, job_result_free)

G_END_DECLS
