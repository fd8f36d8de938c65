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

/* --- What the parser takes, and JSON has not, or a message --------------------------------------------------------- */

#define NUMBER "^-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?\\z"
/* Of what numbers and names are made of, and the other numbers that the parser knows. */
#define WORD_CHARACTERS "+-.$_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define OTHER_CHARACTERS " \t\r\n[]{},:"

/* At a quote: the one that ends its string, or the end of the text. */
static const char *
find_end_of_string (const char *at)
{
  for (at++; *at != '\0' && *at != '"'; at++)
    if (*at == '\\' && at[1] != '\0')
      at++;
  return at;
}

/* The next number or name at or after @at, outside of strings; NULL when there is none.  @ret_is_plain: nothing that JSON
 * has not was left out before it. */
static char *
take_word (const char **at,
           gboolean    *ret_is_plain)
{
  *ret_is_plain = TRUE;
  for (; **at != '\0'; (*at)++)
    {
      gsize length = strspn (*at, WORD_CHARACTERS);

      if (length > 0)
        {
          char *word = g_strndup (*at, length);

          *at += length;
          return word;
        }
      if (**at == '"')
        *at = find_end_of_string (*at);
      else if (strchr (OTHER_CHARACTERS, **at) == NULL)
        *ret_is_plain = FALSE;
      if (**at == '\0')
        break;
    }
  return NULL;
}

static gboolean
is_number (const char *word)
{
  return g_regex_match_simple (NUMBER, word, 0, 0);
}

static gboolean
is_name (const char *word)
{
  return g_str_equal (word, "true") || g_str_equal (word, "false") || g_str_equal (word, "null");
}

/* The parser would take 010 for 8, and has other quotes. */
static gboolean
is_plain (const char *text)
{
  const char *at = text;
  gboolean plain = TRUE;
  char *word;

  while (plain && (word = take_word (&at, &plain)) != NULL)
    {
      plain = plain && (is_number (word) || is_name (word));
      g_free (word);
    }
  return plain;
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
  const char *at = text;
  gboolean plain, good = TRUE;
  char *word;

  while (good && (word = take_word (&at, &plain)) != NULL)
    {
      good = is_name (word) || has_room_for (word);
      if (!good)
        g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE, _ ("the number “%.40s” is too large as JSON"), word);
      g_free (word);
    }
  return good;
}

/* The parser would go as deep as the text says, on the stack.  @ret_is_even: all that begins ends. */
static gboolean
check_depth (const char *text,
             gboolean   *ret_is_even,
             GError    **error)
{
  guint depth = 0, max_depth = 0;

  for (const char *at = text; *at != '\0'; at += *at != '\0')
    {
      if (*at == '"')
        at = find_end_of_string (at);
      else if (*at == '[' || *at == '{')
        depth++;
      else if ((*at == ']' || *at == '}') && depth > 0)
        depth--;
      max_depth = MAX (max_depth, depth);
    }
  *ret_is_even = depth == 0;
  if (max_depth <= MAX_DEPTH)
    return TRUE;
  g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE, _ ("the JSON text is nested deeper than %d levels"), MAX_DEPTH);
  return FALSE;
}

/* Backslashes stand in strings only.  The parser would take this one for the end of its string. */
static gboolean
check_escapes (const char *text,
               GError    **error)
{
  for (const char *at = strchr (text, '\\'); at != NULL && at[1] != '\0'; at = strchr (at + 2, '\\'))
    if (g_str_has_prefix (at, "\\u0000"))
      {
        g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE, _ ("the JSON text has the character \\u0000, and no text can"));
        return FALSE;
      }
  return TRUE;
}

/* --- All of it ------------------------------------------------------------------------------------------------ */

static char *
shorten (const char *text)
{
  g_autofree char *begin = NULL;

  if (g_utf8_strlen (text, -1) <= MAX_SHOWN)
    return g_strdup (text);
  begin = g_utf8_substring (text, 0, MAX_SHOWN);
  return g_strconcat (begin, "…", NULL);
}

static JsonNode *
parse (const char *text,
       GError    **error)
{
  g_autoptr (GError) reason = NULL;
  g_autofree char *shown = shorten (text);
  JsonNode *node = is_plain (text) ? json_from_string (text, &reason) : NULL;

  if (node == NULL)
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE, _ ("“%s” is no JSON%s%s"), shown, reason != NULL ? " — " : "",
                 reason != NULL ? reason->message : "");
  return node;
}

GVariant *
text_json_parse (const char *text,
                 gboolean   *ret_is_json,
                 GError    **error)
{
  g_autoptr (JsonNode) node = NULL;

  if (!check_depth (text, ret_is_json, error))
    return NULL;
  node = parse (text, error);
  *ret_is_json = node != NULL;
  if (node == NULL || !check_numbers (text, error) || !check_escapes (text, error))
    return NULL;
  return variant_from_node (node);
}
