/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * How an object travels: as the variant that it makes of itself, or by its properties, which are a
 * dictionary a{s(sv)} of names and values.
 */

#include "config.h"

#include "wire/thespian-object-codec-private.h"

#include "model/thespian-error.h"
#include "model/thespian-serializable.h"
#include "wire/thespian-codec-private.h"

#define PROPERTIES_FORMAT "a{s(sv)}"

static gboolean
travels (GParamSpec *pspec)
{
  return (pspec->flags & G_PARAM_READABLE) != 0 &&
         (pspec->flags & (G_PARAM_WRITABLE | G_PARAM_CONSTRUCT | G_PARAM_CONSTRUCT_ONLY)) != 0;
}

static gboolean
add_property (GVariantBuilder *builder,
              GObject         *object,
              GParamSpec      *pspec,
              GError         **error)
{
  g_auto (GValue) value = G_VALUE_INIT;
  GVariant *encoded;

  g_value_init (&value, pspec->value_type);
  g_object_get_property (object, pspec->name, &value);
  encoded = thespian_codec_encode (&value, error);
  if (encoded == NULL)
    {
      g_prefix_error (error, "The property “%s” of a %s: ", pspec->name, G_OBJECT_TYPE_NAME (object));
      return FALSE;
    }
  g_variant_builder_add (builder, "{s@(sv)}", pspec->name, encoded);
  return TRUE;
}

static GVariant *
encode_properties (GObject *object,
                   GError **error)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE (PROPERTIES_FORMAT));
  g_autofree GParamSpec **pspecs = NULL;
  guint n_pspecs;

  pspecs = g_object_class_list_properties (G_OBJECT_GET_CLASS (object), &n_pspecs);
  for (guint i = 0; i < n_pspecs; i++)
    if (travels (pspecs[i]) && !add_property (&builder, object, pspecs[i], error))
      return NULL;
  return g_variant_builder_end (&builder);
}

GVariant *
thespian_object_codec_encode (GObject *object,
                              GError **error)
{
  ThespianSerializableInterface *iface;

  if (!THESPIAN_IS_SERIALIZABLE (object))
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_NOT_SERIALIZABLE,
                   "A %s cannot leave its process: its type does not implement ThespianSerializable",
                   G_OBJECT_TYPE_NAME (object));
      return NULL;
    }
  iface = THESPIAN_SERIALIZABLE_GET_IFACE (object);
  if (iface->serialize == NULL)
    return encode_properties (object, error);
  return iface->serialize (THESPIAN_SERIALIZABLE (object), error);
}

typedef struct
{
  GPtrArray *names;
  GArray *values; /* of GValue */
} Properties;

static void
properties_clear (Properties *properties)
{
  g_ptr_array_unref (properties->names);
  for (guint i = 0; i < properties->values->len; i++)
    g_value_unset (&g_array_index (properties->values, GValue, i));
  g_array_unref (properties->values);
}

static gboolean
decode_property (GObjectClass *klass,
                 const char   *name,
                 GVariant     *encoded,
                 Properties   *properties,
                 GError      **error)
{
  GParamSpec *pspec = g_object_class_find_property (klass, name);
  GValue value = G_VALUE_INIT;

  if (pspec == NULL || !travels (pspec))
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT, "A %s has no property “%s” to be set",
                   G_OBJECT_CLASS_NAME (klass), name);
      return FALSE;
    }
  if (!thespian_codec_decode (encoded, &value, error))
    return FALSE;
  if (!g_type_is_a (G_VALUE_TYPE (&value), pspec->value_type))
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
                   "The property “%s” of a %s is a %s: expected a %s", name, G_OBJECT_CLASS_NAME (klass),
                   G_VALUE_TYPE_NAME (&value), g_type_name (pspec->value_type));
      g_value_unset (&value);
      return FALSE;
    }
  g_ptr_array_add (properties->names, (gpointer) pspec->name);
  g_array_append_val (properties->values, value);
  return TRUE;
}

static GObject *
decode_properties (GType     type,
                   GVariant *content,
                   GError  **error)
{
  g_autoptr (GTypeClass) klass = g_type_class_ref (type);
  Properties properties = { g_ptr_array_new (), g_array_new (FALSE, FALSE, sizeof (GValue)) };
  GObject *object = NULL;
  GVariantIter iter;
  const char *name;
  GVariant *encoded;
  gboolean ok = TRUE;

  g_variant_iter_init (&iter, content);
  while (ok && g_variant_iter_next (&iter, "{&s@(sv)}", &name, &encoded))
    {
      ok = decode_property (G_OBJECT_CLASS (klass), name, encoded, &properties, error);
      g_variant_unref (encoded);
    }
  if (ok)
    object = g_object_new_with_properties (type, properties.names->len, (const char **) properties.names->pdata,
                                           (const GValue *) properties.values->data);
  properties_clear (&properties);
  return object;
}

GObject *
thespian_object_codec_decode (GType     type,
                              GVariant *content,
                              GError  **error)
{
  ThespianSerializableInterface *iface;
  g_autoptr (GTypeClass) klass = NULL;
  g_autoptr (GObject) object = NULL;

  if (!g_type_is_a (type, THESPIAN_TYPE_SERIALIZABLE) || G_TYPE_IS_ABSTRACT (type))
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
                   "The type %s does not implement ThespianSerializable, or is abstract", g_type_name (type));
      return NULL;
    }
  klass = g_type_class_ref (type);
  iface = g_type_interface_peek (klass, THESPIAN_TYPE_SERIALIZABLE);
  if (iface->deserialize == NULL)
    {
      if (g_variant_is_of_type (content, G_VARIANT_TYPE (PROPERTIES_FORMAT)))
        return decode_properties (type, content, error);
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
                   "The properties of a %s are of type “%s”: expected “" PROPERTIES_FORMAT "”", g_type_name (type),
                   g_variant_get_type_string (content));
      return NULL;
    }
  object = g_object_new (type, NULL);
  if (!iface->deserialize (THESPIAN_SERIALIZABLE (object), content, error))
    return NULL;
  return g_steal_pointer (&object);
}
