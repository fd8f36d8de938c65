/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Rows of texts, in columns that are as wide as they have to be. */
typedef struct
{
  guint n_columns;
  const gboolean *is_number; /* of each column: stands to the right; (nullable) */
  GPtrArray *cells;          /* (owned) of char* */
} Table;

Table *table_new     (guint n_columns, const gboolean *is_number);
void   table_free    (Table *self);
/* Takes @text; NULL is empty. */
void   table_take    (Table *self, char *text);
void   table_add     (Table *self, const char *text);
/* The lines, none of which is longer than @max_width characters unless that is 0. */
char **table_to_lines (Table *self, guint max_width);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Table, table_free)

G_END_DECLS
