/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "model/thespian-value-private.h"

#include <math.h>
#include <string.h>

#include "model/thespian-address.h"
#include "model/thespian-language-private.h"
#include "model/thespian-poison-message.h"

#define MAX_TEXT 120

/**
 * thespian_value_free: (skip)
 * @value: (nullable) (transfer full): a value on the heap
 *
 * Frees a value that a function of this library returned, together with its content.
 *
 * The languages with a garbage collector do this by themselves. May be called from any thread.
 *
 * Since: 1.0
 */
void
thespian_value_free (GValue *value)
{
  if (value != NULL)
    g_boxed_free (G_TYPE_VALUE, value);
}

/*
 * The bindings free a value that they were given as the boxed type that GValue is, and GLib keeps
 * to itself how that allocates: so it makes the shell too.
 */
GValue *
thespian_value_new_take (GValue *value)
{
  const GValue any = { .g_type = G_TYPE_BOOLEAN };
  GValue *shell;

  g_return_val_if_fail (G_IS_VALUE (value), NULL);

  thespian_language_adapt_reply (value);
  shell = g_boxed_copy (G_TYPE_VALUE, &any);
  thespian_value_move_into (value, shell);

  return shell;
}

void
thespian_value_copy_other (const GValue *src,
                           GValue       *dest_uninitialised)
{
  *dest_uninitialised = (GValue) G_VALUE_INIT;

  if (G_VALUE_TYPE (src) == G_TYPE_INVALID)
    return;

  g_value_init (dest_uninitialised, G_VALUE_TYPE (src));
  g_value_copy (src, dest_uninitialised);
}

static gboolean
doubles_equal (double a,
               double b)
{
  return a == b || (isnan (a) && isnan (b));
}

static gboolean
strv_equal (const char *const *a,
            const char *const *b)
{
  return a == b || (a != NULL && b != NULL && g_strv_equal (a, b));
}

static gboolean
bytes_equal (GBytes *a,
             GBytes *b)
{
  return a == b || (a != NULL && b != NULL && g_bytes_equal (a, b));
}

static gboolean
variants_equal (GVariant *a,
                GVariant *b)
{
  return a == b || (a != NULL && b != NULL && g_variant_equal (a, b));
}

static gboolean
values_equal (const GValue *a,
              const GValue *b)
{
  return a == b || (a != NULL && b != NULL && thespian_value_equal (a, b));
}

static gboolean
boxed_equal (const GValue *a,
             const GValue *b)
{
  gpointer boxed_a = g_value_get_boxed (a);
  gpointer boxed_b = g_value_get_boxed (b);

  if (G_VALUE_HOLDS (a, G_TYPE_BYTES))
    return bytes_equal (boxed_a, boxed_b);

  if (G_VALUE_HOLDS (a, G_TYPE_STRV))
    return strv_equal (boxed_a, boxed_b);

  if (G_VALUE_HOLDS (a, G_TYPE_VALUE))
    return values_equal (boxed_a, boxed_b);

  return boxed_a == boxed_b;
}

static gboolean
objects_equal (GObject *a,
               GObject *b)
{
  return a == b ||
         (THESPIAN_IS_POISON_MESSAGE (a) && THESPIAN_IS_POISON_MESSAGE (b) &&
          thespian_poison_message_equal (THESPIAN_POISON_MESSAGE (a),
                                         THESPIAN_POISON_MESSAGE (b)));
}

gboolean
thespian_value_equal (const GValue *a,
                      const GValue *b)
{
  GType type = G_VALUE_TYPE (a);

  if (type != G_VALUE_TYPE (b))
    return FALSE;

  if (type == G_TYPE_INVALID)
    return TRUE;

  switch (g_type_fundamental (type))
    {
    case G_TYPE_CHAR:
      return g_value_get_schar (a) == g_value_get_schar (b);
    case G_TYPE_UCHAR:
      return g_value_get_uchar (a) == g_value_get_uchar (b);
    case G_TYPE_BOOLEAN:
      return !g_value_get_boolean (a) == !g_value_get_boolean (b);
    case G_TYPE_INT:
      return g_value_get_int (a) == g_value_get_int (b);
    case G_TYPE_UINT:
      return g_value_get_uint (a) == g_value_get_uint (b);
    case G_TYPE_LONG:
      return g_value_get_long (a) == g_value_get_long (b);
    case G_TYPE_ULONG:
      return g_value_get_ulong (a) == g_value_get_ulong (b);
    case G_TYPE_INT64:
      return g_value_get_int64 (a) == g_value_get_int64 (b);
    case G_TYPE_UINT64:
      return g_value_get_uint64 (a) == g_value_get_uint64 (b);
    case G_TYPE_ENUM:
      return g_value_get_enum (a) == g_value_get_enum (b);
    case G_TYPE_FLAGS:
      return g_value_get_flags (a) == g_value_get_flags (b);
    case G_TYPE_FLOAT:
      return doubles_equal ((double) g_value_get_float (a), (double) g_value_get_float (b));
    case G_TYPE_DOUBLE:
      return doubles_equal (g_value_get_double (a), g_value_get_double (b));
    case G_TYPE_STRING:
      return g_strcmp0 (g_value_get_string (a), g_value_get_string (b)) == 0;
    case G_TYPE_VARIANT:
      return variants_equal (g_value_get_variant (a), g_value_get_variant (b));
    case G_TYPE_BOXED:
      return boxed_equal (a, b);
    case G_TYPE_OBJECT:
    case G_TYPE_INTERFACE:
      return objects_equal (g_value_get_object (a), g_value_get_object (b));
    default:
      return g_value_peek_pointer (a) == g_value_peek_pointer (b);
    }
}

/* The length of @text in bytes; when it is longer, a boundary of characters near MAX_TEXT. */
static gsize
short_length (const char *text)
{
  gsize length = strnlen (text, MAX_TEXT + 1);

  if (length <= MAX_TEXT)
    return length;

  length = MAX_TEXT;
  while (length > 0 && ((guchar) text[length] & 0xc0) == 0x80)
    length--;

  return length;
}

/* Control characters, which could forge a line of a log, are escaped; letters are left alone. */
static char *
escape (const char *text)
{
  char letters[0x100 - 0x80 + 1];

  for (guint i = 0; i < sizeof letters - 1; i++)
    letters[i] = (char) (0x80 + i);
  letters[sizeof letters - 1] = '\0';

  return g_strescape (text, letters);
}

static char *
string_to_string (const char *text)
{
  gsize length;
  g_autofree char *start = NULL;
  g_autofree char *escaped = NULL;

  if (text == NULL)
    return g_strdup ("NULL");

  length = short_length (text);
  start = g_strndup (text, length);
  escaped = escape (start);

  return g_strdup_printf ("\"%s\"%s", escaped, text[length] == '\0' ? "" : "…");
}

static char *
variant_to_string (GVariant *variant)
{
  g_autofree char *text = NULL;

  if (variant == NULL)
    return g_strdup ("NULL");

  if (g_variant_get_size (variant) > 10 * MAX_TEXT)
    return g_strdup_printf ("<GVariant %s of %" G_GSIZE_FORMAT " bytes>",
                            g_variant_get_type_string (variant), g_variant_get_size (variant));

  text = g_variant_print (variant, TRUE);

  return g_strdup_printf ("%.*s%s", (int) short_length (text), text,
                          text[short_length (text)] == '\0' ? "" : "…");
}

static char *
object_to_string (GObject *object)
{
  if (object == NULL)
    return g_strdup ("NULL");

  if (THESPIAN_IS_ADDRESS (object))
    return thespian_address_to_string (THESPIAN_ADDRESS (object));

  return g_strdup_printf ("<%s>", G_OBJECT_TYPE_NAME (object));
}

char *
thespian_value_to_string (const GValue *value)
{
  if (!G_IS_VALUE (value))
    return g_strdup ("<no value>");

  if (thespian_type_is_scalar (G_VALUE_TYPE (value)))
    return g_strdup_value_contents (value);

  if (G_VALUE_HOLDS_STRING (value))
    return string_to_string (g_value_get_string (value));

  if (G_VALUE_HOLDS_VARIANT (value))
    return variant_to_string (g_value_get_variant (value));

  if (G_VALUE_HOLDS_OBJECT (value))
    return object_to_string (g_value_get_object (value));

  if (G_VALUE_HOLDS (value, G_TYPE_BYTES) && g_value_get_boxed (value) != NULL)
    return g_strdup_printf ("<GBytes of %" G_GSIZE_FORMAT " bytes>",
                            g_bytes_get_size (g_value_get_boxed (value)));

  return g_strdup_printf ("<%s>", G_VALUE_TYPE_NAME (value));
}
