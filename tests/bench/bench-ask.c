/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Questions from outside to an echo actor, one after the other. */

#include "bench-actor.h"
#include "raw-wakeup.h"
#include "raw.h"

#define QUESTIONS 20000

static gboolean
echo_receive (ThespianActor   *actor,
              const GValue    *message,
              ThespianAddress *sender,
              GError         **error G_GNUC_UNUSED)
{
  if (G_VALUE_HOLDS_UINT64 (message))
    thespian_actor_send_boolean (actor, sender, TRUE);
  return TRUE;
}

BENCH_DEFINE_ACTOR (Echo, echo)

static double
ask_measure (BenchRun *run,
             GError  **error)
{
  guint64 questions = bench_run_scale (run, QUESTIONS, 100);
  g_autoptr (ThespianAddress) echo = bench_root_new (run, echo_get_type (), error);
  gint64 start, end;

  if (echo == NULL || !bench_root_work (run, echo, 0, error))
    return -1;
  start = bench_now_ns ();
  for (guint64 i = 0; i < questions; i++)
    if (!bench_root_work (run, echo, i, error))
      return -1;
  end = bench_now_ns ();
  if (!bench_root_end (run, echo, error))
    return -1;
  return bench_rate (questions, start, end);
}

static void
raw_echo (RawActor         *self,
          const RawMessage *message)
{
  if (message->sender != NULL)
    raw_send (NULL, message->sender, message->value);
  else
    self->left++;
}

/* Where the actors run in the caller's thread, asking needs no wake-up. */
static double
raw_ask_rate (guint64 questions)
{
  RawActor *asker = raw_actor_new (raw_echo);
  RawActor *echo = raw_actor_new (raw_echo);
  gint64 start = bench_now_ns (), end;

  for (guint64 i = 0; i < questions; i++)
    {
      raw_send (asker, echo, (gint64) i);
      raw_run ();
    }
  end = bench_now_ns ();
  g_object_unref (asker);
  g_object_unref (echo);
  return bench_rate (questions, start, end);
}

static double
ask_limit (BenchRun *run)
{
  guint64 questions = bench_run_scale (run, QUESTIONS, 100);

  return run->base->workers > 0 ? raw_wakeup_rate (questions) : raw_ask_rate (questions);
}

const BenchWorkload bench_ask = {
  .name = "ask",
  .unit = "asks/s",
  .summary = "20 k questions from outside; limit: wake-ups of a thread, or a call",
  .measure = ask_measure,
  .limit = ask_limit,
};
