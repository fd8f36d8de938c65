/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * Has a connection to the bus, and gets it back when the bus went away.
 */
typedef struct _BusKeeper BusKeeper;

typedef struct
{
  /* There is a connection: what is to be seen there is put there now; then the name is owned. */
  void (*connected)    (GDBusConnection *connection, gpointer data);
  /* The connection is gone, with all who were there. */
  void (*disconnected) (gpointer data);
  /* Who had this unique name is gone. */
  void (*vanished)     (const char *name, gpointer data);
  /* It will not get anywhere. */
  void (*failed)       (const char *problem, gpointer data);
} BusKeeperFuncs;

/* @patience: seconds that the bus may be away */
BusKeeper *bus_keeper_new  (GBusType bus, guint patience, const BusKeeperFuncs *funcs, gpointer data);
void       bus_keeper_free (BusKeeper *self);

G_END_DECLS
