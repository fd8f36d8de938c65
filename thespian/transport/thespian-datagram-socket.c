/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "transport/thespian-datagram-socket-private.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

/* As much as the system allows. */
#define BUFFER_SIZE (4 * 1024 * 1024)
/* Others get their turn after so many bytes. */
#define MAX_READ (1024 * 1024)
/* Where each of the datagrams that are read at a time begins. */
#define SLOT_SIZE (64 * 1024)
#define N_SLOTS (THESPIAN_READ_BUFFER_SIZE / SLOT_SIZE)
/* What comes before its link is there is kept for it: the last few, and up to so many bytes. */
#define MAX_EARLY 64
#define MAX_EARLY_BYTES (256 * 1024)

G_STATIC_ASSERT (SLOT_SIZE > THESPIAN_DATAGRAM_MAX_SIZE);

typedef struct
{
  guint64 id;
  ThespianLink *link; /* unowned */
  ThespianDatagramFunc receive;
} Entry;

/* What the kernel had no room for. */
typedef struct
{
  ThespianIpAddress address;
  GBytes *bytes; /* (owned) */
} Rest;

/* What has come for a link that may be about to be made. */
typedef struct
{
  guint64 id;
  guint8 *data; /* (owned) aligned for frames */
  gsize length;
} Early;

struct _ThespianDatagramSocket
{
  ThespianPolled polled;
  ThespianExchange *exchange; /* unowned: it owns this */
  int fd;                     /* (owned) */
  gsize room;
  GHashTable *entries; /* (owned) guint64* to Entry, owned */
  GQueue rests;        /* of Rest, owned */
  ThespianStrangerFunc stranger; /* (nullable) */
  gpointer stranger_data;
  GQueue early;         /* of Early, owned */
  gsize n_early_bytes;
  gboolean has_awaited; /* a link has been made since that some of them may be for */
  ThespianAlarm delivery;
  ThespianDatagramCounts counts;
};

static guint64
id_of (const guint8 *bytes)
{
  guint64 id;

  memcpy (&id, bytes, sizeof id);
  return id;
}

/* --- Writing --------------------------------------------------------------------------------------------- */

gboolean
thespian_datagram_socket_is_open_locked (ThespianDatagramSocket *self)
{
  return g_queue_is_empty (&self->rests);
}

static void
rest_free (gpointer data)
{
  Rest *rest = data;

  g_bytes_unref (rest->bytes);
  g_free (rest);
}

static void
keep (ThespianDatagramSocket      *self,
      const ThespianIpAddress *address,
      const struct iovec          *vector)
{
  Rest *rest = g_new0 (Rest, 1);

  rest->address = *address;
  rest->bytes = g_bytes_new (vector->iov_base, vector->iov_len);
  if (g_queue_is_empty (&self->rests))
    thespian_polled_change_locked (&self->polled, self->exchange, self->fd, EPOLLIN | EPOLLOUT);
  g_queue_push_tail (&self->rests, rest);
}

/* How many of them are done with; one that cannot be sent at all is lost. */
static guint
send_some (ThespianDatagramSocket *self,
           struct mmsghdr         *headers,
           guint                   n)
{
  int n_sent;

  do
    n_sent = sendmmsg (self->fd, headers, n, MSG_DONTWAIT);
  while (n_sent < 0 && errno == EINTR);
  if (n_sent > 0)
    return (guint) n_sent;
  return errno == EAGAIN ? 0 : 1;
}

void
thespian_datagram_socket_send_locked (ThespianDatagramSocket      *self,
                                      const ThespianIpAddress *address,
                                      struct iovec                *vectors,
                                      guint                        n)
{
  struct mmsghdr headers[THESPIAN_DATAGRAM_BATCH] = { 0 };
  guint n_done = 0;

  g_assert (n <= THESPIAN_DATAGRAM_BATCH);
  for (guint i = 0; i < n; i++)
    headers[i].msg_hdr = (struct msghdr){
      .msg_name = (gpointer) &address->storage,
      .msg_namelen = address->length,
      .msg_iov = &vectors[i],
      .msg_iovlen = 1,
    };
  while (n_done < n && thespian_datagram_socket_is_open_locked (self))
    {
      guint n_more = send_some (self, headers + n_done, n - n_done);

      n_done += n_more;
      if (n_more == 0)
        break;
    }
  for (; n_done < n; n_done++)
    keep (self, address, &vectors[n_done]);
}

static gboolean
send_rest (ThespianDatagramSocket *self,
           Rest                   *rest)
{
  gsize size;
  struct iovec vector = { (gpointer) g_bytes_get_data (rest->bytes, &size), 0 };
  struct mmsghdr header = {
    .msg_hdr = { .msg_name = &rest->address.storage,
                 .msg_namelen = rest->address.length,
                 .msg_iov = &vector,
                 .msg_iovlen = 1 },
  };

  vector.iov_len = size;
  return send_some (self, &header, 1) > 0;
}

static void
send_rests (ThespianDatagramSocket *self)
{
  GHashTableIter iter;
  gpointer entry;

  while (!g_queue_is_empty (&self->rests))
    {
      if (!send_rest (self, g_queue_peek_head (&self->rests)))
        return;
      rest_free (g_queue_pop_head (&self->rests));
    }
  thespian_polled_change_locked (&self->polled, self->exchange, self->fd, EPOLLIN);
  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &entry))
    thespian_peer_set_dirty_locked (thespian_link_get_peer (((Entry *) entry)->link));
}

/* --- Too early ------------------------------------------------------------------------------------------- */

static void
early_free (gpointer data)
{
  Early *early = data;

  g_free (early->data);
  g_free (early);
}

static void
drop_early (ThespianDatagramSocket *self,
            GList                  *item)
{
  Early *early = item->data;

  self->n_early_bytes -= early->length;
  g_queue_delete_link (&self->early, item);
  early_free (early);
}

static void
keep_early (ThespianDatagramSocket *self,
            guint64                 id,
            const guint8           *datagram,
            gsize                   length)
{
  Early *early = g_new (Early, 1);

  *early = (Early){ id, g_memdup2 (datagram, length), length };
  g_queue_push_tail (&self->early, early);
  self->n_early_bytes += length;
  while (self->early.length > MAX_EARLY || self->n_early_bytes > MAX_EARLY_BYTES)
    {
      drop_early (self, self->early.head);
      self->counts.n_strange++;
    }
}

/* Before anything that comes by now: so those who were introduced first are heard first. */
static void
deliver_early_locked (gpointer data)
{
  ThespianDatagramSocket *self = data;

  self->has_awaited = FALSE;
  for (GList *item = self->early.head; item != NULL;)
    {
      GList *next = item->next;
      Early *early = item->data;
      Entry *entry = g_hash_table_lookup (self->entries, &early->id);

      if (entry != NULL)
        {
          entry->receive (entry->link, early->data, early->length);
          drop_early (self, item);
        }
      item = next;
    }
}

/* --- Reading ---------------------------------------------------------------------------------------------- */

void
thespian_datagram_socket_count_locked (ThespianDatagramSocket *self,
                                       ThespianSealResult      result)
{
  if (result == THESPIAN_SEAL_FORGED)
    self->counts.n_forged++;
  else if (result == THESPIAN_SEAL_REPLAYED)
    self->counts.n_replayed++;
}

/* The first byte of what is sealed is 0x80 or more, that of a handshake is not. */
static void
hand_on (ThespianDatagramSocket      *self,
         guint8                      *datagram,
         gsize                        length,
         const ThespianIpAddress *source)
{
  guint64 id = length >= sizeof id ? id_of (datagram) : 0;
  Entry *entry = g_hash_table_lookup (self->entries, &id);

  if (entry != NULL)
    {
      entry->receive (entry->link, datagram, length);
      return;
    }
  if (length >= sizeof id && datagram[0] < 0x80 && self->stranger != NULL)
    {
      self->stranger (self->exchange, datagram, length, source, self->stranger_data);
      return;
    }
  if (length > THESPIAN_SEAL_OVERHEAD && datagram[0] >= 0x80)
    keep_early (self, id, datagram, length);
  else
    self->counts.n_strange++;
}

/* FALSE when there are no more for now. */
static gboolean
read_some (ThespianDatagramSocket *self,
           gsize                  *budget)
{
  struct mmsghdr headers[N_SLOTS] = { 0 };
  struct iovec vectors[N_SLOTS];
  ThespianIpAddress sources[N_SLOTS];
  int n;

  for (guint i = 0; i < N_SLOTS; i++)
    {
      vectors[i] = (struct iovec){ self->exchange->read_buffer + i * SLOT_SIZE, SLOT_SIZE };
      headers[i].msg_hdr = (struct msghdr){
        .msg_name = &sources[i].storage,
        .msg_namelen = sizeof sources[i].storage,
        .msg_iov = &vectors[i],
        .msg_iovlen = 1,
      };
    }
  do
    n = recvmmsg (self->fd, headers, N_SLOTS, MSG_DONTWAIT, NULL);
  while (n < 0 && errno == EINTR);
  for (int i = 0; i < n; i++)
    {
      sources[i].length = headers[i].msg_hdr.msg_namelen;
      hand_on (self, vectors[i].iov_base, headers[i].msg_len, &sources[i]);
      *budget -= MIN (*budget, MAX (headers[i].msg_len, 1));
    }
  return n == N_SLOTS;
}

static void
read_up_to (ThespianDatagramSocket *self,
            gsize                   budget)
{
  gsize left = budget;

  if (self->has_awaited)
    deliver_early_locked (self);
  while (read_some (self, &left) && left > 0)
    ;
  self->exchange->n_reads += left < budget;
}

void
thespian_datagram_socket_drain_locked (ThespianDatagramSocket *self)
{
  read_up_to (self, self->room);
}

static void
ready (ThespianPolled *polled,
       guint32         events)
{
  ThespianDatagramSocket *self = (ThespianDatagramSocket *) polled;

  if ((events & EPOLLOUT) != 0)
    send_rests (self);
  if ((events & EPOLLIN) != 0)
    read_up_to (self, MAX_READ);
}

/* --- Links ------------------------------------------------------------------------------------------------ */

void
thespian_datagram_socket_add_locked (ThespianDatagramSocket *self,
                                     const guint8           *id,
                                     ThespianLink           *link,
                                     ThespianDatagramFunc    receive)
{
  Entry *entry = g_new (Entry, 1);

  *entry = (Entry){ id_of (id), link, receive };
  g_hash_table_insert (self->entries, &entry->id, entry);
  if (g_queue_is_empty (&self->early) || self->has_awaited)
    return;
  self->has_awaited = TRUE;
  thespian_alarm_set_locked (&self->delivery, self->exchange, 0);
}

void
thespian_datagram_socket_remove_locked (ThespianDatagramSocket *self,
                                        const guint8           *id)
{
  guint64 key = id_of (id);

  g_hash_table_remove (self->entries, &key);
}

gboolean
thespian_datagram_socket_get_address (ThespianDatagramSocket *self,
                                      ThespianIpAddress      *ret_address)
{
  return thespian_ip_address_of (ret_address, self->fd);
}

gsize
thespian_datagram_socket_get_room (ThespianDatagramSocket *self)
{
  return self->room;
}

const ThespianDatagramCounts *
thespian_datagram_socket_get_counts (ThespianDatagramSocket *self)
{
  return &self->counts;
}

/* --- Life ------------------------------------------------------------------------------------------------- */

static void
enlarge (int fd,
         int option)
{
  int size = BUFFER_SIZE;

  setsockopt (fd, SOL_SOCKET, option, &size, sizeof size);
}

void
thespian_datagram_socket_open_locked (ThespianExchange    *exchange,
                                      int                  fd,
                                      ThespianStrangerFunc stranger,
                                      gpointer             data)
{
  ThespianDatagramSocket *self = g_new0 (ThespianDatagramSocket, 1);
  int room = 0;
  socklen_t size = sizeof room;

  self->polled.ready = ready;
  self->polled.can_be_asked = TRUE;
  self->exchange = exchange;
  self->fd = fd;
  self->entries = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  g_queue_init (&self->rests);
  g_queue_init (&self->early);
  self->delivery.call = deliver_early_locked;
  self->delivery.data = self;
  self->stranger = stranger;
  self->stranger_data = data;
  enlarge (fd, SO_RCVBUF);
  enlarge (fd, SO_SNDBUF);
  getsockopt (fd, SOL_SOCKET, SO_RCVBUF, &room, &size);
  self->room = (gsize) room;
  thespian_polled_add_locked (&self->polled, exchange, fd, EPOLLIN);
  exchange->datagram_socket = self;
  exchange->max_frame = THESPIAN_DATAGRAM_MAX_FRAME;
}

void
thespian_datagram_socket_free (ThespianDatagramSocket *self)
{
  thespian_polled_remove_locked (&self->polled, self->exchange, self->fd);
  close (self->fd);
  g_assert (g_hash_table_size (self->entries) == 0);
  g_hash_table_unref (self->entries);
  g_queue_clear_full (&self->rests, rest_free);
  g_queue_clear_full (&self->early, early_free);
  thespian_alarm_clear_locked (&self->delivery);
  g_free (self);
}
