/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The codec of message bodies: whatever the bytes are, they are read or refused, and what was read
 * is written and read again as the same.
 */

#include "config.h"

#include "fuzz.h"
#include "wire-types.h"

#include "model/thespian-error.h"
#include "model/thespian-value-private.h"
#include "wire/thespian-body-format-private.h"
#include "wire/thespian-body-private.h"

static void
set_up (void)
{
  static gsize is_done;

  if (!g_once_init_enter (&is_done))
    return;
  wire_types_ensure ();
  g_once_init_leave (&is_done, 1);
}

static void
swap (ThespianBuffer *one,
      ThespianBuffer *other)
{
  ThespianBuffer kept = *one;

  *one = *other;
  *other = kept;
}

/* Readers allow more wrapping than is written: what is too deep to be written has used some of it. */
static gboolean
is_wrapped_too_deep (const guint8 *data,
                     gsize         length)
{
  g_auto (ThespianBuffer) wrapped = THESPIAN_BUFFER_INIT;
  g_auto (GValue) value = G_VALUE_INIT;

  thespian_buffer_append (&wrapped, data, length);
  for (guint i = THESPIAN_BODY_MAX_WRITTEN_DEPTH; i < THESPIAN_BODY_MAX_READ_DEPTH; i++)
    {
      g_auto (ThespianBuffer) outer = THESPIAN_BUFFER_INIT;

      thespian_body_write_poison (&outer, wrapped.data, wrapped.length, NULL);
      swap (&wrapped, &outer);
    }
  return !thespian_body_read (NULL, wrapped.data, wrapped.length, &value, NULL);
}

static void
check_stable (GValue       *value,
              const guint8 *data,
              gsize         length)
{
  g_auto (ThespianBuffer) first = THESPIAN_BUFFER_INIT;
  g_auto (ThespianBuffer) second = THESPIAN_BUFFER_INIT;
  g_auto (GValue) again = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  if (!thespian_body_write (&first, value, &error))
    {
      g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_NOT_SERIALIZABLE);
      g_assert_true (is_wrapped_too_deep (data, length));
      return;
    }
  g_assert_no_error (error);
  thespian_body_read (NULL, first.data, first.length, &again, &error);
  g_assert_no_error (error);
  thespian_body_write (&second, &again, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (first.data, first.length, second.data, second.length);
}

/* On a thread that runs no user code, and then on one that does. */
static void
check_lazily (GBytes       *bytes,
              const guint8 *data,
              gsize         length,
              gboolean      is_message)
{
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  wire_types_n_decoded = 0;
  if (thespian_body_read_lazily (bytes, data, length, &value, &error))
    {
      g_assert_cmpuint (wire_types_n_decoded, ==, 0);
      g_assert_cmpint (thespian_body_resolve (&value, &error), ==, is_message);
    }
  else
    {
      g_assert_cmpuint (wire_types_n_decoded, ==, 0);
      g_assert_false (is_message);
    }
  g_assert_cmpint (error != NULL, ==, !is_message);
}

/* Wrapped as poison it is as good, or as bad, as by itself. */
static void
check_wrapped (const guint8 *data,
               gsize         length,
               gboolean      is_message)
{
  g_auto (ThespianBuffer) poison = THESPIAN_BUFFER_INIT;
  g_auto (GValue) value = G_VALUE_INIT;

  thespian_body_write_poison (&poison, data, length, "because");
  if (is_message)
    g_assert_cmpint (thespian_body_needs_user_code (poison.data, poison.length), ==,
                     thespian_body_needs_user_code (data, length));
  else
    g_assert_false (thespian_body_read (NULL, poison.data, poison.length, &value, NULL));
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         length)
{
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, length);
  gboolean is_message;

  set_up ();
  thespian_body_peek_kind (data, length);
  is_message = thespian_body_read (bytes, data, length, &value, &error);
  g_assert_cmpint (error != NULL, ==, !is_message);
  if (error != NULL)
    g_assert_true (g_utf8_validate (error->message, -1, NULL));
  if (is_message)
    check_stable (&value, data, length);
  check_lazily (bytes, data, length, is_message);
  check_wrapped (data, length, is_message);
  return 0;
}
