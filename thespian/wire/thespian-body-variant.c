/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "wire/thespian-body-private.h"

#include "model/thespian-error.h"
#include "wire/thespian-body-format-private.h"

/* Longer type strings are refused: what they describe costs GLib many times their length. */
#define MAX_TYPE_LENGTH (256 * 1024)

/* --- Bytes ----------------------------------------------------------------------------------- */

static gboolean
check_size (gsize       size,
            const char *what,
            GError    **error)
{
  if (size < THESPIAN_BODY_NULL)
    return TRUE;
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_NOT_SERIALIZABLE,
               "A %s of %" G_GSIZE_FORMAT " bytes is too large to leave its process", what, size);
  return FALSE;
}

gboolean
thespian_body_put_bytes (ThespianBodyWriter *self,
                         GBytes             *bytes,
                         GError            **error)
{
  gconstpointer data;
  gsize size;

  if (bytes == NULL)
    {
      thespian_body_put_u32 (self, THESPIAN_BODY_NULL);
      return TRUE;
    }
  data = g_bytes_get_data (bytes, &size);
  if (!check_size (size, "GBytes", error))
    return FALSE;
  thespian_body_put_u32 (self, (guint32) size);
  thespian_buffer_append (self->buffer, data, size);
  return TRUE;
}

/* The bytes at @data: those of the message itself when they are worth it. */
static GBytes *
take_slice (ThespianBodyReader *self,
            const guint8       *data,
            gsize               size)
{
  const guint8 *start;

  if (self->backing == NULL || size < THESPIAN_BODY_SLICE_SIZE)
    return g_bytes_new (data, size);
  start = g_bytes_get_data (self->backing, NULL);
  return g_bytes_new_from_bytes (self->backing, (gsize) (data - start), size);
}

gboolean
thespian_body_get_bytes (ThespianBodyReader *self,
                         GBytes            **ret_bytes,
                         GError            **error)
{
  const guint8 *data;
  guint32 size;

  if (!thespian_body_get_span (self, &data, &size, error))
    return FALSE;
  *ret_bytes = size != THESPIAN_BODY_NULL ? take_slice (self, data, size) : NULL;
  return TRUE;
}

/* --- Variants -------------------------------------------------------------------------------- */

/*
 * GLib 2.74 forgets what it knows of a container type together with the last variant of it, and a
 * node may well decode one variant after the other: that would cost it more than all the rest.  So
 * one variant stays of each type that comes first at its place in this table.
 */
#define N_KEPT 256
#define MAX_KEPT_LENGTH 64

static GVariant *kept[N_KEPT]; /* atomic */

void
thespian_body_keep_type (const GVariantType *type)
{
  GVariant **place, *none = NULL, *made;

  if (!g_variant_type_is_container (type) ||
      g_variant_type_get_string_length (type) > MAX_KEPT_LENGTH)
    return;
  place = &kept[g_variant_type_hash (type) % N_KEPT];
  if (__atomic_load_n (place, __ATOMIC_RELAXED) != NULL)
    return;

  made = g_variant_ref_sink (g_variant_new_from_data (type, NULL, 0, TRUE, NULL, NULL));
  if (!__atomic_compare_exchange_n (place, &none, made, FALSE, __ATOMIC_RELEASE, __ATOMIC_RELAXED))
    g_variant_unref (made);
}

static GVariant *
to_little_endian (GVariant *variant)
{
#if G_BYTE_ORDER == G_BIG_ENDIAN
  g_autoptr (GVariant) native = variant;

  return g_variant_byteswap (native);
#else
  return variant;
#endif
}

static void
put_content (ThespianBodyWriter *self,
             GVariant           *variant,
             gsize               size)
{
  guint8 *place = thespian_buffer_extend (self->buffer, size);

  /* GLib stores a variant at an aligned place only. */
  if (G_LIKELY ((guintptr) place % 8 == 0))
    g_variant_store (variant, place);
  else if (size > 0)
    memcpy (place, g_variant_get_data (variant), size);
}

/*
 * The length of the type string, that of the content, the type string, and the content at a
 * multiple of 8.
 */
gboolean
thespian_body_put_variant (ThespianBodyWriter *self,
                           GVariant           *variant,
                           GError            **error)
{
  g_autoptr (GVariant) normal = NULL;
  const char *type;
  gsize type_length, size;

  if (variant == NULL)
    {
      thespian_body_put_u32 (self, THESPIAN_BODY_NULL);
      return TRUE;
    }
  type = g_variant_get_type_string (variant);
  type_length = strlen (type);
  if (type_length > MAX_TYPE_LENGTH)
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_NOT_SERIALIZABLE,
                   "A variant whose type “%.60s…” has %" G_GSIZE_FORMAT " characters cannot "
                   "leave its process: use an array of variants",
                   type, type_length);
      return FALSE;
    }
  thespian_body_keep_type (g_variant_get_type (variant));
  normal = to_little_endian (g_variant_get_normal_form (variant));
  size = g_variant_get_size (normal);
  if (!check_size (size, "variant", error))
    return FALSE;

  thespian_body_put_u32 (self, (guint32) type_length);
  thespian_body_put_u32 (self, (guint32) size);
  thespian_buffer_append (self->buffer, type, type_length);
  thespian_body_put_padding (self);
  put_content (self, normal, size);
  return TRUE;
}

/* The type stays where it is: a type string ends by itself. */
static gboolean
get_type (ThespianBodyReader  *self,
          guint32              length,
          const GVariantType **ret_type,
          GError             **error)
{
  const char *string = (const char *) self->data;
  const char *end;

  if (length > thespian_body_n_left (self))
    return thespian_body_refuse_truncated (error);
  if (length > MAX_TYPE_LENGTH || !g_variant_type_string_scan (string, string + length, &end) ||
      end != string + length || !g_variant_type_is_definite ((const GVariantType *) string))
    return thespian_body_refuse (error, "the type of a variant is none");
  *ret_type = (const GVariantType *) string;
  self->data += length;
  return TRUE;
}

gboolean
thespian_body_get_variant (ThespianBodyReader *self,
                           GVariant          **ret_variant,
                           GError            **error)
{
  g_autoptr (GVariant) variant = NULL;
  g_autoptr (GBytes) content = NULL;
  const GVariantType *type;
  guint32 type_length, size;

  *ret_variant = NULL;
  if (!thespian_body_get_u32 (self, &type_length, error))
    return FALSE;
  if (type_length == THESPIAN_BODY_NULL)
    return TRUE;
  if (!thespian_body_get_u32 (self, &size, error) ||
      !get_type (self, type_length, &type, error) ||
      !thespian_body_get_padding (self, error))
    return FALSE;
  if (size > thespian_body_n_left (self))
    return thespian_body_refuse_truncated (error);

  content = take_slice (self, self->data, size);
  self->data += size;
  thespian_body_keep_type (type);
  variant = to_little_endian (g_variant_ref_sink (g_variant_new_from_bytes (type, content, FALSE)));
  if (!g_variant_is_normal_form (variant))
    return thespian_body_refuse (error, "a variant is not in normal form");
  *ret_variant = g_steal_pointer (&variant);
  return TRUE;
}
