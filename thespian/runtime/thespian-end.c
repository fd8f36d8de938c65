/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "runtime/thespian-end-private.h"

void
thespian_end_init (ThespianEnd *self)
{
  g_mutex_init (&self->lock);
  self->is_there = FALSE;
  self->waits = NULL;
}

void
thespian_end_clear (ThespianEnd *self)
{
  g_mutex_clear (&self->lock);
}

/* Under the lock: a wait goes away as soon as its owner has it out of the list. */
void
thespian_end_announce (ThespianEnd *self)
{
  g_mutex_lock (&self->lock);
  self->is_there = TRUE;
  g_slist_foreach (self->waits, (GFunc) thespian_wait_finish, NULL);
  g_mutex_unlock (&self->lock);
}

gboolean
thespian_end_wait (ThespianEnd  *self,
                   ThespianNode *node,
                   GTimeSpan     timeout,
                   GCancellable *cancellable)
{
  ThespianWait wait;
  gboolean is_there;

  thespian_wait_init (&wait, node);
  g_mutex_lock (&self->lock);
  is_there = self->is_there;
  self->waits = g_slist_prepend (self->waits, &wait);
  g_mutex_unlock (&self->lock);

  if (!is_there)
    thespian_wait_until (&wait, thespian_deadline (timeout), FALSE, cancellable);

  g_mutex_lock (&self->lock);
  self->waits = g_slist_remove (self->waits, &wait);
  is_there = self->is_there;
  g_mutex_unlock (&self->lock);
  thespian_wait_clear (&wait);
  return is_there;
}
