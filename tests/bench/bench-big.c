/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Many to many: 100 actors ping pseudo-random others, and each ping is answered.  `big` has them
 * all beside each other; `bigwork2` spreads them, with 200 ns of work a message, and tells what a
 * second worker gains.
 */

#include "bench-actor.h"
#include "bench-work.h"
#include "raw.h"

#define ACTORS 100
#define PINGS_EACH 10000
#define SEED 2463534242u

enum
{
  START = 0,
  PING = 1,
  PONG = 2,
};

static void
chatter_ping (BenchActor *self)
{
  ThespianActor *actor = THESPIAN_ACTOR (self);

  if (self->left-- == 0)
    bench_actor_tell_parent (self);
  else
    thespian_actor_send_int64 (actor, self->peers->pdata[bench_random (&self->random) % ACTORS],
                               PING);
}

static void
chatter_add_peer (BenchActor      *self,
                  ThespianAddress *peer)
{
  if (self->peers == NULL)
    self->peers = g_ptr_array_new_full (ACTORS, g_object_unref);
  g_ptr_array_add (self->peers, g_object_ref (peer));
}

/* Gets the addresses of all, its seed, and for each round the number of its pings. */
static gboolean
chatter_receive (ThespianActor   *actor,
                 const GValue    *message,
                 ThespianAddress *sender,
                 GError         **error G_GNUC_UNUSED)
{
  BenchActor *self = BENCH_ACTOR (actor);

  if (G_VALUE_HOLDS_INT64 (message))
    {
      if (g_value_get_int64 (message) == PING)
        thespian_actor_send_int64 (actor, sender, PONG);
      else
        chatter_ping (self);
    }
  else if (G_VALUE_HOLDS (message, THESPIAN_TYPE_ADDRESS))
    {
      chatter_add_peer (self, g_value_get_object (message));
    }
  else if (G_VALUE_HOLDS_INT (message))
    {
      self->random = SEED + (guint32) g_value_get_int (message);
    }
  else if (G_VALUE_HOLDS_UINT64 (message))
    {
      self->left = g_value_get_uint64 (message);
      chatter_ping (self);
    }
  return TRUE;
}

BENCH_DEFINE_ACTOR (Chatter, chatter)

static gboolean
worker_receive (ThespianActor   *actor,
                const GValue    *message,
                ThespianAddress *sender,
                GError         **error)
{
  if (G_VALUE_HOLDS_INT64 (message))
    bench_work ();
  return chatter_receive (actor, message, sender, error);
}

BENCH_DEFINE_ACTOR (Worker, worker)

static gboolean
crowd_prepare (BenchActor *self,
               GType       type,
               BenchCreate create,
               GError    **error)
{
  ThespianActor *actor = THESPIAN_ACTOR (self);

  if (self->peers != NULL)
    return TRUE;
  if (!bench_actor_create_peers (self, create, type, ACTORS, error))
    return FALSE;
  for (guint i = 0; i < ACTORS; i++)
    {
      thespian_actor_send_int (actor, self->peers->pdata[i], (int) i * 7919);
      for (guint j = 0; j < ACTORS; j++)
        thespian_actor_send_object (actor, self->peers->pdata[i], self->peers->pdata[j]);
    }
  return TRUE;
}

/* The size is the number of pings of each. */
static gboolean
crowd_handle (ThespianActor   *actor,
              const GValue    *message,
              ThespianAddress *sender,
              GType            type,
              BenchCreate      create,
              GError         **error)
{
  BenchActor *self = BENCH_ACTOR (actor);

  if (G_VALUE_HOLDS_UINT64 (message))
    {
      if (!crowd_prepare (self, type, create, error))
        return FALSE;
      g_set_object (&self->asker, sender);
      self->left = ACTORS;
      for (guint i = 0; i < ACTORS; i++)
        thespian_actor_send_uint64 (actor, self->peers->pdata[i], g_value_get_uint64 (message));
    }
  else if (G_VALUE_HOLDS_BOOLEAN (message) && --self->left == 0)
    {
      bench_actor_answer (self);
    }
  return TRUE;
}

static gboolean
chatters_receive (ThespianActor   *actor,
                  const GValue    *message,
                  ThespianAddress *sender,
                  GError         **error)
{
  return crowd_handle (actor, message, sender, chatter_get_type (), bench_actor_create, error);
}

BENCH_DEFINE_ACTOR (Chatters, chatters)

static gboolean
workers_receive (ThespianActor   *actor,
                 const GValue    *message,
                 ThespianAddress *sender,
                 GError         **error)
{
  return crowd_handle (actor, message, sender, worker_get_type (), bench_actor_create_apart, error);
}

BENCH_DEFINE_ACTOR (Workers, workers)

static double
big_measure (BenchRun *run,
             GError  **error)
{
  return bench_root_rate (run, g_type_name (chatters_get_type ()),
                          bench_run_scale (run, PINGS_EACH, 100),
                          2 * ACTORS, error);
}

/* The rate of `workers` actors on a system of its own with @n worker threads. */
static double
workers_rate (const BenchRun *run,
              guint           n,
              GError        **error)
{
  const BenchBase base = { .name = run->base->name, .workers = n };
  BenchRun own = { .base = &base, .divisor = run->divisor };
  double rate = bench_root_rate (&own, g_type_name (workers_get_type ()),
                                 bench_run_scale (run, PINGS_EACH, 100),
                                 2 * ACTORS, error);

  if (!bench_run_stop (&own, rate < 0 ? NULL : error))
    return -1;
  return rate;
}

static double
bigwork2_measure (BenchRun *run,
                  GError  **error)
{
  double one, two;

  bench_work_calibrate ();
  one = workers_rate (run, 1, error);
  if (one < 0)
    return -1;
  two = workers_rate (run, 2, error);
  return two < 0 ? -1 : two / one;
}

static void
raw_chat (RawActor         *self,
          const RawMessage *message)
{
  if (message->value == PING)
    raw_send (self, message->sender, PONG);
  else if (self->left-- > 0)
    raw_send (self, self->peers[bench_random (&self->random) % ACTORS], PING);
}

static double
big_limit (BenchRun *run)
{
  guint64 each = bench_run_scale (run, PINGS_EACH, 100);
  RawActor *crowd[ACTORS];
  gint64 took;

  for (guint i = 0; i < ACTORS; i++)
    {
      crowd[i] = raw_actor_new (raw_chat);
      crowd[i]->peers = crowd;
      crowd[i]->left = each;
      crowd[i]->random = SEED + i * 7919;
      raw_send (NULL, crowd[i], START);
    }
  took = raw_run ();
  for (guint i = 0; i < ACTORS; i++)
    g_object_unref (crowd[i]);
  return bench_rate (2 * ACTORS * each, 0, took);
}

static double
bigwork2_limit (BenchRun *run)
{
  return bench_work_speedup (2 * ACTORS * bench_run_scale (run, PINGS_EACH, 100));
}

const BenchWorkload bench_big = {
  .name = "big",
  .unit = "msgs/s",
  .summary = "100 actors, each 10 k pings to random others, each answered",
  .fits = bench_base_is_in_process,
  .measure = big_measure,
  .limit = big_limit,
};

const BenchWorkload bench_bigwork2 = {
  .name = "bigwork2",
  .unit = "times one worker",
  .summary = "big with 200 ns of work a message: two workers over one; limit: two threads over one",
  .fits = bench_base_has_one,
  .measure = bigwork2_measure,
  .limit = bigwork2_limit,
};
