/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "transport/thespian-flight-private.h"

#include "model/thespian-poison-message-private.h"
#include "model/thespian-poison-message.h"
#include "model/thespian-system-message.h"
#include "model/thespian-value-private.h"

#include <string.h>

#define FIRST_CHUNK_SIZE 1024
#define CHUNK_SIZE (64 * 1024)
/* A frame of this size gets a chunk of its own, the memory that it was encoded in. */
#define OWN_CHUNK_SIZE (16 * 1024)
#define MAX_FREE_CHUNKS 16
/* What a dead envelope adds to a message, or a poison message with a short text. */
#define WRAPPING 1024

static const ThespianPortOps channel_port_ops;

ThespianChannel *
thespian_port_to_channel (ThespianPort *port)
{
  return port != NULL && port->ops == &channel_port_ops ? (ThespianChannel *) port : NULL;
}

static guint
frame_address_hash (gconstpointer key)
{
  const ThespianFrameAddress *address = key;

  return (guint) address->actor_id;
}

static gboolean
frame_address_equal (gconstpointer a,
                     gconstpointer b)
{
  return thespian_frame_address_equal (a, b);
}

GHashTable *
thespian_frame_address_table_new (GDestroyNotify free_value)
{
  return g_hash_table_new_full (frame_address_hash, frame_address_equal, NULL, free_value);
}

/* --- What is kept ------------------------------------------------------------------------------------ */

static ThespianChunk *
chunk_new_locked (ThespianExchange *exchange,
                  gsize             size)
{
  ThespianChunk *chunk = NULL;

  if (size == CHUNK_SIZE && exchange->free_chunks != NULL)
    {
      chunk = exchange->free_chunks;
      exchange->free_chunks = chunk->next;
      exchange->n_free_chunks--;
    }
  else
    {
      chunk = g_slice_new (ThespianChunk);
      chunk->data = g_malloc (size);
      chunk->size = size;
    }
  chunk->next = NULL;
  chunk->used = 0;
  return chunk;
}

void
thespian_chunk_free (ThespianChunk *chunk)
{
  g_free (chunk->data);
  g_slice_free (ThespianChunk, chunk);
}

static void
chunk_release_locked (ThespianExchange *exchange,
                      ThespianChunk    *chunk)
{
  if (chunk->size != CHUNK_SIZE || exchange->n_free_chunks >= MAX_FREE_CHUNKS)
    {
      thespian_chunk_free (chunk);
      return;
    }
  chunk->next = exchange->free_chunks;
  exchange->free_chunks = chunk;
  exchange->n_free_chunks++;
}

static void
add_chunk_locked (ThespianChannel *self,
                  ThespianChunk   *chunk)
{
  if (self->tail != NULL)
    self->tail->next = chunk;
  else
    {
      self->head = chunk;
      self->head_offset = 0;
    }
  self->tail = chunk;
}

/* The last chunk, with room for so much. */
static ThespianChunk *
make_room_locked (ThespianChannel *self,
                  gsize            length)
{
  ThespianChunk *tail = self->tail;

  if (tail == NULL || tail->size - tail->used < length)
    {
      gsize size = tail == NULL ? FIRST_CHUNK_SIZE : MIN (tail->size * 8, CHUNK_SIZE);

      tail = chunk_new_locked (self->exchange, length > size ? CHUNK_SIZE : size);
      add_chunk_locked (self, tail);
    }
  return tail;
}

static void
keep_copy_locked (ThespianChannel *self,
                  const guint8    *frame,
                  gsize            length)
{
  ThespianChunk *tail = make_room_locked (self, length);

  memcpy (tail->data + tail->used, frame, length);
  tail->used += length;
}

static void
keep_own_locked (ThespianChannel *self,
                 ThespianBuffer  *frame)
{
  ThespianChunk *chunk = g_slice_new (ThespianChunk);

  chunk->next = NULL;
  chunk->data = frame->data;
  chunk->size = chunk->used = frame->length;
  *frame = (ThespianBuffer) THESPIAN_BUFFER_INIT;
  add_chunk_locked (self, chunk);
}

/* Moves on from the end of a chunk to the next one. */
static void
skip_end (ThespianChunk **chunk,
          gsize          *offset)
{
  while (*chunk != NULL && *offset == (*chunk)->used && (*chunk)->next != NULL)
    {
      *chunk = (*chunk)->next;
      *offset = 0;
    }
}

/* --- Sending ------------------------------------------------------------------------------------------ */

void
thespian_channel_set_ready_locked (ThespianChannel *self)
{
  ThespianPeer *peer = self->peer;

  if (self->is_ready || self->sent == self->last || peer == NULL || self->state == THESPIAN_CHANNEL_DEAD)
    return;
  self->is_ready = TRUE;
  self->next_ready = NULL;
  *peer->last_ready = self;
  peer->last_ready = &self->next_ready;
  thespian_peer_set_dirty_locked (peer);
}

static void
set_unready_locked (ThespianChannel *self)
{
  ThespianChannel **link;

  if (!self->is_ready)
    return;
  for (link = &self->peer->first_ready; *link != self; link = &(*link)->next_ready)
    ;
  *link = self->next_ready;
  if (*link == NULL)
    self->peer->last_ready = link;
  self->is_ready = FALSE;
}

void
thespian_channel_yield_locked (ThespianChannel *self)
{
  ThespianPeer *peer = self->peer;

  if (!self->is_ready || self->next_ready == NULL)
    return;
  set_unready_locked (self);
  self->is_ready = TRUE;
  self->next_ready = NULL;
  *peer->last_ready = self;
  peer->last_ready = &self->next_ready;
}

/* The address is there while something is kept. */
static void
become_busy_locked (ThespianChannel *self)
{
  if (!self->is_idle)
    return;
  self->is_idle = FALSE;
  self->progress_at = g_get_monotonic_time ();
  g_object_ref (self->address);
  thespian_exchange_expect_expiry_locked (self->exchange);
}

static void
become_idle_locked (ThespianChannel *self)
{
  if (self->is_idle)
    return;
  self->is_idle = TRUE;
  g_ptr_array_add (self->exchange->releases, self->address);
}

/* Once the body is there: the header before it, and the padding behind it. */
static void
complete_locked (ThespianChannel *self,
                 ThespianFrame   *header,
                 ThespianBuffer  *frame)
{
  gsize padding;

  header->sequence = ++self->last;
  if (self->last == self->first)
    header->flags |= THESPIAN_FRAME_FIRST;
  if ((self->last - self->handled) * 2 >= self->exchange->limits.max_queued ||
      self->n_bytes * 2 >= MIN (self->exchange->limits.max_bytes, THESPIAN_CHANNEL_PACE_BYTES))
    header->flags |= THESPIAN_FRAME_WANTS_ACK;
  header->target = self->id;
  header->body_length = frame->length - THESPIAN_FRAME_HEADER_SIZE;
  thespian_frame_write_header (header, frame->data);
  padding = header->length - frame->length;
  memset (thespian_buffer_extend (frame, padding), 0, padding);
  become_busy_locked (self);
  self->n_bytes += frame->length;
}

/* What is kept now shall leave. */
static void
dispatch_locked (ThespianChannel *self)
{
  if (self->cursor == NULL)
    {
      self->cursor = self->head;
      self->cursor_offset = self->head_offset;
    }
  skip_end (&self->cursor, &self->cursor_offset);

  if (self->state == THESPIAN_CHANNEL_ROUTED)
    thespian_channel_set_ready_locked (self);
  else if (self->state == THESPIAN_CHANNEL_NEW)
    {
      self->state = THESPIAN_CHANNEL_ASKED;
      self->exchange->ops->find_route (self->exchange->owner, self);
    }
}

void
thespian_channel_append_locked (ThespianChannel *self,
                                ThespianFrame   *header,
                                ThespianBuffer  *frame)
{
  complete_locked (self, header, frame);
  if (frame->length >= OWN_CHUNK_SIZE)
    keep_own_locked (self, frame);
  else
    keep_copy_locked (self, frame->data, frame->length);
  dispatch_locked (self);
}

/* A short one, as most messages are. */
static void
append_text_locked (ThespianChannel *self,
                    ThespianFrame   *header,
                    const char      *text,
                    gsize            length)
{
  gsize room = thespian_frame_pad (THESPIAN_FRAME_HEADER_SIZE + THESPIAN_BODY_TEXT_SIZE (length));
  ThespianChunk *tail = make_room_locked (self, room);
  ThespianBuffer frame = { tail->data + tail->used, THESPIAN_FRAME_HEADER_SIZE, room };

  thespian_body_write_text (&frame, text, length);
  complete_locked (self, header, &frame);
  tail->used += frame.length;
  dispatch_locked (self);
}

gboolean
thespian_channel_peek_locked (ThespianChannel *self,
                              ThespianChunk   *after,
                              ThespianChunk  **ret_chunk,
                              const guint8   **ret_data,
                              gsize           *ret_length)
{
  ThespianChunk *chunk = after != NULL ? after->next : self->cursor;
  gsize offset = after != NULL ? 0 : self->cursor_offset;

  skip_end (&chunk, &offset);
  if (chunk == NULL || offset == chunk->used)
    return FALSE;
  *ret_chunk = chunk;
  *ret_data = chunk->data + offset;
  *ret_length = chunk->used - offset;
  return TRUE;
}

void
thespian_channel_consume_locked (ThespianChannel *self,
                                 gsize            n_bytes)
{
  while (n_bytes > 0)
    {
      gsize n;

      skip_end (&self->cursor, &self->cursor_offset);
      if (self->frame_left == 0)
        self->frame_left = thespian_frame_peek_length (self->cursor->data + self->cursor_offset);
      n = MIN (n_bytes, self->frame_left);
      self->cursor_offset += n;
      self->frame_left -= n;
      n_bytes -= n;
      if (self->frame_left == 0)
        self->sent++;
    }
  self->progress_at = g_get_monotonic_time ();
  if (self->sent == self->last)
    set_unready_locked (self);
}

/* --- Acknowledgement ------------------------------------------------------------------------------------ */

static gsize
step (ThespianChunk **chunk,
      gsize          *offset)
{
  gsize length;

  skip_end (chunk, offset);
  length = thespian_frame_peek_length ((*chunk)->data + *offset);
  *offset += length;
  return length;
}

static void
drop_all_locked (ThespianChannel *self)
{
  while (self->head != NULL)
    {
      ThespianChunk *next = self->head->next;

      chunk_release_locked (self->exchange, self->head);
      self->head = next;
    }
  self->tail = self->cursor = NULL;
  self->head_offset = self->cursor_offset = self->frame_left = 0;
  self->n_bytes = 0;
}

static void
drop_handled_locked (ThespianChannel *self,
                     guint64          handled)
{
  for (; self->handled < handled; self->handled++)
    {
      ThespianChunk *former = self->head;

      self->n_bytes -= step (&self->head, &self->head_offset);
      while (former != self->head)
        {
          ThespianChunk *next = former->next;

          if (self->cursor == former)
            {
              self->cursor = next;
              self->cursor_offset = 0;
            }
          chunk_release_locked (self->exchange, former);
          former = next;
        }
    }
  if (self->handled == self->last)
    drop_all_locked (self);
}

static void
wake_blocked_locked (ThespianChannel *self)
{
  if (!self->is_blocked || self->last - self->handled > self->exchange->limits.unblock ||
      self->n_bytes > self->exchange->limits.max_bytes / 5 * 4)
    return;
  self->is_blocked = FALSE;
  /* it is the node's own thread that waits otherwise, and to tell nobody is a system call too */
  if (self->exchange->n_awaiting_room > 0)
    g_cond_broadcast (&self->exchange->room);
}

/* What is about to be sent again has arrived after all. */
static void
skip_received_locked (ThespianChannel *self,
                      guint64          received)
{
  received = MIN (received, thespian_flight_get_highest (self->flight));
  if (received <= self->sent)
    return;
  for (; self->sent < received; self->sent++)
    step (&self->cursor, &self->cursor_offset);
  if (self->sent == self->last)
    set_unready_locked (self);
}

static gboolean
take_received_locked (ThespianChannel *self,
                      guint64          received)
{
  if (self->flight != NULL)
    skip_received_locked (self, received);
  received = MIN (received, self->sent);
  if (received <= self->received)
    return FALSE;
  self->received = received;
  return TRUE;
}

static gboolean
take_handled_locked (ThespianChannel *self,
                     guint64          handled)
{
  handled = MIN (handled, self->received);
  if (handled <= self->handled)
    return FALSE;
  self->progress_at = g_get_monotonic_time ();
  drop_handled_locked (self, handled);
  self->unpaced_bytes = 0;
  wake_blocked_locked (self);
  return TRUE;
}

void
thespian_channel_acknowledge_locked (ThespianChannel *self,
                                     guint64          received,
                                     guint64          handled)
{
  gboolean has_more = take_received_locked (self, received);

  if (!take_handled_locked (self, handled) && !has_more)
    return;
  if (self->flight != NULL)
    thespian_flight_check_locked (self->flight);
  if (self->handled == self->last)
    {
      g_clear_pointer (&self->flight, thespian_flight_free_locked);
      become_idle_locked (self);
    }
}

void
thespian_channel_miss_locked (ThespianChannel *self,
                              guint64          number)
{
  if (self->flight != NULL)
    thespian_flight_miss_locked (self->flight, number);
}

void
thespian_channel_rewind_locked (ThespianChannel *self,
                                guint64          received)
{
  ThespianChunk *chunk = self->head;
  gsize offset = self->head_offset;

  if (self->flight != NULL)
    thespian_flight_rewind_locked (self->flight);
  self->received = received = CLAMP (received, self->handled, self->sent);
  for (self->sent = self->handled; self->sent < received; self->sent++)
    step (&chunk, &offset);
  self->cursor = chunk;
  self->cursor_offset = offset;
  self->frame_left = 0;
  thespian_channel_set_ready_locked (self);
}

/* --- The way ---------------------------------------------------------------------------------------------- */

void
thespian_channel_route_locked (ThespianChannel *self,
                               ThespianPeer    *peer)
{
  if (self->state == THESPIAN_CHANNEL_DEAD || self->peer == peer)
    return;
  if (self->peer != NULL)
    thespian_channel_unroute_locked (self);
  self->peer = peer;
  self->state = THESPIAN_CHANNEL_ROUTED;
  g_ptr_array_add (peer->channels, self);
  thespian_channel_set_ready_locked (self);
}

void
thespian_channel_unroute_locked (ThespianChannel *self)
{
  if (self->peer == NULL)
    return;
  if (self->peer->link != NULL)
    thespian_link_keep_rest_locked (self->peer->link, self);
  /* nobody can say any more what has arrived; and a frame that has left in part leaves anew elsewhere */
  if (self->flight != NULL || self->frame_left > 0)
    thespian_channel_rewind_locked (self, self->received);
  g_clear_pointer (&self->flight, thespian_flight_free_locked);
  set_unready_locked (self);
  g_ptr_array_remove_fast (self->peer->channels, self);
  self->peer = NULL;
  if (self->state == THESPIAN_CHANNEL_ROUTED)
    self->state = THESPIAN_CHANNEL_NEW;
}

/* --- The end of a target ------------------------------------------------------------------------------------ */

static gboolean
is_message (const ThespianFrame *frame)
{
  return frame->kind == THESPIAN_FRAME_MESSAGE || frame->kind == THESPIAN_FRAME_EXIT ||
         frame->kind == THESPIAN_FRAME_STATUS;
}

/* A question that could not be delivered will not be answered: who asked from here is told. */
static void
tell_undeliverable_locked (ThespianChannel     *self,
                           const ThespianFrame *frame)
{
  ThespianAddress *sender = thespian_address_find (frame->sender.system_id, frame->sender.actor_id);
  ThespianPort *port = sender != NULL ? thespian_address_get_port (sender) : NULL;
  GValue nothing = G_VALUE_INIT;

  if (port != NULL && port->ops->undeliverable != NULL)
    thespian_exchange_arrive_locked (self->exchange, THESPIAN_ARRIVAL_UNDELIVERABLE, g_object_ref (sender),
                                     THESPIAN_ENVELOPE_MESSAGE, &nothing, g_object_ref (self->address), NULL);
  if (sender != NULL)
    g_ptr_array_add (self->exchange->releases, sender);
}

static void
bury_locked (ThespianChannel        *self,
             const ThespianFrame    *frame,
             const ThespianObituary *obituary,
             gboolean                is_in_hand)
{
  g_autofree char *aborted = NULL;

  if (frame->kind == THESPIAN_FRAME_CHILD_EXITED)
    self->exchange->ops->dead_letter (self->exchange->owner, frame);
  if (!is_message (frame))
    return;
  if (obituary->is_aborted)
    aborted = g_strdup_printf ("child aborted: %s", obituary->details);
  if (aborted != NULL ||
      (is_in_hand && thespian_body_peek_kind (frame->body, frame->body_length) != THESPIAN_BODY_POISON))
    {
      thespian_exchange_send_poison_locked (self->exchange, &frame->sender, &self->id, frame->body, frame->body_length,
                                            aborted != NULL ? aborted : obituary->details);
      return;
    }
  if (thespian_exchange_dead_letter_locked (self->exchange, frame))
    tell_undeliverable_locked (self, frame);
}

/* From here on nothing is taken any more. */
void
thespian_channel_die_locked (ThespianChannel        *self,
                             const ThespianObituary *obituary)
{
  gboolean is_in_hand = obituary->in_hand && obituary->details != NULL;
  ThespianChunk *chunk;
  ThespianFrame frame;
  gsize offset;

  if (self->state == THESPIAN_CHANNEL_DEAD)
    return;
  thespian_channel_unroute_locked (self);
  if (obituary->handled > self->handled)
    drop_handled_locked (self, MIN (obituary->handled, self->last));
  self->state = THESPIAN_CHANNEL_DEAD;
  chunk = self->head;
  offset = self->head_offset;
  for (; self->handled < self->last; self->handled++)
    {
      const guint8 *data;
      gsize length;

      skip_end (&chunk, &offset);
      data = chunk->data + offset;
      length = step (&chunk, &offset);
      if (thespian_frame_read (data, length, &frame, NULL))
        bury_locked (self, &frame, obituary, is_in_hand);
      is_in_hand = FALSE;
    }
  drop_all_locked (self);
  self->sent = self->received = self->last;
  self->is_blocked = FALSE;
  g_cond_broadcast (&self->exchange->room);
  become_idle_locked (self);
}

gboolean
thespian_channel_is_waiting_locked (ThespianChannel *self)
{
  return self->state != THESPIAN_CHANNEL_DEAD &&
         (self->sent < self->last || (self->flight != NULL && self->received < self->last));
}

/* The rest of a frame that has left in part shall not follow: so the link ends before. */
void
thespian_channel_give_up_locked (ThespianChannel *self)
{
  guint64 given = self->flight != NULL ? MAX (self->sent, thespian_flight_get_highest (self->flight)) : self->sent;

  if (self->frame_left > 0)
    g_clear_pointer (&self->peer->link, thespian_link_free);
  thespian_channel_die_locked (self, &(ThespianObituary){ .handled = given });
}

/* The exchange closes: what is kept is gone. */
void
thespian_channel_abandon_locked (ThespianChannel *self)
{
  thespian_channel_unroute_locked (self);
  self->state = THESPIAN_CHANNEL_DEAD;
  drop_all_locked (self);
  self->handled = self->sent = self->received = self->last;
  become_idle_locked (self);
}

/* --- What has waited for too long ------------------------------------------------------------------------- */

/* Cuts off what stands behind that place. */
static void
cut_off_locked (ThespianChannel *self,
                ThespianChunk   *chunk,
                gsize            offset)
{
  ThespianChunk *rest = chunk->next;

  chunk->used = offset;
  chunk->next = NULL;
  self->tail = chunk;
  while (rest != NULL)
    {
      ThespianChunk *next = rest->next;

      chunk_release_locked (self->exchange, rest);
      rest = next;
    }
}

/* The last that was given to a link, perhaps in part, or perhaps to be given to it again. */
static guint64
get_last_given (ThespianChannel *self)
{
  guint64 given = self->sent + (self->frame_left > 0);

  return self->flight != NULL ? MAX (given, thespian_flight_get_highest (self->flight)) : given;
}

/* What was given to a link may still arrive; what was not is a dead letter. */
void
thespian_channel_expire_locked (ThespianChannel *self)
{
  const ThespianObituary expired = { .details = NULL };
  guint64 kept = get_last_given (self);
  ThespianChunk *chunk = self->cursor, *end;
  gsize offset = self->cursor_offset + self->frame_left, end_offset;
  ThespianFrame frame;

  if (self->state == THESPIAN_CHANNEL_DEAD || self->last <= kept)
    return;
  for (guint64 number = self->sent + (self->frame_left > 0); number < kept; number++)
    step (&chunk, &offset);
  end = chunk;
  end_offset = offset;
  for (guint64 number = kept; number < self->last; number++)
    {
      const guint8 *data;
      gsize length;

      skip_end (&chunk, &offset);
      data = chunk->data + offset;
      length = step (&chunk, &offset);
      self->n_bytes -= length;
      if (thespian_frame_read (data, length, &frame, NULL))
        bury_locked (self, &frame, &expired, FALSE);
    }
  cut_off_locked (self, end, end_offset);
  self->last = kept;
  if (self->sent == self->last)
    set_unready_locked (self);
  if (self->handled == self->last)
    {
      drop_all_locked (self);
      become_idle_locked (self);
    }
  wake_blocked_locked (self);
}

gint64
thespian_channel_get_expiry_locked (ThespianChannel *self)
{
  if (self->is_idle || self->state == THESPIAN_CHANNEL_DEAD || get_last_given (self) == self->last)
    return G_MAXINT64;
  return self->progress_at + self->exchange->limits.transmit_timeout;
}

/* --- The port ------------------------------------------------------------------------------------------------ */

/* Each thread encodes in a buffer of its own: that may run code of a message's type. */
static void
free_scratch (gpointer data)
{
  thespian_buffer_clear (data);
  g_free (data);
}

static ThespianBuffer *
take_scratch (void)
{
  static GPrivate key = G_PRIVATE_INIT (free_scratch);
  ThespianBuffer *scratch = g_private_get (&key);

  if (scratch == NULL)
    {
      scratch = g_new0 (ThespianBuffer, 1);
      g_private_set (&key, scratch);
    }
  return scratch;
}

static gboolean
is_nothing (const GValue *value)
{
  return G_VALUE_TYPE (value) == G_TYPE_INVALID;
}

/* There is room left for what the runtime says about a message that comes back. */
static gsize
get_reserve (ThespianChannel *self,
             const GValue    *value)
{
  if (is_nothing (value) || thespian_is_exempt_from_limit (value))
    return 0;
  return self->exchange->max_frame == 0 ? THESPIAN_MESSAGE_MARGIN : WRAPPING;
}

/* Poison with a long text may be too large with it. */
static gboolean
encode_shortened (ThespianChannel *self,
                  const GValue    *value,
                  ThespianBuffer  *buffer)
{
  g_auto (GValue) shorter = G_VALUE_INIT;
  g_autofree char *details = NULL;
  g_autofree char *valid = NULL;
  ThespianPoisonMessage *poison;

  if (!G_VALUE_HOLDS (value, THESPIAN_TYPE_POISON_MESSAGE))
    return FALSE;
  poison = g_value_get_object (value);
  details = g_strndup (thespian_poison_message_get_details (poison), WRAPPING / 2);
  valid = details != NULL ? g_utf8_make_valid (details, -1) : NULL;
  g_value_init (&shorter, THESPIAN_TYPE_POISON_MESSAGE);
  g_value_take_object (&shorter, thespian_poison_message_new (thespian_poison_message_get_message (poison), valid));
  buffer->length = THESPIAN_FRAME_HEADER_SIZE;
  return thespian_body_write (buffer, &shorter, NULL) &&
         thespian_exchange_admits_body (self->exchange, buffer->length - THESPIAN_FRAME_HEADER_SIZE, 0, NULL);
}

static gboolean
encode (ThespianChannel *self,
        const GValue    *value,
        ThespianBuffer  *buffer,
        GError         **error)
{
  g_autoptr (GError) reason = NULL;
  gsize length;

  buffer->length = 0;
  thespian_buffer_extend (buffer, THESPIAN_FRAME_HEADER_SIZE);
  if (is_nothing (value))
    return TRUE;
  if (!thespian_body_write (buffer, value, error))
    return FALSE;
  length = buffer->length - THESPIAN_FRAME_HEADER_SIZE;
  if (thespian_exchange_admits_body (self->exchange, length, get_reserve (self, value), &reason) ||
      encode_shortened (self, value, buffer))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}

static guint8
flags_of_sender (ThespianAddress *sender)
{
  ThespianPort *port = thespian_address_get_port (sender);

  return port != NULL && port->ops != &channel_port_ops ? THESPIAN_FRAME_FROM_HERE : 0;
}

/*
 * What a frame is to hold: a body that was encoded behind room for a header, or a text, which is
 * encoded where it is kept.
 */
typedef struct
{
  ThespianBuffer *frame; /* (nullable) */
  const char *text;
  gsize length;
} Content;

/* FALSE when the target is dead, or has no room for one that @waits for it. */
static gboolean
append (ThespianChannel  *self,
        ThespianFrameKind kind,
        const Content    *content,
        ThespianAddress  *sender,
        gboolean          waits)
{
  ThespianExchange *exchange = self->exchange;
  ThespianFrame header = {
    .kind = (guint8) kind,
    .flags = flags_of_sender (sender),
    .sender = thespian_frame_address_of (sender),
  };
  gboolean is_open;

  thespian_address_intern (sender);
  g_mutex_lock (&exchange->lock);
  is_open = !waits || thespian_channel_admits_locked (self);
  is_open = is_open && self->state != THESPIAN_CHANNEL_DEAD && !exchange->closed;
  if (is_open)
    {
      if (content->frame != NULL)
        thespian_channel_append_locked (self, &header, content->frame);
      else
        append_text_locked (self, &header, content->text, content->length);
      if ((kind == THESPIAN_FRAME_EXIT || kind == THESPIAN_FRAME_EXIT_ORDER) && exchange->ops->told_to_exit != NULL)
        exchange->ops->told_to_exit (exchange->owner, self);
    }
  thespian_exchange_unlock (exchange);
  if (is_open)
    thespian_exchange_call (exchange);
  return is_open;
}

static gboolean
append_encoded (ThespianChannel  *self,
                ThespianFrameKind kind,
                ThespianBuffer   *frame,
                ThespianAddress  *sender,
                gboolean          waits)
{
  return append (self, kind, &(Content){ .frame = frame }, sender, waits);
}

static ThespianFrameKind
kind_of_message (const GValue *message)
{
  if (thespian_answers_itself (message))
    return THESPIAN_FRAME_STATUS;
  if (thespian_is_exit_request (message))
    return THESPIAN_FRAME_EXIT;
  return THESPIAN_FRAME_MESSAGE;
}

static gboolean
channel_deliver (ThespianPort    *port,
                 GValue          *message,
                 ThespianAddress *sender,
                 GError         **error)
{
  ThespianChannel *self = (ThespianChannel *) port;
  ThespianBuffer *scratch;
  Content content = { NULL };

  if (thespian_body_is_short_text (message, &content.length))
    {
      content.text = g_value_get_string (message);
      return append (self, THESPIAN_FRAME_MESSAGE, &content, sender, TRUE);
    }
  scratch = take_scratch ();
  return encode (self, message, scratch, error) &&
         append_encoded (self, kind_of_message (message), scratch, sender, !thespian_is_exempt_from_limit (message));
}

/* What one part of the runtime tells another.  Each process hears of capabilities by its own admin's link. */
static gboolean
channel_post (ThespianPort    *port,
              guint            kind,
              GValue          *value,
              ThespianAddress *sender)
{
  static const ThespianFrameKind kinds[THESPIAN_N_ENVELOPE_KINDS] = {
    [THESPIAN_ENVELOPE_MESSAGE] = THESPIAN_FRAME_MESSAGE,
    [THESPIAN_ENVELOPE_EXIT] = THESPIAN_FRAME_EXIT,
    [THESPIAN_ENVELOPE_EXIT_ORDER] = THESPIAN_FRAME_EXIT_ORDER,
    [THESPIAN_ENVELOPE_CHILD_EXITED] = THESPIAN_FRAME_CHILD_EXITED,
  };
  ThespianChannel *self = (ThespianChannel *) port;
  ThespianBuffer *scratch = take_scratch ();

  return kinds[kind] != 0 && encode (self, value, scratch, NULL) &&
         append_encoded (self, kinds[kind], scratch, sender, FALSE);
}

/* Who sent from another process may wait for an answer. */
static void
channel_undeliverable (ThespianPort    *port,
                       ThespianAddress *target)
{
  ThespianChannel *self = (ThespianChannel *) port;
  ThespianBuffer *scratch = take_scratch ();
  GValue nothing = G_VALUE_INIT;

  if (encode (self, &nothing, scratch, NULL))
    append_encoded (self, THESPIAN_FRAME_UNDELIVERABLE, scratch, target, FALSE);
}

static void
channel_free (ThespianPort *port)
{
  ThespianChannel *self = (ThespianChannel *) port;
  ThespianExchange *exchange = self->exchange;

  g_mutex_lock (&exchange->lock);
  /* there may be a new one already: the address could not be found any more before it came to this */
  if (thespian_channel_find_locked (exchange, &self->id) == self)
    g_hash_table_remove (exchange->channels, &self->id);
  exchange->sequence_base = MAX (exchange->sequence_base, self->last);
  if (self->peer != NULL && self->last >= self->first)
    thespian_peer_forget_target_locked (self->peer, &self->id, self->last);
  thespian_channel_unroute_locked (self);
  drop_all_locked (self);
  thespian_exchange_unlock (exchange);
  thespian_exchange_unref (exchange);
  g_slice_free (ThespianChannel, self);
}

static const ThespianPortOps channel_port_ops = {
  .only_reads = TRUE,
  .deliver = channel_deliver,
  .post = channel_post,
  .make_room = thespian_channel_make_room,
  .undeliverable = channel_undeliverable,
  .free = channel_free,
};

ThespianPort *
thespian_channel_open_locked (ThespianExchange *exchange,
                              ThespianAddress  *address)
{
  ThespianFrameAddress id = thespian_frame_address_of (address);
  ThespianChannel *self, *former;

  if (address->port != NULL)
    return address->port;
  thespian_address_intern (address);
  /* one that waits for the lock, in its free() */
  former = thespian_channel_find_locked (exchange, &id);
  if (former != NULL)
    exchange->sequence_base = MAX (exchange->sequence_base, former->last);
  self = g_slice_new0 (ThespianChannel);
  self->port.ops = &channel_port_ops;
  self->exchange = thespian_exchange_ref (exchange);
  self->address = address;
  self->id = id;
  self->is_idle = TRUE;
  self->first = exchange->sequence_base + 1;
  self->last = self->sent = self->received = self->handled = exchange->sequence_base;
  /* with the key: the former's goes with it */
  g_hash_table_replace (exchange->channels, &self->id, self);
  thespian_address_take_port (address, &self->port);
  return &self->port;
}

ThespianPort *
thespian_channel_open (ThespianExchange *exchange,
                       ThespianAddress  *address)
{
  ThespianPort *port;

  g_mutex_lock (&exchange->lock);
  port = thespian_channel_open_locked (exchange, address);
  thespian_exchange_unlock (exchange);
  return port;
}

ThespianChannel *
thespian_channel_find_locked (ThespianExchange           *exchange,
                              const ThespianFrameAddress *id)
{
  return g_hash_table_lookup (exchange->channels, id);
}
