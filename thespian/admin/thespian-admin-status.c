/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "admin/thespian-admin-private.h"

#include "model/thespian-status-private.h"

#include <unistd.h>

static GVariant *
list_names_locked (ThespianAdmin *self)
{
  GVariantBuilder names;
  GHashTableIter iter;
  gpointer name, address;

  g_variant_builder_init (&names, G_VARIANT_TYPE ("a{ss}"));
  g_hash_table_iter_init (&iter, self->names);
  while (g_hash_table_iter_next (&iter, &name, &address))
    {
      g_autofree char *text = thespian_address_to_string (address);

      g_variant_builder_add (&names, "{ss}", name, text);
    }
  return g_variant_builder_end (&names);
}

static void
add_address (GVariantBuilder *details,
             const char      *key,
             ThespianAddress *address)
{
  g_variant_builder_add (details, "{sv}", key, g_variant_new_take_string (thespian_address_to_string (address)));
}

GObject *
thespian_admin_dup_status (ThespianAdmin *self)
{
  g_autoptr (GVariant) capabilities = thespian_capabilities_dup (self->capabilities);
  GVariantBuilder details;

  g_variant_builder_init (&details, G_VARIANT_TYPE_VARDICT);
  add_address (&details, THESPIAN_STATUS_ADDRESS, self->face.address);
  g_variant_builder_add (&details, "{sv}", THESPIAN_STATUS_PROCESS_ID, g_variant_new_int32 (getpid ()));
  g_variant_builder_add (&details, "{sv}", THESPIAN_STATUS_BASE, g_variant_new_string (self->config.base_name));
  g_variant_builder_add (&details, "{sv}", THESPIAN_STATUS_CAPABILITIES, capabilities);
  g_mutex_lock (&self->lock);
  g_variant_builder_add (&details, "{sv}", THESPIAN_STATUS_N_ACTORS, g_variant_new_uint64 (self->n_actors));
  g_variant_builder_add (&details, "{sv}", "dead-letters", g_variant_new_uint64 (self->n_dead_letters));
  g_variant_builder_add (&details, "{sv}", THESPIAN_STATUS_NAMED_ACTORS, list_names_locked (self));
  if (self->dead_letter_handler != NULL)
    add_address (&details, THESPIAN_STATUS_DEAD_LETTER_HANDLER, self->dead_letter_handler);
  g_mutex_unlock (&self->lock);
  return G_OBJECT (thespian_system_status_new (g_variant_builder_end (&details)));
}
