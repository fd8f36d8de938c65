/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "text-json.h"

#include "tool-error.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

/* As deep as lists of Python and JavaScript. */
#define MAX_DEPTH 42

/* Characters of a text in an error. */
#define MAX_SHOWN 60

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

/* At a quote: the one that ends its string, or the end of the text. */
static const char *
find_end_of_string (const char *at)
{
  for (at++; *at != '\0' && *at != '"'; at++)
    if (*at == '\\' && at[1] != '\0')
      at++;
  return at;
}

static gboolean
has_room_for (const char *number)
{
  if (strpbrk (number, ".eE") != NULL)
    return isfinite (g_ascii_strtod (number, NULL));
  errno = 0;
  g_ascii_strtoll (number, NULL, 10);
  return errno == 0;
}

/* The parser would take a number that it has no room for as another. */
static gboolean
check_numbers (const char *text,
               GError    **error)
{
  gsize length;

  for (const char *at = text; *at != '\0'; at += length)
    {
      g_autofree char *number = NULL;

      if (*at == '"')
        at = find_end_of_string (at);
      length = *at == '-' || g_ascii_isdigit (*at) ? strspn (at, "+-.0123456789eE") : *at != '\0';
      if (length <= 1)
        continue;
      number = g_strndup (at, length);
      if (has_room_for (number))
        continue;
      g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE,
                   _ ("the number “%.40s” is too large as JSON: choose --format=gvariant"), number);
      return FALSE;
    }
  return TRUE;
}

/* The parser would go as deep as the text says, on the stack. */
static gboolean
check_depth (const char *text,
             GError    **error)
{
  guint depth = 0;

  for (const char *at = text; *at != '\0'; at += *at != '\0')
    {
      if (*at == '"')
        at = find_end_of_string (at);
      else if (*at == '[' || *at == '{')
        depth++;
      else if ((*at == ']' || *at == '}') && depth > 0)
        depth--;
      if (depth <= MAX_DEPTH)
        continue;
      g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE, _ ("the JSON text is nested deeper than %d levels"), MAX_DEPTH);
      return FALSE;
    }
  return TRUE;
}

/* Backslashes stand in strings only.  The parser would take this one for the end of its string. */
static gboolean
check_escapes (const char *text,
               GError    **error)
{
  for (const char *at = strchr (text, '\\'); at != NULL && at[1] != '\0'; at = strchr (at + 2, '\\'))
    if (g_str_has_prefix (at, "\\u0000"))
      {
        g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE,
                     _ ("the JSON text has the character \\u0000, and no text can: send bytes with --format=gvariant"));
        return FALSE;
      }
  return TRUE;
}

static char *
shorten (const char *text)
{
  g_autofree char *begin = NULL;

  if (g_utf8_strlen (text, -1) <= MAX_SHOWN)
    return g_strdup (text);
  begin = g_utf8_substring (text, 0, MAX_SHOWN);
  return g_strconcat (begin, "…", NULL);
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
  if (!check_depth (text, error) || !check_numbers (text, error) || !check_escapes (text, error))
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
