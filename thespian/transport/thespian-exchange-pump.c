/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Moving: bytes between links and channels, and arrivals to those they are for. */

#include "config.h"

#include "transport/thespian-attendant-private.h"

#include "model/thespian-value-private.h"
#include "runtime/thespian-poll-private.h"

#include <sys/epoll.h>

#define MAX_EVENTS 64
/* After so many the kernel is asked who else has something. */
#define MAX_GUESSES 16
/* How long an acknowledgement waits for something to go with, in milliseconds. */
#define ACK_DELAY 4
#define LINGER_POLL_MILLISECONDS 100

/* --- Out ----------------------------------------------------------------------------------------------- */

void
thespian_exchange_flush_peer_locked (ThespianPeer *peer)
{
  gboolean is_all_told;

  if (peer->link == NULL)
    return;
  do
    {
      is_all_told = thespian_peer_write_acks_locked (peer);
      /* One that cannot be written to any more is found broken when all was read that it still brings. */
      if (!peer->is_resuming)
        thespian_link_flush_locked (peer->link);
      else
        thespian_link_flush_notes_locked (peer->link);
    }
  while (!is_all_told && peer->notes.length == 0);
}

void
thespian_exchange_flush_locked (ThespianExchange *self)
{
  if (__atomic_load_n (&self->wants_flush, __ATOMIC_ACQUIRE))
    {
      __atomic_store_n (&self->wants_flush, FALSE, __ATOMIC_SEQ_CST);
      self->ops->before_flush (self->owner);
    }
  if (self->first_peer != NULL && (self->first_peer->is_dirty || self->first_peer->first_ready != NULL))
    {
      thespian_exchange_flush_peer_locked (self->first_peer);
      /* it goes on when that link can be written to again */
      if (thespian_peer_is_blocked_locked (self->first_peer))
        {
          __atomic_store_n (&self->is_dirty, FALSE, __ATOMIC_RELEASE);
          return;
        }
    }
  while (self->dirty_peers != NULL)
    {
      ThespianPeer *peer = self->dirty_peers;

      self->dirty_peers = peer->next_dirty;
      thespian_exchange_flush_peer_locked (peer);
      peer->is_dirty = FALSE;
    }
  __atomic_store_n (&self->is_dirty, FALSE, __ATOMIC_RELEASE);
}

/* --- In ------------------------------------------------------------------------------------------------ */

/* Most often the next comes by the link that the last came by. */
static gboolean
guess_locked (ThespianExchange *self)
{
  guint n_reads = self->n_reads;

  if (self->closed || self->last_asked == NULL || ++self->n_guesses % MAX_GUESSES == 0)
    return FALSE;
  self->last_asked->ready (self->last_asked, EPOLLIN);
  return self->n_reads != n_reads;
}

gboolean
thespian_exchange_receive_from_all_locked (ThespianExchange *self)
{
  struct epoll_event events[MAX_EVENTS];
  int n = epoll_wait (self->epoll_fd, events, MAX_EVENTS, 0);

  self->receiving = events;
  self->n_receiving = MAX (n, 0);
  for (int i = 0; i < n && !self->closed; i++)
    {
      ThespianPolled *polled = events[i].data.ptr;

      /* it may have gone with what another one brought */
      if (polled == NULL)
        continue;
      self->last_asked = polled->can_be_asked ? polled : NULL;
      polled->ready (polled, events[i].events);
    }
  self->n_receiving = 0;
  return n > 0;
}

gboolean
thespian_exchange_receive_locked (ThespianExchange *self)
{
  return guess_locked (self) || thespian_exchange_receive_from_all_locked (self);
}

/* The attendant has to keep off: it would take what this thread is to be woken by. */
void
thespian_exchange_wait_locked (ThespianExchange *self,
                               int               milliseconds)
{
  GPollFD fd = { self->epoll_fd, G_IO_IN, 0 };

  thespian_exchange_hurry_acks_locked (self);
  thespian_exchange_flush_locked (self);
  thespian_exchange_unlock (self);
  if (self->attendant != NULL)
    thespian_attendant_rest (self->attendant);
  thespian_poll (&fd, 1, milliseconds);
  if (self->attendant != NULL)
    thespian_attendant_watch (self->attendant);
  g_mutex_lock (&self->lock);
  thespian_exchange_receive_locked (self);
}

static void
append_arrival_locked (ThespianExchange *self,
                       ThespianArrival  *arrival)
{
  *self->last_arrival = arrival;
  self->last_arrival = &arrival->next;
  __atomic_store_n (&self->has_arrivals, TRUE, __ATOMIC_RELEASE);
}

void
thespian_exchange_arrive_locked (ThespianExchange    *self,
                                 ThespianArrivalType  type,
                                 ThespianAddress     *target,
                                 ThespianEnvelopeKind kind,
                                 GValue              *value,
                                 ThespianAddress     *sender,
                                 ThespianInbound     *inbound)
{
  ThespianArrival *arrival = g_slice_new (ThespianArrival);

  arrival->next = NULL;
  arrival->type = (guint8) type;
  arrival->target = target;
  arrival->kind = (guint8) kind;
  arrival->value = *value;
  arrival->sender = sender;
  arrival->inbound = inbound;
  append_arrival_locked (self, arrival);
}

void
thespian_exchange_call_later_locked (ThespianExchange *self,
                                     void              (*call) (gpointer data),
                                     gpointer          data)
{
  ThespianArrival *arrival = g_slice_new0 (ThespianArrival);

  arrival->type = THESPIAN_ARRIVAL_CALL;
  arrival->call = call;
  arrival->call_data = data;
  append_arrival_locked (self, arrival);
}

void
thespian_arrival_free (ThespianArrival *arrival)
{
  thespian_value_clear (&arrival->value);
  g_clear_object (&arrival->target);
  g_clear_object (&arrival->sender);
  if (arrival->inbound != NULL)
    thespian_inbound_unref (arrival->inbound);
  g_slice_free (ThespianArrival, arrival);
}

static void
finish_inbound (ThespianArrival *arrival)
{
  ThespianInbound *inbound = g_steal_pointer (&arrival->inbound);

  if (inbound != NULL)
    inbound->origin.end (&inbound->origin, TRUE);
}

/* Messages count in their order, so this one does when those before it have been handled. */
static void
count_as_handled (ThespianArrival *arrival)
{
  ThespianCell *cell = thespian_port_to_cell (thespian_address_get_port (arrival->target));
  GValue nothing = G_VALUE_INIT;

  if (cell != NULL && arrival->inbound != NULL)
    thespian_inbound_bring (arrival->inbound, cell, THESPIAN_ENVELOPE_NOTHING, &nothing, arrival->sender);
  else
    finish_inbound (arrival);
}

/* An endpoint is done with a message when it has it. */
static void
bring_message (ThespianExchange *self,
               ThespianArrival  *arrival)
{
  ThespianPort *port = thespian_address_get_port (arrival->target);
  ThespianCell *cell = thespian_port_to_cell (port);

  if (cell != NULL)
    {
      if (arrival->inbound != NULL)
        thespian_inbound_bring (arrival->inbound, cell, (ThespianEnvelopeKind) arrival->kind, &arrival->value,
                                arrival->sender);
      else
        thespian_cell_bring (cell, (ThespianEnvelopeKind) arrival->kind, &arrival->value, arrival->sender, NULL);
      arrival->value = (GValue) G_VALUE_INIT;
      return;
    }
  if (port == NULL || !port->ops->deliver (port, &arrival->value, arrival->sender, NULL))
    thespian_dead_letter (self->face, arrival->target, &arrival->value, arrival->sender);
  finish_inbound (arrival);
}

static void
bring_one (ThespianExchange *self,
           ThespianArrival  *arrival)
{
  ThespianPort *port;

  switch ((ThespianArrivalType) arrival->type)
    {
    case THESPIAN_ARRIVAL_MESSAGE:
      bring_message (self, arrival);
      break;
    case THESPIAN_ARRIVAL_QUESTION:
      thespian_route (self->face, arrival->target, &arrival->value, arrival->sender, NULL);
      count_as_handled (arrival);
      break;
    case THESPIAN_ARRIVAL_UNDELIVERABLE:
      port = thespian_address_get_port (arrival->target);
      if (port->ops->undeliverable != NULL)
        port->ops->undeliverable (port, arrival->sender);
      count_as_handled (arrival);
      break;
    case THESPIAN_ARRIVAL_NOTHING:
      count_as_handled (arrival);
      break;
    case THESPIAN_ARRIVAL_CALL:
      arrival->call (arrival->call_data);
      break;
    default:
      g_assert_not_reached ();
    }
  thespian_arrival_free (arrival);
}

/* A question does not count as handled before its answer is on its way: the process may be about to end. */
static ThespianArrival *
steal_first (ThespianExchange *self)
{
  ThespianArrival *arrival;

  g_mutex_lock (&self->lock);
  while (self->answering != NULL && self->answering == self->arrivals)
    g_cond_wait (&self->answered, &self->lock);
  arrival = self->arrivals;
  if (arrival != NULL)
    self->arrivals = arrival->next;
  if (self->arrivals == NULL)
    {
      self->last_arrival = &self->arrivals;
      __atomic_store_n (&self->has_arrivals, FALSE, __ATOMIC_RELEASE);
    }
  thespian_exchange_unlock (self);
  return arrival;
}

void
thespian_exchange_bring (ThespianExchange *self)
{
  ThespianArrival *arrival;

  while (__atomic_load_n (&self->has_arrivals, __ATOMIC_ACQUIRE) && (arrival = steal_first (self)) != NULL)
    bring_one (self, arrival);
}

typedef struct
{
  ThespianAddress *target; /* (owned) */
  ThespianAddress *sender; /* (owned) */
  GValue value;
} Question;

static gboolean
steal_question (ThespianExchange *self,
                Question         *question)
{
  ThespianArrival *arrival;

  g_mutex_lock (&self->lock);
  for (arrival = self->arrivals; arrival != NULL && arrival->type != THESPIAN_ARRIVAL_QUESTION; arrival = arrival->next)
    ;
  if (arrival != NULL)
    {
      arrival->type = THESPIAN_ARRIVAL_NOTHING;
      self->answering = arrival;
      question->target = g_object_ref (arrival->target);
      question->sender = g_object_ref (arrival->sender);
      thespian_value_move_into (&arrival->value, &question->value);
    }
  thespian_exchange_unlock (self);
  return arrival != NULL;
}

static void
end_answer (ThespianExchange *self)
{
  g_mutex_lock (&self->lock);
  self->answering = NULL;
  g_cond_signal (&self->answered);
  g_mutex_unlock (&self->lock);
}

void
thespian_exchange_answer (ThespianExchange *self)
{
  Question question;

  while (__atomic_load_n (&self->has_arrivals, __ATOMIC_ACQUIRE) && steal_question (self, &question))
    {
      thespian_route (self->face, question.target, &question.value, question.sender, NULL);
      end_answer (self);
      g_object_unref (question.target);
      g_object_unref (question.sender);
    }
}

/* --- At the end ------------------------------------------------------------------------------------------ */

static gboolean
is_any_channel_waiting_locked (ThespianExchange *self)
{
  GHashTableIter iter;
  gpointer channel;

  g_hash_table_iter_init (&iter, self->channels);
  while (g_hash_table_iter_next (&iter, NULL, &channel))
    if (thespian_channel_is_waiting_locked (channel))
      return TRUE;
  return FALSE;
}

static gboolean
is_any_link_draining_locked (ThespianExchange *self)
{
  GHashTableIter iter;
  gpointer peer;

  g_hash_table_iter_init (&iter, self->peers);
  while (g_hash_table_iter_next (&iter, NULL, &peer))
    if (((ThespianPeer *) peer)->link != NULL && thespian_link_is_draining_locked (((ThespianPeer *) peer)->link))
      return TRUE;
  return FALSE;
}

gboolean
thespian_exchange_linger (ThespianExchange *self,
                          GTimeSpan         limit)
{
  gint64 deadline = g_get_monotonic_time () + limit;
  gboolean is_waiting;

  g_mutex_lock (&self->lock);
  thespian_exchange_flush_locked (self);
  while (((is_waiting = is_any_channel_waiting_locked (self)) || is_any_link_draining_locked (self)) && !self->closed &&
         g_get_monotonic_time () < deadline)
    {
      /*
       * Nothing tells when the other end's kernel has taken something, so that is looked at often.  And
       * the node's own thread may have taken what is waited for, just before this one sleeps.
       */
      thespian_exchange_wait_locked (self, is_waiting ? LINGER_POLL_MILLISECONDS : 1);
      thespian_exchange_flush_locked (self);
    }
  thespian_exchange_unlock (self);
  return !is_waiting;
}

/* To make dead letters of what waits in one channel may open another. */
static GPtrArray *
list_waiting_locked (ThespianExchange *self)
{
  GPtrArray *waiting = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer item;

  g_hash_table_iter_init (&iter, self->channels);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    {
      ThespianChannel *channel = item;

      if (thespian_channel_is_waiting_locked (channel) && channel->peer != self->first_peer)
        g_ptr_array_add (waiting, channel);
    }
  return waiting;
}

void
thespian_exchange_give_up (ThespianExchange *self)
{
  g_autoptr (GPtrArray) waiting = NULL;

  g_mutex_lock (&self->lock);
  waiting = list_waiting_locked (self);
  for (guint i = 0; i < waiting->len; i++)
    thespian_channel_give_up_locked (g_ptr_array_index (waiting, i));
  thespian_exchange_unlock (self);
}

/* What is in a stream the kernel delivers, though its sender is no more. */
gboolean
thespian_exchange_would_linger (ThespianExchange *self)
{
  gboolean would_linger;

  g_mutex_lock (&self->lock);
  would_linger = self->datagram_socket != NULL && !is_any_channel_waiting_locked (self);
  g_mutex_unlock (&self->lock);
  return would_linger;
}

/* --- For the node ---------------------------------------------------------------------------------------- */

static void
io_flush (gpointer io)
{
  ThespianExchange *self = io;

  if (!__atomic_load_n (&self->is_dirty, __ATOMIC_ACQUIRE) && !__atomic_load_n (&self->wants_flush, __ATOMIC_ACQUIRE))
    return;
  g_mutex_lock (&self->lock);
  thespian_exchange_flush_locked (self);
  thespian_exchange_unlock (self);
}

static int
io_before_poll (gpointer io,
                int      timeout)
{
  ThespianExchange *self = io;

  self->is_served = FALSE;
  io_flush (self);
  if (self->attendant != NULL)
    thespian_attendant_rest (self->attendant);
  if (__atomic_load_n (&self->has_arrivals, __ATOMIC_ACQUIRE))
    return 0;
  if (__atomic_load_n (&self->has_acks, __ATOMIC_ACQUIRE) && (timeout < 0 || timeout > ACK_DELAY))
    return ACK_DELAY;
  return timeout;
}

/*
 * Nothing has come to go with them.  It is looked once more: the process may have stood still since, and
 * what is written to one that has ended meanwhile makes the kernel drop what has not come yet.
 */
static void
send_acks (ThespianExchange *self)
{
  g_mutex_lock (&self->lock);
  thespian_exchange_receive_from_all_locked (self);
  thespian_exchange_hurry_acks_locked (self);
  thespian_exchange_flush_locked (self);
  thespian_exchange_unlock (self);
}

static void
receive (ThespianExchange *self)
{
  g_mutex_lock (&self->lock);
  thespian_exchange_receive_locked (self);
  thespian_exchange_unlock (self);
}

static void
io_serve (gpointer io,
          int      n_ready)
{
  ThespianExchange *self = io;

  if (n_ready > 0)
    receive (self);
  else if (__atomic_load_n (&self->has_acks, __ATOMIC_ACQUIRE))
    send_acks (self);
  self->is_served = n_ready > 0;
}

static void
io_after_poll (gpointer io)
{
  ThespianExchange *self = io;

  if (self->attendant != NULL)
    thespian_attendant_watch (self->attendant);
}

static void
io_pump (gpointer io)
{
  ThespianExchange *self = io;

  thespian_exchange_bring (self);
  if (self->is_served)
    self->is_served = FALSE;
  else
    receive (self);
  thespian_exchange_bring (self);
}

static gboolean
io_is_dirty (gpointer io)
{
  ThespianExchange *self = io;

  return __atomic_load_n (&self->is_dirty, __ATOMIC_ACQUIRE);
}

static gboolean
io_has_arrivals (gpointer io)
{
  ThespianExchange *self = io;

  return __atomic_load_n (&self->has_arrivals, __ATOMIC_ACQUIRE);
}

const ThespianNodeIo thespian_exchange_node_io = {
  .flush = io_flush,
  .before_poll = io_before_poll,
  .serve = io_serve,
  .after_poll = io_after_poll,
  .pump = io_pump,
  .is_dirty = io_is_dirty,
  .has_arrivals = io_has_arrivals,
};
