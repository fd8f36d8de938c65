/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib-object.h>

#include "thespian-version-macros.h"

G_BEGIN_DECLS

/**
 * ThespianBoxedSerializeFunc: (skip)
 * @boxed: (not nullable): a value of the boxed type
 * @error: return location for an error
 *
 * Makes a variant of all that makes up a boxed value.
 *
 * Called on the thread of whoever sends the value.
 *
 * Returns: (transfer full): the variant, which may be floating, or %NULL with @error set
 *
 * Since: 1.0
 */
typedef GVariant *(*ThespianBoxedSerializeFunc) (gconstpointer boxed,
                                                 GError      **error);

/**
 * ThespianBoxedDeserializeFunc: (skip)
 * @content: what the other function made of a value of the boxed type
 * @error: return location for an error
 *
 * Makes a boxed value of what a variant describes. It comes from outside: check it.
 *
 * Called on the thread of the actor that receives the value.
 *
 * Returns: (transfer full): a new value, or %NULL with @error set when @content is not as it should
 *   be
 *
 * Since: 1.0
 */
typedef gpointer (*ThespianBoxedDeserializeFunc) (GVariant *content,
                                                  GError  **error);

THESPIAN_AVAILABLE_IN_1_0
void thespian_boxed_register_codec (GType                        type,
                                    ThespianBoxedSerializeFunc   serialize,
                                    ThespianBoxedDeserializeFunc deserialize);

G_END_DECLS
