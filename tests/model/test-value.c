/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/thespian-value-private.h"

#include <gio/gio.h>
#include <gobject/gvaluecollector.h>
#include <math.h>

#include "model/thespian-address-private.h"
#include "model/thespian-poison-message-private.h"
#include "model/thespian-status-request.h"

static void
collect_va (GValue  *value,
            GType    type,
            va_list *args)
{
  g_autofree char *error = NULL;

  G_VALUE_COLLECT_INIT (value, type, *args, 0, &error);
  g_assert_null (error);
}

static void
collect (GValue *value,
         GType   type,
         ...)
{
  va_list args;

  va_start (args, type);
  collect_va (value, type, &args);
  va_end (args);
}

static void
assert_equal_is (gboolean expected,
                 GValue  *a,
                 GValue  *b)
{
  g_assert_cmpint (thespian_value_equal (a, b), ==, expected);
  g_assert_cmpint (thespian_value_equal (b, a), ==, expected);
  g_assert_true (thespian_value_equal (a, a));
  g_value_unset (a);
  g_value_unset (b);
}

/* Two contents of one type follow: each is equal to a copy of itself, and not to the other. */
static void
assert_differ (GType type,
               ...)
{
  GValue one = G_VALUE_INIT;
  GValue copy = G_VALUE_INIT;
  GValue other = G_VALUE_INIT;
  va_list args;

  va_start (args, type);
  collect_va (&one, type, &args);
  collect_va (&other, type, &args);
  va_end (args);

  thespian_value_copy_into (&one, &copy);
  g_assert_true (thespian_value_equal (&one, &copy));
  thespian_value_clear (&copy);
  assert_equal_is (FALSE, &one, &other);
}

static void
test_equal (void)
{
  const char *const words[] = { "a", "b", NULL };
  const char *const same_words[] = { "a", "b", NULL };
  const char *const fewer_words[] = { "a", NULL };
  g_autoptr (GObject) object = g_object_new (G_TYPE_OBJECT, NULL);
  g_autoptr (GObject) other_object = g_object_new (G_TYPE_OBJECT, NULL);
  GValue a = G_VALUE_INIT;
  GValue b = G_VALUE_INIT;

  assert_differ (G_TYPE_CHAR, -1, 1);
  assert_differ (G_TYPE_UCHAR, 255, 1);
  assert_differ (G_TYPE_BOOLEAN, TRUE, FALSE);
  assert_differ (G_TYPE_INT, G_MININT, 0);
  assert_differ (G_TYPE_UINT, G_MAXUINT, 0u);
  assert_differ (G_TYPE_LONG, G_MINLONG, 0l);
  assert_differ (G_TYPE_ULONG, G_MAXULONG, 0ul);
  assert_differ (G_TYPE_INT64, G_MININT64, (gint64) 0);
  assert_differ (G_TYPE_UINT64, G_MAXUINT64, (guint64) 0);
  assert_differ (G_TYPE_FLOAT, 0.5, 0.25);
  assert_differ (G_TYPE_DOUBLE, 0.5, 0.25);
  assert_differ (G_TYPE_DOUBLE, (double) NAN, 0.0);
  assert_differ (G_TYPE_STRING, "a", "b");
  assert_differ (G_TYPE_STRING, "a", NULL);
  assert_differ (G_TYPE_VARIANT, g_variant_new ("(is)", 1, "x"), g_variant_new ("(is)", 2, "x"));
  assert_differ (G_TYPE_VARIANT, g_variant_new_int32 (1), NULL);
  assert_differ (G_TYPE_OBJECT, object, other_object);
  assert_differ (G_TYPE_OBJECT, object, NULL);
  assert_differ (G_TYPE_STRV, words, fewer_words);
  assert_differ (G_TYPE_STRV, words, NULL);
  assert_differ (G_TYPE_NORMALIZE_MODE, G_NORMALIZE_NFD, G_NORMALIZE_NFC);
  assert_differ (G_TYPE_POINTER, object, words);

  collect (&a, G_TYPE_STRV, words);
  collect (&b, G_TYPE_STRV, same_words);
  assert_equal_is (TRUE, &a, &b);

  collect (&a, G_TYPE_VARIANT, g_variant_new ("(is)", 1, "x"));
  collect (&b, G_TYPE_VARIANT, g_variant_new ("(is)", 1, "x"));
  assert_equal_is (TRUE, &a, &b);

  collect (&a, G_TYPE_INT, 1);
  collect (&b, G_TYPE_UINT, 1u);
  assert_equal_is (FALSE, &a, &b);
}

static void
test_equal_bytes (void)
{
  g_autoptr (GBytes) one = g_bytes_new_static ("ab\0c", 4);
  g_autoptr (GBytes) same = g_bytes_new ("ab\0c", 4);
  g_autoptr (GBytes) other = g_bytes_new ("ab\0d", 4);
  GValue a = G_VALUE_INIT;
  GValue b = G_VALUE_INIT;

  assert_differ (G_TYPE_BYTES, one, other);
  assert_differ (G_TYPE_BYTES, one, NULL);

  collect (&a, G_TYPE_BYTES, one);
  collect (&b, G_TYPE_BYTES, same);
  assert_equal_is (TRUE, &a, &b);
}

static void
test_equal_nested (void)
{
  GValue one = G_VALUE_INIT;
  GValue other = G_VALUE_INIT;

  collect (&one, G_TYPE_STRING, "x");
  collect (&other, G_TYPE_STRING, "y");
  assert_differ (G_TYPE_VALUE, &one, &other);
  assert_differ (G_TYPE_VALUE, &one, NULL);

  {
    g_autoptr (ThespianPoisonMessage) a = thespian_poison_message_new (&one, "why");
    g_autoptr (ThespianPoisonMessage) b = thespian_poison_message_new (&one, "why not");
    GValue value_a = G_VALUE_INIT;
    GValue value_b = G_VALUE_INIT;

    collect (&value_a, THESPIAN_TYPE_POISON_MESSAGE, a);
    collect (&value_b, THESPIAN_TYPE_POISON_MESSAGE, b);
    assert_equal_is (TRUE, &value_a, &value_b);
  }

  g_value_unset (&one);
  g_value_unset (&other);
}

static void
test_equal_unset (void)
{
  GValue a = G_VALUE_INIT;
  GValue b = G_VALUE_INIT;

  g_assert_true (thespian_value_equal (&a, &b));
  collect (&b, G_TYPE_INT, 0);
  g_assert_false (thespian_value_equal (&a, &b));
}

static void
test_scalars (void)
{
  const GType scalars[] = {
    G_TYPE_CHAR, G_TYPE_UCHAR, G_TYPE_BOOLEAN, G_TYPE_INT, G_TYPE_UINT, G_TYPE_LONG,
    G_TYPE_ULONG, G_TYPE_INT64, G_TYPE_UINT64, G_TYPE_FLOAT, G_TYPE_DOUBLE, G_TYPE_ENUM,
    G_TYPE_FLAGS, G_TYPE_NORMALIZE_MODE, G_TYPE_APPLICATION_FLAGS,
  };
  const GType others[] = {
    G_TYPE_INVALID, G_TYPE_NONE, G_TYPE_INTERFACE, G_TYPE_STRING, G_TYPE_POINTER, G_TYPE_BOXED,
    G_TYPE_PARAM, G_TYPE_OBJECT, G_TYPE_VARIANT, G_TYPE_BYTES, G_TYPE_GTYPE,
    THESPIAN_TYPE_ADDRESS,
  };

  for (guint i = 0; i < G_N_ELEMENTS (scalars); i++)
    g_assert_true (thespian_type_is_scalar (scalars[i]));

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    g_assert_false (thespian_type_is_scalar (others[i]));
}

static void
test_copy_scalar (void)
{
  GValue src = G_VALUE_INIT;
  GValue dest;

  memset (&dest, 0x55, sizeof dest);
  collect (&src, G_TYPE_INT64, G_GINT64_CONSTANT (-1234567890123));
  thespian_value_copy_into (&src, &dest);
  g_assert_cmpint (g_value_get_int64 (&dest), ==, G_GINT64_CONSTANT (-1234567890123));
  thespian_value_clear (&dest);
  g_assert_false (G_IS_VALUE (&dest));
}

static void
test_copy_other (void)
{
  GObject *object = g_object_new (G_TYPE_OBJECT, NULL);
  GObject *watched = object;
  GValue src = G_VALUE_INIT;
  GValue dest;

  memset (&dest, 0x55, sizeof dest);
  g_object_add_weak_pointer (object, (gpointer *) &watched);
  g_value_init (&src, G_TYPE_OBJECT);
  g_value_take_object (&src, object);

  thespian_value_copy_into (&src, &dest);
  thespian_value_clear (&src);
  g_assert_false (G_IS_VALUE (&src));
  g_assert_nonnull (watched);
  g_assert_true (g_value_get_object (&dest) == object);

  thespian_value_clear (&dest);
  g_assert_null (watched);

  thespian_value_clear (&dest);
  thespian_value_copy_into (&src, &dest);
  g_assert_false (G_IS_VALUE (&dest));
}

static void
test_move (void)
{
  GValue src = G_VALUE_INIT;
  GValue dest;
  const char *text;

  collect (&src, G_TYPE_STRING, "moved");
  text = g_value_get_string (&src);
  thespian_value_move_into (&src, &dest);

  g_assert_false (G_IS_VALUE (&src));
  g_assert_true (g_value_get_string (&dest) == text);
  thespian_value_clear (&dest);
}

static void
test_heap (void)
{
  GValue value = G_VALUE_INIT;
  GValue *heap;
  GValue *freed_by_bindings;
  const char *text;

  collect (&value, G_TYPE_STRING, "reply");
  text = g_value_get_string (&value);
  heap = thespian_value_new_take (&value);
  g_assert_false (G_IS_VALUE (&value));
  g_assert_true (g_value_get_string (heap) == text);
  thespian_value_free (heap);

  collect (&value, G_TYPE_STRING, "another reply");
  freed_by_bindings = thespian_value_new_take (&value);
  g_boxed_free (G_TYPE_VALUE, freed_by_bindings);

  thespian_value_free (NULL);
}

static void
assert_text (GValue     *value,
             const char *expected)
{
  g_autofree char *text = thespian_value_to_string (value);

  g_assert_cmpstr (text, ==, expected);
  thespian_value_clear (value);
}

static void
test_to_string (void)
{
  GValue value = G_VALUE_INIT;
  g_autoptr (GBytes) bytes = g_bytes_new_static ("abc", 3);
  g_autoptr (ThespianStatusRequest) request = thespian_status_request_new ();
  g_autoptr (ThespianAddress) address = thespian_address_new (1, "Greeter");
  g_autofree char *printable = thespian_address_to_string (address);

  assert_text (&value, "<no value>");
  collect (&value, G_TYPE_INT, -5);
  assert_text (&value, "-5");
  collect (&value, G_TYPE_BOOLEAN, TRUE);
  assert_text (&value, "TRUE");
  collect (&value, G_TYPE_STRING, NULL);
  assert_text (&value, "NULL");
  collect (&value, G_TYPE_STRING, "Grüße\n\"forged\" line\x1b[31m");
  assert_text (&value, "\"Grüße\\n\\\"forged\\\" line\\033[31m\"");
  collect (&value, G_TYPE_VARIANT, g_variant_new ("(is)", 1, "x"));
  assert_text (&value, "(1, 'x')");
  collect (&value, G_TYPE_VARIANT, NULL);
  assert_text (&value, "NULL");
  collect (&value, G_TYPE_BYTES, bytes);
  assert_text (&value, "<GBytes of 3 bytes>");
  collect (&value, G_TYPE_OBJECT, request);
  assert_text (&value, "<ThespianStatusRequest>");
  collect (&value, G_TYPE_OBJECT, NULL);
  assert_text (&value, "NULL");
  collect (&value, THESPIAN_TYPE_ADDRESS, address);
  assert_text (&value, printable);
  collect (&value, G_TYPE_STRV, NULL);
  assert_text (&value, "<GStrv>");
}

static void
test_to_string_of_long_texts (void)
{
  g_autoptr (GString) long_text = g_string_new ("x");
  g_autoptr (GVariant) long_variant = NULL;
  g_autofree char *text = NULL;
  g_autofree char *variant_text = NULL;
  g_autofree char *huge_text = NULL;
  GValue value = G_VALUE_INIT;

  /* Two bytes each, at odd offsets: a cut at an even one would split a letter. */
  while (long_text->len < 400)
    g_string_append (long_text, "é");

  collect (&value, G_TYPE_STRING, long_text->str);
  text = thespian_value_to_string (&value);
  g_assert_true (g_utf8_validate (text, -1, NULL));
  g_assert_true (g_str_has_suffix (text, "é\"…"));
  g_assert_cmpuint (strlen (text), <, 140);
  thespian_value_clear (&value);

  collect (&value, G_TYPE_VARIANT, g_variant_new_string (long_text->str));
  variant_text = thespian_value_to_string (&value);
  g_assert_true (g_utf8_validate (variant_text, -1, NULL));
  g_assert_true (g_str_has_suffix (variant_text, "…"));
  g_assert_cmpuint (strlen (variant_text), <, 140);
  thespian_value_clear (&value);

  while (long_text->len < 4000)
    g_string_append (long_text, "é");
  collect (&value, G_TYPE_VARIANT, g_variant_new_string (long_text->str));
  huge_text = thespian_value_to_string (&value);
  g_assert_cmpstr (huge_text, ==, "<GVariant s of 4002 bytes>");
  thespian_value_clear (&value);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/value/equal", test_equal);
  g_test_add_func ("/value/equal/bytes", test_equal_bytes);
  g_test_add_func ("/value/equal/nested", test_equal_nested);
  g_test_add_func ("/value/equal/unset", test_equal_unset);
  g_test_add_func ("/value/scalars", test_scalars);
  g_test_add_func ("/value/copy/scalar", test_copy_scalar);
  g_test_add_func ("/value/copy/other", test_copy_other);
  g_test_add_func ("/value/move", test_move);
  g_test_add_func ("/value/heap", test_heap);
  g_test_add_func ("/value/to-string", test_to_string);
  g_test_add_func ("/value/to-string/long", test_to_string_of_long_texts);

  return g_test_run ();
}
