/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One message that travels round a ring of 1,000 actors. */

#include "bench-actor.h"
#include "raw.h"

#define ACTORS 1000
#define HOPS 2000000

/* Gets its neighbour's address, then hops; at the last it tells its parent. */
static gboolean
hopper_receive (ThespianActor   *actor,
                const GValue    *message,
                ThespianAddress *sender G_GNUC_UNUSED,
                GError         **error G_GNUC_UNUSED)
{
  BenchActor *self = BENCH_ACTOR (actor);

  if (G_VALUE_HOLDS_INT64 (message))
    {
      gint64 hops = g_value_get_int64 (message);

      if (hops > 1)
        thespian_actor_send_int64 (actor, self->peer, hops - 1);
      else
        bench_actor_tell_parent (self);
    }
  else if (G_VALUE_HOLDS (message, THESPIAN_TYPE_ADDRESS))
    {
      g_set_object (&self->peer, g_value_get_object (message));
    }
  return TRUE;
}

BENCH_DEFINE_ACTOR (Hopper, hopper)

static gboolean
ring_prepare (BenchActor *self,
              GError    **error)
{
  if (self->peers != NULL)
    return TRUE;
  if (!bench_actor_create_peers (self, bench_actor_create, hopper_get_type (), ACTORS, error))
    return FALSE;
  for (guint i = 0; i < ACTORS; i++)
    thespian_actor_send_object (THESPIAN_ACTOR (self), self->peers->pdata[i],
                                self->peers->pdata[(i + 1) % ACTORS]);
  return TRUE;
}

static gboolean
ring_receive (ThespianActor   *actor,
              const GValue    *message,
              ThespianAddress *sender,
              GError         **error)
{
  BenchActor *self = BENCH_ACTOR (actor);

  if (!G_VALUE_HOLDS_UINT64 (message))
    {
      bench_actor_answer (self);
      return TRUE;
    }
  if (!ring_prepare (self, error))
    return FALSE;
  g_set_object (&self->asker, sender);
  return thespian_actor_send_int64 (actor, self->peers->pdata[0],
                                    (gint64) g_value_get_uint64 (message));
}

BENCH_DEFINE_ACTOR (Ring, ring)

static double
ring_measure (BenchRun *run,
              GError  **error)
{
  return bench_root_rate (run, g_type_name (ring_get_type ()),
                          bench_run_scale (run, HOPS, 1000), 1, error);
}

static void
raw_hop (RawActor         *self,
         const RawMessage *message)
{
  if (message->value > 1)
    raw_send (self, self->peer, message->value - 1);
}

static double
ring_limit (BenchRun *run)
{
  guint64 hops = bench_run_scale (run, HOPS, 1000);
  RawActor *ring[ACTORS];
  gint64 took;

  for (guint i = 0; i < ACTORS; i++)
    ring[i] = raw_actor_new (raw_hop);
  for (guint i = 0; i < ACTORS; i++)
    ring[i]->peer = ring[(i + 1) % ACTORS];
  raw_send (NULL, ring[0], hops);
  took = raw_run ();
  for (guint i = 0; i < ACTORS; i++)
    g_object_unref (ring[i]);
  return bench_rate (hops, 0, took);
}

const BenchWorkload bench_ring = {
  .name = "ring",
  .unit = "hops/s",
  .summary = "2 M hops round a ring of 1,000 actors",
  .fits = bench_base_is_in_process,
  .measure = ring_measure,
  .limit = ring_limit,
};
