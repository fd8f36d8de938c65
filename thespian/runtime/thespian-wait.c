/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "runtime/thespian-wait-private.h"

gint64
thespian_deadline (GTimeSpan timeout)
{
  gint64 now = g_get_monotonic_time ();

  if (timeout < 0 || timeout > G_MAXINT64 - now)
    return -1;
  return now + timeout;
}

gboolean
thespian_deadline_has_passed (gint64 deadline)
{
  return deadline >= 0 && g_get_monotonic_time () >= deadline;
}

void
thespian_wait_init (ThespianWait *self,
                    ThespianNode *node)
{
  self->node = node != NULL && thespian_node_can_drive (node) ? node : NULL;
  self->thread = g_thread_self ();
  if (self->node != NULL)
    thespian_node_want (self->node);
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  self->done = FALSE;
}

void
thespian_wait_clear (ThespianWait *self)
{
  /* whoever set `done' may still be inside the lock */
  g_mutex_lock (&self->lock);
  g_mutex_unlock (&self->lock);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->cond);
  if (self->node != NULL)
    thespian_node_want_no_more (self->node);
}

/* The waiter may be gone once the lock is free again, so the node is kicked by a reference of ours. */
void
thespian_wait_finish (ThespianWait *self)
{
  ThespianNode *node;

  /* who drives its node itself, and finds what it waits for, need not be woken */
  if (self->thread == g_thread_self ())
    {
      g_atomic_int_set (&self->done, TRUE);
      return;
    }
  node = self->node != NULL ? thespian_node_ref (self->node) : NULL;
  g_mutex_lock (&self->lock);
  g_atomic_int_set (&self->done, TRUE);
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->lock);
  if (node != NULL)
    {
      thespian_node_kick (node);
      thespian_node_unref (node);
    }
}

/* --- Sleeping ------------------------------------------------------------------------------------- */

static gboolean
sleep_until (ThespianWait *self,
             gint64        deadline,
             GCancellable *cancellable)
{
  gboolean in_time = TRUE;

  g_mutex_lock (&self->lock);
  while (!self->done && in_time && !g_cancellable_is_cancelled (cancellable))
    if (deadline < 0)
      g_cond_wait (&self->cond, &self->lock);
    else
      in_time = g_cond_wait_until (&self->cond, &self->lock, deadline);
  g_mutex_unlock (&self->lock);
  return g_atomic_int_get (&self->done);
}

static void
wake_cancelled (GCancellable *cancellable,
                ThespianWait *self)
{
  g_mutex_lock (&self->lock);
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->lock);
  if (self->node != NULL)
    thespian_node_kick (self->node);
}

/* --- Driving -------------------------------------------------------------------------------------- */

/* Waits for the place of the driver; FALSE when the wait was over before. */
static gboolean
become_driver (ThespianWait *self,
               gint64        deadline,
               GCancellable *cancellable)
{
  ThespianNode *node = self->node;
  gboolean in_time = TRUE;

  g_mutex_lock (&node->lock);
  node->n_awaiting_place++;
  while (node->driver != NULL && in_time && !thespian_node_is_closed (node) && !g_atomic_int_get (&self->done) &&
         !g_cancellable_is_cancelled (cancellable))
    if (deadline < 0)
      g_cond_wait (&node->driver_left, &node->lock);
    else
      in_time = g_cond_wait_until (&node->driver_left, &node->lock, deadline);
  node->n_awaiting_place--;
  if (node->driver != NULL || thespian_node_is_closed (node))
    {
      g_mutex_unlock (&node->lock);
      return FALSE;
    }
  node->driver = g_thread_self ();
  node->n_drives++;
  g_mutex_unlock (&node->lock);
  thespian_node_enter (node);
  return TRUE;
}

static void
cease_to_drive (ThespianNode *node)
{
  thespian_node_leave (node);
  thespian_node_free_place (node);
}

/* Whether there was nothing left to do at its end: what others bring from then on is theirs to wait for. */
static gboolean
drive_until (ThespianWait *self,
             gint64        deadline,
             gboolean      when_idle,
             GCancellable *cancellable)
{
  ThespianNode *node = self->node;
  gboolean is_idle = FALSE;

  node->wake_at = deadline;
  while (!g_atomic_int_get (&self->done) && !thespian_deadline_has_passed (deadline) &&
         !g_cancellable_is_cancelled (cancellable) && !thespian_node_is_closed (node))
    {
      gboolean dispatched = g_main_context_iteration (node->entered, !when_idle);

      thespian_node_close_if_dismissed (node);
      if (!when_idle || dispatched || g_atomic_int_get (&self->done))
        continue;
      is_idle = thespian_node_is_idle (node);
      if (is_idle)
        break;
      g_main_context_iteration (node->entered, TRUE);
    }
  node->wake_at = -1;
  return is_idle || thespian_node_is_idle (node);
}

gboolean
thespian_run_until_idle (ThespianNode *node,
                         gint64        deadline)
{
  gboolean idle = TRUE;
  ThespianWait wait;

  thespian_wait_init (&wait, node);
  if (thespian_current_node == NULL && wait.node != NULL && become_driver (&wait, deadline, NULL))
    {
      idle = drive_until (&wait, deadline, TRUE, NULL);
      cease_to_drive (node);
    }
  thespian_wait_clear (&wait);
  return idle;
}

gboolean
thespian_wait_until (ThespianWait *self,
                     gint64        deadline,
                     gboolean      when_idle,
                     GCancellable *cancellable)
{
  gulong handler = 0;
  gboolean drives;

  if (cancellable != NULL)
    handler = g_cancellable_connect (cancellable, G_CALLBACK (wake_cancelled), self, NULL);
  drives = self->node != NULL && become_driver (self, deadline, cancellable);
  if (drives)
    {
      drive_until (self, deadline, when_idle, cancellable);
      cease_to_drive (self->node);
    }
  if (!drives || thespian_node_is_closed (self->node))
    sleep_until (self, deadline, cancellable);
  if (handler != 0)
    g_cancellable_disconnect (cancellable, handler);
  return g_atomic_int_get (&self->done);
}
