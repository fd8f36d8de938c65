/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* An opaque value keeps what it was made of, and equals another of the same. */

#include <thespian.h>

static GBytes *
text_bytes (const char *text)
{
  return g_bytes_new_static (text, strlen (text));
}

static void
test_new (void)
{
  g_autoptr (GBytes) data = text_bytes ("content");
  g_autoptr (ThespianOpaque) opaque = thespian_opaque_new ("text/x-test", data);
  g_autoptr (GBytes) property = NULL;
  g_autofree char *media_type = NULL;

  g_assert_cmpstr (thespian_opaque_get_media_type (opaque), ==, "text/x-test");
  g_assert_true (thespian_opaque_get_data (opaque) == data);
  g_object_get (opaque, "media-type", &media_type, "data", &property, NULL);
  g_assert_cmpstr (media_type, ==, "text/x-test");
  g_assert_true (g_bytes_equal (property, data));
}

static void
test_empty (void)
{
  g_autoptr (ThespianOpaque) opaque = g_object_new (THESPIAN_TYPE_OPAQUE, NULL);

  g_assert_cmpstr (thespian_opaque_get_media_type (opaque), ==, "application/octet-stream");
  g_assert_cmpuint (g_bytes_get_size (thespian_opaque_get_data (opaque)), ==, 0);
}

static void
test_equal (void)
{
  g_autoptr (GBytes) one = text_bytes ("one"), other = text_bytes ("other");
  g_autoptr (ThespianOpaque) opaque = thespian_opaque_new ("a/a", one);
  g_autoptr (ThespianOpaque) same = thespian_opaque_new ("a/a", one);
  g_autoptr (ThespianOpaque) other_type = thespian_opaque_new ("a/b", one);
  g_autoptr (ThespianOpaque) other_data = thespian_opaque_new ("a/a", other);

  g_assert_true (thespian_opaque_equal (opaque, same));
  g_assert_false (thespian_opaque_equal (opaque, other_type));
  g_assert_false (thespian_opaque_equal (opaque, other_data));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/opaque/new", test_new);
  g_test_add_func ("/opaque/empty", test_empty);
  g_test_add_func ("/opaque/equal", test_equal);
  return g_test_run ();
}
