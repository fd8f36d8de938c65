/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A link over the socket for datagrams that its exchange has.  Frames leave whole, as many as fit
 * together into each datagram.  They are copied there, since a datagram is encrypted in place and the
 * channels keep them for the case that it is lost.
 */

#include "config.h"

#include "transport/thespian-datagram-socket-private.h"
#include "transport/thespian-flight-private.h"

#include <netinet/in.h>
#include <string.h>

/* Frames are put together until a datagram has so many bytes.  On the way to another host the pieces of
 * a larger one would all have to arrive. */
#define LOCAL_SIZE 16000
#define REMOTE_SIZE 1400
/* What a datagram takes of the peer's buffer besides its content. */
#define OVERHEAD 512
#define LARGEST_WINDOW (1024 * 1024)
#define MAX_UNANSWERED (24 * 1024)

typedef struct
{
  ThespianLink link;
  ThespianFlightPlan plan;
  ThespianSeal *seal; /* (owned) */
  ThespianIpAddress address;
  gsize size; /* of a datagram with several frames, without what sealing adds */
  gsize n_unanswered; /* bytes that have come since something was sent */
} DatagramLink;

/* --- Writing --------------------------------------------------------------------------------------------- */

/* Datagrams that are put together in the buffer of the exchange. */
typedef struct
{
  DatagramLink *link;
  guint8 *buffer;
  gsize start;  /* of the one that is not full yet */
  gsize length; /* of what it has */
  struct iovec vectors[THESPIAN_DATAGRAM_BATCH];
  guint n;
} Packer;

static void
post (Packer *packer)
{
  DatagramLink *link = packer->link;

  if (packer->n > 0)
    thespian_datagram_socket_send_locked (link->link.peer->exchange->datagram_socket, &link->address, packer->vectors,
                                          packer->n);
  packer->n = 0;
  packer->start = 0;
}

static void
close_datagram (Packer *packer)
{
  guint8 *datagram = packer->buffer + packer->start;
  gsize size = packer->length + THESPIAN_SEAL_OVERHEAD;

  if (packer->length == 0)
    return;
  thespian_seal_encrypt (packer->link->seal, datagram, packer->length);
  packer->vectors[packer->n++] = (struct iovec){ datagram, size };
  packer->start += size;
  packer->length = 0;
  if (packer->n == THESPIAN_DATAGRAM_BATCH || THESPIAN_READ_BUFFER_SIZE - packer->start < THESPIAN_DATAGRAM_MAX_SIZE)
    post (packer);
}

static void
pack (Packer       *packer,
      const guint8 *frame,
      gsize         length)
{
  if (packer->length + length > packer->link->size)
    close_datagram (packer);
  memcpy (packer->buffer + packer->start + THESPIAN_SEAL_HEADROOM + packer->length, frame, length);
  packer->length += length;
}

static void
pack_notes (Packer *packer)
{
  ThespianBuffer *notes = &packer->link->link.peer->notes;
  gsize offset = 0;

  while (offset < notes->length)
    {
      gsize length = thespian_frame_peek_length (notes->data + offset);

      pack (packer, notes->data + offset, length);
      offset += length;
    }
  notes->length = 0;
}

/* As much as fits into a datagram: then the next channel has its turn. */
static void
pack_channel (Packer          *packer,
              ThespianChannel *channel,
              gint64           now)
{
  ThespianExchange *exchange = channel->exchange;
  gsize limit = MIN (packer->link->size, thespian_exchange_get_allowance_locked (exchange));
  gsize n_bytes = 0;
  ThespianChunk *chunk;
  const guint8 *data;
  gsize length;

  while (thespian_channel_peek_locked (channel, NULL, &chunk, &data, &length))
    {
      length = thespian_frame_peek_length (data);
      if (n_bytes > 0 && n_bytes + length > limit)
        break;
      pack (packer, data, length);
      thespian_channel_consume_locked (channel, length);
      n_bytes += length;
    }
  thespian_exchange_use_allowance_locked (exchange, n_bytes);
  thespian_channel_yield_locked (channel);
  thespian_flight_depart_locked (&packer->link->plan, channel, n_bytes + OVERHEAD, now);
}

static void
begin (Packer       *packer,
       DatagramLink *link)
{
  packer->link = link;
  packer->buffer = link->link.peer->exchange->read_buffer;
  packer->start = packer->length = packer->n = 0;
  link->n_unanswered = 0;
  pack_notes (packer);
}

static gboolean
is_open (DatagramLink *self)
{
  return thespian_datagram_socket_is_open_locked (self->link.peer->exchange->datagram_socket);
}

static gboolean
datagram_flush_notes (ThespianLink *link)
{
  Packer packer;

  if (!is_open ((DatagramLink *) link))
    return TRUE;
  begin (&packer, (DatagramLink *) link);
  close_datagram (&packer);
  post (&packer);
  return TRUE;
}

static gboolean
may_go_on (DatagramLink *self)
{
  return thespian_path_admits (&self->plan.path) && is_open (self) &&
         thespian_exchange_get_allowance_locked (self->link.peer->exchange) > 0;
}

static gboolean
datagram_flush (ThespianLink *link)
{
  DatagramLink *self = (DatagramLink *) link;
  gint64 now = g_get_monotonic_time ();
  Packer packer;

  if (!is_open (self))
    return TRUE;
  begin (&packer, self);
  while (link->peer->first_ready != NULL && may_go_on (self))
    pack_channel (&packer, link->peer->first_ready, now);
  close_datagram (&packer);
  post (&packer);
  return TRUE;
}

/* --- Reading ---------------------------------------------------------------------------------------------- */

static void
receive (ThespianLink *link,
         guint8       *datagram,
         gsize         size)
{
  DatagramLink *self = (DatagramLink *) link;
  ThespianPeer *peer = link->peer;
  g_autoptr (GError) error = NULL;
  gsize length, used;
  ThespianSealResult result = thespian_seal_decrypt (self->seal, datagram, size, &length);
  gboolean is_right;

  if (result != THESPIAN_SEAL_OK)
    {
      thespian_datagram_socket_count_locked (peer->exchange->datagram_socket, result);
      return;
    }
  peer->datagram = thespian_seal_peek_number (datagram) + 1;
  is_right = thespian_link_hand_on_locked (link, datagram + THESPIAN_SEAL_HEADROOM, length, &used, &error);
  peer->datagram = 0;
  if (peer->link != link)
    return;
  if (!is_right)
    {
      thespian_peer_lose_link_locked (peer, error->message);
      return;
    }
  /* a sender must not wait for room on the way while an acknowledgement waits for something to go with */
  self->n_unanswered += length;
  if (self->n_unanswered > MAX_UNANSWERED && peer->acks_due != NULL)
    thespian_peer_set_dirty_locked (peer);
}

/* --- Life ------------------------------------------------------------------------------------------------- */

/* What the peer had sent before its end is in the socket. */
static void
end (gpointer data)
{
  DatagramLink *self = data;
  ThespianPeer *peer = self->link.peer;

  thespian_datagram_socket_drain_locked (peer->exchange->datagram_socket);
  if (peer->link == &self->link)
    thespian_peer_lose_link_locked (peer, NULL);
}

static void
datagram_expect_end (ThespianLink *link)
{
  DatagramLink *self = (DatagramLink *) link;

  self->plan.alarm.call = end;
  self->plan.alarm.data = self;
  thespian_alarm_set_locked (&self->plan.alarm, link->peer->exchange, 0);
}

static void
datagram_free (ThespianLink *link)
{
  DatagramLink *self = (DatagramLink *) link;

  thespian_datagram_socket_remove_locked (link->peer->exchange->datagram_socket,
                                          thespian_seal_get_receive_id (self->seal));
  thespian_flight_plan_clear_locked (&self->plan);
  thespian_seal_free (self->seal);
  g_free (self);
}

static const ThespianLinkOps datagram_ops = {
  .flush = datagram_flush,
  .flush_notes = datagram_flush_notes,
  .expect_end = datagram_expect_end,
  .free = datagram_free,
};

static gboolean
is_local (const ThespianIpAddress *address)
{
  if (address->storage.ss_family == AF_INET6)
    return IN6_IS_ADDR_LOOPBACK (&((const struct sockaddr_in6 *) &address->storage)->sin6_addr);
  return ntohl (((const struct sockaddr_in *) &address->storage)->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
}

static guint64
get_next (ThespianFlightPlan *plan)
{
  DatagramLink *self = (DatagramLink *) ((char *) plan - G_STRUCT_OFFSET (DatagramLink, plan));

  return thespian_seal_get_next_number (self->seal);
}

ThespianLink *
thespian_link_new_datagram (ThespianPeer                *peer,
                            ThespianSeal                *seal,
                            const ThespianIpAddress *address)
{
  ThespianDatagramSocket *socket = peer->exchange->datagram_socket;
  DatagramLink *self = g_new0 (DatagramLink, 1);

  thespian_link_init (&self->link, &datagram_ops, peer);
  thespian_flight_plan_init (&self->plan, peer, MIN (thespian_datagram_socket_get_room (socket) / 2, LARGEST_WINDOW),
                             get_next);
  self->seal = seal;
  self->address = *address;
  self->size = is_local (address) ? LOCAL_SIZE : REMOTE_SIZE;
  thespian_datagram_socket_add_locked (socket, thespian_seal_get_receive_id (seal), &self->link, receive);
  return &self->link;
}
