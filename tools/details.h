/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* For people: a line for each entry of @details, of type a{sv}, in order of their names. */
char *details_to_text       (GVariant *details);
/* One value: a text as it is, all else as JSON. */
char *details_value_to_text (GVariant *value);

G_END_DECLS
