/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "top-view.h"

#include "table.h"

#include <glib/gi18n.h>

static const gboolean is_number[] = { FALSE, FALSE, TRUE, FALSE, TRUE, TRUE, TRUE, TRUE, TRUE, TRUE, TRUE };

#define N_COLUMNS G_N_ELEMENTS (is_number)

static void
add_titles (Table *table)
{
  const char *titles[N_COLUMNS] = { _ ("ACTOR"), _ ("NAME"), _ ("PROCESS"), _ ("STATE"), _ ("QUEUE"), _ ("RECEIVED"),
                                    _ ("SENT"), _ ("FAILED"), _ ("MSG/S"), _ ("MEMORY"), _ ("CPU%") };

  for (guint i = 0; i < N_COLUMNS; i++)
    table_add (table, titles[i]);
}

static const char *
translate_state (const char *state)
{
  const struct
  {
    const char *state;
    const char *text;
  } texts[] = {
    { "exiting", _ ("exiting") }, { "busy", _ ("busy") },       { "idle", _ ("idle") },
    { "stopped", _ ("stopped") }, { "waiting", _ ("waiting") }, { "ended", _ ("ended") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (g_str_equal (state, texts[i].state))
      return texts[i].text;
  return state;
}

static void
add_count (Table        *table,
           const TopRow *row,
           guint64       count)
{
  table_take (table, row->answers ? g_strdup_printf ("%" G_GUINT64_FORMAT, count) : g_strdup ("-"));
}

static void
add_row (Table        *table,
         const TopRow *row)
{
  table_add (table, row->info->address);
  table_add (table, row->info->global_name);
  table_take (table, g_strdup_printf ("%d", row->info->process_id));
  table_add (table, translate_state (top_row_get_state (row)));
  add_count (table, row, row->n_queued);
  add_count (table, row, row->n_received);
  add_count (table, row, row->n_sent);
  add_count (table, row, row->n_failed);
  table_take (table, row->answers ? g_strdup_printf ("%.0f", row->rate) : g_strdup ("-"));
  table_take (table, g_format_size_full (row->process.memory, G_FORMAT_SIZE_IEC_UNITS));
  table_take (table, g_strdup_printf ("%.1f", row->cpu));
}

static char *
summarise (TopSample *sample)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *time = g_date_time_format (now, "%H:%M:%S");
  guint64 n_received = 0, n_queued = 0;
  double rate = 0, cpu = 0;

  for (guint i = 0; i < sample->rows->len; i++)
    {
      const TopRow *row = g_ptr_array_index (sample->rows, i);

      n_received += row->n_received;
      n_queued += row->n_queued;
      rate += row->rate;
      cpu += row->cpu;
    }
  return g_strdup_printf (_ ("%s  actors: %u  received: %llu  waiting: %llu  messages/s: %.0f  CPU: %.1f%%"), time,
                          sample->rows->len, (unsigned long long) n_received, (unsigned long long) n_queued, rate, cpu);
}

char **
top_view_to_lines (TopSample *sample,
                   guint      max_width)
{
  g_autoptr (Table) table = table_new (N_COLUMNS, is_number);
  g_autofree char *summary = summarise (sample);
  GPtrArray *lines = g_ptr_array_new ();
  g_auto (GStrv) rows = NULL;

  add_titles (table);
  for (guint i = 0; i < sample->rows->len; i++)
    add_row (table, g_ptr_array_index (sample->rows, i));
  rows = table_to_lines (table, max_width);
  g_ptr_array_add (lines, max_width > 0 ? g_utf8_substring (summary, 0, MIN (g_utf8_strlen (summary, -1), max_width))
                                        : g_steal_pointer (&summary));
  g_ptr_array_add (lines, g_strdup (""));
  for (char **row = rows; *row != NULL; row++)
    g_ptr_array_add (lines, g_strdup (*row));
  g_ptr_array_add (lines, NULL);
  return (char **) g_ptr_array_free (lines, FALSE);
}
