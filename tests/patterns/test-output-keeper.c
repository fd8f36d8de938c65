/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "patterns/thespian-output-keeper-private.h"

static guint8
byte_at (gsize offset)
{
  return (guint8) ((offset * 31 + offset / 256) % 251);
}

/* Feeds @total bytes in pieces of @piece, and looks for every one of them at its place. */
static void
check (guint64 head_limit,
       guint64 tail_limit,
       gsize   total,
       gsize   piece)
{
  ThespianOutputKeeper keeper;
  g_autofree guint8 *data = g_malloc (total + 1);
  g_autoptr (GBytes) kept = NULL;
  guint64 n_dropped;
  gsize size, head;
  const guint8 *bytes;

  for (gsize i = 0; i < total; i++)
    data[i] = byte_at (i);

  thespian_output_keeper_init (&keeper, head_limit, tail_limit);
  for (gsize i = 0; i < total; i += piece)
    thespian_output_keeper_append (&keeper, data + i, MIN (piece, total - i));
  kept = thespian_output_keeper_dup_bytes (&keeper, &n_dropped);

  bytes = g_bytes_get_data (kept, &size);
  g_assert_cmpuint (size + n_dropped, ==, total);
  g_assert_cmpuint (size, ==, MIN (total, head_limit + tail_limit));
  head = MIN (size, head_limit);
  for (gsize i = 0; i < size; i++)
    g_assert_cmpuint (bytes[i], ==, byte_at (i < head ? i : i + n_dropped));

  thespian_output_keeper_clear (&keeper);
}

static void
test_limits (void)
{
  static const gsize pieces[] = { 1, 7, 1000, 65536, 1000000 };

  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      check (10, 10, 0, pieces[i]);
      check (10, 10, 20, pieces[i]);
      check (10, 10, 21, pieces[i]);
      check (0, 0, 100, pieces[i]);
      check (0, 10, 100000, pieces[i]);
      check (10, 0, 100000, pieces[i]);
      check (1000, 2000, 300000, pieces[i]);
      check (100000, 200000, 1000000, pieces[i]);
      check (512, 512, 1000, pieces[i]);
    }
}

/* What was asked for in between does not disturb what comes. */
static void
test_asked_in_between (void)
{
  ThespianOutputKeeper keeper;
  guint64 n_dropped;
  g_autoptr (GBytes) first = NULL;
  g_autoptr (GBytes) second = NULL;

  thespian_output_keeper_init (&keeper, 2, 3);
  thespian_output_keeper_append (&keeper, "abcdefgh", 8);
  first = thespian_output_keeper_dup_bytes (&keeper, &n_dropped);
  g_assert_cmpmem (g_bytes_get_data (first, NULL), g_bytes_get_size (first), "abfgh", 5);
  g_assert_cmpuint (n_dropped, ==, 3);

  thespian_output_keeper_append (&keeper, "ij", 2);
  second = thespian_output_keeper_dup_bytes (&keeper, &n_dropped);
  g_assert_cmpmem (g_bytes_get_data (second, NULL), g_bytes_get_size (second), "abhij", 5);
  g_assert_cmpuint (n_dropped, ==, 5);
  thespian_output_keeper_clear (&keeper);
}

/* The memory stays bounded, however much comes. */
static void
test_bounded (void)
{
  ThespianOutputKeeper keeper;
  g_autofree char *data = g_malloc0 (1000000);

  thespian_output_keeper_init (&keeper, 1000, 1000);
  for (guint i = 0; i < 100; i++)
    {
      thespian_output_keeper_append (&keeper, data, 1000000);
      g_assert_cmpuint (keeper.bytes->len, <=, 200000);
    }
  thespian_output_keeper_clear (&keeper);
}

static void
test_huge_limits (void)
{
  ThespianOutputKeeper keeper;
  g_autoptr (GBytes) kept = NULL;
  guint64 n_dropped;

  thespian_output_keeper_init (&keeper, G_MAXUINT64, G_MAXUINT64);
  g_assert_cmpuint (keeper.head_limit, ==, THESPIAN_OUTPUT_KEEPER_MAX_LIMIT);
  g_assert_cmpuint (keeper.tail_limit, ==, THESPIAN_OUTPUT_KEEPER_MAX_LIMIT);
  thespian_output_keeper_append (&keeper, "abc", 3);
  kept = thespian_output_keeper_dup_bytes (&keeper, &n_dropped);
  g_assert_cmpmem (g_bytes_get_data (kept, NULL), g_bytes_get_size (kept), "abc", 3);
  g_assert_cmpuint (n_dropped, ==, 0);
  thespian_output_keeper_clear (&keeper);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/output-keeper/limits", test_limits);
  g_test_add_func ("/output-keeper/asked-in-between", test_asked_in_between);
  g_test_add_func ("/output-keeper/bounded", test_bounded);
  g_test_add_func ("/output-keeper/huge-limits", test_huge_limits);

  return g_test_run ();
}
