/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "wire/thespian-codec-private.h"

#include "model/thespian-address.h"
#include "model/thespian-error.h"
#include "model/thespian-serializable.h"
#include "model/thespian-value-private.h"
#include "wire/thespian-object-codec-private.h"

/* How values of one fundamental type travel. */
typedef struct
{
  GType fundamental;
  const char *format; /* the type of the content */
  GVariant *(*encode) (const GValue *value, GError **error);
  gboolean (*decode) (GVariant *content, GValue *value, GError **error);
} Codec;

/* --- Scalars ------------------------------------------------------------------------------------------ */

#define DEFINE_SCALAR(name, variant_type)                                                         \
  static GVariant *encode_##name (const GValue *value, GError **error)                            \
  {                                                                                               \
    return g_variant_new_##variant_type (g_value_get_##name (value));                             \
  }                                                                                               \
                                                                                                  \
  static gboolean decode_##name (GVariant *content, GValue *value, GError **error)                \
  {                                                                                               \
    g_value_set_##name (value, g_variant_get_##variant_type (content));                           \
    return TRUE;                                                                                  \
  }

DEFINE_SCALAR (boolean, boolean)
DEFINE_SCALAR (schar, int16)
DEFINE_SCALAR (uchar, byte)
DEFINE_SCALAR (int, int32)
DEFINE_SCALAR (uint, uint32)
DEFINE_SCALAR (long, int64)
DEFINE_SCALAR (ulong, uint64)
DEFINE_SCALAR (int64, int64)
DEFINE_SCALAR (uint64, uint64)
DEFINE_SCALAR (float, double)
DEFINE_SCALAR (double, double)
DEFINE_SCALAR (enum, int32)
DEFINE_SCALAR (flags, uint32)

/* --- Strings, variants, boxed types --------------------------------------------------------------------- */

static GVariant *
encode_string (const GValue *value,
               GError      **error)
{
  const char *string = g_value_get_string (value);

  if (string != NULL && !g_utf8_validate (string, -1, NULL))
    {
      g_set_error_literal (error, THESPIAN_ERROR, THESPIAN_ERROR_NOT_SERIALIZABLE,
                           "A string that is not in UTF-8 cannot leave its process: send it as bytes");
      return NULL;
    }
  return g_variant_new ("ms", string);
}

static gboolean
decode_string (GVariant *content,
               GValue   *value,
               GError  **error)
{
  const char *string;

  g_variant_get (content, "m&s", &string);
  g_value_set_string (value, string);
  return TRUE;
}

static GVariant *
encode_variant (const GValue *value,
                GError      **error)
{
  return g_variant_new ("mv", g_value_get_variant (value));
}

static gboolean
decode_variant (GVariant *content,
                GValue   *value,
                GError  **error)
{
  GVariant *inner;

  g_variant_get (content, "mv", &inner);
  g_value_take_variant (value, inner);
  return TRUE;
}

static GVariant *
encode_boxed (const GValue *value,
              GError      **error)
{
  gpointer boxed = g_value_get_boxed (value);

  if (boxed == NULL)
    return g_variant_new_maybe (G_VARIANT_TYPE_VARIANT, NULL);
  if (G_VALUE_HOLDS (value, G_TYPE_STRV))
    return g_variant_new_maybe (NULL, g_variant_new_variant (g_variant_new_strv (boxed, -1)));
  if (G_VALUE_HOLDS (value, G_TYPE_BYTES))
    return g_variant_new_maybe (NULL, g_variant_new_variant (g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING,
                                                                                      boxed, TRUE)));
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_NOT_SERIALIZABLE,
               "A value of the boxed type %s cannot leave its process", G_VALUE_TYPE_NAME (value));
  return NULL;
}

static gboolean
decode_boxed (GVariant *content,
              GValue   *value,
              GError  **error)
{
  g_autoptr (GVariant) inner = NULL;

  g_variant_get (content, "mv", &inner);
  if (inner == NULL)
    return TRUE;
  if (G_VALUE_HOLDS (value, G_TYPE_STRV) && g_variant_is_of_type (inner, G_VARIANT_TYPE_STRING_ARRAY))
    g_value_take_boxed (value, g_variant_dup_strv (inner, NULL));
  else if (G_VALUE_HOLDS (value, G_TYPE_BYTES) && g_variant_is_of_type (inner, G_VARIANT_TYPE_BYTESTRING))
    g_value_take_boxed (value, g_variant_get_data_as_bytes (inner));
  else
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
                   "A variant of type “%s” is no content of the boxed type %s", g_variant_get_type_string (inner),
                   G_VALUE_TYPE_NAME (value));
      return FALSE;
    }
  return TRUE;
}

/* --- Objects --------------------------------------------------------------------------------------------- */

static GVariant *
encode_object (const GValue *value,
               GError      **error)
{
  GObject *object = g_value_get_object (value);
  GVariant *content;

  if (object == NULL)
    return g_variant_new_maybe (G_VARIANT_TYPE ("(sv)"), NULL);
  if (THESPIAN_IS_ADDRESS (object))
    content = thespian_address_to_variant (THESPIAN_ADDRESS (object));
  else
    content = thespian_object_codec_encode (object, error);
  if (content == NULL)
    return NULL;
  return g_variant_new_maybe (NULL, g_variant_new ("(sv)", G_OBJECT_TYPE_NAME (object), content));
}

static gboolean
decode_object (GVariant *content,
               GValue   *value,
               GError  **error)
{
  g_autoptr (GVariant) pair = g_variant_get_maybe (content);
  g_autoptr (GVariant) inner = NULL;
  g_autoptr (GObject) object = NULL;
  const char *type_name;
  GType type;

  if (pair == NULL)
    return TRUE;
  g_variant_get (pair, "(&sv)", &type_name, &inner);
  type = g_type_from_name (type_name);
  if (type == G_TYPE_INVALID || !g_type_is_a (type, G_VALUE_TYPE (value)))
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
                   "“%s” is no type of objects known here that could be a %s", type_name, G_VALUE_TYPE_NAME (value));
      return FALSE;
    }
  if (type == THESPIAN_TYPE_ADDRESS)
    object = G_OBJECT (thespian_address_from_variant (inner, error));
  else
    object = thespian_object_codec_decode (type, inner, error);
  if (object == NULL)
    return FALSE;
  g_value_set_object (value, object);
  return TRUE;
}

/* --- The table --------------------------------------------------------------------------------------------- */

static const Codec codecs[] = {
  { G_TYPE_BOOLEAN, "b", encode_boolean, decode_boolean },
  { G_TYPE_CHAR, "n", encode_schar, decode_schar },
  { G_TYPE_UCHAR, "y", encode_uchar, decode_uchar },
  { G_TYPE_INT, "i", encode_int, decode_int },
  { G_TYPE_UINT, "u", encode_uint, decode_uint },
  { G_TYPE_LONG, "x", encode_long, decode_long },
  { G_TYPE_ULONG, "t", encode_ulong, decode_ulong },
  { G_TYPE_INT64, "x", encode_int64, decode_int64 },
  { G_TYPE_UINT64, "t", encode_uint64, decode_uint64 },
  { G_TYPE_FLOAT, "d", encode_float, decode_float },
  { G_TYPE_DOUBLE, "d", encode_double, decode_double },
  { G_TYPE_ENUM, "i", encode_enum, decode_enum },
  { G_TYPE_FLAGS, "u", encode_flags, decode_flags },
  { G_TYPE_STRING, "ms", encode_string, decode_string },
  { G_TYPE_VARIANT, "mv", encode_variant, decode_variant },
  { G_TYPE_BOXED, "mv", encode_boxed, decode_boxed },
  { G_TYPE_OBJECT, "m(sv)", encode_object, decode_object },
};

static const Codec *
find_codec (GType type)
{
  GType fundamental = g_type_fundamental (type);

  for (guint i = 0; i < G_N_ELEMENTS (codecs); i++)
    if (codecs[i].fundamental == fundamental)
      return &codecs[i];
  return NULL;
}

GVariant *
thespian_codec_encode (const GValue *value,
                       GError      **error)
{
  const Codec *codec = find_codec (G_VALUE_TYPE (value));
  GVariant *content;

  if (codec == NULL)
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_NOT_SERIALIZABLE,
                   "A value of type %s cannot leave its process", G_VALUE_TYPE_NAME (value));
      return NULL;
    }
  content = codec->encode (value, error);
  return content != NULL ? g_variant_new ("(sv)", G_VALUE_TYPE_NAME (value), content) : NULL;
}

static const Codec *
find_codec_by_name (const char *type_name,
                    GType      *ret_type,
                    GError    **error)
{
  const Codec *codec = NULL;

  *ret_type = g_type_from_name (type_name);
  if (*ret_type != G_TYPE_INVALID && G_TYPE_IS_VALUE (*ret_type))
    codec = find_codec (*ret_type);
  if (codec == NULL)
    g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
                 "“%s” is no type of messages that is known here", type_name);
  return codec;
}

gboolean
thespian_codec_decode (GVariant *variant,
                       GValue   *value,
                       GError  **error)
{
  g_autoptr (GVariant) content = NULL;
  const char *type_name;
  const Codec *codec;
  GType type;

  if (!g_variant_is_of_type (variant, G_VARIANT_TYPE ("(sv)")))
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
                   "A variant of type “%s” is no message: expected “(sv)”", g_variant_get_type_string (variant));
      return FALSE;
    }
  g_variant_get (variant, "(&sv)", &type_name, &content);
  codec = find_codec_by_name (type_name, &type, error);
  if (codec == NULL)
    return FALSE;
  if (!g_variant_is_of_type (content, G_VARIANT_TYPE (codec->format)))
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
                   "The content of a %s is of type “%s”: expected “%s”", type_name,
                   g_variant_get_type_string (content), codec->format);
      return FALSE;
    }
  g_value_init (value, type);
  if (codec->decode (content, value, error))
    return TRUE;
  g_value_unset (value);
  return FALSE;
}

gboolean
thespian_codec_roundtrip (GValue  *value,
                          GError **error)
{
  g_autoptr (GVariant) sent = thespian_codec_encode (value, error);
  g_autoptr (GVariant) received = NULL;
  g_autoptr (GBytes) bytes = NULL;
  GValue copy = G_VALUE_INIT;

  if (sent == NULL)
    return FALSE;
  g_variant_ref_sink (sent);
  bytes = g_variant_get_data_as_bytes (sent);
  received = g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE ("(sv)"), bytes, FALSE));
  if (!g_variant_is_normal_form (received))
    {
      g_set_error_literal (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
                           "The bytes of a message are not in normal form");
      return FALSE;
    }
  if (!thespian_codec_decode (received, &copy, error))
    return FALSE;
  thespian_value_clear (value);
  *value = copy;
  return TRUE;
}
