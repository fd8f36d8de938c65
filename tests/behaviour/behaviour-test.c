/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "behaviour-test.h"

#include "behaviour-processes.h"
#include "behaviour-rows.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <unistd.h>

#define DEFAULT_SECONDS 60

/* How long processes may take to be gone when their system has ended, or its test has. */
#define SECONDS_TO_GO 5

typedef struct
{
  const char *base; /* (owned) */
  const char *capabilities; /* (nullable) unowned, a literal */
  guint seconds;
  gboolean bare;
  gboolean spread;
  BehaviourFunc func;
} Run;

static guint
get_environment_factor (const char *name)
{
  const char *text = g_getenv (name);
  int factor = text != NULL ? atoi (text) : 1;

  return MAX (factor, 1);
}

GTimeSpan
behaviour_limit (void)
{
  return 30 * G_TIME_SPAN_SECOND * get_environment_factor ("THESPIAN_TEST_TIME_SCALE");
}

static GTimeSpan
get_time_to_go (void)
{
  return SECONDS_TO_GO * G_TIME_SPAN_SECOND * get_environment_factor ("THESPIAN_TEST_TIME_SCALE");
}

guint
behaviour_count (guint full)
{
  return MAX (full / get_environment_factor ("THESPIAN_TEST_SCALE"), 1);
}

guint
behaviour_count_actors (BehaviourFixture *f,
                        guint             full)
{
  return MAX (behaviour_count (full) / (f->processes ? 10 : 1), 1);
}

gboolean
behaviour_base_is (BehaviourFixture *f,
                   const char       *base)
{
  return g_str_equal (f->base, base);
}

static gboolean
is_thread_of_glib (const char *id)
{
  g_autofree char *path = g_build_filename ("/proc/self/task", id, "comm", NULL);
  g_autofree char *name = NULL;

  /* One that has ended meanwhile does not count either. */
  if (!g_file_get_contents (path, &name, NULL, NULL))
    return TRUE;

  return g_str_has_prefix (name, "gmain") || g_str_has_prefix (name, "gdbus") ||
         g_str_has_prefix (name, "pool-");
}

guint
behaviour_count_threads (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/task", 0, NULL);
  const char *id = NULL;
  guint n = 0;

  g_assert_nonnull (dir);
  while ((id = g_dir_read_name (dir)) != NULL)
    n += !is_thread_of_glib (id);

  return n;
}

static void
add_unless_named (GVariantDict *capabilities,
                  const char   *name,
                  GVariant     *value)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (value);

  if (!g_variant_dict_contains (capabilities, name))
    g_variant_dict_insert_value (capabilities, name, owned);
}

GVariant *
behaviour_capabilities (BehaviourFixture *f,
                        const char       *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) given = NULL;
  g_auto (GVariantDict) all = G_VARIANT_DICT_INIT (NULL);

  if (text != NULL)
    given = g_variant_parse (G_VARIANT_TYPE_VARDICT, text, NULL, NULL, &error);
  g_assert_no_error (error);
  if (!f->processes)
    return g_steal_pointer (&given);

  g_variant_dict_init (&all, given);
  /* The classes of a test are those of its program, which no process finds in a module. */
  add_unless_named (&all, "Process Startup Method", g_variant_new_string ("fork"));
  if (behaviour_base_is (f, "multiprocTCPBase") || behaviour_base_is (f, "multiprocUDPBase"))
    add_unless_named (&all, "Admin Port", g_variant_new_uint32 (behaviour_find_port ()));

  return g_variant_ref_sink (g_variant_dict_end (&all));
}

ThespianActorSystem *
behaviour_system_new (BehaviourFixture *f,
                      const char       *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) capabilities = behaviour_capabilities (f, text);
  ThespianActorSystem *system = NULL;

  system = thespian_actor_system_new (f->base, capabilities, g_variant_new_boolean (FALSE),
                                      THESPIAN_ACTOR_SYSTEM_TRANSIENT_UNIQUE, &error);
  g_assert_no_error (error);
  g_assert_nonnull (system);

  return system;
}

void
behaviour_system_end (ThespianActorSystem *system)
{
  g_autoptr (GError) error = NULL;
  gpointer weak = system;

  g_object_add_weak_pointer (G_OBJECT (system), &weak);
  thespian_actor_system_shutdown (system, NULL, &error);
  g_assert_no_error (error);
  g_object_unref (system);

  /* Somebody who holds it still may let go in a source of ours. */
  for (gint64 end = g_get_monotonic_time () + behaviour_limit ();
       g_atomic_pointer_get (&weak) != NULL && g_get_monotonic_time () < end;)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (1000);
  g_assert_null (weak);
}

void
behaviour_start (BehaviourFixture *f,
                 const char       *capabilities)
{
  f->system = behaviour_system_new (f, capabilities);
  f->control = thespian_actor_system_create_endpoint (f->system);
}

void
behaviour_stop (BehaviourFixture *f)
{
  thespian_endpoint_close (f->control);
  g_clear_object (&f->control);
  behaviour_system_end (g_steal_pointer (&f->system));
}

static void
reopen (int         fd,
        const char *path)
{
  int new_fd = g_open (path, O_WRONLY | O_APPEND | O_CLOEXEC, 0);

  if (new_fd < 0)
    return;
  g_assert_cmpint (dup2 (new_fd, fd), ==, fd);
  close (new_fd);
}

/* Whoever runs this reads both outputs until nobody has them any more, which would be for ever were
 * a process left behind. So errors go where those of the whole program go. */
static void
let_go_of_outputs (void)
{
  g_autofree char *errors = g_strdup_printf ("/proc/%d/fd/%d", (int) getppid (), STDERR_FILENO);

  reopen (STDOUT_FILENO, "/dev/null");
  reopen (STDERR_FILENO, errors);
}

static void
run_here (const Run *run)
{
  BehaviourFixture f = {
    .base = run->base,
    .processes = behaviour_rows_is_processes (run->base),
    .spread = run->spread,
  };


  if (!run->bare)
    behaviour_start (&f, run->capabilities);

  run->func (&f);

  if (!run->bare)
    behaviour_stop (&f);
}

static void
run_in_process (const Run *run)
{
  guint64 seconds = run->seconds * (guint64) get_environment_factor ("THESPIAN_TEST_TIME_SCALE");

  g_autofree char *left = NULL;

  g_test_trap_subprocess (NULL, seconds * G_USEC_PER_SEC, G_TEST_SUBPROCESS_INHERIT_STDERR);
  left = behaviour_end_processes (get_time_to_go ());
  if (g_test_trap_reached_timeout ())
    g_test_fail_printf ("no end within %" G_GUINT64_FORMAT " s", seconds);
  else if (!g_test_trap_has_passed ())
    g_test_fail_printf ("failed, see the standard error");
  else if (left != NULL)
    g_test_fail_printf ("processes were left behind, and killed: %s", left);
}

static void
run_test (gconstpointer data)
{
  const Run *run = data;

  if (g_test_subprocess ())
    {
      let_go_of_outputs ();
      run_here (run);
    }
  else if (g_getenv ("THESPIAN_TEST_INLINE") != NULL)
    run_here (run);
  else
    run_in_process (run);
}

/* All of them, for as long as the process: GLib lets go of the data of a test only when it has run
 * it. */
static GPtrArray *runs;

static void
add_run (const char *base,
         const char *ids,
         const char *name,
         const Run  *like)
{
  g_autofree char *path =
    g_strdup_printf ("/behaviour/%s/%s/%s%s", base, ids, name, like->spread ? "-spread" : "");
  Run *run = g_memdup2 (like, sizeof *like);

  run->base = g_strdup (base);
  if (run->seconds == 0)
    run->seconds = DEFAULT_SECONDS;
  g_ptr_array_add (runs, run);
  g_test_add_data_func (path, run, run_test);
}

static void
add_runs (const char *ids,
          const char *name,
          const Run  *like)
{
  g_auto (GStrv) bases = behaviour_rows_get_bases (ids);

  for (guint i = 0; bases[i] != NULL; i++)
    add_run (bases[i], ids, name, like);
}

void
behaviour_test (const char   *ids,
                const char   *name,
                BehaviourFunc func)
{
  g_auto (GStrv) bases = behaviour_rows_get_bases (ids);

  add_runs (ids, name, &(Run){ .func = func });
  if (g_strv_contains ((const char *const *) bases, "multithreadBase"))
    add_run ("multithreadBase", ids, name, &(Run){ .func = func, .spread = TRUE });
}

void
behaviour_test_with (const char   *ids,
                     const char   *name,
                     const char   *capabilities,
                     guint         seconds,
                     BehaviourFunc func)
{
  add_runs (ids, name, &(Run){ .func = func, .capabilities = capabilities, .seconds = seconds });
}

void
behaviour_test_bare (const char   *ids,
                     const char   *name,
                     BehaviourFunc func)
{
  add_runs (ids, name, &(Run){ .func = func, .bare = TRUE });
}

static gpointer
do_nothing (gpointer data)
{
  return NULL;
}

void
behaviour_test_init (int    *argc,
                     char ***argv)
{
  behaviour_mark_processes ();

  /* ThreadSanitizer starts a thread of its own with the first of the program, and keeps it. */
  g_thread_join (g_thread_new ("first", do_nothing, NULL));

  g_test_init (argc, argv, NULL);
  /* One that fails is no reason not to run the others; in its own process an assertion ends it. */
  if (!g_test_subprocess ())
    g_test_set_nonfatal_assertions ();
  behaviour_rows_read ();
  runs = g_ptr_array_new ();
}
