/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "message.h"

#include "text-json.h"
#include "tool-error.h"

#include <glib/gi18n.h>

/* --- Formats ---------------------------------------------------------------------------------------------- */

static const char *const format_names[] = { "json", "gvariant", "text", "address" };

gboolean
message_format_parse (const char    *name,
                      MessageFormat *ret_format,
                      GError       **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (format_names); i++)
    if (g_str_equal (name, format_names[i]))
      {
        *ret_format = (MessageFormat) i;
        return TRUE;
      }
  g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE,
               _ ("“%s” is no format of messages: choose json, gvariant, text or address"), name);
  return FALSE;
}

/* --- What is sent ----------------------------------------------------------------------------------------- */

/* Compound values of JSON travel as Python's and JavaScript's do: in a box, so that they arrive as their own. */
static GVariant *
parse_json (const char *text,
            GError    **error)
{
  g_autoptr (GError) reason = NULL;
  gboolean is_json;
  GVariant *value = text_json_parse (text, &is_json, &reason);

  if (value == NULL)
    {
      g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE,
                   is_json ? _ ("%s: choose --format=gvariant")
                           : _ ("%s: a text stands in double quotes there, or choose --format=text or --format=gvariant"),
                   reason->message);
      return NULL;
    }
  return g_variant_is_container (value) ? g_variant_new_variant (value) : value;
}

static GVariant *
parse_gvariant (const char *text,
                GError    **error)
{
  g_autoptr (GError) reason = NULL;
  GVariant *value = g_variant_parse (NULL, text, NULL, NULL, &reason);

  if (value == NULL)
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE, _ ("“%s” is no GVariant text: %s"), text, reason->message);
  return value;
}

static GVariant *
parse_text (const char *text,
            GError    **error)
{
  if (g_utf8_validate (text, -1, NULL))
    return g_variant_new_string (text);
  g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE, _ ("the message is not UTF-8"));
  return NULL;
}

static GVariant *
parse_address (const char *text,
               GError    **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (ThespianAddress) address = thespian_address_from_token (text, &reason);

  if (address == NULL)
    g_set_error_literal (error, TOOL_ERROR, TOOL_ERROR_USAGE, reason->message);
  return address != NULL ? thespian_address_to_variant (address) : NULL;
}

GVariant *
message_parse (MessageFormat format,
               const char   *text,
               GError      **error)
{
  GVariant *(*const parsers[]) (const char *, GError **) = { parse_json, parse_gvariant, parse_text, parse_address };
  GVariant *value = parsers[format](text, error);

  return value != NULL ? g_variant_take_ref (value) : NULL;
}

/* Of containers, boxes and entries of dictionaries among them. */
static guint
get_depth (GVariant *value)
{
  guint depth = 0;

  if (!g_variant_is_container (value))
    return 0;
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_BYTESTRING))
    return 1;
  for (gsize i = 0; i < g_variant_n_children (value); i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (value, i);
      guint child_depth = get_depth (child);

      depth = MAX (depth, child_depth);
    }
  return depth + 1;
}

gboolean
message_check_depth (GVariant *variant,
                     guint     max_depth,
                     GError  **error)
{
  guint depth = get_depth (variant);

  if (depth <= max_depth)
    return TRUE;
  g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE,
               _ ("the message is nested too deep: %u containers one in another, boxes and entries of dictionaries among "
                  "them, and at most %u can be sent"),
               depth, max_depth);
  return FALSE;
}

static void
take_bytes (GVariant *variant,
            GValue   *value)
{
  g_value_init (value, G_TYPE_BYTES);
  g_value_take_boxed (value, g_variant_get_data_as_bytes (variant));
}

static gboolean
take_address (GVariant *variant,
              GValue   *value)
{
  ThespianAddress *address = NULL;

  if (g_variant_is_of_type (variant, G_VARIANT_TYPE ("(tt)")))
    address = thespian_address_from_variant (variant, NULL);
  if (address == NULL)
    return FALSE;
  g_value_init (value, THESPIAN_TYPE_ADDRESS);
  g_value_take_object (value, address);
  return TRUE;
}

/* Numbers, texts, bytes and addresses have types of their own; all else is a variant. */
void
message_to_value (GVariant *variant,
                  GValue   *value)
{
  if (take_address (variant, value))
    return;
  if (g_variant_is_of_type (variant, G_VARIANT_TYPE_BYTESTRING))
    take_bytes (variant, value);
  else if (g_variant_is_of_type (variant, G_VARIANT_TYPE_BASIC) &&
           !g_variant_is_of_type (variant, G_VARIANT_TYPE_OBJECT_PATH) &&
           !g_variant_is_of_type (variant, G_VARIANT_TYPE_SIGNATURE) &&
           !g_variant_is_of_type (variant, G_VARIANT_TYPE_HANDLE))
    g_dbus_gvariant_to_gvalue (variant, value);
  else
    {
      g_value_init (value, G_TYPE_VARIANT);
      g_value_set_variant (value, variant);
    }
}

/* --- What comes ------------------------------------------------------------------------------------------- */

Answer *
answer_new (const char *type,
            GVariant   *content)
{
  Answer *self = g_new0 (Answer, 1);

  self->content = content != NULL ? g_variant_ref_sink (content) : NULL;
  self->type = g_strdup (type != NULL || content == NULL ? type : g_variant_get_type_string (content));
  return self;
}

void
answer_free (Answer *self)
{
  g_clear_pointer (&self->content, g_variant_unref);
  g_free (self->failure);
  g_free (self->type);
  g_free (self);
}

static GVariant *content_from_value (const GValue *value);

static GVariant *
content_from_number (const GValue *value)
{
  g_auto (GValue) whole = G_VALUE_INIT;

  switch (G_TYPE_FUNDAMENTAL (G_VALUE_TYPE (value)))
    {
    case G_TYPE_BOOLEAN:
      return g_variant_new_boolean (g_value_get_boolean (value));
    case G_TYPE_INT:
      return g_variant_new_int32 (g_value_get_int (value));
    case G_TYPE_UINT:
      return g_variant_new_uint32 (g_value_get_uint (value));
    case G_TYPE_UINT64:
      return g_variant_new_uint64 (g_value_get_uint64 (value));
    case G_TYPE_ULONG:
      return g_variant_new_uint64 (g_value_get_ulong (value));
    case G_TYPE_FLOAT:
      return g_variant_new_double ((double) g_value_get_float (value));
    case G_TYPE_DOUBLE:
      return g_variant_new_double (g_value_get_double (value));
    default:
      g_value_init (&whole, G_TYPE_INT64);
      return g_value_transform (value, &whole) ? g_variant_new_int64 (g_value_get_int64 (&whole)) : NULL;
    }
}

static GVariant *
content_from_boxed (const GValue *value)
{
  if (g_value_get_boxed (value) == NULL)
    return g_variant_new_maybe (G_VARIANT_TYPE_VARIANT, NULL);
  if (G_VALUE_HOLDS (value, G_TYPE_BYTES))
    return g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, g_value_get_boxed (value), TRUE);
  if (G_VALUE_HOLDS (value, G_TYPE_STRV))
    return g_variant_new_strv (g_value_get_boxed (value), -1);
  return NULL;
}

static void
add_property (GVariantBuilder *builder,
              GObject         *object,
              GParamSpec      *pspec)
{
  g_auto (GValue) value = G_VALUE_INIT;
  GVariant *content;

  if ((pspec->flags & G_PARAM_READABLE) == 0)
    return;
  g_value_init (&value, pspec->value_type);
  g_object_get_property (object, pspec->name, &value);
  content = content_from_value (&value);
  if (content != NULL)
    g_variant_builder_add (builder, "{sv}", pspec->name, content);
}

static GVariant *
content_from_object (GObject *object)
{
  GVariantBuilder builder;
  guint n;
  g_autofree GParamSpec **pspecs = NULL;

  if (object == NULL)
    return g_variant_new_maybe (G_VARIANT_TYPE_VARIANT, NULL);
  if (THESPIAN_IS_ADDRESS (object))
    return g_variant_new_take_string (thespian_address_to_token (THESPIAN_ADDRESS (object)));
  pspecs = g_object_class_list_properties (G_OBJECT_GET_CLASS (object), &n);
  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  for (guint i = 0; i < n; i++)
    add_property (&builder, object, pspecs[i]);
  return g_variant_builder_end (&builder);
}

static GVariant *
content_from_string (const char *text)
{
  if (text == NULL)
    return g_variant_new_maybe (G_VARIANT_TYPE_STRING, NULL);
  return g_utf8_validate (text, -1, NULL) ? g_variant_new_string (text) : NULL;
}

/* NULL for what has no form here. */
static GVariant *
content_from_value (const GValue *value)
{
  GVariant *variant;

  switch (G_TYPE_FUNDAMENTAL (G_VALUE_TYPE (value)))
    {
    case G_TYPE_STRING:
      return content_from_string (g_value_get_string (value));
    case G_TYPE_VARIANT:
      variant = g_value_get_variant (value);
      return variant != NULL ? variant : g_variant_new_maybe (G_VARIANT_TYPE_VARIANT, NULL);
    case G_TYPE_BOXED:
      return content_from_boxed (value);
    case G_TYPE_OBJECT:
      return content_from_object (g_value_get_object (value));
    default:
      return content_from_number (value);
    }
}

static const char *
type_of_value (const GValue *value)
{
  GType type = G_VALUE_TYPE (value);

  return type == G_TYPE_VARIANT || type == G_TYPE_BYTES || G_TYPE_IS_VALUE_ABSTRACT (type) ||
                 (type == G_TYPE_FUNDAMENTAL (type) && type != G_TYPE_OBJECT)
             ? NULL
             : g_type_name (type);
}

Answer *
answer_from_value (const GValue *value)
{
  const GValue *inner = value;
  GVariant *content;
  Answer *self;

  if (G_VALUE_HOLDS (value, THESPIAN_TYPE_POISON_MESSAGE))
    inner = thespian_poison_message_get_message (g_value_get_object (value));
  content = content_from_value (inner);
  self = answer_new (content != NULL ? type_of_value (inner) : G_VALUE_TYPE_NAME (inner), content);
  if (inner != value)
    self->failure = g_strdup (thespian_poison_message_get_details (g_value_get_object (value)));
  return self;
}

/* Lists and dictionaries of Python and JavaScript come in a box. */
static GVariant *
unbox (GVariant *content)
{
  return g_variant_is_of_type (content, G_VARIANT_TYPE_VARIANT) ? g_variant_get_variant (content)
                                                               : g_variant_ref (content);
}

char *
answer_format (Answer       *self,
               MessageFormat format)
{
  g_autoptr (GVariant) content = NULL;

  if (self->content == NULL)
    return g_strdup_printf ("<%s>", self->type);
  if (format == MESSAGE_GVARIANT)
    return g_variant_print (self->content, TRUE);
  content = unbox (self->content);
  if (format == MESSAGE_TEXT && g_variant_is_of_type (content, G_VARIANT_TYPE_STRING))
    return g_variant_dup_string (content, NULL);
  return text_json_format (content);
}
