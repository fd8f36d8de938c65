/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The end of a system, in one order whoever sets it going: every actor is told to exit; when the
 * last one is gone the mailboxes of outsiders close, so that nobody waits for what cannot come; then
 * each node closes on the thread that runs it; when the last one has, the threads are joined and the
 * nodes let go.
 */

#include "config.h"

#include "admin/thespian-admin-private.h"

#include "model/thespian-error.h"

gboolean
thespian_admin_is_stopping (ThespianAdmin *self)
{
  gboolean stopping;

  g_mutex_lock (&self->lock);
  stopping = self->stopping;
  g_mutex_unlock (&self->lock);
  return stopping;
}

gboolean
thespian_admin_check_emptied_locked (ThespianAdmin *self)
{
  if (!self->stopping || self->emptied || self->n_actors > 0)
    return FALSE;
  self->emptied = TRUE;
  return TRUE;
}

void
thespian_admin_empty (ThespianAdmin *self)
{
  thespian_observers_dismiss (&self->observers);
  thespian_mailbox_set_close (&self->mailboxes);
  thespian_admin_dismiss_nodes (self);
}

void
thespian_admin_node_closed (ThespianAdminFace *face)
{
  ThespianAdmin *self = (ThespianAdmin *) face;
  gboolean ended;

  g_mutex_lock (&self->lock);
  self->n_open_nodes--;
  ended = self->emptied && self->n_open_nodes == 0;
  g_mutex_unlock (&self->lock);
  if (ended)
    thespian_end_announce (&self->end);
}

static guint64
count_actors (ThespianAdmin *self)
{
  guint64 n_actors;

  g_mutex_lock (&self->lock);
  n_actors = self->n_actors;
  g_mutex_unlock (&self->lock);
  return n_actors;
}

gboolean
thespian_admin_end_shutdown (ThespianAdmin *self,
                             GTimeSpan      timeout,
                             GCancellable  *cancellable,
                             GError       **error)
{
  ThespianNode *node = thespian_admin_ref_node (self);
  gboolean ended = thespian_end_wait (&self->end, node, timeout, cancellable);

  g_clear_pointer (&node, thespian_node_unref);
  if (!ended)
    {
      if (!g_cancellable_set_error_if_cancelled (cancellable, error))
        g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_REQUEST_TIMEOUT,
                     "%" G_GUINT64_FORMAT " actors have not ended after %.1f seconds: is one inside a handler "
                     "that does not return, or the loop of their thread not running?",
                     count_actors (self), (double) timeout / G_TIME_SPAN_SECOND);
      return FALSE;
    }
  thespian_admin_release_nodes (self);
  return TRUE;
}
