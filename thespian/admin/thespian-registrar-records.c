/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who can be sent to, whose children they are, and who waits to hear of their start. */

#include "config.h"

#include "admin/thespian-registrar-private.h"

void
thespian_record_free (ThespianRecord *self)
{
  g_object_unref (self->address);
  g_ptr_array_unref (self->askers);
  g_free (self->name);
  g_free (self->failure);
  g_free (self);
}

ThespianRecord *
thespian_record_new (ThespianRegistrar *registrar,
                     ThespianAddress   *address,
                     ThespianMember    *home)
{
  ThespianRecord *self = g_new0 (ThespianRecord, 1);

  self->address = g_object_ref (address);
  self->home = home;
  self->askers = g_ptr_array_new ();
  g_hash_table_insert (registrar->records, &self->address->actor_id, self);
  return self;
}

void
thespian_record_remove (ThespianRegistrar *registrar,
                        ThespianRecord    *self)
{
  thespian_observers_remove (&registrar->admin->observers, self->address);
  thespian_record_answer_all (self);
  thespian_record_leave_family (self);
  while (self->first_child != NULL)
    thespian_record_leave_family (self->first_child);
  g_hash_table_steal (registrar->records, &self->address->actor_id);
  thespian_record_free (self);
}

ThespianRecord *
thespian_registrar_find_record (ThespianRegistrar *self,
                                guint64            actor_id)
{
  return g_hash_table_lookup (self->records, &actor_id);
}

/* --- Families ---------------------------------------------------------------------------------------------- */

void
thespian_record_join_family (ThespianRecord *self,
                             ThespianRecord *parent)
{
  self->family = parent;
  self->next_sibling = parent->first_child;
  if (self->next_sibling != NULL)
    self->next_sibling->previous_sibling = self;
  parent->first_child = self;
}

void
thespian_record_leave_family (ThespianRecord *self)
{
  if (self->family == NULL)
    return;
  if (self->previous_sibling != NULL)
    self->previous_sibling->next_sibling = self->next_sibling;
  else
    self->family->first_child = self->next_sibling;
  if (self->next_sibling != NULL)
    self->next_sibling->previous_sibling = self->previous_sibling;
  self->family = self->next_sibling = self->previous_sibling = NULL;
}

/* --- Who waits for its start --------------------------------------------------------------------------------- */

void
thespian_record_set_creator (ThespianRecord *self,
                             ThespianMember *creator,
                             guint64         reply_serial)
{
  if (reply_serial == 0)
    return;
  self->reply_serial = reply_serial;
  self->reply_to = creator;
  g_hash_table_add (creator->awaited, self);
}

void
thespian_record_add_asker (ThespianRecord *self,
                           ThespianMember *asker)
{
  if (g_ptr_array_find (self->askers, asker, NULL))
    return;
  g_ptr_array_add (self->askers, asker);
  g_hash_table_add (asker->awaited, self);
}

/* They have been, or will not be. */
void
thespian_record_answer_all (ThespianRecord *self)
{
  for (guint i = 0; i < self->askers->len; i++)
    g_hash_table_remove (((ThespianMember *) g_ptr_array_index (self->askers, i))->awaited, self);
  g_ptr_array_set_size (self->askers, 0);
  if (self->reply_to != NULL)
    g_hash_table_remove (self->reply_to->awaited, self);
  self->reply_to = NULL;
  self->reply_serial = 0;
}

void
thespian_member_stop_waiting (ThespianMember *self)
{
  GHashTableIter iter;
  gpointer item;

  g_hash_table_iter_init (&iter, self->awaited);
  while (g_hash_table_iter_next (&iter, &item, NULL))
    {
      ThespianRecord *record = item;

      g_ptr_array_remove (record->askers, self);
      if (record->reply_to == self)
        {
          record->reply_to = NULL;
          thespian_member_start_unawaited (record->home);
        }
    }
  g_hash_table_remove_all (self->awaited);
}
