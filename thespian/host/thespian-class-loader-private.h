/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "model/thespian-actor-private.h"

G_BEGIN_DECLS

/*
 * Finds the type that @spec stands for, loading its module when there is one, and checks that it can
 * be made with what @spec brings along.  @capabilities: a{sv}, (nullable).
 */
GType thespian_class_loader_resolve (const ThespianActorSpec *spec, GVariant *capabilities, GError **error);

G_END_DECLS
