/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "transport/thespian-exchange-private.h"

#include "log/thespian-internals-log-private.h"
#include "model/thespian-error.h"
#include "model/thespian-value-private.h"
#include "transport/thespian-datagram-socket-private.h"

#include <sys/epoll.h>
#include <unistd.h>

static guint
node_id_hash (gconstpointer key)
{
  return (guint) * (const guint64 *) key;
}

static gboolean
node_id_equal (gconstpointer a,
               gconstpointer b)
{
  return *(const guint64 *) a == *(const guint64 *) b;
}

ThespianExchange *
thespian_exchange_new (ThespianAdminFace         *face,
                       guint64                    node_id,
                       GVariant                  *capabilities,
                       const ThespianExchangeOps *ops,
                       gpointer                   owner)
{
  ThespianExchange *self = g_new0 (ThespianExchange, 1);

  self->ref_count = 1;
  self->face = face;
  self->node_id = node_id;
  self->ops = ops;
  self->owner = owner;
  self->epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  if (self->epoll_fd < 0)
    g_error ("The kernel has no descriptor for the links of an actor system: %m");
  self->read_buffer = g_malloc (THESPIAN_READ_BUFFER_SIZE);
  thespian_alarms_init (self);
  g_mutex_init (&self->lock);
  g_cond_init (&self->room);
  g_cond_init (&self->answered);
  self->peers = g_hash_table_new_full (node_id_hash, node_id_equal, NULL, (GDestroyNotify) thespian_peer_free);
  self->channels = thespian_frame_address_table_new (NULL);
  self->gone_peers = g_ptr_array_new_with_free_func ((GDestroyNotify) thespian_peer_free);
  self->releases = g_ptr_array_new_with_free_func (g_object_unref);
  self->last_arrival = &self->arrivals;
  thespian_limits_read (&self->limits, capabilities);
  return self;
}

ThespianExchange *
thespian_exchange_ref (ThespianExchange *self)
{
  __atomic_add_fetch (&self->ref_count, 1, __ATOMIC_RELAXED);
  return self;
}

void
thespian_exchange_unref (ThespianExchange *self)
{
  if (__atomic_sub_fetch (&self->ref_count, 1, __ATOMIC_ACQ_REL) > 0)
    return;

  g_assert (self->closed && self->arrivals == NULL && g_hash_table_size (self->channels) == 0);
  g_hash_table_unref (self->peers);
  g_ptr_array_unref (self->gone_peers);
  g_hash_table_unref (self->channels);
  g_ptr_array_unref (self->releases);
  while (self->free_chunks != NULL)
    {
      ThespianChunk *chunk = self->free_chunks;

      self->free_chunks = chunk->next;
      thespian_chunk_free (chunk);
    }
  g_clear_pointer (&self->datagram_socket, thespian_datagram_socket_free);
  g_clear_pointer (&self->journal, thespian_journal_free);
  close (self->alarm_fd);
  close (self->epoll_fd);
  g_free (self->read_buffer);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->room);
  g_cond_clear (&self->answered);
  g_free (self);
}

void
thespian_exchange_serve (ThespianExchange *self,
                         ThespianNode     *node)
{
  self->node = thespian_node_ref (node);
  thespian_node_set_io (node, &thespian_exchange_node_io, self, self->epoll_fd);
}

void
thespian_exchange_unlock (ThespianExchange *self)
{
  GPtrArray *releases = NULL;

  if (G_UNLIKELY (self->releases->len > 0))
    {
      releases = self->releases;
      self->releases = g_ptr_array_new_with_free_func (g_object_unref);
    }
  g_mutex_unlock (&self->lock);
  if (releases != NULL)
    g_ptr_array_unref (releases);
}

/* Who holds channels holds the exchange, so it lets go of all that hold channels. */
void
thespian_exchange_close (ThespianExchange *self)
{
  g_autoptr (GPtrArray) channels = g_ptr_array_new ();
  ThespianArrival *arrivals;
  ThespianNode *node;
  GHashTableIter iter;
  gpointer item;

  g_mutex_lock (&self->lock);
  self->closed = TRUE;
  node = g_steal_pointer (&self->node);
  arrivals = g_steal_pointer (&self->arrivals);
  self->last_arrival = &self->arrivals;
  __atomic_store_n (&self->has_arrivals, FALSE, __ATOMIC_RELEASE);
  g_hash_table_iter_init (&iter, self->channels);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    g_ptr_array_add (channels, item);
  for (guint i = 0; i < channels->len; i++)
    thespian_channel_abandon_locked (g_ptr_array_index (channels, i));
  g_hash_table_iter_init (&iter, self->peers);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    thespian_peer_abandon_locked (item);
  g_cond_broadcast (&self->room);
  thespian_exchange_unlock (self);

  while (arrivals != NULL)
    {
      ThespianArrival *next = arrivals->next;

      if (arrivals->type == THESPIAN_ARRIVAL_CALL)
        arrivals->call (arrivals->call_data);
      thespian_arrival_free (arrivals);
      arrivals = next;
    }
  g_clear_pointer (&node, thespian_node_unref);
}

void
thespian_exchange_set_dirty_locked (ThespianExchange *self)
{
  __atomic_store_n (&self->is_dirty, TRUE, __ATOMIC_RELEASE);
}

/* The exchange may close meanwhile, and let its node go. */
void
thespian_exchange_call (ThespianExchange *self)
{
  ThespianNode *node = NULL;

  if (thespian_exchange_is_on_node (self) || !__atomic_load_n (&self->is_dirty, __ATOMIC_ACQUIRE))
    return;
  g_mutex_lock (&self->lock);
  if (self->node != NULL)
    node = thespian_node_ref (self->node);
  g_mutex_unlock (&self->lock);
  if (node == NULL)
    return;
  thespian_node_call (node);
  thespian_node_unref (node);
}

gboolean
thespian_exchange_admits_body (ThespianExchange *self,
                               gsize             length,
                               gsize             reserve,
                               GError          **error)
{
  guint32 largest = self->limits.max_message + THESPIAN_MESSAGE_MARGIN;

  if (self->max_frame != 0)
    largest = MIN (largest, self->max_frame);
  largest -= MIN (largest, THESPIAN_FRAME_HEADER_SIZE + THESPIAN_FRAME_ALIGNMENT + (guint32) reserve);
  if (length <= largest)
    return TRUE;
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_NOT_SERIALIZABLE,
               "A message of %" G_GSIZE_FORMAT " bytes is too large: the limit here is %u", length, largest);
  return FALSE;
}

/* --- Messages that are encoded already ------------------------------------------------------------------- */

static gboolean
bring_encoded_locked (ThespianExchange    *self,
                      ThespianAddress     *target,
                      const ThespianFrame *message)
{
  GValue value = G_VALUE_INIT;

  if (!thespian_body_read_lazily (NULL, message->body, message->body_length, &value, NULL))
    return FALSE;
  thespian_exchange_arrive_locked (self, THESPIAN_ARRIVAL_MESSAGE, g_object_ref (target), THESPIAN_ENVELOPE_MESSAGE,
                                   &value,
                                   thespian_address_find_or_create (message->sender.system_id, message->sender.actor_id),
                                   NULL);
  return TRUE;
}

static gboolean
append_encoded_locked (ThespianExchange    *self,
                       ThespianChannel     *channel,
                       const ThespianFrame *message)
{
  ThespianFrame header = { .kind = message->kind, .sender = message->sender };
  g_auto (ThespianBuffer) frame = THESPIAN_BUFFER_INIT;

  if (channel->state == THESPIAN_CHANNEL_DEAD ||
      !thespian_exchange_admits_body (self, message->body_length, 0, NULL))
    return FALSE;
  thespian_buffer_extend (&frame, THESPIAN_FRAME_HEADER_SIZE);
  thespian_buffer_append (&frame, message->body, message->body_length);
  thespian_channel_append_locked (channel, &header, &frame);
  return TRUE;
}

static gboolean
deliver_encoded_locked (ThespianExchange    *self,
                        ThespianAddress     *target,
                        const ThespianFrame *message)
{
  ThespianChannel *channel;

  if (target->system_id != self->face->system_id)
    return FALSE;
  channel = thespian_port_to_channel (thespian_channel_open_locked (self, target));
  if (channel == NULL)
    return bring_encoded_locked (self, target, message);
  return append_encoded_locked (self, channel, message);
}

gboolean
thespian_exchange_dead_letter_locked (ThespianExchange    *self,
                                      const ThespianFrame *message)
{
  if (thespian_body_is_never_dead_lettered (message->body, message->body_length))
    return FALSE;
  self->ops->dead_letter (self->owner, message);
  return TRUE;
}

void
thespian_exchange_send_encoded_locked (ThespianExchange           *self,
                                       const ThespianFrameAddress *target,
                                       const ThespianFrameAddress *sender,
                                       const guint8               *body,
                                       gsize                       length)
{
  const ThespianFrame message = {
    .kind = THESPIAN_FRAME_MESSAGE,
    .target = *target,
    .sender = *sender,
    .body = body,
    .body_length = length,
  };
  ThespianAddress *address;

  if (self->closed)
    return;
  address = thespian_address_find_or_create (target->system_id, target->actor_id);
  if (!deliver_encoded_locked (self, address, &message))
    thespian_exchange_dead_letter_locked (self, &message);
  g_ptr_array_add (self->releases, address);
}

/* A long reason may make a message too large that is not without it. */
void
thespian_exchange_send_poison_locked (ThespianExchange           *self,
                                      const ThespianFrameAddress *target,
                                      const ThespianFrameAddress *sender,
                                      const guint8               *body,
                                      gsize                       length,
                                      const char                 *details)
{
  g_auto (ThespianBuffer) poison = THESPIAN_BUFFER_INIT;

  thespian_body_write_poison (&poison, body, length, details);
  if (!thespian_exchange_admits_body (self, poison.length, 0, NULL))
    {
      poison.length = 0;
      thespian_body_write_poison (&poison, body, length, NULL);
    }
  thespian_exchange_send_encoded_locked (self, target, sender, poison.data, poison.length);
}

void
thespian_exchange_control_bytes_locked (ThespianExchange           *self,
                                        ThespianAddress            *address,
                                        guint                       kind,
                                        const ThespianFrameAddress *sender,
                                        const guint8               *body,
                                        gsize                       length)
{
  ThespianChannel *channel = thespian_port_to_channel (thespian_channel_open_locked (self, address));
  ThespianFrame header = { .kind = (guint8) kind, .sender = *sender };
  g_auto (ThespianBuffer) frame = THESPIAN_BUFFER_INIT;
  g_autoptr (GError) error = NULL;

  if (channel == NULL || channel->state == THESPIAN_CHANNEL_DEAD || self->closed)
    return;
  if (!thespian_exchange_admits_body (self, length, 0, &error))
    {
      thespian_internals_log (G_LOG_LEVEL_WARNING, "Something of the kind %u is not told: %s", kind, error->message);
      return;
    }
  thespian_buffer_extend (&frame, THESPIAN_FRAME_HEADER_SIZE);
  thespian_buffer_append (&frame, body, length);
  thespian_channel_append_locked (channel, &header, &frame);
  channel->urgent = channel->last;
}

void
thespian_exchange_control_locked (ThespianExchange *self,
                                  ThespianAddress  *address,
                                  guint             kind,
                                  ThespianAddress  *sender,
                                  GVariant         *body)
{
  g_autoptr (GVariant) owned = body != NULL ? g_variant_ref_sink (body) : NULL;
  ThespianFrameAddress id = { self->face->system_id, self->node_id };

  if (sender != NULL)
    id = thespian_frame_address_of (sender);
  thespian_exchange_control_bytes_locked (self, address, kind, &id, owned != NULL ? g_variant_get_data (owned) : NULL,
                                          owned != NULL ? g_variant_get_size (owned) : 0);
}
