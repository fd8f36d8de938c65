/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The admin's own address: it answers status requests, hears who wants to observe, and drops all else. */

#include "config.h"

#include "admin/thespian-admin-private.h"

#include "model/thespian-observe-request.h"

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

static gboolean
admin_port_deliver (ThespianPort    *port,
                    GValue          *message,
                    ThespianAddress *sender,
                    GError         **error)
{
  ThespianAdmin *admin = G_VALUE_HOLDS (message, THESPIAN_TYPE_OBSERVE_REQUEST) ? ref_admin ((AdminPort *) port) : NULL;
  ThespianObserveRequest *request;

  if (admin == NULL)
    return TRUE;
  request = g_value_get_object (message);
  thespian_admin_observe (admin, sender, thespian_observe_request_get_observe (request),
                          thespian_observe_request_get_log (request));
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
