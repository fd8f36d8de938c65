/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <thespian.h>

G_BEGIN_DECLS

/* A content of any size, cut into messages that every base carries. */
#define PARCEL_TYPE "(uubay)" /* task, piece, whether this is the last of it, bytes */

/* Returns how many messages that took. */
guint       parcel_send (ThespianActor *actor, ThespianAddress *target, guint task, guint piece,
                         GBytes *content);

/*
 * What has come of parcels, by their senders: each sends one after the other.
 */
GHashTable *parcels_new (void);

/* Adds @message; the content (transfer full) when that was the last of it. */
GByteArray *parcels_add (GHashTable *parcels, ThespianAddress *sender, GVariant *message,
                         guint *ret_task, guint *ret_piece);

G_END_DECLS
