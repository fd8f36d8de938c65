/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "behaviour-rows.h"

#include <string.h>

/* id → what its column "bases" says. */
static GHashTable *rows;

/* word → the bases, as a list, that it stands for. */
static GHashTable *words;

/* The bases under test. */
static GPtrArray *tested;

static void
read_line (const char *line)
{
  g_auto (GStrv) cells = g_strsplit (line, "|", -1);
  guint n = g_strv_length (cells);

  for (guint i = 0; i < n; i++)
    g_strstrip (cells[i]);

  /* "| id | behaviour | bases | exempt |" and "| `word` | bases |" have empty cells at the ends. */
  if (n == 6 && strchr (cells[1], '-') != NULL)
    g_hash_table_insert (rows, g_strdup (cells[1]), g_strdup (cells[3]));
  else if (n == 4 && cells[1][0] == '`')
    g_hash_table_insert (words, g_strndup (cells[1] + 1, strlen (cells[1]) - 2),
                         g_strdup (cells[2]));
}

/* Adds the bases that a list of words and names means, each once. */
static void
expand (GPtrArray  *bases,
        const char *list)
{
  g_auto (GStrv) parts = g_strsplit (list, ",", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      const char *part = g_strstrip (parts[i]);
      const char *meaning = g_hash_table_lookup (words, part);

      if (g_str_equal (part, "all"))
        expand (bases, "in-process, processes");
      else if (meaning != NULL)
        expand (bases, meaning);
      else if (!g_ptr_array_find_with_equal_func (bases, part, g_str_equal, NULL))
        g_ptr_array_add (bases, g_strdup (part));
    }
}

static GPtrArray *
expand_new (const char *list)
{
  GPtrArray *bases = g_ptr_array_new_with_free_func (g_free);

  expand (bases, list);
  return bases;
}

void
behaviour_rows_read (void)
{
  const char *installed = g_getenv ("BEHAVIOUR_DOC");
  const char *wanted = g_getenv ("THESPIAN_TEST_BASES");
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GError) error = NULL;

  rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  words = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  g_file_get_contents (installed != NULL ? installed : BEHAVIOUR_DOC, &text, NULL, &error);
  g_assert_no_error (error);

  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    read_line (lines[i]);
  tested = expand_new (wanted != NULL ? wanted : "tested");
}

gboolean
behaviour_rows_is_processes (const char *base)
{
  g_autoptr (GPtrArray) processes = expand_new ("processes");

  return g_ptr_array_find_with_equal_func (processes, base, g_str_equal, NULL);
}

static const char *
get_list (const char *id)
{
  const char *list = g_hash_table_lookup (rows, id);

  if (list == NULL)
    g_error ("doc/behaviour.md has no row %s", id);
  if (g_str_has_prefix (list, "later"))
    g_error ("doc/behaviour.md says that %s is not yet there", id);

  return list;
}

GStrv
behaviour_rows_get_bases (const char *ids)
{
  g_auto (GStrv) split = g_strsplit (ids, "+", -1);
  g_autoptr (GPtrArray) bases = NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  const char *list = NULL;

  for (guint i = 0; split[i] != NULL; i++)
    {
      const char *here = get_list (split[i]);

      if (list != NULL && !g_str_equal (list, here))
        g_error ("doc/behaviour.md gives the rows of %s different bases", ids);
      list = here;
    }

  bases = expand_new (list);
  for (guint i = 0; i < bases->len; i++)
    if (g_ptr_array_find_with_equal_func (tested, g_ptr_array_index (bases, i), g_str_equal, NULL))
      g_strv_builder_add (builder, g_ptr_array_index (bases, i));

  return g_strv_builder_end (builder);
}
