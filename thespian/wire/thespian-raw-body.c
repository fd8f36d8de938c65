/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A body that waits for the thread that may run the program's code.  Until then it is a value like
 * others: it can wait in a mailbox, be sent on, and come back as poison.
 */

#include "config.h"

#include "wire/thespian-body-private.h"

#include "model/thespian-error.h"
#include "model/thespian-value-private.h"
#include "wire/thespian-body-format-private.h"

typedef GBytes ThespianRawBody;

G_DEFINE_BOXED_TYPE (ThespianRawBody, thespian_raw_body, g_bytes_ref, g_bytes_unref)

void
thespian_raw_body_init (GValue       *value,
                        GBytes       *backing,
                        const guint8 *data,
                        gsize         length)
{
  const guint8 *start = backing != NULL ? g_bytes_get_data (backing, NULL) : NULL;
  GBytes *body;

  if (backing != NULL)
    body = g_bytes_new_from_bytes (backing, (gsize) (data - start), length);
  else
    body = g_bytes_new (data, length);
  g_value_init (value, THESPIAN_TYPE_RAW_BODY);
  g_value_take_boxed (value, body);
}

gboolean
thespian_body_resolve (GValue  *value,
                       GError **error)
{
  GValue resolved = G_VALUE_INIT;
  gconstpointer data;
  GBytes *body;
  gsize length;

  if (G_LIKELY (G_VALUE_TYPE (value) != THESPIAN_TYPE_RAW_BODY))
    return TRUE;

  body = g_value_get_boxed (value);
  if (body == NULL)
    {
      g_set_error_literal (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
                           "A message that was to be decoded later has no bytes");
      return FALSE;
    }
  data = g_bytes_get_data (body, &length);
  if (!thespian_body_read (body, data, length, &resolved, error))
    return FALSE;
  g_value_unset (value);
  thespian_value_move_into (&resolved, value);
  return TRUE;
}

ThespianBodyKind
thespian_raw_body_get_kind (const GValue *value)
{
  GBytes *body = g_value_get_boxed (value);
  gsize length = 0;
  gconstpointer data = body != NULL ? g_bytes_get_data (body, &length) : NULL;

  return thespian_body_peek_kind (data, length);
}
