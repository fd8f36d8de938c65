/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How much may be on the way to a peer, and how long an answer is waited for. */

#include "transport/thespian-path-private.h"

#define LARGEST (1024 * 1024)

static void
fill (ThespianPath *path,
      gsize         n_bytes)
{
  while (thespian_path_admits (path))
    thespian_path_depart (path, n_bytes);
}

static void
test_window (void)
{
  ThespianPath path;
  gsize first;

  thespian_path_init (&path, LARGEST);
  first = path.window;
  fill (&path, 1000);
  g_assert_cmpuint (path.n_flying, >=, first);
  g_assert_cmpuint (path.n_flying, <, first + 1000);

  /* what is given up makes room, what arrives makes more */
  thespian_path_give_up (&path, 1000);
  g_assert_cmpuint (path.window, ==, first);
  g_assert_true (thespian_path_admits (&path));
  thespian_path_arrive (&path, 1000);
  g_assert_cmpuint (path.window, >, first);

  while (path.n_flying > 0)
    thespian_path_arrive (&path, MIN (path.n_flying, 1000));
  for (guint i = 0; i < 10000; i++)
    {
      thespian_path_depart (&path, 1000);
      thespian_path_arrive (&path, 1000);
    }
  g_assert_cmpuint (path.window, ==, LARGEST);
}

/* Whatever is on the way, something larger than the window can go. */
static void
test_large (void)
{
  ThespianPath path;

  thespian_path_init (&path, 1);
  thespian_path_depart (&path, LARGEST);
  g_assert_false (thespian_path_admits (&path));
  thespian_path_arrive (&path, LARGEST);
  g_assert_true (thespian_path_admits (&path));
}

static void
test_loss (void)
{
  ThespianPath path;
  gsize before;

  thespian_path_init (&path, LARGEST);
  before = path.window;
  thespian_path_cut (&path, 10, 50);
  g_assert_cmpuint (path.window, ==, before / 2);
  /* those that left before the cut do not cut it again */
  thespian_path_cut (&path, 49, 60);
  g_assert_cmpuint (path.window, ==, before / 2);
  thespian_path_cut (&path, 50, 70);
  g_assert_cmpuint (path.window, ==, before / 4);
  for (guint i = 0; i < 20; i++)
    thespian_path_cut (&path, 100 + i, 100 + i);
  g_assert_cmpuint (path.window, >=, 16 * 1024);
}

/* Where something was lost it goes on more slowly. */
static void
test_growth (void)
{
  ThespianPath fast, slow;

  thespian_path_init (&fast, LARGEST);
  thespian_path_init (&slow, LARGEST);
  thespian_path_cut (&slow, 0, 1);
  slow.window = fast.window;
  for (guint i = 0; i < 100; i++)
    {
      thespian_path_depart (&fast, 1000);
      thespian_path_arrive (&fast, 1000);
      thespian_path_depart (&slow, 1000);
      thespian_path_arrive (&slow, 1000);
    }
  g_assert_cmpuint (slow.window, <, fast.window);
}

static void
test_patience (void)
{
  ThespianPath path;
  GTimeSpan patience;

  thespian_path_init (&path, LARGEST);
  patience = thespian_path_get_patience (&path, 0);
  /* of a peer of which nothing is known */
  g_assert_cmpint (patience, ==, 200 * G_TIME_SPAN_MILLISECOND);
  g_assert_cmpint (thespian_path_get_patience (&path, 1), ==, 2 * patience);
  g_assert_cmpint (thespian_path_get_patience (&path, 1000), ==, G_TIME_SPAN_SECOND);

  for (guint i = 0; i < 100; i++)
    thespian_path_measure (&path, 100);
  g_assert_cmpint (thespian_path_get_patience (&path, 0), ==, 20 * G_TIME_SPAN_MILLISECOND);
  for (guint i = 0; i < 100; i++)
    thespian_path_measure (&path, 50 * G_TIME_SPAN_MILLISECOND);
  g_assert_cmpint (thespian_path_get_patience (&path, 0), >, 50 * G_TIME_SPAN_MILLISECOND);
  for (guint i = 0; i < 100; i++)
    thespian_path_measure (&path, 10 * G_TIME_SPAN_SECOND);
  g_assert_cmpint (thespian_path_get_patience (&path, 0), ==, 200 * G_TIME_SPAN_MILLISECOND);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/transport/path/window", test_window);
  g_test_add_func ("/transport/path/large", test_large);
  g_test_add_func ("/transport/path/loss", test_loss);
  g_test_add_func ("/transport/path/growth", test_growth);
  g_test_add_func ("/transport/path/patience", test_patience);

  return g_test_run ();
}
