/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The methods of an actor's object: those of the system's, with this actor as their target. */

#include "config.h"

#include "service.h"

static gboolean
on_tell (BusActor1             *skeleton,
         GDBusMethodInvocation *invocation,
         GVariant              *message,
         GVariant              *options,
         gpointer               data)
{
  service_send_message (data, invocation, bus_actor1_get_address (skeleton), message, options, SEND_TELL);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_ask (BusActor1             *skeleton,
        GDBusMethodInvocation *invocation,
        GVariant              *message,
        GVariant              *options,
        gpointer               data)
{
  service_send_message (data, invocation, bus_actor1_get_address (skeleton), message, options, SEND_ASK);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_exit_request (BusActor1             *skeleton,
                 GDBusMethodInvocation *invocation,
                 GVariant              *options,
                 gpointer               data)
{
  service_send_exit (data, invocation, bus_actor1_get_address (skeleton), options);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

void
service_connect_actor_methods (BusActor1 *skeleton,
                               gpointer   service)
{
  g_signal_connect (skeleton, "handle-tell", G_CALLBACK (on_tell), service);
  g_signal_connect (skeleton, "handle-ask", G_CALLBACK (on_ask), service);
  g_signal_connect (skeleton, "handle-exit", G_CALLBACK (on_exit_request), service);
}
