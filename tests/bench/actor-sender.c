/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One way: BenchTexts, BenchBodies and BenchDicts are root actors that send their size of messages
 * to a BenchSink, as fast as it goes.
 */

#include "actors.h"
#include "bench-actor.h"
#include "bench-dict.h"

#define TEXT_SIZE 100
#define BODY_SIZE (64 * 1024)
#define SINK BENCH_MODULE ("BenchSink")

/* Gets the number of messages to expect, and tells its sender when they are there. */
static gboolean
bench_sink_receive (ThespianActor   *actor,
                    const GValue    *message,
                    ThespianAddress *sender,
                    GError         **error G_GNUC_UNUSED)
{
  BenchActor *self = BENCH_ACTOR (actor);
  gboolean counts = FALSE;

  if (G_VALUE_HOLDS_STRING (message))
    counts = g_value_get_string (message)[TEXT_SIZE - 1] == '.';
  else if (G_VALUE_HOLDS (message, G_TYPE_BYTES))
    counts = g_bytes_get_size (g_value_get_boxed (message)) == BODY_SIZE;
  else if (G_VALUE_HOLDS_VARIANT (message))
    counts = bench_dict_read (g_value_get_variant (message));
  else if (G_VALUE_HOLDS_UINT64 (message))
    {
      g_set_object (&self->asker, sender);
      self->left = g_value_get_uint64 (message);
    }
  if (counts && --self->left == 0)
    bench_actor_answer (self);
  return TRUE;
}

BENCH_DEFINE_MODULE_ACTOR (BenchSink, bench_sink)

static void
send_texts (ThespianActor   *actor,
            ThespianAddress *target,
            guint64          count)
{
  char text[TEXT_SIZE + 1];

  memset (text, '.', TEXT_SIZE);
  text[TEXT_SIZE] = '\0';
  for (guint64 i = 0; i < count; i++)
    thespian_actor_send_string (actor, target, text);
}

static void
send_bodies (ThespianActor   *actor,
             ThespianAddress *target,
             guint64          count)
{
  g_autoptr (GBytes) body = g_bytes_new_take (g_malloc0 (BODY_SIZE), BODY_SIZE);

  for (guint64 i = 0; i < count; i++)
    thespian_actor_send_bytes (actor, target, body);
}

static void
send_dicts (ThespianActor   *actor,
            ThespianAddress *target,
            guint64          count)
{
  for (guint64 i = 0; i < count; i++)
    thespian_actor_send_variant (actor, target, bench_dict_new (i));
}

static gboolean
bench_texts_receive (ThespianActor   *actor,
                     const GValue    *message,
                     ThespianAddress *sender,
                     GError         **error)
{
  return bench_actor_handle_as_producer (BENCH_ACTOR (actor), message, sender, SINK, send_texts,
                                         error);
}

BENCH_DEFINE_MODULE_ACTOR (BenchTexts, bench_texts)

static gboolean
bench_bodies_receive (ThespianActor   *actor,
                      const GValue    *message,
                      ThespianAddress *sender,
                      GError         **error)
{
  return bench_actor_handle_as_producer (BENCH_ACTOR (actor), message, sender, SINK, send_bodies,
                                         error);
}

BENCH_DEFINE_MODULE_ACTOR (BenchBodies, bench_bodies)

static gboolean
bench_dicts_receive (ThespianActor   *actor,
                     const GValue    *message,
                     ThespianAddress *sender,
                     GError         **error)
{
  return bench_actor_handle_as_producer (BENCH_ACTOR (actor), message, sender, SINK, send_dicts,
                                         error);
}

BENCH_DEFINE_MODULE_ACTOR (BenchDicts, bench_dicts)
