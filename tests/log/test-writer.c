/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* GLib's log as records.  Each case is a process, since the writer of a process stays. */

#include "config.h"

#include "log-test.h"

#include "log/thespian-log-writer-private.h"
#include "model/thespian-address-private.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static GString *text;
static GThread *actor_thread; /* the one that works in the name of the actor */
static ThespianAddress *actor;

static void
handle (ThespianLogRecord *record,
        gpointer           user_data)
{
  g_assert_true (user_data == &text);
  g_string_append_printf (text, "%d %s %s %s %s;", record->level, record->domain, record->message,
                          record->actor_address != NULL ? record->actor_address : "-",
                          record->actor_class != NULL ? record->actor_class : "-");
  thespian_log_record_free (record);
}

static ThespianAddress *
ref_actor (gpointer user_data)
{
  return g_thread_self () == actor_thread ? g_object_ref (actor) : NULL;
}

/* What was handled, for the one that looks at this process from outside. */
static void
flush (gpointer user_data)
{
  g_autofree char *line = g_strdup_printf ("flushed: %s\n", text->str);

  g_assert_cmpint (write (STDERR_FILENO, line, strlen (line)), ==, (gssize) strlen (line));
}

static void
install_by (void (*func) (const ThespianLogWriterFuncs *funcs))
{
  const ThespianLogWriterFuncs funcs = { handle, flush, ref_actor, &text };

  text = g_string_new (NULL);
  func (&funcs);
  g_log_set_always_fatal (G_LOG_FATAL_MASK);
}

static void
install (void)
{
  install_by (thespian_log_writer_install);
}

static void
assert_ends_well (void)
{
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
}

static void
test_records (void)
{
  if (!g_test_subprocess ())
    {
      assert_ends_well ();
      return;
    }
  install ();
  g_debug ("one %d", 1);
  g_message ("two");
  g_log_structured ("Farm", G_LOG_LEVEL_WARNING, "THESPIAN_ACTOR_ADDRESS", "Cow:1",
                    "THESPIAN_ACTOR_CLASS", "Cow", "MESSAGE", "three");
  g_log ("Shop", G_LOG_LEVEL_CRITICAL, "four");
  g_assert_cmpstr (text->str, ==,
                   "128 log-test one 1 - -;32 log-test two - -;16 Farm three Cow:1 Cow;"
                   "8 Shop four - -;");
}

static gpointer
log_elsewhere (gpointer data)
{
  g_warning ("elsewhere");
  return NULL;
}

/* The actor whose code the thread runs, unless somebody says another. */
static void
test_actor (void)
{
  g_autofree char *name = NULL;
  g_autofree char *expected = NULL;

  if (!g_test_subprocess ())
    {
      assert_ends_well ();
      return;
    }
  install ();
  actor_thread = g_thread_self ();
  actor = thespian_address_new (1, "Cow");
  name = thespian_address_to_string (actor);
  g_warning ("here");
  g_thread_join (g_thread_new ("other", log_elsewhere, NULL));
  g_log_structured ("Farm", G_LOG_LEVEL_WARNING, "THESPIAN_ACTOR_ADDRESS", "Pig:1", "MESSAGE",
                    "grunt");
  expected = g_strdup_printf (
    "16 log-test here %s Cow;16 log-test elsewhere - -;16 Farm grunt Pig:1 -;", name);
  g_assert_cmpstr (text->str, ==, expected);
  g_object_unref (actor);
}

static void
test_threshold (void)
{
  if (!g_test_subprocess ())
    {
      assert_ends_well ();
      return;
    }
  install ();
  thespian_log_writer_set_threshold (30);
  g_message ("low");
  g_warning ("high");
  g_assert_cmpstr (text->str, ==, "16 log-test high - -;");
}

/* What G_MESSAGES_DEBUG asks for is written, though nobody else wants it. */
static void
test_asked_for (void)
{
  if (g_test_subprocess ())
    {
      install ();
      thespian_log_writer_set_threshold (30);
      g_setenv ("G_MESSAGES_DEBUG", "log-test", TRUE);
      g_debug ("asked for");
      g_message ("a message");
      g_log ("Farm", G_LOG_LEVEL_DEBUG, "of others");
      g_assert_cmpstr (text->str, ==, "");
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stdout ("*asked for*");
  g_test_trap_assert_stderr_unmatched ("*a message*");
  g_test_trap_assert_stdout_unmatched ("*of others*");
}

/* The writer of others stays. */
static GLogWriterOutput
write_for_others (GLogLevelFlags   level,
                  const GLogField *fields,
                  gsize            n_fields,
                  gpointer         user_data)
{
  const char line[] = "of the others\n";

  g_assert_cmpint (write (STDERR_FILENO, line, strlen (line)), ==, (gssize) strlen (line));
  return G_LOG_WRITER_HANDLED;
}

static void
test_beside (void)
{
  if (g_test_subprocess ())
    {
      g_log_set_writer_func (write_for_others, NULL, NULL);
      install_by (thespian_log_writer_install_beside);
      g_message ("one");
      g_log (NULL, G_LOG_LEVEL_WARNING, "two");
      g_log_structured ("Farm", G_LOG_LEVEL_WARNING, "MESSAGE", "three");
      g_assert_cmpstr (text->str, ==, "32 log-test one - -;16 (null) two - -;");
      g_error ("the end");
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("of the others\nflushed: *4 log-test the end - -;*");
}

/* A copy of the process has its own way: what goes by the first one is not its. */
static void
test_copy (void)
{
  int status = 0;
  pid_t pid = 0;

  if (g_test_subprocess ())
    {
      install ();
      pid = fork ();
      if (pid == 0)
        {
          g_warning ("of the copy");
          _exit (text->len == 0 ? 0 : 1);
        }
      g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
      g_assert_cmpint (status, ==, 0);
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr ("*of the copy*");
}

static void
test_detach (void)
{
  if (g_test_subprocess ())
    {
      install ();
      thespian_log_writer_detach ();
      g_warning ("by GLib");
      g_assert_cmpstr (text->str, ==, "");
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr ("*by GLib*");
}

/* --- What ends the process -------------------------------------------------------------------- */

typedef void (*LogFunc) (void);

static void
log_error (void)
{
  g_error ("the end");
}

static void
log_structured_error (void)
{
  g_log_structured ("Farm", G_LOG_LEVEL_ERROR, "MESSAGE", "the end");
}

static void
log_fatal_flag (void)
{
  g_log ("Farm", G_LOG_LEVEL_MESSAGE | G_LOG_FLAG_FATAL, "the end");
}

static void
log_fatal_structured_flag (void)
{
  g_log_structured ("Farm", G_LOG_LEVEL_MESSAGE | G_LOG_FLAG_FATAL, "MESSAGE", "the end");
}

static void
log_always_fatal (void)
{
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
  g_critical ("the end");
}

static void
log_always_fatal_structured (void)
{
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
  /* Also below the threshold. */
  thespian_log_writer_set_threshold (100);
  g_log_structured ("Farm", G_LOG_LEVEL_CRITICAL, "MESSAGE", "the end");
}

static const struct
{
  const char *path;
  LogFunc func;
} fatal[] = {
  { "/log/writer/fatal/error", log_error },
  { "/log/writer/fatal/structured-error", log_structured_error },
  { "/log/writer/fatal/flag", log_fatal_flag },
  { "/log/writer/fatal/structured-flag", log_fatal_structured_flag },
  { "/log/writer/fatal/always", log_always_fatal },
  { "/log/writer/fatal/structured-always", log_always_fatal_structured },
};

static void
test_fatal (gconstpointer data)
{
  LogFunc func = *(const LogFunc *) data;

  if (g_test_subprocess ())
    {
      install ();
      func ();
      exit (0);
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*flushed: * the end - -;*");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/log/writer/records", test_records);
  g_test_add_func ("/log/writer/actor", test_actor);
  g_test_add_func ("/log/writer/threshold", test_threshold);
  g_test_add_func ("/log/writer/asked-for", test_asked_for);
  g_test_add_func ("/log/writer/beside", test_beside);
  g_test_add_func ("/log/writer/copy", test_copy);
  g_test_add_func ("/log/writer/detach", test_detach);
  for (guint i = 0; i < G_N_ELEMENTS (fatal); i++)
    g_test_add_data_func (fatal[i].path, &fatal[i].func, test_fatal);

  return g_test_run ();
}
