/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "reader.h"

#include "messages.h"
#include "parcel.h"
#include "patterns/thespian-troupe.h"
#include "word-table.h"

/*
 * What a reader has sent can still get lost with it, so it has its work in hand until the
 * coordinator knows that the reducers have all of it.  Were it to die before, the troupe would give
 * the work to another.
 */
struct _WordcountReader
{
  ThespianActor parent_instance;

  guint task; /* the one in hand */
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
read_files (GVariant  *files,
            WordTable *words,
            Tally     *tally)
{
  for (gsize i = 0; i < g_variant_n_children (files); i++)
    {
      g_autoptr (GVariant) path = g_variant_get_child_value (files, i);

      read_file (g_variant_get_bytestring (path), words, tally);
    }
}

static gboolean
hand_over (ThespianActor *actor,
           GVariant      *work,
           WordTable     *words,
           Tally         *tally,
           GError       **error)
{
  g_autoptr (GVariantIter) targets = NULL;
  g_autoptr (GPtrArray) parts = NULL;
  guint task, piece, n_parts, part;
  GVariant *variant;

  g_variant_get (work, "(uu@aaya(uv)u)", &task, &piece, NULL, &targets, &n_parts);
  parts = word_table_pack (words, n_parts);
  while (g_variant_iter_next (targets, "(uv)", &part, &variant))
    {
      g_autoptr (ThespianAddress) reducer = thespian_address_from_variant (variant, error);

      g_variant_unref (variant);
      if (reducer == NULL)
        return FALSE;
      tally->messages += parcel_send (actor, reducer, task, piece, parts->pdata[part]);
    }
  return TRUE;
}

static gboolean
do_work (WordcountReader *self,
         GVariant        *work,
         ThespianAddress *coordinator,
         GError         **error)
{
  ThespianActor *actor = THESPIAN_ACTOR (self);
  g_autoptr (GVariant) files = g_variant_get_child_value (work, 2);
  g_autoptr (WordTable) words = word_table_new ();
  Tally tally = { .messages = 2 };

  g_variant_get_child (work, 0, "u", &self->task);
  send_note (actor, coordinator, NOTE_BEGUN, self->task);
  read_files (files, words, &tally);
  if (!hand_over (actor, work, words, &tally, error))
    return FALSE;
  thespian_actor_set_troupe_work_in_progress (actor, TRUE);
  return thespian_actor_send_variant (
    actor, coordinator,
    g_variant_new ("(u@" TALLY_TYPE ")", self->task, tally_to_variant (&tally)));
}

static gboolean
wordcount_reader_receive (ThespianActor   *actor,
                          const GValue    *message,
                          ThespianAddress *sender,
                          GError         **error)
{
  WordcountReader *self = WORDCOUNT_READER (actor);
  GVariant *work = message_get_variant (message, WORK_TYPE);
  guint64 task;

  if (work != NULL)
    return do_work (self, work, sender, error);
  if (message_is_note (message, NOTE_KEPT, &task) && task == self->task)
    thespian_actor_set_troupe_work_in_progress (actor, FALSE);
  return TRUE;
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
