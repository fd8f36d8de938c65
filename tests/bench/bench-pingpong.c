/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A message back and forth between two actors: beside each other, and on two workers. */

#include "bench-actor.h"
#include "raw-wakeup.h"
#include "raw.h"

#define ROUND_TRIPS 1000000
#define ROUND_TRIPS_APART 50000

static gboolean
ponger_receive (ThespianActor   *actor,
                const GValue    *message,
                ThespianAddress *sender,
                GError         **error G_GNUC_UNUSED)
{
  if (G_VALUE_HOLDS_INT64 (message))
    thespian_actor_send_int64 (actor, sender, g_value_get_int64 (message) + 1);
  return TRUE;
}

BENCH_DEFINE_ACTOR (Ponger, ponger)

static gboolean
pinger_go (BenchActor      *self,
           guint64          size,
           ThespianAddress *asker,
           BenchCreate      create,
           GError         **error)
{
  if (self->peer == NULL)
    self->peer = create (THESPIAN_ACTOR (self), ponger_get_type (), error);
  if (self->peer == NULL)
    return FALSE;
  g_set_object (&self->asker, asker);
  self->left = size;
  return thespian_actor_send_int64 (THESPIAN_ACTOR (self), self->peer, 0);
}

static gboolean
pinger_handle (BenchActor      *self,
               const GValue    *message,
               ThespianAddress *sender,
               BenchCreate      create,
               GError         **error)
{
  if (G_VALUE_HOLDS_INT64 (message))
    {
      if (--self->left > 0)
        return thespian_actor_send_int64 (THESPIAN_ACTOR (self), sender,
                                          g_value_get_int64 (message) + 1);
      bench_actor_answer (self);
    }
  else if (G_VALUE_HOLDS_UINT64 (message))
    {
      return pinger_go (self, g_value_get_uint64 (message), sender, create, error);
    }
  return TRUE;
}

static gboolean
pinger_receive (ThespianActor   *actor,
                const GValue    *message,
                ThespianAddress *sender,
                GError         **error)
{
  return pinger_handle (BENCH_ACTOR (actor), message, sender, bench_actor_create, error);
}

BENCH_DEFINE_ACTOR (Pinger, pinger)

static gboolean
pinger_apart_receive (ThespianActor   *actor,
                      const GValue    *message,
                      ThespianAddress *sender,
                      GError         **error)
{
  return pinger_handle (BENCH_ACTOR (actor), message, sender, bench_actor_create_apart, error);
}

BENCH_DEFINE_ACTOR (PingerApart, pinger_apart)

static double
pingpong_measure (BenchRun *run,
                  GError  **error)
{
  guint64 round_trips = bench_run_scale (run, ROUND_TRIPS, 100);

  return bench_root_rate (run, pinger_get_type (), round_trips, 1, error);
}

static void
raw_ping (RawActor         *self,
          const RawMessage *message)
{
  if (--self->left > 0)
    raw_send (self, self->peer, message->value + 1);
}

static void
raw_pong (RawActor         *self,
          const RawMessage *message)
{
  raw_send (self, self->peer, message->value + 1);
}

static double
pingpong_limit (BenchRun *run)
{
  guint64 round_trips = bench_run_scale (run, ROUND_TRIPS, 100);
  RawActor *pinger = raw_actor_new (raw_ping);
  RawActor *ponger = raw_actor_new (raw_pong);
  gint64 took;

  pinger->peer = ponger;
  ponger->peer = pinger;
  pinger->left = round_trips;
  raw_send (pinger, ponger, 0);
  took = raw_run ();
  g_object_unref (pinger);
  g_object_unref (ponger);
  return bench_rate (round_trips, 0, took);
}

static double
pingpong2_measure (BenchRun *run,
                   GError  **error)
{
  guint64 round_trips = bench_run_scale (run, ROUND_TRIPS_APART, 100);

  return bench_root_rate (run, pinger_apart_get_type (), round_trips, 1, error);
}

static double
pingpong2_limit (BenchRun *run)
{
  return raw_wakeup_rate (bench_run_scale (run, ROUND_TRIPS_APART, 100));
}

const BenchWorkload bench_pingpong = {
  .name = "pingpong",
  .unit = "round trips/s",
  .summary = "1 M round trips between two actors",
  .measure = pingpong_measure,
  .limit = pingpong_limit,
};

const BenchWorkload bench_pingpong2 = {
  .name = "pingpong2",
  .unit = "round trips/s",
  .summary = "50 k round trips between actors of two workers; limit: threads and eventfds",
  .fits = bench_base_has_several,
  .measure = pingpong2_measure,
  .limit = pingpong2_limit,
};
