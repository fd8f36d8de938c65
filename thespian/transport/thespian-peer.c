/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "transport/thespian-attendant-private.h"

#include "log/thespian-internals-log-private.h"
#include "model/thespian-error.h"
#include "model/thespian-value-private.h"

#include <string.h>

/* So many messages that were handled are told of at once; fewer can wait for something to go with. */
#define MAX_UNTOLD 128
#define UNTOLD_WHEN_WANTED 64
/* Control frames. */
#define MAX_UNTOLD_CONTROLS 16
/* While so much does not leave, what is handled is told of together later. */
#define MAX_NOTES (64 * 1024)

/* --- What has come for one target ---------------------------------------------------------------------- */

static ThespianInbound *
inbound_ref (ThespianInbound *self)
{
  __atomic_add_fetch (&self->ref_count, 1, __ATOMIC_RELAXED);
  return self;
}

void
thespian_inbound_unref (ThespianInbound *self)
{
  if (__atomic_sub_fetch (&self->ref_count, 1, __ATOMIC_ACQ_REL) == 0)
    g_slice_free (ThespianInbound, self);
}

static void
add_to_acks_locked (ThespianPeer *peer)
{
  ThespianExchange *exchange = peer->exchange;

  if (peer->is_with_acks)
    return;
  peer->is_with_acks = TRUE;
  peer->next_with_acks = exchange->peers_with_acks;
  exchange->peers_with_acks = peer;
  __atomic_store_n (&exchange->has_acks, TRUE, __ATOMIC_RELEASE);
}

/* It goes with whatever else goes there. */
static void
let_ack_go_along_locked (ThespianInbound *self)
{
  if (self->is_ack_listed)
    return;
  self->is_ack_listed = TRUE;
  self->next_due = self->peer->acks_due;
  self->peer->acks_due = inbound_ref (self);
}

/* The same, or a little later by itself; at once when it is @urgent. */
static void
set_ack_due_locked (ThespianInbound *self,
                    gboolean         urgent)
{
  if (self->peer->is_gone)
    return;
  let_ack_go_along_locked (self);
  __atomic_store_n (&self->is_ack_due, TRUE, __ATOMIC_RELEASE);
  if (urgent)
    {
      __atomic_store_n (&self->is_ack_urgent, TRUE, __ATOMIC_RELAXED);
      thespian_peer_set_dirty_locked (self->peer);
    }
  else
    add_to_acks_locked (self->peer);
}

void
thespian_exchange_hurry_acks_locked (ThespianExchange *self)
{
  __atomic_store_n (&self->has_acks, FALSE, __ATOMIC_RELEASE);
  while (self->peers_with_acks != NULL)
    {
      ThespianPeer *peer = self->peers_with_acks;

      self->peers_with_acks = peer->next_with_acks;
      peer->is_with_acks = FALSE;
      if (peer->acks_due != NULL || peer->notes.length > 0)
        thespian_peer_set_dirty_locked (peer);
    }
}

static void
inbound_begin (ThespianOrigin *origin)
{
  ThespianInbound *self = (ThespianInbound *) origin;

  if (self->slot != NULL)
    __atomic_store_n (&self->slot->begun, self->handled + 1, __ATOMIC_RELEASE);
}

static void
inbound_end (ThespianOrigin *origin,
             gboolean        is_last)
{
  ThespianInbound *self = (ThespianInbound *) origin;
  guint64 handled = self->handled + 1;
  gboolean urgent, is_wanted;

  if (self->slot != NULL)
    __atomic_store_n (&self->slot->handled, handled, __ATOMIC_RELEASE);
  /*
   * The last one of those that wait is there before it is looked whether an acknowledgement is due, which the
   * attendant may just be writing.  What comes before the last is looked after by the next; such order is not cheap.
   */
  if (is_last)
    __atomic_store_n (&self->handled, handled, __ATOMIC_SEQ_CST);
  else
    __atomic_store_n (&self->handled, handled, __ATOMIC_RELEASE);
  is_wanted = __atomic_load_n (&self->wants_ack, __ATOMIC_RELAXED);
  urgent = handled - __atomic_load_n (&self->told, __ATOMIC_RELAXED) == MAX_UNTOLD ||
           (is_wanted &&
            (handled % UNTOLD_WHEN_WANTED == 0 || !__atomic_load_n (&self->is_ack_urgent, __ATOMIC_RELAXED)));
  if (urgent || !__atomic_load_n (&self->is_ack_due, __ATOMIC_SEQ_CST))
    {
      g_mutex_lock (&self->peer->exchange->lock);
      set_ack_due_locked (self, urgent);
      g_mutex_unlock (&self->peer->exchange->lock);
    }
  if (is_last)
    thespian_inbound_unref (self);
}

/* One reference is for all of them that wait. */
void
thespian_inbound_bring (ThespianInbound     *self,
                        ThespianCell        *cell,
                        ThespianEnvelopeKind kind,
                        GValue              *value,
                        ThespianAddress     *sender)
{
  if (self->origin.n_envelopes == 0)
    inbound_ref (self);
  thespian_cell_bring (cell, kind, value, sender, &self->origin);
}

/* Of nobody but actors the admin wants to know what has become of their messages. */
static void
enter_in_journal_locked (ThespianInbound *self)
{
  ThespianJournal *journal = self->peer->exchange->journal;

  if (self->slot != NULL || journal == NULL)
    return;
  self->slot = thespian_journal_claim (journal, self->peer->node_id, self->target.actor_id);
  if (self->slot != NULL)
    __atomic_store_n (&self->slot->handled, self->handled, __ATOMIC_RELEASE);
}

static void
leave_journal_locked (ThespianInbound *self)
{
  if (self->slot != NULL)
    thespian_journal_release (self->peer->exchange->journal, g_steal_pointer (&self->slot));
}

/* The sender is done with it; but nobody else must be using it. */
static void
drop_if_forgotten_locked (ThespianInbound *self)
{
  if (!self->is_forgotten || __atomic_load_n (&self->ref_count, __ATOMIC_ACQUIRE) > 1)
    return;
  leave_journal_locked (self);
  if (self->peer->last_inbound == self)
    self->peer->last_inbound = NULL;
  g_hash_table_remove (self->peer->inbounds, &self->target);
}

static ThespianInbound *
ensure_inbound_locked (ThespianPeer        *peer,
                       const ThespianFrame *frame)
{
  ThespianInbound *self = peer->last_inbound;

  if (self != NULL && thespian_frame_address_equal (&self->target, &frame->target))
    return self;
  self = g_hash_table_lookup (peer->inbounds, &frame->target);
  if (self != NULL)
    {
      peer->last_inbound = self;
      return self;
    }
  self = g_slice_new0 (ThespianInbound);
  self->origin.begin = inbound_begin;
  self->origin.end = inbound_end;
  self->ref_count = 1;
  self->peer = peer;
  self->target = frame->target;
  g_hash_table_insert (peer->inbounds, &self->target, self);
  return self;
}

/* A datagram that was overtaken by one with which something was forgotten may repeat what that was; if it
 * does not it comes again. */
static gboolean
is_overtaken (ThespianInbound *self)
{
  ThespianPeer *peer = self->peer;

  return self->received == 0 && peer->datagram != 0 && peer->datagram < peer->forgotten_at;
}

/* Whether @frame is the next of its channel.  One that came before is acknowledged again. */
static gboolean
is_next_locked (ThespianInbound     *self,
                const ThespianFrame *frame)
{
  gboolean is_first = (frame->flags & THESPIAN_FRAME_FIRST) != 0 && frame->sequence > self->received;

  if (is_first && is_overtaken (self))
    return FALSE;
  if (is_first)
    {
      self->is_forgotten = FALSE;
      /* all that was sent to the target before was handled, else the sender would hold it still */
      __atomic_store_n (&self->handled, frame->sequence - 1, __ATOMIC_RELEASE);
      if (self->slot != NULL)
        __atomic_store_n (&self->slot->handled, frame->sequence - 1, __ATOMIC_RELEASE);
    }
  else if (frame->sequence != self->received + 1)
    {
      if (frame->sequence > self->received)
        self->missed_at = self->peer->datagram;
      set_ack_due_locked (self, TRUE);
      return FALSE;
    }
  self->received = frame->sequence;
  __atomic_store_n (&self->wants_ack, (frame->flags & THESPIAN_FRAME_WANTS_ACK) != 0, __ATOMIC_RELAXED);
  /* datagrams get lost, so the sender wants to know early what has come; one that ends waits for that */
  if (self->peer->datagram != 0)
    set_ack_due_locked (self, frame->kind == THESPIAN_FRAME_CHILD_EXITED);
  return TRUE;
}

/* --- Frames that come ------------------------------------------------------------------------------------ */

/* @address: (transfer full) (nullable) */
static void
keep_locked (ThespianPeer     *self,
             ThespianAddress **place,
             ThespianAddress  *address)
{
  if (*place != NULL)
    g_ptr_array_add (self->exchange->releases, *place);
  *place = address;
}

static gboolean
is_of (ThespianAddress            *address,
       const ThespianFrameAddress *id)
{
  return address != NULL && address->actor_id == id->actor_id && address->system_id == id->system_id;
}

/*
 * (transfer none): it is there for as long as the lock is held.  That of an endpoint is not kept for longer,
 * which would keep the endpoint too.
 */
static ThespianAddress *
find_target_locked (ThespianPeer        *self,
                    const ThespianFrame *frame)
{
  ThespianAddress *target;

  if (is_of (self->last_target, &frame->target))
    return self->last_target;
  target = thespian_address_find (frame->target.system_id, frame->target.actor_id);
  if (target == NULL)
    return NULL;
  if (thespian_port_to_cell (thespian_address_get_port (target)) != NULL)
    keep_locked (self, &self->last_target, target);
  else
    g_ptr_array_add (self->exchange->releases, target);
  return target;
}

/* (transfer none): the same. */
static ThespianAddress *
find_sender_locked (ThespianPeer        *self,
                   const ThespianFrame *frame)
{
  ThespianAddress *sender = self->last_sender;

  if (!is_of (sender, &frame->sender))
    {
      sender = thespian_address_find_or_create (frame->sender.system_id, frame->sender.actor_id);
      keep_locked (self, &self->last_sender, sender);
      /* the way back is known, and need not be asked for */
      if ((frame->flags & THESPIAN_FRAME_FROM_HERE) != 0 && sender->system_id == self->exchange->face->system_id)
        {
          ThespianChannel *channel =
              thespian_port_to_channel (thespian_channel_open_locked (self->exchange, sender));

          if (channel != NULL)
            thespian_channel_route_locked (channel, self);
        }
    }
  return sender;
}

static void
note_state_locked (ThespianPeer               *self,
                   ThespianFrameKind           kind,
                   const ThespianFrameAddress *target,
                   guint64                     missed_at,
                   guint64                     received,
                   guint64                     handled)
{
  guint64 body[2] = { GUINT64_TO_LE (received), GUINT64_TO_LE (handled) };
  ThespianFrame frame = {
    .kind = (guint8) kind,
    .sequence = missed_at,
    .target = *target,
    .body = (const guint8 *) body,
    .body_length = sizeof body,
  };

  thespian_peer_note_locked (self, &frame);
}

/*
 * Of what had come before all was handled, since that would have kept the target here.  The sender is
 * told how much that was: it may not have had an acknowledgement yet.
 */
static void
refuse_locked (ThespianPeer        *self,
               const ThespianFrame *frame)
{
  ThespianInbound *inbound = g_hash_table_lookup (self->inbounds, &frame->target);
  guint64 handled = inbound != NULL ? __atomic_load_n (&inbound->handled, __ATOMIC_ACQUIRE) : 0;

  note_state_locked (self, THESPIAN_FRAME_GONE, &frame->target, 0, handled, handled);
}

static const ThespianEnvelopeKind envelope_kinds[] = {
  [THESPIAN_FRAME_MESSAGE] = THESPIAN_ENVELOPE_MESSAGE,
  [THESPIAN_FRAME_EXIT] = THESPIAN_ENVELOPE_EXIT,
  [THESPIAN_FRAME_EXIT_ORDER] = THESPIAN_ENVELOPE_EXIT_ORDER,
  [THESPIAN_FRAME_CHILD_EXITED] = THESPIAN_ENVELOPE_CHILD_EXITED,
  [THESPIAN_FRAME_STATUS] = THESPIAN_ENVELOPE_MESSAGE,
  [THESPIAN_FRAME_UNDELIVERABLE] = THESPIAN_ENVELOPE_NOTHING,
};

static gboolean
read_body (const ThespianFrame *frame,
           GBytes              *backing,
           GValue              *value,
           GError             **error)
{
  return (frame->body_length == 0 &&
          (frame->kind == THESPIAN_FRAME_CHILD_EXITED || frame->kind == THESPIAN_FRAME_UNDELIVERABLE)) ||
         thespian_body_read_lazily (backing, frame->body, frame->body_length, value, error);
}

/*
 * A message that cannot be understood goes back to who sent it, as the bytes that it is; the link is
 * as good as before.
 */
static void
return_unreadable_locked (ThespianPeer        *self,
                          const ThespianFrame *frame,
                          const GError        *reason)
{
  g_auto (ThespianBuffer) bytes = THESPIAN_BUFFER_INIT;
  g_auto (GValue) value = G_VALUE_INIT;

  thespian_internals_log (G_LOG_LEVEL_WARNING, "A message that cannot be understood goes back to its sender: %s",
                          reason->message);
  g_value_init (&value, G_TYPE_BYTES);
  g_value_take_boxed (&value, g_bytes_new (frame->body, frame->body_length));
  if (thespian_body_write (&bytes, &value, NULL))
    thespian_exchange_send_poison_locked (self->exchange, &frame->sender, &frame->target, bytes.data, bytes.length,
                                          reason->message);
}

/* On the node's own thread, with nothing put aside before, a cell gets its message at once. */
static void
deliver_locked (ThespianPeer        *self,
                ThespianInbound     *inbound,
                const ThespianFrame *frame,
                ThespianAddress     *target,
                ThespianPort        *port,
                GBytes              *backing)
{
  ThespianEnvelopeKind kind = envelope_kinds[frame->kind];
  ThespianExchange *exchange = self->exchange;
  ThespianCell *cell = thespian_port_to_cell (port);
  g_autoptr (GError) error = NULL;
  GValue value = G_VALUE_INIT;

  if ((frame->kind == THESPIAN_FRAME_EXIT || frame->kind == THESPIAN_FRAME_EXIT_ORDER) && exchange->attendant != NULL)
    thespian_attendant_expect_end (exchange->attendant);
  if (!read_body (frame, backing, &value, &error))
    {
      return_unreadable_locked (self, frame, error);
      inbound_ref (inbound);
      thespian_exchange_arrive_locked (exchange, THESPIAN_ARRIVAL_NOTHING, g_object_ref (target), kind, &value,
                                       g_object_ref (find_sender_locked (self, frame)), inbound);
    }
  else if (frame->kind == THESPIAN_FRAME_UNDELIVERABLE)
    thespian_exchange_arrive_locked (exchange, THESPIAN_ARRIVAL_UNDELIVERABLE, g_object_ref (target), kind, &value,
                                     g_object_ref (find_sender_locked (self, frame)), inbound_ref (inbound));
  else if (frame->kind == THESPIAN_FRAME_STATUS)
    thespian_exchange_arrive_locked (exchange, THESPIAN_ARRIVAL_QUESTION, g_object_ref (target), kind, &value,
                                     g_object_ref (find_sender_locked (self, frame)), inbound_ref (inbound));
  else if (cell != NULL && exchange->arrivals == NULL && thespian_exchange_is_on_node (exchange))
    thespian_inbound_bring (inbound, cell, kind, &value, find_sender_locked (self, frame));
  else
    thespian_exchange_arrive_locked (exchange, THESPIAN_ARRIVAL_MESSAGE, g_object_ref (target), kind, &value,
                                     g_object_ref (find_sender_locked (self, frame)), inbound_ref (inbound));
}

static gboolean
receive_message_locked (ThespianPeer        *self,
                        const ThespianFrame *frame,
                        GBytes              *backing)
{
  ThespianAddress *target = find_target_locked (self, frame);
  ThespianPort *port = target != NULL ? thespian_address_get_port (target) : NULL;

  if (port == NULL || thespian_port_to_channel (port) != NULL)
    refuse_locked (self, frame);
  else
    {
      ThespianInbound *inbound = ensure_inbound_locked (self, frame);

      if (thespian_port_to_cell (port) != NULL)
        enter_in_journal_locked (inbound);
      if (is_next_locked (inbound, frame))
        deliver_locked (self, inbound, frame, target, port, backing);
    }
  return TRUE;
}

/* Nobody waits to hear of a few, which the sender can keep until something else goes there. */
static gboolean
can_ack_wait (ThespianInbound *self)
{
  return !self->peer->is_gone && !__atomic_load_n (&self->wants_ack, __ATOMIC_RELAXED) &&
         self->handled - __atomic_load_n (&self->told, __ATOMIC_RELAXED) < MAX_UNTOLD_CONTROLS;
}

static gboolean
receive_control_locked (ThespianPeer        *self,
                        const ThespianFrame *frame)
{
  ThespianInbound *inbound = ensure_inbound_locked (self, frame);

  if (!is_next_locked (inbound, frame))
    return TRUE;
  __atomic_store_n (&inbound->handled, frame->sequence, __ATOMIC_RELEASE);
  if (can_ack_wait (inbound))
    let_ack_go_along_locked (inbound);
  else
    set_ack_due_locked (inbound, FALSE);
  self->exchange->ops->control (self->exchange->owner, self, frame);
  return TRUE;
}

static gboolean
receive_state_locked (ThespianPeer        *self,
                      const ThespianFrame *frame,
                      GError             **error)
{
  ThespianChannel *channel = thespian_channel_find_locked (self->exchange, &frame->target);
  guint64 body[2];

  if (frame->body_length != sizeof body)
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
                   "An acknowledgement of %" G_GSIZE_FORMAT " bytes is none", frame->body_length);
      return FALSE;
    }
  memcpy (body, frame->body, sizeof body);
  if (channel == NULL || channel->peer != self)
    return TRUE;
  if (frame->kind == THESPIAN_FRAME_GONE)
    {
      thespian_channel_die_locked (channel, &(ThespianObituary){ .handled = GUINT64_FROM_LE (body[1]) });
      thespian_peer_forget_target_locked (self, &channel->id, channel->last);
      return TRUE;
    }
  thespian_channel_acknowledge_locked (channel, GUINT64_FROM_LE (body[0]), GUINT64_FROM_LE (body[1]));
  if (frame->sequence != 0)
    thespian_channel_miss_locked (channel, frame->sequence - 1);
  return TRUE;
}

static void
answer_asking_locked (ThespianPeer        *self,
                      const ThespianFrame *frame)
{
  ThespianInbound *inbound = g_hash_table_lookup (self->inbounds, &frame->target);

  if (inbound != NULL)
    set_ack_due_locked (inbound, TRUE);
}

static void
forget_locked (ThespianPeer        *self,
               const ThespianFrame *frame)
{
  ThespianInbound *inbound = g_hash_table_lookup (self->inbounds, &frame->target);

  if (inbound == NULL || inbound->received > frame->sequence)
    return;
  inbound->is_forgotten = TRUE;
  self->forgotten_at = MAX (self->forgotten_at, self->datagram);
  drop_if_forgotten_locked (inbound);
}

/* The peer has told what it has: what it has not is sent again. */
static void
resume_locked (ThespianPeer *self)
{
  self->is_resuming = FALSE;
  for (guint i = 0; i < self->channels->len; i++)
    {
      ThespianChannel *channel = g_ptr_array_index (self->channels, i);

      thespian_channel_rewind_locked (channel, channel->received);
    }
  /* channels that were ready all the time have waited for this */
  thespian_peer_set_dirty_locked (self);
}

gboolean
thespian_peer_receive_locked (ThespianPeer        *self,
                              const ThespianFrame *frame,
                              GBytes              *backing,
                              GError             **error)
{
  switch (frame->kind)
    {
    case THESPIAN_FRAME_MESSAGE:
    case THESPIAN_FRAME_EXIT:
    case THESPIAN_FRAME_EXIT_ORDER:
    case THESPIAN_FRAME_CHILD_EXITED:
    case THESPIAN_FRAME_STATUS:
    case THESPIAN_FRAME_UNDELIVERABLE:
      return receive_message_locked (self, frame, backing);
    case THESPIAN_FRAME_ACK:
    case THESPIAN_FRAME_GONE:
      return receive_state_locked (self, frame, error);
    case THESPIAN_FRAME_PROBE:
      thespian_channel_receive_probe_locked (self->exchange, frame);
      return TRUE;
    case THESPIAN_FRAME_ASK:
      answer_asking_locked (self, frame);
      return TRUE;
    case THESPIAN_FRAME_FORGET:
      forget_locked (self, frame);
      return TRUE;
    case THESPIAN_FRAME_RESUME:
      resume_locked (self);
      return TRUE;
    default:
      break;
    }
  if (frame->kind >= THESPIAN_FRAME_CONTROL)
    return receive_control_locked (self, frame);
  if (frame->kind >= THESPIAN_FRAME_NOTE)
    {
      self->exchange->ops->control (self->exchange->owner, self, frame);
      return TRUE;
    }
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT, "There are no frames of kind %u", frame->kind);
  return FALSE;
}

/* --- Frames that go ---------------------------------------------------------------------------------------- */

void
thespian_peer_set_dirty_locked (ThespianPeer *self)
{
  /* even where it is dirty already: it may have been left so because its link was blocked */
  __atomic_store_n (&self->exchange->is_dirty, TRUE, __ATOMIC_RELEASE);
  if (self->is_dirty)
    return;
  self->is_dirty = TRUE;
  self->next_dirty = self->exchange->dirty_peers;
  self->exchange->dirty_peers = self;
}

static void
append_note (ThespianPeer  *self,
             ThespianFrame *frame)
{
  gsize length = self->notes.length;

  thespian_frame_write_header (frame, thespian_buffer_extend (&self->notes, THESPIAN_FRAME_HEADER_SIZE));
  thespian_buffer_append (&self->notes, frame->body, frame->body_length);
  length = frame->length - (self->notes.length - length);
  memset (thespian_buffer_extend (&self->notes, length), 0, length);
}

void
thespian_peer_note_locked (ThespianPeer  *self,
                           ThespianFrame *frame)
{
  if (self->link == NULL)
    return;
  append_note (self, frame);
  thespian_peer_set_dirty_locked (self);
}

/* Nobody waits for it: it goes when something else does, or a little later. */
void
thespian_peer_forget_target_locked (ThespianPeer               *self,
                                    const ThespianFrameAddress *target,
                                    guint64                     last)
{
  ThespianFrame frame = { .kind = THESPIAN_FRAME_FORGET, .sequence = last, .target = *target };

  if (self->link == NULL)
    return;
  append_note (self, &frame);
  add_to_acks_locked (self);
}

static void
write_acks_locked (ThespianPeer *self,
                   gsize         max_notes)
{
  while (self->acks_due != NULL && self->notes.length < max_notes)
    {
      ThespianInbound *inbound = self->acks_due;
      guint64 handled;

      self->acks_due = inbound->next_due;
      inbound->is_ack_listed = FALSE;
      __atomic_store_n (&inbound->is_ack_urgent, FALSE, __ATOMIC_RELAXED);
      __atomic_store_n (&inbound->is_ack_due, FALSE, __ATOMIC_SEQ_CST);
      handled = __atomic_load_n (&inbound->handled, __ATOMIC_SEQ_CST);
      __atomic_store_n (&inbound->told, handled, __ATOMIC_RELAXED);
      note_state_locked (self, THESPIAN_FRAME_ACK, &inbound->target, inbound->missed_at, inbound->received, handled);
      inbound->missed_at = 0;
      /* the table has it still */
      thespian_inbound_unref (inbound);
      drop_if_forgotten_locked (inbound);
    }
}

gboolean
thespian_peer_write_acks_locked (ThespianPeer *self)
{
  write_acks_locked (self, MAX_NOTES);
  return self->acks_due == NULL;
}

gboolean
thespian_peer_is_blocked_locked (ThespianPeer *self)
{
  ThespianChannel *channel = self->link != NULL ? self->first_ready : NULL;

  while (channel != NULL && channel->sent >= channel->urgent)
    channel = channel->next_ready;
  return channel != NULL;
}

/* --- The link ------------------------------------------------------------------------------------------------ */

/* The other side shall know what has come before it sends anything. */
static void
tell_all_locked (ThespianPeer *self)
{
  ThespianFrame frame = { .kind = THESPIAN_FRAME_RESUME };
  GHashTableIter iter;
  gpointer inbound;

  g_hash_table_iter_init (&iter, self->inbounds);
  while (g_hash_table_iter_next (&iter, NULL, &inbound))
    set_ack_due_locked (inbound, TRUE);
  write_acks_locked (self, G_MAXSIZE);
  thespian_peer_note_locked (self, &frame);
}

/* @resumes: there was a link before, so either side may have sent what the other does not have. */
void
thespian_peer_set_link_locked (ThespianPeer *self,
                               ThespianLink *link,
                               gboolean      resumes)
{
  g_clear_pointer (&self->link, thespian_link_free);
  self->notes.length = 0;
  self->link = link;
  self->is_resuming = resumes;
  if (resumes)
    tell_all_locked (self);
  thespian_peer_set_dirty_locked (self);
}

void
thespian_peer_lose_link_locked (ThespianPeer *self,
                                const char   *reason)
{
  g_clear_pointer (&self->link, thespian_link_free);
  self->notes.length = 0;
  self->exchange->ops->link_lost (self->exchange->owner, self, reason);
}

/* --- Life -------------------------------------------------------------------------------------------------------- */

ThespianPeer *
thespian_peer_find_locked (ThespianExchange *exchange,
                           guint64           node_id)
{
  return g_hash_table_lookup (exchange->peers, &node_id);
}

ThespianPeer *
thespian_peer_ensure_locked (ThespianExchange *exchange,
                             guint64           node_id)
{
  ThespianPeer *self = thespian_peer_find_locked (exchange, node_id);

  if (self != NULL)
    return self;
  self = g_new0 (ThespianPeer, 1);
  self->exchange = exchange;
  self->node_id = node_id;
  self->inbounds = thespian_frame_address_table_new ((GDestroyNotify) thespian_inbound_unref);
  self->channels = g_ptr_array_new ();
  self->last_ready = &self->first_ready;
  g_hash_table_insert (exchange->peers, &self->node_id, self);
  return self;
}

static void
drop_acks_locked (ThespianPeer *self)
{
  while (self->acks_due != NULL)
    {
      ThespianInbound *inbound = self->acks_due;

      self->acks_due = inbound->next_due;
      thespian_inbound_unref (inbound);
    }
}

static gboolean
is_referred_to (ThespianPeer *self)
{
  GHashTableIter iter;
  gpointer inbound;

  if (self->is_dirty || self->is_with_acks)
    return TRUE;
  g_hash_table_iter_init (&iter, self->inbounds);
  while (g_hash_table_iter_next (&iter, NULL, &inbound))
    if (__atomic_load_n (&((ThespianInbound *) inbound)->ref_count, __ATOMIC_ACQUIRE) > 1)
      return TRUE;
  return FALSE;
}

static void
forget_addresses_locked (ThespianPeer *self)
{
  keep_locked (self, &self->last_sender, NULL);
  keep_locked (self, &self->last_target, NULL);
}

/* What has come from one that is gone, and is not handled yet, still refers to it. */
void
thespian_peer_remove_locked (ThespianPeer *self)
{
  ThespianExchange *exchange = self->exchange;

  if (self->is_gone)
    return;
  self->is_gone = TRUE;
  g_clear_pointer (&self->link, thespian_link_free);
  drop_acks_locked (self);
  while (self->channels->len > 0)
    thespian_channel_unroute_locked (g_ptr_array_index (self->channels, self->channels->len - 1));
  forget_addresses_locked (self);
  g_hash_table_steal (exchange->peers, &self->node_id);
  g_ptr_array_add (exchange->gone_peers, self);
  for (guint i = exchange->gone_peers->len; i > 0; i--)
    if (!is_referred_to (g_ptr_array_index (exchange->gone_peers, i - 1)))
      g_ptr_array_remove_index_fast (exchange->gone_peers, i - 1);
}

void
thespian_peer_abandon_locked (ThespianPeer *self)
{
  g_clear_pointer (&self->link, thespian_link_free);
  forget_addresses_locked (self);
}

/* When the exchange goes; no channel leads here any more. */
void
thespian_peer_free (ThespianPeer *self)
{
  GHashTableIter iter;
  gpointer inbound;

  g_clear_pointer (&self->link, thespian_link_free);
  drop_acks_locked (self);
  g_hash_table_iter_init (&iter, self->inbounds);
  while (g_hash_table_iter_next (&iter, NULL, &inbound))
    leave_journal_locked (inbound);
  g_hash_table_unref (self->inbounds);
  g_ptr_array_unref (self->channels);
  thespian_buffer_clear (&self->notes);
  g_clear_object (&self->last_sender);
  g_clear_object (&self->last_target);
  g_free (self);
}
