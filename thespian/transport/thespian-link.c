/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A link over a connected stream socket.  It writes frames where they stand, many with one system
 * call, and reads into a buffer that all links share: an idle link costs no more than its descriptor.
 */

#include "config.h"

#include "transport/thespian-link-private.h"

#include "model/thespian-error.h"

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

static void
link_ready (ThespianPolled *polled,
            guint32         events)
{
  ThespianLink *self = (ThespianLink *) polled;

  if ((events & EPOLLOUT) != 0)
    thespian_peer_set_dirty_locked (self->peer);
  if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) == 0)
    return;
  self->peer->exchange->last_link = self;
  thespian_link_receive_locked (self);
}

ThespianLink *
thespian_link_new_stream (ThespianPeer *peer,
                          int           fd)
{
  ThespianLink *self = g_new0 (ThespianLink, 1);
  int domain = 0;
  socklen_t size = sizeof domain;

  self->polled.ready = link_ready;
  self->peer = peer;
  self->fd = fd;
  self->is_local = getsockopt (fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 && domain == AF_UNIX;
  g_queue_init (&self->fd_notes);
  self->received_fds = g_array_new (FALSE, FALSE, sizeof (int));
  thespian_polled_add_locked (&self->polled, peer->exchange, fd, EPOLLIN);
  return self;
}

void
thespian_link_free (ThespianLink *self)
{
  if (self->peer->exchange->last_link == self)
    self->peer->exchange->last_link = NULL;
  thespian_polled_remove_locked (&self->polled, self->peer->exchange, self->fd);
  close (self->fd);
  for (guint i = 0; i < self->received_fds->len; i++)
    close (g_array_index (self->received_fds, int, i));
  g_array_unref (self->received_fds);
  g_queue_clear_full (&self->fd_notes, fd_note_free);
  thespian_buffer_clear (&self->pending);
  thespian_buffer_clear (&self->partial);
  g_free (self);
}

/* --- Writing ------------------------------------------------------------------------------------------ */

static gboolean
has_pending (ThespianLink *self)
{
  return self->pending_offset < self->pending.length;
}

static void
set_wants_to_write (ThespianLink *self,
                    gboolean      wants)
{
  if (self->wants_to_write == wants)
    return;
  self->wants_to_write = wants;
  thespian_polled_change_locked (&self->polled, self->peer->exchange, self->fd, EPOLLIN | (wants ? EPOLLOUT : 0u));
}

/* FALSE when the link is broken; 0 in @ret_n when nothing can be written now. */
static gboolean
write_message (ThespianLink  *self,
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
flush_pending (ThespianLink *self)
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
send_with_fd (ThespianLink *self,
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
flush_fd_notes (ThespianLink *self)
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
} Batch;

static void
add_channel (Batch           *batch,
             ThespianChannel *channel)
{
  ThespianChunk *chunk = NULL;
  const guint8 *data;
  gsize length;

  while (batch->n < MAX_VECTORS && batch->n_bytes < MAX_WRITE &&
         thespian_channel_peek_locked (channel, chunk, &chunk, &data, &length))
    {
      batch->vectors[batch->n].iov_base = (gpointer) data;
      batch->vectors[batch->n].iov_len = length;
      batch->channels[batch->n++] = channel;
      batch->n_bytes += length;
    }
}

/* A frame that has left in part goes on first; what is noted goes before all others. */
static void
collect (ThespianLink *self,
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
  for (ThespianChannel *channel = self->peer->first_ready; channel != NULL; channel = channel->next_ready)
    if (channel != self->begun)
      add_channel (batch, channel);
}

static void
consume (ThespianLink *self,
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
flush_channels (ThespianLink *self)
{
  Batch batch;

  while (self->peer->first_ready != NULL || has_pending (self))
    {
      struct msghdr message = { .msg_iov = batch.vectors };
      gsize n;

      collect (self, &batch);
      if (batch.n == 0)
        return TRUE;
      message.msg_iovlen = batch.n;
      if (!write_message (self, &message, &n))
        return FALSE;
      consume (self, &batch, n);
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
take_notes (ThespianLink *self)
{
  ThespianBuffer former = self->pending;

  if (self->begun != NULL || self->peer->notes.length == 0)
    return;
  self->pending = self->peer->notes;
  self->pending_offset = 0;
  former.length = 0;
  self->peer->notes = former;
}

/* FALSE when nothing more can leave now. */
static gboolean
prepare (ThespianLink *self)
{
  if (self->is_deaf || !flush_pending (self))
    return FALSE;
  if (self->begun == NULL && !flush_fd_notes (self))
    return FALSE;
  take_notes (self);
  return TRUE;
}

gboolean
thespian_link_flush_notes_locked (ThespianLink *self)
{
  if (prepare (self))
    flush_pending (self);
  return !self->is_deaf;
}

gboolean
thespian_link_flush_locked (ThespianLink *self)
{
  if (!prepare (self))
    return !self->is_deaf;
  return flush_channels (self);
}

/* What is between two processes by a socketpair is with the other one as soon as it was written. */
gboolean
thespian_link_is_draining_locked (ThespianLink *self)
{
  int n_bytes = 0;

  return !self->is_deaf && (has_pending (self) || (!self->is_local && ioctl (self->fd, SIOCOUTQ, &n_bytes) == 0 && n_bytes > 0));
}

void
thespian_link_keep_rest_locked (ThespianLink    *self,
                                ThespianChannel *channel)
{
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

void
thespian_link_send_fd_locked (ThespianLink  *self,
                              ThespianFrame *frame,
                              int            fd)
{
  FdNote *note = g_new0 (FdNote, 1);

  frame->target = frame->sender = (ThespianFrameAddress){ 0 };
  thespian_frame_write_header (frame, thespian_buffer_extend (&note->frame, THESPIAN_FRAME_HEADER_SIZE));
  thespian_buffer_append (&note->frame, frame->body, frame->body_length);
  memset (thespian_buffer_extend (&note->frame, frame->length - note->frame.length), 0,
          frame->length - THESPIAN_FRAME_HEADER_SIZE - frame->body_length);
  note->fd = fd;
  g_queue_push_tail (&self->fd_notes, note);
  thespian_peer_set_dirty_locked (self->peer);
}

/* --- Reading ------------------------------------------------------------------------------------------ */

int
thespian_link_take_fd (ThespianLink *self)
{
  int fd;

  if (self->received_fds->len == 0)
    return -1;
  fd = g_array_index (self->received_fds, int, 0);
  g_array_remove_index (self->received_fds, 0);
  return fd;
}

static void
keep_fds (ThespianLink  *self,
          struct msghdr *message)
{
  for (struct cmsghdr *header = CMSG_FIRSTHDR (message); header != NULL; header = CMSG_NXTHDR (message, header))
    if (header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS)
      g_array_append_vals (self->received_fds, CMSG_DATA (header), (guint) ((header->cmsg_len - CMSG_LEN (0)) / sizeof (int)));
}

static gssize
read_some (ThespianLink *self,
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

  if (self->is_local)
    {
      message.msg_control = control.bytes;
      message.msg_controllen = sizeof control.bytes;
    }
  do
    n = recvmsg (self->fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  while (n < 0 && errno == EINTR);
  if (n > 0 && self->is_local)
    keep_fds (self, &message);
  return n;
}

static gboolean
check_length (ThespianLink *self,
              guint32       length,
              GError      **error)
{
  guint32 limit = self->peer->exchange->limits.max_message;

  if (length >= THESPIAN_FRAME_HEADER_SIZE && length % THESPIAN_FRAME_ALIGNMENT == 0 && length <= limit)
    return TRUE;
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
               "A frame says that it has %u bytes: from %u to %u can be, in steps of %u", length,
               THESPIAN_FRAME_HEADER_SIZE, limit, THESPIAN_FRAME_ALIGNMENT);
  return FALSE;
}

/* Hands on all whole frames; tells how many bytes that were. */
static gboolean
hand_on (ThespianLink *self,
         guint8       *data,
         gsize         length,
         gsize        *ret_used,
         GError      **error)
{
  gsize used = 0;

  while (length - used >= 4)
    {
      guint32 frame_length = thespian_frame_peek_length (data + used);
      ThespianFrame frame;

      if (!check_length (self, frame_length, error))
        return FALSE;
      if (frame_length > length - used)
        break;
      if (!thespian_frame_read (data + used, frame_length, &frame, error) ||
          !thespian_peer_receive_locked (self->peer, &frame, NULL, error))
        return FALSE;
      used += frame_length;
    }
  *ret_used = used;
  return TRUE;
}

/* A frame that is too large for the common buffer has one of its own, which its content may live on in. */
static gboolean
hand_on_large (ThespianLink *self,
               GError      **error)
{
  g_autoptr (GBytes) backing = thespian_buffer_steal (&self->partial);
  gsize length;
  const guint8 *data = g_bytes_get_data (backing, &length);
  ThespianFrame frame;

  self->large_length = 0;
  return thespian_frame_read (data, length, &frame, error) &&
         thespian_peer_receive_locked (self->peer, &frame, backing, error);
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
read_large (ThespianLink *self,
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
keep_partial (ThespianLink *self,
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
read_common (ThespianLink *self,
             gsize        *budget,
             GError      **error)
{
  ThespianExchange *exchange = self->peer->exchange;
  guint8 *buffer = exchange->read_buffer;
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
      if (!hand_on (self, buffer, length, &used, error))
        return READ_WRONG;
      keep_partial (self, buffer + used, length - used, THESPIAN_READ_BUFFER_SIZE);
    }
  return result_of (n, asked);
}

gboolean
thespian_link_receive_locked (ThespianLink *self)
{
  ThespianPeer *peer = self->peer;
  g_autoptr (GError) error = NULL;
  ReadResult result;
  gsize budget = MAX_READ;

  do
    result = self->large_length > 0 ? read_large (self, &budget, &error) : read_common (self, &budget, &error);
  while (result == READ_AGAIN && budget > 0 && peer->link == self);

  if (peer->link != self || result == READ_AGAIN || result == READ_ALL)
    return budget < MAX_READ;
  thespian_peer_lose_link_locked (peer, error != NULL ? error->message : NULL);
  return FALSE;
}
