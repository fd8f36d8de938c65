/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "raw-process.h"

#include "bench-pace.h"
#include "bench.h"
#include "raw-peer.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#define SIZE 64

/* What every main loop does for a message: waits until there is something, then takes it. */
static gboolean
receive (int     fd,
         guint8 *buffer)
{
  struct pollfd poll_fd = { .fd = fd, .events = POLLIN };

  while (poll (&poll_fd, 1, -1) < 0)
    if (errno != EINTR)
      return FALSE;
  return read (fd, buffer, SIZE) == SIZE;
}

static void
echo (int      fd,
      gpointer data G_GNUC_UNUSED)
{
  guint8 buffer[SIZE];

  while (receive (fd, buffer))
    raw_write_all (fd, buffer, SIZE);
}

static gboolean
round_trip (gpointer data,
            GError **error G_GNUC_UNUSED)
{
  RawPeer *peer = data;
  guint8 buffer[SIZE] = { 0 };

  raw_write_all (peer->fd, buffer, SIZE);
  if (!receive (peer->fd, buffer))
    g_error ("The other side of a raw ping-pong is gone");
  return TRUE;
}

double
raw_pingpong (RawLink link,
              guint64 round_trips)
{
  RawPeer peer;
  gint64 start, end;

  raw_peer_start (&peer, link, echo, NULL);
  round_trip (&peer, NULL);
  start = bench_now_ns ();
  for (guint64 i = 0; i < round_trips; i++)
    round_trip (&peer, NULL);
  end = bench_now_ns ();
  raw_peer_end (&peer);
  return bench_rate (round_trips, start, end);
}

double
raw_tail (RawLink link,
          guint64 round_trips)
{
  RawPeer peer;
  double ratio;

  raw_peer_start (&peer, link, echo, NULL);
  ratio = bench_pace_tail (round_trips, round_trip, &peer, NULL);
  raw_peer_end (&peer);
  return ratio;
}
