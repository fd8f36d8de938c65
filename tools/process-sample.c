/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "process-sample.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

ProcessSample
process_sample_take (int process_id)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", process_id);
  g_autofree char *text = NULL;
  ProcessSample sample = { 0, };
  guint64 user = 0, system = 0;
  long pages = 0;
  const char *end;

  if (process_id <= 0 || !g_file_get_contents (path, &text, NULL, NULL))
    return sample;
  /* the name, which may have anything in it, stands in parentheses */
  end = strrchr (text, ')');
  if (end == NULL ||
      sscanf (end + 1,
              " %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT
              " %*d %*d %*d %*d %*d %*d %*u %*u %ld",
              &sample.state, &user, &system, &pages) != 4)
    return (ProcessSample){ 0, };
  sample.ticks = user + system;
  sample.memory = (guint64) pages * (guint64) sysconf (_SC_PAGESIZE);
  return sample;
}

double
process_sample_percent (const ProcessSample *before,
                        const ProcessSample *now,
                        GTimeSpan            elapsed)
{
  double seconds = (double) elapsed / G_TIME_SPAN_SECOND;

  if (before->state == 0 || now->state == 0 || elapsed <= 0 || now->ticks < before->ticks)
    return 0;
  return 100.0 * (double) (now->ticks - before->ticks) / (double) sysconf (_SC_CLK_TCK) / seconds;
}
