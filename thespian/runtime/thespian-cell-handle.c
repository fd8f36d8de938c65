/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a cell does with an envelope, on its node's thread: deliver, retry, poison, exit. */

#include "config.h"

#include "runtime/thespian-cell-private.h"

#include "model/thespian-actor-exit-request.h"
#include "model/thespian-child-actor-exited-private.h"
#include "model/thespian-poison-message-private.h"
#include "model/thespian-value-private.h"
#include "model/thespian-wakeup-message-private.h"
#include "runtime/thespian-mailbox-limit-private.h"
#include "runtime/thespian-trace-private.h"
#include "wire/thespian-body-private.h"

/* --- Delivery ------------------------------------------------------------------------------------ */

/* One attempt.  A watch is over when the actor handles its next message, whatever that is. */
static inline gboolean
attempt (ThespianCell    *self,
         const GValue    *message,
         ThespianAddress *sender,
         GError         **error)
{
  if (G_UNLIKELY (self->watching))
    thespian_cell_unwatch (self);
  if (thespian_debug_shows (THESPIAN_DEBUG_MESSAGES))
    thespian_trace_message (self, message, sender);
  return thespian_actor_deliver (self->actor, G_UNLIKELY (self->is_intercepted) ? self->extras->interceptors : NULL,
                                 message, sender, error);
}

static void
return_as_poison (ThespianCell    *self,
                  const GValue    *message,
                  ThespianAddress *sender,
                  const char      *details)
{
  GValue poison = G_VALUE_INIT;

  g_value_init (&poison, THESPIAN_TYPE_POISON_MESSAGE);
  g_value_take_object (&poison, thespian_poison_message_new (message, details));
  thespian_route (self->node->admin, sender, &poison, self->context.address, NULL);
}

/* A failed message is handled once more, before any other; then its sender gets it back. */
static gboolean
retry (ThespianCell    *self,
       const GValue    *message,
       ThespianAddress *sender,
       GError          *first_error,
       GError         **error)
{
  ThespianCellExtras *extras = thespian_cell_ensure_extras (self);

  g_info ("%s failed, and tries once more: %s", G_OBJECT_TYPE_NAME (self->actor), first_error->message);
  if (thespian_debug_shows (THESPIAN_DEBUG_MESSAGES))
    thespian_trace_failure (self, first_error);
  g_error_free (first_error);
  thespian_count_add (extras->n_failed, 1);
  if (attempt (self, message, sender, error))
    return TRUE;
  thespian_count_add (extras->n_failed, 1);
  if (thespian_debug_shows (THESPIAN_DEBUG_MESSAGES))
    thespian_trace_failure (self, *error);
  return FALSE;
}

static inline gboolean
deliver (ThespianCell    *self,
         const GValue    *message,
         ThespianAddress *sender,
         GError         **error)
{
  GError *first_error = NULL;

  thespian_count_add (self->n_received, 1);
  if (G_LIKELY (attempt (self, message, sender, &first_error)))
    return TRUE;
  return retry (self, message, sender, first_error, error);
}

/* What goes wrong is told to who sent the message; this is for where that is nobody else. */
static void
log_failure (ThespianCell *self,
             const GValue *message,
             const GError *error)
{
  g_autofree char *text = g_strdup_printf ("%s failed on %s: %s", G_OBJECT_TYPE_NAME (self->actor),
                                           G_VALUE_TYPE_NAME (message), error->message);

  thespian_actor_log (self->actor, G_LOG_LEVEL_WARNING, text);
}

static inline void
deliver_or_poison (ThespianCell    *self,
                   const GValue    *message,
                   ThespianAddress *sender)
{
  GError *error = NULL;

  if (G_LIKELY (deliver (self, message, sender, &error)))
    return;

  thespian_count_add (self->extras->n_poisoned, 1);
  if (sender == self->context.address || G_VALUE_HOLDS (message, THESPIAN_TYPE_POISON_MESSAGE))
    log_failure (self, message, error);
  if (!G_VALUE_HOLDS (message, THESPIAN_TYPE_POISON_MESSAGE))
    return_as_poison (self, message, sender, error->message);
  g_error_free (error);
}

/* For what the system tells an actor: nobody waits for it to come back. */
static void
deliver_notice (ThespianCell    *self,
                GObject         *notice,
                ThespianAddress *sender)
{
  g_autoptr (GError) error = NULL;
  g_auto (GValue) message = G_VALUE_INIT;

  g_value_init (&message, G_OBJECT_TYPE (notice));
  g_value_take_object (&message, notice);
  if (!deliver (self, &message, sender, &error))
    log_failure (self, &message, error);
}

/* The mailbox of an actor that has ended, or is about to. */
static void
give_up (ThespianCell     *self,
         ThespianEnvelope *envelope)
{
  ThespianCellExtras *extras = self->extras;
  g_autofree char *details = NULL;

  if (extras == NULL || extras->n_held == 0)
    {
      thespian_dead_letter (self->node->admin, self->context.address, &envelope->value, envelope->sender);
      return;
    }
  extras->n_held--;
  details = g_strdup_printf ("child aborted: %s", extras->failure->message);
  return_as_poison (self, &envelope->value, envelope->sender, details);
}

/* --- Exit ----------------------------------------------------------------------------------------- */

static void
handle_exit (ThespianCell     *self,
             ThespianEnvelope *envelope)
{
  ThespianActorExitRequest *request = g_value_get_object (&envelope->value);
  ThespianActorClass *klass = THESPIAN_ACTOR_GET_CLASS (self->actor);
  g_autoptr (GError) error = NULL;

  /* A failure changes nothing: the actor exits whatever it does. */
  thespian_count_add (self->n_received, 1);
  if ((self->is_intercepted || !thespian_actor_class_ignores (klass, THESPIAN_TYPE_ACTOR_EXIT_REQUEST)) &&
      !attempt (self, &envelope->value, envelope->sender, &error))
    log_failure (self, &envelope->value, error);

  if (thespian_actor_exit_request_get_recursive (request) && thespian_cell_has_children (self))
    {
      __atomic_store_n (&self->state, THESPIAN_CELL_EXITING, __ATOMIC_RELAXED);
      thespian_timers_forget (self->node, self);
      thespian_cell_post_to_children (self, THESPIAN_ENVELOPE_EXIT_ORDER, &envelope->value);
    }
  else
    {
      thespian_cell_end (self, NULL);
    }
}

static GValue
new_exit_order (void)
{
  GValue order = G_VALUE_INIT;

  g_value_init (&order, THESPIAN_TYPE_ACTOR_EXIT_REQUEST);
  g_value_take_object (&order, thespian_actor_exit_request_new ());
  return order;
}

void
thespian_cell_order_to_exit (ThespianCell *self)
{
  GValue order = new_exit_order ();

  thespian_cell_enqueue_own (self, THESPIAN_ENVELOPE_EXIT_ORDER, &order);
}

void
thespian_cell_order_children_to_exit (ThespianCell *self)
{
  g_auto (GValue) order = new_exit_order ();

  thespian_cell_post_to_children (self, THESPIAN_ENVELOPE_EXIT_ORDER, &order);
}

/* --- Notices --------------------------------------------------------------------------------------- */

static void
handle_child_exited (ThespianCell     *self,
                     ThespianEnvelope *envelope)
{
  const char *details;

  if (!thespian_cell_remove_child (self, envelope->sender))
    return;

  if (self->state == THESPIAN_CELL_RUNNING && !self->ignores_child_exits)
    {
      details = G_VALUE_HOLDS_STRING (&envelope->value) ? g_value_get_string (&envelope->value) : NULL;
      deliver_notice (self, G_OBJECT (thespian_child_actor_exited_new (envelope->sender, details)),
                      envelope->sender);
    }
  else if (self->state == THESPIAN_CELL_EXITING && !thespian_cell_has_children (self))
    {
      thespian_cell_end (self, NULL);
    }
}

/* A child that another thread of the actor created. */
static void
handle_adopt (ThespianCell     *self,
              ThespianEnvelope *envelope)
{
  ThespianAddress *child = g_value_get_object (&envelope->value);
  ThespianAdminFace *admin = self->node->admin;
  GValue order;

  if (self->state == THESPIAN_CELL_DEAD)
    {
      admin->ops->adopt (admin, child);
      return;
    }
  thespian_cell_add_child (self, child);
  if (self->state == THESPIAN_CELL_EXITING)
    {
      order = new_exit_order ();
      thespian_post (admin, child, THESPIAN_ENVELOPE_EXIT_ORDER, &order, self->context.address);
    }
}

static void
handle_wakeup (ThespianCell     *self,
               ThespianEnvelope *envelope)
{
  ThespianTimer *timer = g_value_get_pointer (&envelope->value);
  GValue message = G_VALUE_INIT;

  if (thespian_timers_claim (self->node, timer) && self->state == THESPIAN_CELL_RUNNING)
    {
      g_value_init (&message, THESPIAN_TYPE_WAKEUP_MESSAGE);
      g_value_take_object (&message,
                           thespian_wakeup_message_new (timer->id, timer->delay,
                                                        G_IS_VALUE (&timer->payload) ? &timer->payload : NULL));
      deliver_or_poison (self, &message, self->context.address);
      g_value_unset (&message);
    }
  thespian_timer_free (timer);
}

static void
handle_revalidate (ThespianCell     *self,
                   ThespianEnvelope *envelope)
{
  g_autofree char *reason = NULL;

  thespian_cell_post_to_children (self, THESPIAN_ENVELOPE_REVALIDATE, &envelope->value);
  if (self->state != THESPIAN_CELL_RUNNING ||
      thespian_actor_fits (self->actor, g_value_get_variant (&envelope->value),
                           self->extras != NULL ? self->extras->requirements : NULL, &reason))
    return;

  g_info ("%s no longer fits its system: %s", G_OBJECT_TYPE_NAME (self->actor), reason);
  thespian_cell_order_to_exit (self);
}

/* --- All of them ------------------------------------------------------------------------------------ */

static void
handle_other (ThespianCell     *self,
              ThespianEnvelope *envelope)
{
  gboolean running = self->state == THESPIAN_CELL_RUNNING;

  switch ((ThespianEnvelopeKind) envelope->kind)
    {
    case THESPIAN_ENVELOPE_MESSAGE:
      give_up (self, envelope);
      break;
    case THESPIAN_ENVELOPE_START:
      thespian_cell_start (self);
      break;
    case THESPIAN_ENVELOPE_EXIT:
      thespian_count_add (self->n_queued, -1);
      if (running)
        handle_exit (self, envelope);
      else
        give_up (self, envelope);
      break;
    case THESPIAN_ENVELOPE_EXIT_ORDER:
      if (running)
        handle_exit (self, envelope);
      else if (self->state == THESPIAN_CELL_STARTING)
        self->exit_ordered = TRUE;
      break;
    case THESPIAN_ENVELOPE_CHILD_EXITED:
      handle_child_exited (self, envelope);
      break;
    case THESPIAN_ENVELOPE_ADOPT:
      handle_adopt (self, envelope);
      break;
    case THESPIAN_ENVELOPE_WAKEUP:
      handle_wakeup (self, envelope);
      break;
    case THESPIAN_ENVELOPE_WATCH:
      if (running && thespian_cell_is_watch_message (self, &envelope->value))
        deliver_or_poison (self, &envelope->value, envelope->sender);
      break;
    case THESPIAN_ENVELOPE_REVALIDATE:
      handle_revalidate (self, envelope);
      break;
    case THESPIAN_ENVELOPE_NOTHING:
      break;
    case THESPIAN_N_ENVELOPE_KINDS:
    default:
      g_assert_not_reached ();
    }
}

/* What came from another process is decoded only here, if that runs code of a message's type. */
static gboolean
resolve_or_poison (ThespianCell     *self,
                   ThespianEnvelope *envelope)
{
  g_autoptr (GError) error = NULL;

  if (thespian_body_resolve (&envelope->value, &error))
    return TRUE;
  g_info ("%s got a message that cannot be understood: %s", G_OBJECT_TYPE_NAME (self->actor), error->message);
  return_as_poison (self, &envelope->value, envelope->sender, error->message);
  return FALSE;
}

void
thespian_cell_handle (ThespianCell     *self,
                      ThespianEnvelope *envelope)
{
  if (G_LIKELY (envelope->kind == THESPIAN_ENVELOPE_MESSAGE))
    {
      thespian_count_add (self->n_queued, -1);
      thespian_mailbox_limit_release (self);
      if (G_LIKELY (self->state == THESPIAN_CELL_RUNNING))
        {
          if (G_UNLIKELY (envelope->hold == THESPIAN_HOLD_ORIGIN) && !resolve_or_poison (self, envelope))
            return;
          deliver_or_poison (self, &envelope->value, envelope->sender);
          return;
        }
    }
  handle_other (self, envelope);
}
