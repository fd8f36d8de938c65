/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "runtime/thespian-node-private.h"

#include "model/thespian-value-private.h"
#include "runtime/thespian-cell-private.h"
#include "runtime/thespian-nested-source-private.h"

/*
 * How long one dispatch may go on before the context's other sources get their turn.  Long
 * enough that polling costs nothing beside the messages, short enough that nobody notices.
 */
#define MAX_DISPATCH_TIME (2 * G_TIME_SPAN_MILLISECOND)
#define MAX_DISPATCH_ENVELOPES 4096
#define ENVELOPES_PER_CLOCK 64

/* Free envelopes that an idle node keeps, and how many more it gives back at once. */
#define KEPT_ENVELOPES 4096
#define GIVEN_BACK_AT_ONCE 8192

/* What `inbound' holds once the node takes nothing any more. */
static ThespianEnvelope inbound_closed;

__thread ThespianNode *thespian_current_node;

typedef struct
{
  GSource source;
  ThespianNode *node; /* unowned */
} NodeSource;

/* --- What comes in from other threads --------------------------------------------------------- */

gboolean
thespian_node_push_inbound (ThespianNode     *self,
                            ThespianEnvelope *envelope)
{
  ThespianEnvelope *top = __atomic_load_n (&self->inbound, __ATOMIC_RELAXED);

  do
    {
      if (top == &inbound_closed)
        return FALSE;
      envelope->next = top;
    }
  while (!__atomic_compare_exchange_n (&self->inbound, &top, envelope, TRUE, __ATOMIC_SEQ_CST,
                                       __ATOMIC_RELAXED));

  if (__atomic_load_n (&self->asleep, __ATOMIC_SEQ_CST) &&
      __atomic_exchange_n (&self->asleep, FALSE, __ATOMIC_SEQ_CST))
    g_main_context_wakeup (self->context);
  return TRUE;
}

/* From here on the envelope counts as one of the node's own. */
static void
arrive (ThespianNode     *self,
        ThespianEnvelope *envelope)
{
  ThespianCell *target = envelope->target;

  thespian_count_add (target->n_arrived, 1);
  target->n_pins++;
  if (envelope->kind == THESPIAN_ENVELOPE_MESSAGE || envelope->kind == THESPIAN_ENVELOPE_EXIT)
    thespian_count_add (target->n_queued, 1);
}

static void
enqueue_arrived (ThespianNode     *self,
                 ThespianEnvelope *last_first)
{
  ThespianEnvelope *first = NULL;

  while (last_first != NULL)
    {
      ThespianEnvelope *next = last_first->next;

      last_first->next = first;
      first = last_first;
      last_first = next;
    }
  while (first != NULL)
    {
      ThespianEnvelope *next = first->next;

      arrive (self, first);
      thespian_envelope_queue_push (&self->queue, first);
      first = next;
    }
}

static gboolean
has_inbound (ThespianNode *self)
{
  ThespianEnvelope *top = __atomic_load_n (&self->inbound, __ATOMIC_SEQ_CST);

  return top != NULL && top != &inbound_closed;
}

void
thespian_node_take_inbound (ThespianNode *self)
{
  if (has_inbound (self))
    enqueue_arrived (self, __atomic_exchange_n (&self->inbound, NULL, __ATOMIC_ACQUIRE));
}

static gboolean
has_work (ThespianNode *self)
{
  return self->queue.head != NULL || self->first_unstarted != NULL;
}

gboolean
thespian_node_is_idle (ThespianNode *self)
{
  return !has_work (self) && !has_inbound (self);
}

static void
give_back_envelopes (ThespianNode *self,
                     guint         n)
{
  for (; n > 0; n--)
    {
      ThespianEnvelope *envelope = self->free_envelopes;

      self->free_envelopes = envelope->next;
      self->n_free_envelopes--;
      g_slice_free (ThespianEnvelope, envelope);
    }
}

/*
 * What a flood has left is given back while there is nothing to do, a little at a time: nobody
 * waits long for a node that is at it.  TRUE when there is more.
 */
static gboolean
shrink (ThespianNode *self)
{
  if (G_LIKELY (self->n_free_envelopes <= KEPT_ENVELOPES))
    return FALSE;
  give_back_envelopes (self, MIN (self->n_free_envelopes - KEPT_ENVELOPES, GIVEN_BACK_AT_ONCE));
  return self->n_free_envelopes > KEPT_ENVELOPES;
}

/* --- The source -------------------------------------------------------------------------------- */

static void
handle_envelope (ThespianNode     *self,
                 ThespianEnvelope *envelope)
{
  ThespianCell *target = envelope->target;

  thespian_cell_handle (target, envelope);
  thespian_value_clear (&envelope->value);
  thespian_cell_release_sender (envelope);
  thespian_node_free_envelope (self, envelope);
  thespian_cell_unpin (target);
}

static gboolean
start_next_cell (ThespianNode *self)
{
  ThespianCell *cell = self->first_unstarted;

  if (G_LIKELY (cell == NULL))
    return FALSE;
  self->first_unstarted = cell->next_unstarted;
  if (self->first_unstarted == NULL)
    self->last_unstarted = &self->first_unstarted;
  thespian_cell_start (cell);
  thespian_cell_unpin (cell);
  return TRUE;
}

static gboolean
handle_next_envelope (ThespianNode *self)
{
  ThespianEnvelope *envelope = thespian_envelope_queue_pop (&self->queue);

  if (envelope == NULL)
    {
      thespian_node_take_inbound (self);
      envelope = thespian_envelope_queue_pop (&self->queue);
      if (envelope == NULL)
        return FALSE;
    }
  handle_envelope (self, envelope);
  return TRUE;
}

static void
drain (ThespianNode *self)
{
  gint64 deadline = g_get_monotonic_time () + MAX_DISPATCH_TIME;

  for (guint n = 1; n <= MAX_DISPATCH_ENVELOPES; n++)
    {
      if (!start_next_cell (self) && !handle_next_envelope (self))
        return;
      if (n % ENVELOPES_PER_CLOCK == 0 && g_get_monotonic_time () >= deadline)
        return;
    }
}

/*
 * A push that comes after `asleep' was set wakes the context; one that came before is seen here.
 */
static gboolean
node_source_prepare (GSource *source,
                     int     *timeout)
{
  ThespianNode *self = ((NodeSource *) source)->node;

  *timeout = -1;
  if (has_work (self))
    return TRUE;
  if (shrink (self))
    *timeout = 1;
  __atomic_store_n (&self->asleep, TRUE, __ATOMIC_SEQ_CST);
  if (!has_inbound (self))
    return FALSE;
  __atomic_store_n (&self->asleep, FALSE, __ATOMIC_SEQ_CST);
  return TRUE;
}

static gboolean
node_source_check (GSource *source)
{
  ThespianNode *self = ((NodeSource *) source)->node;

  __atomic_store_n (&self->asleep, FALSE, __ATOMIC_SEQ_CST);
  return !thespian_node_is_idle (self);
}

static gboolean
node_source_dispatch (GSource    *source,
                      GSourceFunc callback,
                      gpointer    user_data)
{
  ThespianNode *self = ((NodeSource *) source)->node;

  thespian_node_take_inbound (self);
  thespian_timers_expire (self);
  drain (self);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs node_source_funcs = {
  .prepare = node_source_prepare,
  .check = node_source_check,
  .dispatch = node_source_dispatch,
};

static GSource *
node_source_new (ThespianNode *node)
{
  GSource *source = g_source_new (&node_source_funcs, sizeof (NodeSource));

  ((NodeSource *) source)->node = node;
  g_source_set_static_name (source, "ThespianNode");
  g_source_attach (source, node->context);
  return source;
}

/* --- Life --------------------------------------------------------------------------------------- */

ThespianNode *
thespian_node_new (ThespianAdminFace *admin,
                   ThespianNodeKind   kind,
                   const char        *name)
{
  ThespianNode *self = g_new0 (ThespianNode, 1);

  self->ref_count = 1;
  self->kind = kind;
  self->admin = admin->ops->ref (admin);
  self->name = g_strdup (name);
  self->context = g_main_context_new ();
  thespian_envelope_queue_init (&self->queue);
  self->last_unstarted = &self->first_unstarted;
  g_mutex_init (&self->lock);
  g_cond_init (&self->room);
  g_cond_init (&self->driver_left);
  thespian_timers_init (self);
  self->source = node_source_new (self);
  return self;
}

ThespianNode *
thespian_node_ref (ThespianNode *self)
{
  __atomic_add_fetch (&self->ref_count, 1, __ATOMIC_RELAXED);
  return self;
}

void
thespian_node_unref (ThespianNode *self)
{
  if (__atomic_sub_fetch (&self->ref_count, 1, __ATOMIC_ACQ_REL) > 0)
    return;

  g_assert (self->thread == NULL && self->source == NULL);
  thespian_timers_clear (self);
  give_back_envelopes (self, self->n_free_envelopes);
  self->admin->ops->unref (self->admin);
  g_clear_pointer (&self->home, g_thread_unref);
  g_main_context_unref (self->context);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->room);
  g_cond_clear (&self->driver_left);
  g_free (self->name);
  g_free (self);
}

/*
 * What still stands in the queue is handled: the cells are dead by now, so messages become dead
 * letters.  An actor that could not be ended in time keeps its cell in the state it was in; its
 * messages are dropped with it.
 */
static void
close_queue (ThespianNode *self)
{
  ThespianNode *previous = thespian_current_node;

  thespian_current_node = self;
  enqueue_arrived (self, __atomic_exchange_n (&self->inbound, &inbound_closed, __ATOMIC_ACQUIRE));
  while (start_next_cell (self) || handle_next_envelope (self))
    ;
  thespian_current_node = previous;
}

static void
destroy_source (ThespianNode *self)
{
  g_source_destroy (self->source);
  g_mutex_lock (&self->lock);
  g_clear_pointer (&self->source, g_source_unref);
  g_mutex_unlock (&self->lock);
}

static gpointer
node_thread (gpointer data)
{
  ThespianNode *self = data;

  thespian_current_node = self;
  g_main_context_push_thread_default (self->context);
  while (!g_atomic_int_get (&self->quit))
    g_main_context_iteration (self->context, TRUE);
  close_queue (self);
  destroy_source (self);
  g_main_context_pop_thread_default (self->context);
  thespian_current_node = NULL;
  g_atomic_int_set (&self->finished, TRUE);
  thespian_node_unref (self);
  return NULL;
}

gboolean
thespian_node_start (ThespianNode *self,
                     GError      **error)
{
  switch (self->kind)
    {
    case THESPIAN_NODE_THREAD:
      self->thread = g_thread_try_new (self->name, node_thread, thespian_node_ref (self), error);
      if (self->thread == NULL)
        thespian_node_unref (self);
      return self->thread != NULL;
    case THESPIAN_NODE_NESTED:
      self->home = g_thread_ref (g_thread_self ());
      self->nested = thespian_nested_source_new (self->context, thespian_node_enter_nested,
                                                 thespian_node_leave_nested, self);
      g_source_attach (self->nested, g_main_context_get_thread_default ());
      return TRUE;
    case THESPIAN_NODE_INLINE:
      return TRUE;
    default:
      g_assert_not_reached ();
    }
}

void
thespian_node_dismiss (ThespianNode *self)
{
  g_atomic_int_set (&self->quit, TRUE);
  g_main_context_wakeup (self->context);
}

gboolean
thespian_node_is_finished (ThespianNode *self)
{
  return g_atomic_int_get (&self->finished);
}

/* Not to be called on the node's own thread. */
void
thespian_node_stop (ThespianNode *self)
{
  thespian_node_dismiss (self);
  if (self->nested != NULL)
    {
      g_source_destroy (self->nested);
      g_clear_pointer (&self->nested, g_source_unref);
    }
  if (self->thread != NULL)
    g_thread_join (g_steal_pointer (&self->thread));
  if (self->source != NULL)
    {
      close_queue (self);
      destroy_source (self);
    }
}
