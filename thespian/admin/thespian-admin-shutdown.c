/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "admin/thespian-admin-private.h"

#include "model/thespian-error.h"

/* The last actor is gone (or there was none when the shutdown began). */
void
thespian_admin_notice_empty_locked (ThespianAdmin *self)
{
  if (!self->stopping)
    return;
  thespian_admin_dismiss_nodes_locked (self);
  g_slist_foreach (self->empty_waits, (GFunc) thespian_wait_finish, NULL);
  g_clear_pointer (&self->empty_waits, g_slist_free);
}

static gboolean
wait_until_empty (ThespianAdmin *self,
                  GTimeSpan      timeout,
                  GCancellable  *cancellable)
{
  ThespianNode *node = thespian_admin_ref_node (self);
  ThespianWait wait;
  gboolean empty;

  thespian_wait_init (&wait, node);
  g_mutex_lock (&self->lock);
  empty = self->n_actors == 0;
  if (!empty)
    self->empty_waits = g_slist_prepend (self->empty_waits, &wait);
  g_mutex_unlock (&self->lock);

  if (!empty)
    empty = thespian_wait_until (&wait, thespian_deadline (timeout), FALSE, cancellable);

  g_mutex_lock (&self->lock);
  self->empty_waits = g_slist_remove (self->empty_waits, &wait);
  g_mutex_unlock (&self->lock);
  thespian_wait_clear (&wait);
  g_clear_pointer (&node, thespian_node_unref);
  return empty;
}

gboolean
thespian_admin_end_shutdown (ThespianAdmin *self,
                             GTimeSpan      timeout,
                             GCancellable  *cancellable,
                             GError       **error)
{
  if (!wait_until_empty (self, timeout, cancellable))
    {
      if (!g_cancellable_set_error_if_cancelled (cancellable, error))
        g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_REQUEST_TIMEOUT,
                     "%" G_GUINT64_FORMAT " actors have not ended after %.1f seconds: is one inside a "
                     "handler that does not return?",
                     self->n_actors, (double) timeout / G_TIME_SPAN_SECOND);
      return FALSE;
    }
  thespian_admin_close_mailboxes (self);
  thespian_admin_stop_nodes (self);
  return TRUE;
}
