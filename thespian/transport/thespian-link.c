/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is the same for links of all kinds. */

#include "config.h"

#include "transport/thespian-link-private.h"

#include "model/thespian-error.h"

#include <unistd.h>

void
thespian_link_init (ThespianLink          *self,
                    const ThespianLinkOps *ops,
                    ThespianPeer          *peer)
{
  self->ops = ops;
  self->peer = peer;
}

void
thespian_link_free (ThespianLink *self)
{
  self->ops->free (self);
}

gboolean
thespian_link_flush_locked (ThespianLink *self)
{
  return self->ops->flush (self);
}

gboolean
thespian_link_flush_notes_locked (ThespianLink *self)
{
  return self->ops->flush_notes (self);
}

gboolean
thespian_link_is_draining_locked (ThespianLink *self)
{
  return self->ops->is_draining != NULL && self->ops->is_draining (self);
}

void
thespian_link_keep_rest_locked (ThespianLink    *self,
                                ThespianChannel *channel)
{
  if (self->ops->keep_rest != NULL)
    self->ops->keep_rest (self, channel);
}

void
thespian_link_expect_fds (ThespianLink *self)
{
  if (self->ops->expect_fds != NULL)
    self->ops->expect_fds (self);
}

int
thespian_link_take_fd (ThespianLink *self)
{
  return self->ops->take_fd != NULL ? self->ops->take_fd (self) : -1;
}

void
thespian_link_send_fd_locked (ThespianLink  *self,
                              ThespianFrame *note,
                              int            fd)
{
  if (self->ops->send_fd != NULL)
    self->ops->send_fd (self, note, fd);
  else
    close (fd);
}

void
thespian_link_expect_end_locked (ThespianLink *self)
{
  self->ops->expect_end (self);
}

ThespianPeer *
thespian_link_get_peer (ThespianLink *self)
{
  return self->peer;
}

static gboolean
check_length (ThespianLink *self,
              guint32       length,
              GError      **error)
{
  guint32 limit = self->peer->exchange->limits.max_message + 2 * THESPIAN_MESSAGE_MARGIN;

  if (length >= THESPIAN_FRAME_HEADER_SIZE && length % THESPIAN_FRAME_ALIGNMENT == 0 && length <= limit)
    return TRUE;
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
               "A frame says that it has %u bytes: from %u to %u can be, in steps of %u", length,
               THESPIAN_FRAME_HEADER_SIZE, limit, THESPIAN_FRAME_ALIGNMENT);
  return FALSE;
}

gboolean
thespian_link_hand_on_locked (ThespianLink *self,
                              const guint8 *data,
                              gsize         length,
                              gsize        *ret_used,
                              GError      **error)
{
  ThespianPeer *peer = self->peer;
  gsize used = 0;

  while (length - used >= 4 && peer->link == self)
    {
      guint32 frame_length = thespian_frame_peek_length (data + used);
      ThespianFrame frame;

      if (!check_length (self, frame_length, error))
        return FALSE;
      if (frame_length > length - used)
        break;
      if (!thespian_frame_read (data + used, frame_length, &frame, error) ||
          !thespian_peer_receive_locked (peer, &frame, NULL, error))
        return FALSE;
      used += frame_length;
    }
  *ret_used = used;
  return TRUE;
}
