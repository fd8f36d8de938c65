/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "table.h"

Table *
table_new (guint           n_columns,
           const gboolean *is_number)
{
  Table *self = g_new0 (Table, 1);

  self->n_columns = n_columns;
  self->is_number = is_number;
  self->cells = g_ptr_array_new_with_free_func (g_free);
  return self;
}

void
table_free (Table *self)
{
  g_ptr_array_unref (self->cells);
  g_free (self);
}

/* What actors are called by must not move the cursor of somebody's terminal. */
static char *
make_harmless (char *text)
{
  char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);

  for (char *at = valid; *at != '\0'; at = g_utf8_next_char (at))
    if (g_unichar_iscntrl (g_utf8_get_char (at)) && (guchar) *at < 0x80)
      *at = '?';
  g_free (text);
  return valid;
}

void
table_take (Table *self,
            char  *text)
{
  g_ptr_array_add (self->cells, make_harmless (text));
}

void
table_add (Table      *self,
           const char *text)
{
  table_take (self, g_strdup (text));
}

static glong
width_of_column (Table *self,
                 guint  column)
{
  glong width = 0;

  for (guint i = column; i < self->cells->len; i += self->n_columns)
    width = MAX (width, g_utf8_strlen (g_ptr_array_index (self->cells, i), -1));
  return width;
}

static void
append_cell (Table   *self,
             GString *line,
             guint    column,
             glong    width,
             char    *text)
{
  gboolean is_number = self->is_number != NULL && self->is_number[column];
  int padding = (int) (width - g_utf8_strlen (text, -1));

  if (column > 0)
    g_string_append (line, "  ");
  if (is_number)
    g_string_append_printf (line, "%*s", padding, "");
  g_string_append (line, text);
  if (!is_number && column + 1 < self->n_columns)
    g_string_append_printf (line, "%*s", padding, "");
}

char **
table_to_lines (Table *self,
                guint  max_width)
{
  guint n_rows = self->cells->len / self->n_columns;
  g_autofree glong *widths = g_new (glong, self->n_columns);
  char **lines = g_new0 (char *, n_rows + 1);

  for (guint column = 0; column < self->n_columns; column++)
    widths[column] = width_of_column (self, column);
  for (guint row = 0; row < n_rows; row++)
    {
      g_autoptr (GString) line = g_string_new (NULL);

      for (guint column = 0; column < self->n_columns; column++)
        append_cell (self, line, column, widths[column],
                     g_ptr_array_index (self->cells, row * self->n_columns + column));
      lines[row] = max_width > 0 && g_utf8_strlen (line->str, -1) > max_width ? g_utf8_substring (line->str, 0, max_width)
                                                                            : g_strdup (line->str);
      g_strchomp (lines[row]);
    }
  return lines;
}
