/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* How many bytes the content of @value has, about: of what programs make themselves only what can be seen from here. */
gsize thespian_value_get_size (const GValue *value);

G_END_DECLS
