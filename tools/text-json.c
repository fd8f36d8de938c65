/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "text-json.h"

#include "model/thespian-variant-json-private.h"
#include "tool-error.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

/* A variant that is to travel over D-Bus may be no deeper, boxes included. */
#define MAX_DEPTH 30

static GVariant *variant_from_node (JsonNode *node);

static GVariant *
variant_from_object (JsonObject *object)
{
  GVariantBuilder builder;
  JsonObjectIter iter;
  const char *name;
  JsonNode *member;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, &member))
    g_variant_builder_add (&builder, "{sv}", name, variant_from_node (member));
  return g_variant_builder_end (&builder);
}

static GVariant *
variant_from_array (JsonArray *array)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("av"));
  for (guint i = 0; i < json_array_get_length (array); i++)
    g_variant_builder_add (&builder, "v", variant_from_node (json_array_get_element (array, i)));
  return g_variant_builder_end (&builder);
}

static GVariant *
variant_from_integer (gint64 number)
{
  return number >= G_MININT32 && number <= G_MAXINT32 ? g_variant_new_int32 ((gint32) number)
                                                      : g_variant_new_int64 (number);
}

static GVariant *
variant_from_value (JsonNode *node)
{
  GType type = json_node_get_value_type (node);

  if (type == G_TYPE_BOOLEAN)
    return g_variant_new_boolean (json_node_get_boolean (node));
  if (type == G_TYPE_INT64)
    return variant_from_integer (json_node_get_int (node));
  if (type == G_TYPE_DOUBLE)
    return g_variant_new_double (json_node_get_double (node));
  return g_variant_new_string (json_node_get_string (node));
}

static GVariant *
variant_from_node (JsonNode *node)
{
  switch (json_node_get_node_type (node))
    {
    case JSON_NODE_OBJECT:
      return variant_from_object (json_node_get_object (node));
    case JSON_NODE_ARRAY:
      return variant_from_array (json_node_get_array (node));
    case JSON_NODE_VALUE:
      return variant_from_value (node);
    case JSON_NODE_NULL:
    default:
      return g_variant_new_maybe (G_VARIANT_TYPE_VARIANT, NULL);
    }
}

/* The parser would take a number that it has no room for as another. */
static gboolean
check_number (const char *number,
              gsize       length,
              GError    **error)
{
  g_autofree char *text = g_strndup (number, length);
  gboolean is_whole = strpbrk (text, ".eE") == NULL;

  errno = 0;
  if (is_whole)
    g_ascii_strtoll (text, NULL, 10);
  if (errno == 0 && (is_whole || isfinite (g_ascii_strtod (text, NULL))))
    return TRUE;
  g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE,
               _ ("the number “%.40s” is too large as JSON: choose --format=gvariant"), text);
  return FALSE;
}

static gboolean
check_numbers (const char *text,
               GError    **error)
{
  gboolean in_string = FALSE;

  for (const char *at = text; *at != '\0'; at++)
    {
      gsize length = !in_string ? strspn (at, "+-.0123456789eE") : 0;

      if (*at == '"')
        in_string = !in_string;
      else if (in_string && *at == '\\' && at[1] != '\0')
        at++;
      else if (length > 0 && (g_ascii_isdigit (*at) || *at == '-') && !check_number (at, length, error))
        return FALSE;
      at += MAX (length, 1) - 1;
    }
  return TRUE;
}

/* The parser would go as deep as the text says, on the stack. */
static gboolean
check_depth (const char *text,
             GError    **error)
{
  gboolean in_string = FALSE;
  guint depth = 0;

  for (const char *at = text; *at != '\0'; at++)
    {
      if (*at == '"')
        in_string = !in_string;
      else if (in_string && *at == '\\' && at[1] != '\0')
        at++;
      else if (!in_string && (*at == '[' || *at == '{'))
        depth++;
      else if (!in_string && (*at == ']' || *at == '}') && depth > 0)
        depth--;
      if (depth <= MAX_DEPTH)
        continue;
      g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE, _ ("the JSON text is nested deeper than %d levels"), MAX_DEPTH);
      return FALSE;
    }
  return TRUE;
}

static char *
shorten (const char *text)
{
  return g_utf8_strlen (text, -1) > 60 ? g_utf8_substring (text, 0, 60) : g_strdup (text);
}

GVariant *
text_json_parse (const char *text,
                 GError    **error)
{
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GError) reason = NULL;

  if (!g_utf8_validate (text, -1, NULL))
    {
      g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE, _ ("the message is not UTF-8"));
      return NULL;
    }
  if (!check_depth (text, error) || !check_numbers (text, error))
    return NULL;
  node = json_from_string (text, &reason);
  if (node != NULL)
    return variant_from_node (node);
  {
    g_autofree char *shown = shorten (text);

    g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE,
                 _ ("“%s” is no JSON%s%s: a text stands in double quotes there, or choose --format=text or "
                    "--format=gvariant"),
                 shown, reason != NULL ? " — " : "", reason != NULL ? reason->message : "");
  }
  return NULL;
}

char *
text_json_format (GVariant *value,
                  gboolean  pretty)
{
  g_autoptr (JsonNode) node = thespian_variant_to_json (value);

  return json_to_string (node, pretty);
}
