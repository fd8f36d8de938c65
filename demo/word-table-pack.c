/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Word tables as messages: for each word its count and its length, little endian, and its
 * letters.  As a GBytes it needs no further packing on any base, and nobody copies it in one
 * process.
 */

#include "word-table.h"

#include <string.h>

typedef struct
{
  guint32 count;
  guint32 length;
} Head;

static guint
part_of (guint32 hash,
         guint   n_parts)
{
  return (guint) (((guint64) hash * n_parts) >> 32);
}

static void
append_word (GByteArray *part,
             const Word *word)
{
  guint64 left = word->count;

  /* A count that does not fit is written in pieces. */
  do
    {
      guint32 count = (guint32) MIN (left, G_MAXUINT32);
      Head head = { .count = GUINT32_TO_LE (count), .length = GUINT32_TO_LE (word->length) };

      g_byte_array_append (part, (const guint8 *) &head, sizeof head);
      g_byte_array_append (part, (const guint8 *) word->letters, word->length);
      left -= count;
    }
  while (left > 0);
}

GPtrArray *
word_table_pack (WordTable *self,
                 guint      n_parts)
{
  g_autofree GByteArray **parts = g_new (GByteArray *, n_parts);
  GPtrArray *packed = g_ptr_array_new_full (n_parts, (GDestroyNotify) g_bytes_unref);

  for (guint i = 0; i < n_parts; i++)
    parts[i] = g_byte_array_new ();
  for (guint i = 0; i < word_table_get_size (self); i++)
    {
      Word word = word_table_get_word (self, i);

      append_word (parts[part_of (word.hash, n_parts)], &word);
    }
  for (guint i = 0; i < n_parts; i++)
    g_ptr_array_add (packed, g_byte_array_free_to_bytes (parts[i]));
  return packed;
}

/* FALSE when @data is not what word_table_pack() makes; what stands before the fault is added. */
gboolean
word_table_add_packed (WordTable    *self,
                       const guint8 *data,
                       gsize         size)
{
  while (size > 0)
    {
      Head head;
      guint length;

      if (size < sizeof head)
        return FALSE;
      memcpy (&head, data, sizeof head);
      data += sizeof head;
      size -= sizeof head;
      length = GUINT32_FROM_LE (head.length);
      if (length == 0 || length > size)
        return FALSE;
      word_table_add (self, (const char *) data, length, GUINT32_FROM_LE (head.count));
      data += length;
      size -= length;
    }
  return TRUE;
}
