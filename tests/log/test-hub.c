/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which records a hub writes where. */

#include "config.h"

#include "log-test.h"

#include "log/thespian-internals-log-private.h"
#include "log/thespian-log-hub-private.h"

#include <unistd.h>

static ThespianLogHub *
hub_new (LogFolder  *folder,
         const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) definition = log_definition (folder, text);
  ThespianLogHub *hub = thespian_log_hub_new (definition, &error);

  g_assert_no_error (error);
  return hub;
}

static void
handle (ThespianLogHub *hub,
        GLogLevelFlags  level,
        const char     *domain,
        const char     *message,
        const char     *address)
{
  g_autoptr (ThespianLogRecord) record = log_record (level, domain, message, address);

  thespian_log_hub_handle (hub, record);
}

static void
assert_content (LogFolder  *folder,
                const char *name,
                const char *expected)
{
  g_autofree char *text = log_folder_read (folder, name);

  g_assert_cmpstr (text, ==, expected);
}

/* The example of the manual, with our filters for its functions. */
static void
test_manual (LogFolder    *folder,
             gconstpointer data)
{
  g_autoptr (ThespianLogHub) hub = hub_new (folder,
    "{'version': <1>,"
    " 'formatters': <{'normal': {'format': '%(levelname)-8s %(message)s'},"
    "                 'actor': {'format': '%(levelname)-8s %(actorAddress)s => %(message)s'}}>,"
    " 'filters': <{'isActorLog': {'()': 'actor'}, 'notActorLog': {'()': 'not-actor'}}>,"
    " 'handlers': <{'h1': {'class': <'logging.FileHandler'>, 'filename': <'%s/example.log'>,"
    "                      'formatter': <'normal'>, 'filters': <['notActorLog']>, 'level': <20>},"
    "               'h2': {'class': <'logging.FileHandler'>, 'filename': <'%s/example.log'>,"
    "                      'formatter': <'actor'>, 'filters': <['isActorLog']>, 'level': <20>}}>,"
    " 'loggers': <{'': {'handlers': <['h1', 'h2']>, 'level': <10>}}>}");

  handle (hub, G_LOG_LEVEL_WARNING, "Farm", "the gate is open", NULL);
  handle (hub, G_LOG_LEVEL_INFO, NULL, "the cow is out", "Cow:1234");
  handle (hub, G_LOG_LEVEL_DEBUG, NULL, "the cow thinks", "Cow:1234");
  handle (hub, G_LOG_LEVEL_CRITICAL, "Farm", "milk", "Cow:1234");
  assert_content (folder, "example.log",
                  "WARNING  the gate is open\n"
                  "INFO     Cow:1234 => the cow is out\n"
                  "CRITICAL Cow:1234 => milk\n");
}

static void
test_domains (LogFolder    *folder,
              gconstpointer data)
{
  g_autoptr (ThespianLogHub) hub = hub_new (folder,
    "{'formatters': <{'f': {'format': '%(message)s'}}>,"
    " 'filters': <{'barn': {'class': <'domain'>, 'domain': <'Farm-Barn'>}}>,"
    " 'handlers': <{'all': {'class': <'file'>, 'filename': <'%s/all'>, 'formatter': <'f'>},"
    "               'barn': {'class': <'file'>, 'filename': <'%s/barn'>, 'formatter': <'f'>,"
    "                        'filters': <['barn']>},"
    "               'shop': {'class': <'file'>, 'filename': <'%s/shop'>, 'formatter': <'f'>}}>,"
    " 'loggers': <{'': {'handlers': <['all', 'barn']>},"
    "              'Farm': {'handlers': <['barn', 'all']>, 'level': <'DEBUG'>},"
    "              'Shop': {'handlers': <['shop']>, 'level': <'ERROR'>, 'propagate': <false>}}>}");

  handle (hub, G_LOG_LEVEL_MESSAGE, NULL, "1", NULL);
  handle (hub, G_LOG_LEVEL_WARNING, NULL, "2", NULL);
  handle (hub, G_LOG_LEVEL_DEBUG, "Farm", "3", NULL);
  handle (hub, G_LOG_LEVEL_DEBUG, "Farm-Barn.Hay", "4", NULL);
  handle (hub, G_LOG_LEVEL_WARNING, "Shop", "5", NULL);
  handle (hub, G_LOG_LEVEL_CRITICAL, "Shop", "6", NULL);
  handle (hub, G_LOG_LEVEL_ERROR, "Shop", "7", NULL);
  assert_content (folder, "all", "2\n3\n4\n");
  assert_content (folder, "barn", "4\n");
  assert_content (folder, "shop", "6\n7\n");

  g_assert_cmpint (thespian_log_hub_get_threshold (hub), ==, 10);
  g_assert_true (thespian_log_hub_wants (hub, "Farm", G_LOG_LEVEL_DEBUG));
  g_assert_false (thespian_log_hub_wants (hub, "Market", G_LOG_LEVEL_DEBUG));
  g_assert_true (thespian_log_hub_wants (hub, "Market", G_LOG_LEVEL_WARNING));
  g_assert_false (thespian_log_hub_wants (hub, "Shop", G_LOG_LEVEL_WARNING));
}

/* What nobody would write is not even wanted. */
static void
test_unwanted (LogFolder    *folder,
               gconstpointer data)
{
  g_autoptr (ThespianLogHub) hub = hub_new (folder,
    "{'handlers': <{'h': {'class': 'file', 'filename': '%s/log', 'level': 'ERROR'}}>,"
    " 'loggers': <{'Farm': {'handlers': <['h']>, 'level': <'DEBUG'>},"
    " 'Shop': {'level': <'DEBUG'>}}>}");

  g_assert_cmpint (thespian_log_hub_get_threshold (hub), ==, 40);
  g_assert_false (thespian_log_hub_wants (hub, "Farm", G_LOG_LEVEL_WARNING));
  g_assert_true (thespian_log_hub_wants (hub, "Farm", G_LOG_LEVEL_CRITICAL));
  g_assert_false (thespian_log_hub_wants (hub, "Shop", G_LOG_LEVEL_CRITICAL));
  g_assert_false (thespian_log_hub_wants (hub, "Elsewhere", G_LOG_LEVEL_CRITICAL));
  handle (hub, G_LOG_LEVEL_CRITICAL, "Elsewhere", "x", NULL);
  assert_content (folder, "log", "");
}

static void
test_files_shared (LogFolder    *folder,
                   gconstpointer data)
{
  g_autoptr (ThespianLogHub) hub = hub_new (folder,
    "{'formatters': <{'f': {'format': '%(message)s'}}>,"
    " 'handlers': <{'a': {'class': <'rotating-file'>, 'filename': <'%s/log'>, 'max-bytes': <4>,"
    " 'formatter': <'f'>},"
    "               'b': {'class': <'rotating-file'>, 'filename': <'%s/log'>, 'max-bytes': <4>,"
    " 'formatter': <'f'>}}>,"
    " 'loggers': <{'': {'handlers': <['a', 'b']>}}>}");

  handle (hub, G_LOG_LEVEL_WARNING, NULL, "1", NULL);
  handle (hub, G_LOG_LEVEL_WARNING, NULL, "2", NULL);
  assert_content (folder, "log.1", "1\n1\n");
  assert_content (folder, "log", "2\n2\n");
}

/* --- Failure ---------------------------------------------------------------------------------- */

static guint
count (const char *text,
       const char *part)
{
  guint n = 0;

  for (; (text = strstr (text, part)) != NULL; text++)
    n++;
  return n;
}

static void
fail_to_write (void)
{
  g_autoptr (ThespianLogHub) hub = hub_new (NULL,
    "{'handlers': <{'h': {'class': 'file', 'filename': '/dev/full'}}>,"
    " 'loggers': <{'': {'handlers': ['h']}}>}");

  for (guint i = 0; i < 3; i++)
    handle (hub, G_LOG_LEVEL_WARNING, NULL, "lost", NULL);
}

/* It is told once, on the standard error and among the internals, and goes through no log. */
static void
test_failure (LogFolder    *folder,
              gconstpointer data)
{
  g_autofree char *path = log_folder_path (folder, "internals");
  g_autofree char *internals = NULL;

  if (g_test_subprocess ())
    {
      fail_to_write ();
      return;
    }
  g_setenv ("THESPLOG_FILE", path, TRUE);
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_unsetenv ("THESPLOG_FILE");
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr ("*the log handler “h” fails: The file /dev/full cannot be written*");
  g_test_trap_assert_stderr_unmatched ("*fails*fails*");
  internals = log_folder_read (folder, "internals");
  g_assert_cmpuint (count (internals, "CRITICAL The log handler “h” fails"), ==, 1);
}

/* --- The standard error and GLib's log -------------------------------------------------------- */

static void
log_to_stderr (void)
{
  g_autoptr (ThespianLogHub) hub = hub_new (NULL,
    "{'formatters': <{'f': {'format': '<%(message)s>'}}>,"
    " 'handlers': <{'h': {'class': 'stderr', 'formatter': 'f'}}>,"
    " 'loggers': <{'': {'handlers': ['h']}}>}");

  handle (hub, G_LOG_LEVEL_ERROR, NULL, "as bad as can be", NULL);
  handle (hub, G_LOG_LEVEL_INFO, NULL, "not told", NULL);
}

static void
test_stderr (void)
{
  if (g_test_subprocess ())
    {
      log_to_stderr ();
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr ("*<as bad as can be>*");
  g_test_trap_assert_stderr_unmatched ("*not told*");
}

static GString *seen;

/* A GLogWriterFunc. */
static GLogWriterOutput
see (GLogLevelFlags   level,
     const GLogField *fields,
     gsize            n_fields,
     gpointer         user_data)
{
  g_string_append_printf (seen, "%d", level);
  for (gsize i = 0; i < n_fields; i++)
    if (!g_str_equal (fields[i].key, "SYSLOG_PID") && !g_str_equal (fields[i].key, "PRIORITY"))
      g_string_append_printf (seen, " %s", (const char *) fields[i].value);
  g_string_append (seen, ";");
  return G_LOG_WRITER_HANDLED;
}

static void
log_by_glib (GVariant   *definition,
             const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ThespianLogHub) hub = thespian_log_hub_new (definition, &error);
  g_autoptr (ThespianLogRecord) foreign =
    log_record (G_LOG_LEVEL_ERROR, NULL, "the other has ended", "Cow:1");

  g_assert_no_error (error);
  g_log_set_always_fatal (G_LOG_FATAL_MASK);
  g_log_set_writer_func (see, NULL, NULL);
  seen = g_string_new (NULL);
  handle (hub, G_LOG_LEVEL_WARNING, "Farm", "hello", "Cow:1234");
  handle (hub, G_LOG_LEVEL_MESSAGE, NULL, "small", NULL);
  foreign->pid = (guint32) getppid ();
  thespian_log_hub_handle (hub, foreign);
  g_assert_cmpstr (seen->str, ==, expected);
}

/* With another process's record, however bad, GLib has nothing to do. */
static void
test_default (void)
{
  if (g_test_subprocess ())
    {
      log_by_glib (NULL, "16 hello Farm Cow:1234;");
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr ("*ERROR*Cow:1 => the other has ended\n");
  g_test_trap_assert_stderr_unmatched ("*hello*");
}

static void
test_left_alone (void)
{
  if (g_test_subprocess ())
    {
      log_by_glib (g_variant_new_boolean (FALSE), "16 hello Farm Cow:1234;32 small;");
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
}

/* --- Many threads ----------------------------------------------------------------------------- */

#define N_THREADS 4
#define N_RECORDS 500

static gpointer
handle_many (gpointer data)
{
  for (guint i = 0; i < N_RECORDS; i++)
    handle (data, G_LOG_LEVEL_WARNING, "Farm", "moo", "Cow:1234");
  return NULL;
}

static void
test_threads (LogFolder    *folder,
              gconstpointer data)
{
  g_autoptr (ThespianLogHub) hub = hub_new (folder,
    "{'formatters': <{'f': {'format': '<%(actorAddress)s %(message)s>'}}>,"
    " 'handlers': <{'h': {'class': 'file', 'filename': '%s/log', 'formatter': 'f'}}>,"
    " 'loggers': <{'': {'handlers': ['h']}}>}");
  GThread *threads[N_THREADS];
  g_autofree char *text = NULL;

  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("logger", handle_many, hub);
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
  text = log_folder_read (folder, "log");
  g_assert_cmpuint (count (text, "<Cow:1234 moo>\n"), ==, N_THREADS * N_RECORDS);
  g_assert_cmpuint (strlen (text), ==, N_THREADS * N_RECORDS * strlen ("<Cow:1234 moo>\n"));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  log_test_add ("/log/hub/manual", test_manual);
  log_test_add ("/log/hub/domains", test_domains);
  log_test_add ("/log/hub/unwanted", test_unwanted);
  log_test_add ("/log/hub/files-shared", test_files_shared);
  log_test_add ("/log/hub/failure", test_failure);
  g_test_add_func ("/log/hub/stderr", test_stderr);
  g_test_add_func ("/log/hub/default", test_default);
  g_test_add_func ("/log/hub/left-alone", test_left_alone);
  log_test_add ("/log/hub/threads", test_threads);

  return g_test_run ();
}
