/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the two kinds of status have in common. */

#include "config.h"

#include "model/thespian-status-private.h"

#include "model/thespian-variant-json-private.h"

/* Looking up makes the details flat, so that a text inside them lives as long as they do. */
const char *
thespian_status_get_string (GVariant   *details,
                            const char *key)
{
  const char *text = NULL;

  g_variant_lookup (details, key, "&s", &text);

  return text;
}

guint64
thespian_status_get_uint64 (GVariant   *details,
                            const char *key)
{
  guint64 number = 0;

  g_variant_lookup (details, key, "t", &number);

  return number;
}

char *
thespian_status_to_json (GVariant *details)
{
  g_autoptr (JsonNode) root = thespian_variant_to_json (details);

  return json_to_string (root, TRUE);
}
