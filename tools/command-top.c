/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "command.h"
#include "count.h"
#include "terminal.h"
#include "tool-error.h"
#include "top-view.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#define MIN_DELAY 0.1
#define MAX_DELAY 3600.0

typedef struct
{
  gboolean is_batch;
  gint64 n_iterations;
  double delay;     /* in seconds */
  char *order_name; /* (owned) (nullable) */
  TopOrder order;
} TopOptions;

static const struct
{
  const char *name;
  int key;
} orders[] = {
  [TOP_BY_CPU] = { "cpu", 'c' },
  [TOP_BY_MESSAGES] = { "messages", 'm' },
  [TOP_BY_QUEUE] = { "queue", 'u' },
  [TOP_BY_MEMORY] = { "memory", 'r' },
};

static gint64
next_time (const TopOptions *options,
           const TopSample  *sample)
{
  return sample->time + (gint64) (options->delay * G_TIME_SPAN_SECOND);
}

/* --- For scripts ------------------------------------------------------------------------------------------ */

static void
print_sample (Session   *session,
              TopSample *sample)
{
  g_auto (GStrv) lines = top_view_to_lines (sample, 0);
  g_autofree char *text = g_strjoinv ("\n", lines);

  session_print (session, top_sample_to_details (sample), text);
}

static gboolean
run_batch (Session          *session,
           const TopOptions *options,
           Connection       *connection,
           GError          **error)
{
  g_autoptr (TopSample) before = NULL;

  for (gint64 i = 0; i < options->n_iterations; i++)
    {
      TopSample *sample;

      if (before != NULL)
        g_usleep ((gulong) MAX (next_time (options, before) - g_get_monotonic_time (), 0));
      sample = top_sample_take (connection, before, error);
      g_clear_pointer (&before, top_sample_free);
      if (sample == NULL)
        return FALSE;
      before = sample;
      top_sample_sort (sample, options->order);
      if (i > 0 && !session->json)
        printf ("\n");
      print_sample (session, sample);
      if (ferror (stdout))
        return TRUE;
    }
  return TRUE;
}

/* --- On a terminal ---------------------------------------------------------------------------------------- */

static void
draw (TopOptions *options,
      TopSample  *sample)
{
  g_auto (GStrv) lines = NULL;

  top_sample_sort (sample, options->order);
  lines = top_view_to_lines (sample, terminal_get_size ().columns);
  terminal_draw (lines);
}

static gboolean
is_end (int key)
{
  return key == TERMINAL_ENDED || key == 'q' || key == 'Q';
}

static void
choose_order (TopOptions *options,
              int         key)
{
  for (guint i = 0; i < G_N_ELEMENTS (orders); i++)
    if (orders[i].key == key)
      options->order = (TopOrder) i;
}

/* Until the next sample is due: then TRUE. */
static gboolean
react (TopOptions *options,
       TopSample  *sample)
{
  int key;

  while ((key = terminal_wait (next_time (options, sample))) != TERMINAL_TIMEOUT)
    {
      if (is_end (key))
        return FALSE;
      choose_order (options, key);
      draw (options, sample);
    }
  return TRUE;
}

static gboolean
run_screen (TopOptions *options,
            Connection *connection,
            GError    **error)
{
  g_autoptr (TopSample) before = NULL;

  for (gint64 i = 0; i < options->n_iterations; i++)
    {
      TopSample *sample = top_sample_take (connection, before, error);

      g_clear_pointer (&before, top_sample_free);
      if (sample == NULL)
        return FALSE;
      before = sample;
      draw (options, sample);
      if (!react (options, sample))
        return TRUE;
    }
  return TRUE;
}

static gboolean
run_on_terminal (TopOptions *options,
                 Connection *connection,
                 GError    **error)
{
  gboolean good;

  if (!terminal_begin (error))
    return FALSE;
  good = run_screen (options, connection, error);
  terminal_end ();
  return good;
}

/* --- Both ------------------------------------------------------------------------------------------------- */

static gboolean
read_order (TopOptions *options,
            GError    **error)
{
  if (options->order_name == NULL)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (orders); i++)
    if (g_str_equal (orders[i].name, options->order_name))
      {
        options->order = (TopOrder) i;
        return TRUE;
      }
  g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE, _ ("“%s” is no order: choose cpu, messages, queue or memory"),
               options->order_name);
  return FALSE;
}

static gboolean
check (TopOptions *options,
       GError    **error)
{
  if (!(options->delay >= MIN_DELAY) || options->delay > MAX_DELAY)
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE, _ ("--delay takes from %.1f to %.0f seconds"), MIN_DELAY, MAX_DELAY);
  else
    return count_check ("iterations", options->n_iterations, error) && read_order (options, error);
  return FALSE;
}

static gboolean
run (Session    *session,
     TopOptions *options,
     GError    **error)
{
  Connection *connection = check (options, error) ? session_connect (session, error) : NULL;

  if (connection == NULL)
    return FALSE;
  return options->is_batch || session->json ? run_batch (session, options, connection, error)
                                            : run_on_terminal (options, connection, error);
}

gboolean
command_top (Session *session,
             int      argc,
             char   **argv,
             GError **error)
{
  TopOptions options = { .n_iterations = COUNT_NO_END, .delay = 2 };
  const GOptionEntry entries[] = {
    { "batch", 'B', 0, G_OPTION_ARG_NONE, &options.is_batch, N_ ("Print one table after another, for scripts"), NULL },
    COUNT_ENTRY ("iterations", &options.n_iterations, N_ ("End after so many tables")),
    { "delay", 'd', 0, G_OPTION_ARG_DOUBLE, &options.delay, N_ ("Time between them (default: 2)"), N_ ("SECONDS") },
    { "sort", 's', 0, G_OPTION_ARG_STRING, &options.order_name,
      N_ ("cpu (default), messages, queue or memory; keys c, m, u, r"), N_ ("ORDER") },
    G_OPTION_ENTRY_NULL
  };
  gboolean good = command_parse (session, entries, 0, 0, &argc, &argv, error) && run (session, &options, error);

  g_free (options.order_name);
  return good;
}
