/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "host/thespian-module-place-private.h"
#include "model/thespian-error.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  char *folder; /* with foo.py, package/, sub/bar.js and module.so */
  GVariant *capabilities;
} Fixture;

static const char *const files[] = { "foo.py", "package/__init__.py", "package/inner.py", "sub/bar.js",
                                     "co:lon.v2.py", "module.so", "libother.so" };

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("thespian-XXXXXX", &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (fixture->folder, files[i], NULL);
      g_autofree char *parent = g_path_get_dirname (path);

      g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
      g_file_set_contents (path, "", 0, &error);
      g_assert_no_error (error);
    }
  fixture->capabilities = g_variant_ref_sink (
      g_variant_new_parsed ("{'Actor Path': <%s>, 'Python Path': <['/nowhere', %s]>, 'GJS Path': <%s>}",
                            fixture->folder, fixture->folder, fixture->folder));
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  const char *const folders[] = { "package", "sub", "" };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (fixture->folder, files[i], NULL);

      g_assert_cmpint (g_unlink (path), ==, 0);
    }
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *path = g_build_filename (fixture->folder, folders[i], NULL);

      g_assert_cmpint (g_rmdir (path), ==, 0);
    }
  g_free (fixture->folder);
  g_variant_unref (fixture->capabilities);
}

static void
expect (Fixture    *fixture,
        const char *specification,
        const char *language,
        const char *file,
        const char *root)
{
  g_auto (ThespianModulePlace) place = THESPIAN_MODULE_PLACE_INIT;
  g_autofree char *path = g_build_filename (fixture->folder, file, NULL);
  g_autofree char *folder = g_canonicalize_filename (root, fixture->folder);
  g_autofree char *found = NULL;
  g_autoptr (GError) error = NULL;

  thespian_module_place_find (specification, fixture->capabilities, &place, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (place.language != NULL ? place.language->prefix : NULL, ==, language);
  g_assert_cmpstr (place.path, ==, path);
  found = g_strndup (place.path, place.root_length);
  g_assert_cmpstr (found, ==, folder);
}

static void
expect_failure (Fixture    *fixture,
                const char *specification,
                const char *words)
{
  g_auto (ThespianModulePlace) place = THESPIAN_MODULE_PLACE_INIT;
  g_autoptr (GError) error = NULL;

  g_assert_false (thespian_module_place_find (specification, fixture->capabilities, &place, &error));
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ACTOR_SPECIFICATION);
  g_assert_nonnull (strstr (error->message, words));
  g_assert_null (place.path);
}

static void
test_found (Fixture      *fixture,
            gconstpointer data)
{
  g_autofree char *python = g_strdup_printf ("python:%s/sub/../foo.py:Foo", fixture->folder);
  g_autofree char *gjs = g_strdup_printf ("gjs:%s/sub/bar.js:Bar", fixture->folder);
  g_autofree char *shared = g_strdup_printf ("%s/sub/../module.so:Baz", fixture->folder);
  g_autofree char *colon = g_strdup_printf ("python:%s/co:lon.v2.py:Foo", fixture->folder);

  expect (fixture, "python:foo:Foo", "python", "foo.py", ".");
  expect (fixture, "python:package:Foo", "python", "package/__init__.py", ".");
  expect (fixture, "python:package.inner:Outer.Inner", "python", "package/inner.py", ".");
  expect (fixture, python, "python", "foo.py", ".");
  expect (fixture, "gjs:sub/bar.js:Bar", "gjs", "sub/bar.js", ".");
  expect (fixture, gjs, "gjs", "sub/bar.js", "sub");
  expect (fixture, colon, "python", "co:lon.v2.py", ".");
  expect (fixture, "module:Baz", NULL, "module.so", ".");
  expect (fixture, "other:Baz", NULL, "libother.so", ".");
  expect (fixture, shared, NULL, "module.so", ".");
}

static void
test_type_of_program (Fixture      *fixture,
                      gconstpointer data)
{
  g_auto (ThespianModulePlace) place = THESPIAN_MODULE_PLACE_INIT;
  g_autoptr (GError) error = NULL;

  g_assert_true (thespian_module_place_find ("FooBar", NULL, &place, &error));
  g_assert_no_error (error);
  g_assert_null (place.language);
  g_assert_null (place.path);
}

static void
test_not_found (Fixture      *fixture,
                gconstpointer data)
{
  expect_failure (fixture, "nowhere:X", "“nowhere” in the capability “Actor Path” nor in the environment variable "
                                        "THESPIAN_ACTOR_PATH");
  expect_failure (fixture, "python:nowhere:X", "“nowhere” in the capability “Python Path” nor in the environment "
                                               "variable THESPIAN_PYTHON_PATH");
  expect_failure (fixture, "gjs:bar.js:X", "“bar.js” in the capability “GJS Path” nor in the environment variable "
                                           "THESPIAN_GJS_PATH");
  expect_failure (fixture, "python:/nowhere/foo.py:X", "/nowhere/foo.py");
  expect_failure (fixture, "perl:foo:X", "no language “perl”");
  expect_failure (fixture, "perl:foo:X", "“python”, “gjs”");
  expect_failure (fixture, "python:X", "expected “python:module:Class”");
  expect_failure (fixture, "python::X", "expected “python:module:Class”");
  expect_failure (fixture, "python:foo:", "expected “python:module:Class”");
  expect_failure (fixture, "python:\xff:X", "not UTF-8");
  expect_failure (fixture, ":X", "expected “Module:TypeName”");
  expect_failure (fixture, "module:", "expected “Module:TypeName”");
}

/* A module of one language is none of another, even if it had the same file. */
static void
test_keys (Fixture      *fixture,
           gconstpointer data)
{
  ThespianModulePlace place = { NULL, (char *) "/foo", 1 };
  g_autofree char *first = thespian_module_place_build_key (&place);
  g_autofree char *second = NULL;

  place.language = thespian_host_language_get (0);
  second = thespian_module_place_build_key (&place);
  g_assert_cmpstr (first, !=, second);
}

int
main (int    argc,
      char **argv)
{
  const struct
  {
    const char *path;
    void (*test) (Fixture *fixture, gconstpointer data);
  } tests[] = {
    { "/module-place/found", test_found },
    { "/module-place/type-of-program", test_type_of_program },
    { "/module-place/not-found", test_not_found },
    { "/module-place/keys", test_keys },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
