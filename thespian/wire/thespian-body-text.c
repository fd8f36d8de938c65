/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "wire/thespian-body-private.h"

#include "model/thespian-error.h"
#include "wire/thespian-body-format-private.h"

#define MAX_SHORT 1024

#define TOP_BITS G_GUINT64_CONSTANT (0x8080808080808080)
#define ONES G_GUINT64_CONSTANT (0x0101010101010101)

/* A byte has its top bit from the start, or gets it when it is 0; others may follow a 0. */
static guint64
mark_unusual (const char *data)
{
  guint64 word;

  memcpy (&word, data, sizeof word);
  return word | (word - ONES);
}

/* Whether the bytes are UTF-8 without a NUL.  Most text is ASCII, and eight letters at once. */
static gboolean
is_text (const char *data,
         gsize       length)
{
  guint64 marks = 0;

  if (length < 8)
    return g_utf8_validate_len (data, length, NULL);
  for (gsize i = 8; i < length; i += 8)
    marks |= mark_unusual (data + i - 8);
  marks |= mark_unusual (data + length - 8);
  return (marks & TOP_BITS) == 0 || g_utf8_validate_len (data, length, NULL);
}

static void
put_span (ThespianBodyWriter *self,
          const char         *data,
          guint32             length)
{
  guint8 *place = thespian_buffer_extend (self->buffer, sizeof length + length);
  guint32 number = GUINT32_TO_LE (length);

  memcpy (place, &number, sizeof number);
  memcpy (place + sizeof number, data, length);
}

gboolean
thespian_body_put_string (ThespianBodyWriter *self,
                          const char         *string,
                          GError            **error)
{
  gsize length;

  if (string == NULL)
    {
      thespian_body_put_u32 (self, THESPIAN_BODY_NULL);
      return TRUE;
    }
  length = strlen (string);
  if (!is_text (string, length))
    {
      g_set_error_literal (error, THESPIAN_ERROR, THESPIAN_ERROR_NOT_SERIALIZABLE,
                           "A string that is not in UTF-8 cannot leave its process: "
                           "send it as bytes");
      return FALSE;
    }
  if (length >= THESPIAN_BODY_NULL)
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_NOT_SERIALIZABLE,
                   "A string of %" G_GSIZE_FORMAT " bytes is too long to leave its process",
                   length);
      return FALSE;
    }
  put_span (self, string, (guint32) length);
  return TRUE;
}

gboolean
thespian_body_is_short_text (const GValue *value,
                             gsize        *ret_length)
{
  const char *text = G_VALUE_TYPE (value) == G_TYPE_STRING ? value->data[0].v_pointer : NULL;

  if (text == NULL)
    return FALSE;
  *ret_length = strlen (text);
  return *ret_length <= MAX_SHORT && is_text (text, *ret_length);
}

void
thespian_body_write_text (ThespianBuffer *buffer,
                          const char     *text,
                          gsize           length)
{
  ThespianBodyWriter writer = { buffer, buffer->length, 0 };

  thespian_body_put_u8 (&writer, THESPIAN_TAG_STRING);
  put_span (&writer, text, (guint32) length);
}

void
thespian_body_put_details (ThespianBodyWriter *self,
                           const char         *details)
{
  g_autofree char *valid = NULL;

  if (!thespian_body_put_string (self, details, NULL))
    {
      /* A bad byte becomes three. */
      valid = g_utf8_make_valid (details, (gssize) strnlen (details, G_MAXINT32 / 4));
      put_span (self, valid, (guint32) strlen (valid));
    }
}

gboolean
thespian_body_put_strv (ThespianBodyWriter *self,
                        const char *const  *strv,
                        GError            **error)
{
  guint n = strv != NULL ? g_strv_length ((GStrv) strv) : THESPIAN_BODY_NULL;

  thespian_body_put_u32 (self, n);
  for (guint i = 0; strv != NULL && i < n; i++)
    if (!thespian_body_put_string (self, strv[i], error))
      return FALSE;
  return TRUE;
}

gboolean
thespian_body_put_name (ThespianBodyWriter *self,
                        const char         *name,
                        GError            **error)
{
  if (strlen (name) > THESPIAN_BODY_MAX_NAME)
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_NOT_SERIALIZABLE,
                   "The name “%.60s…” is too long to leave its process: no more than %d bytes can",
                   name, THESPIAN_BODY_MAX_NAME);
      return FALSE;
    }
  return thespian_body_put_string (self, name, error);
}

gboolean
thespian_body_get_span (ThespianBodyReader *self,
                        const guint8      **ret_data,
                        guint32            *ret_length,
                        GError            **error)
{
  guint32 length;

  if (!thespian_body_get_u32 (self, &length, error))
    return FALSE;
  *ret_data = self->data;
  *ret_length = length;
  if (length == THESPIAN_BODY_NULL)
    return TRUE;
  if (length > thespian_body_n_left (self))
    return thespian_body_refuse_truncated (error);
  self->data += length;
  return TRUE;
}

static gboolean
get_text (ThespianBodyReader *self,
          const char        **ret_text,
          guint32            *ret_length,
          GError            **error)
{
  const guint8 *data;

  if (!thespian_body_get_span (self, &data, ret_length, error))
    return FALSE;
  *ret_text = (const char *) data;
  return *ret_length == THESPIAN_BODY_NULL || is_text (*ret_text, *ret_length) ||
         thespian_body_refuse (error, "a string is not in UTF-8");
}

/* There is no zero in it, as g_strndup() would look for. */
static char *
copy_text (const char *text,
           gsize       length)
{
  char *copy = g_malloc (length + 1);

  memcpy (copy, text, length);
  copy[length] = '\0';
  return copy;
}

gboolean
thespian_body_get_string (ThespianBodyReader *self,
                          char              **ret_string,
                          GError            **error)
{
  const char *text;
  guint32 length;

  if (!get_text (self, &text, &length, error))
    return FALSE;
  *ret_string = length != THESPIAN_BODY_NULL ? copy_text (text, length) : NULL;
  return TRUE;
}

gboolean
thespian_body_get_strv (ThespianBodyReader *self,
                        GStrv              *ret_strv,
                        GError            **error)
{
  g_auto (GStrv) strv = NULL;
  guint32 n;

  *ret_strv = NULL;
  if (!thespian_body_get_u32 (self, &n, error))
    return FALSE;
  if (n == THESPIAN_BODY_NULL)
    return TRUE;
  /* Each string takes four bytes at least, so nobody can ask for much memory with few bytes. */
  if (n > thespian_body_n_left (self) / sizeof (guint32))
    return thespian_body_refuse_truncated (error);

  strv = g_new0 (char *, (gsize) n + 1);
  for (guint32 i = 0; i < n; i++)
    if (!thespian_body_get_string (self, &strv[i], error))
      return FALSE;
    else if (strv[i] == NULL)
      return thespian_body_refuse (error, "a list of strings has none at one place");
  *ret_strv = g_steal_pointer (&strv);
  return TRUE;
}

gboolean
thespian_body_get_name (ThespianBodyReader *self,
                        char               *name,
                        GError            **error)
{
  const char *text;
  guint32 length;

  if (!get_text (self, &text, &length, error))
    return FALSE;
  if (length == 0 || length > THESPIAN_BODY_MAX_NAME)
    return thespian_body_refuse (error, "a name is empty or too long");
  memcpy (name, text, length);
  name[length] = '\0';
  return TRUE;
}
