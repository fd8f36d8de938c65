/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What an idle actor costs: the growth of resident memory over 100 k of them, their GObjects and
 * addresses included.  Memory that an earlier run had freed would hide it, so each run has a
 * process of its own.
 */

#include "bench-actor.h"
#include "bench-pids.h"

#include <unistd.h>

#define ACTORS 100000

typedef ThespianActor Idler;
typedef ThespianActorClass IdlerClass;

static GType idler_get_type (void);
G_DEFINE_FINAL_TYPE (Idler, idler, THESPIAN_TYPE_ACTOR)

static gboolean
idler_receive (ThespianActor   *actor,
               const GValue    *message,
               ThespianAddress *sender,
               GError         **error G_GNUC_UNUSED)
{
  if (G_VALUE_HOLDS_INT64 (message))
    thespian_actor_send_int64 (actor, sender, g_value_get_int64 (message));
  return TRUE;
}

static void
idler_init (Idler *self G_GNUC_UNUSED)
{
}

static void
idler_class_init (IdlerClass *klass)
{
  klass->receive_message = idler_receive;
}

/* The size is how many more idle actors there shall be; done when the last of them has answered. */
static gboolean
hostel_receive (ThespianActor   *actor,
                const GValue    *message,
                ThespianAddress *sender,
                GError         **error)
{
  BenchActor *self = BENCH_ACTOR (actor);

  if (!G_VALUE_HOLDS_UINT64 (message))
    {
      bench_actor_answer (self);
      return TRUE;
    }
  g_set_object (&self->asker, sender);
  for (guint64 i = g_value_get_uint64 (message); i > 0; i--)
    {
      g_autoptr (ThespianAddress) child = bench_actor_create (actor, idler_get_type (), error);

      if (child == NULL)
        return FALSE;
      g_set_object (&self->peer, child);
    }
  return thespian_actor_send_int64 (actor, self->peer, 0);
}

BENCH_DEFINE_ACTOR (Hostel, hostel)

/* In bytes; negative with an error. */
static gint64
resident_memory (GError **error)
{
  return bench_pids_read_kib (getpid (), "Rss", error) * 1024;
}

static double
idle_measure (BenchRun *run,
              GError  **error)
{
  guint64 actors = bench_run_scale (run, ACTORS, 1000);
  const char *type_name = g_type_name (hostel_get_type ());
  g_autoptr (ThespianAddress) hostel = bench_root_new (run, type_name, error);
  gint64 before, after;

  if (hostel == NULL || !bench_root_work (run, hostel, 10, error))
    return -1;
  before = resident_memory (error);
  if (before < 0 || !bench_root_work (run, hostel, actors, error))
    return -1;
  after = resident_memory (error);
  if (after < 0)
    return -1;
  return (double) (after - before) / (double) actors;
}

static double
idle_limit (BenchRun *run)
{
  guint64 actors = bench_run_scale (run, ACTORS, 1000);
  g_autoptr (GPtrArray) objects = g_ptr_array_new_full (actors, g_object_unref);
  gint64 before, after;

  for (guint i = 0; i < 10; i++)
    g_ptr_array_add (objects, g_object_new (G_TYPE_OBJECT, NULL));
  before = resident_memory (NULL);
  for (guint64 i = 10; i < actors; i++)
    g_ptr_array_add (objects, g_object_new (G_TYPE_OBJECT, NULL));
  after = resident_memory (NULL);
  return (double) (after - before) / (double) actors;
}

const BenchWorkload bench_idle = {
  .name = "idle",
  .unit = "bytes",
  .summary = "resident memory of an idle actor, over 100 k; limit: a bare GObject",
  .fits = bench_base_is_in_process,
  .measure = idle_measure,
  .limit = idle_limit,
  .own_process = TRUE,
};
