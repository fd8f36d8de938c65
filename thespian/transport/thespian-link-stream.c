/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A link over a connected stream socket.  It writes frames where they stand, many with one system
 * call, and reads into a buffer that all links share: an idle link costs no more than its descriptor.
 */

#include "config.h"

#include "transport/thespian-link-private.h"

#include <errno.h>
#include <linux/sockios.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define MAX_VECTORS 64
#define MAX_WRITE (512 * 1024)
/* Others get their turn after so many bytes. */
#define MAX_READ (1024 * 1024)
#define MAX_FDS 16
/* What a peer that has not said more than a length is given at once. */
#define MAX_TRUST (4 * 1024 * 1024)
/* The end of a process is that of its links, unless a copy that it has forked holds them, and is silent. */
#define SILENCE (200 * G_TIME_SPAN_MILLISECOND)

typedef struct
{
  ThespianLink link;
  ThespianPolled polled;
  int fd;             /* (owned) */
  gboolean is_local;  /* descriptors can go along */
  gboolean takes_fds; /* and come */
  gboolean wants_to_write;
  gboolean is_deaf;   /* nothing can be written any more */
  ThespianAlarm end;  /* the other side is no more: when to see whether it has said all */
  gboolean has_brought; /* something, since that was set */

  ThespianBuffer pending; /* bytes that leave before any frame */
  gsize pending_offset;
  ThespianChannel *begun; /* unowned (nullable) whose frame has left in part */
  GQueue fd_notes;

  ThespianBuffer partial; /* of a frame that has not come wholly */
  gsize large_length;     /* of that frame, when it does not fit into the common buffer; else 0 */
  GArray *received_fds;   /* of int */
} StreamLink;

typedef struct
{
  ThespianBuffer frame;
  int fd; /* (owned) */
} FdNote;

static void
fd_note_free (gpointer data)
{
  FdNote *note = data;

  thespian_buffer_clear (&note->frame);
  if (note->fd >= 0)
    close (note->fd);
  g_free (note);
}

/* --- Writing ------------------------------------------------------------------------------------------ */

static gboolean
has_pending (StreamLink *self)
{
  return self->pending_offset < self->pending.length;
}

static void
set_wants_to_write (StreamLink *self,
                    gboolean      wants)
{
  if (self->wants_to_write == wants)
    return;
  self->wants_to_write = wants;
  thespian_polled_change_locked (&self->polled, self->link.peer->exchange, self->fd, EPOLLIN | (wants ? EPOLLOUT : 0u));
}

/* FALSE when the link is broken; 0 in @ret_n when nothing can be written now. */
static gboolean
write_message (StreamLink    *self,
               struct msghdr *message,
               gsize         *ret_n)
{
  gssize n;

  do
    n = sendmsg (self->fd, message, MSG_NOSIGNAL | MSG_DONTWAIT);
  while (n < 0 && errno == EINTR);

  *ret_n = n > 0 ? (gsize) n : 0;
  set_wants_to_write (self, n < 0 && errno == EAGAIN);
  /* one that cannot be written to may still have something to read */
  if (n < 0 && errno != EAGAIN)
    self->is_deaf = TRUE;
  return !self->is_deaf;
}

static gboolean
flush_pending (StreamLink *self)
{
  while (has_pending (self))
    {
      struct iovec vector = { self->pending.data + self->pending_offset, self->pending.length - self->pending_offset };
      struct msghdr message = { .msg_iov = &vector, .msg_iovlen = 1 };
      gsize n;

      if (!write_message (self, &message, &n) || n == 0)
        return FALSE;
      self->pending_offset += n;
    }
  self->pending.length = self->pending_offset = 0;
  return TRUE;
}

static gboolean
send_with_fd (StreamLink *self,
              FdNote       *note)
{
  union
  {
    char bytes[CMSG_SPACE (sizeof (int))];
    struct cmsghdr align;
  } control = { 0 };
  struct iovec vector = { note->frame.data, note->frame.length };
  struct msghdr message = {
    .msg_iov = &vector,
    .msg_iovlen = 1,
    .msg_control = control.bytes,
    .msg_controllen = sizeof control.bytes,
  };
  struct cmsghdr *header = CMSG_FIRSTHDR (&message);
  gsize n;

  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN (sizeof (int));
  memcpy (CMSG_DATA (header), &note->fd, sizeof (int));
  if (!write_message (self, &message, &n) || n == 0)
    return FALSE;
  thespian_buffer_append (&self->pending, note->frame.data + n, note->frame.length - n);
  return TRUE;
}

static gboolean
flush_fd_notes (StreamLink *self)
{
  while (!g_queue_is_empty (&self->fd_notes))
    {
      if (!send_with_fd (self, g_queue_peek_head (&self->fd_notes)))
        return FALSE;
      fd_note_free (g_queue_pop_head (&self->fd_notes));
      if (!flush_pending (self))
        return FALSE;
    }
  return TRUE;
}

typedef struct
{
  struct iovec vectors[MAX_VECTORS];
  ThespianChannel *channels[MAX_VECTORS]; /* whose each of them is */
  guint n;
  gsize n_bytes;
  gsize limit;
} Batch;

static void
add_channel (Batch           *batch,
             ThespianChannel *channel)
{
  ThespianChunk *chunk = NULL;
  const guint8 *data;
  gsize length;

  while (batch->n < MAX_VECTORS && batch->n_bytes < batch->limit &&
         thespian_channel_peek_locked (channel, chunk, &chunk, &data, &length))
    {
      length = MIN (length, batch->limit - batch->n_bytes);
      batch->vectors[batch->n].iov_base = (gpointer) data;
      batch->vectors[batch->n].iov_len = length;
      batch->channels[batch->n++] = channel;
      batch->n_bytes += length;
    }
}

/* A frame that has left in part goes on first; what is noted goes before all others. */
static void
collect (StreamLink *self,
         Batch        *batch)
{
  batch->n = 0;
  batch->n_bytes = 0;
  if (has_pending (self))
    {
      batch->vectors[0].iov_base = self->pending.data + self->pending_offset;
      batch->vectors[0].iov_len = self->pending.length - self->pending_offset;
      batch->channels[0] = NULL;
      batch->n_bytes = batch->vectors[0].iov_len;
      batch->n = 1;
    }
  if (self->begun != NULL)
    add_channel (batch, self->begun);
  for (ThespianChannel *channel = self->link.peer->first_ready; channel != NULL; channel = channel->next_ready)
    if (channel != self->begun)
      add_channel (batch, channel);
}

static void
consume (StreamLink *self,
         Batch        *batch,
         gsize         n_bytes)
{
  for (guint i = 0; n_bytes > 0; i++)
    {
      gsize n = MIN (n_bytes, batch->vectors[i].iov_len);
      ThespianChannel *channel = batch->channels[i];

      n_bytes -= n;
      if (channel == NULL)
        {
          self->pending_offset += n;
          continue;
        }
      thespian_channel_consume_locked (channel, n);
      self->begun = channel->frame_left > 0 ? channel : NULL;
    }
}

static gboolean
flush_channels (StreamLink *self)
{
  Batch batch;

  while (self->link.peer->first_ready != NULL || has_pending (self))
    {
      struct msghdr message = { .msg_iov = batch.vectors };
      gsize n;

      batch.limit = MIN (MAX_WRITE, thespian_exchange_get_allowance_locked (self->link.peer->exchange));
      collect (self, &batch);
      if (batch.n == 0)
        return TRUE;
      message.msg_iovlen = batch.n;
      if (!write_message (self, &message, &n))
        return FALSE;
      consume (self, &batch, n);
      thespian_exchange_use_allowance_locked (self->link.peer->exchange, n);
      if (n < batch.n_bytes)
        {
          set_wants_to_write (self, TRUE);
          return TRUE;
        }
    }
  return TRUE;
}

/* Notes stand between frames. */
static void
take_notes (StreamLink *self)
{
  ThespianBuffer former = self->pending;

  if (self->begun != NULL || self->link.peer->notes.length == 0)
    return;
  self->pending = self->link.peer->notes;
  self->pending_offset = 0;
  former.length = 0;
  self->link.peer->notes = former;
}

/* FALSE when nothing more can leave now. */
static gboolean
prepare (StreamLink *self)
{
  if (self->is_deaf || !flush_pending (self))
    return FALSE;
  if (self->begun == NULL && !flush_fd_notes (self))
    return FALSE;
  take_notes (self);
  return TRUE;
}

static gboolean
stream_flush_notes (ThespianLink *link)
{
  StreamLink *self = (StreamLink *) link;

  return (prepare (self) && flush_pending (self)) || !self->is_deaf;
}

/* What stands between frames had to wait for the rest of one, which has left now. */
static gboolean
has_waited (StreamLink *self)
{
  return self->begun == NULL && !has_pending (self) &&
         (self->link.peer->notes.length > 0 || !g_queue_is_empty (&self->fd_notes));
}

static gboolean
stream_flush (ThespianLink *link)
{
  StreamLink *self = (StreamLink *) link;

  do
    if (!prepare (self) || !flush_channels (self))
      return !self->is_deaf;
  while (has_waited (self));
  return TRUE;
}

/* What is between two processes by a socketpair is with the other one as soon as it was written. */
static gboolean
stream_is_draining (ThespianLink *link)
{
  StreamLink *self = (StreamLink *) link;
  int n_bytes = 0;

  return !self->is_deaf &&
         (has_pending (self) || (!self->is_local && ioctl (self->fd, SIOCOUTQ, &n_bytes) == 0 && n_bytes > 0));
}

static void
stream_keep_rest (ThespianLink    *link,
                  ThespianChannel *channel)
{
  StreamLink *self = (StreamLink *) link;
  ThespianChunk *chunk;
  const guint8 *data;
  gsize length;

  if (self->begun != channel)
    return;
  /* a frame never spans two chunks */
  if (thespian_channel_peek_locked (channel, NULL, &chunk, &data, &length))
    thespian_buffer_append (&self->pending, data, MIN (length, channel->frame_left));
  self->begun = NULL;
}

static void
stream_send_fd (ThespianLink  *link,
                ThespianFrame *frame,
                int            fd)
{
  StreamLink *self = (StreamLink *) link;
  FdNote *note = g_new0 (FdNote, 1);

  frame->target = frame->sender = (ThespianFrameAddress){ 0 };
  thespian_frame_write_header (frame, thespian_buffer_extend (&note->frame, THESPIAN_FRAME_HEADER_SIZE));
  thespian_buffer_append (&note->frame, frame->body, frame->body_length);
  memset (thespian_buffer_extend (&note->frame, frame->length - note->frame.length), 0,
          frame->length - THESPIAN_FRAME_HEADER_SIZE - frame->body_length);
  note->fd = fd;
  g_queue_push_tail (&self->fd_notes, note);
  thespian_peer_set_dirty_locked (self->link.peer);
}

/* --- Reading ------------------------------------------------------------------------------------------ */

static void
stream_expect_fds (ThespianLink *link)
{
  StreamLink *self = (StreamLink *) link;

  self->takes_fds = self->is_local;
}

static int
stream_take_fd (ThespianLink *link)
{
  StreamLink *self = (StreamLink *) link;
  int fd;

  if (self->received_fds->len == 0)
    return -1;
  fd = g_array_index (self->received_fds, int, 0);
  g_array_remove_index (self->received_fds, 0);
  return fd;
}

static void
keep_fds (StreamLink    *self,
          struct msghdr *message)
{
  for (struct cmsghdr *header = CMSG_FIRSTHDR (message); header != NULL; header = CMSG_NXTHDR (message, header))
    if (header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS)
      g_array_append_vals (self->received_fds, CMSG_DATA (header),
                           (guint) ((header->cmsg_len - CMSG_LEN (0)) / sizeof (int)));
}

static gssize
read_some (StreamLink *self,
           guint8       *place,
           gsize         size)
{
  union
  {
    char bytes[CMSG_SPACE (sizeof (int) * MAX_FDS)];
    struct cmsghdr align;
  } control;
  struct iovec vector = { place, size };
  struct msghdr message = { .msg_iov = &vector, .msg_iovlen = 1 };
  gssize n;

  /* the kernel closes what there is no place for */
  if (self->takes_fds)
    {
      message.msg_control = control.bytes;
      message.msg_controllen = sizeof control.bytes;
    }
  do
    n = recvmsg (self->fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  while (n < 0 && errno == EINTR);
  if (n <= 0)
    return n;
  self->has_brought = TRUE;
  if (self->takes_fds)
    keep_fds (self, &message);
  return n;
}

/* A frame that is too large for the common buffer has one of its own, which its content may live on in. */
static gboolean
hand_on_large (StreamLink *self,
               GError      **error)
{
  g_autoptr (GBytes) backing = thespian_buffer_steal (&self->partial);
  gsize length;
  const guint8 *data = g_bytes_get_data (backing, &length);
  ThespianFrame frame;

  self->large_length = 0;
  return thespian_frame_read (data, length, &frame, error) &&
         thespian_peer_receive_locked (self->link.peer, &frame, backing, error);
}

typedef enum
{
  READ_AGAIN,
  READ_ALL,
  READ_END,
  READ_WRONG,
} ReadResult;

static ReadResult
result_of (gssize n,
           gsize  asked)
{
  if (n > 0)
    return (gsize) n < asked ? READ_ALL : READ_AGAIN;
  if (n < 0 && errno == EAGAIN)
    return READ_ALL;
  return READ_END;
}

static ReadResult
read_large (StreamLink *self,
            gsize        *budget,
            GError      **error)
{
  gsize left = self->large_length - self->partial.length;
  gsize asked = MIN (left, MAX (self->partial.length, MAX_TRUST));
  gssize n = read_some (self, thespian_buffer_reserve (&self->partial, asked), asked);

  if (n > 0)
    {
      self->partial.length += (gsize) n;
      *budget -= MIN (*budget, (gsize) n);
      if (self->partial.length == self->large_length && !hand_on_large (self, error))
        return READ_WRONG;
    }
  return result_of (n, asked);
}

/* What is left of a frame waits for the rest. */
static void
keep_partial (StreamLink *self,
              const guint8 *data,
              gsize         length,
              gsize         buffer_size)
{
  self->partial.length = 0;
  if (length == 0)
    {
      thespian_buffer_clear (&self->partial);
      return;
    }
  if (length >= 4 && thespian_frame_peek_length (data) > buffer_size)
    self->large_length = thespian_frame_peek_length (data);
  thespian_buffer_append (&self->partial, data, length);
}

static ReadResult
read_common (StreamLink *self,
             gsize        *budget,
             GError      **error)
{
  ThespianPeer *peer = self->link.peer;
  guint8 *buffer = peer->exchange->read_buffer;
  gsize length = self->partial.length;
  gsize asked = THESPIAN_READ_BUFFER_SIZE - length;
  gsize used;
  gssize n;

  if (length > 0)
    memcpy (buffer, self->partial.data, length);
  n = read_some (self, buffer + length, asked);
  if (n > 0)
    {
      length += (gsize) n;
      *budget -= MIN (*budget, (gsize) n);
      if (!thespian_link_hand_on_locked (&self->link, buffer, length, &used, error))
        return READ_WRONG;
      if (peer->link != &self->link)
        return READ_ALL;
      keep_partial (self, buffer + used, length - used, THESPIAN_READ_BUFFER_SIZE);
    }
  return result_of (n, asked);
}

static void
receive (StreamLink *self)
{
  ThespianPeer *peer = self->link.peer;
  g_autoptr (GError) error = NULL;
  ReadResult result;
  gsize budget = MAX_READ;

  do
    result = self->large_length > 0 ? read_large (self, &budget, &error) : read_common (self, &budget, &error);
  while (result == READ_AGAIN && budget > 0 && peer->link == &self->link);

  peer->exchange->n_reads += budget < MAX_READ;
  if (peer->link == &self->link && result != READ_AGAIN && result != READ_ALL)
    thespian_peer_lose_link_locked (peer, error != NULL ? error->message : NULL);
}

static void
stream_ready (ThespianPolled *polled,
              guint32         events)
{
  StreamLink *self = (StreamLink *) ((char *) polled - G_STRUCT_OFFSET (StreamLink, polled));

  /* before the thread sleeps, and after what has to go before it */
  if ((events & EPOLLOUT) != 0)
    {
      thespian_peer_set_dirty_locked (self->link.peer);
      thespian_exchange_set_dirty_locked (self->link.peer->exchange);
    }
  if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
    receive (self);
}

static void
end_when_silent (gpointer data)
{
  StreamLink *self = data;
  ThespianPeer *peer = self->link.peer;
  char byte;

  if (!self->has_brought && recv (self->fd, &byte, sizeof byte, MSG_PEEK | MSG_DONTWAIT) <= 0)
    {
      thespian_peer_lose_link_locked (peer, NULL);
      return;
    }
  self->has_brought = FALSE;
  thespian_alarm_set_locked (&self->end, peer->exchange, g_get_monotonic_time () + SILENCE);
}

/* Nothing is written any more: it would make the kernel drop what has not come yet. */
static void
stream_expect_end (ThespianLink *link)
{
  StreamLink *self = (StreamLink *) link;

  self->is_deaf = TRUE;
  self->has_brought = FALSE;
  set_wants_to_write (self, FALSE);
  if (self->end.exchange == NULL)
    thespian_alarm_set_locked (&self->end, link->peer->exchange, g_get_monotonic_time () + SILENCE);
}

/* --- Life --------------------------------------------------------------------------------------------- */

static void
stream_free (ThespianLink *link)
{
  StreamLink *self = (StreamLink *) link;

  thespian_alarm_clear_locked (&self->end);
  thespian_polled_remove_locked (&self->polled, link->peer->exchange, self->fd);
  close (self->fd);
  for (guint i = 0; i < self->received_fds->len; i++)
    close (g_array_index (self->received_fds, int, i));
  g_array_unref (self->received_fds);
  g_queue_clear_full (&self->fd_notes, fd_note_free);
  thespian_buffer_clear (&self->pending);
  thespian_buffer_clear (&self->partial);
  g_free (self);
}

static const ThespianLinkOps stream_ops = {
  .flush = stream_flush,
  .flush_notes = stream_flush_notes,
  .is_draining = stream_is_draining,
  .keep_rest = stream_keep_rest,
  .expect_fds = stream_expect_fds,
  .take_fd = stream_take_fd,
  .send_fd = stream_send_fd,
  .expect_end = stream_expect_end,
  .free = stream_free,
};

ThespianLink *
thespian_link_new_stream (ThespianPeer *peer,
                          int           fd)
{
  StreamLink *self = g_new0 (StreamLink, 1);
  int domain = 0;
  socklen_t size = sizeof domain;

  thespian_link_init (&self->link, &stream_ops, peer);
  self->polled.ready = stream_ready;
  self->polled.can_be_asked = TRUE;
  self->end.call = end_when_silent;
  self->end.data = self;
  self->fd = fd;
  self->is_local = getsockopt (fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 && domain == AF_UNIX;
  g_queue_init (&self->fd_notes);
  self->received_fds = g_array_new (FALSE, FALSE, sizeof (int));
  thespian_polled_add_locked (&self->polled, peer->exchange, fd, EPOLLIN);
  return &self->link;
}

void
thespian_link_stream_begin (ThespianLink   *link,
                            ThespianBuffer *preamble)
{
  StreamLink *self = (StreamLink *) link;

  self->pending = *preamble;
  *preamble = (ThespianBuffer) THESPIAN_BUFFER_INIT;
}
