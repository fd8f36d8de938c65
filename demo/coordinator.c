/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "coordinator.h"

#include "guard.h"
#include "ledger.h"
#include "messages.h"
#include "parcel.h"
#include "staff.h"
#include "word-table.h"

#include <unistd.h>

/* How often the outside hears of the progress. */
#define PROGRESS_STEPS 100

/* Reducers that die are replaced, but not for ever. */
#define MAX_REPLACED 5

struct _WordcountCoordinator
{
  ThespianActor parent_instance;

  ThespianAddress *client; /* (owned) (nullable) who gave the job, until it has the result */
  int client_process;
  GSource *guard; /* (owned) (nullable) unless that is this process */
  Staff staff;
  Ledger ledger;
  GHashTable *parcels; /* (owned) */
  GHashTable *known_readers; /* (owned) set of ThespianAddress */
  GByteArray *words; /* (owned) packed */
  char *victim; /* (owned) (nullable) who is to be killed when half of the work has been begun */
  ThespianAddress *doomed; /* (owned) (nullable) that one: the end of its work does not count */
  Tally tally;
  guint64 told_bytes; /* of the last progress */
  guint n_begun; /* tasks */
  guint n_replaced; /* reducers */
};

typedef enum
{
  PROP_CLIENT_PROCESS = 1,
  PROP_REDUCER_CLASSES,
} WordcountCoordinatorProperty;

G_DEFINE_FINAL_TYPE (WordcountCoordinator, wordcount_coordinator, THESPIAN_TYPE_ACTOR)

/* --- The work ---------------------------------------------------------------------------- */

static void
hand_out (WordcountCoordinator *self,
          guint                 part)
{
  g_autoptr (GVariant) targets = g_variant_ref_sink (staff_list_targets (&self->staff, part));

  for (guint piece = 0; piece < self->ledger.pieces->len; piece++)
    {
      guint task = ledger_add_task (&self->ledger, piece, part);

      thespian_actor_send_variant (THESPIAN_ACTOR (self), self->staff.readers,
                                   g_variant_new ("(uu@aay@a(uv)u)", task, piece,
                                                  ledger_get_piece (&self->ledger, piece)->files,
                                                  targets, self->ledger.n_parts));
      self->tally.messages++;
    }
}

static void
tell_failure (WordcountCoordinator *self,
              const char           *kind,
              const char           *details)
{
  g_autoptr (ThespianAddress) client = g_steal_pointer (&self->client);

  if (client != NULL)
    thespian_actor_send_variant (
      THESPIAN_ACTOR (self), client,
      g_variant_new (FAILURE_TYPE, kind, details != NULL ? details : ""));
}

static void
ask_for_words_when_complete (WordcountCoordinator *self)
{
  for (guint i = 0; i < self->staff.reducers->len && self->ledger.n_open == 0; i++)
    {
      Reducer *reducer = staff_get_reducer (&self->staff, i);

      if (reducer->is_asked || reducer->address == self->doomed)
        continue;
      reducer->is_asked = TRUE;
      self->tally.messages++;
      send_note (THESPIAN_ACTOR (self), reducer->address, NOTE_GIVE, 0);
    }
}

static void
take_files (WordcountCoordinator *self,
            GVariant             *files)
{
  GVariantIter iter;
  const char *path;
  guint64 size;

  g_variant_iter_init (&iter, files);
  while (g_variant_iter_next (&iter, "(^&ayt)", &path, &size))
    ledger_add_file (&self->ledger, path, size);
}

static void
start_job (WordcountCoordinator *self,
           GVariant             *job,
           ThespianAddress      *client)
{
  g_autoptr (GError) error = NULL;
  guint n_readers;

  g_variant_get (job, JOB_TYPE, &self->ledger.n_parts, &n_readers, &self->victim);
  if (*self->victim == '\0')
    g_clear_pointer (&self->victim, g_free);
  g_set_object (&self->client, client);
  self->tally.messages++;
  if (!staff_hire (&self->staff, THESPIAN_ACTOR (self), self->ledger.n_parts, n_readers, &error))
    {
      tell_failure (self, FAILURE_FAILED, error->message);
      return;
    }
  ledger_end_piece (&self->ledger);
  hand_out (self, LEDGER_ALL_PARTS);
  ask_for_words_when_complete (self);
}

static void
tell_progress (WordcountCoordinator *self)
{
  if (self->client == NULL
      || self->tally.bytes - self->told_bytes < self->ledger.n_bytes / PROGRESS_STEPS)
    return;
  self->told_bytes = self->tally.bytes;
  self->tally.messages++;
  thespian_actor_send_uint64 (THESPIAN_ACTOR (self), self->client, self->tally.bytes);
}

/* Nothing of the task can get lost any more: its reader may go on. */
static void
release (WordcountCoordinator *self,
         guint                 number,
         Task                 *task)
{
  g_autoptr (ThespianAddress) reader = g_steal_pointer (&task->reader);

  if (reader == NULL)
    return;
  self->tally.messages++;
  send_note (THESPIAN_ACTOR (self), reader, NOTE_KEPT, number);
}

static void
name_victim (WordcountCoordinator *self,
             ThespianAddress      *reader)
{
  g_autofree char *kind = g_steal_pointer (&self->victim);
  gboolean is_reducer = g_strcmp0 (kind, VICTIM_REDUCER) == 0;

  self->doomed = g_object_ref (is_reducer ? staff_get_reducer (&self->staff, 0)->address : reader);
  thespian_actor_send_variant (
    THESPIAN_ACTOR (self), self->client,
    g_variant_new (VICTIM_TYPE, thespian_address_to_variant (self->doomed)));
}

static void
task_begun (WordcountCoordinator *self,
            ThespianAddress      *reader)
{
  self->n_begun++;
  if (!g_hash_table_contains (self->known_readers, reader))
    g_hash_table_add (self->known_readers, g_object_ref (reader));
  if (self->victim != NULL && self->client != NULL
      && self->n_begun * 2 > self->ledger.pieces->len)
    name_victim (self, reader);
}

static void
task_read (WordcountCoordinator *self,
           GVariant             *done,
           ThespianAddress      *reader)
{
  g_autoptr (GVariant) variant = g_variant_get_child_value (done, 1);
  Tally tally = tally_from_variant (variant);
  guint number;
  Piece *piece;
  Task *task;

  g_variant_get_child (done, 0, "u", &number);
  task = ledger_find_task (&self->ledger, number);
  if (task == NULL || reader == self->doomed)
    return;
  piece = ledger_get_piece (&self->ledger, task->piece);
  if (!piece->is_counted)
    tally_add (&self->tally, &tally);
  piece->is_counted = TRUE;
  tell_progress (self);
  g_set_object (&task->reader, reader);
  if (ledger_set_read (&self->ledger, task))
    release (self, number, task);
  ask_for_words_when_complete (self);
}

static void
part_kept (WordcountCoordinator *self,
           guint64               number,
           ThespianAddress      *reducer)
{
  Task *task = ledger_find_task (&self->ledger, number);
  guint part;

  self->tally.messages++;
  if (task == NULL || staff_find_reducer (&self->staff, reducer, &part) == NULL)
    return;
  if (ledger_set_kept (&self->ledger, task, part))
    release (self, (guint) number, task);
  ask_for_words_when_complete (self);
}

/* --- Failures ---------------------------------------------------------------------------- */

/* A note comes back from one that has died in the middle of it, and that is told of besides. */
static void
take_poison (WordcountCoordinator  *self,
             ThespianPoisonMessage *poison)
{
  if (message_get_variant (thespian_poison_message_get_message (poison), NOTE_TYPE) == NULL)
    tell_failure (self, FAILURE_FAILED, thespian_poison_message_get_details (poison));
}

/* Nobody has that part any more; other tasks will bring it to the one that takes the place. */
static void
write_off (WordcountCoordinator *self,
           guint                 part)
{
  for (guint i = 0; i < self->ledger.tasks->len; i++)
    {
      Task *task = ledger_find_task (&self->ledger, i);

      if (ledger_set_kept (&self->ledger, task, part))
        release (self, i, task);
    }
}

static void
replace (WordcountCoordinator *self,
         guint                 part)
{
  g_autoptr (GError) error = NULL;

  if (!staff_replace (&self->staff, THESPIAN_ACTOR (self), part, &error))
    {
      tell_failure (self, FAILURE_FAILED, error->message);
      return;
    }
  write_off (self, part);
  hand_out (self, part);
}

static void
child_exited (WordcountCoordinator     *self,
              ThespianChildActorExited *exited)
{
  ThespianAddress *child = thespian_child_actor_exited_get_child_address (exited);
  guint part;
  Reducer *reducer = staff_find_reducer (&self->staff, child, &part);

  if (self->client == NULL || (reducer != NULL && reducer->words != NULL))
    return;
  if (reducer == NULL || ++self->n_replaced > MAX_REPLACED)
    tell_failure (self, FAILURE_ENDED, thespian_child_actor_exited_get_details (exited));
  else
    replace (self, part);
}

/* --- The result -------------------------------------------------------------------------- */

static void
tell_result_when_complete (WordcountCoordinator *self)
{
  g_autoptr (ThespianAddress) client = NULL;

  for (guint i = 0; i < self->staff.reducers->len; i++)
    if (staff_get_reducer (&self->staff, i)->words == NULL)
      return;
  for (guint i = 0; i < self->staff.reducers->len; i++)
    {
      const GByteArray *words = staff_get_reducer (&self->staff, i)->words;

      g_byte_array_append (self->words, words->data, words->len);
    }
  client = g_steal_pointer (&self->client);
  self->tally.messages++;
  if (client != NULL)
    thespian_actor_send_variant (THESPIAN_ACTOR (self), client,
                                 g_variant_new ("(@" TALLY_TYPE "uu)",
                                                tally_to_variant (&self->tally),
                                                g_hash_table_size (self->known_readers),
                                                self->n_begun - self->ledger.pieces->len));
}

static void
take_parcel (WordcountCoordinator *self,
             GVariant             *parcel,
             ThespianAddress      *sender)
{
  g_autoptr (GByteArray) words = NULL;
  guint task, piece, part;
  Reducer *reducer;

  self->tally.messages++;
  words = parcels_add (self->parcels, sender, parcel, &task, &piece);
  reducer = staff_find_reducer (&self->staff, sender, &part);
  if (words == NULL || reducer == NULL)
    return;
  reducer->words = g_steal_pointer (&words);
  tell_result_when_complete (self);
}

static void
give_words (WordcountCoordinator *self,
            guint64               start,
            ThespianAddress      *target)
{
  gsize offset = MIN (start, self->words->len);
  g_autoptr (GBytes) bytes = NULL;

  bytes = g_bytes_new (self->words->data + offset, MIN (self->words->len - offset, MESSAGE_BYTES));
  thespian_actor_send_bytes (THESPIAN_ACTOR (self), target, bytes);
}

/* For whoever finds the coordinator by its name, such as a script. */
static void
tell_top (WordcountCoordinator *self,
          guint                 n,
          ThespianAddress      *target)
{
  g_autoptr (WordTable) words = word_table_new ();
  g_autoptr (GArray) top = NULL;
  GVariantBuilder answer;

  word_table_add_packed (words, self->words->data, self->words->len);
  top = word_table_dup_top (words, n);
  g_variant_builder_init (&answer, G_VARIANT_TYPE (TOP_TYPE));
  for (guint i = 0; i < top->len; i++)
    {
      const Word *word = &g_array_index (top, Word, i);
      g_autofree char *letters = g_strndup (word->letters, word->length);

      g_variant_builder_add (&answer, "{st}", letters, word->count);
    }
  thespian_actor_send_variant (THESPIAN_ACTOR (self), target, g_variant_builder_end (&answer));
}

/* --- The actor --------------------------------------------------------------------------- */

static void
receive_variant (WordcountCoordinator *self,
                 const GValue         *message,
                 ThespianAddress      *sender)
{
  GVariant *variant;
  guint64 number;

  if (message_is_note (message, NOTE_HAS, &number))
    part_kept (self, number, sender);
  else if (message_is_note (message, NOTE_BEGUN, &number))
    task_begun (self, sender);
  else if ((variant = message_get_variant (message, DONE_TYPE)) != NULL)
    task_read (self, variant, sender);
  else if ((variant = message_get_variant (message, PARCEL_TYPE)) != NULL)
    take_parcel (self, variant, sender);
  else if (message_is_note (message, NOTE_GIVE, &number))
    give_words (self, number, sender);
  else if ((variant = message_get_variant (message, FILES_TYPE)) != NULL)
    take_files (self, variant);
  else if ((variant = message_get_variant (message, JOB_TYPE)) != NULL)
    start_job (self, variant, sender);
  else if ((variant = message_get_variant (message, FAILURE_TYPE)) != NULL)
    {
      g_autoptr (GVariant) details = g_variant_get_child_value (variant, 1);

      tell_failure (self, FAILURE_FAILED, g_variant_get_string (details, NULL));
    }
}

static gboolean
wordcount_coordinator_started (ThespianActor *actor,
                               GError       **error)
{
  WordcountCoordinator *self = WORDCOUNT_COORDINATOR (actor);

  if (self->client_process == getpid ())
    return TRUE;
  self->guard = guard_new (actor, self->client_process, error);
  return self->guard != NULL;
}

static gboolean
wordcount_coordinator_receive (ThespianActor   *actor,
                               const GValue    *message,
                               ThespianAddress *sender,
                               GError         **error)
{
  WordcountCoordinator *self = WORDCOUNT_COORDINATOR (actor);

  if (G_VALUE_HOLDS_VARIANT (message))
    receive_variant (self, message, sender);
  else if (G_VALUE_HOLDS_UINT (message))
    tell_top (self, g_value_get_uint (message), sender);
  else if (G_VALUE_HOLDS (message, THESPIAN_TYPE_POISON_MESSAGE))
    take_poison (self, g_value_get_object (message));
  else if (G_VALUE_HOLDS (message, THESPIAN_TYPE_CHILD_ACTOR_EXITED))
    child_exited (self, g_value_get_object (message));
  else if (G_VALUE_HOLDS (message, THESPIAN_TYPE_ACTOR_EXIT_REQUEST))
    g_clear_object (&self->client);
  return TRUE;
}

static void
wordcount_coordinator_set_property (GObject      *object,
                                    guint         prop_id,
                                    const GValue *value,
                                    GParamSpec   *pspec)
{
  WordcountCoordinator *self = WORDCOUNT_COORDINATOR (object);

  switch ((WordcountCoordinatorProperty) prop_id)
    {
    case PROP_CLIENT_PROCESS:
      self->client_process = g_value_get_int (value);
      break;
    case PROP_REDUCER_CLASSES:
      if (g_value_get_string (value) != NULL)
        self->staff.reducer_classes = g_strsplit (g_value_get_string (value), ",", -1);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
wordcount_coordinator_dispose (GObject *object)
{
  WordcountCoordinator *self = WORDCOUNT_COORDINATOR (object);

  if (self->guard != NULL)
    g_source_destroy (self->guard);
  g_clear_pointer (&self->guard, g_source_unref);
  g_clear_object (&self->client);
  g_clear_object (&self->doomed);
  staff_clear (&self->staff);
  ledger_clear (&self->ledger);
  g_clear_pointer (&self->parcels, g_hash_table_unref);
  g_clear_pointer (&self->known_readers, g_hash_table_unref);
  g_clear_pointer (&self->words, g_byte_array_unref);
  g_clear_pointer (&self->victim, g_free);
  G_OBJECT_CLASS (wordcount_coordinator_parent_class)->dispose (object);
}

static void
wordcount_coordinator_init (WordcountCoordinator *self)
{
  staff_init (&self->staff);
  ledger_init (&self->ledger);
  self->parcels = parcels_new ();
  self->known_readers = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  self->words = g_byte_array_new ();
}

static void
wordcount_coordinator_class_init (WordcountCoordinatorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  ThespianActorClass *actor_class = THESPIAN_ACTOR_CLASS (klass);

  object_class->dispose = wordcount_coordinator_dispose;
  object_class->set_property = wordcount_coordinator_set_property;
  actor_class->started = wordcount_coordinator_started;
  actor_class->receive_message = wordcount_coordinator_receive;
  g_object_class_install_property (
    object_class, PROP_CLIENT_PROCESS,
    g_param_spec_int ("client-process", NULL, NULL, 0, G_MAXINT, 0,
                      G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS));
  g_object_class_install_property (
    object_class, PROP_REDUCER_CLASSES,
    g_param_spec_string ("reducer-classes", NULL, NULL, NULL,
                         G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS));
}
