/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bench-pids.h"

#include <gio/gio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define END_TIMEOUT (30 * G_TIME_SPAN_SECOND)
#define LOOK_EACH_US 1000

gint64
bench_pids_read_kib (gint64      pid,
                     const char *name,
                     GError    **error)
{
  g_autofree char *key = g_strdup_printf ("\n%s:", name);
  g_autofree char *path = g_strdup_printf ("/proc/%" G_GINT64_FORMAT "/smaps_rollup", pid);
  g_autofree char *text = NULL;
  const char *line;
  gint64 kib;

  if (!g_file_get_contents (path, &text, NULL, error))
    return -1;
  line = strstr (text, key);
  if (line == NULL || sscanf (line + strlen (key), "%" G_GINT64_FORMAT, &kib) != 1)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "%s tells no %s", path, name);
      return -1;
    }
  return kib;
}

double
bench_pids_weigh (GArray  *pids,
                  GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_int64_hash, g_int64_equal);
  gint64 sum = 0;

  for (guint i = 0; i < pids->len; i++)
    {
      gint64 *pid = &g_array_index (pids, gint64, i);
      gint64 kib;

      if (!g_hash_table_add (seen, pid))
        continue;
      kib = bench_pids_read_kib (*pid, "Pss", error);
      if (kib < 0)
        return -1;
      sum += kib;
    }
  return (double) sum;
}

/* One that nobody has waited for yet has ended too. */
static gboolean
has_ended (gint64 pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%" G_GINT64_FORMAT "/stat", pid);
  g_autofree char *text = NULL;
  const char *state;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return TRUE;
  state = strrchr (text, ')');
  return state != NULL && strlen (state) > 2 && strchr ("ZX", state[2]) != NULL;
}

gboolean
bench_pids_await_ends (GArray  *pids,
                       GError **error)
{
  gint64 deadline = g_get_monotonic_time () + END_TIMEOUT;

  for (guint i = 0; i < pids->len; i++)
    {
      gint64 pid = g_array_index (pids, gint64, i);

      if (pid == getpid ())
        continue;
      while (!has_ended (pid))
        {
          if (g_get_monotonic_time () > deadline)
            {
              g_set_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                           "process %" G_GINT64_FORMAT " of an actor has outlived its system", pid);
              return FALSE;
            }
          g_usleep (LOOK_EACH_US);
        }
    }
  return TRUE;
}
