/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Status(), ListActors(), UpdateCapability() and Shutdown(). */

#include "config.h"

#include "bus-error.h"
#include "call-options.h"
#include "call.h"
#include "message.h"
#include "service.h"

#include <unistd.h>

#define DEFAULT_TIMEOUT (20 * G_TIME_SPAN_SECOND)

/* --- Status() --------------------------------------------------------------------------------------------- */

static GVariant *
service_status (Service *self)
{
  GVariantDict dict = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&dict, "version", "s", PACKAGE_VERSION);
  g_variant_dict_insert (&dict, "process-id", "i", (int) getpid ());
  g_variant_dict_insert (&dict, "clients", "u", clients_get_n (self->clients));
  g_variant_dict_insert (&dict, "calls", "u", clients_get_calls (self->clients));
  g_variant_dict_insert (&dict, "missed-events", "t", self->n_missed);
  return g_variant_dict_end (&dict);
}

/* Of the answer, or NULL when @answer is no status. */
static GVariant *
status_details (const GValue *answer)
{
  if (G_VALUE_HOLDS (answer, THESPIAN_TYPE_ACTOR_STATUS))
    return thespian_actor_status_get_details (g_value_get_object (answer));
  if (G_VALUE_HOLDS (answer, THESPIAN_TYPE_SYSTEM_STATUS))
    return thespian_system_status_get_details (g_value_get_object (answer));
  return NULL;
}

/* Capabilities can have what D-Bus cannot carry. */
static GVariant *
clean_status (GVariant *details)
{
  g_autoptr (GVariant) capabilities = g_variant_lookup_value (details, "capabilities", G_VARIANT_TYPE_VARDICT);
  GVariantDict dict = G_VARIANT_DICT_INIT (details);
  g_autoptr (GVariant) whole = NULL;

  if (capabilities != NULL)
    {
      g_autoptr (GVariant) clean = message_clean_dict (capabilities);

      g_variant_dict_insert_value (&dict, "capabilities", clean);
    }
  whole = g_variant_ref_sink (g_variant_dict_end (&dict));
  return message_clean_dict (whole);
}

/* Takes @status. */
static GVariant *
add_service (GVariant *status,
             Service  *service)
{
  g_autoptr (GVariant) taken = status;
  GVariantDict dict = G_VARIANT_DICT_INIT (taken);

  g_variant_dict_insert_value (&dict, "service", service_status (service));
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

static void
reply_with_status (Call         *call,
                   GValue       *answer,
                   const GError *problem)
{
  GDBusMethodInvocation *invocation = g_steal_pointer (&call->invocation);
  Service *service = g_object_get_data (G_OBJECT (invocation), "service");
  GVariant *details = answer != NULL ? status_details (answer) : NULL;
  g_autoptr (GVariant) status = NULL;

  if (problem != NULL)
    {
      bus_error_return (invocation, g_error_copy (problem));
      return;
    }
  if (details == NULL)
    {
      bus_error_return (invocation, g_error_new (BUS_ERROR, BUS_ERROR_NO_ANSWER,
                                                 "No status came within %.3g s, or the actor is gone",
                                                 (double) call->timeout / G_TIME_SPAN_SECOND));
      return;
    }
  status = clean_status (details);
  if (service != NULL)
    status = add_service (g_steal_pointer (&status), service);
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(@a{sv})", status));
}

static gboolean
set_status_target (Service    *self,
                   Call       *call,
                   const char *target,
                   GError    **error)
{
  if (*target != '\0')
    {
      call->target = service_find_target (self, target, error);
      return call->target != NULL;
    }
  call->target = g_object_ref (thespian_actor_system_get_admin_address (self->system));
  g_object_set_data (G_OBJECT (call->invocation), "service", self);
  return TRUE;
}

static gboolean
on_status (Service               *self,
           GDBusMethodInvocation *invocation,
           const char            *target,
           GVariant              *options)
{
  Call *call = call_new (self->clients, invocation, 0, reply_with_status);
  GError *error = NULL;

  if (call == NULL)
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  call->timeout = DEFAULT_TIMEOUT;
  if (!service_check_system (self, &error) || !set_status_target (self, call, target, &error) ||
      !call_options_read (options, &error, "timeout", CALL_OPTION_TIME, &call->timeout, NULL))
    {
      call_refuse (call, error);
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
  call->is_question = TRUE;
  call->is_own_endpoint = TRUE;
  call->endpoint = thespian_actor_system_create_endpoint (self->system);
  g_value_init (&call->message, THESPIAN_TYPE_STATUS_REQUEST);
  g_value_take_object (&call->message, thespian_status_request_new ());
  call_send (call);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* --- ListActors() ------------------------------------------------------------------------------------------ */

static gboolean
matches (RegistryEntry *entry,
         const char    *class,
         const char    *global_name)
{
  return (class == NULL || g_str_equal (class, bus_actor1_get_class (entry->skeleton))) &&
         (global_name == NULL || g_str_equal (global_name, bus_actor1_get_global_name (entry->skeleton)));
}

static gboolean
on_list_actors (Service               *self,
                GDBusMethodInvocation *invocation,
                GVariant              *options)
{
  g_autofree char *class = NULL;
  g_autofree char *global_name = NULL;
  GVariantBuilder actors;
  GError *error = NULL;

  if (!service_check_system (self, &error) ||
      !call_options_read (options, &error, "class", CALL_OPTION_STRING, &class, "global-name", CALL_OPTION_STRING,
                          &global_name, NULL))
    {
      bus_error_return (invocation, error);
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
  g_variant_builder_init (&actors, G_VARIANT_TYPE ("a(soa{sv})"));
  for (GList *link = registry_get_all (self->registry)->head; link != NULL; link = link->next)
    {
      RegistryEntry *entry = link->data;

      if (matches (entry, class, global_name))
        g_variant_builder_add (&actors, "(so@a{sv})", entry->printable, entry->path, entry->details);
    }
  bus_actor_system1_complete_list_actors (self->skeleton, invocation, g_variant_builder_end (&actors));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* --- UpdateCapability() ---------------------------------------------------------------------------------- */

typedef struct
{
  GDBusMethodInvocation *invocation; /* (owned) (nullable) */
  char *name;                        /* (owned) */
  GVariant *value;                   /* (owned) (nullable) */
} Update;

static void
update_free (gpointer data)
{
  Update *self = data;

  g_clear_object (&self->invocation);
  g_free (self->name);
  g_clear_pointer (&self->value, g_variant_unref);
  g_free (self);
}

/* In a thread: the system asks its admin, and waits. */
static void
run_update (GTask        *task,
            gpointer      source,
            gpointer      data,
            GCancellable *cancellable)
{
  Update *update = data;
  GError *error = NULL;

  if (thespian_actor_system_update_capability (source, update->name, update->value, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
on_updated (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  Update *update = g_task_get_task_data (G_TASK (result));
  GError *error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    g_dbus_method_invocation_return_value (g_steal_pointer (&update->invocation), NULL);
  else
    bus_error_return (g_steal_pointer (&update->invocation), error);
}

static gboolean
on_update_capability (Service               *self,
                      GDBusMethodInvocation *invocation,
                      const char            *name,
                      GVariant              *value,
                      GVariant              *options)
{
  g_autoptr (GVariant) content = g_variant_get_variant (value);
  g_autoptr (GTask) task = NULL;
  gboolean is_removed = FALSE;
  Update *update;
  GError *error = NULL;

  if (!service_check_system (self, &error) || !message_check (content, &error) ||
      !call_options_read (options, &error, "remove", CALL_OPTION_BOOLEAN, &is_removed, NULL))
    {
      bus_error_return (invocation, error);
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
  update = g_new0 (Update, 1);
  update->invocation = invocation;
  update->name = g_strdup (name);
  update->value = is_removed ? NULL : g_variant_ref (content);
  task = g_task_new (self->system, NULL, on_updated, NULL);
  g_task_set_task_data (task, update, update_free);
  g_task_run_in_thread (task, run_update);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* --- Shutdown() --------------------------------------------------------------------------------------------- */

static void
on_shut_down (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr (GDBusMethodInvocation) invocation = data;
  Service *self = g_object_get_data (G_OBJECT (invocation), "service");
  GError *error = NULL;

  if (thespian_actor_system_shutdown_finish (THESPIAN_ACTOR_SYSTEM (source), result, &error))
    g_dbus_method_invocation_return_value (g_steal_pointer (&invocation), NULL);
  else
    bus_error_return (g_steal_pointer (&invocation), error);
  service_quit (self, NULL);
}

static gboolean
on_shutdown (Service               *self,
             GDBusMethodInvocation *invocation,
             GVariant              *options)
{
  GError *error = NULL;

  if (!service_check_system (self, &error) || !call_options_read_none (options, &error))
    {
      bus_error_return (invocation, error);
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
  g_object_set_data (G_OBJECT (invocation), "service", self);
  self->is_ending = TRUE;
  thespian_actor_system_shutdown_async (self->system, NULL, on_shut_down, invocation);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

void
service_connect_system_methods (Service *self)
{
  g_object_connect (self->skeleton, "swapped-signal::handle-status", on_status, self,
                    "swapped-signal::handle-list-actors", on_list_actors, self,
                    "swapped-signal::handle-update-capability", on_update_capability, self,
                    "swapped-signal::handle-shutdown", on_shutdown, self, NULL);
}
