/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The end of an actor, on its node's thread, while an envelope for it is handled (which pins it). */

#include "config.h"

#include "runtime/thespian-cell-private.h"

#include "runtime/thespian-mailbox-limit-private.h"
#include "runtime/thespian-trace-private.h"

static void
tell_parent (ThespianCell    *self,
             ThespianAddress *parent,
             const char      *details)
{
  ThespianAdminFace *admin = self->node->admin;
  GValue value = G_VALUE_INIT;

  if (parent == admin->address ||
      (admin->ops->tells_parent != NULL && admin->ops->tells_parent (admin, details != NULL)))
    {
      admin->ops->child_exited (admin, self->context.address);
      return;
    }
  if (details != NULL)
    {
      g_value_init (&value, G_TYPE_STRING);
      g_value_set_string (&value, details);
    }
  thespian_post (admin, parent, THESPIAN_ENVELOPE_CHILD_EXITED, &value, self->context.address);
}

/*
 * From here on nothing is taken any more.  The parent is let go: a chain of actors that held their
 * parents to the last would be freed by as many calls inside each other.
 */
static ThespianAddress *
close_mailbox (ThespianCell *self)
{
  ThespianAddress *parent;

  g_mutex_lock (&self->node->lock);
  __atomic_store_n (&self->state, THESPIAN_CELL_DEAD, __ATOMIC_SEQ_CST);
  parent = g_steal_pointer (&self->parent);
  g_mutex_unlock (&self->node->lock);
  return parent;
}

/* Who still holds the object, perhaps in a circle with it, holds an actor that has let go of all. */
static void
drop_actor (ThespianCell *self)
{
  ThespianActor *actor = g_steal_pointer (&self->actor);

  if (actor == NULL)
    return;
  if (G_OBJECT (actor)->ref_count > 1)
    g_object_run_dispose (G_OBJECT (actor));
  g_object_unref (actor);
}

void
thespian_cell_end (ThespianCell *self,
                   const char   *details)
{
  ThespianAdminFace *admin = self->node->admin;
  g_autoptr (ThespianAddress) parent = NULL;

  if (thespian_cell_has_children (self))
    thespian_cell_orphan_children (self);
  parent = close_mailbox (self);
  thespian_mailbox_limit_release (self);
  if (self->extras != NULL)
    {
      thespian_timers_forget (self->node, self);
      thespian_cell_unwatch (self);
      self->is_intercepted = FALSE;
      g_clear_pointer (&self->extras->interceptors, thespian_interceptors_free);
    }
  drop_actor (self);
  if (details == NULL && thespian_debug_shows (THESPIAN_DEBUG_LIFECYCLE))
    thespian_trace_end (self);

  tell_parent (self, parent, details);
  admin->ops->strike_out (admin, self);
}
