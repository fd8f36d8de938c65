/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "word-table.h"

#include <string.h>

/*
 * An open-addressing hash table: its slots hold indices into an array of entries, and the
 * letters of all words stand in one buffer.  Nothing is ever removed.
 */

typedef struct
{
  guint64 count;
  gsize start; /* in the letters */
  guint length;
  guint32 hash;
} Entry;

struct _WordTable
{
  GArray *entries; /* (owned) (element-type Entry) */
  GString *letters; /* (owned) */
  guint32 *slots; /* (owned) index of an entry, plus one; 0: free */
  guint n_slots; /* a power of two */
  guint64 total;
};

#define FIRST_SLOTS 4096

WordTable *
word_table_new (void)
{
  WordTable *self = g_new0 (WordTable, 1);

  self->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  self->letters = g_string_new (NULL);
  self->n_slots = FIRST_SLOTS;
  self->slots = g_new0 (guint32, self->n_slots);
  return self;
}

void
word_table_free (WordTable *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->entries);
  g_string_free (self->letters, TRUE);
  g_free (self->slots);
  g_free (self);
}

/* FNV-1a, then a mix that lets the high bits choose a part and the low ones a slot. */
static guint32
hash_letters (const char *letters,
              guint       length)
{
  guint32 hash = 2166136261u;

  for (guint i = 0; i < length; i++)
    hash = (hash ^ (guint8) letters[i]) * 16777619u;
  hash ^= hash >> 16;
  hash *= 0x85ebca6bu;
  hash ^= hash >> 13;
  return hash;
}

static inline Entry *
get_entry (WordTable *self,
           guint      index)
{
  return &g_array_index (self->entries, Entry, index);
}

/* The slot of the word, or the free one where it belongs. */
static guint32 *
find_slot (WordTable  *self,
           const char *letters,
           guint       length,
           guint32     hash)
{
  guint mask = self->n_slots - 1;

  for (guint i = hash & mask;; i = (i + 1) & mask)
    {
      const Entry *entry;

      if (self->slots[i] == 0)
        return &self->slots[i];
      entry = get_entry (self, self->slots[i] - 1);
      if (entry->hash == hash && entry->length == length
          && memcmp (self->letters->str + entry->start, letters, length) == 0)
        return &self->slots[i];
    }
}

static void
grow (WordTable *self)
{
  guint mask = self->n_slots * 2 - 1;

  g_free (self->slots);
  self->n_slots *= 2;
  self->slots = g_new0 (guint32, self->n_slots);
  for (guint index = 0; index < self->entries->len; index++)
    {
      guint i = get_entry (self, index)->hash & mask;

      while (self->slots[i] != 0)
        i = (i + 1) & mask;
      self->slots[i] = index + 1;
    }
}

static void
add_hashed (WordTable  *self,
            const char *letters,
            guint       length,
            guint32     hash,
            guint64     count)
{
  guint32 *slot = find_slot (self, letters, length, hash);

  self->total += count;
  if (*slot != 0)
    {
      get_entry (self, *slot - 1)->count += count;
      return;
    }

  {
    Entry entry = { .count = count, .start = self->letters->len, .length = length, .hash = hash };

    g_string_append_len (self->letters, letters, length);
    g_array_append_val (self->entries, entry);
    *slot = self->entries->len;
  }
  if (self->entries->len > self->n_slots / 2)
    grow (self);
}

void
word_table_add (WordTable  *self,
                const char *letters,
                guint       length,
                guint64     count)
{
  add_hashed (self, letters, length, hash_letters (letters, length), count);
}

/* The letter in lower case, or NUL for what is none. */
static inline char
to_letter (char c)
{
  char lower = c | 0x20;

  return lower >= 'a' && lower <= 'z' ? lower : '\0';
}

guint64
word_table_add_text (WordTable *self,
                     char      *text,
                     gsize      length)
{
  guint64 total = self->total;
  gsize start = 0;

  for (gsize i = 0; i < length; i++)
    text[i] = to_letter (text[i]);
  while (start < length)
    {
      gsize end;

      if (text[start] == '\0')
        {
          start++;
          continue;
        }
      for (end = start + 1; end < length && text[end] != '\0'; end++)
        ;
      word_table_add (self, text + start, (guint) (end - start), 1);
      start = end;
    }
  return self->total - total;
}

guint
word_table_get_size (WordTable *self)
{
  return self->entries->len;
}

guint64
word_table_get_total (WordTable *self)
{
  return self->total;
}

guint64
word_table_lookup (WordTable  *self,
                   const char *letters,
                   guint       length)
{
  guint32 *slot = find_slot (self, letters, length, hash_letters (letters, length));

  return *slot != 0 ? get_entry (self, *slot - 1)->count : 0;
}

Word
word_table_get_word (WordTable *self,
                     guint      index)
{
  const Entry *entry = get_entry (self, index);

  return (Word) {
    .letters = self->letters->str + entry->start,
    .length = entry->length,
    .hash = entry->hash,
    .count = entry->count,
  };
}

static int
compare_words (gconstpointer a,
               gconstpointer b)
{
  const Word *x = a, *y = b;
  int order;

  if (x->count != y->count)
    return x->count > y->count ? -1 : 1;
  order = memcmp (x->letters, y->letters, MIN (x->length, y->length));
  return order != 0 ? order : (x->length > y->length) - (x->length < y->length);
}

GArray *
word_table_dup_top (WordTable *self,
                    guint      n)
{
  GArray *words = g_array_sized_new (FALSE, FALSE, sizeof (Word), self->entries->len);

  for (guint i = 0; i < self->entries->len; i++)
    {
      Word word = word_table_get_word (self, i);

      g_array_append_val (words, word);
    }
  g_array_sort (words, compare_words);
  if (words->len > n)
    g_array_set_size (words, n);
  return words;
}

/* A word of @self that @other counts differently. */
static char *
find_difference (WordTable *self,
                 WordTable *other)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      Word word = word_table_get_word (self, i);

      if (word_table_lookup (other, word.letters, word.length) != word.count)
        return g_strndup (word.letters, word.length);
    }
  return NULL;
}

char *
word_table_difference (WordTable *self,
                       WordTable *other)
{
  char *difference = find_difference (self, other);

  return difference != NULL ? difference : find_difference (other, self);
}
