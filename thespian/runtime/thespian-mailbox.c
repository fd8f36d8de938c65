/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "runtime/thespian-mailbox-private.h"

#include "model/thespian-actor-status.h"
#include "model/thespian-error.h"
#include "model/thespian-poison-message.h"
#include "model/thespian-system-event-private.h"
#include "model/thespian-system-message.h"
#include "model/thespian-system-status.h"
#include "model/thespian-value-private.h"
#include "runtime/thespian-cell-private.h"
#include "runtime/thespian-value-size-private.h"
#include "wire/thespian-body-private.h"

/* Letters that nobody asked for; older ones are dead letters, and newer events are missed. */
#define MAX_LETTERS 1000

typedef struct
{
  GValue value;
  ThespianAddress *sender; /* (owned) */
  gsize size; /* in bytes, or 0 where nobody counts them */
} Letter;

/*
 * Somebody who waits: a thread, by @wait and on its stack, or a task.  That of a task is counted
 * (g_atomic_rc_box): its sources may fire on one thread while another one brings the answer.
 */
typedef struct
{
  ThespianAddress *asked; /* (owned) (nullable) whose death ends the wait */
  ThespianWait *wait;     /* (nullable) */
  GValue *answer;         /* (owned) (nullable) of a thread that waits */
  gboolean closed;        /* the mailbox closed meanwhile */
  GError *failure;        /* (owned) (nullable) the question could not be sent */
  GTask *task;            /* (owned) (nullable) */
  ThespianAddress *address; /* (owned) of the mailbox, for a task */
  GSource *timeout;       /* (owned) (nullable) */
  GSource *cancelled;     /* (owned) (nullable) */
} Waiter;

struct _ThespianMailbox
{
  ThespianPort port;
  ThespianAddress *address; /* unowned: it owns this */
  ThespianAdminFace *admin; /* (owned) */

  GMutex lock;
  GQueue letters; /* of Letter; protected by the lock */
  guint64 max_bytes; /* of all letters, or 0 for any number; atomic */
  guint64 n_bytes; /* of all letters; protected by the lock */
  guint64 n_missed; /* events before the next one; protected by the lock */
  GQueue waiters; /* of Waiter, unowned; protected by the lock */
  gboolean closed; /* protected by the lock */
};

static const ThespianPortOps mailbox_port_ops;

static ThespianMailbox *
mailbox_of (ThespianAddress *address)
{
  g_assert (address->port->ops == &mailbox_port_ops);
  return (ThespianMailbox *) address->port;
}

/* --- Letters --------------------------------------------------------------------------------------- */

static Letter *
letter_new (GValue          *message,
            ThespianAddress *sender,
            gsize            size)
{
  Letter *letter = g_slice_new (Letter);

  letter->size = size;
  thespian_value_move_into (message, &letter->value);
  letter->sender = g_object_ref (sender);
  return letter;
}

static void
letter_free (Letter *letter)
{
  thespian_value_clear (&letter->value);
  g_object_unref (letter->sender);
  g_slice_free (Letter, letter);
}

static void
bury (ThespianMailbox *self,
      Letter          *letter)
{
  thespian_dead_letter (self->admin, self->address, &letter->value, letter->sender);
  letter_free (letter);
}

static void
push_letter_locked (ThespianMailbox *self,
                    Letter          *letter)
{
  self->n_bytes += letter->size;
  g_queue_push_tail (&self->letters, letter);
}

/* (nullable) */
static Letter *
pop_letter_locked (ThespianMailbox *self)
{
  Letter *letter = g_queue_pop_head (&self->letters);

  if (letter != NULL)
    self->n_bytes -= letter->size;
  return letter;
}

/* Of the system's own messages only these mean something to the outside. */
static gboolean
is_for_outside (const GValue *message)
{
  if (G_VALUE_HOLDS (message, THESPIAN_TYPE_RAW_BODY))
    return thespian_raw_body_get_kind (message) != THESPIAN_BODY_OTHER_SYSTEM_MESSAGE;
  return !G_VALUE_HOLDS (message, THESPIAN_TYPE_SYSTEM_MESSAGE) ||
         G_VALUE_HOLDS (message, THESPIAN_TYPE_POISON_MESSAGE) ||
         G_VALUE_HOLDS (message, THESPIAN_TYPE_SYSTEM_STATUS) ||
         G_VALUE_HOLDS (message, THESPIAN_TYPE_ACTOR_STATUS);
}

/* --- Waiters --------------------------------------------------------------------------------------- */

static void
drop_source (GSource **source)
{
  if (*source == NULL)
    return;
  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
waiter_clear (gpointer data)
{
  Waiter *waiter = data;

  g_clear_object (&waiter->asked);
  g_object_unref (waiter->task);
  g_object_unref (waiter->address);
}

static void
waiter_unref (gpointer waiter)
{
  g_atomic_rc_box_release_full (waiter, waiter_clear);
}

static GError *
new_closed_error (void)
{
  return g_error_new_literal (THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_SHUT_DOWN,
                              "The endpoint was closed, or its actor system shut down, before an answer came");
}

/* Ends the wait of one that was taken out of the queue, with @answer (taken) or nothing. */
static void
serve (Waiter *waiter,
       GValue *answer)
{
  if (waiter->wait != NULL)
    {
      waiter->answer = answer;
      thespian_wait_finish (waiter->wait);
      return;
    }
  drop_source (&waiter->timeout);
  drop_source (&waiter->cancelled);
  if (answer != NULL && !thespian_body_resolve (answer, &waiter->failure))
    g_clear_pointer (&answer, thespian_value_free);
  if (waiter->failure != NULL)
    g_task_return_error (waiter->task, g_steal_pointer (&waiter->failure));
  else if (waiter->closed)
    g_task_return_error (waiter->task, new_closed_error ());
  else
    g_task_return_pointer (waiter->task, answer, (GDestroyNotify) thespian_value_free);
  waiter_unref (waiter);
}

static gboolean
remove_waiter (ThespianMailbox *self,
               Waiter          *waiter)
{
  gboolean found;

  g_mutex_lock (&self->lock);
  found = g_queue_remove (&self->waiters, waiter);
  g_mutex_unlock (&self->lock);
  return found;
}

static gboolean
waiter_timed_out (gpointer data)
{
  Waiter *waiter = data;

  if (remove_waiter (mailbox_of (waiter->address), waiter))
    serve (waiter, NULL);
  return G_SOURCE_REMOVE;
}

static gboolean
waiter_cancelled (GCancellable *cancellable,
                  gpointer      data)
{
  /* the task finds out by itself that it was cancelled */
  return waiter_timed_out (data);
}

static void
watch_over (Waiter   *waiter,
            GTimeSpan timeout)
{
  GMainContext *context = g_task_get_context (waiter->task);
  GCancellable *cancellable = g_task_get_cancellable (waiter->task);

  if (timeout >= 0)
    {
      waiter->timeout = g_timeout_source_new (0);
      g_source_set_ready_time (waiter->timeout, thespian_deadline (timeout));
      g_source_set_callback (waiter->timeout, waiter_timed_out, g_atomic_rc_box_acquire (waiter),
                             waiter_unref);
      g_source_attach (waiter->timeout, context);
    }
  if (cancellable != NULL)
    {
      waiter->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_callback (waiter->cancelled, G_SOURCE_FUNC (waiter_cancelled),
                             g_atomic_rc_box_acquire (waiter), waiter_unref);
      g_source_attach (waiter->cancelled, context);
    }
}

static GValue *
new_missed_event (guint64 n_missed)
{
  g_autoptr (ThespianSystemEvent) event =
    thespian_system_event_new (THESPIAN_SYSTEM_EVENT_KIND_MISSED, NULL, g_variant_new ("a{sv}", NULL));
  GValue value = G_VALUE_INIT;

  g_value_init (&value, THESPIAN_TYPE_SYSTEM_EVENT);
  g_value_take_object (&value, thespian_system_event_copy_with_missed (event, n_missed));
  return thespian_value_new_take (&value);
}

/*
 * TRUE with the first letter in @answer, or NULL there when the mailbox is closed.  What may end the
 * wait of a task finds the waiter in the queue, since both begin under the lock.
 */
static gboolean
take_letter_or_wait (ThespianMailbox *self,
                     Waiter          *waiter,
                     GTimeSpan        timeout,
                     GValue         **answer)
{
  Letter *letter;
  guint64 n_missed = 0;
  gboolean over;

  *answer = NULL;
  g_mutex_lock (&self->lock);
  letter = pop_letter_locked (self);
  if (letter == NULL && !self->closed)
    {
      n_missed = self->n_missed;
      self->n_missed = 0;
    }
  over = letter != NULL || self->closed || n_missed > 0;
  waiter->closed = self->closed;
  if (!over)
    {
      g_queue_push_tail (&self->waiters, waiter);
      if (waiter->task != NULL)
        watch_over (waiter, timeout);
    }
  g_mutex_unlock (&self->lock);

  if (letter != NULL)
    {
      *answer = thespian_value_new_take (&letter->value);
      letter_free (letter);
    }
  else if (n_missed > 0)
    {
      *answer = new_missed_event (n_missed);
    }
  return over;
}

/* --- Events ----------------------------------------------------------------------------------------- */

/* (transfer none) (nullable) */
static ThespianSystemEvent *
get_event (const GValue *message)
{
  return G_VALUE_HOLDS (message, THESPIAN_TYPE_SYSTEM_EVENT) ? g_value_get_object (message) : NULL;
}

static void
miss_locked (ThespianMailbox     *self,
             ThespianSystemEvent *event)
{
  self->n_missed += 1 + thespian_system_event_get_missed (event);
}

static guint64
get_max_bytes (ThespianMailbox *self)
{
  return __atomic_load_n (&self->max_bytes, __ATOMIC_RELAXED);
}

static gboolean
has_room_locked (ThespianMailbox *self)
{
  guint64 max_bytes = get_max_bytes (self);

  return g_queue_get_length (&self->letters) < MAX_LETTERS && (max_bytes == 0 || self->n_bytes < max_bytes);
}

/* FALSE when there is no room for @event, which @message has; else that says what was missed before it. */
static gboolean
admit_event (ThespianMailbox     *self,
             GValue              *message,
             ThespianSystemEvent *event)
{
  gboolean has_room;
  guint64 n_missed = 0;

  g_mutex_lock (&self->lock);
  has_room = has_room_locked (self) || thespian_system_event_is_of_list (event);
  if (has_room)
    {
      n_missed = self->n_missed;
      self->n_missed = 0;
    }
  else
    {
      miss_locked (self, event);
    }
  g_mutex_unlock (&self->lock);

  if (n_missed > 0)
    g_value_take_object (message, thespian_system_event_copy_with_missed (event, n_missed));
  return has_room;
}

/* The newest letter alone may be as large as it likes. */
static gboolean
is_too_full_locked (ThespianMailbox *self)
{
  guint n_letters = g_queue_get_length (&self->letters);
  guint64 max_bytes = get_max_bytes (self);

  return n_letters > MAX_LETTERS || (max_bytes > 0 && self->n_bytes > max_bytes && n_letters > 1);
}

/* Moves to @old what has to make room for a newer letter; a list of events has all the room that it needs. */
static void
steal_old_locked (ThespianMailbox     *self,
                  ThespianSystemEvent *newest,
                  GQueue              *old)
{
  while (newest == NULL && is_too_full_locked (self))
    {
      Letter *letter = pop_letter_locked (self);
      ThespianSystemEvent *event = get_event (&letter->value);

      if (event != NULL)
        miss_locked (self, event);
      g_queue_push_tail (old, letter);
    }
}

/* Only where it is of interest: what a message has is looked through. */
static gsize
measure (ThespianMailbox *self,
         const GValue    *message)
{
  return get_max_bytes (self) > 0 ? thespian_value_get_size (message) : 0;
}

/* --- The port --------------------------------------------------------------------------------------- */

static gboolean
mailbox_deliver (ThespianPort    *port,
                 GValue          *message,
                 ThespianAddress *sender,
                 GError         **error)
{
  ThespianMailbox *self = (ThespianMailbox *) port;
  ThespianSystemEvent *event = get_event (message);
  Waiter *waiter = NULL;
  GQueue old = G_QUEUE_INIT;
  Letter *letter;
  gboolean closed;
  gsize size;

  if (!is_for_outside (message) || (event != NULL && !admit_event (self, message, event)))
    return TRUE;

  size = measure (self, message);
  g_mutex_lock (&self->lock);
  closed = self->closed;
  if (!closed)
    {
      waiter = g_queue_pop_head (&self->waiters);
      if (waiter == NULL)
        push_letter_locked (self, letter_new (message, sender, size));
      steal_old_locked (self, event, &old);
    }
  g_mutex_unlock (&self->lock);

  if (waiter != NULL)
    serve (waiter, thespian_value_new_take (message));
  while ((letter = g_queue_pop_head (&old)) != NULL)
    bury (self, letter);
  return !closed;
}

/* Takes the first out of the queue that waits for @target. */
static Waiter *
steal_waiter_for (ThespianMailbox *self,
                  ThespianAddress *target)
{
  Waiter *waiter = NULL;

  g_mutex_lock (&self->lock);
  for (GList *link = self->waiters.head; link != NULL; link = link->next)
    if (((Waiter *) link->data)->asked == target)
      {
        waiter = link->data;
        g_queue_delete_link (&self->waiters, link);
        break;
      }
  g_mutex_unlock (&self->lock);
  return waiter;
}

/* A question that could not be delivered will not be answered. */
static void
mailbox_undeliverable (ThespianPort    *port,
                       ThespianAddress *target)
{
  Waiter *waiter = steal_waiter_for ((ThespianMailbox *) port, target);

  if (waiter != NULL)
    serve (waiter, NULL);
}

/* A question that cannot be sent at all is its asker's fault.  Takes @failure. */
static void
fail_waiter (ThespianMailbox *self,
             ThespianAddress *target,
             GError          *failure)
{
  Waiter *waiter = steal_waiter_for (self, target);

  if (waiter == NULL)
    {
      g_error_free (failure);
      return;
    }
  waiter->failure = failure;
  serve (waiter, NULL);
}

static void
mailbox_free (ThespianPort *port)
{
  ThespianMailbox *self = (ThespianMailbox *) port;

  g_assert (g_queue_is_empty (&self->waiters));
  g_queue_clear_full (&self->letters, (GDestroyNotify) letter_free);
  self->admin->ops->remove_mailbox (self->admin, self->address);
  self->admin->ops->unref (self->admin);
  g_mutex_clear (&self->lock);
  g_slice_free (ThespianMailbox, self);
}

static const ThespianPortOps mailbox_port_ops = {
  .deliver = mailbox_deliver,
  .undeliverable = mailbox_undeliverable,
  .free = mailbox_free,
};

ThespianAddress *
thespian_mailbox_new (ThespianAdminFace *admin)
{
  ThespianMailbox *self = g_slice_new0 (ThespianMailbox);

  self->port.ops = &mailbox_port_ops;
  self->admin = admin->ops->ref (admin);
  self->address = thespian_address_new (admin->system_id, "Endpoint");
  g_mutex_init (&self->lock);
  g_queue_init (&self->letters);
  g_queue_init (&self->waiters);
  thespian_address_take_port (self->address, &self->port);
  self->closed = !admin->ops->add_mailbox (admin, self->address);
  return self->address;
}

gboolean
thespian_mailbox_is_closed (ThespianAddress *address)
{
  ThespianMailbox *self = mailbox_of (address);
  gboolean closed;

  g_mutex_lock (&self->lock);
  closed = self->closed;
  g_mutex_unlock (&self->lock);
  return closed;
}

void
thespian_mailbox_set_max_bytes (ThespianAddress *address,
                                guint64          max_bytes)
{
  __atomic_store_n (&mailbox_of (address)->max_bytes, max_bytes, __ATOMIC_RELAXED);
}

guint64
thespian_mailbox_get_max_bytes (ThespianAddress *address)
{
  return get_max_bytes (mailbox_of (address));
}

void
thespian_mailbox_close (ThespianAddress *address)
{
  ThespianMailbox *self = mailbox_of (address);
  GQueue letters, waiters;
  gpointer element;

  g_mutex_lock (&self->lock);
  self->closed = TRUE;
  letters = self->letters;
  waiters = self->waiters;
  g_queue_init (&self->letters);
  g_queue_init (&self->waiters);
  self->n_bytes = 0;
  g_mutex_unlock (&self->lock);

  while ((element = g_queue_pop_head (&waiters)) != NULL)
    {
      ((Waiter *) element)->closed = TRUE;
      serve (element, NULL);
    }
  while ((element = g_queue_pop_head (&letters)) != NULL)
    bury (self, element);
}

/* --- Receiving --------------------------------------------------------------------------------------- */

/* On the node that the caller drives the question goes the short way. */
static void
send_question (ThespianMailbox *self,
               ThespianAddress *target,
               GValue          *message)
{
  g_autoptr (GError) error = NULL;

  if (target != NULL && !thespian_route (self->admin, target, message, self->address, &error))
    fail_waiter (self, target, g_steal_pointer (&error));
}

GValue *
thespian_mailbox_receive (ThespianAddress *address,
                          ThespianNode    *node,
                          ThespianAddress *target,
                          GValue          *message,
                          GTimeSpan        timeout,
                          gboolean         when_idle,
                          GCancellable    *cancellable,
                          GError         **error)
{
  ThespianMailbox *self = mailbox_of (address);
  ThespianWait wait;
  Waiter waiter = { .asked = target, .wait = &wait };
  gint64 deadline = thespian_deadline (timeout);
  GValue *answer;

  thespian_wait_init (&wait, node);
  if (take_letter_or_wait (self, &waiter, timeout, &answer))
    {
      send_question (self, target, message);
    }
  else
    {
      send_question (self, target, message);
      thespian_wait_until (&wait, deadline, when_idle, cancellable);
      if (!remove_waiter (self, &waiter))
        while (!g_atomic_int_get (&wait.done))
          g_thread_yield (); /* somebody is just serving us */
      answer = waiter.answer;
    }
  thespian_wait_clear (&wait);

  if (answer != NULL && !thespian_body_resolve (answer, &waiter.failure))
    g_clear_pointer (&answer, thespian_value_free);
  if (waiter.failure != NULL)
    g_propagate_error (error, waiter.failure);
  else if (answer == NULL && waiter.closed)
    g_propagate_error (error, new_closed_error ());
  else if (answer == NULL)
    g_cancellable_set_error_if_cancelled (cancellable, error);
  return answer;
}

void
thespian_mailbox_receive_async (ThespianAddress *address,
                                ThespianAddress *target,
                                GValue          *message,
                                GTimeSpan        timeout,
                                GTask           *task)
{
  ThespianMailbox *self = mailbox_of (address);
  g_autoptr (ThespianAddress) kept = g_object_ref (address);
  Waiter *waiter = g_atomic_rc_box_new0 (Waiter);
  GValue *answer;

  waiter->asked = target != NULL ? g_object_ref (target) : NULL;
  waiter->task = task;
  waiter->address = g_object_ref (address);
  if (take_letter_or_wait (self, waiter, timeout, &answer))
    serve (waiter, answer);
  send_question (self, target, message);
}

/* --- Asking from inside an actor ---------------------------------------------------------------------- */

static void
close_when_answered (GTask      *task,
                     GParamSpec *pspec,
                     gpointer    address)
{
  thespian_mailbox_close (address);
}

void
thespian_cell_ask_async (ThespianActorContext *context,
                         ThespianAddress      *target,
                         const GValue         *message,
                         GTimeSpan             timeout,
                         GTask                *task)
{
  ThespianCell *self = thespian_context_to_cell (context);
  ThespianAddress *address = thespian_mailbox_new (self->node->admin);
  GValue question = G_VALUE_INIT;
  GError *error = NULL;

  g_signal_connect_data (task, "notify::completed", G_CALLBACK (close_when_answered), address,
                         (GClosureNotify) g_object_unref, 0);
  thespian_value_copy_into (message, &question);
  if (!thespian_check_message (&question, &error))
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  thespian_mailbox_receive_async (address, target, &question, timeout, task);
}
