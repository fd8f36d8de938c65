/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Actors that are looked up by their global names: one after the other, and many at a time. */

#include "bench-actor.h"
#include "raw-process.h"

#define LOOKUPS 20000
#define IN_FLIGHT 64
#define NAMES 8
#define RAW_LOOKUPS 10000

typedef struct
{
  BenchRun *run;
  char     *names[NAMES];
  guint64   unasked;
  guint64   unanswered;
  GError   *error; /* (owned) (nullable) of the first that failed */
} Lookups;

static ThespianAddress *
look_up (Lookups *self,
         guint    i,
         GError **error)
{
  return thespian_actor_system_create_actor_by_name (self->run->system, BENCH_MODULE ("BenchEcho"), NULL,
                                                     self->names[i % NAMES], NULL, NULL, error);
}

/* The actors stay for the next run, and end with the system. */
static void
lookups_clear (Lookups *self)
{
  for (guint i = 0; i < NAMES; i++)
    g_free (self->names[i]);
  g_clear_error (&self->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Lookups, lookups_clear)

static gboolean
lookups_init (Lookups *self,
              GError **error)
{
  if (!bench_run_start (self->run, error))
    return FALSE;
  for (guint i = 0; i < NAMES; i++)
    {
      g_autoptr (ThespianAddress) named = NULL;

      self->names[i] = g_strdup_printf ("Name %u", i);
      named = look_up (self, i, error);
      if (named == NULL)
        return FALSE;
    }
  return TRUE;
}

static double
lookup_measure (BenchRun *run,
                GError  **error)
{
  guint64 lookups = bench_run_scale (run, LOOKUPS, 100);
  g_auto (Lookups) self = { .run = run };
  gint64 start, end;

  if (!lookups_init (&self, error))
    return -1;
  start = bench_now_ns ();
  for (guint64 i = 0; i < lookups; i++)
    {
      g_autoptr (ThespianAddress) found = look_up (&self, (guint) i, error);

      if (found == NULL)
        return -1;
    }
  end = bench_now_ns ();
  return bench_rate (lookups, start, end);
}

static void ask_next (Lookups *self);

static void
found (GObject      *system,
       GAsyncResult *result,
       gpointer      data)
{
  Lookups *self = data;
  g_autoptr (ThespianAddress) address = thespian_actor_system_create_actor_finish (
    THESPIAN_ACTOR_SYSTEM (system), result, self->error == NULL ? &self->error : NULL);

  self->unanswered--;
  if (address != NULL)
    ask_next (self);
}

static void
ask_next (Lookups *self)
{
  if (self->unasked == 0)
    return;
  self->unasked--;
  self->unanswered++;
  thespian_actor_system_create_actor_by_name_async (self->run->system, BENCH_MODULE ("BenchEcho"), NULL,
                                                    self->names[self->unasked % NAMES], NULL, NULL, found, self);
}

static double
lookups_measure (BenchRun *run,
                 GError  **error)
{
  guint64 lookups = bench_run_scale (run, LOOKUPS, 100);
  g_auto (Lookups) self = { .run = run, .unasked = lookups };
  gint64 start, end;

  if (!lookups_init (&self, error))
    return -1;
  start = bench_now_ns ();
  for (guint i = 0; i < IN_FLIGHT; i++)
    ask_next (&self);
  while (self.unanswered > 0)
    g_main_context_iteration (NULL, TRUE);
  end = bench_now_ns ();
  if (self.error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&self.error));
      return -1;
    }
  return bench_rate (lookups, start, end);
}

static double
lookup_limit (BenchRun *run)
{
  return bench_run_raw (run, raw_pingpong, bench_run_scale (run, RAW_LOOKUPS, 100));
}

const BenchWorkload bench_lookup = {
  .name = "lookup",
  .unit = "lookups/s",
  .summary = "20 k named actors looked up from outside; limit: wake-ups of a process",
  .fits = bench_base_has_processes,
  .measure = lookup_measure,
  .limit = lookup_limit,
};

const BenchWorkload bench_lookups = {
  .name = "lookups",
  .unit = "lookups/s",
  .summary = "the same, with 64 asked at a time",
  .fits = bench_base_has_processes,
  .measure = lookups_measure,
  .limit = lookup_limit,
};
