/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Words and how often each was seen.  A word is a run of the letters A to Z, in lower case: what
 * `tr -cs A-Za-z '\n' | tr A-Z a-z` makes of a text.
 */
typedef struct _WordTable WordTable;

typedef struct
{
  const char *letters; /* not terminated; valid until the next word is added */
  guint length;
  guint32 hash;
  guint64 count;
} Word;

WordTable *word_table_new        (void);
void       word_table_free       (WordTable *self);

/* Counts the words of @text, which is put in lower case on the way; returns how many. */
guint64    word_table_add_text   (WordTable *self, char *text, gsize length);
void       word_table_add        (WordTable *self, const char *letters, guint length,
                                  guint64 count);

guint      word_table_get_size   (WordTable *self);
guint64    word_table_get_total  (WordTable *self);
guint64    word_table_lookup     (WordTable *self, const char *letters, guint length);
Word       word_table_get_word   (WordTable *self, guint index);

/* The @n most frequent words, those of equal count by name; (element-type Word) */
GArray    *word_table_dup_top    (WordTable *self, guint n);

/* A word that is not the same in both, or NULL when there is none. */
char      *word_table_difference (WordTable *self, WordTable *other);

/*
 * As messages.  Packing gives each part, of @n_parts, the words whose hash falls to it: the same
 * word always falls to the same part.
 */
GPtrArray *word_table_pack       (WordTable *self, guint n_parts);
gboolean   word_table_add_packed (WordTable *self, const guint8 *data, gsize size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WordTable, word_table_free)

G_END_DECLS
