/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Whatever comes in whatever order: no counter is taken twice, and none of the window is lost. */

#include "transport/thespian-replay-window-private.h"

G_STATIC_ASSERT (THESPIAN_REPLAY_WINDOW >= 4096);

#define N_COUNTERS (1 << 20)

/* The window, and what it should know. */
typedef struct
{
  ThespianReplayWindow window;
  guint8 *is_taken;
  guint64 newest;
} Fixture;

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  fixture->is_taken = g_new0 (guint8, N_COUNTERS);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  g_free (fixture->is_taken);
}

static gboolean
offer (Fixture *fixture,
       guint64  counter)
{
  gboolean is_admitted = thespian_replay_window_admits (&fixture->window, counter);

  if (fixture->is_taken[counter])
    g_assert_false (is_admitted);
  else if (counter + THESPIAN_REPLAY_WINDOW > fixture->newest)
    g_assert_true (is_admitted);
  if (is_admitted)
    {
      thespian_replay_window_take (&fixture->window, counter);
      fixture->is_taken[counter] = TRUE;
      fixture->newest = MAX (fixture->newest, counter);
    }
  return is_admitted;
}

static void
test_in_order (Fixture      *fixture,
               gconstpointer data)
{
  for (guint64 i = 0; i < N_COUNTERS; i++)
    {
      g_assert_true (offer (fixture, i));
      g_assert_false (offer (fixture, i));
    }
}

/* After each step ahead all that is behind is offered again. */
static void
test_steps (Fixture      *fixture,
            gconstpointer data)
{
  guint64 counter = 0;

  for (guint64 step = 1; counter + step < N_COUNTERS; step += 1 + step / 3)
    {
      counter += step;
      offer (fixture, counter);
      for (guint64 i = counter > 20000 ? counter - 20000 : 0; i < counter; i++)
        offer (fixture, i);
    }
}

/* Around the ends of words and of the ring, where the bits of a round become those of the next. */
static void
test_edges (Fixture      *fixture,
            gconstpointer data)
{
  const int near[] = { -65, -64, -63, -2, -1, 0, 1, 2, 63, 64, 65 };
  guint64 base = 0;

  for (guint round = 0; round < 8; round++)
    for (guint i = 0; i < G_N_ELEMENTS (near); i++)
      {
        guint64 ring = THESPIAN_REPLAY_WORDS * 64;

        for (guint64 k = 0; k < 70; k++)
          offer (fixture, base + k);
        base += ring + near[i];
        offer (fixture, base);
        for (guint64 k = base - MIN (base, ring + 130); k < base; k++)
          offer (fixture, k);
      }
  g_assert_cmpuint (base, <, N_COUNTERS);
}

static void
test_random (Fixture      *fixture,
             gconstpointer data)
{
  for (guint i = 0; i < N_COUNTERS; i++)
    {
      guint64 reach = i % 1000 == 0 ? 20000 : 200;
      guint64 lowest = fixture->newest > 10000 ? fixture->newest - 10000 : 0;
      guint64 counter = g_test_rand_int_range (lowest, fixture->newest + reach);

      if (counter < N_COUNTERS)
        offer (fixture, counter);
    }
}

#define ADD(name, function) \
  g_test_add ("/replay-window/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("in-order", test_in_order);
  ADD ("steps", test_steps);
  ADD ("edges", test_edges);
  ADD ("random", test_random);
  return g_test_run ();
}
