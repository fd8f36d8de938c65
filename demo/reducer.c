/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "reducer.h"

#include "word-table.h"

struct _WordcountReducer
{
  ThespianActor parent_instance;

  WordTable *words; /* (owned) */
  guint64 n_received;
  guint64 n_expected; /* 0: not known yet */
};

G_DEFINE_FINAL_TYPE (WordcountReducer, wordcount_reducer, THESPIAN_TYPE_ACTOR)

static gboolean
add_part (WordcountReducer *self,
          GBytes           *part,
          GError          **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (part, &size);

  self->n_received++;
  if (word_table_add_packed (self->words, data, size))
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               "a part of %" G_GSIZE_FORMAT " bytes holds something else than words", size);
  return FALSE;
}

static gboolean
report_when_complete (WordcountReducer *self)
{
  ThespianActor *actor = THESPIAN_ACTOR (self);
  g_autoptr (ThespianAddress) coordinator = NULL;
  g_autoptr (GPtrArray) packed = NULL;

  if (self->n_expected == 0 || self->n_received < self->n_expected)
    return TRUE;
  packed = word_table_pack (self->words, 1);
  coordinator = thespian_actor_dup_parent (actor);
  return thespian_actor_send_bytes (actor, coordinator, packed->pdata[0]);
}

static gboolean
wordcount_reducer_receive (ThespianActor   *actor,
                           const GValue    *message,
                           ThespianAddress *sender,
                           GError         **error)
{
  WordcountReducer *self = WORDCOUNT_REDUCER (actor);

  if (G_VALUE_HOLDS (message, G_TYPE_BYTES))
    {
      if (!add_part (self, g_value_get_boxed (message), error))
        return FALSE;
    }
  else if (G_VALUE_HOLDS_UINT64 (message))
    {
      self->n_expected = g_value_get_uint64 (message);
    }
  else
    {
      return TRUE;
    }
  return report_when_complete (self);
}

static void
wordcount_reducer_finalize (GObject *object)
{
  word_table_free (WORDCOUNT_REDUCER (object)->words);
  G_OBJECT_CLASS (wordcount_reducer_parent_class)->finalize (object);
}

static void
wordcount_reducer_init (WordcountReducer *self)
{
  self->words = word_table_new ();
}

static void
wordcount_reducer_class_init (WordcountReducerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = wordcount_reducer_finalize;
  THESPIAN_ACTOR_CLASS (klass)->receive_message = wordcount_reducer_receive;
}
