/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One way, as fast as it goes: one producer with integers or with strings, and many. */

#include "bench-actor.h"
#include "raw.h"

#define MESSAGES 5000000
#define PRODUCERS 64
#define TEXT "hello world"

/* Gets the number of messages to expect, and tells its sender when they are there. */
static gboolean
counter_receive (ThespianActor   *actor,
                 const GValue    *message,
                 ThespianAddress *sender,
                 GError         **error G_GNUC_UNUSED)
{
  BenchActor *self = BENCH_ACTOR (actor);

  /* The frequent ones first: that it is exactly such a value is told faster than that it is not. */
  if (G_VALUE_HOLDS_INT64 (message) || G_VALUE_HOLDS_STRING (message))
    {
      if (--self->left == 0)
        bench_actor_answer (self);
    }
  else if (G_VALUE_HOLDS_UINT64 (message))
    {
      g_set_object (&self->asker, sender);
      self->left = g_value_get_uint64 (message);
    }
  return TRUE;
}

BENCH_DEFINE_ACTOR (Counter, counter)

static void
send_integers (ThespianActor   *actor,
               ThespianAddress *target,
               guint64          count)
{
  for (guint64 i = 0; i < count; i++)
    thespian_actor_send_int64 (actor, target, (gint64) i);
}

static void
send_strings (ThespianActor   *actor,
              ThespianAddress *target,
              guint64          count)
{
  for (guint64 i = 0; i < count; i++)
    thespian_actor_send_string (actor, target, TEXT);
}

static gboolean
integers_receive (ThespianActor   *actor,
                  const GValue    *message,
                  ThespianAddress *sender,
                  GError         **error)
{
  return bench_actor_handle_as_producer (BENCH_ACTOR (actor), message, sender,
                                         g_type_name (counter_get_type ()), send_integers, error);
}

BENCH_DEFINE_ACTOR (Integers, integers)

static gboolean
strings_receive (ThespianActor   *actor,
                 const GValue    *message,
                 ThespianAddress *sender,
                 GError         **error)
{
  return bench_actor_handle_as_producer (BENCH_ACTOR (actor), message, sender,
                                         g_type_name (counter_get_type ()), send_strings, error);
}

BENCH_DEFINE_ACTOR (Strings, strings)

/* Gets the counter's address, then numbers of messages to send there. */
static gboolean
tributary_receive (ThespianActor   *actor,
                   const GValue    *message,
                   ThespianAddress *sender G_GNUC_UNUSED,
                   GError         **error G_GNUC_UNUSED)
{
  BenchActor *self = BENCH_ACTOR (actor);

  if (G_VALUE_HOLDS_UINT64 (message))
    send_integers (actor, self->peer, g_value_get_uint64 (message));
  else if (G_VALUE_HOLDS (message, THESPIAN_TYPE_ADDRESS))
    g_set_object (&self->peer, g_value_get_object (message));
  return TRUE;
}

BENCH_DEFINE_ACTOR (Tributary, tributary)

static gboolean
fanin_prepare (BenchActor *self,
               GError    **error)
{
  ThespianActor *actor = THESPIAN_ACTOR (self);

  if (self->peer != NULL)
    return TRUE;
  self->peer = bench_actor_create (actor, counter_get_type (), error);
  if (self->peer == NULL
      || !bench_actor_create_peers (self, bench_actor_create, tributary_get_type (), PRODUCERS,
                                    error))
    return FALSE;
  for (guint i = 0; i < PRODUCERS; i++)
    thespian_actor_send_object (actor, self->peers->pdata[i], G_OBJECT (self->peer));
  return TRUE;
}

/* The size is the number of messages of each producer. */
static gboolean
fanin_receive (ThespianActor   *actor,
               const GValue    *message,
               ThespianAddress *sender,
               GError         **error)
{
  BenchActor *self = BENCH_ACTOR (actor);
  guint64 each;

  if (!G_VALUE_HOLDS_UINT64 (message))
    {
      bench_actor_answer (self);
      return TRUE;
    }
  if (!fanin_prepare (self, error))
    return FALSE;
  g_set_object (&self->asker, sender);
  each = g_value_get_uint64 (message);
  thespian_actor_send_uint64 (actor, self->peer, each * PRODUCERS);
  for (guint i = 0; i < PRODUCERS; i++)
    thespian_actor_send_uint64 (actor, self->peers->pdata[i], each);
  return TRUE;
}

BENCH_DEFINE_ACTOR (Fanin, fanin)

static double
counting_measure (BenchRun *run,
                  GError  **error)
{
  return bench_root_rate (run, g_type_name (integers_get_type ()),
                          bench_run_scale (run, MESSAGES, 100), 1, error);
}

static double
countingstr_measure (BenchRun *run,
                     GError  **error)
{
  return bench_root_rate (run, g_type_name (strings_get_type ()),
                          bench_run_scale (run, MESSAGES, 100), 1, error);
}

static double
fanin_measure (BenchRun *run,
               GError  **error)
{
  return bench_root_rate (run, g_type_name (fanin_get_type ()),
                          bench_run_scale (run, MESSAGES / PRODUCERS, 10), PRODUCERS, error);
}

static void
raw_count (RawActor         *self,
           const RawMessage *message)
{
  self->left -= message->text[0] == TEXT[0] ? 1 : message->value >= 0;
}

static void
raw_produce (RawActor         *self,
             const RawMessage *message)
{
  for (gint64 i = 0; i < message->value; i++)
    raw_send (self, self->peer, i);
}

static void
raw_produce_text (RawActor         *self,
                  const RawMessage *message)
{
  for (gint64 i = 0; i < message->value; i++)
    raw_send_text (self, self->peer, TEXT);
}

static double
raw_producers (RawReceive produce,
               guint      producers,
               gint64     each)
{
  RawActor *counter = raw_actor_new (raw_count);
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_object_unref);
  gint64 took;

  counter->left = (gint64) producers * each;
  for (guint i = 0; i < producers; i++)
    {
      RawActor *producer = raw_actor_new (produce);

      producer->peer = counter;
      g_ptr_array_add (all, producer);
      raw_send (NULL, producer, each);
    }
  took = raw_run ();
  g_assert (counter->left == 0);
  g_object_unref (counter);
  return bench_rate (producers * (guint64) each, 0, took);
}

static double
counting_limit (BenchRun *run)
{
  return raw_producers (raw_produce, 1, bench_run_scale (run, MESSAGES, 100));
}

static double
countingstr_limit (BenchRun *run)
{
  return raw_producers (raw_produce_text, 1, bench_run_scale (run, MESSAGES, 100));
}

static double
fanin_limit (BenchRun *run)
{
  return raw_producers (raw_produce, PRODUCERS, bench_run_scale (run, MESSAGES / PRODUCERS, 10));
}

const BenchWorkload bench_counting = {
  .name = "counting",
  .unit = "msgs/s",
  .summary = "5 M integers from one actor to another",
  .fits = bench_base_is_in_process,
  .measure = counting_measure,
  .limit = counting_limit,
};

const BenchWorkload bench_countingstr = {
  .name = "countingstr",
  .unit = "msgs/s",
  .summary = "5 M strings of 11 bytes from one actor to another",
  .fits = bench_base_is_in_process,
  .measure = countingstr_measure,
  .limit = countingstr_limit,
};

const BenchWorkload bench_fanin = {
  .name = "fanin",
  .unit = "msgs/s",
  .summary = "5 M integers from 64 actors to one",
  .fits = bench_base_is_in_process,
  .measure = fanin_measure,
  .limit = fanin_limit,
};
