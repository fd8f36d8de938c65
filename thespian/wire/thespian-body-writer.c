/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* From a value to its body: which type has which tag, and what is as small as a few bytes. */

#include "config.h"

#include "wire/thespian-body-format-private.h"

#include "model/thespian-error.h"

/* A derived type keeps its content where its fundamental type has it. */
#define content_of(value) ((value)->data[0])

gboolean
thespian_body_put_fundamental (ThespianBodyWriter *self,
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

gboolean
thespian_body_put_value (ThespianBodyWriter *self,
                         const GValue       *value,
                         GError            **error)
{
  gboolean known = TRUE;

  return thespian_body_put_fundamental (self, value, G_VALUE_TYPE (value), &known, error) ||
         (!known && thespian_body_put_named_value (self, value, error));
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
