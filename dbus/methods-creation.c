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

/* How many may ask for a name at a time: that blocks until its actor runs. */
#define MAX_ASKERS 64

typedef struct
{
  Service *service;
  Client *client;                    /* (owned) (nullable) once its name has vanished */
  GDBusMethodInvocation *invocation; /* (owned) (nullable) once it is replied to, or nobody waits for a reply */
  gulong gone_handler;
  GTimeSpan timeout;
  gboolean is_named; /* so that others reach the actor, too */
  guint timer;
  ThespianAddress *address; /* (owned) (nullable) until the actor runs */
} Creation;

/* Until then the creation counts among the calls of the client, even when it is replied to. */
static void
leave_client (Creation *self)
{
  if (self->client == NULL)
    return;
  g_signal_handler_disconnect (self->client->gone, self->gone_handler);
  client_end_call (g_steal_pointer (&self->client));
}

static void
creation_free (Creation *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  leave_client (self);
  g_clear_object (&self->invocation);
  g_clear_object (&self->address);
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

/* Nobody has the address of the actor that runs now, unless it has a name: then it may be that of others. */
static void
end_actor (Creation            *self,
           ThespianActorSystem *system)
{
  g_auto (GValue) request = G_VALUE_INIT;

  if (self->is_named)
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

static gboolean
on_timeout (gpointer data)
{
  Creation *self = data;

  self->timer = 0;
  bus_error_return (g_steal_pointer (&self->invocation),
                    g_error_new (THESPIAN_ERROR, THESPIAN_ERROR_REQUEST_TIMEOUT,
                                 "The actor did not run within %.3g seconds",
                                 (double) self->timeout / G_TIME_SPAN_SECOND));
  return G_SOURCE_REMOVE;
}

/* Nothing waits for an actor that does not run yet, not even the end of the service. */
static void
on_gone (GCancellable *gone,
         gpointer      data)
{
  Creation *self = data;

  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_object (&self->invocation);
  leave_client (self);
  if (self->address == NULL)
    return;
  g_queue_remove (&self->service->newborn, self);
  end_actor (self, self->service->system);
  creation_free (self);
}

static void
on_created (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  ThespianActorSystem *system = THESPIAN_ACTOR_SYSTEM (source);
  Creation *self = data;
  GError *error = NULL;

  g_clear_handle_id (&self->timer, g_source_remove);
  self->address = thespian_actor_system_create_actor_finish (system, result, &error);
  if (self->invocation == NULL)
    {
      if (self->address != NULL)
        end_actor (self, system);
      g_clear_error (&error);
      creation_free (self);
    }
  else if (self->address != NULL)
    {
      reply_when_listed (self);
    }
  else
    {
      refuse (self, error);
    }
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

/* What is asked of the system. */
typedef struct
{
  ThespianActorSystem *system; /* (owned) */
  char *class;                 /* (owned) */
  char *global_name;           /* (owned) (nullable) */
  GVariant *requirements;      /* (owned) (nullable) */
  GVariant *properties;        /* (owned) */
  Creation *creation;          /* the callback's */
} Order;

static void
order_free (Order *self)
{
  g_object_unref (self->system);
  g_free (self->class);
  g_free (self->global_name);
  g_clear_pointer (&self->requirements, g_variant_unref);
  g_variant_unref (self->properties);
  g_free (self);
}

/* The thread of a pool has no main context of its own: so the system calls back in the main loop. */
static void
run_order (gpointer data,
           gpointer user_data)
{
  Order *order = data;

  thespian_actor_system_create_actor_by_name_async (order->system, order->class, order->requirements,
                                                    order->global_name, order->properties, NULL, on_created,
                                                    order->creation);
  order_free (order);
}

static GThreadPool *
get_askers (void)
{
  static GThreadPool *askers;

  if (askers == NULL)
    askers = g_thread_pool_new (run_order, NULL, MAX_ASKERS, FALSE, NULL);
  return askers;
}

/* Takes @order. */
static void
start_creation (Order *order)
{
  if (order->creation->is_named)
    g_thread_pool_push (get_askers (), order, NULL);
  else
    run_order (order, NULL);
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
  Order *order;

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
  order = g_new0 (Order, 1);
  order->system = g_object_ref (self->system);
  order->class = g_strdup (class);
  order->global_name = g_steal_pointer (&global_name);
  order->requirements = g_steal_pointer (&requirements);
  order->properties = g_variant_ref (properties);
  order->creation = creation;
  start_creation (order);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

void
service_connect_creation_methods (Service *self)
{
  g_signal_connect_swapped (self->skeleton, "handle-create-actor", G_CALLBACK (on_create_actor), self);
}
