/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What an admin tells those who observe its system. */

#include "config.h"

#include "admin/thespian-admin-private.h"

#include "model/thespian-observe-request.h"

#include <unistd.h>

/* An actor is missing from its family while it changes it, or ends. */
#define MAX_ATTEMPTS 1000

/* --- The actors of this process ------------------------------------------------------------------------------ */

static void
list_family (ThespianAddress *address,
             GPtrArray       *cells)
{
  ThespianCell *cell = thespian_port_to_cell (address->port);
  g_autoptr (GPtrArray) children = NULL;

  if (cell == NULL || !thespian_cell_is_open (cell))
    return;
  g_ptr_array_add (cells, cell);
  children = thespian_cell_dup_children (cell);
  for (guint i = 0; i < children->len; i++)
    list_family (g_ptr_array_index (children, i), cells);
}

static ThespianResident
describe (ThespianCell    *cell,
          ThespianAddress *parent)
{
  return (ThespianResident){
    .address = cell->context.address,
    .parent = parent,
    .name = cell->extras != NULL ? cell->extras->global_name : NULL,
    .pid = getpid (),
  };
}

static void
put_cell (ThespianAdmin   *self,
          ThespianCell    *cell,
          ThespianAddress *only_for)
{
  g_autoptr (ThespianAddress) parent = thespian_cell_dup_parent (cell);
  ThespianResident resident = describe (cell, parent);

  thespian_observers_put_actor (&self->observers, THESPIAN_SYSTEM_EVENT_KIND_ACTOR_CREATED, &resident, only_for);
}

/* Nobody enters the books, or leaves them, inside the lock. */
static gboolean
put_cells_locked (gpointer         owner,
                  ThespianAddress *observer,
                  gboolean         is_last_attempt)
{
  ThespianAdmin *self = owner;
  g_autoptr (GPtrArray) cells = g_ptr_array_new ();

  for (ThespianAddress *child = self->children; child != NULL; child = child->next_sibling)
    list_family (child, cells);
  if (cells->len != self->n_actors && !is_last_attempt)
    return FALSE;
  for (guint i = 0; i < cells->len; i++)
    put_cell (self, g_ptr_array_index (cells, i), observer);
  return TRUE;
}

static gboolean
is_actor_here (gpointer         owner,
               ThespianAddress *address)
{
  return thespian_port_to_cell (address->port) != NULL;
}

const ThespianDirectoryOps thespian_admin_directory_ops = {
  .is_actor = is_actor_here,
  .put_all_locked = put_cells_locked,
};

/* --- Requests ------------------------------------------------------------------------------------------------- */

static gboolean
put_current_state (ThespianAdmin   *self,
                   ThespianAddress *observer,
                   gboolean         hears_log,
                   gboolean         is_last_attempt)
{
  gboolean done;

  g_mutex_lock (&self->lock);
  thespian_observers_add (&self->observers, observer, !self->directory->is_actor (self->directory_owner, observer),
                          hears_log);
  done = hears_log || self->directory->put_all_locked (self->directory_owner, observer, is_last_attempt);
  if (done)
    thespian_observers_put (&self->observers, THESPIAN_SYSTEM_EVENT_KIND_CURRENT, NULL, g_variant_new ("a{sv}", NULL),
                            observer);
  g_mutex_unlock (&self->lock);
  return done;
}

void
thespian_admin_observe (ThespianAdmin   *self,
                        ThespianAddress *observer,
                        gboolean         observe,
                        gboolean         hears_log)
{
  guint n_attempts = 1;

  if (!observe)
    {
      thespian_observers_remove (&self->observers, observer);
      return;
    }
  while (!put_current_state (self, observer, hears_log, n_attempts >= MAX_ATTEMPTS))
    {
      n_attempts++;
      g_thread_yield ();
    }
  thespian_admin_tell (self);
}

/* --- What happens --------------------------------------------------------------------------------------------- */

void
thespian_admin_put_created_locked (ThespianAdmin *self,
                                   ThespianCell  *cell)
{
  if (thespian_observers_are_there (&self->observers))
    put_cell (self, cell, NULL);
}

void
thespian_admin_tell (ThespianAdmin *self)
{
  if (thespian_observers_are_there (&self->observers) && thespian_observers_tell (&self->observers, &self->face) &&
      self->directory->tell_missed_later != NULL)
    self->directory->tell_missed_later (self->directory_owner);
}

void
thespian_admin_tell_missed (ThespianAdmin *self)
{
  thespian_observers_put (&self->observers, THESPIAN_SYSTEM_EVENT_KIND_MISSED, NULL, g_variant_new ("a{sv}", NULL),
                          NULL);
  thespian_admin_tell (self);
}

/* It observes nothing any more, and others are told of its end. */
void
thespian_admin_tell_exited (ThespianAdmin *self,
                            ThespianCell  *cell)
{
  ThespianResident resident;

  if (!thespian_observers_are_there (&self->observers))
    return;
  resident = describe (cell, NULL);
  thespian_observers_remove (&self->observers, cell->context.address);
  thespian_observers_put_actor (&self->observers, THESPIAN_SYSTEM_EVENT_KIND_ACTOR_EXITED, &resident, NULL);
  thespian_admin_tell (self);
}

void
thespian_admin_tell_dead_letter (ThespianAdmin   *self,
                                 ThespianAddress *target,
                                 ThespianAddress *sender,
                                 const GValue    *message)
{
  if (!thespian_observers_are_there (&self->observers))
    return;
  thespian_observers_put_dead_letter (&self->observers, target, sender, message);
  thespian_admin_tell (self);
}

void
thespian_admin_tell_capabilities (ThespianAdmin *self)
{
  g_autoptr (GVariant) capabilities = NULL;
  GVariantDict details;

  if (!thespian_observers_are_there (&self->observers))
    return;
  capabilities = thespian_capabilities_dup (self->capabilities);
  g_variant_dict_init (&details, NULL);
  g_variant_dict_insert_value (&details, THESPIAN_EVENT_CAPABILITIES, capabilities);
  thespian_observers_put (&self->observers, THESPIAN_SYSTEM_EVENT_KIND_CAPABILITIES_CHANGED, NULL,
                          g_variant_dict_end (&details), NULL);
  thespian_admin_tell (self);
}

void
thespian_admin_tell_record (ThespianAdmin           *self,
                            const ThespianLogRecord *record)
{
  if (!thespian_observers_hear_log (&self->observers))
    return;
  thespian_observers_put_record (&self->observers, record);
  thespian_admin_tell (self);
}
