/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "coordinator.h"

#include "messages.h"
#include "patterns/thespian-update-troupe-settings.h"
#include "reader.h"
#include "reducer.h"

#include <glib/gi18n.h>

/* A piece of work is about this much text: enough that messages cost nothing beside the reading. */
#define PIECE_BYTES (1024 * 1024)
#define PIECE_FILES 500

/* How often the outside hears of the progress. */
#define PROGRESS_STEPS 100

struct _WordcountCoordinator
{
  ThespianActor parent_instance;

  ThespianAddress *client; /* (owned) (nullable) who gave the job, until it has the result */
  ThespianAddress *readers; /* (owned) the troupe */
  GPtrArray *reducers; /* (owned) (element-type ThespianAddress) */
  GByteArray *packed; /* (owned) what the reducers gave */
  Tally tally;
  guint64 total_bytes;
  guint64 told_bytes; /* of the last progress */
  guint n_pieces;
  guint n_pieces_done;
  guint n_reducers_done;
};

G_DEFINE_FINAL_TYPE (WordcountCoordinator, wordcount_coordinator, THESPIAN_TYPE_ACTOR)

static ThespianAddress *
create_spread (ThespianActor *actor,
               GType          type,
               GError       **error)
{
  GVariantDict requirements;

  g_variant_dict_init (&requirements, NULL);
  g_variant_dict_insert (&requirements, "Spread", "b", TRUE);
  return thespian_actor_create_actor (actor, type, g_variant_dict_end (&requirements), NULL, NULL,
                                      error);
}

static gboolean
hire (WordcountCoordinator *self,
      guint                 n_reducers,
      guint                 n_readers,
      GError              **error)
{
  ThespianActor *actor = THESPIAN_ACTOR (self);
  g_autoptr (ThespianUpdateTroupeSettings) settings = NULL;

  for (guint i = 0; i < n_reducers; i++)
    {
      ThespianAddress *reducer = create_spread (actor, WORDCOUNT_TYPE_REDUCER, error);

      if (reducer == NULL)
        return FALSE;
      g_ptr_array_add (self->reducers, reducer);
    }
  self->readers = create_spread (actor, WORDCOUNT_TYPE_READER, error);
  if (self->readers == NULL)
    return FALSE;
  self->tally.messages++;
  settings = thespian_update_troupe_settings_new ((int) n_readers, (int) n_readers);
  return thespian_actor_send_object (actor, self->readers, G_OBJECT (settings));
}

static GVariant *
reducers_to_variant (WordcountCoordinator *self)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("av"));
  for (guint i = 0; i < self->reducers->len; i++)
    g_variant_builder_add (&builder, "v", thespian_address_to_variant (self->reducers->pdata[i]));
  return g_variant_builder_end (&builder);
}

static void
send_piece (WordcountCoordinator *self,
            GPtrArray            *paths,
            GVariant             *reducers)
{
  GVariant *files = g_variant_new_strv ((const char *const *) paths->pdata, paths->len);

  thespian_actor_send_variant (THESPIAN_ACTOR (self), self->readers,
                               g_variant_new ("(@as@av)", files, reducers));
  self->tally.messages++;
  self->n_pieces++;
  g_ptr_array_set_size (paths, 0);
}

static void
hand_out (WordcountCoordinator *self,
          GVariantIter         *files)
{
  g_autoptr (GVariant) reducers = g_variant_ref_sink (reducers_to_variant (self));
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();
  guint64 piece_bytes = 0;
  const char *path;
  guint64 size;

  while (g_variant_iter_next (files, "(&st)", &path, &size))
    {
      g_ptr_array_add (paths, (gpointer) path);
      piece_bytes += size;
      self->total_bytes += size;
      if (piece_bytes >= PIECE_BYTES || paths->len >= PIECE_FILES)
        {
          send_piece (self, paths, reducers);
          piece_bytes = 0;
        }
    }
  if (paths->len > 0)
    send_piece (self, paths, reducers);
}

static void
announce_pieces (WordcountCoordinator *self)
{
  for (guint i = 0; i < self->reducers->len; i++)
    {
      thespian_actor_send_uint64 (THESPIAN_ACTOR (self), self->reducers->pdata[i], self->n_pieces);
      self->tally.messages++;
    }
}

static void
tell_failure (WordcountCoordinator *self,
              const char           *why)
{
  g_autoptr (ThespianAddress) client = g_steal_pointer (&self->client);

  if (client != NULL)
    thespian_actor_send_string (THESPIAN_ACTOR (self), client, why);
}

static void
start_job (WordcountCoordinator *self,
           GVariant             *job,
           ThespianAddress      *client)
{
  g_autoptr (GVariantIter) files = NULL;
  g_autoptr (GError) error = NULL;
  guint n_reducers, n_readers;

  g_variant_get (job, JOB_TYPE, &files, &n_reducers, &n_readers);
  g_set_object (&self->client, client);
  if (!hire (self, n_reducers, n_readers, &error))
    {
      tell_failure (self, error->message);
      return;
    }
  hand_out (self, files);
  if (self->n_pieces == 0)
    tell_failure (self, _ ("the job has no files"));
  else
    announce_pieces (self);
}

static void
tell_progress (WordcountCoordinator *self)
{
  if (self->client == NULL
      || self->tally.bytes - self->told_bytes < self->total_bytes / PROGRESS_STEPS)
    return;
  self->told_bytes = self->tally.bytes;
  self->tally.messages++;
  thespian_actor_send_uint64 (THESPIAN_ACTOR (self), self->client, self->tally.bytes);
}

/* The reducers may be done before the last tally is here: it comes from another sender. */
static void
tell_result_when_complete (WordcountCoordinator *self)
{
  g_autoptr (ThespianAddress) client = NULL;
  GVariant *tally, *words;

  if (self->client == NULL || self->n_pieces_done < self->n_pieces
      || self->n_reducers_done < self->reducers->len)
    return;
  client = g_steal_pointer (&self->client);
  self->tally.messages += self->reducers->len + 1;
  words = g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, self->packed->data, self->packed->len, 1);
  tally = tally_to_variant (&self->tally);
  thespian_actor_send_variant (THESPIAN_ACTOR (self), client,
                               g_variant_new ("(@(ttttt)@ay)", tally, words));
}

static void
piece_done (WordcountCoordinator *self,
            GVariant             *done)
{
  Tally piece = tally_from_variant (done);

  tally_add (&self->tally, &piece);
  self->n_pieces_done++;
  tell_progress (self);
  tell_result_when_complete (self);
}

static void
reducer_done (WordcountCoordinator *self,
              GBytes               *words)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (words, &size);

  g_byte_array_append (self->packed, data, (guint) size);
  self->n_reducers_done++;
  tell_result_when_complete (self);
}

static void
child_exited (WordcountCoordinator     *self,
              ThespianChildActorExited *exited)
{
  const char *details = thespian_child_actor_exited_get_details (exited);
  g_autofree char *why = NULL;

  why = g_strdup_printf (_ ("a reader or reducer ended before its work was done: %s"),
                         details != NULL ? details : _ ("nobody knows why"));

  tell_failure (self, why);
}

static gboolean
wordcount_coordinator_receive (ThespianActor   *actor,
                               const GValue    *message,
                               ThespianAddress *sender,
                               GError         **error)
{
  WordcountCoordinator *self = WORDCOUNT_COORDINATOR (actor);
  GVariant *variant;

  if ((variant = message_get_variant (message, DONE_TYPE)) != NULL)
    piece_done (self, variant);
  else if (G_VALUE_HOLDS (message, G_TYPE_BYTES))
    reducer_done (self, g_value_get_boxed (message));
  else if ((variant = message_get_variant (message, JOB_TYPE)) != NULL)
    start_job (self, variant, sender);
  else if (G_VALUE_HOLDS (message, THESPIAN_TYPE_POISON_MESSAGE))
    tell_failure (self, thespian_poison_message_get_details (g_value_get_object (message)));
  else if (G_VALUE_HOLDS (message, THESPIAN_TYPE_CHILD_ACTOR_EXITED))
    child_exited (self, g_value_get_object (message));
  return TRUE;
}

static void
wordcount_coordinator_dispose (GObject *object)
{
  WordcountCoordinator *self = WORDCOUNT_COORDINATOR (object);

  g_clear_object (&self->client);
  g_clear_object (&self->readers);
  g_clear_pointer (&self->reducers, g_ptr_array_unref);
  g_clear_pointer (&self->packed, g_byte_array_unref);
  G_OBJECT_CLASS (wordcount_coordinator_parent_class)->dispose (object);
}

static void
wordcount_coordinator_init (WordcountCoordinator *self)
{
  self->reducers = g_ptr_array_new_with_free_func (g_object_unref);
  self->packed = g_byte_array_new ();
}

static void
wordcount_coordinator_class_init (WordcountCoordinatorClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wordcount_coordinator_dispose;
  THESPIAN_ACTOR_CLASS (klass)->receive_message = wordcount_coordinator_receive;
}
