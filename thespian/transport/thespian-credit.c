/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * How much may wait for a target, and what a sender does when it is too much.  It waits until enough
 * was handled, but
 *
 *  - not longer than BLOCK_LIMIT, and
 *  - not when the target's node waits for the sender's, by itself or by others: two actors that
 *    flood each other, or any ring of them, would wait for ever.  Each node that begins to wait
 *    sends a probe to whom it waits for; who waits itself passes it on; one that comes back has
 *    found a ring.
 *
 * Who may not wait (any longer) still gets in until the drop level is reached.
 *
 * While the node's own thread waits, frames come and go, but no message reaches an actor.
 */

#include "config.h"

#include "transport/thespian-exchange-private.h"

#define BLOCK_LIMIT (5 * G_TIME_SPAN_SECOND)
#define PROBE_INTERVAL (100 * G_TIME_SPAN_MILLISECOND)
#define POLL_MILLISECONDS 10
#define MAX_HOPS 64
#define PACE_STEP (1024 * 1024)
#define PACE_PATIENCE (2 * G_TIME_SPAN_MILLISECOND)

static gboolean
is_full_locked (ThespianChannel *self)
{
  return self->last - self->handled >= self->exchange->limits.max_queued ||
         self->n_bytes >= self->exchange->limits.max_bytes;
}

static gboolean
must_wait_locked (ThespianChannel *self)
{
  return self->is_blocked && self->state != THESPIAN_CHANNEL_DEAD && !self->exchange->closed;
}

static void
send_probe_locked (ThespianChannel *self,
                   guint64          origin,
                   guint8           hops)
{
  ThespianFrame probe = {
    .kind = THESPIAN_FRAME_PROBE,
    .hops = hops,
    .target = self->id,
    .sender = { self->exchange->face->system_id, origin },
  };

  if (self->peer != NULL)
    thespian_peer_note_locked (self->peer, &probe);
}

void
thespian_channel_receive_probe_locked (ThespianExchange    *exchange,
                                       const ThespianFrame *probe)
{
  if (exchange->waits_for == NULL || probe->hops >= MAX_HOPS)
    return;
  if (probe->sender.actor_id == exchange->node_id)
    exchange->is_in_ring = TRUE;
  else
    send_probe_locked (exchange->waits_for, probe->sender.actor_id, probe->hops + 1);
}

static void
wait_on_node_locked (ThespianChannel *self,
                     gint64           deadline)
{
  ThespianExchange *exchange = self->exchange;
  gint64 probe_at = 0;
  gint64 now;

  exchange->waits_for = self;
  exchange->is_in_ring = FALSE;
  while (must_wait_locked (self) && !exchange->is_in_ring && (now = g_get_monotonic_time ()) < deadline)
    {
      if (now >= probe_at)
        {
          send_probe_locked (self, exchange->node_id, 0);
          probe_at = now + PROBE_INTERVAL;
        }
      thespian_exchange_wait_locked (exchange, POLL_MILLISECONDS);
    }
  exchange->waits_for = NULL;
}

static void
wait_elsewhere_locked (ThespianChannel *self,
                       gint64           deadline)
{
  ThespianExchange *exchange = self->exchange;

  exchange->n_awaiting_room++;
  while (must_wait_locked (self))
    if (deadline < 0)
      g_cond_wait (&exchange->room, &exchange->lock);
    else if (!g_cond_wait_until (&exchange->room, &exchange->lock, deadline))
      break;
  exchange->n_awaiting_room--;
}

static void
wait_for_room_locked (ThespianChannel *self,
                      gint64           deadline)
{
  self->is_blocked = TRUE;
  if (thespian_exchange_is_on_node (self->exchange))
    wait_on_node_locked (self, deadline);
  else
    wait_elsewhere_locked (self, deadline);
}

/* As long as something is handled.  Then it is left alone for a while. */
static void
pace_locked (ThespianChannel *self)
{
  gint64 end, deadline;
  guint64 handled;

  if (G_LIKELY (self->n_bytes < MAX (self->unpaced_bytes, THESPIAN_CHANNEL_PACE_BYTES)) ||
      !thespian_exchange_is_on_node (self->exchange))
    return;
  end = g_get_monotonic_time () + BLOCK_LIMIT;
  do
    {
      handled = self->handled;
      deadline = g_get_monotonic_time () + PACE_PATIENCE;
      while (self->handled == handled && g_get_monotonic_time () < deadline)
        thespian_exchange_wait_locked (self->exchange, PACE_PATIENCE / G_TIME_SPAN_MILLISECOND);
    }
  while (self->handled != handled && self->n_bytes > THESPIAN_CHANNEL_PACE_BYTES / 2 && deadline < end);
  self->unpaced_bytes = self->n_bytes + PACE_STEP;
}

gboolean
thespian_channel_admits_locked (ThespianChannel *self)
{
  if (self->state == THESPIAN_CHANNEL_DEAD)
    return TRUE;
  if (G_LIKELY (!is_full_locked (self)))
    {
      pace_locked (self);
      return TRUE;
    }
  wait_for_room_locked (self, g_get_monotonic_time () + BLOCK_LIMIT);
  return self->state == THESPIAN_CHANNEL_DEAD || self->last - self->handled < self->exchange->limits.drop_level;
}

gboolean
thespian_channel_make_room (ThespianPort *port,
                            gint64        deadline)
{
  ThespianChannel *self = (ThespianChannel *) port;
  ThespianExchange *exchange = self->exchange;
  gboolean has_room;

  thespian_exchange_call (exchange);
  g_mutex_lock (&exchange->lock);
  if (is_full_locked (self))
    wait_for_room_locked (self, deadline);
  has_room = !is_full_locked (self);
  thespian_exchange_unlock (exchange);
  return has_room;
}
