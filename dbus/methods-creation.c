/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* CreateActor(). */

#include "config.h"

#include "bus-error.h"
#include "call-options.h"
#include "message.h"
#include "service.h"

#define DEFAULT_TIMEOUT (20 * G_TIME_SPAN_SECOND)

/* The system tells of the actor by another way than it answers; an actor that has ended at once is never told of. */
#define LISTING_TIMEOUT 1000 /* milliseconds */

typedef struct
{
  Service *service;
  Client *client;                    /* (owned) */
  GDBusMethodInvocation *invocation; /* (owned) (nullable) once it is replied to */
  GCancellable *cancellable;         /* (owned) */
  gulong gone_handler;
  GTimeSpan timeout;
  gboolean is_named; /* so that others reach the actor, too */
  guint timer;
  ThespianAddress *address; /* (owned) (nullable) until the actor runs */
} Creation;

static void
creation_free (Creation *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  g_signal_handler_disconnect (self->client->gone, self->gone_handler);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->invocation);
  g_clear_object (&self->address);
  client_end_call (self->client);
  g_free (self);
}

static void
refuse (Creation *self,
        GError   *error)
{
  bus_error_return (g_steal_pointer (&self->invocation), error);
  creation_free (self);
}

static void
reply (Creation *self)
{
  g_autofree char *token = thespian_address_to_token (self->address);
  g_autofree char *printable = thespian_address_to_string (self->address);
  g_autofree char *path = registry_dup_path (printable);

  g_dbus_method_invocation_return_value (g_steal_pointer (&self->invocation),
                                         g_variant_new ("(sso)", token, printable, path));
  creation_free (self);
}

/* Nobody has the address of an actor that runs already, unless it has a name: then it may be that of others. */
static void
end_actor (Creation            *self,
           ThespianActorSystem *system)
{
  g_auto (GValue) request = G_VALUE_INIT;

  if (self->is_named || system == NULL)
    return;
  g_value_init (&request, THESPIAN_TYPE_ACTOR_EXIT_REQUEST);
  g_value_take_object (&request, thespian_actor_exit_request_new ());
  thespian_actor_system_tell_async (system, self->address, &request, NULL, NULL, NULL);
}

/* --- Until it is listed ---------------------------------------------------------------------------------- */

static gboolean
on_never_listed (gpointer data)
{
  Creation *self = data;

  self->timer = 0;
  g_queue_remove (&self->service->newborn, self);
  reply (self);
  return G_SOURCE_REMOVE;
}

static void
end_births (Service         *service,
            ThespianAddress *address)
{
  for (GList *link = service->newborn.head, *next; link != NULL; link = next)
    {
      Creation *creation = link->data;

      next = link->next;
      if (address != NULL && !thespian_address_equal (creation->address, address))
        continue;
      g_queue_delete_link (&service->newborn, link);
      reply (creation);
    }
}

void
service_end_birth (Service         *self,
                   ThespianAddress *address)
{
  end_births (self, address);
}

void
service_end_births (Service *self)
{
  end_births (self, NULL);
}

static void
reply_when_listed (Creation *self)
{
  if (registry_find (self->service->registry, self->address) != NULL)
    {
      reply (self);
      return;
    }
  g_queue_push_tail (&self->service->newborn, self);
  self->timer = g_timeout_add (LISTING_TIMEOUT, on_never_listed, self);
}

/* --- Until it runs ------------------------------------------------------------------------------------------ */

/* The creation ends at once when it is cancelled, and its actor too. */
static gboolean
on_timeout (gpointer data)
{
  Creation *self = data;

  self->timer = 0;
  g_cancellable_cancel (self->cancellable);
  return G_SOURCE_REMOVE;
}

static void
on_gone (GCancellable *gone,
         gpointer      data)
{
  Creation *self = data;

  g_cancellable_cancel (self->cancellable);
  if (self->address == NULL)
    return;
  g_queue_remove (&self->service->newborn, self);
  end_actor (self, self->service->system);
  creation_free (self);
}

static void
refuse_late (Creation            *self,
             ThespianActorSystem *system)
{
  if (self->address != NULL)
    end_actor (self, system);
  refuse (self, g_error_new (THESPIAN_ERROR, THESPIAN_ERROR_REQUEST_TIMEOUT, "The actor did not run within %.3g s",
                             (double) self->timeout / G_TIME_SPAN_SECOND));
}

static void
on_created (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  ThespianActorSystem *system = THESPIAN_ACTOR_SYSTEM (source);
  Creation *self = data;
  g_autoptr (GError) error = NULL;

  g_clear_handle_id (&self->timer, g_source_remove);
  self->address = thespian_actor_system_create_actor_finish (system, result, &error);
  if (g_cancellable_is_cancelled (self->cancellable))
    refuse_late (self, system);
  else if (self->address != NULL)
    reply_when_listed (self);
  else
    refuse (self, g_steal_pointer (&error));
}

static Creation *
creation_new (Service               *service,
              Client                *client,
              GDBusMethodInvocation *invocation)
{
  Creation *self = g_new0 (Creation, 1);

  self->service = service;
  self->client = client;
  self->invocation = invocation;
  self->cancellable = g_cancellable_new ();
  self->timeout = DEFAULT_TIMEOUT;
  self->gone_handler = g_signal_connect (client->gone, "cancelled", G_CALLBACK (on_gone), self);
  return self;
}

static void
start_timer (Creation *self)
{
  gint64 milliseconds = self->timeout / 1000;

  if (self->timeout >= 0 && milliseconds < G_MAXUINT)
    self->timer = g_timeout_add ((guint) milliseconds, on_timeout, self);
}

static gboolean
on_create_actor (Service               *self,
                 GDBusMethodInvocation *invocation,
                 const char            *class,
                 GVariant              *properties,
                 GVariant              *options)
{
  GError *error = NULL;
  Client *client = clients_begin_call (self->clients, g_dbus_method_invocation_get_sender (invocation), 0, &error);
  g_autoptr (GVariant) requirements = NULL;
  g_autofree char *global_name = NULL;
  Creation *creation;

  if (client == NULL)
    {
      bus_error_return (invocation, error);
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
  creation = creation_new (self, client, invocation);
  if (!service_check_system (self, &error) || !message_check (properties, &error) ||
      !call_options_read (options, &error, "requirements", CALL_OPTION_DICTIONARY, &requirements, "global-name",
                          CALL_OPTION_STRING, &global_name, "timeout", CALL_OPTION_TIME, &creation->timeout, NULL))
    {
      refuse (creation, error);
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
  creation->is_named = global_name != NULL;
  start_timer (creation);
  thespian_actor_system_create_actor_by_name_async (self->system, class, requirements, global_name, properties,
                                                    creation->cancellable, on_created, creation);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

void
service_connect_creation_methods (Service *self)
{
  g_signal_connect_swapped (self->skeleton, "handle-create-actor", G_CALLBACK (on_create_actor), self);
}
