/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* BenchEcho answers each uint64. */

#include "actors.h"
#include "bench-actor.h"

static gboolean
bench_echo_receive (ThespianActor   *actor,
                    const GValue    *message,
                    ThespianAddress *sender,
                    GError         **error G_GNUC_UNUSED)
{
  if (G_VALUE_HOLDS_UINT64 (message))
    thespian_actor_send_boolean (actor, sender, TRUE);
  return TRUE;
}

BENCH_DEFINE_MODULE_ACTOR (BenchEcho, bench_echo)
