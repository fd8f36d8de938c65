/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Driving a node: running its context on the thread of a blocking call, or inside the loop of the
 * application.  One thread drives at a time.  While it does, the node's context is its
 * thread-default one, and no other context of the thread runs: a blocking call never lets
 * application callbacks in.
 */

#include "config.h"

#include "runtime/thespian-nested-source-private.h"
#include "runtime/thespian-node-private.h"

gboolean
thespian_node_can_drive (ThespianNode *self)
{
  if (thespian_node_is_closed (self))
    return FALSE;
  switch (self->kind)
    {
    case THESPIAN_NODE_INLINE:
    case THESPIAN_NODE_ATTENDED:
      return TRUE;
    case THESPIAN_NODE_NESTED:
      return self->home == g_thread_self ();
    case THESPIAN_NODE_THREAD:
    case THESPIAN_NODE_MAIN:
      return FALSE;
    default:
      g_assert_not_reached ();
    }
}

void
thespian_node_enter (ThespianNode *self)
{
  g_assert (thespian_current_node == NULL);
  self->entered = g_main_context_ref (self->context);
  g_main_context_push_thread_default (self->entered);
  thespian_current_node = self;
}

void
thespian_node_leave (ThespianNode *self)
{
  GMainContext *context = g_steal_pointer (&self->entered);

  g_assert (thespian_current_node == self);
  thespian_current_node = NULL;
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
}

void
thespian_node_free_place (ThespianNode *self)
{
  g_mutex_lock (&self->lock);
  self->driver = NULL;
  thespian_node_offer_place_locked (self);
  if (self->awaits_leave)
    g_cond_signal (&self->call);
  g_mutex_unlock (&self->lock);
}

void
thespian_node_kick (ThespianNode *self)
{
  g_mutex_lock (&self->lock);
  thespian_node_offer_place_locked (self);
  g_mutex_unlock (&self->lock);
  if (thespian_current_node != self)
    thespian_node_wake (self);
}

/* The application's loop may run inside a handler of another node: that is where we come back to. */
void
thespian_node_enter_nested (gpointer data)
{
  ThespianNode *self = data;

  self->outer = thespian_current_node;
  thespian_current_node = NULL;
  thespian_node_enter (self);
}

void
thespian_node_leave_nested (gpointer data)
{
  ThespianNode *self = data;

  thespian_node_close_if_dismissed (self);
  thespian_node_leave (self);
  thespian_current_node = self->outer;
}
