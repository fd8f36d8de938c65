/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Questions from outside to an echo actor, one after the other: as many as it can answer, and how
 * long the slowest take where only half as many are asked.
 */

#include "bench-actor.h"
#include "bench-pace.h"
#include "raw-process.h"
#include "raw-wakeup.h"
#include "raw.h"

#define QUESTIONS 20000
#define PACED_QUESTIONS 10000
#define RAW_QUESTIONS 10000

typedef struct
{
  BenchRun *run;
  ThespianAddress *echo;
} Question;

static gboolean
ask_once (gpointer data,
          GError **error)
{
  Question *question = data;

  return bench_root_work (question->run, question->echo, 0, error);
}

static double
ask_measure (BenchRun *run,
             GError  **error)
{
  guint64 questions = bench_run_scale (run, QUESTIONS, 100);
  g_autoptr (ThespianAddress) echo = bench_root_new (run, BENCH_MODULE ("BenchEcho"), error);
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

static double
p99_measure (BenchRun *run,
             GError  **error)
{
  guint64 questions = bench_run_scale (run, PACED_QUESTIONS, 200);
  g_autoptr (ThespianAddress) echo = bench_root_new (run, BENCH_MODULE ("BenchEcho"), error);
  Question question = { run, echo };
  double ratio;

  if (echo == NULL || !bench_root_work (run, echo, 0, error))
    return -1;
  ratio = bench_pace_tail (questions, ask_once, &question, error);
  if (ratio < 0 || !bench_root_end (run, echo, error))
    return -1;
  return ratio;
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

  if (run->base->processes)
    return bench_run_raw (run, raw_pingpong, bench_run_scale (run, RAW_QUESTIONS, 100));
  return run->base->workers > 0 ? raw_wakeup_rate (questions) : raw_ask_rate (questions);
}

static double
p99_limit (BenchRun *run)
{
  return bench_run_raw (run, raw_tail, bench_run_scale (run, RAW_QUESTIONS, 200));
}

const BenchWorkload bench_ask = {
  .name = "ask",
  .unit = "asks/s",
  .summary = "20 k questions from outside; limit: wake-ups of a thread or a process, or a call",
  .measure = ask_measure,
  .limit = ask_limit,
};

const BenchWorkload bench_p99 = {
  .name = "p99",
  .unit = "medians",
  .summary = "the slowest hundredth of 10 k questions at half the rate of ask",
  .usual = bench_base_has_processes,
  .measure = p99_measure,
  .limit = p99_limit,
};
