/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A message back and forth: BenchPinger is a root actor that has a BenchPonger beside it where
 * that is possible, BenchPingerApart has it on another worker.
 */

#include "actors.h"
#include "bench-actor.h"

static gboolean
bench_ponger_receive (ThespianActor   *actor,
                      const GValue    *message,
                      ThespianAddress *sender,
                      GError         **error G_GNUC_UNUSED)
{
  if (G_VALUE_HOLDS_INT64 (message))
    thespian_actor_send_int64 (actor, sender, g_value_get_int64 (message) + 1);
  return TRUE;
}

BENCH_DEFINE_MODULE_ACTOR (BenchPonger, bench_ponger)

static gboolean
pinger_go (BenchActor      *self,
           guint64          size,
           ThespianAddress *asker,
           gboolean         apart,
           GError         **error)
{
  ThespianActor *actor = THESPIAN_ACTOR (self);

  if (self->peer == NULL)
    self->peer = bench_actor_create_named (actor, BENCH_MODULE ("BenchPonger"), apart, error);
  if (self->peer == NULL)
    return FALSE;
  g_set_object (&self->asker, asker);
  self->left = size;
  return thespian_actor_send_int64 (actor, self->peer, 0);
}

static gboolean
pinger_handle (BenchActor      *self,
               const GValue    *message,
               ThespianAddress *sender,
               gboolean         apart,
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
      return pinger_go (self, g_value_get_uint64 (message), sender, apart, error);
    }
  else
    {
      bench_actor_fail (self, message);
    }
  return TRUE;
}

static gboolean
bench_pinger_receive (ThespianActor   *actor,
                      const GValue    *message,
                      ThespianAddress *sender,
                      GError         **error)
{
  return pinger_handle (BENCH_ACTOR (actor), message, sender, FALSE, error);
}

BENCH_DEFINE_MODULE_ACTOR (BenchPinger, bench_pinger)

static gboolean
bench_pinger_apart_receive (ThespianActor   *actor,
                            const GValue    *message,
                            ThespianAddress *sender,
                            GError         **error)
{
  return pinger_handle (BENCH_ACTOR (actor), message, sender, TRUE, error);
}

BENCH_DEFINE_MODULE_ACTOR (BenchPingerApart, bench_pinger_apart)
