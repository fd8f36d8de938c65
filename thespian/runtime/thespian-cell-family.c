/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * An actor's children: a list through their addresses, so that a million children cost no table.
 * The actor's node writes it, under its lock, since status requests read it from other threads.
 */

#include "config.h"

#include "runtime/thespian-cell-private.h"

#include "model/thespian-value-private.h"

void
thespian_siblings_add (ThespianAddress **first,
                       ThespianAddress  *child)
{
  child->next_sibling = *first;
  child->previous_sibling = NULL;
  if (*first != NULL)
    (*first)->previous_sibling = child;
  *first = g_object_ref (child);
}

/* The caller takes over the list's reference. */
gboolean
thespian_siblings_steal (ThespianAddress **first,
                         ThespianAddress  *child)
{
  if (child->previous_sibling == NULL && *first != child)
    return FALSE;

  if (child->previous_sibling != NULL)
    child->previous_sibling->next_sibling = child->next_sibling;
  else
    *first = child->next_sibling;
  if (child->next_sibling != NULL)
    child->next_sibling->previous_sibling = child->previous_sibling;
  child->previous_sibling = child->next_sibling = NULL;
  return TRUE;
}

void
thespian_cell_add_child (ThespianCell    *self,
                         ThespianAddress *child)
{
  g_mutex_lock (&self->node->lock);
  thespian_cell_ensure_extras_locked (self);
  thespian_siblings_add (&self->extras->children, child);
  self->extras->n_children++;
  g_mutex_unlock (&self->node->lock);
}

gboolean
thespian_cell_remove_child (ThespianCell    *self,
                            ThespianAddress *child)
{
  gboolean found;

  g_mutex_lock (&self->node->lock);
  found = self->extras != NULL && thespian_siblings_steal (&self->extras->children, child);
  if (found)
    self->extras->n_children--;
  g_mutex_unlock (&self->node->lock);

  if (found)
    g_object_unref (child);
  return found;
}

gboolean
thespian_cell_has_children (ThespianCell *self)
{
  return self->extras != NULL && self->extras->children != NULL;
}

GPtrArray *
thespian_cell_dup_children (ThespianCell *self)
{
  GPtrArray *children = g_ptr_array_new_with_free_func (g_object_unref);

  g_mutex_lock (&self->node->lock);
  if (self->extras != NULL)
    for (ThespianAddress *child = self->extras->children; child != NULL; child = child->next_sibling)
      g_ptr_array_add (children, g_object_ref (child));
  g_mutex_unlock (&self->node->lock);
  return children;
}

/* Only the node's thread changes the list, so it may walk it without the lock. */
void
thespian_cell_post_to_children (ThespianCell        *self,
                                ThespianEnvelopeKind kind,
                                const GValue        *value)
{
  if (self->extras == NULL)
    return;
  for (ThespianAddress *child = self->extras->children; child != NULL; child = child->next_sibling)
    {
      GValue copy = G_VALUE_INIT;

      thespian_value_copy_into (value, &copy);
      thespian_post (self->node->admin, child, kind, &copy, self->context.address);
    }
}

/* The children live on; the system becomes their parent. */
void
thespian_cell_orphan_children (ThespianCell *self)
{
  ThespianAdminFace *admin = self->node->admin;

  while (thespian_cell_has_children (self))
    {
      ThespianAddress *child = g_object_ref (self->extras->children);

      thespian_cell_remove_child (self, child);
      admin->ops->adopt (admin, child);
      g_object_unref (child);
    }
}

/* FALSE when @self has ended already: then its former parent has been told, or is about to be. */
/* NULL once the actor has ended. */
ThespianAddress *
thespian_cell_dup_parent (ThespianCell *self)
{
  ThespianAddress *parent;

  g_mutex_lock (&self->node->lock);
  parent = self->parent != NULL ? g_object_ref (self->parent) : NULL;
  g_mutex_unlock (&self->node->lock);
  return parent;
}

gboolean
thespian_cell_set_parent (ThespianCell    *self,
                          ThespianAddress *parent)
{
  ThespianAddress *former = NULL;
  gboolean open;

  g_mutex_lock (&self->node->lock);
  open = thespian_cell_is_open (self);
  if (open)
    {
      former = self->parent;
      self->parent = g_object_ref (parent);
    }
  g_mutex_unlock (&self->node->lock);

  g_clear_object (&former);
  return open;
}
