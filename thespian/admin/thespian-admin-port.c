/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The admin's own address: it answers status requests, hears who wants to observe, and sends back all else. */

#include "config.h"

#include "admin/thespian-admin-private.h"

#include "log/thespian-internals-log-private.h"
#include "model/thespian-observe-request.h"
#include "model/thespian-poison-message-private.h"
#include "model/thespian-poison-message.h"
#include "wire/thespian-body-private.h"

typedef struct
{
  ThespianPort port;
  GMutex lock;
  ThespianAdmin *admin; /* unowned, (nullable) once it is gone; protected by the lock */
} AdminPort;

static ThespianAdmin *
ref_admin (AdminPort *self)
{
  ThespianAdmin *admin;

  g_mutex_lock (&self->lock);
  admin = self->admin != NULL && thespian_admin_ref_if_alive (self->admin) ? self->admin : NULL;
  g_mutex_unlock (&self->lock);
  return admin;
}

static gpointer
get_object (const GValue *message)
{
  return G_VALUE_HOLDS_OBJECT (message) ? g_value_get_object (message) : NULL;
}

static void
observe (ThespianAdmin          *admin,
         ThespianObserveRequest *request,
         ThespianAddress        *observer)
{
  thespian_admin_observe (admin, observer, thespian_observe_request_get_observe (request),
                          thespian_observe_request_get_log (request));
}

/* What runs user code when it is decoded stays undecoded here. */
static char *
describe_refusal (const GValue *message)
{
  if (G_VALUE_HOLDS (message, THESPIAN_TYPE_RAW_BODY))
    return g_strdup ("The admin of an actor system takes no messages of the types of a program");
  return g_strdup_printf ("The admin of an actor system takes no message of the type “%s”",
                          G_VALUE_TYPE_NAME (message));
}

/* Poison comes from an observer that fails on what it is told, and has been told of there. */
static void
refuse (ThespianAdmin   *admin,
        const GValue    *message,
        ThespianAddress *sender)
{
  g_autofree char *details = NULL;
  g_autofree char *name = NULL;
  GValue poison = G_VALUE_INIT;

  if (THESPIAN_IS_POISON_MESSAGE (get_object (message)))
    return;
  details = describe_refusal (message);
  name = thespian_address_to_string (sender);
  thespian_internals_log (G_LOG_LEVEL_WARNING, "%s: it goes back to %s", details, name);
  g_value_init (&poison, THESPIAN_TYPE_POISON_MESSAGE);
  g_value_take_object (&poison, thespian_poison_message_new (message, details));
  thespian_route (&admin->face, sender, &poison, admin->face.address, NULL);
}

static gboolean
admin_port_deliver (ThespianPort    *port,
                    GValue          *message,
                    ThespianAddress *sender,
                    GError         **error)
{
  ThespianAdmin *admin = ref_admin ((AdminPort *) port);
  gpointer object = get_object (message);

  if (admin == NULL)
    return TRUE;
  if (THESPIAN_IS_OBSERVE_REQUEST (object))
    observe (admin, object, sender);
  else
    refuse (admin, message, sender);
  thespian_admin_unref (admin);
  return TRUE;
}

static GObject *
admin_port_dup_status (ThespianPort *port)
{
  ThespianAdmin *admin = ref_admin ((AdminPort *) port);
  GObject *status;

  if (admin == NULL)
    return NULL;
  status = thespian_admin_dup_status (admin);
  thespian_admin_unref (admin);
  return status;
}

static void
admin_port_free (ThespianPort *port)
{
  AdminPort *self = (AdminPort *) port;

  g_mutex_clear (&self->lock);
  g_free (self);
}

static const ThespianPortOps admin_port_ops = {
  .deliver = admin_port_deliver,
  .dup_status = admin_port_dup_status,
  .free = admin_port_free,
};

ThespianAddress *
thespian_admin_address_new (ThespianAdmin *self,
                            guint64        system_id)
{
  ThespianAddress *address = thespian_address_new (system_id, "Admin");
  AdminPort *port = g_new0 (AdminPort, 1);

  port->port.ops = &admin_port_ops;
  port->admin = self;
  g_mutex_init (&port->lock);
  thespian_address_take_port (address, &port->port);
  return address;
}

void
thespian_admin_address_detach (ThespianAddress *address)
{
  AdminPort *port = (AdminPort *) address->port;

  g_mutex_lock (&port->lock);
  port->admin = NULL;
  g_mutex_unlock (&port->lock);
}
