/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What happens in the system goes to the bus. */

#include "config.h"

#include "service.h"

#include <glib/gi18n.h>

#include "message.h"

static void
update_capabilities (Service  *self,
                     GVariant *capabilities)
{
  g_autoptr (GVariant) clean = message_clean_dict (capabilities);

  if (g_variant_equal (clean, bus_actor_system1_get_capabilities (self->skeleton)))
    return;
  bus_actor_system1_set_capabilities (self->skeleton, clean);
  bus_actor_system1_emit_capabilities_changed (self->skeleton, clean);
}

/* All actors will be told of. */
static void
begin_list (Service *self)
{
  registry_begin_list (self->registry);
  self->is_listing = TRUE;
  self->is_list_old = FALSE;
}

static void
on_started (ThespianActorSystem *system,
            gpointer             data)
{
  Service *self = data;
  g_autoptr (GVariant) capabilities = thespian_actor_system_dup_capabilities (system);
  g_autofree char *admin = thespian_address_to_string (thespian_actor_system_get_admin_address (system));

  self->system = g_object_ref (system);
  bus_actor_system1_set_system_base (self->skeleton, thespian_actor_system_get_base_name (system));
  bus_actor_system1_set_admin_address (self->skeleton, admin);
  update_capabilities (self, capabilities);
  begin_list (self);
}

static void
add_actor (Service         *self,
           ThespianAddress *address,
           GVariant        *details)
{
  RegistryEntry *entry = registry_add (self->registry, address, details);

  if (entry != NULL)
    bus_actor_system1_emit_actor_created (self->skeleton, entry->printable, entry->path, entry->details);
  service_end_birth (self, address);
}

static void
tell_exited (Service       *self,
             RegistryEntry *entry)
{
  bus_actor_system1_emit_actor_exited (self->skeleton, entry->printable, entry->path, entry->details);
}

static void
remove_actor (Service         *self,
              ThespianAddress *address)
{
  g_autoptr (RegistryEntry) entry = registry_steal (self->registry, address);

  if (entry != NULL)
    tell_exited (self, entry);
  service_end_birth (self, address);
}

static void
remove_unlisted (Service *self)
{
  g_autoptr (GPtrArray) gone = registry_end_list (self->registry);

  for (guint i = 0; i < gone->len; i++)
    tell_exited (self, g_ptr_array_index (gone, i));
}

/* What was missed can have been the end of an actor, or a change of the capabilities. */
static void
list_anew (Service *self)
{
  g_autoptr (GVariant) capabilities = thespian_actor_system_dup_capabilities (self->system);

  update_capabilities (self, capabilities);
  begin_list (self);
  system_keeper_resync (self->system_keeper);
}

/* One list at a time: of two nobody could say which one has ended. */
static void
take_missed (Service *self,
             guint64  n_missed)
{
  self->n_missed += n_missed;
  if (self->is_listing)
    self->is_list_old = TRUE;
  else
    list_anew (self);
}

static void
end_list (Service *self)
{
  self->is_listing = FALSE;
  remove_unlisted (self);
  bus_actor_system1_set_running (self->skeleton, TRUE);
  if (self->is_list_old)
    list_anew (self);
}

static void
tell_dead_letter (Service             *self,
                  ThespianSystemEvent *event)
{
  g_autoptr (GVariant) details = message_clean_dict (thespian_system_event_get_details (event));
  g_autofree char *address = NULL;

  if (thespian_system_event_get_address (event) != NULL)
    address = thespian_address_to_string (thespian_system_event_get_address (event));
  bus_actor_system1_emit_dead_letter (self->skeleton, address != NULL ? address : "", details);
}

static void
tell_capabilities (Service  *self,
                   GVariant *details)
{
  g_autoptr (GVariant) capabilities = g_variant_lookup_value (details, "capabilities", G_VARIANT_TYPE_VARDICT);

  if (capabilities != NULL)
    update_capabilities (self, capabilities);
}

static void
on_event (ThespianSystemEvent *event,
          gpointer             data)
{
  Service *self = data;
  ThespianAddress *address = thespian_system_event_get_address (event);
  GVariant *details = thespian_system_event_get_details (event);
  guint64 missed = 0;

  if (g_variant_lookup (details, "missed", "t", &missed) && missed > 0)
    take_missed (self, missed);
  switch (thespian_system_event_get_kind (event))
    {
    case THESPIAN_SYSTEM_EVENT_KIND_ACTOR_CREATED:
      if (address != NULL)
        add_actor (self, address, details);
      break;
    case THESPIAN_SYSTEM_EVENT_KIND_ACTOR_EXITED:
      if (address != NULL)
        remove_actor (self, address);
      break;
    case THESPIAN_SYSTEM_EVENT_KIND_CURRENT:
      end_list (self);
      break;
    case THESPIAN_SYSTEM_EVENT_KIND_DEAD_LETTER:
      tell_dead_letter (self, event);
      break;
    case THESPIAN_SYSTEM_EVENT_KIND_CAPABILITIES_CHANGED:
      tell_capabilities (self, details);
      break;
    default:
      break;
    }
}

static void
on_lost (gpointer data)
{
  Service *self = data;

  g_clear_object (&self->system);
  clients_close_all (self->clients);
  begin_list (self);
  remove_unlisted (self);
  bus_actor_system1_set_running (self->skeleton, FALSE);
  service_end_births (self);
  if (self->is_ending)
    return;
  if (self->settings->exit_with_system)
    service_quit (self, NULL);
  else
    g_printerr ("thespian-dbus-service: %s\n", _ ("the actor system has ended; the service tries to get it back"));
}

/* Callers are told so. */
static void
on_absent (const GError *error,
           gpointer      data)
{
  g_autofree char *text = g_strdup_printf (_ ("there is no actor system to join yet: %s"), error->message);

  g_printerr ("thespian-dbus-service: %s\n", text);
  service_serve (data);
}

/* What only the system can tell of the settings: a base, a capability or a log definition is bad. */
static gboolean
is_of_settings (const GError *error)
{
  return g_error_matches (error, THESPIAN_ERROR, THESPIAN_ERROR_UNKNOWN_BASE) ||
         g_error_matches (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_CAPABILITY) ||
         g_error_matches (error, THESPIAN_ERROR, THESPIAN_ERROR_READ_ONLY_CAPABILITY) ||
         g_error_matches (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT);
}

static void
on_failed (const GError *error,
           gpointer      data)
{
  Service *self = data;

  service_quit (self, error->message);
  if (is_of_settings (error))
    self->exit_status = EXIT_USAGE;
}

const SystemKeeperFuncs service_system_funcs = { on_started, on_event, on_lost, on_absent, on_failed };
