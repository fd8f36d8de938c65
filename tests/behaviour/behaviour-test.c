/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "behaviour-test.h"

#include <stdlib.h>
#include <string.h>

#define DEFAULT_SECONDS 60

typedef struct
{
  const char *base; /* (owned) */
  const char *capabilities; /* (nullable) unowned, a literal */
  guint seconds;
  gboolean bare;
  gboolean spread;
  BehaviourFunc func;
} Run;

/* The rows of doc/behaviour.md: id → what its column "bases" says. */
static GHashTable *rows;

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

guint
behaviour_count (guint full)
{
  return MAX (full / get_environment_factor ("THESPIAN_TEST_SCALE"), 1);
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
read_rows (void)
{
  const char *installed = g_getenv ("BEHAVIOUR_DOC");
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GError) error = NULL;

  rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  g_file_get_contents (installed != NULL ? installed : BEHAVIOUR_DOC, &text, NULL, &error);
  g_assert_no_error (error);

  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) cells = g_strsplit (lines[i], "|", -1);

      /* "| id | behaviour | bases | exempt |" has an empty cell at each end. */
      if (g_strv_length (cells) == 6 && strchr (cells[1], '-') != NULL)
        g_hash_table_insert (rows, g_strdup (g_strstrip (cells[1])),
                             g_strdup (g_strstrip (cells[3])));
    }
}

static char **
get_bases (const char *ids)
{
  g_auto (GStrv) split = g_strsplit (ids, "+", -1);
  const char *bases = NULL;

  for (guint i = 0; split[i] != NULL; i++)
    {
      const char *here = g_hash_table_lookup (rows, split[i]);

      if (here == NULL)
        g_error ("doc/behaviour.md has no row %s", split[i]);
      if (g_str_has_prefix (here, "later"))
        g_error ("doc/behaviour.md says that %s is not yet there", split[i]);
      if (bases != NULL && !g_str_equal (bases, here))
        g_error ("doc/behaviour.md gives the rows of %s different bases", ids);
      bases = here;
    }

  if (g_str_equal (bases, "all"))
    bases = "simpleSystemBase, mainLoopBase, multithreadBase";

  return g_strsplit (bases, ", ", -1);
}

static GVariant *
parse_capabilities (const char *text)
{
  g_autoptr (GError) error = NULL;
  GVariant *capabilities = NULL;

  if (text == NULL)
    return NULL;

  capabilities = g_variant_parse (G_VARIANT_TYPE_VARDICT, text, NULL, NULL, &error);
  g_assert_no_error (error);

  return capabilities;
}

ThespianActorSystem *
behaviour_system_new (BehaviourFixture *f,
                      const char       *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) capabilities = parse_capabilities (text);
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

static void
run_here (const Run *run)
{
  BehaviourFixture f = { .base = run->base, .spread = run->spread };

  if (!run->bare)
    {
      f.system = behaviour_system_new (&f, run->capabilities);
      f.control = thespian_actor_system_create_endpoint (f.system);
    }

  run->func (&f);

  if (!run->bare)
    {
      thespian_endpoint_close (f.control);
      g_object_unref (f.control);
      behaviour_system_end (f.system);
    }
}

static void
run_in_process (const Run *run)
{
  guint64 seconds = run->seconds * (guint64) get_environment_factor ("THESPIAN_TEST_TIME_SCALE");

  g_test_trap_subprocess (NULL, seconds * G_USEC_PER_SEC, G_TEST_SUBPROCESS_INHERIT_STDERR);
  if (g_test_trap_reached_timeout ())
    g_test_fail_printf ("no end within %" G_GUINT64_FORMAT " s", seconds);
  else if (!g_test_trap_has_passed ())
    g_test_fail_printf ("failed, see the standard error");
}

static void
run_test (gconstpointer data)
{
  const Run *run = data;

  if (g_test_subprocess () || g_getenv ("THESPIAN_TEST_INLINE") != NULL)
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
  g_auto (GStrv) bases = get_bases (ids);

  for (guint i = 0; bases[i] != NULL; i++)
    add_run (bases[i], ids, name, like);
}

void
behaviour_test (const char   *ids,
                const char   *name,
                BehaviourFunc func)
{
  g_auto (GStrv) bases = get_bases (ids);

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
  /* ThreadSanitizer starts a thread of its own with the first of the program, and keeps it. */
  g_thread_join (g_thread_new ("first", do_nothing, NULL));

  g_test_init (argc, argv, NULL);
  /* One that fails is no reason not to run the others; in its own process an assertion ends it. */
  if (!g_test_subprocess ())
    g_test_set_nonfatal_assertions ();
  read_rows ();
  runs = g_ptr_array_new ();
}
