/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "service.h"

#include <glib-unix.h>
#include <stdlib.h>

#include "names.h"
#include "plain-options.h"

static void
on_connected (GDBusConnection *connection,
              gpointer         data)
{
  Service *self = data;
  g_autoptr (GError) error = NULL;

  plain_options_allow (connection);
  if (!g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->skeleton), connection, SYSTEM_PATH, &error))
    {
      service_quit (self, error->message);
      return;
    }
  g_dbus_object_manager_server_set_connection (self->manager, connection);
}

static void
leave_bus (Service *self)
{
  GDBusInterfaceSkeleton *skeleton = G_DBUS_INTERFACE_SKELETON (self->skeleton);

  g_dbus_object_manager_server_set_connection (self->manager, NULL);
  if (g_dbus_interface_skeleton_get_connection (skeleton) != NULL)
    g_dbus_interface_skeleton_unexport (skeleton);
  clients_forget_all (self->clients);
}

static void
on_disconnected (gpointer data)
{
  leave_bus (data);
}

static void
on_vanished (const char *name,
             gpointer    data)
{
  Service *self = data;

  clients_forget (self->clients, name);
}

static void
on_failed (const char *problem,
           gpointer    data)
{
  service_quit (data, problem);
}

static const BusKeeperFuncs bus_funcs = { on_connected, on_disconnected, on_vanished, on_failed };

void
service_serve (Service *self)
{
  if (self->bus_keeper == NULL)
    self->bus_keeper = bus_keeper_new (self->settings->bus, self->settings->bus_patience, &bus_funcs, self);
}

/* There is a system, and the list of its actors is complete: callers find what they look for. */
static void
on_running (Service *self)
{
  if (bus_actor_system1_get_running (self->skeleton))
    service_serve (self);
}

gboolean
service_check_system (Service *self,
                      GError **error)
{
  if (self->system != NULL)
    return TRUE;
  g_set_error_literal (error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_SHUT_DOWN,
                       self->settings->join
                         ? "There is no actor system; the service joins one when there is one: call again later"
                         : "The actor system has ended; the service tries to get it back: call again later");
  return FALSE;
}

ThespianAddress *
service_find_target (Service    *self,
                     const char *text,
                     GError    **error)
{
  RegistryEntry *entry;

  if (g_str_has_prefix (text, "thespian:"))
    return thespian_address_from_token (text, error);
  entry = registry_find_by_text (self->registry, text);
  if (entry != NULL)
    return g_object_ref (entry->address);
  if (self->is_ending)
    g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_SHUT_DOWN,
                 "The actor system is being shut down, and there is no “%.200s” any more", text);
  else
    g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ACTOR_ADDRESS,
                 "“%.200s” is no token, and no address, object path or global name of a listed actor", text);
  return NULL;
}

static gboolean
on_signal (gpointer data)
{
  service_quit (data, NULL);
  return G_SOURCE_CONTINUE;
}

void
service_quit (Service    *self,
              const char *problem)
{
  if (problem != NULL)
    {
      g_printerr ("thespian-dbus-service: %s\n", problem);
      self->exit_status = EXIT_FAILURE;
    }
  g_main_loop_quit (self->loop);
}

Service *
service_new (const Settings *settings)
{
  Service *self = g_new0 (Service, 1);

  self->settings = settings;
  self->loop = g_main_loop_new (NULL, FALSE);
  self->skeleton = bus_actor_system1_skeleton_new ();
  bus_actor_system1_set_version (self->skeleton, 1);
  bus_actor_system1_set_system_base (self->skeleton, settings->base);
  bus_actor_system1_set_capabilities (self->skeleton, g_variant_new ("a{sv}", NULL));
  bus_actor_system1_set_admin_address (self->skeleton, "");
  bus_actor_system1_set_convention_members (self->skeleton, (const char *const[]) { NULL });
  self->manager = g_dbus_object_manager_server_new (SYSTEM_PATH);
  self->registry = registry_new (self->manager, service_connect_actor_methods, self);
  self->clients = clients_new (settings->max_calls);
  g_queue_init (&self->newborn);
  service_connect_message_methods (self);
  service_connect_creation_methods (self);
  service_connect_log_methods (self);
  service_connect_system_methods (self);
  g_signal_connect_swapped (self->skeleton, "notify::running", G_CALLBACK (on_running), self);
  return self;
}

int
service_run (Service *self)
{
  guint interrupted = g_unix_signal_add (SIGINT, on_signal, self);
  guint terminated = g_unix_signal_add (SIGTERM, on_signal, self);

  self->system_keeper = system_keeper_new (self->settings, &service_system_funcs, self);
  g_main_loop_run (self->loop);
  g_source_remove (interrupted);
  g_source_remove (terminated);
  return self->exit_status;
}

/* First the bus, so that nobody finds a service that ends; the system last, which can take its time. */
void
service_free (Service *self)
{
  g_clear_pointer (&self->bus_keeper, bus_keeper_free);
  service_end_births (self);
  leave_bus (self);
  while (clients_get_calls (self->clients) > 0)
    g_main_context_iteration (NULL, TRUE);
  g_clear_object (&self->system);
  g_clear_pointer (&self->system_keeper, system_keeper_free);
  clients_free (self->clients);
  registry_free (self->registry);
  g_object_unref (self->manager);
  g_object_unref (self->skeleton);
  g_main_loop_unref (self->loop);
  g_free (self);
}
