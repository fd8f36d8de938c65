/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* From a body to its value: which tag has which type, and what is as small as a few bytes. */

#include "config.h"

#include "wire/thespian-body-format-private.h"

#include "model/thespian-address-private.h"
#include "model/thespian-error.h"

void
thespian_body_set_error (GError    **error,
                         const char *what)
{
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
               "The bytes are no message: %s", what);
}

void
thespian_body_take_object (GValue  *value,
                           GObject *object)
{
  g_value_init (value, G_OBJECT_TYPE (object));
  g_value_take_object (value, g_object_is_floating (object) ? g_object_ref_sink (object) : object);
}

gboolean
thespian_body_get_boolean (ThespianBodyReader *self,
                           gboolean           *ret_boolean,
                           GError            **error)
{
  guint8 number;

  if (!thespian_body_get_u8 (self, &number, error))
    return FALSE;
  *ret_boolean = number;
  return number <= 1 || thespian_body_refuse (error, "a truth value is neither 0 nor 1");
}

gboolean
thespian_body_get_padding (ThespianBodyReader *self,
                           GError            **error)
{
  gsize n = (gsize) (self->start - self->data) % 8;

  if (n > thespian_body_n_left (self))
    return thespian_body_refuse_truncated (error);
  for (gsize i = 0; i < n; i++)
    if (self->data[i] != 0)
      return thespian_body_refuse (error, "padding is not zero");
  self->data += n;
  return TRUE;
}

static gboolean
get_address (ThespianBodyReader *self,
             GValue             *value,
             GError            **error)
{
  guint64 system_id, actor_id;

  if (!thespian_body_get_u64 (self, &system_id, error) ||
      !thespian_body_get_u64 (self, &actor_id, error))
    return FALSE;
  thespian_body_take_object (value,
                             G_OBJECT (thespian_address_find_or_create (system_id, actor_id)));
  return TRUE;
}

/* A value of a type whose content is a few bits, without the way through the type's table. */
#define SET_BITS(value, type, field, number) \
  (*(value) = (GValue) { .g_type = (type) }, (value)->data[0].field = (number), TRUE)

static inline gboolean
get_short_number (ThespianBodyReader *self,
                  ThespianTag         tag,
                  GValue             *value,
                  GError            **error)
{
  guint32 bits;
  float number;

  if (!thespian_body_get_u32 (self, &bits, error))
    return FALSE;
  if (tag == THESPIAN_TAG_INT)
    return SET_BITS (value, G_TYPE_INT, v_int, (int) bits);
  if (tag == THESPIAN_TAG_UINT)
    return SET_BITS (value, G_TYPE_UINT, v_uint, bits);
  memcpy (&number, &bits, sizeof number);
  return SET_BITS (value, G_TYPE_FLOAT, v_float, number);
}

static gboolean
get_long_number (ThespianBodyReader *self,
                 ThespianTag         tag,
                 GValue             *value,
                 GError            **error)
{
  guint64 bits;
  double number;

  if (!thespian_body_get_u64 (self, &bits, error))
    return FALSE;
  switch (tag)
    {
    case THESPIAN_TAG_LONG:
      if ((gint64) bits != (glong) bits)
        return thespian_body_refuse (error, "a long number is too long here");
      return SET_BITS (value, G_TYPE_LONG, v_long, (glong) bits);
    case THESPIAN_TAG_ULONG:
      if (bits != (gulong) bits)
        return thespian_body_refuse (error, "a long number is too long here");
      return SET_BITS (value, G_TYPE_ULONG, v_ulong, (gulong) bits);
    case THESPIAN_TAG_INT64:
      return SET_BITS (value, G_TYPE_INT64, v_int64, (gint64) bits);
    case THESPIAN_TAG_UINT64:
      return SET_BITS (value, G_TYPE_UINT64, v_uint64, bits);
    default:
      memcpy (&number, &bits, sizeof number);
      return SET_BITS (value, G_TYPE_DOUBLE, v_double, number);
    }
}

static gboolean
get_byte (ThespianBodyReader *self,
          ThespianTag         tag,
          GValue             *value,
          GError            **error)
{
  gboolean truth;
  guint8 number;

  if (tag == THESPIAN_TAG_BOOLEAN)
    return thespian_body_get_boolean (self, &truth, error) &&
           SET_BITS (value, G_TYPE_BOOLEAN, v_int, truth);
  if (!thespian_body_get_u8 (self, &number, error))
    return FALSE;
  g_value_init (value, tag == THESPIAN_TAG_CHAR ? G_TYPE_CHAR : G_TYPE_UCHAR);
  if (tag == THESPIAN_TAG_CHAR)
    g_value_set_schar (value, (gint8) number);
  else
    g_value_set_uchar (value, number);
  return TRUE;
}

static gboolean
get_strv_value (ThespianBodyReader *self,
                GValue             *value,
                GError            **error)
{
  GStrv strv;

  if (!thespian_body_get_strv (self, &strv, error))
    return FALSE;
  g_value_init (value, G_TYPE_STRV);
  g_value_take_boxed (value, strv);
  return TRUE;
}

static gboolean
get_bytes_value (ThespianBodyReader *self,
                 GValue             *value,
                 GError            **error)
{
  GBytes *bytes;

  if (!thespian_body_get_bytes (self, &bytes, error))
    return FALSE;
  g_value_init (value, G_TYPE_BYTES);
  g_value_take_boxed (value, bytes);
  return TRUE;
}

static gboolean
get_variant_value (ThespianBodyReader *self,
                   GValue             *value,
                   GError            **error)
{
  GVariant *variant;

  if (!thespian_body_get_variant (self, &variant, error))
    return FALSE;
  g_value_init (value, G_TYPE_VARIANT);
  g_value_take_variant (value, variant);
  return TRUE;
}

static gboolean
get_value_value (ThespianBodyReader *self,
                 GValue             *value,
                 GError            **error)
{
  g_auto (GValue) inner = G_VALUE_INIT;

  if (!thespian_body_get_optional (self, &inner, error))
    return FALSE;
  g_value_init (value, G_TYPE_VALUE);
  if (G_IS_VALUE (&inner))
    g_value_set_boxed (value, &inner);
  return TRUE;
}

static gboolean
get_string_value (ThespianBodyReader *self,
                  GValue             *value,
                  GError            **error)
{
  char *string;

  return thespian_body_get_string (self, &string, error) &&
         SET_BITS (value, G_TYPE_STRING, v_pointer, string);
}

static gboolean
get_message_value (ThespianBodyReader *self,
                   ThespianTag         tag,
                   GValue             *value,
                   GError            **error)
{
  GObject *object = thespian_body_get_message (self, tag, error);

  if (object == NULL)
    return FALSE;
  thespian_body_take_object (value, object);
  return TRUE;
}

gboolean
thespian_body_get_value (ThespianBodyReader *self,
                         GValue             *value,
                         GError            **error)
{
  guint8 tag;

  if (!thespian_body_get_u8 (self, &tag, error))
    return FALSE;
  switch ((ThespianTag) tag)
    {
    case THESPIAN_TAG_INT:
    case THESPIAN_TAG_UINT:
    case THESPIAN_TAG_FLOAT:
      return get_short_number (self, tag, value, error);
    case THESPIAN_TAG_STRING:
      return get_string_value (self, value, error);
    case THESPIAN_TAG_LONG:
    case THESPIAN_TAG_ULONG:
    case THESPIAN_TAG_INT64:
    case THESPIAN_TAG_UINT64:
    case THESPIAN_TAG_DOUBLE:
      return get_long_number (self, tag, value, error);
    case THESPIAN_TAG_BOOLEAN:
    case THESPIAN_TAG_CHAR:
    case THESPIAN_TAG_UCHAR:
      return get_byte (self, tag, value, error);
    case THESPIAN_TAG_STRV:
      return get_strv_value (self, value, error);
    case THESPIAN_TAG_BYTES:
      return get_bytes_value (self, value, error);
    case THESPIAN_TAG_VARIANT:
      return get_variant_value (self, value, error);
    case THESPIAN_TAG_ADDRESS:
      return get_address (self, value, error);
    case THESPIAN_TAG_VALUE:
      return get_value_value (self, value, error);
    case THESPIAN_TAG_NOTHING:
    case THESPIAN_TAG_TYPED:
    case THESPIAN_TAG_ENUM:
    case THESPIAN_TAG_FLAGS:
    case THESPIAN_TAG_OBJECT:
    case THESPIAN_TAG_BOXED:
    case THESPIAN_TAG_LIBRARY_OBJECT:
    case THESPIAN_TAG_LIBRARY_CARRIER:
      return thespian_body_get_named_value (self, tag, value, error);
    case THESPIAN_TAG_EXIT_REQUEST:
    case THESPIAN_TAG_CHILD_EXITED:
    case THESPIAN_TAG_POISON:
    case THESPIAN_TAG_DEAD_ENVELOPE:
    case THESPIAN_TAG_WAKEUP:
    case THESPIAN_TAG_WATCH:
    case THESPIAN_TAG_STATUS_REQUEST:
    case THESPIAN_TAG_ACTOR_STATUS:
    case THESPIAN_TAG_SYSTEM_STATUS:
    case THESPIAN_TAG_OPAQUE:
      return get_message_value (self, tag, value, error);
    default:
      return thespian_body_refuse (error, "they begin with an unknown tag");
    }
}

gboolean
thespian_body_get_nested (ThespianBodyReader *self,
                          GValue             *value,
                          GError            **error)
{
  gboolean ok;

  if (self->depth == THESPIAN_BODY_MAX_READ_DEPTH)
    return thespian_body_refuse (error, "values stand too deep in values");
  self->depth++;
  ok = thespian_body_get_padding (self, error) && thespian_body_get_value (self, value, error);
  self->depth--;
  return ok;
}

gboolean
thespian_body_get_optional (ThespianBodyReader *self,
                            GValue             *value,
                            GError            **error)
{
  gboolean is_there;

  return thespian_body_get_boolean (self, &is_there, error) &&
         (!is_there || thespian_body_get_nested (self, value, error));
}
