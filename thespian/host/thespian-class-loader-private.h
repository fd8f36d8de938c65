/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "model/thespian-actor-private.h"

G_BEGIN_DECLS

/*
 * Finds the type that @spec stands for, loading its module when there is one, and checks that it
 * can be made with what @spec brings along.  @capabilities: a{sv}, (nullable).
 */
GType       thespian_class_loader_resolve            (const ThespianActorSpec *spec,
                                                      GVariant *capabilities, GError **error);

/* The part of that which is not about the class. */
gboolean    thespian_class_loader_check              (const ThespianActorSpec *spec, GError **error);

/* Loads the actor module at @path, unless it has been loaded. */
gboolean    thespian_class_loader_load               (const char *path, GError **error);

/*
 * The class specification that another process can make actors of @type by, or NULL for a type that
 * only this program knows.  The text is owned by the loader, and lives for ever.
 */
const char *thespian_class_loader_find_specification (GType type);

/* Says what that is, for a type that has none yet. */
void        thespian_class_loader_keep_specification (GType type, const char *specification);

G_END_DECLS
