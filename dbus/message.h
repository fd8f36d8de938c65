/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <thespian.h>

G_BEGIN_DECLS

/*
 * Messages between D-Bus and actors; org.thespian.ActorSystem1.xml has the table of types.
 */

/* Finds the address of a listed actor by its printable form; transfer full, NULL when there is none. */
typedef ThespianAddress *(*MessageFindFunc) (const char *printable, gpointer data);

/*
 * Sets @value, which is unset, to the message that @variant is on D-Bus. Fails with NOT_SERIALIZABLE for what cannot
 * be sent and with INVALID_ACTOR_ADDRESS for an address that is none; then @value is unset.
 */
gboolean  message_from_variant (GVariant *variant, MessageFindFunc find, gpointer data, GValue *value, GError **error);

/*
 * What @value is on D-Bus: a new reference, not floating, that can be sent there. Fails with NOT_SERIALIZABLE.
 */
GVariant *message_to_variant   (const GValue *value, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether D-Bus can carry @variant: it is sound, has no maybe, is not too deep and not too large. */
gboolean  message_check        (GVariant *variant, GError **error);

/* The entries of the a{sv} @dict that D-Bus can carry: a new reference. */
GVariant *message_clean_dict   (GVariant *dict) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
