/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What libFuzzer does for a fuzz target, without the fuzzing: gives it the files of a folder. */

#include "fuzz.h"

static void
run_file (gconstpointer data)
{
  const char *path = data;
  g_autofree char *contents = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  g_file_get_contents (path, &contents, &length, &error);
  g_assert_no_error (error);
  /* without the zero that follows, so that ASan sees who reads it */
  contents = g_realloc (contents, length);
  g_assert_cmpint (LLVMFuzzerTestOneInput ((const guint8 *) contents, length), ==, 0);
}

static void
add_folder (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) folder = g_dir_open (path, 0, &error);
  const char *name;

  g_assert_no_error (error);
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *test_path = g_strdup_printf ("/fuzz/%s", name);

      g_test_add_data_func_full (test_path, g_build_filename (path, name, NULL), run_file, g_free);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (int i = 1; i < argc; i++)
    add_folder (argv[i]);
  return g_test_run ();
}
