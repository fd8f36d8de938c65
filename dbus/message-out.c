/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* From actors to D-Bus. */

#include "config.h"

#include "message.h"

#include <string.h>

/* Messages within messages, such as what a poison message brings. */
#define MAX_OBJECTS 8

static GVariant *to_variant (const GValue *value, guint depth, GError **error);

static GVariant *
refuse (const GValue *value,
        const char   *problem,
        GError      **error)
{
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_NOT_SERIALIZABLE, "D-Bus cannot carry a message of type %s: %s",
               G_VALUE_TYPE_NAME (value), problem);
  return NULL;
}

static GVariant *
number_to_variant (const GValue *value)
{
  switch (g_type_fundamental (G_VALUE_TYPE (value)))
    {
    case G_TYPE_CHAR:
      return g_variant_new_int16 (g_value_get_schar (value));
    case G_TYPE_UCHAR:
      return g_variant_new_byte (g_value_get_uchar (value));
    case G_TYPE_BOOLEAN:
      return g_variant_new_boolean (g_value_get_boolean (value));
    case G_TYPE_INT:
      return g_variant_new_int32 (g_value_get_int (value));
    case G_TYPE_UINT:
      return g_variant_new_uint32 (g_value_get_uint (value));
    case G_TYPE_LONG:
      return g_variant_new_int64 (g_value_get_long (value));
    case G_TYPE_ULONG:
      return g_variant_new_uint64 (g_value_get_ulong (value));
    case G_TYPE_INT64:
      return g_variant_new_int64 (g_value_get_int64 (value));
    case G_TYPE_UINT64:
      return g_variant_new_uint64 (g_value_get_uint64 (value));
    case G_TYPE_FLOAT:
      return g_variant_new_double ((double) g_value_get_float (value));
    case G_TYPE_DOUBLE:
      return g_variant_new_double (g_value_get_double (value));
    case G_TYPE_ENUM:
      return g_variant_new_int32 (g_value_get_enum (value));
    case G_TYPE_FLAGS:
      return g_variant_new_uint32 (g_value_get_flags (value));
    default:
      return NULL;
    }
}

static GVariant *
null_to_variant (const GValue *value)
{
  return g_variant_new ("(sa{sv})", G_VALUE_TYPE_NAME (value), NULL);
}

static GVariant *
string_to_variant (const GValue *value,
                   GError      **error)
{
  const char *text = g_value_get_string (value);

  if (text == NULL)
    return null_to_variant (value);
  if (!g_utf8_validate (text, -1, NULL))
    return refuse (value, "the text is no UTF-8", error);
  return g_variant_new_string (text);
}

static GVariant *
strv_to_variant (const GValue *value,
                 GError      **error)
{
  const char *const *texts = g_value_get_boxed (value);

  for (gsize i = 0; texts[i] != NULL; i++)
    if (!g_utf8_validate (texts[i], -1, NULL))
      return refuse (value, "one of the texts is no UTF-8", error);
  return g_variant_new_strv (texts, -1);
}

static GVariant *
boxed_to_variant (const GValue *value,
                  guint         depth,
                  GError      **error)
{
  if (g_value_get_boxed (value) == NULL)
    return null_to_variant (value);
  if (G_VALUE_HOLDS (value, G_TYPE_BYTES))
    return g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, g_value_get_boxed (value), TRUE);
  if (G_VALUE_HOLDS (value, G_TYPE_STRV))
    return strv_to_variant (value, error);
  if (G_VALUE_HOLDS (value, G_TYPE_VALUE))
    return to_variant (g_value_get_boxed (value), depth + 1, error);
  return refuse (value, "it is a boxed type", error);
}

static GVariant *
address_to_variant (ThespianAddress *address)
{
  g_autofree char *token = thespian_address_to_token (address);
  g_autofree char *printable = thespian_address_to_string (address);

  return g_variant_new_parsed ("(%s, {'token': <%s>, 'address': <%s>})", g_type_name (THESPIAN_TYPE_ADDRESS), token,
                               printable);
}

static gboolean
add_property (GVariantBuilder *builder,
              GObject         *object,
              GParamSpec      *pspec,
              guint            depth,
              GError         **error)
{
  g_auto (GValue) content = G_VALUE_INIT;
  GVariant *variant;

  if ((pspec->flags & G_PARAM_READABLE) == 0)
    return TRUE;
  g_value_init (&content, pspec->value_type);
  g_object_get_property (object, pspec->name, &content);
  variant = to_variant (&content, depth + 1, error);
  if (variant == NULL)
    return FALSE;
  g_variant_builder_add (builder, "{sv}", pspec->name, variant);
  return TRUE;
}

static GVariant *
object_to_variant (const GValue *value,
                   guint         depth,
                   GError      **error)
{
  GObject *object = g_value_get_object (value);
  GVariantBuilder builder;
  g_autofree GParamSpec **pspecs = NULL;
  guint n_pspecs;

  if (object == NULL)
    return null_to_variant (value);
  if (THESPIAN_IS_ADDRESS (object))
    return address_to_variant (THESPIAN_ADDRESS (object));

  pspecs = g_object_class_list_properties (G_OBJECT_GET_CLASS (object), &n_pspecs);
  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  for (guint i = 0; i < n_pspecs; i++)
    if (!add_property (&builder, object, pspecs[i], depth, error))
      {
        g_variant_builder_clear (&builder);
        return NULL;
      }
  return g_variant_new ("(sa{sv})", G_OBJECT_TYPE_NAME (object), &builder);
}

/* A floating variant that need not be fit for D-Bus. */
static GVariant *
to_variant (const GValue *value,
            guint         depth,
            GError      **error)
{
  GVariant *number = number_to_variant (value);

  if (number != NULL)
    return number;
  if (depth > MAX_OBJECTS)
    return refuse (value, "it is nested too deeply", error);

  switch (g_type_fundamental (G_VALUE_TYPE (value)))
    {
    case G_TYPE_STRING:
      return string_to_variant (value, error);
    case G_TYPE_VARIANT:
      return g_value_get_variant (value) != NULL ? g_value_get_variant (value) : null_to_variant (value);
    case G_TYPE_BOXED:
      return boxed_to_variant (value, depth, error);
    case G_TYPE_OBJECT:
    case G_TYPE_INTERFACE:
      return object_to_variant (value, depth, error);
    default:
      return refuse (value, "it has no counterpart there", error);
    }
}

GVariant *
message_to_variant (const GValue *value,
                    GError      **error)
{
  g_autoptr (GVariant) variant = to_variant (value, 0, error);

  if (variant == NULL)
    return NULL;
  g_variant_ref_sink (variant);
  if (!message_check (variant, error))
    return NULL;
  return g_steal_pointer (&variant);
}
