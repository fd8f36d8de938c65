/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * How an object travels: as the variant that it makes of itself, or by its properties, each a name
 * and a body.  And how a boxed value does: as the variant that its codec makes of it.
 */

#include "config.h"

#include "wire/thespian-body-format-private.h"

#include "model/thespian-boxed-private.h"
#include "model/thespian-error.h"
#include "model/thespian-serializable.h"
#include "model/thespian-value-private.h"

typedef enum
{
  FORM_VARIANT = 1,
  FORM_PROPERTIES = 2,
} Form;

/* What comes from user code may lack the error that it should have. */
static void
complete_error (GError     *source,
                GError    **error,
                int         code,
                const char *action,
                GType       type)
{
  if (source != NULL)
    g_propagate_error (error, source);
  else
    g_set_error (error, THESPIAN_ERROR, code, "A %s could not be %s, and did not say why",
                 g_type_name (type), action);
}

/* --- Writing --------------------------------------------------------------------------------- */

static gboolean
put_made_variant (ThespianBodyWriter *self,
                  GVariant           *variant,
                  GError             *source,
                  GType               type,
                  GError            **error)
{
  g_autoptr (GVariant) owned = NULL;

  if (variant == NULL)
    {
      complete_error (source, error, THESPIAN_ERROR_NOT_SERIALIZABLE, "serialised", type);
      return FALSE;
    }
  owned = g_variant_take_ref (variant);
  return thespian_body_put_variant (self, owned, error);
}

static gboolean
travels (GParamSpec *pspec)
{
  return (pspec->flags & G_PARAM_READABLE) != 0 &&
         (pspec->flags & (G_PARAM_WRITABLE | G_PARAM_CONSTRUCT | G_PARAM_CONSTRUCT_ONLY)) != 0;
}

/* What GObject would warn of, and change, when it is set. */
static gboolean
check_range (GParamSpec   *pspec,
             const GValue *value,
             const char   *type_name,
             int           code,
             GError      **error)
{
  g_auto (GValue) copy = G_VALUE_INIT;
  g_autofree char *text = NULL;

  /* not g_param_value_is_valid(), which in GLib 2.74 takes no NULL for an object */
  thespian_value_copy_into (value, &copy);
  if ((pspec->flags & G_PARAM_LAX_VALIDATION) != 0 || !g_param_value_validate (pspec, &copy))
    return TRUE;
  text = thespian_value_to_string (value);
  g_set_error (error, THESPIAN_ERROR, code, "The property “%s” of a %s is out of its range: %s",
               pspec->name, type_name, text);
  return FALSE;
}

static gboolean
put_property (ThespianBodyWriter *self,
              GObject            *object,
              GParamSpec         *pspec,
              GError            **error)
{
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, pspec->value_type);
  g_object_get_property (object, pspec->name, &value);
  if (!check_range (pspec, &value, G_OBJECT_TYPE_NAME (object), THESPIAN_ERROR_NOT_SERIALIZABLE,
                    error))
    return FALSE;
  if (thespian_body_put_name (self, pspec->name, error) &&
      thespian_body_put_nested (self, &value, error))
    return TRUE;
  g_prefix_error (error, "The property “%s” of a %s: ", pspec->name, G_OBJECT_TYPE_NAME (object));
  return FALSE;
}

static gboolean
put_properties (ThespianBodyWriter *self,
                GObject            *object,
                GError            **error)
{
  g_autofree GParamSpec **pspecs = NULL;
  guint n_pspecs, n = 0;

  pspecs = g_object_class_list_properties (G_OBJECT_GET_CLASS (object), &n_pspecs);
  for (guint i = 0; i < n_pspecs; i++)
    if (travels (pspecs[i]))
      pspecs[n++] = pspecs[i];

  thespian_body_put_u32 (self, n);
  for (guint i = 0; i < n; i++)
    if (!put_property (self, object, pspecs[i], error))
      return FALSE;
  return TRUE;
}

gboolean
thespian_body_put_object (ThespianBodyWriter *self,
                          GObject            *object,
                          GError            **error)
{
  ThespianSerializableInterface *iface;
  GError *source = NULL;
  GVariant *content;

  if (!THESPIAN_IS_SERIALIZABLE (object))
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_NOT_SERIALIZABLE,
                   "A %s cannot leave its process: "
                   "its type does not implement ThespianSerializable",
                   G_OBJECT_TYPE_NAME (object));
      return FALSE;
    }
  iface = THESPIAN_SERIALIZABLE_GET_IFACE (object);
  if (iface->serialize == NULL)
    {
      thespian_body_put_u8 (self, FORM_PROPERTIES);
      return put_properties (self, object, error);
    }
  thespian_body_put_u8 (self, FORM_VARIANT);
  content = iface->serialize (THESPIAN_SERIALIZABLE (object), &source);
  return put_made_variant (self, content, source, G_OBJECT_TYPE (object), error);
}

gboolean
thespian_body_put_boxed (ThespianBodyWriter *self,
                         const GValue       *value,
                         GError            **error)
{
  const ThespianBoxedCodec *codec = thespian_boxed_find_codec (G_VALUE_TYPE (value));
  GError *source = NULL;
  GVariant *content;

  if (codec == NULL)
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_NOT_SERIALIZABLE,
                   "A value of the boxed type %s cannot leave its process: "
                   "no codec is registered for it",
                   G_VALUE_TYPE_NAME (value));
      return FALSE;
    }
  content = codec->serialize (g_value_get_boxed (value), &source);
  return put_made_variant (self, content, source, G_VALUE_TYPE (value), error);
}

/* --- Reading --------------------------------------------------------------------------------- */

/* The variant that put_made_variant() wrote, which is never missing. */
static GVariant *
get_made_variant (ThespianBodyReader *self,
                  GError            **error)
{
  GVariant *variant;

  if (!thespian_body_get_variant (self, &variant, error))
    return NULL;
  if (variant == NULL)
    thespian_body_refuse (error, "the content of an object is missing");
  return variant;
}

typedef struct
{
  GPtrArray *names;  /* (element-type utf8) of the class's param specs */
  GArray *values; /* (element-type GValue) */
} Properties;

static void
properties_clear (Properties *self)
{
  g_ptr_array_unref (self->names);
  g_array_unref (self->values);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Properties, properties_clear)

static void
properties_init (Properties *self)
{
  self->names = g_ptr_array_new ();
  self->values = g_array_new (FALSE, TRUE, sizeof (GValue));
  g_array_set_clear_func (self->values, (GDestroyNotify) g_value_unset);
}

static GParamSpec *
find_property (ThespianBodyReader *self,
               GObjectClass       *klass,
               Properties         *properties,
               GError            **error)
{
  char name[THESPIAN_BODY_MAX_NAME + 1];
  GParamSpec *pspec;

  if (!thespian_body_get_name (self, name, error))
    return NULL;
  pspec = g_object_class_find_property (klass, name);
  if (pspec != NULL && travels (pspec) &&
      !g_ptr_array_find (properties->names, (gpointer) pspec->name, NULL))
    return pspec;
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
               "A %s has no property “%s” to be set, or it is set twice",
               G_OBJECT_CLASS_NAME (klass), name);
  return NULL;
}

static gboolean
get_property (ThespianBodyReader *self,
              GObjectClass       *klass,
              Properties         *properties,
              GError            **error)
{
  GParamSpec *pspec = find_property (self, klass, properties, error);
  g_auto (GValue) value = G_VALUE_INIT;

  if (pspec == NULL || !thespian_body_get_nested (self, &value, error))
    return FALSE;
  if (!g_type_is_a (G_VALUE_TYPE (&value), pspec->value_type))
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
                   "The property “%s” of a %s is a %s: expected a %s",
                   pspec->name, G_OBJECT_CLASS_NAME (klass), G_VALUE_TYPE_NAME (&value),
                   g_type_name (pspec->value_type));
      return FALSE;
    }
  if (!check_range (pspec, &value, G_OBJECT_CLASS_NAME (klass), THESPIAN_ERROR_INVALID_ARGUMENT,
                    error))
    return FALSE;
  g_ptr_array_add (properties->names, (gpointer) pspec->name);
  g_array_append_val (properties->values, value);
  value = (GValue) G_VALUE_INIT;
  return TRUE;
}

static GObject *
get_properties (ThespianBodyReader *self,
                GType               type,
                GError            **error)
{
  g_autoptr (GTypeClass) klass = g_type_class_ref (type);
  g_auto (Properties) properties = { NULL, NULL };
  GObject *object;
  guint32 n;

  properties_init (&properties);
  if (!thespian_body_get_u32 (self, &n, error))
    return NULL;
  for (guint32 i = 0; i < n; i++)
    if (!get_property (self, G_OBJECT_CLASS (klass), &properties, error))
      return NULL;

  object = g_object_new_with_properties (type, n, (const char **) properties.names->pdata,
                                         (const GValue *) properties.values->data);
  /* a constructor in a language can fail */
  if (object == NULL)
    complete_error (NULL, error, THESPIAN_ERROR_INVALID_ARGUMENT, "made", type);
  return object;
}

static GObject *
get_from_variant (ThespianBodyReader *self,
                  GType               type,
                  GError            **error)
{
  g_autoptr (GVariant) content = get_made_variant (self, error);
  ThespianSerializableInterface *iface;
  g_autoptr (GObject) object = NULL;
  GError *source = NULL;

  if (content == NULL)
    return NULL;
  object = g_object_new (type, NULL);
  iface = object != NULL ? THESPIAN_SERIALIZABLE_GET_IFACE (object) : NULL;
  if (iface != NULL && iface->deserialize (THESPIAN_SERIALIZABLE (object), content, &source))
    return g_steal_pointer (&object);
  complete_error (source, error, THESPIAN_ERROR_INVALID_ARGUMENT, "made of what came", type);
  return NULL;
}

static gboolean
is_of_form (GType type,
            Form  form)
{
  g_autoptr (GTypeClass) klass = g_type_class_ref (type);
  ThespianSerializableInterface *iface = g_type_interface_peek (klass, THESPIAN_TYPE_SERIALIZABLE);

  return form == (iface->deserialize != NULL ? FORM_VARIANT : FORM_PROPERTIES);
}

gboolean
thespian_body_get_object (ThespianBodyReader *self,
                          GType               type,
                          gboolean            is_library_type,
                          GObject           **ret_object,
                          GError            **error)
{
  guint8 form;

  *ret_object = NULL;
  if (!g_type_is_a (type, THESPIAN_TYPE_SERIALIZABLE) || G_TYPE_IS_ABSTRACT (type) ||
      !G_TYPE_IS_OBJECT (type))
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
                   "The type %s does not implement ThespianSerializable, or is abstract",
                   g_type_name (type));
      return FALSE;
    }
  if (!is_library_type && !self->runs_user_code)
    return thespian_body_refuse (error, "a type of the program stands where none may be");
  if (!thespian_body_get_u8 (self, &form, error))
    return FALSE;
  if (!is_of_form (type, form))
    return thespian_body_refuse (error, "an object has another form than its type");
  if (form == FORM_VARIANT)
    *ret_object = get_from_variant (self, type, error);
  else
    *ret_object = get_properties (self, type, error);
  return *ret_object != NULL;
}

gboolean
thespian_body_get_boxed (ThespianBodyReader *self,
                         GType               type,
                         GValue             *value,
                         GError            **error)
{
  const ThespianBoxedCodec *codec = thespian_boxed_find_codec (type);
  g_autoptr (GVariant) content = NULL;
  GError *source = NULL;
  gpointer boxed;

  if (codec == NULL)
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
                   "No codec is registered here for the boxed type %s", g_type_name (type));
      return FALSE;
    }
  if (!self->runs_user_code)
    return thespian_body_refuse (error, "a type of the program stands where none may be");
  content = get_made_variant (self, error);
  if (content == NULL)
    return FALSE;
  boxed = codec->deserialize (content, &source);
  if (boxed == NULL)
    {
      complete_error (source, error, THESPIAN_ERROR_INVALID_ARGUMENT, "made of what came", type);
      return FALSE;
    }
  g_value_init (value, type);
  g_value_take_boxed (value, boxed);
  return TRUE;
}
