/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "patterns/thespian-troupe-private.h"

#include "model/thespian-actor-exit-request.h"
#include "model/thespian-child-actor-exited.h"
#include "model/thespian-poison-message-private.h"
#include "patterns/thespian-initializing-private.h"
#include "patterns/thespian-update-troupe-settings.h"

/*
 * The manager of a troupe hands out work.
 *
 * A worker is made when there is more work than idle and starting workers. Its first note asks
 * only whether it is there, so that work never waits for a worker that cannot start. From then on
 * it has one piece of work at a time, which the manager keeps until the answer comes: when the
 * worker dies before, another gets it.
 */

#define IDLE_PERIOD (2 * G_TIME_SPAN_SECOND)

/* Work that kills its workers must not do so for ever. */
#define MAX_TRIES 5

typedef struct
{
  ThespianAddress *address; /* (owned) */
  ThespianMail *work;       /* (owned) (nullable) what it has in hand */
  guint64 serial;           /* of the note that it has to answer */
  gint64 idle_since;        /* monotonic time, valid iff in the idle queue */
  gboolean is_ready;        /* has started */
  gboolean is_ending;       /* was asked to exit, and counts no more */
} Worker;

struct _ThespianTroupeManager
{
  ThespianActor *actor; /* unowned: its interceptor owns the manager */
  ThespianTroupeSettings settings;

  GHashTable *workers; /* (element-type ThespianAddress Worker) (owned) */
  guint n_workers;     /* of those that are not ending */
  guint n_ready;       /* of those that are not ending */
  GQueue idle;         /* (element-type Worker) the one that is idle longest first */
  GQueue work;         /* (element-type ThespianMail) (owned) */

  guint64 last_serial;
  guint64 n_handled;
  guint64 wakeup;        /* to look for workers idle too long; 0: none pending */
  gboolean cannot_start; /* a worker could not start: make do with those that are there */
  gboolean is_exiting;
};

static void
worker_free (gpointer data)
{
  Worker *worker = data;

  g_clear_object (&worker->address);
  g_clear_pointer (&worker->work, thespian_mail_free);
  g_free (worker);
}

static void
send_note (ThespianTroupeManager *self,
           Worker                *worker)
{
  worker->serial = ++self->last_serial;
  thespian_actor_take_object (self->actor, worker->address,
                              G_OBJECT (thespian_troupe_note_new (worker->serial, worker->work)));
}

static GVariant *
dup_worker_requirements (ThespianTroupeManager *self)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, thespian_actor_get_requirements (self->actor));
  g_variant_dict_insert (&dict, "Spread", "b", TRUE);
  g_variant_dict_insert (&dict, THESPIAN_TROUPE_WORKER_KEY, "b", TRUE);
  return g_variant_dict_end (&dict);
}

static void
poison_all_work (ThespianTroupeManager *self,
                 const char            *details)
{
  g_autofree char *why = g_strdup_printf ("No worker of the troupe could start: %s",
                                          details != NULL ? details : "it exited at once");
  ThespianMail *mail;

  while ((mail = g_queue_pop_head (&self->work)) != NULL)
    {
      thespian_mail_poison (mail, self->actor, why);
      thespian_mail_free (mail);
    }
}

/* While others are there they do the work; else it has to go back, as nobody will ever do it. */
static void
start_failed (ThespianTroupeManager *self,
              const char            *details)
{
  self->cannot_start = self->n_workers > 0;
  if (!self->cannot_start)
    poison_all_work (self, details);
}

static void
start_worker (ThespianTroupeManager *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ThespianAddress) address = NULL;
  Worker *worker;

  address = thespian_actor_create_actor (self->actor, G_OBJECT_TYPE (self->actor),
                                         dup_worker_requirements (self), NULL,
                                         thespian_troupe_dup_properties (self->actor), &error);
  if (address == NULL)
    {
      start_failed (self, error->message);
      return;
    }

  worker = g_new0 (Worker, 1);
  worker->address = g_steal_pointer (&address);
  g_hash_table_insert (self->workers, worker->address, worker);
  self->n_workers++;
  thespian_initializing_repeat (self->actor, worker->address);
  send_note (self, worker);
}

static void
end_worker (ThespianTroupeManager *self,
            Worker                *worker)
{
  g_queue_remove (&self->idle, worker);
  worker->is_ending = TRUE;
  self->n_workers--;
  self->n_ready--;
  thespian_actor_take_object (self->actor, worker->address,
                              G_OBJECT (thespian_actor_exit_request_new ()));
}

static void
give_work (ThespianTroupeManager *self,
           Worker                *worker,
           ThespianMail          *mail)
{
  mail->n_tries++;
  worker->work = mail;
  send_note (self, worker);
}

static gboolean
wants_worker (ThespianTroupeManager *self)
{
  guint n_starting = self->n_workers - self->n_ready;

  return !self->cannot_start && self->n_workers < self->settings.max_count &&
         n_starting < self->work.length;
}

/* Workers beyond what the settings allow: at once those too many, the idle ones after a while. */
static void
shrink (ThespianTroupeManager *self)
{
  gint64 now = g_get_monotonic_time ();

  while (self->n_workers > self->settings.max_count && self->idle.length > 0)
    end_worker (self, g_queue_peek_head (&self->idle));

  while (self->idle.length > self->settings.idle_count)
    {
      Worker *worker = g_queue_peek_head (&self->idle);
      GTimeSpan left = IDLE_PERIOD - (now - worker->idle_since);

      if (left > 0)
        {
          if (self->wakeup == 0)
            self->wakeup = thespian_actor_wakeup_after (self->actor, left, NULL);
          return;
        }
      end_worker (self, worker);
    }
}

static void
dispatch (ThespianTroupeManager *self)
{
  if (self->is_exiting)
    return;

  while (self->work.length > 0 && self->idle.length > 0)
    give_work (self, g_queue_pop_head (&self->idle), g_queue_pop_head (&self->work));

  while (wants_worker (self))
    start_worker (self);

  shrink (self);
}

static void
receive_note (ThespianTroupeManager *self,
              ThespianTroupeNote    *note,
              ThespianAddress       *sender)
{
  Worker *worker = g_hash_table_lookup (self->workers, sender);
  guint64 serial = thespian_troupe_note_get_serial (note);

  if (worker == NULL || worker->is_ending || worker->serial != serial)
    return;

  if (!worker->is_ready)
    {
      worker->is_ready = TRUE;
      self->n_ready++;
    }
  if (worker->work != NULL)
    self->n_handled++;
  g_clear_pointer (&worker->work, thespian_mail_free);
  worker->idle_since = g_get_monotonic_time ();
  g_queue_push_tail (&self->idle, worker);

  self->cannot_start = FALSE;
  dispatch (self);
}

static void
work_lost (ThespianTroupeManager *self,
           ThespianMail          *mail,
           const char            *details)
{
  g_autofree char *why = NULL;

  if (mail->n_tries < MAX_TRIES)
    {
      g_queue_push_head (&self->work, mail);
      return;
    }

  why = g_strdup_printf ("%u workers of the troupe exited over this message%s%s", mail->n_tries,
                         details != NULL ? ", the last one because: " : "",
                         details != NULL ? details : "");
  thespian_mail_poison (mail, self->actor, why);
  thespian_mail_free (mail);
}

static void
worker_lost (ThespianTroupeManager *self,
             Worker                *worker,
             const char            *details)
{
  g_queue_remove (&self->idle, worker);
  self->n_workers--;
  if (worker->is_ready)
    self->n_ready--;
  if (self->is_exiting)
    return;

  if (!worker->is_ready)
    start_failed (self, details);
  else if (worker->work != NULL)
    work_lost (self, g_steal_pointer (&worker->work), details);
}

static gboolean
receive_child_exited (ThespianTroupeManager    *self,
                      ThespianChildActorExited *exited)
{
  ThespianAddress *address = thespian_child_actor_exited_get_child_address (exited);
  Worker *worker = g_hash_table_lookup (self->workers, address);

  if (worker == NULL)
    return FALSE;

  if (!worker->is_ending)
    worker_lost (self, worker, thespian_child_actor_exited_get_details (exited));
  g_hash_table_remove (self->workers, address);
  dispatch (self);
  return TRUE;
}

/* Workers are children, so a recursive request reaches them anyway. */
static void
receive_exit_request (ThespianTroupeManager    *self,
                      ThespianActorExitRequest *request)
{
  GHashTableIter iter;
  gpointer address;

  self->is_exiting = TRUE;
  thespian_mail_put_back (&self->work, self->actor);
  if (thespian_actor_exit_request_get_recursive (request))
    return;

  g_hash_table_iter_init (&iter, self->workers);
  while (g_hash_table_iter_next (&iter, &address, NULL))
    thespian_actor_send_object (self->actor, address, G_OBJECT (request));
}

/*
 * A worker that failed on work has answered the note by now, all the same.  One that has not died in
 * the middle of it, with its process, and another gets the work.
 */
static gboolean
is_given_to_another (ThespianTroupeManager *self,
                     ThespianTroupeNote    *note,
                     ThespianAddress       *address)
{
  Worker *worker = g_hash_table_lookup (self->workers, address);

  return worker == NULL ||
         (worker->work != NULL && worker->serial == thespian_troupe_note_get_serial (note));
}

/* A worker failed on work: its sender has to know. */
static void
receive_poisoned_note (ThespianTroupeManager *self,
                       ThespianTroupeNote    *note,
                       const char            *details,
                       ThespianAddress       *worker)
{
  const GValue *message = thespian_troupe_note_get_message (note);
  g_auto (GValue) poison = G_VALUE_INIT;

  if (message == NULL || is_given_to_another (self, note, worker))
    return;

  g_value_init (&poison, THESPIAN_TYPE_POISON_MESSAGE);
  g_value_take_object (&poison, thespian_poison_message_new (message, details));
  thespian_pattern_forward (self->actor, thespian_troupe_note_get_sender (note), &poison, worker);
}

static gboolean
receive_poison (ThespianTroupeManager *self,
                ThespianPoisonMessage *poison,
                ThespianAddress       *sender)
{
  const GValue *message = thespian_poison_message_get_message (poison);
  ThespianTroupeNote *note = thespian_pattern_peek_object (message, THESPIAN_TYPE_TROUPE_NOTE);

  if (note == NULL)
    return FALSE;

  receive_poisoned_note (self, note, thespian_poison_message_get_details (poison), sender);
  return TRUE;
}

gboolean
thespian_troupe_manager_receive_notice (ThespianTroupeManager *self,
                                        const GValue          *message,
                                        ThespianAddress       *sender)
{
  gpointer object = g_value_get_object (message);

  if (THESPIAN_IS_TROUPE_NOTE (object))
    {
      receive_note (self, object, sender);
      return TRUE;
    }
  if (THESPIAN_IS_CHILD_ACTOR_EXITED (object))
    return receive_child_exited (self, object);
  if (THESPIAN_IS_ACTOR_EXIT_REQUEST (object))
    {
      receive_exit_request (self, object);
      return FALSE;
    }
  if (thespian_pattern_is_wakeup (message, self->wakeup))
    {
      self->wakeup = 0;
      shrink (self);
      return TRUE;
    }
  if (THESPIAN_IS_POISON_MESSAGE (object))
    return receive_poison (self, object, sender);
  return FALSE;
}

static void
change_settings (ThespianTroupeManager *self,
                 int                    max_count,
                 int                    idle_count)
{
  if (max_count >= 0)
    self->settings.max_count = MAX ((guint) max_count, 1);
  if (idle_count >= 0)
    self->settings.idle_count = (guint) idle_count;

  dispatch (self);
}

static void
send_status (ThespianTroupeManager *self,
             ThespianAddress       *target)
{
  g_autofree char *status = NULL;

  status = g_strdup_printf ("troupe: max_count=%u idle_count=%u workers=%u idle=%u queued=%u "
                            "handled=%" G_GUINT64_FORMAT,
                            self->settings.max_count, self->settings.idle_count, self->n_workers,
                            self->idle.length, self->work.length, self->n_handled);
  thespian_actor_send_string (self->actor, target, status);
}

static ThespianTroupeText
receive_text (ThespianTroupeManager *self,
              const GValue          *message,
              ThespianAddress       *sender,
              GError               **error)
{
  int max_count = -1, idle_count = -1;
  ThespianTroupeText kind;

  if (!G_VALUE_HOLDS_STRING (message) || g_value_get_string (message) == NULL)
    return THESPIAN_TROUPE_TEXT_NONE;

  kind = thespian_troupe_parse_text (g_value_get_string (message), &max_count, &idle_count, error);
  if (kind == THESPIAN_TROUPE_TEXT_SET)
    change_settings (self, max_count, idle_count);
  if (kind == THESPIAN_TROUPE_TEXT_SET || kind == THESPIAN_TROUPE_TEXT_STATUS)
    send_status (self, sender);
  return kind;
}

static void
receive_update (ThespianTroupeManager        *self,
                ThespianUpdateTroupeSettings *update,
                ThespianAddress              *sender)
{
  ThespianUpdateTroupeSettings *answer;

  change_settings (self, thespian_update_troupe_settings_get_max_count (update),
                   thespian_update_troupe_settings_get_idle_count (update));
  answer = thespian_update_troupe_settings_new ((int) self->settings.max_count,
                                                (int) self->settings.idle_count);
  thespian_actor_take_object (self->actor, sender, G_OBJECT (answer));
}

gboolean
thespian_troupe_manager_receive (ThespianTroupeManager *self,
                                 const GValue          *message,
                                 ThespianAddress       *sender,
                                 GError               **error)
{
  ThespianUpdateTroupeSettings *update;
  ThespianTroupeText text = receive_text (self, message, sender, error);

  if (text != THESPIAN_TROUPE_TEXT_NONE)
    return text != THESPIAN_TROUPE_TEXT_INVALID;

  update = thespian_pattern_peek_object (message, THESPIAN_TYPE_UPDATE_TROUPE_SETTINGS);
  if (update != NULL)
    {
      receive_update (self, update, sender);
      return TRUE;
    }

  g_queue_push_tail (&self->work, thespian_mail_new (message, sender));
  dispatch (self);
  return TRUE;
}

ThespianTroupeManager *
thespian_troupe_manager_new (ThespianActor                *actor,
                             const ThespianTroupeSettings *settings)
{
  ThespianTroupeManager *self = g_new0 (ThespianTroupeManager, 1);

  self->actor = actor;
  self->settings = *settings;
  self->workers = g_hash_table_new_full (NULL, NULL, NULL, worker_free);
  g_queue_init (&self->idle);
  g_queue_init (&self->work);
  return self;
}

void
thespian_troupe_manager_free (ThespianTroupeManager *self)
{
  g_queue_clear (&self->idle);
  g_queue_clear_full (&self->work, (GDestroyNotify) thespian_mail_free);
  g_hash_table_unref (self->workers);
  g_free (self);
}
