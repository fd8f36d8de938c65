/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* From a value to its body: which type has which tag, and what is as small as a few bytes. */

#include "config.h"

#include "wire/thespian-body-private.h"

#include "model/thespian-address-private.h"
#include "model/thespian-error.h"
#include "wire/thespian-body-format-private.h"
#include "wire/thespian-library-types-private.h"

/* A derived type keeps its content where its fundamental type has it. */
#define content_of(value) ((value)->data[0])

static gboolean
refuse_value (const GValue *value,
              GError      **error)
{
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_NOT_SERIALIZABLE,
               "A value of type %s cannot leave its process", G_VALUE_TYPE_NAME (value));
  return FALSE;
}

static gboolean
put_named (ThespianBodyWriter *self,
           ThespianTag         tag,
           GType               type,
           GError            **error)
{
  thespian_body_put_u8 (self, (guint8) tag);
  return thespian_body_put_name (self, g_type_name (type), error);
}

static gboolean
put_enum (ThespianBodyWriter *self,
          ThespianTag         tag,
          const GValue       *value,
          GError            **error)
{
  if (!put_named (self, tag, G_VALUE_TYPE (value), error))
    return FALSE;
  thespian_body_put_u32 (self, tag == THESPIAN_TAG_ENUM ? (guint32) g_value_get_enum (value)
                                                        : g_value_get_flags (value));
  return TRUE;
}

static void
put_address (ThespianBodyWriter *self,
             ThespianAddress    *address)
{
  thespian_address_intern (address);
  thespian_body_put_tagged_u64 (self, THESPIAN_TAG_ADDRESS, address->system_id);
  thespian_body_put_u64 (self, address->actor_id);
}

/* A message of the library that has no tag of its own. */
static gboolean
put_library_object (ThespianBodyWriter        *self,
                    const ThespianLibraryType *type,
                    GObject                   *object,
                    GError                   **error)
{
  gboolean is_carrier = type->get_message != NULL;

  return put_named (self, is_carrier ? THESPIAN_TAG_LIBRARY_CARRIER : THESPIAN_TAG_LIBRARY_OBJECT,
                    G_OBJECT_TYPE (object), error) &&
         thespian_body_put_object (self, object, error) &&
         (!is_carrier || thespian_body_put_optional (self, type->get_message (object), error));
}

static gboolean
put_object (ThespianBodyWriter *self,
            GObject            *object,
            GError            **error)
{
  const ThespianLibraryType *type;
  gboolean known = TRUE;

  if (THESPIAN_IS_ADDRESS (object))
    {
      put_address (self, (ThespianAddress *) object);
      return TRUE;
    }
  if (!thespian_body_put_message (self, object, &known, error))
    return FALSE;
  if (known)
    return TRUE;
  type = thespian_library_types_find (G_OBJECT_TYPE (object));
  if (type != NULL)
    return put_library_object (self, type, object, error);
  return put_named (self, THESPIAN_TAG_OBJECT, G_OBJECT_TYPE (object), error) &&
         thespian_body_put_object (self, object, error);
}

static gboolean
put_object_value (ThespianBodyWriter *self,
                  const GValue       *value,
                  GError            **error)
{
  GObject *object = content_of (value).v_pointer;

  if (object == NULL)
    return put_named (self, THESPIAN_TAG_NOTHING, G_VALUE_TYPE (value), error);
  if (!G_IS_OBJECT (object))
    return refuse_value (value, error);
  if (G_OBJECT_TYPE (object) != G_VALUE_TYPE (value) &&
      !put_named (self, THESPIAN_TAG_TYPED, G_VALUE_TYPE (value), error))
    return FALSE;
  return put_object (self, object, error);
}

static gboolean
put_boxed_value (ThespianBodyWriter *self,
                 const GValue       *value,
                 GError            **error)
{
  gpointer boxed = content_of (value).v_pointer;
  GType type = G_VALUE_TYPE (value);

  if (type == G_TYPE_STRV)
    {
      thespian_body_put_u8 (self, THESPIAN_TAG_STRV);
      return thespian_body_put_strv (self, boxed, error);
    }
  if (type == G_TYPE_BYTES)
    {
      thespian_body_put_u8 (self, THESPIAN_TAG_BYTES);
      return thespian_body_put_bytes (self, boxed, error);
    }
  if (type == G_TYPE_VALUE)
    {
      thespian_body_put_u8 (self, THESPIAN_TAG_VALUE);
      return thespian_body_put_optional (self, boxed, error);
    }
  if (type == THESPIAN_TYPE_RAW_BODY)
    {
      if (boxed == NULL)
        return refuse_value (value, error);
      thespian_buffer_append (self->buffer, g_bytes_get_data (boxed, NULL),
                              g_bytes_get_size (boxed));
      return TRUE;
    }
  if (boxed == NULL)
    return put_named (self, THESPIAN_TAG_NOTHING, type, error);
  return put_named (self, THESPIAN_TAG_BOXED, type, error) &&
         thespian_body_put_boxed (self, value, error);
}

/* FALSE without an error for a type that is no fundamental one. */
static inline gboolean
put_fundamental (ThespianBodyWriter *self,
                 const GValue       *value,
                 GType               type,
                 gboolean           *ret_known,
                 GError            **error)
{
  guint64 bits;
  guint32 short_bits;

  switch (type)
    {
    case G_TYPE_INT:
      thespian_body_put_tagged_u32 (self, THESPIAN_TAG_INT, (guint32) content_of (value).v_int);
      return TRUE;
    case G_TYPE_STRING:
      thespian_body_put_u8 (self, THESPIAN_TAG_STRING);
      return thespian_body_put_string (self, content_of (value).v_pointer, error);
    case G_TYPE_DOUBLE:
      memcpy (&bits, &content_of (value).v_double, sizeof bits);
      thespian_body_put_tagged_u64 (self, THESPIAN_TAG_DOUBLE, bits);
      return TRUE;
    case G_TYPE_BOOLEAN:
      thespian_body_put_u8 (self, THESPIAN_TAG_BOOLEAN);
      thespian_body_put_u8 (self, content_of (value).v_int != FALSE);
      return TRUE;
    case G_TYPE_CHAR:
      thespian_body_put_u8 (self, THESPIAN_TAG_CHAR);
      thespian_body_put_u8 (self, (guint8) g_value_get_schar (value));
      return TRUE;
    case G_TYPE_UCHAR:
      thespian_body_put_u8 (self, THESPIAN_TAG_UCHAR);
      thespian_body_put_u8 (self, g_value_get_uchar (value));
      return TRUE;
    case G_TYPE_UINT:
      thespian_body_put_tagged_u32 (self, THESPIAN_TAG_UINT, content_of (value).v_uint);
      return TRUE;
    case G_TYPE_LONG:
      thespian_body_put_tagged_u64 (self, THESPIAN_TAG_LONG,
                                    (guint64) (gint64) content_of (value).v_long);
      return TRUE;
    case G_TYPE_ULONG:
      thespian_body_put_tagged_u64 (self, THESPIAN_TAG_ULONG, content_of (value).v_ulong);
      return TRUE;
    case G_TYPE_INT64:
      thespian_body_put_tagged_u64 (self, THESPIAN_TAG_INT64, (guint64) content_of (value).v_int64);
      return TRUE;
    case G_TYPE_UINT64:
      thespian_body_put_tagged_u64 (self, THESPIAN_TAG_UINT64, content_of (value).v_uint64);
      return TRUE;
    case G_TYPE_FLOAT:
      memcpy (&short_bits, &content_of (value).v_float, sizeof short_bits);
      thespian_body_put_tagged_u32 (self, THESPIAN_TAG_FLOAT, short_bits);
      return TRUE;
    case G_TYPE_VARIANT:
      thespian_body_put_u8 (self, THESPIAN_TAG_VARIANT);
      return thespian_body_put_variant (self, content_of (value).v_pointer, error);
    default:
      *ret_known = FALSE;
      return FALSE;
    }
}

static gboolean
put_derived (ThespianBodyWriter *self,
             const GValue       *value,
             GError            **error)
{
  GType type = G_VALUE_TYPE (value);
  GType fundamental = g_type_fundamental (type);
  gboolean known = TRUE;

  switch (fundamental)
    {
    case G_TYPE_OBJECT:
    case G_TYPE_INTERFACE:
      return put_object_value (self, value, error);
    case G_TYPE_BOXED:
      return put_boxed_value (self, value, error);
    case G_TYPE_ENUM:
      return put_enum (self, THESPIAN_TAG_ENUM, value, error);
    case G_TYPE_FLAGS:
      return put_enum (self, THESPIAN_TAG_FLAGS, value, error);
    default:
      if (type == fundamental)
        return refuse_value (value, error);
      if (!put_named (self, THESPIAN_TAG_TYPED, type, error))
        return FALSE;
      return put_fundamental (self, value, fundamental, &known, error) ||
             (!known && refuse_value (value, error));
    }
}

gboolean
thespian_body_put_value (ThespianBodyWriter *self,
                         const GValue       *value,
                         GError            **error)
{
  gboolean known = TRUE;

  return put_fundamental (self, value, G_VALUE_TYPE (value), &known, error) ||
         (!known && put_derived (self, value, error));
}

gboolean
thespian_body_put_nested (ThespianBodyWriter *self,
                          const GValue       *value,
                          GError            **error)
{
  gboolean ok;

  if (self->depth == THESPIAN_BODY_MAX_WRITTEN_DEPTH)
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_NOT_SERIALIZABLE,
                   "A value that holds values more than %d deep cannot leave its process, "
                   "nor can one that holds itself",
                   THESPIAN_BODY_MAX_WRITTEN_DEPTH);
      return FALSE;
    }
  self->depth++;
  thespian_body_put_padding (self);
  ok = thespian_body_put_value (self, value, error);
  self->depth--;
  return ok;
}

gboolean
thespian_body_put_optional (ThespianBodyWriter *self,
                            const GValue       *value,
                            GError            **error)
{
  gboolean is_there = value != NULL && G_IS_VALUE (value);

  thespian_body_put_u8 (self, is_there);
  return !is_there || thespian_body_put_nested (self, value, error);
}
