/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bench-stage.h"

static gboolean
bench_stage_create (ThespianActor   *actor,
                    const char      *specification,
                    ThespianAddress *sender,
                    GError         **error)
{
  g_autoptr (ThespianAddress) root = NULL;

  root = bench_actor_create_named (actor, specification, FALSE, error);
  return root != NULL && thespian_actor_send_object (actor, sender, G_OBJECT (root));
}

static gboolean
bench_stage_receive (ThespianActor   *actor,
                     const GValue    *message,
                     ThespianAddress *sender,
                     GError         **error)
{
  BenchActor *self = BENCH_ACTOR (actor);

  if (G_VALUE_HOLDS_STRING (message))
    return bench_stage_create (actor, g_value_get_string (message), sender, error);

  if (G_VALUE_HOLDS (message, THESPIAN_TYPE_ADDRESS))
    {
      g_set_object (&self->asker, sender);
      thespian_actor_take_object (actor, g_value_get_object (message),
                                  G_OBJECT (thespian_actor_exit_request_new ()));
    }
  else if (G_VALUE_HOLDS (message, THESPIAN_TYPE_CHILD_ACTOR_EXITED))
    {
      bench_actor_answer (self);
    }
  return TRUE;
}

BENCH_DEFINE_MODULE_ACTOR (BenchStage, bench_stage)
