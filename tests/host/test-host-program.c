/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Where the program is looked for.  The library of this test is the test itself, so a copy of it in
 * another folder stands for a library that was installed or built there.
 */

#include "config.h"

#include "host/thespian-host-program-private.h"
#include "model/thespian-error.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#define FIND "--find"

static void
install (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GFile) source = g_file_new_for_path ("/proc/self/exe");
  g_autoptr (GFile) target = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_file_copy (source, target, G_FILE_COPY_OVERWRITE, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_chmod (path, 0700), ==, 0);
}

/* Runs the copy at @library; what it finds it prints. */
static void
assert_finds (const char *library,
              const char *variable,
              const char *expected)
{
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *output = NULL;

  if (variable != NULL)
    g_subprocess_launcher_setenv (launcher, "THESPIAN_HOST", variable, TRUE);
  else
    g_subprocess_launcher_unsetenv (launcher, "THESPIAN_HOST");
  process = g_subprocess_launcher_spawn (launcher, &error, library, FIND, NULL);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &output, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (output, ==, expected);
}

static void
test_find (void)
{
  g_autofree char *folder = g_dir_make_tmp ("thespian-XXXXXX", NULL);
  g_autofree char *library = g_build_filename (folder, "a", "b", "c", "library", NULL);
  g_autofree char *library_folder = g_path_get_dirname (library);
  g_autofree char *installed =
    g_canonicalize_filename (LIBEXEC_FROM_LIB "/thespian-host", library_folder);
  g_autofree char *built = g_build_filename (library_folder, "thespian-host", NULL);
  char *remove[] = { (char *) "rm", (char *) "-r", folder, NULL };

  install (library);
  install (built);
  assert_finds (library, NULL, built);
  install (installed);
  assert_finds (library, NULL, installed);
  assert_finds (library, "", installed);
  assert_finds (library, "/bin/sh", "/bin/sh");
  assert_finds (library, "/nonexistent/host",
                "The environment variable THESPIAN_HOST names “/nonexistent/host”, which is no "
                "program that can be run");
  g_spawn_sync (NULL, remove, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
}

static int
find (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = thespian_host_program_find (&error);

  fputs (path != NULL ? path : error->message, stdout);
  return 0;
}

int
main (int    argc,
      char **argv)
{
  if (argc == 2 && strcmp (argv[1], FIND) == 0)
    return find ();
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/host-program/find", test_find);

  return g_test_run ();
}
