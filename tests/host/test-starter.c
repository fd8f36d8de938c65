/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The test is the admin: nodes and zygotes are its children. */

#include "config.h"

#include "host-test.h"

#include "host/thespian-fds-private.h"
#include "host/thespian-fork-private.h"
#include "host/thespian-starter-parts-private.h"
#include "log/thespian-internals-log-private.h"
#include "model/thespian-error.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define N_MANY 1000
#define N_AT_ONCE 100

static char *
copy_module (const char *folder,
             const char *name)
{
  g_autofree char *source = host_test_module (name);
  char *target = g_build_filename (folder, "module.so", NULL);
  g_autofree char *beside = g_strconcat (target, ".new", NULL);
  g_autofree char *content = NULL;
  g_autoptr (GError) error = NULL;
  gsize size;

  g_file_get_contents (source, &content, &size, &error);
  g_assert_no_error (error);
  /* As a build does: the new file takes the old one's place. */
  g_file_set_contents (beside, content, (gssize) size, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_rename (beside, target), ==, 0);
  return target;
}

/* --- All methods ------------------------------------------------------------------------------ */

static void
check_node (HostTestNode *node)
{
  g_autofree char *pid = g_strdup_printf ("%d", node->started.pid);
  g_autofree char *parent = g_strdup_printf ("%d", getpid ());
  char journal[16] = "";

  host_test_assert_answer (node, "pid", pid);
  host_test_assert_answer (node, "parent", parent);
  host_test_assert_answer (node, "thread", "0");
  host_test_assert_answer (node, "signals", "-");
  host_test_assert_answer (node, "context", "woken");
  host_test_assert_answer (node, "journal line", "written");
  g_assert_cmpint (read (node->journal, journal, sizeof journal), ==, 4);
  g_assert_cmpstr (journal, ==, "line");
}

static void
test_create (gconstpointer method)
{
  g_autofree char *module = host_test_module ("one");
  g_autofree char *version = g_strconcat ("version ", module, NULL);
  g_autofree char *expected = g_strdup_printf ("1 %s:TestHostActor", module);
  HostTestNode *node;
  HostTest test;

  host_test_init (&test, GPOINTER_TO_INT (method));
  node = host_test_create (&test, NULL);
  check_node (node);
  host_test_assert_answer (node, "type TestHostActor", "unknown");
  host_test_end (&test, node);

  node = host_test_create (&test, module);
  check_node (node);
  host_test_assert_answer (node, version, expected);
  host_test_end (&test, node);
  g_assert_cmpuint (test.n_zygotes_ended, ==, 0);
  host_test_clear (&test);
}

static void
test_exit_status (gconstpointer method)
{
  HostTestNode *node;
  HostTest test;
  int status;

  host_test_init (&test, GPOINTER_TO_INT (method));
  node = host_test_create (&test, NULL);
  g_assert_cmpint (write (node->link, "exit 7", 6), ==, 6);
  status = host_test_wait_exit (&test, node->started.pid);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 7);
  host_test_node_free (node);
  host_test_clear (&test);
}

/* Only what the kernel and the main context need of its own is there besides what it was given. */
static void
test_fds (gconstpointer method)
{
  int pair[2];
  HostTestNode *node, *other;
  HostTest test;

  /* what a careless application leaves open */
  g_assert_cmpint (pipe (pair), ==, 0);
  host_test_init (&test, GPOINTER_TO_INT (method));
  other = host_test_create (&test, NULL);
  node = host_test_create (&test, NULL);
  if (GPOINTER_TO_INT (method) == THESPIAN_STARTUP_SPAWN)
    host_test_assert_answer (node, "fds", "link journal");
  else
    {
      g_autofree char *answer = host_test_ask (node, "fds");

      g_assert_true (g_str_equal (answer, "link journal anon_inode:[eventfd]") ||
                     g_str_equal (answer, "anon_inode:[eventfd] link journal"));
    }
  host_test_end (&test, node);
  host_test_end (&test, other);
  host_test_clear (&test);
  close (pair[0]);
  close (pair[1]);
}

static void
test_title (gconstpointer method)
{
  g_autofree char *module = host_test_module ("one");
  g_autofree char *longest = g_strnfill (500, 'x');
  g_autofree char *answer = NULL;
  HostTestNode *node;
  HostTest test;

  host_test_init (&test, GPOINTER_TO_INT (method));
  node = host_test_create (&test, module);
  host_test_assert_answer (node, "title", "TestHostActor 0123456789ab|TestHostActor 0");
  host_test_end (&test, node);

  node = host_test_start (&test, module, longest);
  host_test_finish (&test, node);
  answer = host_test_ask (node, "title");
  g_assert_true (g_str_has_prefix (answer, "xxxxxxxxxxxxxxxx"));
  g_assert_cmpuint (strspn (answer, "x"), >=, 200);
  g_assert_cmpuint (strspn (answer, "x"), <=, 500);
  g_assert_cmpint (answer[strspn (answer, "x")], ==, '|');
  host_test_end (&test, node);
  host_test_clear (&test);
}

/* What there is to read is for the starter. */
static void
test_input (gconstpointer method)
{
  HostTestNode *node;
  HostTest test;

  host_test_give_input ();
  host_test_init (&test, GPOINTER_TO_INT (method));
  node = host_test_create (&test, NULL);
  host_test_assert_answer (node, "input", "none");
  host_test_end (&test, node);
  host_test_clear (&test);
  g_assert_cmpint (getc (stdin), ==, 'b');
}

static void
test_limit (gconstpointer method)
{
  struct rlimit former, low, raised;
  g_autofree char *expected = NULL;
  HostTestNode *node;
  HostTest test;

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &former), ==, 0);
  low = former;
  low.rlim_cur = 700;
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &low), ==, 0);
  thespian_fds_raise_limit ();
  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &raised), ==, 0);
  g_assert_cmpuint (raised.rlim_cur, >, 700);

  host_test_init (&test, GPOINTER_TO_INT (method));
  node = host_test_create (&test, NULL);
  expected = g_strdup_printf ("700:%lu", (unsigned long) former.rlim_max);
  host_test_assert_answer (node, "limit", expected);
  host_test_end (&test, node);
  host_test_clear (&test);
  thespian_fds_restore_limit ();
  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &raised), ==, 0);
  g_assert_cmpuint (raised.rlim_cur, ==, 700);
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &former), ==, 0);
}

static void
test_random (void)
{
  g_autofree char *module = host_test_module ("one");
  HostTestNode *nodes[2];
  HostTest test;

  host_test_init (&test, THESPIAN_STARTUP_FORKSERVER);
  nodes[0] = host_test_create (&test, module);
  nodes[1] = host_test_create (&test, module);
  host_test_assert_random (nodes[0], nodes[1]);
  host_test_end (&test, nodes[0]);
  host_test_end (&test, nodes[1]);
  host_test_clear (&test);
}

/* --- Many ------------------------------------------------------------------------------------- */

static void
test_many (void)
{
  g_autofree char *module = host_test_module ("one");
  HostTestNode *nodes[N_AT_ONCE];
  gint64 begin;
  HostTest test;

  host_test_init (&test, THESPIAN_STARTUP_FORKSERVER);
  host_test_end (&test, host_test_create (&test, module));
  g_hash_table_remove_all (test.exits);
  begin = g_get_monotonic_time ();
  for (guint n = 0; n < N_MANY; n += N_AT_ONCE)
    {
      for (guint i = 0; i < N_AT_ONCE; i++)
        nodes[i] = host_test_start (&test, module, "TestHostActor");
      for (guint i = 0; i < N_AT_ONCE; i++)
        {
          host_test_finish (&test, nodes[i]);
          g_assert_no_error (nodes[i]->error);
          g_assert_false (nodes[i]->started.has_exited);
          host_test_node_free (nodes[i]);
        }
    }
  while (g_hash_table_size (test.exits) < N_MANY)
    host_test_iterate (&test);
  g_test_message ("%d nodes came and went in %.3f s", N_MANY,
                  (double) (g_get_monotonic_time () - begin) / G_USEC_PER_SEC);
  g_assert_cmpuint (test.n_zygotes_ended, ==, 0);
  host_test_clear (&test);
}

/* All live at once, and each is its own. */
static void
test_many_at_once (void)
{
  g_autofree char *module = host_test_module ("one");
  g_autoptr (GHashTable) pids = g_hash_table_new (NULL, NULL);
  HostTestNode *nodes[N_AT_ONCE];
  HostTest test;

  host_test_init (&test, THESPIAN_STARTUP_FORKSERVER);
  for (guint i = 0; i < N_AT_ONCE; i++)
    nodes[i] = host_test_start (&test, module, "TestHostActor");
  for (guint i = 0; i < N_AT_ONCE; i++)
    {
      g_autofree char *pid = NULL;

      host_test_finish (&test, nodes[i]);
      g_assert_no_error (nodes[i]->error);
      pid = g_strdup_printf ("%d", nodes[i]->started.pid);
      host_test_assert_answer (nodes[i], "pid", pid);
      g_assert_true (g_hash_table_add (pids, GINT_TO_POINTER (nodes[i]->started.pid)));
    }
  for (guint i = 0; i < N_AT_ONCE; i++)
    host_test_end (&test, nodes[i]);
  host_test_clear (&test);
}

/* A node that ends at once may be reaped before anybody has heard of it: its start tells so. */
static void
test_end_before_start (void)
{
  HostTestNode *node;
  HostTest test;

  host_test_init (&test, THESPIAN_STARTUP_FORKSERVER);
  host_test_end (&test, host_test_create (&test, NULL));
  node = host_test_start (&test, NULL, "TestHostActor");
  g_assert_cmpint (write (node->link, "exit 5", 6), ==, 6);
  host_test_await_signal (&test);
  host_test_finish (&test, node);
  g_assert_no_error (node->error);
  g_assert_true (node->started.has_exited);
  g_assert_cmpint (WEXITSTATUS (node->started.wait_status), ==, 5);
  host_test_node_free (node);
  host_test_clear (&test);
}

static void
test_short_lives (void)
{
  HostTestNode *nodes[N_AT_ONCE];
  HostTest test;
  guint n_exited = 0;

  host_test_init (&test, THESPIAN_STARTUP_FORKSERVER);
  for (guint i = 0; i < N_AT_ONCE; i++)
    {
      nodes[i] = host_test_start (&test, NULL, "TestHostActor");
      g_assert_cmpint (write (nodes[i]->link, "exit 5", 6), ==, 6);
    }
  for (guint i = 0; i < N_AT_ONCE; i++)
    {
      int status;

      host_test_finish (&test, nodes[i]);
      g_assert_no_error (nodes[i]->error);
      n_exited += nodes[i]->started.has_exited;
      status = nodes[i]->started.has_exited ? nodes[i]->started.wait_status
                                            : host_test_wait_exit (&test, nodes[i]->started.pid);
      g_assert_cmpint (WEXITSTATUS (status), ==, 5);
      host_test_node_free (nodes[i]);
    }
  g_test_message ("%u of %d ended before they were announced", n_exited, N_AT_ONCE);
  host_test_clear (&test);
}

/* --- Modules ---------------------------------------------------------------------------------- */

static void
test_replaced_module (void)
{
  g_autofree char *folder = g_dir_make_tmp ("thespian-XXXXXX", NULL);
  g_autofree char *module = copy_module (folder, "one");
  g_autofree char *version = g_strconcat ("version ", module, NULL);
  g_autofree char *first = g_strdup_printf ("1 %s:TestHostActor", module);
  g_autofree char *second = g_strdup_printf ("2 %s:TestHostActor", module);
  HostTestNode *old, *new, *many[10];
  HostTest test;

  host_test_init (&test, THESPIAN_STARTUP_FORKSERVER);
  old = host_test_create (&test, module);
  host_test_assert_answer (old, version, first);

  g_free (copy_module (folder, "two"));
  for (guint i = 0; i < G_N_ELEMENTS (many); i++)
    many[i] = host_test_start (&test, module, "TestHostActor");
  for (guint i = 0; i < G_N_ELEMENTS (many); i++)
    {
      host_test_finish (&test, many[i]);
      g_assert_no_error (many[i]->error);
      host_test_assert_answer (many[i], version, second);
      host_test_end (&test, many[i]);
    }
  host_test_assert_answer (old, version, first);

  g_free (copy_module (folder, "one"));
  new = host_test_create (&test, module);
  host_test_assert_answer (new, version, first);
  while (test.n_zygotes_ended < 2)
    host_test_iterate (&test);

  /* the file is gone: nobody gets what it was */
  g_assert_cmpint (g_remove (module), ==, 0);
  host_test_create_fails (&test, module, THESPIAN_ERROR_INVALID_ACTOR_SPECIFICATION,
                          "*cannot be loaded*");
  host_test_end (&test, new);
  host_test_end (&test, old);
  host_test_clear (&test);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static void
assert_base_unharmed (HostTest *test,
                      pid_t     base)
{
  g_autofree char *good = host_test_module ("one");

  host_test_end (test, host_test_create (test, good));
  host_test_end (test, host_test_create (test, NULL));
  g_assert_cmpint (host_test_get_base (test)->pid, ==, base);
}

static void
test_bad_module (const char *name,
                 int         code,
                 const char *pattern)
{
  g_autofree char *module = host_test_module (name);
  HostTestNode *nodes[3];
  HostTest test;
  pid_t base;

  host_test_init (&test, THESPIAN_STARTUP_FORKSERVER);
  host_test_end (&test, host_test_create (&test, NULL));
  base = host_test_get_base (&test)->pid;
  thespian_starter_set_timeout (test.starter, G_USEC_PER_SEC);
  for (guint i = 0; i < G_N_ELEMENTS (nodes); i++)
    nodes[i] = host_test_start (&test, module, "TestHostActor");
  thespian_starter_set_timeout (test.starter, 60 * G_USEC_PER_SEC);
  assert_base_unharmed (&test, base);
  for (guint i = 0; i < G_N_ELEMENTS (nodes); i++)
    {
      host_test_finish (&test, nodes[i]);
      g_assert_error (nodes[i]->error, THESPIAN_ERROR, code);
      if (!g_pattern_match_simple (pattern, nodes[i]->error->message))
        g_error ("“%s” does not match “%s”", nodes[i]->error->message, pattern);
      host_test_node_free (nodes[i]);
    }
  while (test.n_zygotes_ended == 0)
    host_test_iterate (&test);
  assert_base_unharmed (&test, base);
  host_test_clear (&test);
}

static void
test_crashing_module (void)
{
  test_bad_module ("crash", THESPIAN_ERROR_ACTOR_FAILED,
                   "*host-module-crash.so failed*signal 11 (SIGSEGV)*");
}

static void
test_no_module (void)
{
  test_bad_module ("none", THESPIAN_ERROR_INVALID_ACTOR_SPECIFICATION,
                   "*host-module-none.so is no actor module*");
}

/* The end of a zygote may come before anybody has told that it was there: it is known for one all the same. */
static void
test_early_end (void)
{
  g_autofree char *module = host_test_module ("crash");
  HostTestNode *node;
  HostTest test;

  host_test_init (&test, THESPIAN_STARTUP_FORKSERVER);
  host_test_end (&test, host_test_create (&test, NULL));
  node = host_test_start (&test, module, "TestHostActor");
  host_test_await_signal (&test);
  host_test_finish (&test, node);
  g_assert_error (node->error, THESPIAN_ERROR, THESPIAN_ERROR_ACTOR_FAILED);
  g_assert_cmpuint (test.n_zygotes_ended, ==, 1);
  host_test_node_free (node);
  host_test_clear (&test);
}

static void
test_looping_module (void)
{
  g_autofree char *module = host_test_module ("loop");
  HostTest test;
  pid_t base;

  host_test_init (&test, THESPIAN_STARTUP_FORKSERVER);
  host_test_end (&test, host_test_create (&test, NULL));
  base = host_test_get_base (&test)->pid;
  thespian_starter_set_timeout (test.starter, G_USEC_PER_SEC / 2);
  host_test_create_fails (&test, module, THESPIAN_ERROR_REQUEST_TIMEOUT,
                          "*host-module-loop.so*within 0.5 s*");
  while (test.n_zygotes_ended == 0)
    host_test_iterate (&test);
  thespian_starter_set_timeout (test.starter, 60 * G_USEC_PER_SEC);
  assert_base_unharmed (&test, base);
  host_test_clear (&test);
}

static ThespianForker *
find_loader (HostTest *test)
{
  for (guint i = 0; i < test->starter->forkers->len; i++)
    {
      ThespianForker *forker = g_ptr_array_index (test->starter->forkers, i);

      if (forker->key != NULL && forker->pid != 0 && forker->fd >= 0)
        return forker;
    }
  return NULL;
}

static void
assert_cancelled (HostTest     *test,
                  HostTestNode *node)
{
  thespian_starter_cancel (test->starter, node);
  host_test_finish (test, node);
  g_assert_error (node->error, THESPIAN_ERROR, THESPIAN_ERROR_REQUEST_TIMEOUT);
  host_test_node_free (node);
}

/* A process that loads a module ends with the last start that waits for it. */
static void
test_cancel (void)
{
  g_autofree char *module = host_test_module ("loop");
  HostTestNode *first, *second;
  HostTest test;
  pid_t base;

  host_test_init (&test, THESPIAN_STARTUP_FORKSERVER);
  host_test_end (&test, host_test_create (&test, NULL));
  base = host_test_get_base (&test)->pid;
  first = host_test_start (&test, module, "first");
  second = host_test_start (&test, module, "second");
  while (find_loader (&test) == NULL)
    host_test_iterate (&test);
  assert_cancelled (&test, first);
  g_assert_nonnull (find_loader (&test));
  assert_cancelled (&test, second);
  g_assert_null (find_loader (&test));
  while (test.n_zygotes_ended == 0)
    host_test_iterate (&test);
  assert_base_unharmed (&test, base);
  host_test_clear (&test);
}

static void
pass_deadline (HostTest *test)
{
  find_loader (test)->deadline = 1;
  thespian_starter_dispatch (test->starter);
}

/* How long it may take is the business of who waits for it. */
static void
test_awaited_module (void)
{
  g_autofree char *module = host_test_module ("loop");
  HostTestNode *awaited, *other;
  HostTest test;

  host_test_init (&test, THESPIAN_STARTUP_FORKSERVER);
  test.awaits = TRUE;
  awaited = host_test_start (&test, module, "awaited");
  test.awaits = FALSE;
  other = host_test_start (&test, module, "other");
  while (find_loader (&test) == NULL)
    host_test_iterate (&test);
  pass_deadline (&test);
  g_assert_cmpint (find_loader (&test)->deadline, >, 1);
  thespian_starter_stop_waiting (test.starter, awaited);
  pass_deadline (&test);
  g_assert_null (find_loader (&test));
  host_test_finish (&test, awaited);
  host_test_finish (&test, other);
  g_assert_error (awaited->error, THESPIAN_ERROR, THESPIAN_ERROR_REQUEST_TIMEOUT);
  g_assert_error (other->error, THESPIAN_ERROR, THESPIAN_ERROR_REQUEST_TIMEOUT);
  host_test_node_free (awaited);
  host_test_node_free (other);
  host_test_clear (&test);
}

/* In a file of this process, from here on; the path. */
static char *
begin_internals_log (void)
{
  g_autoptr (GError) error = NULL;
  char *path = NULL;

  close (g_file_open_tmp ("internals-XXXXXX", &path, &error));
  g_assert_no_error (error);
  g_setenv ("THESPLOG_FILE", path, TRUE);
  thespian_internals_log_reload ();
  return path;
}

static char *
end_internals_log (const char *path)
{
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_unsetenv ("THESPLOG_FILE");
  thespian_internals_log_reload ();
  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  g_unlink (path);
  return text;
}

/* One warning, and from then on each gets an exec. */
static void
test_module_with_thread (void)
{
  g_autofree char *log = NULL, *text = NULL;
  g_autofree char *module = host_test_module ("thread");
  g_autofree char *version = g_strconcat ("version ", module, NULL);
  g_autofree char *expected = g_strdup_printf ("3 %s:TestHostActor", module);
  g_auto (GStrv) lines = NULL;
  HostTestNode *nodes[6];
  HostTest test;
  pid_t base;

  host_test_init (&test, THESPIAN_STARTUP_FORKSERVER);
  host_test_end (&test, host_test_create (&test, NULL));
  base = host_test_get_base (&test)->pid;
  log = begin_internals_log ();
  for (guint i = 0; i < G_N_ELEMENTS (nodes); i++)
    nodes[i] = host_test_start (&test, module, "TestHostActor");
  for (guint i = 0; i < G_N_ELEMENTS (nodes); i++)
    {
      host_test_finish (&test, nodes[i]);
      g_assert_no_error (nodes[i]->error);
      host_test_assert_answer (nodes[i], version, expected);
      host_test_end (&test, nodes[i]);
    }
  text = end_internals_log (log);
  /* It is told once, whoever is started. */
  lines = g_strsplit (text, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 2);
  g_assert_nonnull (strstr (lines[0], "host-module-thread.so starts threads"));
  host_test_end (&test, host_test_create (&test, module));
  assert_base_unharmed (&test, base);
  host_test_clear (&test);
}

/* --- Zygotes ---------------------------------------------------------------------------------- */

static ThespianForker *
get_module_zygote (HostTest   *test,
                   const char *module)
{
  const ThespianModulePlace place = { NULL, (char *) module, 0 };
  g_autofree char *key = thespian_module_place_build_key (&place);
  ThespianForker *forker = g_hash_table_lookup (test->starter->modules, key);

  g_assert_nonnull (forker);
  return forker;
}

static void
test_killed_zygote (void)
{
  g_autofree char *module = host_test_module ("one");
  HostTestNode *before, *after;
  HostTest test;
  pid_t killed;

  host_test_init (&test, THESPIAN_STARTUP_FORKSERVER);
  before = host_test_create (&test, module);

  killed = get_module_zygote (&test, module)->pid;
  kill (killed, SIGKILL);
  while (test.n_zygotes_ended < 1)
    host_test_iterate (&test);
  after = host_test_create (&test, module);
  g_assert_cmpint (get_module_zygote (&test, module)->pid, !=, killed);
  host_test_end (&test, after);

  kill (host_test_get_base (&test)->pid, SIGKILL);
  while (test.n_zygotes_ended < 2)
    host_test_iterate (&test);
  host_test_end (&test, host_test_create (&test, NULL));
  host_test_end (&test, host_test_create (&test, module));

  /* nodes have outlived their zygotes */
  check_node (before);
  host_test_end (&test, before);
  host_test_clear (&test);
}

/* Of those in its hand only the first may be lost; the others move on to the next zygote. */
static void
test_zygote_killed_at_work (void)
{
  g_autofree char *module = host_test_module ("one");
  HostTestNode *nodes[N_AT_ONCE];
  HostTest test;
  guint n_failed = 0;
  pid_t zygote;

  host_test_init (&test, THESPIAN_STARTUP_FORKSERVER);
  host_test_end (&test, host_test_create (&test, module));
  zygote = get_module_zygote (&test, module)->pid;
  kill (zygote, SIGSTOP);
  for (guint i = 0; i < N_AT_ONCE; i++)
    nodes[i] = host_test_start (&test, module, "TestHostActor");
  kill (zygote, SIGKILL);
  for (guint i = 0; i < N_AT_ONCE; i++)
    {
      host_test_finish (&test, nodes[i]);
      if (nodes[i]->error == NULL)
        {
          host_test_end (&test, nodes[i]);
          continue;
        }
      n_failed++;
      g_assert_error (nodes[i]->error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_FAILURE);
      g_assert_nonnull (strstr (nodes[i]->error->message, "signal 9 (SIGKILL)"));
      host_test_node_free (nodes[i]);
    }
  g_assert_cmpuint (n_failed, ==, 1);
  host_test_clear (&test);
}

/* A zygote that says nothing is no zygote. */
static void
test_stopped_zygote (void)
{
  g_autofree char *module = host_test_module ("one");
  HostTest test;

  host_test_init (&test, THESPIAN_STARTUP_FORKSERVER);
  host_test_end (&test, host_test_create (&test, module));
  thespian_starter_set_timeout (test.starter, G_USEC_PER_SEC / 2);
  kill (host_test_get_base (&test)->pid, SIGSTOP);
  host_test_create_fails (&test, NULL, THESPIAN_ERROR_REQUEST_TIMEOUT,
                          "*did not answer within 0.5 s*");
  kill (get_module_zygote (&test, module)->pid, SIGSTOP);
  host_test_create_fails (&test, module, THESPIAN_ERROR_REQUEST_TIMEOUT,
                          "*did not answer*within 0.5 s*");
  thespian_starter_set_timeout (test.starter, 60 * G_USEC_PER_SEC);
  host_test_end (&test, host_test_create (&test, module));
  host_test_clear (&test);
}

static void
test_one_thread (void)
{
  g_autofree char *module = host_test_module ("one");
  pid_t pids[2];
  HostTest test;

  host_test_init (&test, THESPIAN_STARTUP_FORKSERVER);
  host_test_end (&test, host_test_create (&test, module));
  pids[0] = host_test_get_base (&test)->pid;
  pids[1] = get_module_zygote (&test, module)->pid;
  for (guint i = 0; i < G_N_ELEMENTS (pids); i++)
    {
      g_autofree char *tasks = g_strdup_printf ("/proc/%d/task", pids[i]);
      g_autofree char *cmdline = g_strdup_printf ("/proc/%d/cmdline", pids[i]);
      g_autofree char *title = NULL;
      g_autoptr (GDir) folder = g_dir_open (tasks, 0, NULL);

      g_assert_nonnull (g_dir_read_name (folder));
      g_assert_null (g_dir_read_name (folder));
      g_assert_true (g_file_get_contents (cmdline, &title, NULL, NULL));
      g_assert_true (g_str_has_prefix (title, "thespian zygote"));
    }
  host_test_clear (&test);
}

/* --- Limits ----------------------------------------------------------------------------------- */

/* The socket for a new zygote cannot be made; the next creation can. */
static void
test_no_fds_in_admin (void)
{
  g_autofree char *module = host_test_module ("one");
  struct rlimit former, none;
  HostTestNode *node;
  HostTest test;
  int link_fd;

  host_test_init (&test, THESPIAN_STARTUP_FORKSERVER);
  host_test_end (&test, host_test_create (&test, NULL));
  link_fd = dup (0);
  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &former), ==, 0);
  none = former;
  none.rlim_cur = 3;
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &none), ==, 0);
  node = g_new0 (HostTestNode, 1);
  node->link = node->journal = -1;
  host_test_start_with (&test, module, "TestHostActor", link_fd, -1, node);
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &former), ==, 0);
  host_test_finish (&test, node);
  g_assert_error (node->error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_FAILURE);
  g_assert_nonnull (strstr (node->error->message, g_strerror (EMFILE)));
  host_test_node_free (node);
  host_test_end (&test, host_test_create (&test, module));
  host_test_clear (&test);
}

static void
test_no_fds_in_zygote (void)
{
  g_autofree char *module = host_test_module ("one");
  struct rlimit former, few;
  pid_t zygote;
  HostTest test;

  host_test_init (&test, THESPIAN_STARTUP_FORKSERVER);
  host_test_end (&test, host_test_create (&test, module));
  zygote = get_module_zygote (&test, module)->pid;
  g_assert_cmpint (prlimit (zygote, RLIMIT_NOFILE, NULL, &former), ==, 0);
  few = former;
  few.rlim_cur = 4;
  g_assert_cmpint (prlimit (zygote, RLIMIT_NOFILE, &few, NULL), ==, 0);
  host_test_create_fails (&test, module, THESPIAN_ERROR_SYSTEM_FAILURE,
                          "*limit of file descriptors*");
  g_assert_cmpint (prlimit (zygote, RLIMIT_NOFILE, &former, NULL), ==, 0);
  host_test_end (&test, host_test_create (&test, module));
  g_assert_cmpuint (test.n_zygotes_ended, ==, 0);
  host_test_clear (&test);
}

/* What is under way when the starter goes is told so. */
static void
test_free (void)
{
  g_autofree char *loop = host_test_module ("loop");
  HostTestNode *nodes[2];
  HostTest test;

  host_test_init (&test, THESPIAN_STARTUP_FORKSERVER);
  nodes[0] = host_test_start (&test, loop, "TestHostActor");
  nodes[1] = host_test_start (&test, NULL, "TestHostActor");
  host_test_clear (&test);
  for (guint i = 0; i < G_N_ELEMENTS (nodes); i++)
    {
      g_assert_error (nodes[i]->error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_SHUT_DOWN);
      host_test_node_free (nodes[i]);
    }
}

static void
test_parse_method (void)
{
  g_autoptr (GError) error = NULL;
  ThespianStartupMethod method = THESPIAN_STARTUP_SPAWN;

  g_assert_true (thespian_startup_method_parse ("fork", &method, &error));
  g_assert_cmpint (method, ==, THESPIAN_STARTUP_FORK);
  g_assert_true (thespian_startup_method_parse ("spawn", &method, &error));
  g_assert_cmpint (method, ==, THESPIAN_STARTUP_SPAWN);
  g_assert_true (thespian_startup_method_parse ("forkserver", &method, &error));
  g_assert_cmpint (method, ==, THESPIAN_STARTUP_FORKSERVER);
  g_assert_false (thespian_startup_method_parse ("thread", &method, &error));
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_CAPABILITY);
}

static void
add_for_both (const char       *path,
              GTestDataFunc     function)
{
  g_autofree char *forkserver = g_strconcat (path, "/forkserver", NULL);
  g_autofree char *spawn = g_strconcat (path, "/spawn", NULL);

  g_test_add_data_func (forkserver, GINT_TO_POINTER (THESPIAN_STARTUP_FORKSERVER), function);
  g_test_add_data_func (spawn, GINT_TO_POINTER (THESPIAN_STARTUP_SPAWN), function);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add_for_both ("/starter/create", test_create);
  add_for_both ("/starter/exit-status", test_exit_status);
  add_for_both ("/starter/fds", test_fds);
  add_for_both ("/starter/title", test_title);
  add_for_both ("/starter/input", test_input);
  add_for_both ("/starter/limit", test_limit);
  g_test_add_func ("/starter/random", test_random);
  g_test_add_func ("/starter/many", test_many);
  g_test_add_func ("/starter/many-at-once", test_many_at_once);
  g_test_add_func ("/starter/end-before-start", test_end_before_start);
  g_test_add_func ("/starter/short-lives", test_short_lives);
  g_test_add_func ("/starter/module/replaced", test_replaced_module);
  g_test_add_func ("/starter/module/crash", test_crashing_module);
  g_test_add_func ("/starter/module/early-end", test_early_end);
  g_test_add_func ("/starter/module/none", test_no_module);
  g_test_add_func ("/starter/module/loop", test_looping_module);
  g_test_add_func ("/starter/module/cancel", test_cancel);
  g_test_add_func ("/starter/module/awaited", test_awaited_module);
  g_test_add_func ("/starter/module/thread", test_module_with_thread);
  g_test_add_func ("/starter/zygote/killed", test_killed_zygote);
  g_test_add_func ("/starter/zygote/killed-at-work", test_zygote_killed_at_work);
  g_test_add_func ("/starter/zygote/stopped", test_stopped_zygote);
  g_test_add_func ("/starter/zygote/one-thread", test_one_thread);
  g_test_add_func ("/starter/limits/admin", test_no_fds_in_admin);
  g_test_add_func ("/starter/limits/zygote", test_no_fds_in_zygote);
  g_test_add_func ("/starter/free", test_free);
  g_test_add_func ("/starter/parse-method", test_parse_method);

  return g_test_run ();
}
