/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ledger.h"

#include "messages.h"

#include <string.h>

/* A piece is about this much text: enough that messages cost nothing beside the reading. */
#define PIECE_BYTES (1024 * 1024)
#define PIECE_PATH_BYTES (MESSAGE_BYTES / 2)

static void
piece_clear (gpointer data)
{
  Piece *piece = data;

  g_variant_unref (piece->files);
}

static void
task_clear (gpointer data)
{
  Task *task = data;

  g_free (task->lacks);
  g_clear_object (&task->reader);
}

void
ledger_init (Ledger *self)
{
  self->pieces = g_array_new (FALSE, TRUE, sizeof (Piece));
  g_array_set_clear_func (self->pieces, piece_clear);
  self->tasks = g_array_new (FALSE, TRUE, sizeof (Task));
  g_array_set_clear_func (self->tasks, task_clear);
}

void
ledger_clear (Ledger *self)
{
  g_clear_pointer (&self->pieces, g_array_unref);
  g_clear_pointer (&self->tasks, g_array_unref);
  g_clear_pointer (&self->paths, g_variant_builder_unref);
}

void
ledger_add_file (Ledger     *self,
                 const char *path,
                 guint64     size)
{
  if (self->paths == NULL)
    self->paths = g_variant_builder_new (G_VARIANT_TYPE_BYTESTRING_ARRAY);
  g_variant_builder_add (self->paths, "^ay", path);
  self->n_path_bytes += strlen (path) + 1;
  self->n_piece_bytes += size;
  self->n_bytes += size;
  if (self->n_piece_bytes >= PIECE_BYTES || self->n_path_bytes >= PIECE_PATH_BYTES)
    ledger_end_piece (self);
}

void
ledger_end_piece (Ledger *self)
{
  Piece piece = { NULL, FALSE };

  if (self->paths == NULL)
    return;
  piece.files = g_variant_ref_sink (g_variant_builder_end (self->paths));
  g_array_append_val (self->pieces, piece);
  g_clear_pointer (&self->paths, g_variant_builder_unref);
  self->n_path_bytes = 0;
  self->n_piece_bytes = 0;
}

guint
ledger_add_task (Ledger *self,
                 guint   piece,
                 guint   part)
{
  gboolean all = part == LEDGER_ALL_PARTS;
  Task task = { .piece = piece, .n_lacking = all ? self->n_parts : 1 };

  task.lacks = g_new0 (guint8, self->n_parts);
  memset (all ? task.lacks : task.lacks + part, TRUE, task.n_lacking);
  g_array_append_val (self->tasks, task);
  self->n_open++;
  return self->tasks->len - 1;
}

Piece *
ledger_get_piece (Ledger *self,
                  guint   piece)
{
  return &g_array_index (self->pieces, Piece, piece);
}

Task *
ledger_find_task (Ledger *self,
                  guint64 task)
{
  return task < self->tasks->len ? &g_array_index (self->tasks, Task, task) : NULL;
}

static gboolean
is_open (const Task *task)
{
  return !task->is_read || task->n_lacking > 0;
}

gboolean
ledger_set_read (Ledger *self,
                 Task   *task)
{
  gboolean was_open = is_open (task);

  task->is_read = TRUE;
  if (was_open && !is_open (task))
    self->n_open--;
  return !is_open (task);
}

gboolean
ledger_set_kept (Ledger *self,
                 Task   *task,
                 guint   part)
{
  gboolean was_open = is_open (task);

  if (task->lacks[part])
    task->n_lacking--;
  task->lacks[part] = FALSE;
  if (was_open && !is_open (task))
    self->n_open--;
  return !is_open (task);
}
