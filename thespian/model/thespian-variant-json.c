/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Variants as JSON that every parser takes. */

#include "config.h"

#include "model/thespian-variant-json-private.h"

#include <math.h>

static JsonNode *
object_from_dictionary (GVariant *dictionary)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  gsize n = g_variant_n_children (dictionary);

  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) entry = g_variant_get_child_value (dictionary, i);
      g_autoptr (GVariant) key = g_variant_get_child_value (entry, 0);
      g_autoptr (GVariant) value = g_variant_get_child_value (entry, 1);

      json_object_set_member (object, g_variant_get_string (key, NULL), thespian_variant_to_json (value));
    }

  json_node_take_object (node, object);

  return node;
}

static JsonNode *
array_from_container (GVariant *container)
{
  JsonNode *node = json_node_new (JSON_NODE_ARRAY);
  JsonArray *array = json_array_new ();
  gsize n = g_variant_n_children (container);

  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (container, i);

      json_array_add_element (array, thespian_variant_to_json (child));
    }

  json_node_take_array (node, array);

  return node;
}

static JsonNode *
node_from_child (GVariant *variant)
{
  g_autoptr (GVariant) child = NULL;

  if (g_variant_n_children (variant) == 0)
    return json_node_new (JSON_NODE_NULL);

  child = g_variant_get_child_value (variant, 0);

  return thespian_variant_to_json (child);
}

/*
 * json_gvariant_serialize() writes numbers that JSON does not have, or has not in the range of a
 * signed integer, as something that no parser or only a wrong one takes: hence these two.
 */
static JsonNode *
node_from_double (double number)
{
  JsonNode *node;

  if (!isfinite (number))
    return json_node_new (JSON_NODE_NULL);

  node = json_node_new (JSON_NODE_VALUE);
  json_node_set_double (node, number);

  return node;
}

static JsonNode *
node_from_uint64 (guint64 number)
{
  JsonNode *node = json_node_new (JSON_NODE_VALUE);

  if (number <= G_MAXINT64)
    {
      json_node_set_int (node, (gint64) number);
    }
  else
    {
      g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, number);

      json_node_set_string (node, text);
    }

  return node;
}

JsonNode *
thespian_variant_to_json (GVariant *variant)
{
  if (g_variant_is_of_type (variant, G_VARIANT_TYPE ("a{s*}")))
    return object_from_dictionary (variant);

  if (g_variant_is_of_type (variant, G_VARIANT_TYPE_VARIANT) ||
      g_variant_is_of_type (variant, G_VARIANT_TYPE_MAYBE))
    return node_from_child (variant);

  if (g_variant_is_container (variant))
    return array_from_container (variant);

  if (g_variant_is_of_type (variant, G_VARIANT_TYPE_DOUBLE))
    return node_from_double (g_variant_get_double (variant));

  if (g_variant_is_of_type (variant, G_VARIANT_TYPE_UINT64))
    return node_from_uint64 (g_variant_get_uint64 (variant));

  return json_gvariant_serialize (variant);
}
