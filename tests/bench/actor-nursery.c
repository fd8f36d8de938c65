/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Many children of one parent.  BenchNursery gets how many more it shall have, as a uint64, and
 * answers when each of these has answered a message.  Sent any string it asks all that it has
 * once more, and answers with the process ids that they told, a variant of type `ax`.
 */

#include "actors.h"
#include "bench-actor.h"

#include <unistd.h>

static gboolean
bench_infant_receive (ThespianActor   *actor,
                      const GValue    *message,
                      ThespianAddress *sender,
                      GError         **error G_GNUC_UNUSED)
{
  if (G_VALUE_HOLDS_BOOLEAN (message))
    thespian_actor_send_int64 (actor, sender, getpid ());
  return TRUE;
}

BENCH_DEFINE_MODULE_ACTOR (BenchInfant, bench_infant)

typedef struct
{
  BenchActor parent_instance;
  GArray *pids; /* (element-type gint64) (nullable) those told since all were asked */
} BenchNursery;

typedef BenchActorClass BenchNurseryClass;

G_DEFINE_FINAL_TYPE (BenchNursery, bench_nursery, BENCH_TYPE_ACTOR)

static gboolean
bench_nursery_grow (BenchActor      *self,
                    guint64          size,
                    ThespianAddress *asker,
                    GError         **error)
{
  ThespianActor *actor = THESPIAN_ACTOR (self);

  if (self->peers == NULL)
    self->peers = g_ptr_array_new_with_free_func (g_object_unref);
  g_set_object (&self->asker, asker);
  self->left = size;
  for (guint64 i = 0; i < size; i++)
    {
      ThespianAddress *child;

      child = bench_actor_create_named (actor, BENCH_MODULE ("BenchInfant"), FALSE, error);
      if (child == NULL)
        return FALSE;
      g_ptr_array_add (self->peers, child);
      thespian_actor_send_boolean (actor, child, TRUE);
    }
  return TRUE;
}

static void
bench_nursery_ask_all (BenchNursery    *nursery,
                       ThespianAddress *asker)
{
  BenchActor *self = BENCH_ACTOR (nursery);

  g_set_object (&self->asker, asker);
  g_clear_pointer (&nursery->pids, g_array_unref);
  nursery->pids = g_array_sized_new (FALSE, FALSE, sizeof (gint64), self->peers->len);
  self->left = self->peers->len;
  for (guint i = 0; i < self->peers->len; i++)
    thespian_actor_send_boolean (THESPIAN_ACTOR (self), self->peers->pdata[i], TRUE);
}

static void
bench_nursery_tell_pids (BenchNursery *nursery)
{
  BenchActor *self = BENCH_ACTOR (nursery);
  g_autoptr (GArray) pids = g_steal_pointer (&nursery->pids);
  g_autoptr (ThespianAddress) asker = g_steal_pointer (&self->asker);

  if (asker != NULL)
    thespian_actor_send_variant (THESPIAN_ACTOR (self), asker,
                                 g_variant_new_fixed_array (G_VARIANT_TYPE_INT64, pids->data,
                                                            pids->len, sizeof (gint64)));
}

static void
bench_nursery_count (BenchNursery *nursery,
                     gint64        pid)
{
  BenchActor *self = BENCH_ACTOR (nursery);

  if (nursery->pids != NULL)
    g_array_append_val (nursery->pids, pid);
  if (--self->left > 0)
    return;
  if (nursery->pids != NULL)
    bench_nursery_tell_pids (nursery);
  else
    bench_actor_answer (self);
}

static gboolean
bench_nursery_receive (ThespianActor   *actor,
                       const GValue    *message,
                       ThespianAddress *sender,
                       GError         **error)
{
  BenchActor *self = BENCH_ACTOR (actor);
  BenchNursery *nursery = (BenchNursery *) actor;

  if (G_VALUE_HOLDS_INT64 (message))
    bench_nursery_count (nursery, g_value_get_int64 (message));
  else if (G_VALUE_HOLDS_UINT64 (message))
    return bench_nursery_grow (self, g_value_get_uint64 (message), sender, error);
  else if (G_VALUE_HOLDS_STRING (message))
    bench_nursery_ask_all (nursery, sender);
  else
    bench_actor_fail (self, message);
  return TRUE;
}

static void
bench_nursery_finalize (GObject *object)
{
  g_clear_pointer (&((BenchNursery *) object)->pids, g_array_unref);
  G_OBJECT_CLASS (bench_nursery_parent_class)->finalize (object);
}

static void
bench_nursery_init (BenchNursery *self G_GNUC_UNUSED)
{
}

static void
bench_nursery_class_init (BenchNurseryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bench_nursery_finalize;
  klass->receive_message = bench_nursery_receive;
}
