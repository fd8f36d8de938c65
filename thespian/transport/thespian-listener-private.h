/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "transport/thespian-exchange-private.h"
#include "transport/thespian-handshake-private.h"
#include "transport/thespian-ip-private.h"

G_BEGIN_DECLS

/*
 * Where a process takes connections: those who dial have a few seconds to show that they may, and few
 * can try at a time, the newest of them.  So strangers cost nothing that matters.
 */
typedef struct _ThespianListener ThespianListener;

/* What the floor above does for a listener: all under the lock. */
typedef struct
{
  /* As with a ThespianKeyLookup. */
  gboolean (*find_key) (gpointer owner, ThespianPurpose purpose, const guint8 *key_id, guint8 *ret_key);
  /* Takes @fd. */
  void (*accept) (gpointer owner, int fd, ThespianHandshake *handshake);
  /* @key_id: (nullable) of the key that was looked up. */
  void (*refuse) (gpointer owner, const guint8 *key_id, const GError *error);
} ThespianListenerOps;

ThespianListener *thespian_listener_new_locked  (ThespianExchange *exchange, const ThespianIdentity *self_peer,
                                                 const ThespianListenerOps *ops, gpointer owner);
void              thespian_listener_free_locked (ThespianListener *self);
/* Takes @fd, which listens. */
void              thespian_listener_add_locked  (ThespianListener *self, int fd);
/* The endpoint that was added first: (transfer full) (nullable). */
gboolean          thespian_listener_get_address_locked  (ThespianListener *self, ThespianIpAddress *ret_address);
/* Somebody has begun to show that he holds the key with this id. */
gboolean          thespian_listener_is_greeting_locked  (ThespianListener *self, const guint8 *key_id);

G_END_DECLS
