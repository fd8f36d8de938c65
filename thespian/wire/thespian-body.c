/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "wire/thespian-body-private.h"

#include "model/thespian-value-private.h"
#include "wire/thespian-body-format-private.h"

gboolean
thespian_body_write (ThespianBuffer *buffer,
                     const GValue   *value,
                     GError        **error)
{
  ThespianBodyWriter writer = { buffer, buffer->length, 0 };

  if (G_LIKELY (thespian_body_put_value (&writer, value, error)))
    return TRUE;
  buffer->length = writer.start;
  return FALSE;
}

static gboolean
read_body (GBytes       *backing,
           const guint8 *data,
           gsize         length,
           gboolean      runs_user_code,
           GValue       *value,
           GError      **error)
{
  ThespianBodyReader reader = { backing, data, data, data + length, 0, runs_user_code };

  if (!thespian_body_get_value (&reader, value, error))
    return FALSE;
  if (G_LIKELY (reader.data == reader.end))
    return TRUE;
  thespian_value_clear (value);
  return thespian_body_refuse (error, "they go on after its end");
}

gboolean
thespian_body_read (GBytes       *backing,
                    const guint8 *data,
                    gsize         length,
                    GValue       *value,
                    GError      **error)
{
  return read_body (backing, data, length, TRUE, value, error);
}

gboolean
thespian_body_read_lazily (GBytes       *backing,
                           const guint8 *data,
                           gsize         length,
                           GValue       *value,
                           GError      **error)
{
  if (!thespian_body_needs_user_code (data, length))
    return read_body (backing, data, length, FALSE, value, error);
  thespian_raw_body_init (value, backing, data, length);
  return TRUE;
}

gboolean
thespian_body_roundtrip (GValue  *value,
                         GError **error)
{
  g_auto (ThespianBuffer) buffer = THESPIAN_BUFFER_INIT;
  g_autoptr (GBytes) bytes = NULL;
  GValue received = G_VALUE_INIT;
  gconstpointer data;
  gsize length;

  if (!thespian_body_write (&buffer, value, error))
    return FALSE;
  bytes = thespian_buffer_steal (&buffer);
  data = g_bytes_get_data (bytes, &length);
  if (!thespian_body_read (bytes, data, length, &received, error))
    return FALSE;
  thespian_value_clear (value);
  *value = received;
  return TRUE;
}
