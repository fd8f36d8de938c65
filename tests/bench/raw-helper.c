/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "raw-helper.h"

#include "raw-peer.h"

#include <sys/socket.h>
#include <unistd.h>

struct _RawHelper
{
  RawPeer peer;
};

/* The other process is this program too: a function has the same address there. */
typedef struct
{
  RawMeasure measure;
  RawLink link;
  guint64 count;
} Request;

static void
serve (int      fd,
       gpointer data G_GNUC_UNUSED)
{
  Request request;

  while (raw_read_all (fd, &request, sizeof request))
    {
      double figure = request.measure (request.link, request.count);

      raw_write_all (fd, &figure, sizeof figure);
    }
}

RawHelper *
raw_helper_start (int unwanted)
{
  RawHelper *self = g_new0 (RawHelper, 1);
  int fds[2];

  raw_check (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), "socketpair");
  raw_peer_fork (&self->peer, fds[0], fds[1], unwanted, serve, NULL);
  return self;
}

void
raw_helper_stop (RawHelper *self)
{
  raw_peer_end (&self->peer);
  g_free (self);
}

double
raw_helper_measure (RawHelper *self,
                    RawMeasure measure,
                    RawLink    link,
                    guint64    count)
{
  const Request request = { measure, link, count };
  double figure;

  raw_write_all (self->peer.fd, &request, sizeof request);
  if (!raw_read_all (self->peer.fd, &figure, sizeof figure))
    g_error ("The process that measures the raw limits has ended");
  return figure;
}
