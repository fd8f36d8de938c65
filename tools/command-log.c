/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "command.h"
#include "count.h"
#include "tool-error.h"

#include <glib/gi18n.h>
#include <stdio.h>

typedef struct
{
  Session *session;
  char *level_name; /* (owned) (nullable) */
  guint level;      /* index among the levels */
  gint64 n_wanted;
  gint64 n_shown;
} Log;

/* Before each further line of an entry. */
#define CONTINUATION "    "

/* As the library calls them. */
static const char *const levels[] = { "DEBUG", "INFO", "MESSAGE", "WARNING", "CRITICAL", "ERROR" };

static guint
find_level (const char *name)
{
  guint i = 0;

  while (i < G_N_ELEMENTS (levels) && g_ascii_strcasecmp (levels[i], name) != 0)
    i++;
  return i;
}

static gboolean
read_options (Log     *self,
              GError **error)
{
  if (self->level_name != NULL)
    self->level = find_level (self->level_name);
  if (self->level >= G_N_ELEMENTS (levels))
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE,
                 _ ("“%s” is no level: choose debug, info, message, warning, critical or error"), self->level_name);
  else
    return count_check ("count", self->n_wanted, error);
  return FALSE;
}

static const char *
lookup (GVariant   *details,
        const char *key,
        const char *fallback)
{
  g_variant_lookup (details, key, "&s", &fallback);
  return fallback;
}

/* Each entry begins at the margin, and only there. */
static char *
indent_lines (const char *message)
{
  GString *text = g_string_new (message);

  while (text->len > 0 && text->str[text->len - 1] == '\n')
    g_string_truncate (text, text->len - 1);
  g_string_replace (text, "\n", "\n" CONTINUATION, 0);
  return g_string_free (text, FALSE);
}

static char *
format (GVariant *details)
{
  g_autofree char *message = indent_lines (lookup (details, "message", ""));
  gint64 time = 0;
  int process_id = 0;
  g_autoptr (GDateTime) utc = NULL;
  g_autoptr (GDateTime) local = NULL;
  g_autofree char *shown = NULL;

  g_variant_lookup (details, "time", "x", &time);
  g_variant_lookup (details, "process-id", "i", &process_id);
  utc = g_date_time_new_from_unix_utc (time / G_TIME_SPAN_SECOND);
  local = utc != NULL ? g_date_time_to_local (utc) : NULL;
  shown = local != NULL ? g_date_time_format (local, "%Y-%m-%d %H:%M:%S") : g_strdup ("-");
  return g_strdup_printf ("%s.%03d %-8s %s[%d] %s", shown, (int) (time % G_TIME_SPAN_SECOND / 1000),
                          lookup (details, "level", "-"), lookup (details, "address", lookup (details, "domain", "-")),
                          process_id, message);
}

static void
show_missed (GVariant *details)
{
  guint64 n;
  g_autofree char *text = NULL;

  if (!g_variant_lookup (details, "missed", "t", &n))
    return;
  text = g_strdup_printf (_ ("%llu entries came faster than they could be shown"), (unsigned long long) n);
  g_printerr ("thespian: %s\n", text);
}

static gboolean
show (GVariant *details,
      gpointer  user_data)
{
  Log *self = user_data;
  g_autofree char *text = NULL;

  show_missed (details);
  if (!g_variant_lookup (details, "message", "&s", NULL))
    return TRUE;
  if (find_level (lookup (details, "level", levels[0])) < self->level)
    return TRUE;
  text = format (details);
  session_print (self->session, details, text);
  self->n_shown++;
  return !ferror (stdout) && self->n_shown < self->n_wanted;
}

/* A script may wait for this before it does what is to be logged. */
static gboolean
show_begun (gpointer user_data)
{
  Log *self = user_data;

  if (!self->session->quiet)
    g_printerr ("%s\n", _ ("Following the log."));
  return TRUE;
}

gboolean
command_log (Session *session,
             int      argc,
             char   **argv,
             GError **error)
{
  Log self = { .session = session, .n_wanted = COUNT_NO_END };
  const GOptionEntry entries[] = {
    { "level", 'l', 0, G_OPTION_ARG_STRING, &self.level_name,
      N_ ("Least level to show: debug (default), info, message, warning, critical or error"), N_ ("LEVEL") },
    COUNT_ENTRY ("count", &self.n_wanted, N_ ("End after so many entries")),
    G_OPTION_ENTRY_NULL
  };
  Connection *connection = NULL;
  gboolean good;

  if (command_parse (session, entries, 0, 0, &argc, &argv, error) && read_options (&self, error))
    connection = session_connect (session, error);
  good = connection != NULL && connection->ops->follow_log (connection, show, show_begun, &self, error);
  g_free (self.level_name);
  return good;
}
