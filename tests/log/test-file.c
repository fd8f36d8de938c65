/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Files of logs, and how they are rotated. */

#include "config.h"

#include "log-test.h"

#include "log/thespian-log-file-private.h"
#include "model/thespian-error.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <unistd.h>

static const ThespianLogRotation none = { .kind = THESPIAN_LOG_ROTATION_NONE };

static void
write_text (ThespianLogFile *file,
            const char      *text)
{
  g_autoptr (GError) error = NULL;

  thespian_log_file_write (file, text, strlen (text), &error);
  g_assert_no_error (error);
}

static ThespianLogFile *
file_new (LogFolder                 *folder,
          const ThespianLogRotation *rotation)
{
  g_autofree char *path = log_folder_path (folder, "log");

  return thespian_log_file_new (path, rotation, THESPIAN_LOG_FILE_NONE);
}

static void
assert_content (LogFolder  *folder,
                const char *name,
                const char *expected)
{
  g_autofree char *text = log_folder_read (folder, name);

  g_assert_cmpstr (text, ==, expected);
}

static void
assert_list (LogFolder  *folder,
             const char *expected)
{
  g_autofree char *list = log_folder_list (folder);

  g_assert_cmpstr (list, ==, expected);
}

static void
set_time (LogFolder  *folder,
          const char *name,
          gint64      time)
{
  g_autofree char *path = log_folder_path (folder, name);
  const struct timespec times[] = { { .tv_sec = time }, { .tv_sec = time } };

  g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
}

static void
test_append (LogFolder    *folder,
             gconstpointer data)
{
  g_autoptr (ThespianLogFile) file = file_new (folder, &none);
  g_autoptr (ThespianLogFile) other = file_new (folder, &none);

  write_text (file, "one\n");
  write_text (other, "two\n");
  write_text (file, "three\n");
  assert_content (folder, "log", "one\ntwo\nthree\n");
}

/* As logrotate does it. */
static void
test_moved_away (LogFolder    *folder,
                 gconstpointer data)
{
  g_autoptr (ThespianLogFile) file = file_new (folder, &none);
  g_autofree char *from = log_folder_path (folder, "log");
  g_autofree char *to = log_folder_path (folder, "moved");

  write_text (file, "one\n");
  g_assert_cmpint (g_rename (from, to), ==, 0);
  write_text (file, "two\n");
  assert_content (folder, "moved", "one\n");
  assert_content (folder, "log", "two\n");
}

static void
test_by_size (LogFolder    *folder,
              gconstpointer data)
{
  const ThespianLogRotation rotation = {
    .kind = THESPIAN_LOG_ROTATION_BY_SIZE, .max_bytes = 10, .n_backups = 2
  };
  g_autoptr (ThespianLogFile) file = file_new (folder, &rotation);

  write_text (file, "12345");
  write_text (file, "67890");
  assert_list (folder, "log");
  write_text (file, "a");
  assert_list (folder, "log log.1");
  assert_content (folder, "log.1", "1234567890");
  /* What is larger than a file may be stands alone. */
  write_text (file, "a long line\n");
  write_text (file, "b");
  assert_list (folder, "log log.1 log.2");
  assert_content (folder, "log.2", "a");
  assert_content (folder, "log.1", "a long line\n");
  write_text (file, "0123456789");
  assert_list (folder, "log log.1 log.2");
  assert_content (folder, "log.2", "a long line\n");
  assert_content (folder, "log.1", "b");
  assert_content (folder, "log", "0123456789");
}

static void
test_single_old (LogFolder    *folder,
                 gconstpointer data)
{
  const ThespianLogRotation rotation = {
    .kind = THESPIAN_LOG_ROTATION_BY_SIZE, .max_bytes = 4, .n_backups = 1, .single_old = TRUE
  };
  g_autoptr (ThespianLogFile) file = file_new (folder, &rotation);

  write_text (file, "one\n");
  write_text (file, "two\n");
  write_text (file, "six\n");
  assert_list (folder, "log log.old");
  assert_content (folder, "log.old", "two\n");
  assert_content (folder, "log", "six\n");
}

/* A process that finds that another has rotated goes on with the new file. */
static void
test_two_rotate (LogFolder    *folder,
                 gconstpointer data)
{
  const ThespianLogRotation rotation = {
    .kind = THESPIAN_LOG_ROTATION_BY_SIZE, .max_bytes = 8, .n_backups = 5
  };
  g_autoptr (ThespianLogFile) file = file_new (folder, &rotation);
  g_autoptr (ThespianLogFile) other = file_new (folder, &rotation);

  write_text (file, "one\n");
  write_text (other, "two\n");
  write_text (file, "six\n");
  write_text (other, "ten\n");
  assert_list (folder, "log log.1");
  assert_content (folder, "log.1", "one\ntwo\n");
  assert_content (folder, "log", "six\nten\n");
}

/* While another process rotates it nobody waits: lines go to the file that is there. */
static void
test_locked (LogFolder    *folder,
             gconstpointer data)
{
  const ThespianLogRotation rotation = {
    .kind = THESPIAN_LOG_ROTATION_BY_SIZE, .max_bytes = 4, .n_backups = 1
  };
  g_autoptr (ThespianLogFile) file = file_new (folder, &rotation);
  g_autofree char *path = log_folder_path (folder, "log");
  int other;

  write_text (file, "one\n");
  other = open (path, O_RDONLY | O_CLOEXEC);
  g_assert_cmpint (flock (other, LOCK_SH), ==, 0);
  write_text (file, "two\n");
  assert_list (folder, "log");
  close (other);
  write_text (file, "six\n");
  assert_list (folder, "log log.1");
  assert_content (folder, "log.1", "one\ntwo\n");
}

static void
test_by_time (LogFolder    *folder,
              gconstpointer data)
{
  const ThespianLogRotation rotation = {
    .kind = THESPIAN_LOG_ROTATION_BY_TIME, .period = 3600, .n_backups = 2
  };
  g_autoptr (ThespianLogFile) file = file_new (folder, &rotation);

  write_text (file, "one\n");
  set_time (folder, "log", 1706706301); /* 2024-01-31 13:05:01 UTC */
  write_text (file, "two\n");
  assert_list (folder, "log log.20240131T130000Z");
  assert_content (folder, "log.20240131T130000Z", "one\n");
  assert_content (folder, "log", "two\n");

  /* The same hour once more: the clock was wrong, and nothing is lost for it. */
  set_time (folder, "log", 1706706302);
  write_text (file, "three\n");
  assert_list (folder, "log log.20240131T130000Z log.20240131T130000Z-1");

  /* The oldest goes. */
  set_time (folder, "log", 1706716302);
  write_text (file, "four\n");
  assert_list (folder, "log log.20240131T130000Z-1 log.20240131T150000Z");
  assert_content (folder, "log", "four\n");

  /* A file of the future is not yet due. */
  set_time (folder, "log", g_get_real_time () / G_USEC_PER_SEC + 7200);
  write_text (file, "five\n");
  assert_content (folder, "log", "four\nfive\n");
}

/* By days, where others' files of a like name stay, and all backups do. */
static void
test_by_days (LogFolder    *folder,
              gconstpointer data)
{
  const ThespianLogRotation rotation = {
    .kind = THESPIAN_LOG_ROTATION_BY_TIME, .period = 1, .in_days = TRUE, .n_backups = 1
  };
  g_autoptr (ThespianLogFile) file = file_new (folder, &rotation);
  g_autoptr (GDateTime) noon = g_date_time_new_local (2024, 1, 31, 12, 0, 0);
  g_autofree char *mine = log_folder_path (folder, "log.2024-notes");

  g_assert_true (g_file_set_contents (mine, "mine", -1, NULL));
  write_text (file, "one\n");
  set_time (folder, "log", g_date_time_to_unix (noon));
  write_text (file, "two\n");
  assert_list (folder, "log log.2024-01-31 log.2024-notes");
  set_time (folder, "log", g_date_time_to_unix (noon) + 86400);
  write_text (file, "three\n");
  assert_list (folder, "log log.2024-02-01 log.2024-notes");
}

static void
test_private (LogFolder    *folder,
              gconstpointer data)
{
  g_autofree char *path = log_folder_path (folder, "log");
  g_autofree char *link_path = log_folder_path (folder, "link");
  g_autofree char *second = log_folder_path (folder, "second");
  g_autoptr (ThespianLogFile) file = thespian_log_file_new (path, &none, THESPIAN_LOG_FILE_PRIVATE);
  g_autoptr (ThespianLogFile) by_link =
    thespian_log_file_new (link_path, &none, THESPIAN_LOG_FILE_PRIVATE);
  g_autoptr (ThespianLogFile) by_second =
    thespian_log_file_new (second, &none, THESPIAN_LOG_FILE_PRIVATE);
  g_autoptr (GError) error = NULL;
  struct stat info;

  write_text (file, "one\n");
  g_assert_cmpint (stat (path, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 0777, ==, 0600);

  g_assert_cmpint (symlink (path, link_path), ==, 0);
  g_assert_false (thespian_log_file_write (by_link, "x", 1, &error));
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_FAILURE);
  g_clear_error (&error);
  g_assert_cmpint (link (path, second), ==, 0);
  g_assert_false (thespian_log_file_write (by_second, "x", 1, &error));
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_FAILURE);
  assert_content (folder, "log", "one\n");
}

static void
test_full (LogFolder    *folder,
           gconstpointer data)
{
  g_autoptr (ThespianLogFile) file =
    thespian_log_file_new ("/dev/full", &none, THESPIAN_LOG_FILE_NONE);
  g_autoptr (GError) error = NULL;

  g_assert_true (thespian_log_file_open (file, &error));
  g_assert_false (thespian_log_file_write (file, "x", 1, &error));
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_FAILURE);
  g_assert_nonnull (strstr (error->message, "/dev/full cannot be written: "));
}

/* A pipe whose reader sleeps costs lines, and does not stop us. */
static void
test_pipe (LogFolder    *folder,
           gconstpointer data)
{
  g_autofree char *path = log_folder_path (folder, "log");
  g_autoptr (ThespianLogFile) file = file_new (folder, &none);
  g_autoptr (GError) error = NULL;
  int reader, n_written = 0;

  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  g_assert_false (thespian_log_file_open (file, &error));
  g_clear_error (&error);
  reader = open (path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  g_assert_cmpint (reader, >=, 0);
  while (thespian_log_file_write (file, "0123456789", 10, &error))
    g_assert_cmpint (n_written++, <, 1000000);
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_FAILURE);
  close (reader);
}

/* --- Many threads ----------------------------------------------------------------------------- */

#define N_THREADS 4
#define N_LINES 500

typedef struct
{
  ThespianLogFile *file;
  guint number;
} Writer;

static gpointer
write_lines (gpointer data)
{
  Writer *writer = data;

  for (guint i = 0; i < N_LINES; i++)
    {
      g_autofree char *line = g_strdup_printf ("%u-%03u\n", writer->number, i);

      write_text (writer->file, line);
    }
  return NULL;
}

static void
test_threads (LogFolder    *folder,
              gconstpointer data)
{
  /* 6 bytes a line, so 20 files of 100 lines; a number for each of them is left. */
  const ThespianLogRotation rotation = {
    .kind = THESPIAN_LOG_ROTATION_BY_SIZE, .max_bytes = 600, .n_backups = 100
  };
  g_autoptr (ThespianLogFile) file = file_new (folder, &rotation);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Writer writers[N_THREADS];
  GThread *threads[N_THREADS];
  g_autofree char *list = NULL;
  g_auto (GStrv) names = NULL;

  for (guint i = 0; i < N_THREADS; i++)
    {
      writers[i] = (Writer){ file, i };
      threads[i] = g_thread_new ("writer", write_lines, &writers[i]);
    }
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);

  list = log_folder_list (folder);
  names = g_strsplit (list, " ", -1);
  g_assert_cmpuint (g_strv_length (names), ==, 20);
  for (char **name = names; *name != NULL; name++)
    {
      g_autofree char *text = log_folder_read (folder, *name);
      g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

      for (guint i = 0; lines[i + 1] != NULL; i++)
        g_assert_true (g_hash_table_add (seen, g_strdup (lines[i])));
    }
  g_assert_cmpuint (g_hash_table_size (seen), ==, N_THREADS * N_LINES);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  log_test_add ("/log/file/append", test_append);
  log_test_add ("/log/file/moved-away", test_moved_away);
  log_test_add ("/log/file/by-size", test_by_size);
  log_test_add ("/log/file/single-old", test_single_old);
  log_test_add ("/log/file/two-rotate", test_two_rotate);
  log_test_add ("/log/file/locked", test_locked);
  log_test_add ("/log/file/by-time", test_by_time);
  log_test_add ("/log/file/by-days", test_by_days);
  log_test_add ("/log/file/private", test_private);
  log_test_add ("/log/file/full", test_full);
  log_test_add ("/log/file/pipe", test_pipe);
  log_test_add ("/log/file/threads", test_threads);

  return g_test_run ();
}
