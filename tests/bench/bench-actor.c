/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bench-actor.h"

G_DEFINE_ABSTRACT_TYPE (BenchActor, bench_actor, THESPIAN_TYPE_ACTOR)

ThespianAddress *
bench_actor_create (ThespianActor *self,
                    GType          type,
                    GError       **error)
{
  return thespian_actor_create_actor (self, type, NULL, NULL, NULL, error);
}

static GVariant *
spread (void)
{
  GVariantDict requirements;

  g_variant_dict_init (&requirements, NULL);
  g_variant_dict_insert (&requirements, "Spread", "b", TRUE);
  return g_variant_dict_end (&requirements);
}

ThespianAddress *
bench_actor_create_apart (ThespianActor *self,
                          GType          type,
                          GError       **error)
{
  return thespian_actor_create_actor (self, type, spread (), NULL, NULL, error);
}

ThespianAddress *
bench_actor_create_named (ThespianActor *self,
                          const char    *specification,
                          gboolean       apart,
                          GError       **error)
{
  return thespian_actor_create_actor_by_name (self, specification, apart ? spread () : NULL, NULL,
                                              NULL, error);
}

gboolean
bench_actor_create_peers (BenchActor *self,
                          BenchCreate create,
                          GType       type,
                          guint       n,
                          GError    **error)
{
  if (self->peers != NULL)
    return TRUE;
  self->peers = g_ptr_array_new_full (n, g_object_unref);
  for (guint i = 0; i < n; i++)
    {
      ThespianAddress *child = create (THESPIAN_ACTOR (self), type, error);

      if (child == NULL)
        return FALSE;
      g_ptr_array_add (self->peers, child);
    }
  return TRUE;
}

void
bench_actor_answer (BenchActor *self)
{
  g_autoptr (ThespianAddress) asker = g_steal_pointer (&self->asker);

  if (asker != NULL)
    thespian_actor_send_boolean (THESPIAN_ACTOR (self), asker, TRUE);
}

void
bench_actor_fail (BenchActor   *self,
                  const GValue *message)
{
  g_autoptr (ThespianAddress) asker = NULL;
  const char *details;

  if (G_VALUE_HOLDS (message, THESPIAN_TYPE_POISON_MESSAGE))
    details = thespian_poison_message_get_details (g_value_get_object (message));
  else if (G_VALUE_HOLDS (message, THESPIAN_TYPE_CHILD_ACTOR_EXITED))
    details = thespian_child_actor_exited_get_details (g_value_get_object (message));
  else
    return;
  asker = g_steal_pointer (&self->asker);
  if (asker != NULL)
    thespian_actor_send_string (THESPIAN_ACTOR (self), asker,
                                details != NULL ? details : "a child has ended");
}

void
bench_actor_tell_parent (BenchActor *self)
{
  ThespianActor *actor = THESPIAN_ACTOR (self);
  g_autoptr (ThespianAddress) parent = thespian_actor_dup_parent (actor);

  thespian_actor_send_boolean (actor, parent, TRUE);
}

void
bench_actor_exit (ThespianActor *self)
{
  thespian_actor_take_object (self, thespian_actor_get_address (self),
                              G_OBJECT (thespian_actor_exit_request_new ()));
}

static gboolean
produce (BenchActor      *self,
         const char      *consumer,
         BenchSendMany    send_many,
         guint64          count,
         ThespianAddress *asker,
         GError         **error)
{
  ThespianActor *actor = THESPIAN_ACTOR (self);

  if (self->peer == NULL)
    self->peer = bench_actor_create_named (actor, consumer, FALSE, error);
  if (self->peer == NULL)
    return FALSE;
  g_set_object (&self->asker, asker);
  thespian_actor_send_uint64 (actor, self->peer, count);
  send_many (actor, self->peer, count);
  return TRUE;
}

gboolean
bench_actor_handle_as_producer (BenchActor      *self,
                                const GValue    *message,
                                ThespianAddress *sender,
                                const char      *consumer,
                                BenchSendMany    send_many,
                                GError         **error)
{
  if (G_VALUE_HOLDS_UINT64 (message))
    return produce (self, consumer, send_many, g_value_get_uint64 (message), sender, error);
  if (G_VALUE_HOLDS_BOOLEAN (message))
    bench_actor_answer (self);
  else
    bench_actor_fail (self, message);
  return TRUE;
}

static void
bench_actor_dispose (GObject *object)
{
  BenchActor *self = BENCH_ACTOR (object);

  g_clear_object (&self->asker);
  g_clear_object (&self->peer);
  g_clear_pointer (&self->peers, g_ptr_array_unref);
  G_OBJECT_CLASS (bench_actor_parent_class)->dispose (object);
}

static void
bench_actor_class_init (BenchActorClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = bench_actor_dispose;
}

static void
bench_actor_init (BenchActor *self G_GNUC_UNUSED)
{
}
