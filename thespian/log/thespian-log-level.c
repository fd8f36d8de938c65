/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "log/thespian-log-level-private.h"

/* The highest threshold: it lets GLib's CRITICAL and ERROR through. */
#define SEVERITY_HIGHEST 40

/* From the worst to the mildest. */
static const struct
{
  GLogLevelFlags level;
  int severity;
  const char *name;
  const char *priority;
} levels[] = {
  { G_LOG_LEVEL_ERROR, 50, "ERROR", "3" },
  { G_LOG_LEVEL_CRITICAL, 40, "CRITICAL", "4" },
  { G_LOG_LEVEL_WARNING, THESPIAN_LOG_SEVERITY_WARNING, "WARNING", "4" },
  { G_LOG_LEVEL_MESSAGE, 25, "MESSAGE", "5" },
  { G_LOG_LEVEL_INFO, 20, "INFO", "6" },
  { G_LOG_LEVEL_DEBUG, 10, "DEBUG", "7" },
};

GLogLevelFlags
thespian_log_level_normalise (GLogLevelFlags level)
{
  GLogLevelFlags flag = level & G_LOG_FLAG_FATAL;

  for (guint i = 0; i < G_N_ELEMENTS (levels); i++)
    if (level & levels[i].level)
      return levels[i].level | flag;
  /* A level of the program's own is below all that GLib knows. */
  return ((level & G_LOG_LEVEL_MASK) != 0 ? G_LOG_LEVEL_DEBUG : G_LOG_LEVEL_MESSAGE) | flag;
}

static guint
find (GLogLevelFlags level)
{
  for (guint i = 0; i < G_N_ELEMENTS (levels); i++)
    if (level & levels[i].level)
      return i;
  g_return_val_if_reached (0);
}

int
thespian_log_level_get_severity (GLogLevelFlags level)
{
  return levels[find (level)].severity;
}

const char *
thespian_log_level_get_name (GLogLevelFlags level)
{
  return levels[find (level)].name;
}

const char *
thespian_log_level_get_priority (GLogLevelFlags level)
{
  return levels[find (level)].priority;
}

gboolean
thespian_log_severity_from_name (const char *name,
                                 int        *ret_severity)
{
  for (guint i = 0; i < G_N_ELEMENTS (levels); i++)
    if (g_ascii_strcasecmp (name, levels[i].name) == 0)
      {
        *ret_severity = thespian_log_severity_from_number (levels[i].severity);
        return TRUE;
      }
  return FALSE;
}

int
thespian_log_severity_from_number (gint64 number)
{
  return (int) CLAMP (number, THESPIAN_LOG_SEVERITY_ALL, SEVERITY_HIGHEST);
}
