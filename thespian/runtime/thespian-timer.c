/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The wakeups of a node's actors: one sequence by expiry, one ready time of the node's source.
 * A wakeup that is due becomes an envelope in the node's queue, so it is interleaved with the
 * messages; until that envelope is handled it can still be cancelled.
 */

#include "config.h"

#include "runtime/thespian-timer-private.h"

#include "model/thespian-value-private.h"
#include "runtime/thespian-cell-private.h"

void
thespian_timers_init (ThespianNode *node)
{
  node->timers = g_sequence_new (NULL);
  node->timers_by_id = g_hash_table_new (g_int64_hash, g_int64_equal);
}

void
thespian_timers_clear (ThespianNode *node)
{
  g_clear_pointer (&node->timers, g_sequence_free);
  g_clear_pointer (&node->timers_by_id, g_hash_table_unref);
}

void
thespian_timer_free (ThespianTimer *timer)
{
  thespian_value_clear (&timer->payload);
  g_slice_free (ThespianTimer, timer);
}

static int
compare_timers (gconstpointer a,
                gconstpointer b,
                gpointer      user_data)
{
  const ThespianTimer *one = a, *other = b;

  if (one->expiry != other->expiry)
    return one->expiry < other->expiry ? -1 : 1;
  return one->id < other->id ? -1 : one->id > other->id;
}

/* The node sleeps until its first timer is due. */
static void
update_ready_time_locked (ThespianNode *node)
{
  GSequenceIter *first = g_sequence_get_begin_iter (node->timers);
  gint64 ready_time = -1;

  if (!g_sequence_iter_is_end (first))
    ready_time = ((ThespianTimer *) g_sequence_get (first))->expiry;
  if (node->source != NULL && g_source_get_ready_time (node->source) != ready_time)
    g_source_set_ready_time (node->source, ready_time);
}

static void
link_to_cell_locked (ThespianTimer *timer)
{
  ThespianCellExtras *extras = thespian_cell_ensure_extras_locked (timer->cell);

  timer->next_of_cell = extras->timers;
  if (extras->timers != NULL)
    extras->timers->previous_of_cell = timer;
  extras->timers = timer;
  extras->n_timers++;
}

static void
unlink_from_cell_locked (ThespianTimer *timer)
{
  ThespianCellExtras *extras = timer->cell->extras;

  if (timer->previous_of_cell != NULL)
    timer->previous_of_cell->next_of_cell = timer->next_of_cell;
  else
    extras->timers = timer->next_of_cell;
  if (timer->next_of_cell != NULL)
    timer->next_of_cell->previous_of_cell = timer->previous_of_cell;
  extras->n_timers--;
  timer->cell = NULL;
}

/* Takes @timer out of everything; what does not stand in the queue is freed. */
static void
drop_locked (ThespianNode  *node,
             ThespianTimer *timer)
{
  g_hash_table_remove (node->timers_by_id, &timer->id);
  unlink_from_cell_locked (timer);
  if (timer->place != NULL)
    {
      g_sequence_remove (timer->place);
      thespian_timer_free (timer);
    }
}

guint64
thespian_timers_add (ThespianNode *node,
                     ThespianCell *cell,
                     GTimeSpan     delay,
                     const GValue *payload)
{
  ThespianTimer *timer = g_slice_new0 (ThespianTimer);
  gint64 now = g_get_monotonic_time ();
  guint64 id = 0;

  timer->cell = cell;
  timer->delay = delay;
  timer->expiry = delay < G_MAXINT64 - now ? now + delay : G_MAXINT64;
  if (payload != NULL)
    thespian_value_copy_into (payload, &timer->payload);

  g_mutex_lock (&node->lock);
  if (thespian_cell_is_open (cell))
    {
      id = timer->id = ++node->last_timer_id;
      g_hash_table_add (node->timers_by_id, &timer->id);
      timer->place = g_sequence_insert_sorted (node->timers, timer, compare_timers, NULL);
      link_to_cell_locked (timer);
      update_ready_time_locked (node);
    }
  g_mutex_unlock (&node->lock);

  if (id == 0)
    thespian_timer_free (timer);
  return id;
}

gboolean
thespian_timers_cancel (ThespianNode *node,
                        ThespianCell *cell,
                        guint64       id)
{
  gpointer found;
  gboolean pending = FALSE;

  g_mutex_lock (&node->lock);
  if (g_hash_table_lookup_extended (node->timers_by_id, &id, &found, NULL))
    {
      ThespianTimer *timer = (ThespianTimer *) ((char *) found - G_STRUCT_OFFSET (ThespianTimer, id));

      pending = timer->cell == cell;
      if (pending)
        {
          drop_locked (node, timer);
          update_ready_time_locked (node);
        }
    }
  g_mutex_unlock (&node->lock);
  return pending;
}

void
thespian_timers_forget (ThespianNode *node,
                        ThespianCell *cell)
{
  g_mutex_lock (&node->lock);
  if (cell->extras != NULL)
    {
      while (cell->extras->timers != NULL)
        drop_locked (node, cell->extras->timers);
      update_ready_time_locked (node);
    }
  g_mutex_unlock (&node->lock);
}

void
thespian_timers_expire (ThespianNode *node)
{
  gint64 now;

  if (g_source_get_ready_time (node->source) < 0)
    return;
  now = g_get_monotonic_time ();

  g_mutex_lock (&node->lock);
  for (;;)
    {
      GSequenceIter *first = g_sequence_get_begin_iter (node->timers);
      ThespianTimer *timer;

      if (g_sequence_iter_is_end (first))
        break;
      timer = g_sequence_get (first);
      if (timer->expiry > now)
        break;
      g_sequence_remove (timer->place);
      timer->place = NULL;
      thespian_cell_enqueue_own (timer->cell, THESPIAN_ENVELOPE_WAKEUP,
                                 &(GValue){ .g_type = G_TYPE_POINTER, .data[0].v_pointer = timer });
    }
  update_ready_time_locked (node);
  g_mutex_unlock (&node->lock);
}

gboolean
thespian_timers_claim (ThespianNode  *node,
                       ThespianTimer *timer)
{
  gboolean pending;

  g_mutex_lock (&node->lock);
  pending = timer->cell != NULL;
  if (pending)
    drop_locked (node, timer);
  g_mutex_unlock (&node->lock);
  return pending;
}
