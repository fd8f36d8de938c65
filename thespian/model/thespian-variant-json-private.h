/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What JSON has no number for is null, or a text with its digits; nothing tells of types. */
JsonNode *thespian_variant_to_json (GVariant *variant);

G_END_DECLS
