/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "bus-keeper.h"

#include <glib/gi18n.h>

#include "names.h"

/* Only of names that vanish; GIO cannot say that by itself. */
#define VANISHED_RULE                                                                                    \
  "type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus',member='NameOwnerChanged',arg2=''"

#define PAUSE 500 /* milliseconds between two attempts */

struct _BusKeeper
{
  GBusType bus;
  char *address; /* (owned) (nullable) */
  guint patience;
  const BusKeeperFuncs *funcs;
  gpointer data;
  GDBusConnection *connection; /* (owned) (nullable) */
  GCancellable *stop;          /* (owned) cancelled when the keeper is gone */
  guint name;                  /* as g_bus_own_name_on_connection() numbers it, or 0 */
  guint subscription;
  gulong closed_handler;
  gint64 lost_at; /* monotonic, or 0 when it was never there */
  guint timer;
};

static void connect_to_bus (BusKeeper *self);

static void
let_go (BusKeeper *self)
{
  if (self->connection == NULL)
    return;
  g_signal_handler_disconnect (self->connection, self->closed_handler);
  g_clear_handle_id (&self->name, g_bus_unown_name);
  g_dbus_connection_signal_unsubscribe (self->connection, self->subscription);
  g_clear_object (&self->connection);
}

static gboolean
on_timer (gpointer data)
{
  BusKeeper *self = data;

  self->timer = 0;
  connect_to_bus (self);
  return G_SOURCE_REMOVE;
}

static void
on_closed (GDBusConnection *connection,
           gboolean         by_peer,
           GError          *error,
           gpointer         data)
{
  BusKeeper *self = data;

  let_go (self);
  self->lost_at = g_get_monotonic_time ();
  self->funcs->disconnected (self->data);
  self->timer = g_timeout_add (PAUSE, on_timer, self);
}

static void
on_name_lost (GDBusConnection *connection,
              const char      *name,
              gpointer         data)
{
  BusKeeper *self = data;

  /* What a closed connection means is told elsewhere. */
  if (connection != NULL && !g_dbus_connection_is_closed (connection))
    {
      g_autofree char *problem =
        g_strdup_printf (_ ("the name %s cannot be had: another service has it, or the bus does not allow it"),
                         BUS_NAME);

      self->funcs->failed (problem, self->data);
    }
}

static void
on_owner_changed (GDBusConnection *connection,
                  const char      *sender,
                  const char      *path,
                  const char      *interface,
                  const char      *signal,
                  GVariant        *parameters,
                  gpointer         data)
{
  BusKeeper *self = data;
  const char *name, *before, *after;

  g_variant_get (parameters, "(&s&s&s)", &name, &before, &after);
  if (*name == ':' && *after == '\0')
    self->funcs->vanished (name, self->data);
}

static void
take (BusKeeper       *self,
      GDBusConnection *connection)
{
  self->connection = connection;
  self->lost_at = 0;
  g_dbus_connection_set_exit_on_close (connection, FALSE);
  self->closed_handler = g_signal_connect (connection, "closed", G_CALLBACK (on_closed), self);
  self->subscription = g_dbus_connection_signal_subscribe (connection, "org.freedesktop.DBus", "org.freedesktop.DBus",
                                                           "NameOwnerChanged", "/org/freedesktop/DBus", NULL,
                                                           G_DBUS_SIGNAL_FLAGS_NO_MATCH_RULE, on_owner_changed, self,
                                                           NULL);
  g_dbus_connection_call (connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                          "AddMatch", g_variant_new ("(s)", VANISHED_RULE), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL,
                          NULL, NULL);
  self->funcs->connected (connection, self->data);
  self->name = g_bus_own_name_on_connection (connection, BUS_NAME, G_BUS_NAME_OWNER_FLAGS_DO_NOT_QUEUE, NULL,
                                             on_name_lost, self, NULL);
}

static gboolean
may_try_again (BusKeeper *self)
{
  return self->lost_at != 0 && g_get_monotonic_time () - self->lost_at < self->patience * G_TIME_SPAN_SECOND;
}

static void
on_connected (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *connection = g_dbus_connection_new_for_address_finish (result, &error);
  g_autofree char *problem = NULL;
  BusKeeper *self = data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (connection != NULL)
    take (self, connection);
  else if (may_try_again (self))
    self->timer = g_timeout_add (PAUSE, on_timer, self);
  else
    {
      problem = g_strdup_printf (_ ("the bus cannot be reached: %s"), error->message);
      self->funcs->failed (problem, self->data);
    }
}

static void
connect_to_bus (BusKeeper *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *problem = NULL;

  if (self->address == NULL)
    self->address = g_dbus_address_get_for_bus_sync (self->bus, NULL, &error);
  if (self->address == NULL)
    {
      problem = g_strdup_printf (_ ("the bus has no address: %s"), error->message);
      self->funcs->failed (problem, self->data);
      return;
    }
  g_dbus_connection_new_for_address (self->address,
                                     G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                       G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                     NULL, self->stop, on_connected, self);
}

BusKeeper *
bus_keeper_new (GBusType              bus,
                guint                 patience,
                const BusKeeperFuncs *funcs,
                gpointer              data)
{
  BusKeeper *self = g_new0 (BusKeeper, 1);

  self->bus = bus;
  self->patience = patience;
  self->funcs = funcs;
  self->data = data;
  self->stop = g_cancellable_new ();
  connect_to_bus (self);
  return self;
}

void
bus_keeper_free (BusKeeper *self)
{
  g_cancellable_cancel (self->stop);
  g_object_unref (self->stop);
  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->connection != NULL)
    g_dbus_connection_flush_sync (self->connection, NULL, NULL);
  let_go (self);
  g_free (self->address);
  g_free (self);
}
