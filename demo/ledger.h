/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <thespian.h>

G_BEGIN_DECLS

/*
 * What there is to do, and what of it is done.  A *piece* is some of the files.  A *task* is to
 * read a piece and to give the reducers their parts of its words: all of them at first, and later
 * the one that takes the place of a reducer that has died.
 */
typedef struct
{
  GVariant *files; /* (owned) aay */
  gboolean is_counted; /* in the tally */
} Piece;

typedef struct
{
  guint piece;
  gboolean is_read;
  guint8 *lacks; /* (owned) for each part whether its reducer still has to get it */
  guint n_lacking;
  ThespianAddress *reader; /* (owned) (nullable) who waits to hear that all of it is kept */
} Task;

typedef struct
{
  GArray *pieces; /* (owned) (element-type Piece) */
  GArray *tasks; /* (owned) (element-type Task) */
  GVariantBuilder *paths; /* (owned) (nullable) of the piece that is being filled */
  gsize n_path_bytes; /* of that piece */
  guint64 n_piece_bytes; /* of the files of that piece */
  guint64 n_bytes; /* of all files */
  guint n_parts;
  guint n_open; /* tasks */
} Ledger;

#define LEDGER_ALL_PARTS G_MAXUINT

void   ledger_init      (Ledger *self);
void   ledger_clear     (Ledger *self);

/* Files make up pieces; the last one has to be ended. */
void   ledger_add_file  (Ledger *self, const char *path, guint64 size);
void   ledger_end_piece (Ledger *self);

guint  ledger_add_task  (Ledger *self, guint piece, guint part);
Piece *ledger_get_piece (Ledger *self, guint piece);

/* NULL when there is none of this number. */
Task  *ledger_find_task (Ledger *self, guint64 task);

/* What changes a task; both return whether all of it is kept now. */
gboolean ledger_set_read (Ledger *self, Task *task);
gboolean ledger_set_kept (Ledger *self, Task *task, guint part);

G_END_DECLS
