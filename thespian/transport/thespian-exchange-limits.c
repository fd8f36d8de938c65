/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How long a transmission may wait, and how much may leave in a second. */

#include "config.h"

#include "transport/thespian-exchange-private.h"

/* How much may have been saved up, in seconds of the rate. */
#define BURST 0.1
#define PAUSE (10 * G_TIME_SPAN_MILLISECOND)

/* --- Expiry ---------------------------------------------------------------------------------------------- */

static void
expire_locked (gpointer data)
{
  ThespianExchange *self = data;
  g_autoptr (GPtrArray) expired = g_ptr_array_new ();
  gint64 now = g_get_monotonic_time ();
  gint64 next = G_MAXINT64;
  GHashTableIter iter;
  gpointer channel;

  g_hash_table_iter_init (&iter, self->channels);
  while (g_hash_table_iter_next (&iter, NULL, &channel))
    {
      gint64 at = thespian_channel_get_expiry_locked (channel);

      if (at <= now)
        g_ptr_array_add (expired, channel);
      else
        next = MIN (next, at);
    }
  for (guint i = 0; i < expired->len; i++)
    thespian_channel_expire_locked (g_ptr_array_index (expired, i));
  if (next != G_MAXINT64)
    thespian_alarm_set_locked (&self->expiry, self, next);
}

void
thespian_exchange_expect_expiry_locked (ThespianExchange *self)
{
  if (self->expiry.exchange != NULL || self->closed)
    return;
  self->expiry.call = expire_locked;
  self->expiry.data = self;
  thespian_alarm_set_locked (&self->expiry, self, g_get_monotonic_time () + self->limits.transmit_timeout);
}

/* --- Rate -------------------------------------------------------------------------------------------------- */

static void
allow_locked (gpointer data)
{
  ThespianExchange *self = data;
  GHashTableIter iter;
  gpointer peer;

  g_hash_table_iter_init (&iter, self->peers);
  while (g_hash_table_iter_next (&iter, NULL, &peer))
    if (((ThespianPeer *) peer)->first_ready != NULL)
      thespian_peer_set_dirty_locked (peer);
}

gsize
thespian_exchange_get_allowance_locked (ThespianExchange *self)
{
  gint64 now;
  double more;

  if (self->limits.rate == 0)
    return G_MAXSIZE;
  now = g_get_monotonic_time ();
  more = (double) self->limits.rate * (double) (now - self->allowed_at) / G_TIME_SPAN_SECOND;
  if (more >= 1)
    {
      self->n_allowed = (gint64) MIN ((double) self->n_allowed + more, MAX (1, (double) self->limits.rate * BURST));
      self->allowed_at = now;
    }
  if (self->n_allowed <= 0)
    {
      self->allowance.call = allow_locked;
      self->allowance.data = self;
      thespian_alarm_set_locked (&self->allowance, self, now + PAUSE);
    }
  return (gsize) MAX (self->n_allowed, 0);
}

/* What cannot leave in part may be more than is allowed: then the next has to wait longer. */
void
thespian_exchange_use_allowance_locked (ThespianExchange *self,
                                        gsize             n_bytes)
{
  if (self->limits.rate != 0)
    self->n_allowed -= (gint64) n_bytes;
}
