/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Actors that live for one message: 200 k created, each answers and ends.  In `forkjoin` their
 * parent does not look at ChildActorExited, in `forkjoinexits` it counts them instead.
 */

#include "bench-actor.h"
#include "raw.h"

#define ACTORS 200000

static gboolean
mayfly_receive (ThespianActor   *actor,
                const GValue    *message,
                ThespianAddress *sender,
                GError         **error G_GNUC_UNUSED)
{
  if (G_VALUE_HOLDS_INT64 (message))
    {
      thespian_actor_send_int64 (actor, sender, g_value_get_int64 (message));
      bench_actor_exit (actor);
    }
  return TRUE;
}

typedef ThespianActor Mayfly;
typedef ThespianActorClass MayflyClass;

static GType mayfly_get_type (void);
G_DEFINE_FINAL_TYPE (Mayfly, mayfly, THESPIAN_TYPE_ACTOR)

static void
mayfly_init (Mayfly *self G_GNUC_UNUSED)
{
}

static void
mayfly_class_init (MayflyClass *klass)
{
  klass->receive_message = mayfly_receive;
}

static gboolean
forker_go (BenchActor      *self,
           guint64          size,
           ThespianAddress *asker,
           GError         **error)
{
  ThespianActor *actor = THESPIAN_ACTOR (self);

  g_set_object (&self->asker, asker);
  self->left = size;
  for (guint64 i = 0; i < size; i++)
    {
      g_autoptr (ThespianAddress) child = bench_actor_create (actor, mayfly_get_type (), error);

      if (child == NULL)
        return FALSE;
      thespian_actor_send_int64 (actor, child, (gint64) i);
    }
  return TRUE;
}

static gboolean
forker_receive (ThespianActor   *actor,
                const GValue    *message,
                ThespianAddress *sender,
                GError         **error)
{
  BenchActor *self = BENCH_ACTOR (actor);

  if (G_VALUE_HOLDS_INT64 (message))
    {
      if (--self->left == 0)
        bench_actor_answer (self);
    }
  else if (G_VALUE_HOLDS_UINT64 (message))
    {
      return forker_go (self, g_value_get_uint64 (message), sender, error);
    }
  return TRUE;
}

typedef BenchActor Forker;
typedef BenchActorClass ForkerClass;

static GType forker_get_type (void);
G_DEFINE_FINAL_TYPE (Forker, forker, BENCH_TYPE_ACTOR)

static void
forker_init (Forker *self G_GNUC_UNUSED)
{
}

static void
forker_class_init (ForkerClass *klass)
{
  klass->receive_message = forker_receive;
  thespian_actor_class_ignore_messages (klass, THESPIAN_TYPE_CHILD_ACTOR_EXITED);
}

static gboolean
mourner_receive (ThespianActor   *actor,
                 const GValue    *message,
                 ThespianAddress *sender,
                 GError         **error)
{
  BenchActor *self = BENCH_ACTOR (actor);

  if (G_VALUE_HOLDS_INT64 (message))
    return TRUE;
  if (G_VALUE_HOLDS_UINT64 (message))
    return forker_go (self, g_value_get_uint64 (message), sender, error);
  if (G_VALUE_HOLDS (message, THESPIAN_TYPE_CHILD_ACTOR_EXITED) && --self->left == 0)
    bench_actor_answer (self);
  return TRUE;
}

BENCH_DEFINE_ACTOR (Mourner, mourner)

static double
forkjoin_measure (BenchRun *run,
                  GError  **error)
{
  return bench_root_rate (run, g_type_name (forker_get_type ()),
                          bench_run_scale (run, ACTORS, 100), 1, error);
}

static double
forkjoinexits_measure (BenchRun *run,
                       GError  **error)
{
  return bench_root_rate (run, g_type_name (mourner_get_type ()),
                          bench_run_scale (run, ACTORS, 100), 1, error);
}

static void
raw_join (RawActor         *self,
          const RawMessage *message G_GNUC_UNUSED)
{
  self->left--;
}

static void
raw_mayfly (RawActor         *self,
            const RawMessage *message)
{
  raw_send (NULL, message->sender, message->value);
  g_object_unref (self);
}

static void
raw_fork (RawActor         *self,
          const RawMessage *message)
{
  for (gint64 i = 0; i < message->value; i++)
    raw_send (self->peer, raw_actor_new (raw_mayfly), i);
}

static double
forkjoin_limit (BenchRun *run)
{
  guint64 actors = bench_run_scale (run, ACTORS, 100);
  RawActor *forker = raw_actor_new (raw_fork);
  gint64 took;

  forker->peer = raw_actor_new (raw_join);
  forker->peer->left = actors;
  raw_send (NULL, forker, actors);
  took = raw_run ();
  g_assert (forker->peer->left == 0);
  g_object_unref (forker->peer);
  g_object_unref (forker);
  return bench_rate (actors, 0, took);
}

const BenchWorkload bench_forkjoin = {
  .name = "forkjoin",
  .unit = "actors/s",
  .summary = "200 k actors created, each answers one message and ends",
  .fits = bench_base_is_in_process,
  .measure = forkjoin_measure,
  .limit = forkjoin_limit,
};

const BenchWorkload bench_forkjoinexits = {
  .name = "forkjoinexits",
  .unit = "actors/s",
  .summary = "the same, and the parent gets each ChildActorExited",
  .fits = bench_base_is_in_process,
  .measure = forkjoinexits_measure,
  .limit = forkjoin_limit,
};
