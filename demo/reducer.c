/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "reducer.h"

#include "messages.h"
#include "parcel.h"
#include "word-table.h"

struct _WordcountReducer
{
  ThespianActor parent_instance;

  WordTable *words; /* (owned) */
  GHashTable *parcels; /* (owned) those that have not come in full */
  GHashTable *pieces; /* (owned) set of their numbers: a piece that comes again counts once */
};

G_DEFINE_FINAL_TYPE (WordcountReducer, wordcount_reducer, THESPIAN_TYPE_ACTOR)

static void
tell_failure (WordcountReducer *self,
              guint             piece,
              ThespianAddress  *coordinator)
{
  g_autofree char *why = g_strdup_printf ("what came of piece %u holds something else than words",
                                          piece);

  thespian_actor_send_variant (THESPIAN_ACTOR (self), coordinator,
                               g_variant_new (FAILURE_TYPE, FAILURE_FAILED, why));
}

static void
take_parcel (WordcountReducer *self,
             GVariant         *parcel,
             ThespianAddress  *reader)
{
  g_autoptr (ThespianAddress) coordinator = thespian_actor_dup_parent (THESPIAN_ACTOR (self));
  g_autoptr (GByteArray) words = NULL;
  guint task, piece;

  words = parcels_add (self->parcels, reader, parcel, &task, &piece);
  if (words == NULL)
    return;
  if (g_hash_table_add (self->pieces, GUINT_TO_POINTER (piece))
      && !word_table_add_packed (self->words, words->data, words->len))
    tell_failure (self, piece, coordinator);
  else
    send_note (THESPIAN_ACTOR (self), coordinator, NOTE_HAS, task);
}

static gboolean
wordcount_reducer_receive (ThespianActor   *actor,
                           const GValue    *message,
                           ThespianAddress *sender,
                           GError         **error)
{
  WordcountReducer *self = WORDCOUNT_REDUCER (actor);
  GVariant *parcel = message_get_variant (message, PARCEL_TYPE);
  guint64 number;

  if (parcel != NULL)
    {
      take_parcel (self, parcel, sender);
    }
  else if (message_is_note (message, NOTE_GIVE, &number))
    {
      g_autoptr (GPtrArray) packed = word_table_pack (self->words, 1);

      parcel_send (actor, sender, 0, 0, packed->pdata[0]);
    }
  return TRUE;
}

static void
wordcount_reducer_finalize (GObject *object)
{
  WordcountReducer *self = WORDCOUNT_REDUCER (object);

  word_table_free (self->words);
  g_hash_table_unref (self->parcels);
  g_hash_table_unref (self->pieces);
  G_OBJECT_CLASS (wordcount_reducer_parent_class)->finalize (object);
}

static void
wordcount_reducer_init (WordcountReducer *self)
{
  self->words = word_table_new ();
  self->parcels = parcels_new ();
  self->pieces = g_hash_table_new (NULL, NULL);
}

static void
wordcount_reducer_class_init (WordcountReducerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = wordcount_reducer_finalize;
  THESPIAN_ACTOR_CLASS (klass)->receive_message = wordcount_reducer_receive;
}
