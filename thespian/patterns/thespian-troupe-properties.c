/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "patterns/thespian-troupe-private.h"

static GVariant *
string_to_variant (const char *string)
{
  if (string == NULL || !g_utf8_validate (string, -1, NULL))
    return NULL;

  return g_variant_new_string (string);
}

/* The variant, perhaps floating, that would give a property this value; NULL when there is none. */
static GVariant *
value_to_variant (const GValue *value)
{
  switch (G_TYPE_FUNDAMENTAL (G_VALUE_TYPE (value)))
    {
    case G_TYPE_BOOLEAN:
      return g_variant_new_boolean (g_value_get_boolean (value));

    case G_TYPE_INT:
      return g_variant_new_int32 (g_value_get_int (value));

    case G_TYPE_UINT:
      return g_variant_new_uint32 (g_value_get_uint (value));

    case G_TYPE_INT64:
      return g_variant_new_int64 (g_value_get_int64 (value));

    case G_TYPE_UINT64:
      return g_variant_new_uint64 (g_value_get_uint64 (value));

    case G_TYPE_DOUBLE:
      return g_variant_new_double (g_value_get_double (value));

    case G_TYPE_STRING:
      return string_to_variant (g_value_get_string (value));

    case G_TYPE_VARIANT:
      return g_value_dup_variant (value);

    default:
      break;
    }

  if (G_VALUE_HOLDS (value, G_TYPE_STRV) && g_value_get_boxed (value) != NULL)
    return g_variant_new_strv (g_value_get_boxed (value), -1);

  return NULL;
}

/*
 * The properties of @actor that a creator can give, with the values that they have now: what its
 * workers are made with.
 */
GVariant *
thespian_troupe_dup_properties (ThespianActor *actor)
{
  g_autofree GParamSpec **pspecs = NULL;
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  guint n_pspecs;

  pspecs = g_object_class_list_properties (G_OBJECT_GET_CLASS (actor), &n_pspecs);
  for (guint i = 0; i < n_pspecs; i++)
    {
      g_auto (GValue) value = G_VALUE_INIT;
      g_autoptr (GVariant) variant = NULL;

      if ((pspecs[i]->flags & G_PARAM_READWRITE) != G_PARAM_READWRITE)
        continue;

      g_value_init (&value, pspecs[i]->value_type);
      g_object_get_property (G_OBJECT (actor), pspecs[i]->name, &value);
      if (g_param_value_defaults (pspecs[i], &value))
        continue;

      variant = value_to_variant (&value);
      if (variant != NULL)
        g_variant_builder_add (&builder, "{sv}", pspecs[i]->name, g_variant_take_ref (variant));
    }

  return g_variant_builder_end (&builder);
}
