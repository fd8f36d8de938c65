/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "runtime/thespian-mailbox-set-private.h"

#include "runtime/thespian-mailbox-private.h"

void
thespian_mailbox_set_init (ThespianMailboxSet *self)
{
  g_mutex_init (&self->lock);
  self->mailboxes = g_hash_table_new (NULL, NULL);
  self->closed = FALSE;
}

void
thespian_mailbox_set_clear (ThespianMailboxSet *self)
{
  g_hash_table_unref (self->mailboxes);
  g_mutex_clear (&self->lock);
}

gboolean
thespian_mailbox_set_add (ThespianMailboxSet *self,
                          ThespianAddress    *mailbox)
{
  gboolean closed;

  g_mutex_lock (&self->lock);
  closed = self->closed;
  g_hash_table_add (self->mailboxes, mailbox);
  g_mutex_unlock (&self->lock);
  return !closed;
}

void
thespian_mailbox_set_remove (ThespianMailboxSet *self,
                             ThespianAddress    *mailbox)
{
  g_mutex_lock (&self->lock);
  g_hash_table_remove (self->mailboxes, mailbox);
  g_mutex_unlock (&self->lock);
}

void
thespian_mailbox_set_close (ThespianMailboxSet *self)
{
  g_autoptr (GPtrArray) mailboxes = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer mailbox;

  g_mutex_lock (&self->lock);
  self->closed = TRUE;
  g_hash_table_iter_init (&iter, self->mailboxes);
  while (g_hash_table_iter_next (&iter, &mailbox, NULL))
    if (thespian_address_ref_if_alive (mailbox))
      g_ptr_array_add (mailboxes, mailbox);
  g_mutex_unlock (&self->lock);

  g_ptr_array_foreach (mailboxes, (GFunc) thespian_mailbox_close, NULL);
}
