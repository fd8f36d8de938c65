/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "model/thespian-opaque.h"

#include "model/thespian-serializable.h"

/**
 * ThespianOpaque:
 *
 * A value that only the language it comes from understands, as bytes with a media type.
 *
 * The bindings make one of an object that has no counterpart in other languages, such as an
 * instance of a Python class, and turn it back into such an object where their own language
 * receives it. Everybody else can keep it, and send it on unchanged.
 *
 * It never changes, and may be used from any thread.
 *
 * Since: 1.0
 */
struct _ThespianOpaque
{
  GObject parent_instance;

  char *media_type; /* (owned) */
  GBytes *data;     /* (owned) */
};

typedef enum
{
  PROP_MEDIA_TYPE = 1,
  PROP_DATA,
} ThespianOpaqueProperty;

static GParamSpec *props[PROP_DATA + 1];

G_DEFINE_FINAL_TYPE_WITH_CODE (ThespianOpaque, thespian_opaque, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (THESPIAN_TYPE_SERIALIZABLE, NULL))

/* Whoever constructs one without them gets an empty one: neither getter returns NULL. */
static void
thespian_opaque_constructed (GObject *object)
{
  ThespianOpaque *self = THESPIAN_OPAQUE (object);

  if (self->media_type == NULL)
    self->media_type = g_strdup ("application/octet-stream");
  if (self->data == NULL)
    self->data = g_bytes_new (NULL, 0);

  G_OBJECT_CLASS (thespian_opaque_parent_class)->constructed (object);
}

static void
thespian_opaque_finalize (GObject *object)
{
  ThespianOpaque *self = THESPIAN_OPAQUE (object);

  g_free (self->media_type);
  g_bytes_unref (self->data);

  G_OBJECT_CLASS (thespian_opaque_parent_class)->finalize (object);
}

static void
thespian_opaque_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  ThespianOpaque *self = THESPIAN_OPAQUE (object);

  switch ((ThespianOpaqueProperty) prop_id)
    {
    case PROP_MEDIA_TYPE:
      g_value_set_string (value, self->media_type);
      break;

    case PROP_DATA:
      g_value_set_boxed (value, self->data);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
thespian_opaque_set_property (GObject      *object,
                              guint         prop_id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  ThespianOpaque *self = THESPIAN_OPAQUE (object);

  switch ((ThespianOpaqueProperty) prop_id)
    {
    case PROP_MEDIA_TYPE:
      self->media_type = g_value_dup_string (value);
      break;

    case PROP_DATA:
      self->data = g_value_dup_boxed (value);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
thespian_opaque_class_init (ThespianOpaqueClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = thespian_opaque_constructed;
  object_class->finalize = thespian_opaque_finalize;
  object_class->get_property = thespian_opaque_get_property;
  object_class->set_property = thespian_opaque_set_property;

  /**
   * ThespianOpaque:media-type: (getter get_media_type)
   *
   * What the data are, such as `application/x-python-pickle`; `application/octet-stream` by
   * default.
   *
   * Since: 1.0
   */
  props[PROP_MEDIA_TYPE] =
    g_param_spec_string ("media-type", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * ThespianOpaque:data: (getter get_data)
   *
   * The value as bytes; none by default.
   *
   * Since: 1.0
   */
  props[PROP_DATA] =
    g_param_spec_boxed ("data", NULL, NULL, G_TYPE_BYTES,
                        G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);
}

static void
thespian_opaque_init (ThespianOpaque *self)
{
}

/**
 * thespian_opaque_new:
 * @media_type: what @data are, such as `application/x-python-pickle`
 * @data: the value as bytes
 *
 * Makes an opaque value. May be called from any thread.
 *
 * Returns: (transfer full): the opaque value
 *
 * Since: 1.0
 */
ThespianOpaque *
thespian_opaque_new (const char *media_type,
                     GBytes     *data)
{
  g_return_val_if_fail (media_type != NULL, NULL);
  g_return_val_if_fail (data != NULL, NULL);

  return g_object_new (THESPIAN_TYPE_OPAQUE, "media-type", media_type, "data", data, NULL);
}

/**
 * thespian_opaque_get_media_type: (get-property media-type)
 * @self: an opaque value
 *
 * Gets what the data are. May be called from any thread.
 *
 * Returns: (transfer none): a media type; it lives as long as @self
 *
 * Since: 1.0
 */
const char *
thespian_opaque_get_media_type (ThespianOpaque *self)
{
  g_return_val_if_fail (THESPIAN_IS_OPAQUE (self), NULL);

  return self->media_type;
}

/**
 * thespian_opaque_get_data: (get-property data)
 * @self: an opaque value
 *
 * Gets the value as bytes. May be called from any thread.
 *
 * Returns: (transfer none): the bytes; they live as long as @self
 *
 * Since: 1.0
 */
GBytes *
thespian_opaque_get_data (ThespianOpaque *self)
{
  g_return_val_if_fail (THESPIAN_IS_OPAQUE (self), NULL);

  return self->data;
}

/**
 * thespian_opaque_equal:
 * @self: an opaque value
 * @other: another one
 *
 * Tells whether two opaque values have the same media type and the same bytes. May be called from
 * any thread.
 *
 * Returns: %TRUE when they are equal
 *
 * Since: 1.0
 */
gboolean
thespian_opaque_equal (ThespianOpaque *self,
                       ThespianOpaque *other)
{
  g_return_val_if_fail (THESPIAN_IS_OPAQUE (self), FALSE);
  g_return_val_if_fail (THESPIAN_IS_OPAQUE (other), FALSE);

  return g_str_equal (self->media_type, other->media_type) && g_bytes_equal (self->data, other->data);
}
