/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Values as JSON, with all that they say: JsonNode has no room for some numbers, and no idea of addresses. */

#include "config.h"

#include "text-json.h"

#include <json-glib/json-glib.h>
#include <math.h>
#include <thespian.h>

static void append_value (GString  *json,
                          GVariant *value);

static void
append_node (GString  *json,
             JsonNode *node) /* taken */
{
  g_autofree char *text = json_to_string (node, FALSE);

  g_string_append (json, text);
  json_node_unref (node);
}

static void
append_string (GString    *json,
               const char *text)
{
  append_node (json, json_node_init_string (json_node_alloc (), text));
}

static void
append_double (GString *json,
               double   number)
{
  if (isnan (number))
    append_string (json, "NaN");
  else if (isinf (number))
    append_string (json, number > 0 ? "Infinity" : "-Infinity");
  else
    append_node (json, json_node_init_double (json_node_alloc (), number));
}

static void
append_dictionary (GString  *json,
                   GVariant *dictionary)
{
  gsize n = g_variant_n_children (dictionary);

  g_string_append_c (json, '{');
  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) entry = g_variant_get_child_value (dictionary, i);
      g_autoptr (GVariant) key = g_variant_get_child_value (entry, 0);
      g_autoptr (GVariant) value = g_variant_get_child_value (entry, 1);

      if (i > 0)
        g_string_append_c (json, ',');
      append_string (json, g_variant_get_string (key, NULL));
      g_string_append_c (json, ':');
      append_value (json, value);
    }
  g_string_append_c (json, '}');
}

static void
append_array (GString  *json,
              GVariant *container)
{
  gsize n = g_variant_n_children (container);

  g_string_append_c (json, '[');
  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (container, i);

      if (i > 0)
        g_string_append_c (json, ',');
      append_value (json, child);
    }
  g_string_append_c (json, ']');
}

static void
append_content (GString  *json,
                GVariant *box)
{
  g_autoptr (GVariant) content = NULL;

  if (g_variant_n_children (box) == 0)
    {
      g_string_append (json, "null");
      return;
    }
  content = g_variant_get_child_value (box, 0);
  append_value (json, content);
}

/* The type is that of what thespian_address_to_variant() makes. */
static void
append_address (GString  *json,
                GVariant *variant)
{
  g_autoptr (ThespianAddress) address = thespian_address_from_variant (variant, NULL);
  g_autofree char *token = thespian_address_to_token (address);

  append_string (json, token);
}

static void
append_value (GString  *json,
              GVariant *value)
{
  if (g_variant_is_of_type (value, G_VARIANT_TYPE ("a{s*}")))
    append_dictionary (json, value);
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_VARIANT) || g_variant_is_of_type (value, G_VARIANT_TYPE_MAYBE))
    append_content (json, value);
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE ("(tt)")))
    append_address (json, value);
  else if (g_variant_is_container (value))
    append_array (json, value);
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_DOUBLE))
    append_double (json, g_variant_get_double (value));
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT64))
    g_string_append_printf (json, "%" G_GUINT64_FORMAT, g_variant_get_uint64 (value));
  else
    append_node (json, json_gvariant_serialize (value));
}

char *
text_json_format (GVariant *value)
{
  GString *json = g_string_new (NULL);

  append_value (json, value);
  return g_string_free (json, FALSE);
}
