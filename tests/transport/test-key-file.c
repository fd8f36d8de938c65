/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A system's key is for its user only: what is doubtful about a file or its folder is refused. */

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/thespian-error.h"
#include "transport/thespian-key-file-private.h"
#include "transport/thespian-key-folder-private.h"

#define PORT 1900
#define NOBODY 65534

/* A runtime folder, a cache and a place for temporary files, as the environment names them. */
typedef struct
{
  char *top;
  char *runtime;
  char *folder; /* where the key should be */
  char *path;   /* the key */
} Fixture;

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  fixture->top = g_dir_make_tmp ("thespian-XXXXXX", NULL);
  fixture->runtime = g_build_filename (fixture->top, "runtime", NULL);
  fixture->folder = g_build_filename (fixture->runtime, "thespian", NULL);
  fixture->path = g_build_filename (fixture->folder, "tcp-1900.key", NULL);
  g_assert_cmpint (g_mkdir (fixture->runtime, 0700), ==, 0);
  g_setenv ("XDG_RUNTIME_DIR", fixture->runtime, TRUE);
}

static void
remove_all (const char *path)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  if (!g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    dir = g_dir_open (path, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *inner = g_build_filename (path, name, NULL);

      remove_all (inner);
    }
  g_remove (path);
}

/* The other folders are the same for all tests: GLib asks for them once. */
static void
remove_other_folders (void)
{
  for (guint rank = 1; rank < THESPIAN_KEY_FOLDERS; rank++)
    {
      g_autofree char *path = thespian_key_folder_get_path (rank);

      g_assert_true (g_str_has_prefix (path, g_getenv ("TEST_TOP")));
      remove_all (path);
    }
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  remove_all (fixture->top);
  remove_other_folders ();
  g_free (fixture->top);
  g_free (fixture->runtime);
  g_free (fixture->folder);
  g_free (fixture->path);
}

static void
create (guint8 *ret_key)
{
  g_autoptr (GError) error = NULL;

  thespian_key_file_create ("tcp", PORT, ret_key, &error);
  g_assert_no_error (error);
}

static void
expect_key (const char   *scheme,
            guint         port,
            const guint8 *expected)
{
  g_autoptr (GError) error = NULL;
  guint8 key[THESPIAN_SECRET_LENGTH];

  thespian_key_file_load (scheme, port, key, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (key, sizeof key, expected, sizeof key);
}

/* The message has to name @path and say @why; NULL: no matter. */
static void
expect_refusal (const char *path,
                const char *why)
{
  g_autoptr (GError) error = NULL;
  guint8 key[THESPIAN_SECRET_LENGTH] = { 1, 2, 3 };

  g_assert_false (thespian_key_file_load ("tcp", PORT, key, &error));
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE);
  g_assert_nonnull (strstr (error->message, path));
  if (why != NULL)
    g_assert_nonnull (strstr (error->message, why));
  g_assert_cmpint (key[0], ==, 1);
  g_assert_cmpint (key[1], ==, 2);
}

static guint
count_entries (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
test_create (Fixture      *fixture,
             gconstpointer data)
{
  guint8 key[THESPIAN_SECRET_LENGTH], second[THESPIAN_SECRET_LENGTH];
  struct stat status;

  create (key);
  g_assert_cmpint (g_lstat (fixture->path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 07777, ==, 0600);
  g_assert_cmpint (status.st_size, ==, THESPIAN_SECRET_LENGTH);
  g_assert_cmpint (g_lstat (fixture->folder, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 07777, ==, 0700);
  expect_key ("tcp", PORT, key);

  /* A key that was left is replaced. */
  create (second);
  g_assert_cmpint (memcmp (key, second, sizeof key), !=, 0);
  expect_key ("tcp", PORT, second);
  g_assert_cmpuint (count_entries (fixture->folder), ==, 1);
}

/* An unusual umask neither opens the file to others nor closes it to its user. */
static void
test_umask (Fixture      *fixture,
            gconstpointer data)
{
  guint8 key[THESPIAN_SECRET_LENGTH];
  mode_t before;
  struct stat status;

  g_assert_cmpint (g_mkdir (fixture->folder, 0700), ==, 0);
  before = umask (0);
  create (key);
  umask (0777);
  create (key);
  umask (before);
  g_assert_cmpint (g_lstat (fixture->path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 07777, ==, 0600);
  expect_key ("tcp", PORT, key);
}

static void
test_names (Fixture      *fixture,
            gconstpointer data)
{
  guint8 tcp[THESPIAN_SECRET_LENGTH], udp[THESPIAN_SECRET_LENGTH], other[THESPIAN_SECRET_LENGTH];

  g_assert_true (thespian_key_file_create ("tcp", PORT, tcp, NULL));
  g_assert_true (thespian_key_file_create ("udp", PORT, udp, NULL));
  g_assert_true (thespian_key_file_create ("tcp", PORT + 1, other, NULL));
  expect_key ("tcp", PORT, tcp);
  expect_key ("udp", PORT, udp);
  expect_key ("tcp", PORT + 1, other);
}

static void
test_missing (Fixture      *fixture,
              gconstpointer data)
{
  guint8 key[THESPIAN_SECRET_LENGTH];

  expect_refusal (fixture->folder, "tcp port 1900");
  g_assert_true (thespian_key_file_create ("tcp", PORT + 1, key, NULL));
  expect_refusal (fixture->path, "No such file");
}

static void
test_remove (Fixture      *fixture,
             gconstpointer data)
{
  guint8 key[THESPIAN_SECRET_LENGTH], successor[THESPIAN_SECRET_LENGTH];
  g_autoptr (GError) error = NULL;

  g_assert_false (thespian_key_file_exists ("tcp", PORT));
  create (key);
  create (successor);
  g_assert_true (thespian_key_file_exists ("tcp", PORT));
  g_assert_true (thespian_key_file_remove ("tcp", PORT, key, &error));
  expect_key ("tcp", PORT, successor);
  g_assert_true (thespian_key_file_remove ("tcp", PORT, successor, &error));
  expect_refusal (fixture->path, "No such file");
  g_assert_false (thespian_key_file_exists ("tcp", PORT));
  g_assert_true (thespian_key_file_remove ("tcp", PORT, successor, &error));
  g_assert_no_error (error);
}

/* --- Doubtful files -------------------------------------------------------------------------- */

static void
test_file_mode (Fixture      *fixture,
                gconstpointer data)
{
  guint8 key[THESPIAN_SECRET_LENGTH];
  const int modes[] = { 0604, 0640, 0602, 0620, 0777 };

  create (key);
  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      g_assert_cmpint (g_chmod (fixture->path, modes[i]), ==, 0);
      expect_refusal (fixture->path, "mode 0");
    }
  g_assert_cmpint (g_chmod (fixture->path, 0600), ==, 0);
  expect_key ("tcp", PORT, key);
}

static void
test_file_owner (Fixture      *fixture,
                 gconstpointer data)
{
  guint8 key[THESPIAN_SECRET_LENGTH];

  if (geteuid () != 0)
    {
      g_test_skip ("only root can give a file away");
      return;
    }
  create (key);
  g_assert_cmpint (chown (fixture->path, NOBODY, -1), ==, 0);
  expect_refusal (fixture->path, "belongs to user 65534");
}

static void
test_file_length (Fixture      *fixture,
                  gconstpointer data)
{
  guint8 key[THESPIAN_SECRET_LENGTH];
  const int lengths[] = { 0, 1, 31, 33, 64 };

  create (key);
  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_assert_cmpint (truncate (fixture->path, lengths[i]), ==, 0);
      expect_refusal (fixture->path, "bytes instead of 32");
    }
}

/* A link could lead to somebody else's file. */
static void
test_file_link (Fixture      *fixture,
                gconstpointer data)
{
  g_autofree char *target = g_build_filename (fixture->top, "target", NULL);
  guint8 key[THESPIAN_SECRET_LENGTH];
  g_autofree char *before = NULL, *after = NULL;

  create (key);
  g_assert_cmpint (g_rename (fixture->path, target), ==, 0);
  g_assert_cmpint (symlink (target, fixture->path), ==, 0);
  expect_refusal (fixture->path, "symbolic link");

  /* A new key takes the place of the link, and leaves alone what it led to. */
  g_assert_true (g_file_get_contents (target, &before, NULL, NULL));
  create (key);
  expect_key ("tcp", PORT, key);
  g_assert_true (g_file_get_contents (target, &after, NULL, NULL));
  g_assert_cmpmem (before, THESPIAN_SECRET_LENGTH, after, THESPIAN_SECRET_LENGTH);
}

/* Neither may make us wait. */
static void
test_file_kind (Fixture      *fixture,
                gconstpointer data)
{
  g_assert_cmpint (g_mkdir (fixture->folder, 0700), ==, 0);
  g_assert_cmpint (mkfifo (fixture->path, 0600), ==, 0);
  expect_refusal (fixture->path, "no regular file");
  g_assert_cmpint (g_unlink (fixture->path), ==, 0);
  g_assert_cmpint (g_mkdir (fixture->path, 0700), ==, 0);
  expect_refusal (fixture->path, "no regular file");
}

/* --- Doubtful folders ------------------------------------------------------------------------ */

/* Makes the runtime folder useless in some way: the key goes into the cache, and is found there. */
static void
expect_fallback (guint rank)
{
  g_autofree char *folder = thespian_key_folder_get_path (rank);
  g_autofree char *path = g_build_filename (folder, "tcp-1900.key", NULL);
  guint8 key[THESPIAN_SECRET_LENGTH];
  struct stat status;

  create (key);
  g_assert_cmpint (g_lstat (path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 07777, ==, 0600);
  g_assert_cmpint (g_lstat (folder, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 07777, ==, 0700);
  expect_key ("tcp", PORT, key);
  g_assert_true (thespian_key_file_remove ("tcp", PORT, key, NULL));
  expect_refusal (path, NULL);
}

static void
test_no_runtime_folder (Fixture      *fixture,
                        gconstpointer data)
{
  g_unsetenv ("XDG_RUNTIME_DIR");
  expect_fallback (1);
  g_setenv ("XDG_RUNTIME_DIR", "relative", TRUE);
  expect_fallback (1);
  g_setenv ("XDG_RUNTIME_DIR", "/nowhere/at/all", TRUE);
  expect_fallback (1);
  g_assert_false (g_file_test ("/nowhere", G_FILE_TEST_EXISTS));
}

static void
test_folder_mode (Fixture      *fixture,
                  gconstpointer data)
{
  guint8 key[THESPIAN_SECRET_LENGTH];

  create (key);
  g_assert_cmpint (g_chmod (fixture->folder, 0750), ==, 0);
  expect_refusal (fixture->folder, "mode 0750");
  expect_fallback (1);
}

static void
test_folder_owner (Fixture      *fixture,
                   gconstpointer data)
{
  guint8 key[THESPIAN_SECRET_LENGTH];

  if (geteuid () != 0)
    {
      g_test_skip ("only root can give a folder away");
      return;
    }
  create (key);
  g_assert_cmpint (chown (fixture->folder, NOBODY, -1), ==, 0);
  expect_refusal (fixture->folder, "belongs to user 65534");
  expect_fallback (1);
}

/* Whoever becomes root with the environment of a user leaves nothing in the user's folder. */
static void
test_runtime_owner (Fixture      *fixture,
                    gconstpointer data)
{
  if (geteuid () != 0)
    {
      g_test_skip ("only root can give a folder away");
      return;
    }
  g_assert_cmpint (chown (fixture->runtime, NOBODY, -1), ==, 0);
  expect_fallback (1);
  g_assert_false (g_file_test (fixture->folder, G_FILE_TEST_EXISTS));
}

static void
test_folder_link (Fixture      *fixture,
                  gconstpointer data)
{
  g_autofree char *target = g_build_filename (fixture->top, "target", NULL);

  g_assert_cmpint (g_mkdir (target, 0700), ==, 0);
  g_assert_cmpint (symlink (target, fixture->folder), ==, 0);
  expect_refusal (fixture->folder, "symbolic link");
  expect_fallback (1);
  g_assert_cmpuint (count_entries (target), ==, 0);
}

static void
test_temporary_folder (Fixture      *fixture,
                       gconstpointer data)
{
  g_autofree char *cache = thespian_key_folder_get_path (1);

  g_unsetenv ("XDG_RUNTIME_DIR");
  g_assert_true (g_file_set_contents (cache, "in the way", -1, NULL));
  expect_fallback (2);
}

static void
test_nowhere (Fixture      *fixture,
              gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint8 key[THESPIAN_SECRET_LENGTH];

  for (guint rank = 0; rank < THESPIAN_KEY_FOLDERS; rank++)
    {
      g_autofree char *path = thespian_key_folder_get_path (rank);

      g_assert_true (g_file_set_contents (path, "in the way", -1, NULL));
    }
  g_assert_false (thespian_key_file_create ("tcp", PORT, key, &error));
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE);
  for (guint rank = 0; rank < THESPIAN_KEY_FOLDERS; rank++)
    {
      g_autofree char *path = thespian_key_folder_get_path (rank);

      g_assert_nonnull (strstr (error->message, path));
    }
}

/* A key that was left in another folder is gone when there is a new one. */
static void
test_left_behind (Fixture      *fixture,
                  gconstpointer data)
{
  guint8 key[THESPIAN_SECRET_LENGTH];

  g_unsetenv ("XDG_RUNTIME_DIR");
  create (key);
  g_setenv ("XDG_RUNTIME_DIR", fixture->runtime, TRUE);
  create (key);
  expect_key ("tcp", PORT, key);
  g_unsetenv ("XDG_RUNTIME_DIR");
  expect_refusal ("tcp-1900.key", "No such file");
}

/* --- Races ----------------------------------------------------------------------------------- */

#define N_ROUNDS 300

typedef struct
{
  guint8 key[THESPIAN_SECRET_LENGTH]; /* of the last round */
} Creator;

static gpointer
create_again (gpointer data)
{
  Creator *creator = data;

  for (guint i = 0; i < N_ROUNDS; i++)
    create (creator->key);
  return NULL;
}

/* There is a whole key at any time, and in the end one that its maker knows. */
static void
test_race (Fixture      *fixture,
           gconstpointer data)
{
  Creator creators[2];
  GThread *threads[2];
  guint8 key[THESPIAN_SECRET_LENGTH];

  create (key);
  for (guint i = 0; i < 2; i++)
    threads[i] = g_thread_new ("creator", create_again, &creators[i]);
  for (guint i = 0; i < N_ROUNDS; i++)
    {
      g_autoptr (GError) error = NULL;

      thespian_key_file_load ("tcp", PORT, key, &error);
      g_assert_no_error (error);
    }
  for (guint i = 0; i < 2; i++)
    g_thread_join (threads[i]);

  g_assert_true (thespian_key_file_load ("tcp", PORT, key, NULL));
  g_assert_true (memcmp (key, creators[0].key, sizeof key) == 0 ||
                 memcmp (key, creators[1].key, sizeof key) == 0);
  g_assert_cmpuint (count_entries (fixture->folder), ==, 1);
}

#define ADD(name, function) \
  g_test_add ("/key-file/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int    argc,
      char **argv)
{
  const char *tmp = g_getenv ("TMPDIR");
  g_autofree char *top = g_build_filename (tmp != NULL ? tmp : "/tmp", "thespian-XXXXXX", NULL);
  g_autofree char *cache = NULL, *temporary = NULL;
  int status;

  /* GLib asks for TMPDIR once, so it must not have done so yet. */
  g_assert_nonnull (g_mkdtemp (top));
  cache = g_build_filename (top, "home", "cache", NULL);
  temporary = g_build_filename (top, "tmp", NULL);
  g_assert_cmpint (g_mkdir (temporary, 0700), ==, 0);
  g_setenv ("TEST_TOP", top, TRUE);
  g_setenv ("XDG_CACHE_HOME", cache, TRUE);
  g_setenv ("TMPDIR", temporary, TRUE);
  g_test_init (&argc, &argv, NULL);

  ADD ("create", test_create);
  ADD ("umask", test_umask);
  ADD ("names", test_names);
  ADD ("missing", test_missing);
  ADD ("remove", test_remove);
  ADD ("file-mode", test_file_mode);
  ADD ("file-owner", test_file_owner);
  ADD ("file-length", test_file_length);
  ADD ("file-link", test_file_link);
  ADD ("file-kind", test_file_kind);
  ADD ("no-runtime-folder", test_no_runtime_folder);
  ADD ("folder-mode", test_folder_mode);
  ADD ("folder-owner", test_folder_owner);
  ADD ("runtime-owner", test_runtime_owner);
  ADD ("folder-link", test_folder_link);
  ADD ("temporary-folder", test_temporary_folder);
  ADD ("nowhere", test_nowhere);
  ADD ("left-behind", test_left_behind);
  ADD ("race", test_race);
  status = g_test_run ();
  remove_all (top);
  return status;
}
