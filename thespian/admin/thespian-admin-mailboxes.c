/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The mailboxes of outsiders, and of actors that ask: none may wait for a system that has ended. */

#include "config.h"

#include "admin/thespian-admin-private.h"

#include "runtime/thespian-mailbox-private.h"

gboolean
thespian_admin_add_mailbox (ThespianAdminFace *face,
                            ThespianAddress   *mailbox)
{
  ThespianAdmin *self = (ThespianAdmin *) face;
  gboolean open;

  g_mutex_lock (&self->lock);
  open = !self->emptied;
  g_hash_table_add (self->mailboxes, mailbox);
  g_mutex_unlock (&self->lock);
  return open;
}

void
thespian_admin_remove_mailbox (ThespianAdminFace *face,
                               ThespianAddress   *mailbox)
{
  ThespianAdmin *self = (ThespianAdmin *) face;

  g_mutex_lock (&self->lock);
  g_hash_table_remove (self->mailboxes, mailbox);
  g_mutex_unlock (&self->lock);
}

void
thespian_admin_close_mailboxes (ThespianAdmin *self)
{
  g_autoptr (GPtrArray) mailboxes = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer mailbox;

  g_mutex_lock (&self->lock);
  g_hash_table_iter_init (&iter, self->mailboxes);
  while (g_hash_table_iter_next (&iter, &mailbox, NULL))
    if (thespian_address_ref_if_alive (mailbox))
      g_ptr_array_add (mailboxes, mailbox);
  g_mutex_unlock (&self->lock);

  g_ptr_array_foreach (mailboxes, (GFunc) thespian_mailbox_close, NULL);
}
