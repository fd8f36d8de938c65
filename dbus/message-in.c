/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* From D-Bus to actors. */

#include "config.h"

#include "message.h"

#define ADDRESS_TYPE "ThespianAddress"

static gboolean
take_number (GVariant *variant,
             GValue   *value)
{
  switch (*g_variant_get_type_string (variant))
    {
    case 'b':
      g_value_set_boolean (g_value_init (value, G_TYPE_BOOLEAN), g_variant_get_boolean (variant));
      return TRUE;
    case 'y':
      g_value_set_uchar (g_value_init (value, G_TYPE_UCHAR), g_variant_get_byte (variant));
      return TRUE;
    case 'i':
      g_value_set_int (g_value_init (value, G_TYPE_INT), g_variant_get_int32 (variant));
      return TRUE;
    case 'u':
      g_value_set_uint (g_value_init (value, G_TYPE_UINT), g_variant_get_uint32 (variant));
      return TRUE;
    case 'x':
      g_value_set_int64 (g_value_init (value, G_TYPE_INT64), g_variant_get_int64 (variant));
      return TRUE;
    case 't':
      g_value_set_uint64 (g_value_init (value, G_TYPE_UINT64), g_variant_get_uint64 (variant));
      return TRUE;
    case 'd':
      g_value_set_double (g_value_init (value, G_TYPE_DOUBLE), g_variant_get_double (variant));
      return TRUE;
    default:
      return FALSE;
    }
}

static gboolean
is_address (GVariant *variant)
{
  const char *type;

  if (!g_variant_is_of_type (variant, G_VARIANT_TYPE ("(sa{sv})")))
    return FALSE;
  g_variant_get_child (variant, 0, "&s", &type);
  return g_str_equal (type, ADDRESS_TYPE);
}

static ThespianAddress *
read_address (GVariant       *variant,
              MessageFindFunc find,
              gpointer        data,
              GError        **error)
{
  g_autoptr (GVariant) dict = g_variant_get_child_value (variant, 1);
  ThespianAddress *address;
  const char *text;

  if (g_variant_lookup (dict, "token", "&s", &text))
    return thespian_address_from_token (text, error);
  if (!g_variant_lookup (dict, "address", "&s", &text))
    {
      g_set_error_literal (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ACTOR_ADDRESS,
                           "A message (sa{sv}) of " ADDRESS_TYPE " needs a “token” or an “address”, of type “s”");
      return NULL;
    }
  address = find (text, data);
  if (address == NULL)
    g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ACTOR_ADDRESS,
                 "“%.60s” is the address of no listed actor: use a token", text);
  return address;
}

static gboolean
take_address (GVariant       *variant,
              MessageFindFunc find,
              gpointer        data,
              GValue         *value,
              GError        **error)
{
  ThespianAddress *address = read_address (variant, find, data, error);

  if (address == NULL)
    return FALSE;
  g_value_take_object (g_value_init (value, THESPIAN_TYPE_ADDRESS), address);
  return TRUE;
}

static void
take_variant (GVariant *variant,
              GValue   *value)
{
  if (g_variant_is_of_type (variant, G_VARIANT_TYPE_STRING))
    g_value_take_string (g_value_init (value, G_TYPE_STRING), g_variant_dup_string (variant, NULL));
  else if (g_variant_is_of_type (variant, G_VARIANT_TYPE_BYTESTRING))
    g_value_take_boxed (g_value_init (value, G_TYPE_BYTES), g_variant_get_data_as_bytes (variant));
  else if (g_variant_is_of_type (variant, G_VARIANT_TYPE_STRING_ARRAY))
    g_value_take_boxed (g_value_init (value, G_TYPE_STRV), g_variant_dup_strv (variant, NULL));
  else
    g_value_set_variant (g_value_init (value, G_TYPE_VARIANT), variant);
}

gboolean
message_from_variant (GVariant       *variant,
                      MessageFindFunc find,
                      gpointer        data,
                      GValue         *value,
                      GError        **error)
{
  /* What was put together by hand inside this process is not in normal form, but what came by the bus is. */
  if (!message_check (variant, error))
    return FALSE;
  if (is_address (variant))
    return take_address (variant, find, data, value, error);
  if (!take_number (variant, value))
    take_variant (variant, value);
  return TRUE;
}
