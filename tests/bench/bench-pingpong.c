/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A message back and forth between two actors: beside each other, on two workers, in processes. */

#include "bench-actor.h"
#include "raw-process.h"
#include "raw-wakeup.h"
#include "raw.h"

#define ROUND_TRIPS 1000000
#define ROUND_TRIPS_APART 50000
#define RAW_ROUND_TRIPS 10000

static guint64
round_trips_of (BenchRun *run)
{
  return bench_run_scale (run, run->base->processes ? ROUND_TRIPS_APART : ROUND_TRIPS, 100);
}

static double
pingpong_measure (BenchRun *run,
                  GError  **error)
{
  return bench_root_rate (run, BENCH_MODULE ("BenchPinger"), round_trips_of (run), 1, error);
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
raw_actors_rate (guint64 round_trips)
{
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
pingpong_limit (BenchRun *run)
{
  if (run->base->processes)
    return bench_run_raw (run, raw_pingpong, bench_run_scale (run, RAW_ROUND_TRIPS, 100));
  return raw_actors_rate (round_trips_of (run));
}

static double
pingpong2_measure (BenchRun *run,
                   GError  **error)
{
  guint64 round_trips = bench_run_scale (run, ROUND_TRIPS_APART, 100);

  return bench_root_rate (run, BENCH_MODULE ("BenchPingerApart"), round_trips, 1, error);
}

static double
pingpong2_limit (BenchRun *run)
{
  return raw_wakeup_rate (bench_run_scale (run, ROUND_TRIPS_APART, 100));
}

const BenchWorkload bench_pingpong = {
  .name = "pingpong",
  .unit = "round trips/s",
  .summary = "1 M round trips between two actors, 50 k between two processes",
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
