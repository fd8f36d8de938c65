/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/thespian-value-private.h"

#include <float.h>
#include <math.h>

/* Every number that is the least, the greatest or near the end of some type of integers. */
static const char *const numbers[] = {
  "-9223372036854775808", "-9223372036854775807", "-2147483649", "-2147483648", "-129", "-128",
  "-1", "0", "1", "127", "128", "255", "256", "2147483647", "2147483648", "4294967295",
  "4294967296", "9223372036854775807", "9223372036854775808", "18446744073709551615",
};

static const GType integers[] = {
  G_TYPE_CHAR, G_TYPE_UCHAR, G_TYPE_INT,   G_TYPE_UINT,
  G_TYPE_LONG, G_TYPE_ULONG, G_TYPE_INT64, G_TYPE_UINT64,
};

/* Does with text what the code does with bits: a number fits when it prints as it was written. */
static gboolean
set_from_text (GValue     *value,
               GType       type,
               const char *text)
{
  gint64 number = g_ascii_strtoll (text, NULL, 10);
  guint64 unsigned_number = g_ascii_strtoull (text, NULL, 10);
  g_autofree char *printed = NULL;

  g_value_init (value, type);
  switch (type)
    {
    case G_TYPE_CHAR: g_value_set_schar (value, (gint8) number); break;
    case G_TYPE_UCHAR: g_value_set_uchar (value, (guchar) number); break;
    case G_TYPE_INT: g_value_set_int (value, (int) number); break;
    case G_TYPE_UINT: g_value_set_uint (value, (guint) number); break;
    case G_TYPE_LONG: g_value_set_long (value, (long) number); break;
    case G_TYPE_ULONG: g_value_set_ulong (value, (gulong) unsigned_number); break;
    case G_TYPE_INT64: g_value_set_int64 (value, number); break;
    case G_TYPE_UINT64: g_value_set_uint64 (value, unsigned_number); break;
    default: g_assert_not_reached ();
    }

  if (type == G_TYPE_CHAR)
    return number == g_value_get_schar (value);
  if (type == G_TYPE_UCHAR)
    return number == g_value_get_uchar (value);

  printed = g_strdup_value_contents (value);

  return g_str_equal (printed, text);
}

static void
test_integers (void)
{
  guint n_fits = 0;
  guint n_misfits = 0;

  for (guint n = 0; n < G_N_ELEMENTS (numbers); n++)
    for (guint from = 0; from < G_N_ELEMENTS (integers); from++)
      for (guint to = 0; to < G_N_ELEMENTS (integers); to++)
        {
          GValue src = G_VALUE_INIT;
          GValue expected = G_VALUE_INIT;
          GValue dest;
          gboolean fits;

          if (!set_from_text (&src, integers[from], numbers[n]))
            continue;

          fits = set_from_text (&expected, integers[to], numbers[n]);
          g_assert_cmpint (thespian_value_convert_number (&src, integers[to], &dest), ==, fits);
          if (fits)
            g_assert_true (thespian_value_equal (&dest, &expected));
          n_fits += fits;
          n_misfits += !fits;
        }

  g_assert_cmpuint (n_fits, >, 100);
  g_assert_cmpuint (n_misfits, >, 100);
}

static gboolean
double_to_float (double number,
                 float *ret)
{
  GValue src = G_VALUE_INIT;
  GValue dest;

  g_value_init (&src, G_TYPE_DOUBLE);
  g_value_set_double (&src, number);
  if (!thespian_value_convert_number (&src, G_TYPE_FLOAT, &dest))
    return FALSE;

  *ret = g_value_get_float (&dest);

  return TRUE;
}

static void
test_reals (void)
{
  GValue src = G_VALUE_INIT;
  GValue dest;
  float number;

  g_value_init (&src, G_TYPE_FLOAT);
  g_value_set_float (&src, 0.1f);
  g_assert_true (thespian_value_convert_number (&src, G_TYPE_DOUBLE, &dest));
  g_assert_cmpfloat (g_value_get_double (&dest), ==, (double) 0.1f);

  g_assert_true (double_to_float (0.1, &number));
  g_assert_cmpfloat ((double) number, ==, (double) 0.1f);
  g_assert_true (double_to_float ((double) FLT_MAX, &number));
  g_assert_true (double_to_float (-INFINITY, &number));
  g_assert_true (isinf (number) && number < 0);
  g_assert_true (double_to_float (NAN, &number));
  g_assert_true (isnan (number));
  g_assert_false (double_to_float (DBL_MAX, &number));
}

static void
test_families (void)
{
  const GType none[] = { G_TYPE_BOOLEAN, G_TYPE_STRING };
  GValue integer = G_VALUE_INIT;
  GValue real = G_VALUE_INIT;
  GValue dest;

  g_value_init (&integer, G_TYPE_INT);
  g_value_init (&real, G_TYPE_DOUBLE);
  g_assert_false (thespian_value_convert_number (&integer, G_TYPE_DOUBLE, &dest));
  g_assert_false (thespian_value_convert_number (&real, G_TYPE_INT, &dest));

  for (guint i = 0; i < G_N_ELEMENTS (none); i++)
    {
      GValue src = G_VALUE_INIT;

      g_value_init (&src, none[i]);
      g_assert_false (thespian_value_convert_number (&src, G_TYPE_INT, &dest));
      g_assert_false (thespian_value_convert_number (&integer, none[i], &dest));
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/value-number/integers", test_integers);
  g_test_add_func ("/value-number/reals", test_reals);
  g_test_add_func ("/value-number/families", test_families);

  return g_test_run ();
}
