/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "check.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

/* `grep` rather than `cat`: it ends the last line of each file, so no word goes on in the next. */
#define PIPELINE \
  "set -e; xargs -0 grep -ah '' /dev/null | tr -cs A-Za-z '\\n' | tr A-Z a-z | sort | uniq -c"

static GBytes *
join_paths (TextFiles *files)
{
  GByteArray *paths = g_byte_array_new ();

  for (guint i = 0; i < files->files->len; i++)
    {
      const TextFile *file = files->files->pdata[i];

      g_byte_array_append (paths, (const guint8 *) file->path, (guint) strlen (file->path) + 1);
    }
  return g_byte_array_free_to_bytes (paths);
}

/* A line is a number, a blank and a word; the first may have no word. */
static gboolean
parse_line (WordTable  *words,
            const char *line,
            GError    **error)
{
  char *end;
  guint64 count = g_ascii_strtoull (line, &end, 10);

  if (end == line || *end != ' ')
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("uniq printed “%s”"), line);
      return FALSE;
    }
  if (end[1] != '\0')
    word_table_add (words, end + 1, (guint) strlen (end + 1), count);
  return TRUE;
}

static WordTable *
parse_lines (GBytes  *output,
             GError **error)
{
  g_autoptr (WordTable) words = word_table_new ();
  g_autofree char *text = g_strndup (g_bytes_get_data (output, NULL), g_bytes_get_size (output));
  char *line = text;

  while (*line != '\0')
    {
      char *end = strchrnul (line, '\n');
      gboolean last = *end == '\0';

      *end = '\0';
      if (!parse_line (words, line, error))
        return NULL;
      line = last ? end : end + 1;
    }
  return g_steal_pointer (&words);
}

WordTable *
check_count_by_tools (TextFiles *files,
                      GError   **error)
{
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GBytes) paths = join_paths (files);
  g_autoptr (GBytes) output = NULL;

  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE
                                        | G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_subprocess_launcher_setenv (launcher, "LC_ALL", "C", TRUE);
  process = g_subprocess_launcher_spawn (launcher, error, "sh", "-c", PIPELINE, NULL);
  if (process == NULL || !g_subprocess_communicate (process, paths, NULL, &output, NULL, error)
      || !g_subprocess_wait_check (process, NULL, error))
    return NULL;
  return parse_lines (output, error);
}
