/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "reader.h"

#include "messages.h"
#include "patterns/thespian-troupe.h"
#include "word-table.h"

struct _WordcountReader
{
  ThespianActor parent_instance;
};

G_DEFINE_FINAL_TYPE (WordcountReader, wordcount_reader, THESPIAN_TYPE_ACTOR)

static void
read_file (const char *path,
           WordTable  *words,
           Tally      *tally)
{
  g_autofree char *text = NULL;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, NULL))
    {
      tally->unreadable++;
      return;
    }
  tally->words += word_table_add_text (words, text, length);
  tally->bytes += length;
  tally->files++;
}

static void
read_files (GVariant  *work,
            WordTable *words,
            Tally     *tally)
{
  g_autoptr (GVariantIter) files = NULL;
  const char *path;

  g_variant_get (work, WORK_TYPE, &files, NULL);
  while (g_variant_iter_next (files, "&s", &path))
    read_file (path, words, tally);
}

/* Every reducer gets exactly one message for each piece of work, so that it can count them. */
static gboolean
hand_over (ThespianActor *actor,
           GVariant      *work,
           WordTable     *words,
           Tally         *tally,
           GError       **error)
{
  g_autoptr (GVariant) reducers = g_variant_get_child_value (work, 1);
  guint n_reducers = (guint) g_variant_n_children (reducers);
  g_autoptr (GPtrArray) parts = word_table_pack (words, n_reducers);

  for (guint i = 0; i < n_reducers; i++)
    {
      g_autoptr (GVariant) boxed = g_variant_get_child_value (reducers, i);
      g_autoptr (GVariant) inner = g_variant_get_variant (boxed);
      g_autoptr (ThespianAddress) reducer = thespian_address_from_variant (inner, error);

      if (reducer == NULL)
        return FALSE;
      thespian_actor_send_bytes (actor, reducer, parts->pdata[i]);
      tally->messages++;
    }
  return TRUE;
}

static gboolean
wordcount_reader_receive (ThespianActor   *actor,
                          const GValue    *message,
                          ThespianAddress *sender,
                          GError         **error)
{
  GVariant *work = message_get_variant (message, WORK_TYPE);
  g_autoptr (WordTable) words = NULL;
  Tally tally = { 0, };

  if (work == NULL)
    return TRUE;
  words = word_table_new ();
  read_files (work, words, &tally);
  if (!hand_over (actor, work, words, &tally, error))
    return FALSE;
  tally.messages++;
  return thespian_actor_send_variant (actor, sender, tally_to_variant (&tally));
}

static void
wordcount_reader_init (WordcountReader *self)
{
}

static void
wordcount_reader_class_init (WordcountReaderClass *klass)
{
  ThespianActorClass *actor_class = THESPIAN_ACTOR_CLASS (klass);

  actor_class->receive_message = wordcount_reader_receive;
  thespian_actor_class_set_troupe (actor_class, THESPIAN_TROUPE_MAX_COUNT,
                                   THESPIAN_TROUPE_IDLE_COUNT);
}
