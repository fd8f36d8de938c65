/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "runtime/thespian-node-private.h"

#include "model/thespian-value-private.h"
#include "runtime/thespian-cell-private.h"
#include "runtime/thespian-nested-source-private.h"
#include "runtime/thespian-poll-private.h"

#include <glib-unix.h>

/*
 * How long one dispatch may go on before the context's other sources get their turn.  Long
 * enough that polling costs nothing beside the messages, short enough that nobody notices.
 */
#define MAX_DISPATCH_TIME (2 * G_TIME_SPAN_MILLISECOND)
#define MAX_DISPATCH_ENVELOPES 4096
#define ENVELOPES_PER_CLOCK 64
/* Well below the messages that wait for an acknowledgement, so that senders in other processes go on meanwhile. */
#define ENVELOPES_PER_FLUSH 256

/* How many callbacks of the context are let through when the node closes. */
#define MAX_LAST_CALLBACKS 1000

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
  ThespianEnvelope *top = __atomic_load_n (&self->inbound, __ATOMIC_ACQUIRE);

  do
    {
      if (top == &inbound_closed)
        return FALSE;
      envelope->next = top;
    }
  while (!__atomic_compare_exchange_n (&self->inbound, &top, envelope, TRUE, __ATOMIC_SEQ_CST,
                                       __ATOMIC_ACQUIRE));

  if (__atomic_load_n (&self->asleep, __ATOMIC_SEQ_CST) &&
      __atomic_exchange_n (&self->asleep, FALSE, __ATOMIC_SEQ_CST))
    thespian_node_wake (self);
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

  if (G_UNLIKELY (envelope->hold == THESPIAN_HOLD_ORIGIN))
    envelope->origin->begin (envelope->origin);
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
      if (n % ENVELOPES_PER_FLUSH == 0 && self->io != NULL)
        self->io->flush (self->io_data);
      if (n % ENVELOPES_PER_CLOCK == 0 && g_get_monotonic_time () >= deadline)
        return;
    }
}

static gboolean
is_dismissed (ThespianNode *self)
{
  return g_atomic_int_get (&self->phase) == THESPIAN_NODE_DISMISSED;
}

/* In milliseconds, as poll() takes it. */
static int
time_to_wake (ThespianNode *self)
{
  gint64 left;

  if (self->wake_at < 0)
    return -1;
  left = self->wake_at - g_get_monotonic_time ();
  return (int) CLAMP ((left + 999) / 1000, 0, G_MAXINT);
}

static gboolean
has_arrivals (ThespianNode *self)
{
  return self->io != NULL && self->io->has_arrivals (self->io_data);
}

/*
 * A push that comes after `asleep' was set wakes the context; one that came before is seen here.
 */
static gboolean
node_source_prepare (GSource *source,
                     int     *timeout)
{
  ThespianNode *self = ((NodeSource *) source)->node;

  *timeout = time_to_wake (self);
  if (self->is_dispatching)
    return has_arrivals (self);
  if (has_work (self) || is_dismissed (self) || has_arrivals (self))
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
  gboolean has_come = has_arrivals (self) ||
                      (self->io_tag != NULL && g_source_query_unix_fd (source, self->io_tag) != 0);

  __atomic_store_n (&self->asleep, FALSE, __ATOMIC_SEQ_CST);
  if (self->is_dispatching)
    return has_come;
  return has_come || !thespian_node_is_idle (self) || is_dismissed (self);
}

/* What is for actors enters the queue; what is for endpoints gets there. */
static void
take_in (ThespianNode *self)
{
  thespian_node_take_inbound (self);
  if (self->io != NULL)
    self->io->pump (self->io_data);
  thespian_timers_expire (self);
}

/* Inside a handler that runs the loop no message is handed out, but what the handler has asked is answered. */
static gboolean
node_source_dispatch (GSource    *source,
                      GSourceFunc callback,
                      gpointer    user_data)
{
  ThespianNode *self = ((NodeSource *) source)->node;

  if (self->is_dispatching)
    {
      take_in (self);
      return G_SOURCE_CONTINUE;
    }
  self->is_dispatching = TRUE;
  take_in (self);
  drain (self);
  self->is_dispatching = FALSE;
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
  self->context = kind == THESPIAN_NODE_MAIN ? g_main_context_ref (g_main_context_default ())
                                             : g_main_context_new ();
  thespian_envelope_queue_init (&self->queue);
  self->last_unstarted = &self->first_unstarted;
  self->wake_at = -1;
  g_mutex_init (&self->lock);
  g_cond_init (&self->room);
  g_cond_init (&self->driver_left);
  g_cond_init (&self->call);
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

  g_assert (self->thread == NULL && self->context == NULL);
  thespian_timers_clear (self);
  give_back_envelopes (self, self->n_free_envelopes);
  self->admin->ops->unref (self->admin);
  g_clear_pointer (&self->home, g_thread_unref);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->room);
  g_cond_clear (&self->driver_left);
  g_cond_clear (&self->call);
  g_free (self->name);
  g_free (self);
}

/* --- The end -------------------------------------------------------------------------------------- */

/*
 * What still comes is handled: the actors have ended, so messages become dead letters.  A push that
 * finds the node closed makes one of its message itself, so none is lost between the two.
 */
static void
close_queue (ThespianNode *self)
{
  ThespianEnvelope *nothing;

  do
    {
      while (start_next_cell (self) || handle_next_envelope (self))
        ;
      nothing = NULL;
    }
  while (!__atomic_compare_exchange_n (&self->inbound, &nothing, &inbound_closed, FALSE, __ATOMIC_ACQ_REL,
                                       __ATOMIC_RELAXED));
}

/* Answers that are on their way to callbacks in the context still get there. */
static void
run_last_callbacks (ThespianNode *self)
{
  for (guint n = 0; n < MAX_LAST_CALLBACKS && g_main_context_iteration (self->context, FALSE); n++)
    ;
}

/*
 * The node lets its context go, with whatever sources are left there: they may hold actors, whose
 * cells hold the node.
 */
static void
drop_context (ThespianNode *self)
{
  GMainContext *context;

  g_source_destroy (self->source);
  g_mutex_lock (&self->lock);
  g_clear_pointer (&self->source, g_source_unref);
  context = g_steal_pointer (&self->context);
  g_mutex_unlock (&self->lock);
  g_main_context_unref (context);
}

static void
close_node (ThespianNode *self)
{
  ThespianAdminFace *admin = self->admin;

  g_atomic_int_set (&self->phase, THESPIAN_NODE_CLOSING);
  run_last_callbacks (self);
  close_queue (self);
  if (self->nested != NULL)
    {
      g_source_destroy (self->nested);
      g_clear_pointer (&self->nested, g_source_unref);
    }
  drop_context (self);
  g_atomic_int_set (&self->phase, THESPIAN_NODE_CLOSED);
  admin->ops->node_closed (admin);
}

void
thespian_node_close_if_dismissed (ThespianNode *self)
{
  if (G_UNLIKELY (is_dismissed (self)))
    close_node (self);
}

void
thespian_node_dismiss (ThespianNode *self)
{
  gint running = THESPIAN_NODE_RUNNING;

  if (__atomic_compare_exchange_n (&self->phase, &running, THESPIAN_NODE_DISMISSED, FALSE, __ATOMIC_SEQ_CST,
                                   __ATOMIC_SEQ_CST))
    thespian_node_wake (self);
}

gboolean
thespian_node_is_closed (ThespianNode *self)
{
  return g_atomic_int_get (&self->phase) == THESPIAN_NODE_CLOSED;
}

/* Not to be called on the node's own thread. */
void
thespian_node_join (ThespianNode *self)
{
  if (self->thread == NULL)
    return;
  /* an attendant may still take the place of the driver, and is known there by this */
  g_thread_join (self->thread);
  g_mutex_lock (&self->lock);
  self->thread = NULL;
  g_mutex_unlock (&self->lock);
}

void
thespian_node_wake (ThespianNode *self)
{
  g_mutex_lock (&self->lock);
  if (self->context != NULL)
    g_main_context_wakeup (self->context);
  g_mutex_unlock (&self->lock);
}

/* --- The beginning --------------------------------------------------------------------------------- */

static gpointer
node_thread (gpointer data)
{
  ThespianNode *self = data;

  thespian_node_enter (self);
  while (!is_dismissed (self))
    g_main_context_iteration (self->context, TRUE);
  close_node (self);
  thespian_node_leave (self);
  thespian_node_unref (self);
  return NULL;
}

/* A node whose thread cannot be started closes at once, on the caller's. */
static gboolean
start_thread (ThespianNode *self,
              GError      **error)
{
  self->thread = g_thread_try_new (self->name, node_thread, thespian_node_ref (self), error);
  if (self->thread != NULL)
    return TRUE;
  close_node (self);
  thespian_node_unref (self);
  return FALSE;
}

gboolean
thespian_node_start (ThespianNode *self,
                     GError      **error)
{
  switch (self->kind)
    {
    case THESPIAN_NODE_THREAD:
      return start_thread (self, error);
    case THESPIAN_NODE_NESTED:
      self->home = g_thread_ref (g_thread_self ());
      self->nested = thespian_nested_source_new (self->context, thespian_node_enter_nested,
                                                 thespian_node_leave_nested, thespian_node_ref (self),
                                                 (GDestroyNotify) thespian_node_unref);
      g_source_attach (self->nested, g_main_context_get_thread_default ());
      return TRUE;
    case THESPIAN_NODE_ATTENDED:
      return thespian_node_start_attendant (self, error);
    case THESPIAN_NODE_INLINE:
    case THESPIAN_NODE_MAIN:
      return TRUE;
    default:
      g_assert_not_reached ();
    }
}

/* --- Other processes -------------------------------------------------------------------------------- */

static gboolean
is_for_io_alone (ThespianNode *self,
                 GPollFD      *fds,
                 guint         n_fds,
                 int           n_ready)
{
  if (n_ready != 1)
    return n_ready == 0;
  for (guint i = 0; i < n_fds; i++)
    if (fds[i].revents != 0)
      return fds[i].fd == self->io_fd;
  return FALSE;
}

static gboolean
needs_turn (ThespianNode *self)
{
  return !thespian_node_is_idle (self) || is_dismissed (self) || has_arrivals (self);
}

/*
 * A context has one function that polls, which knows of no node: it is the one that the thread runs.
 * What the last handlers have sent leaves here, so once for each turn of the loop.  What concerns the
 * transport alone, as acknowledgements do, is no reason for a turn.
 */
static int
poll_with_io (GPollFD *fds,
              guint    n_fds,
              int      timeout)
{
  ThespianNode *self = thespian_current_node;
  gboolean is_served;
  int n_ready;

  if (self == NULL || self->io == NULL)
    return g_poll (fds, n_fds, timeout);
  do
    {
      n_ready = thespian_poll (fds, n_fds, self->io->before_poll (self->io_data, timeout));
      is_served = is_for_io_alone (self, fds, n_fds, n_ready);
      if (is_served)
        self->io->serve (self->io_data, n_ready);
    }
  /* with a limit of time there is something else to be done then */
  while (is_served && timeout < 0 && !needs_turn (self));
  self->io->after_poll (self->io_data);
  return n_ready;
}

void
thespian_node_set_io (ThespianNode         *self,
                      const ThespianNodeIo *io,
                      gpointer              io_data,
                      int                   fd)
{
  self->io = io;
  self->io_data = io_data;
  self->io_fd = fd;
  self->io_tag = g_source_add_unix_fd (self->source, fd, G_IO_IN);
  /*
   * GLib takes the descriptors of a source that cannot recurse out of the poll while it is
   * dispatched, at the price of three system calls.  This one sees to it itself.
   */
  g_source_set_can_recurse (self->source, TRUE);
  g_main_context_set_poll_func (self->context, poll_with_io);
}

void
thespian_node_run (ThespianNode *self)
{
  thespian_node_enter (self);
  /* before it is looked for what has come: so the first words of the process leave together */
  self->is_dispatching = TRUE;
  drain (self);
  self->is_dispatching = FALSE;
  while (!is_dismissed (self))
    g_main_context_iteration (self->context, TRUE);
  close_node (self);
  thespian_node_leave (self);
}
