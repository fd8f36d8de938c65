/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The attendant of a node that stands for the outside of a system: a thread that drives the node
 * while nobody waits in a blocking call, so that messages come and go meanwhile.
 *
 * Whoever makes a blocking call drives the node itself, since a message that had to be handed from
 * one thread to another would take twice as long.  One call follows another, so the attendant comes
 * back only when nobody has driven the node for a while, or when it is called.
 */

#include "config.h"

#include "runtime/thespian-node-private.h"

#define PATIENCE (5 * G_TIME_SPAN_MILLISECOND)

void
thespian_node_want (ThespianNode *self)
{
  if (self->kind != THESPIAN_NODE_ATTENDED)
    return;
  __atomic_add_fetch (&self->n_wanting, 1, __ATOMIC_SEQ_CST);
  g_mutex_lock (&self->lock);
  if (self->driver != NULL && self->driver == self->thread && self->context != NULL)
    g_main_context_wakeup (self->context);
  g_mutex_unlock (&self->lock);
}

void
thespian_node_want_no_more (ThespianNode *self)
{
  if (self->kind == THESPIAN_NODE_ATTENDED && __atomic_sub_fetch (&self->n_wanting, 1, __ATOMIC_SEQ_CST) == 0 &&
      self->io != NULL && self->io->is_dirty (self->io_data))
    thespian_node_call (self);
}

/* Whoever drives, or is about to, looks before it sleeps. */
void
thespian_node_call (ThespianNode *self)
{
  gboolean is_driven;

  if (thespian_current_node == self)
    return;
  g_mutex_lock (&self->lock);
  is_driven = self->driver != NULL;
  if (!is_driven && self->kind == THESPIAN_NODE_ATTENDED && __atomic_load_n (&self->n_wanting, __ATOMIC_SEQ_CST) == 0)
    {
      self->is_called = TRUE;
      g_cond_signal (&self->call);
    }
  if ((is_driven || self->kind != THESPIAN_NODE_ATTENDED) && self->context != NULL)
    g_main_context_wakeup (self->context);
  g_mutex_unlock (&self->lock);
}

/* Waits until the attendant has to take the place of the driver, and takes it. */
static void
wait_for_place (ThespianNode *self)
{
  guint n_seen;

  g_mutex_lock (&self->lock);
  do
    {
      n_seen = self->n_drives;
      if (!self->is_called)
        g_cond_wait_until (&self->call, &self->lock, g_get_monotonic_time () + PATIENCE);
      while (self->driver != NULL && n_seen == self->n_drives)
        {
          self->awaits_leave = TRUE;
          g_cond_wait (&self->call, &self->lock);
          self->awaits_leave = FALSE;
        }
    }
  while (self->driver != NULL || (!self->is_called && n_seen != self->n_drives));
  self->is_called = FALSE;
  self->driver = self->thread;
  g_mutex_unlock (&self->lock);
}

static void
leave_place (ThespianNode *self)
{
  thespian_node_leave (self);
  thespian_node_free_place (self);
}

static gpointer
attend (gpointer data)
{
  ThespianNode *self = data;

  while (!thespian_node_is_closed (self))
    {
      wait_for_place (self);
      if (!thespian_node_is_closed (self))
        {
          thespian_node_enter (self);
          do
            {
              g_main_context_iteration (self->entered, TRUE);
              thespian_node_close_if_dismissed (self);
            }
          while (!thespian_node_is_closed (self) && __atomic_load_n (&self->n_wanting, __ATOMIC_SEQ_CST) == 0);
          leave_place (self);
        }
      else
        {
          g_mutex_lock (&self->lock);
          self->driver = NULL;
          g_mutex_unlock (&self->lock);
        }
    }
  thespian_node_unref (self);
  return NULL;
}

/*
 * At a fork the attendant may be inside GLib, and hold a lock that nobody in the copy would let go.  With
 * its place taken it holds none.  The thread that forks must not wait for long, nor for itself.
 */
gboolean
thespian_node_park (ThespianNode *self,
                    gint64        deadline)
{
  gboolean in_time = TRUE, taken;

  if (self->kind != THESPIAN_NODE_ATTENDED || thespian_current_node == self)
    return FALSE;
  thespian_node_want (self);
  g_mutex_lock (&self->lock);
  self->n_awaiting_place++;
  while (self->driver != NULL && self->driver == self->thread && in_time)
    in_time = g_cond_wait_until (&self->driver_left, &self->lock, deadline);
  self->n_awaiting_place--;
  taken = self->driver == NULL;
  if (taken)
    {
      self->driver = g_thread_self ();
      self->n_drives++;
    }
  g_mutex_unlock (&self->lock);
  if (!taken)
    thespian_node_want_no_more (self);
  return taken;
}

void
thespian_node_unpark (ThespianNode *self)
{
  thespian_node_free_place (self);
  thespian_node_want_no_more (self);
}

gboolean
thespian_node_start_attendant (ThespianNode *self,
                               GError      **error)
{
  g_mutex_lock (&self->lock);
  self->thread = g_thread_try_new ("thespian-attend", attend, thespian_node_ref (self), error);
  g_mutex_unlock (&self->lock);
  if (self->thread != NULL)
    return TRUE;
  thespian_node_unref (self);
  return FALSE;
}
