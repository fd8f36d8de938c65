/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "wire/thespian-buffer-private.h"

static void
test_append (void)
{
  g_auto (ThespianBuffer) buffer = THESPIAN_BUFFER_INIT;
  g_autoptr (GString) expected = g_string_new (NULL);

  for (guint i = 0; i < 2000; i++)
    {
      g_autofree char *piece = g_strdup_printf ("%u,", i);

      thespian_buffer_append (&buffer, piece, strlen (piece));
      g_string_append (expected, piece);
    }
  thespian_buffer_append (&buffer, NULL, 0);
  g_assert_cmpmem (buffer.data, buffer.length, expected->str, expected->len);
  g_assert_cmpuint (buffer.size, >=, buffer.length);
}

static void
test_reserve (void)
{
  g_auto (ThespianBuffer) buffer = THESPIAN_BUFFER_INIT;
  guint8 *place;

  g_assert_nonnull (thespian_buffer_reserve (&buffer, 0));
  thespian_buffer_append (&buffer, "ab", 2);
  place = thespian_buffer_reserve (&buffer, 100000);
  g_assert_cmpuint (buffer.length, ==, 2);
  memset (place, 'x', 100000);
  g_assert_true (thespian_buffer_extend (&buffer, 100000) == place);
  g_assert_cmpuint (buffer.length, ==, 100002);

  buffer.length = 1;
  thespian_buffer_append (&buffer, "c", 1);
  g_assert_cmpmem (buffer.data, buffer.length, "ac", 2);
}

static void
test_steal (void)
{
  g_auto (ThespianBuffer) buffer = THESPIAN_BUFFER_INIT;
  g_autoptr (GBytes) nothing = thespian_buffer_steal (&buffer);
  g_autoptr (GBytes) bytes = NULL;

  g_assert_cmpuint (g_bytes_get_size (nothing), ==, 0);
  thespian_buffer_append (&buffer, "abc", 3);
  bytes = thespian_buffer_steal (&buffer);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "abc", 3);
  g_assert_null (buffer.data);
  g_assert_cmpuint (buffer.length, ==, 0);

  thespian_buffer_append (&buffer, "d", 1);
  g_assert_cmpmem (buffer.data, buffer.length, "d", 1);
  thespian_buffer_clear (&buffer);
  g_assert_cmpuint (buffer.size, ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire/buffer/append", test_append);
  g_test_add_func ("/wire/buffer/reserve", test_reserve);
  g_test_add_func ("/wire/buffer/steal", test_steal);
  return g_test_run ();
}
