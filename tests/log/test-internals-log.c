/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the library logs of itself, from many processes into one file. */

#include "config.h"

#include "log-test.h"

#include "log/thespian-internals-log-private.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <sys/wait.h>
#include <unistd.h>

static void
set_variables (LogFolder  *folder,
               const char *name,
               const char *max_size,
               const char *threshold)
{
  g_autofree char *path = log_folder_path (folder, name);

  g_setenv ("THESPLOG_FILE", path, TRUE);
  g_setenv ("THESPLOG_FILE_MAXSIZE", max_size, TRUE);
  g_setenv ("THESPLOG_THRESHOLD", threshold, TRUE);
  thespian_internals_log_reload ();
}

static void
assert_matches (LogFolder  *folder,
                const char *name,
                const char *pattern)
{
  g_autofree char *text = log_folder_read (folder, name);

  g_assert_nonnull (text);
  if (!g_regex_match_simple (pattern, text, G_REGEX_DOLLAR_ENDONLY, 0))
    g_error ("%s is no %s", text, pattern);
}

#define STAMP "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{6} p\\d+ "

static void
test_line (LogFolder    *folder,
           gconstpointer data)
{
  g_autofree char *mine = g_strdup_printf (" p%d ", (int) getpid ());
  g_autofree char *text = NULL;

  set_variables (folder, "log", "", "");
  errno = ENOTDIR;
  thespian_internals_log (G_LOG_LEVEL_WARNING, "one %d\ntwo", 1);
  g_assert_cmpint (errno, ==, ENOTDIR);
  thespian_internals_log (G_LOG_LEVEL_MESSAGE, "not told");
  thespian_internals_log (G_LOG_LEVEL_CRITICAL, "three");
  assert_matches (folder, "log", "^" STAMP "WARNING one 1 two\n" STAMP "CRITICAL three\n$");
  text = log_folder_read (folder, "log");
  g_assert_nonnull (strstr (text, mine));
}

/* What somebody has asked for has no threshold, but can be switched off with all else. */
static void
test_report (LogFolder    *folder,
             gconstpointer data)
{
  g_autofree char *off = NULL;

  set_variables (folder, "log", "", "ERROR");
  thespian_internals_log_report ("asked %d", 1);
  assert_matches (folder, "log", "^" STAMP "MESSAGE asked 1\n$");
  set_variables (folder, "off", "0", "");
  thespian_internals_log_report ("asked %d", 2);
  off = log_folder_read (folder, "off");
  g_assert_null (off);
}

static void
test_threshold (LogFolder    *folder,
                gconstpointer data)
{
  set_variables (folder, "log", "", "info");
  g_assert_true (thespian_internals_log_wants (G_LOG_LEVEL_INFO));
  g_assert_false (thespian_internals_log_wants (G_LOG_LEVEL_DEBUG));
  set_variables (folder, "log", "", "ERROR");
  g_assert_true (thespian_internals_log_wants (G_LOG_LEVEL_CRITICAL));
  g_assert_false (thespian_internals_log_wants (G_LOG_LEVEL_WARNING));
}

static void
test_off (LogFolder    *folder,
          gconstpointer data)
{
  g_autofree char *list = NULL;

  set_variables (folder, "log", "10239", "DEBUG");
  g_assert_false (thespian_internals_log_wants (G_LOG_LEVEL_CRITICAL));
  thespian_internals_log (G_LOG_LEVEL_CRITICAL, "nothing");
  list = log_folder_list (folder);
  g_assert_cmpstr (list, ==, "");
  set_variables (folder, "log", "10240", "DEBUG");
  g_assert_true (thespian_internals_log_wants (G_LOG_LEVEL_DEBUG));
}

/* A value that means nothing leaves the default, and is told of. */
static void
test_wrong (LogFolder    *folder,
            gconstpointer data)
{
  set_variables (folder, "log", "50K", "LOUD");
  assert_matches (folder, "log",
                  "^" STAMP "WARNING THESPLOG_FILE_MAXSIZE is “50K”: expected a number of bytes; "
                  "THESPLOG_THRESHOLD is “LOUD”: expected DEBUG, [^\n]*\n$");
  g_assert_true (thespian_internals_log_wants (G_LOG_LEVEL_WARNING));
  g_assert_false (thespian_internals_log_wants (G_LOG_LEVEL_MESSAGE));
}

/* One that cannot be written is no reason to stop. */
static void
test_nowhere (LogFolder    *folder,
              gconstpointer data)
{
  g_autofree char *list = NULL;

  set_variables (folder, "none/log", "", "");
  thespian_internals_log (G_LOG_LEVEL_CRITICAL, "nothing");
  list = log_folder_list (folder);
  g_assert_cmpstr (list, ==, "");

  /* It has not given up. */
  set_variables (folder, "log", "", "");
  thespian_internals_log (G_LOG_LEVEL_CRITICAL, "something");
  assert_matches (folder, "log", "^" STAMP "CRITICAL something\n$");
}

static void
test_long (LogFolder    *folder,
           gconstpointer data)
{
  g_autofree char *most = g_strnfill (4095, 'a');
  g_autofree char *message = g_strconcat (most, "äbc", NULL);
  g_autofree char *expected = g_strconcat ("WARNING ", most, "\n", NULL);
  g_autofree char *text = NULL;

  set_variables (folder, "log", "", "");
  thespian_internals_log (G_LOG_LEVEL_WARNING, "%s", message);
  text = log_folder_read (folder, "log");
  g_assert_true (g_str_has_suffix (text, expected));
}

static void
test_rotation (LogFolder    *folder,
               gconstpointer data)
{
  g_autofree char *list = NULL;
  g_autofree char *path = log_folder_path (folder, "log");
  g_autofree char *old = log_folder_path (folder, "log.old");
  GStatBuf info;

  set_variables (folder, "log", "10240", "");
  for (guint i = 0; i < 1000; i++)
    thespian_internals_log (G_LOG_LEVEL_WARNING, "line %u", i);
  list = log_folder_list (folder);
  g_assert_cmpstr (list, ==, "log log.old");
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_size, <=, 10240);
  g_assert_cmpint (g_stat (old, &info), ==, 0);
  g_assert_cmpint (info.st_size, <=, 10240);
  g_assert_cmpint (info.st_size, >, 10000);
  assert_matches (folder, "log", "line 999\n$");
}

/* The default is in a folder that others can write, and must be nobody else's. */
static void
test_default_file (LogFolder    *folder,
                   gconstpointer data)
{
  GStatBuf info;
  g_autofree char *path = log_folder_path (folder, "thespian.log");

  if (g_test_subprocess ())
    {
      thespian_internals_log (G_LOG_LEVEL_WARNING, "hello");
      return;
    }
  g_unsetenv ("THESPLOG_FILE");
  g_setenv ("TMPDIR", folder->path, TRUE);
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_unsetenv ("TMPDIR");
  g_test_trap_assert_passed ();
  assert_matches (folder, "thespian.log", "^" STAMP "WARNING hello\n$");
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 0777, ==, 0600);
}

/* --- Many processes --------------------------------------------------------------------------- */

#define N_PROCESSES 4
#define N_LINES 400

/* In a process of its own, which ends here. */
static G_GNUC_NORETURN void
write_lines (guint number,
             int   start)
{
  char byte;

  /* All begin at once, when the other end is closed. */
  while (read (start, &byte, 1) > 0)
    ;
  for (guint i = 0; i < N_LINES; i++)
    thespian_internals_log (G_LOG_LEVEL_WARNING, "from %u line %03u", number, i);
  _exit (0);
}

static void
run_processes (void)
{
  pid_t pids[N_PROCESSES];
  int ends[2];

  g_assert_cmpint (pipe (ends), ==, 0);
  for (guint i = 0; i < N_PROCESSES; i++)
    {
      pids[i] = fork ();
      g_assert_cmpint (pids[i], >=, 0);
      if (pids[i] == 0)
        {
          close (ends[1]);
          /* As after an exec: with a file of its own. */
          thespian_internals_log_reload ();
          write_lines (i, ends[0]);
        }
    }
  close (ends[0]);
  close (ends[1]);
  for (guint i = 0; i < N_PROCESSES; i++)
    {
      int status;

      g_assert_cmpint (waitpid (pids[i], &status, 0), ==, pids[i]);
      g_assert_cmpint (status, ==, 0);
    }
}

/* Whole lines only, each once; how many there are. */
static guint
count_lines (LogFolder  *folder,
             const char *name,
             GHashTable *seen)
{
  g_autofree char *text = log_folder_read (folder, name);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  guint n = 0;

  for (; lines[n + 1] != NULL; n++)
    {
      g_assert_true (
        g_regex_match_simple ("^" STAMP "WARNING from \\d line \\d{3}$", lines[n], 0, 0));
      g_assert_true (g_hash_table_add (seen, g_strdup (strstr (lines[n], "from"))));
    }
  g_assert_cmpstr (lines[n], ==, "");
  return n;
}

/* The size is such that it is rotated once: so nothing may be missing. */
static void
test_processes (LogFolder    *folder,
                gconstpointer data)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint n_old, n_new;

  set_variables (folder, "log", "60000", "");
  run_processes ();
  n_old = count_lines (folder, "log.old", seen);
  n_new = count_lines (folder, "log", seen);
  g_test_message ("%u lines before the rotation, %u after it", n_old, n_new);
  g_assert_cmpuint (n_old + n_new, ==, N_PROCESSES * N_LINES);
}

/* With many rotations at the same time there are two files still, of whole lines. */
static void
test_processes_rotate (LogFolder    *folder,
                       gconstpointer data)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *list = NULL;
  guint n_lines;

  set_variables (folder, "log", "10240", "");
  run_processes ();
  list = log_folder_list (folder);
  g_assert_cmpstr (list, ==, "log log.old");
  n_lines = count_lines (folder, "log.old", seen) + count_lines (folder, "log", seen);
  g_assert_cmpuint (n_lines, >, 0);
  g_assert_cmpuint (n_lines, <,
                    2 * 10240 / strlen ("2024-01-31 13:05:01.123456 p1 WARNING from 1 line 001\n") +
                      4 * N_PROCESSES);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  log_test_add ("/log/internals/line", test_line);
  log_test_add ("/log/internals/threshold", test_threshold);
  log_test_add ("/log/internals/report", test_report);
  log_test_add ("/log/internals/off", test_off);
  log_test_add ("/log/internals/wrong", test_wrong);
  log_test_add ("/log/internals/nowhere", test_nowhere);
  log_test_add ("/log/internals/long", test_long);
  log_test_add ("/log/internals/rotation", test_rotation);
  log_test_add ("/log/internals/default-file", test_default_file);
  log_test_add ("/log/internals/processes", test_processes);
  log_test_add ("/log/internals/processes-rotate", test_processes_rotate);

  return g_test_run ();
}
