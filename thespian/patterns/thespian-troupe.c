/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "patterns/thespian-troupe-private.h"

#include "model/thespian-actor-exit-request.h"
#include "patterns/thespian-initializing.h"

/*
 * Each actor of a troupe has this interceptor.  What it is turns out when it gets its first
 * message: its manager made a worker with a requirement that says so, and anybody else's actor
 * becomes a manager.
 *
 * The actor can ask for its state as long as it lives, so that is shared between the interceptor
 * and the actor object, whichever goes first.
 */

typedef enum
{
  ROLE_UNKNOWN,
  ROLE_WORKER,
  ROLE_MANAGER,
} Role;

typedef struct
{
  ThespianInterceptor parent;

  const ThespianTroupeSettings *settings; /* unowned: the class's */
  Role role;
  ThespianTroupeManager *manager; /* (owned) (nullable) of a manager */

  /* of a worker */
  gboolean is_handling; /* a handler runs now */
  gboolean is_in_progress;
  guint64 failed_serial;            /* of the work that was tried once; 0: none */
  guint64 serial;                   /* of the note to answer when free; 0: none */
  ThespianAddress *manager_address; /* (owned) (nullable) who sent it */
} Troupe;

static G_DEFINE_QUARK (thespian-troupe-state, troupe_state)

static gboolean
is_marked_as_worker (ThespianActor *actor)
{
  GVariant *requirements = thespian_actor_get_requirements (actor);
  gboolean marked = FALSE;

  return requirements != NULL &&
         g_variant_lookup (requirements, THESPIAN_TROUPE_WORKER_KEY, "b", &marked) && marked;
}

static void
become (Troupe        *self,
        ThespianActor *actor)
{
  if (is_marked_as_worker (actor))
    {
      self->role = ROLE_WORKER;
      return;
    }

  self->role = ROLE_MANAGER;
  self->manager = thespian_troupe_manager_new (actor, self->settings);
}

static gboolean
manager_receive (Troupe          *self,
                 ThespianActor   *actor,
                 const GValue    *message,
                 ThespianAddress *sender,
                 GError         **error)
{
  if (thespian_pattern_is_system_message (message))
    {
      if (thespian_troupe_manager_receive_notice (self->manager, message, sender))
        return TRUE;
    }
  /* What a class wants passed through before it is initialised is no work for workers yet. */
  else if (thespian_actor_is_initialized (actor))
    {
      return thespian_troupe_manager_receive (self->manager, message, sender, error);
    }

  return thespian_interceptor_pass_on (&self->parent, actor, message, sender, error);
}

static void
maybe_answer (Troupe        *self,
              ThespianActor *actor)
{
  if (self->serial == 0 || self->is_in_progress || self->is_handling)
    return;

  thespian_actor_take_object (actor, self->manager_address,
                              G_OBJECT (thespian_troupe_note_new (self->serial, NULL)));
  self->serial = 0;
}

static gboolean
worker_pass_on (Troupe          *self,
                ThespianActor   *actor,
                const GValue    *message,
                ThespianAddress *sender,
                GError         **error)
{
  gboolean handled;

  self->is_handling = TRUE;
  handled = thespian_interceptor_pass_on (&self->parent, actor, message, sender, error);
  self->is_handling = FALSE;
  return handled;
}

static gboolean
receive_note (Troupe             *self,
              ThespianActor      *actor,
              ThespianTroupeNote *note,
              ThespianAddress    *manager_address,
              GError            **error)
{
  const GValue *message = thespian_troupe_note_get_message (note);
  guint64 serial = thespian_troupe_note_get_serial (note);
  gboolean handled = TRUE;

  if (message != NULL)
    handled = worker_pass_on (self, actor, message, thespian_troupe_note_get_sender (note), error);

  /* After its first failure work is tried once more, and is in hand still. */
  if (!handled && self->failed_serial != serial)
    {
      self->failed_serial = serial;
      return FALSE;
    }

  self->serial = serial;
  g_set_object (&self->manager_address, manager_address);
  maybe_answer (self, actor);
  return handled;
}

static gboolean
worker_receive (Troupe          *self,
                ThespianActor   *actor,
                const GValue    *message,
                ThespianAddress *sender,
                GError         **error)
{
  ThespianTroupeNote *note = thespian_pattern_peek_object (message, THESPIAN_TYPE_TROUPE_NOTE);
  gboolean handled;

  if (note != NULL && !thespian_actor_is_initialized (actor))
    {
      /* Its initialising messages stood before the note: it failed to make use of them. */
      thespian_actor_take_object (actor, thespian_actor_get_address (actor),
                                  G_OBJECT (thespian_actor_exit_request_new ()));
      return TRUE;
    }
  if (note != NULL)
    return receive_note (self, actor, note, sender, error);

  handled = worker_pass_on (self, actor, message, sender, error);
  maybe_answer (self, actor);
  return handled;
}

static gboolean
troupe_receive (ThespianInterceptor *interceptor,
                ThespianActor       *actor,
                const GValue        *message,
                ThespianAddress     *sender,
                GError             **error)
{
  Troupe *self = (Troupe *) interceptor;

  if (self->role == ROLE_UNKNOWN)
    become (self, actor);

  if (self->role == ROLE_MANAGER)
    return manager_receive (self, actor, message, sender, error);

  return worker_receive (self, actor, message, sender, error);
}

static void
troupe_clear (gpointer data)
{
  Troupe *self = data;

  g_clear_object (&self->manager_address);
}

static void
troupe_release (gpointer self)
{
  g_atomic_rc_box_release_full (self, troupe_clear);
}

static void
troupe_free (ThespianInterceptor *interceptor)
{
  Troupe *self = (Troupe *) interceptor;

  g_clear_pointer (&self->manager, thespian_troupe_manager_free);
  troupe_release (self);
}

static ThespianInterceptor *
troupe_new (ThespianActor *actor,
            gconstpointer  data)
{
  const ThespianTroupeSettings *settings = data;
  Troupe *self;

  if (settings->max_count == 0)
    return NULL;

  self = g_atomic_rc_box_new0 (Troupe);
  self->parent.receive = troupe_receive;
  self->parent.free = troupe_free;
  self->settings = settings;
  g_object_set_qdata_full (G_OBJECT (actor), troupe_state_quark (), g_atomic_rc_box_acquire (self),
                           troupe_release);
  return &self->parent;
}

/**
 * thespian_actor_class_set_troupe:
 * @klass: a class of actors
 * @max_count: how many workers a troupe has at most, for example %THESPIAN_TROUPE_MAX_COUNT; 0 for
 *   no troupe, which takes back what an ancestor declared
 * @idle_count: how many workers stay when there is no work, for example %THESPIAN_TROUPE_IDLE_COUNT
 *
 * Makes each actor of this class the address of a troupe: of several actors of the class that share
 * the work.
 *
 * With its first message the actor becomes the manager of a troupe. From then on it handles nothing
 * but system messages itself: it creates workers, which are actors of the same class with the same
 * properties, and gives each message to one of them. The workers handle them in parallel when the
 * base has threads for it. A message goes to an idle worker, in turn, or else to a new one; when
 * there are @max_count workers it waits, first in first out.
 *
 * A worker sees the sender of the message, and what it sends in answer goes there directly, from
 * the worker's own address. It is free for the next message when its handler has returned, unless
 * it says that its work is still in progress, by
 * [method@Thespian.Actor.set_troupe_work_in_progress]. When there are more than @idle_count idle
 * workers, those that have been idle for 2 seconds end.
 *
 * When a worker exits with a message in hand, another one gets the message; one that has cost five
 * workers returns to its sender as poison. So do the messages that wait when no worker can start.
 * The workers are children of the addressed actor, and exit with it.
 *
 * The settings of a running troupe are changed by a [class@Thespian.UpdateTroupeSettings] message,
 * which is answered in kind, or by one of the texts `troupe:set_max_count=N` and
 * `troupe:set_idle_count=N`. These, and the text `troupe:status?`, are answered by a text such as
 * `troupe: max_count=10 idle_count=2 workers=3 idle=1 queued=0 handled=41`.
 *
 * Subclasses inherit it. To be called while the class is being set up.
 *
 * Since: 1.0
 */
void
thespian_actor_class_set_troupe (ThespianActorClass *klass,
                                 guint               max_count,
                                 guint               idle_count)
{
  ThespianTroupeSettings *settings;

  g_return_if_fail (THESPIAN_IS_ACTOR_CLASS (klass));

  settings = thespian_pattern_own_data (klass, THESPIAN_PATTERN_TROUPE, troupe_new,
                                        sizeof *settings);
  settings->max_count = MIN (max_count, G_MAXINT);
  settings->idle_count = MIN (idle_count, G_MAXINT);
}

/**
 * thespian_actor_get_troupe_work_in_progress:
 * @self: an actor
 *
 * Tells whether the actor said that its work for the troupe is still in progress. To be called on
 * the actor's own thread.
 *
 * Returns: %TRUE when it is in progress; always %FALSE for an actor without a troupe
 *
 * Since: 1.0
 */
gboolean
thespian_actor_get_troupe_work_in_progress (ThespianActor *self)
{
  Troupe *state;

  g_return_val_if_fail (THESPIAN_IS_ACTOR (self), FALSE);

  state = g_object_get_qdata (G_OBJECT (self), troupe_state_quark ());
  return state != NULL && state->is_in_progress;
}

/**
 * thespian_actor_set_troupe_work_in_progress:
 * @self: an actor
 * @in_progress: whether the work that the actor has in hand goes on after its handler returned
 *
 * Says whether the actor is still at work for its troupe.
 *
 * A worker that has to wait for others, for answers to messages of its own, say, sets this before
 * its handler returns, and takes it back when it is done. Until then it gets no other work;
 * messages that are sent to its own address reach it all the same. Without a troupe this has no
 * effect.
 *
 * To be called on the actor's own thread, also outside of its handler.
 *
 * Since: 1.0
 */
void
thespian_actor_set_troupe_work_in_progress (ThespianActor *self,
                                            gboolean       in_progress)
{
  Troupe *state;

  g_return_if_fail (THESPIAN_IS_ACTOR (self));

  state = g_object_get_qdata (G_OBJECT (self), troupe_state_quark ());
  if (state == NULL)
    return;

  state->is_in_progress = in_progress;
  maybe_answer (state, self);
}
