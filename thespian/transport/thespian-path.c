/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "transport/thespian-path-private.h"

#define FIRST_WINDOW (256 * 1024)
#define SMALLEST_WINDOW (64 * 1024)
/* What the window grows by for each of its size that has arrived. */
#define STEP (16 * 1024)

#define SHORTEST_PATIENCE (20 * G_TIME_SPAN_MILLISECOND)
/* And as long as nothing is known: a peer that was just made may have to wait for a processor. */
#define LONGEST_PATIENCE (200 * G_TIME_SPAN_MILLISECOND)
/* Of a peer that may have been stopped. */
#define UTMOST_PATIENCE (1 * G_TIME_SPAN_SECOND)
#define MAX_DOUBLINGS 8

void
thespian_path_init (ThespianPath *self,
                    gsize         largest)
{
  *self = (ThespianPath){ .largest = MAX (largest, SMALLEST_WINDOW) };
  self->window = MIN (FIRST_WINDOW, self->largest);
  self->threshold = self->largest;
}

/* What is larger than the window must be able to go, too. */
gboolean
thespian_path_admits (const ThespianPath *self)
{
  return self->n_flying < self->window;
}

void
thespian_path_depart (ThespianPath *self,
                      gsize         n_bytes)
{
  self->n_flying += n_bytes;
}

void
thespian_path_give_up (ThespianPath *self,
                       gsize         n_bytes)
{
  self->n_flying -= n_bytes;
}

void
thespian_path_arrive (ThespianPath *self,
                      gsize         n_bytes)
{
  self->n_flying -= n_bytes;
  if (self->window < self->threshold)
    self->window += n_bytes;
  else
    self->window += n_bytes * STEP / self->window;
  self->window = MIN (self->window, self->largest);
}

static void
shrink (ThespianPath *self,
        guint64       next)
{
  self->cut_at = next;
  self->threshold = MAX (self->window / 2, SMALLEST_WINDOW);
}

void
thespian_path_cut (ThespianPath *self,
                   guint64       number,
                   guint64       next)
{
  /* of what left before the last cut more may be missing */
  if (number < self->cut_at)
    return;
  shrink (self, next);
  self->window = self->threshold;
}

void
thespian_path_collapse (ThespianPath *self,
                        guint64       next)
{
  shrink (self, next);
  self->window = SMALLEST_WINDOW;
}

/* The mean and the deviation as in TCP (RFC 6298). */
void
thespian_path_measure (ThespianPath *self,
                       GTimeSpan     round_trip)
{
  GTimeSpan difference = ABS (self->round_trip - round_trip);

  round_trip = MAX (round_trip, 1);
  if (self->round_trip == 0)
    {
      self->round_trip = round_trip;
      self->deviation = round_trip / 2;
      return;
    }
  self->deviation += (difference - self->deviation) / 4;
  self->round_trip += (round_trip - self->round_trip) / 8;
}

GTimeSpan
thespian_path_get_patience (const ThespianPath *self,
                            guint               n_times)
{
  GTimeSpan patience = LONGEST_PATIENCE;

  if (self->round_trip > 0)
    patience = CLAMP (self->round_trip + 4 * self->deviation, SHORTEST_PATIENCE, LONGEST_PATIENCE);
  return MIN (patience << MIN (n_times, MAX_DOUBLINGS), UTMOST_PATIENCE);
}
