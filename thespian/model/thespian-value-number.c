/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Numbers from one type to another without losing them, which g_value_transform() may do. */

#include "config.h"

#include "model/thespian-value-private.h"

#include <float.h>
#include <math.h>

gboolean
thespian_type_is_integer (GType type)
{
  switch (type)
    {
    case G_TYPE_CHAR:
    case G_TYPE_UCHAR:
    case G_TYPE_INT:
    case G_TYPE_UINT:
    case G_TYPE_LONG:
    case G_TYPE_ULONG:
    case G_TYPE_INT64:
    case G_TYPE_UINT64:
      return TRUE;

    default:
      return FALSE;
    }
}

/* The bits of an integer as 64 of them, and whether they stand for a negative one. */
static gboolean
read_integer (const GValue *value,
              guint64      *ret_bits,
              gboolean     *ret_negative)
{
  gint64 number = 0;

  switch (g_type_fundamental (G_VALUE_TYPE (value)))
    {
    case G_TYPE_CHAR:
      number = g_value_get_schar (value);
      break;
    case G_TYPE_UCHAR:
      number = g_value_get_uchar (value);
      break;
    case G_TYPE_INT:
      number = g_value_get_int (value);
      break;
    case G_TYPE_UINT:
      number = g_value_get_uint (value);
      break;
    case G_TYPE_LONG:
      number = g_value_get_long (value);
      break;
    case G_TYPE_INT64:
      number = g_value_get_int64 (value);
      break;
    case G_TYPE_ULONG:
      *ret_bits = g_value_get_ulong (value);
      *ret_negative = FALSE;
      return TRUE;
    case G_TYPE_UINT64:
      *ret_bits = g_value_get_uint64 (value);
      *ret_negative = FALSE;
      return TRUE;
    default:
      return FALSE;
    }

  *ret_bits = (guint64) number;
  *ret_negative = number < 0;

  return TRUE;
}

static gboolean
is_in_range (guint64  bits,
             gboolean negative,
             gint64   min,
             guint64  max)
{
  return negative ? (gint64) bits >= min : bits <= max;
}

static gboolean
write_integer (GValue  *dest,
               guint64  bits,
               gboolean negative)
{
#define WRITE_INTEGER(TYPE, type, setter, MIN, MAX)  \
    case TYPE:                                       \
      if (!is_in_range (bits, negative, MIN, MAX))   \
        return FALSE;                                \
      setter (dest, (type) bits);                    \
      return TRUE

  switch (G_VALUE_TYPE (dest))
    {
    WRITE_INTEGER (G_TYPE_CHAR, gint8, g_value_set_schar, G_MININT8, G_MAXINT8);
    WRITE_INTEGER (G_TYPE_UCHAR, guchar, g_value_set_uchar, 0, G_MAXUINT8);
    WRITE_INTEGER (G_TYPE_INT, int, g_value_set_int, G_MININT, G_MAXINT);
    WRITE_INTEGER (G_TYPE_UINT, guint, g_value_set_uint, 0, G_MAXUINT);
    WRITE_INTEGER (G_TYPE_LONG, long, g_value_set_long, G_MINLONG, G_MAXLONG);
    WRITE_INTEGER (G_TYPE_ULONG, gulong, g_value_set_ulong, 0, G_MAXULONG);
    WRITE_INTEGER (G_TYPE_INT64, gint64, g_value_set_int64, G_MININT64, G_MAXINT64);
    WRITE_INTEGER (G_TYPE_UINT64, guint64, g_value_set_uint64, 0, G_MAXUINT64);
    default:
      return FALSE;
    }

#undef WRITE_INTEGER
}

static gboolean
read_real (const GValue *value,
           double       *ret_number)
{
  switch (g_type_fundamental (G_VALUE_TYPE (value)))
    {
    case G_TYPE_FLOAT:
      *ret_number = (double) g_value_get_float (value);
      return TRUE;
    case G_TYPE_DOUBLE:
      *ret_number = g_value_get_double (value);
      return TRUE;
    default:
      return FALSE;
    }
}

static gboolean
write_real (GValue *dest,
            double  number)
{
  switch (G_VALUE_TYPE (dest))
    {
    case G_TYPE_FLOAT:
      if (isfinite (number) && fabs (number) > (double) FLT_MAX)
        return FALSE;
      g_value_set_float (dest, (float) number);
      return TRUE;
    case G_TYPE_DOUBLE:
      g_value_set_double (dest, number);
      return TRUE;
    default:
      return FALSE;
    }
}

gboolean
thespian_value_convert_number (const GValue *src,
                               GType         type,
                               GValue       *dest_uninitialised)
{
  guint64 bits;
  gboolean negative;
  double real;

  *dest_uninitialised = (GValue) G_VALUE_INIT;
  g_value_init (dest_uninitialised, type);

  if (read_integer (src, &bits, &negative))
    return write_integer (dest_uninitialised, bits, negative);

  return read_real (src, &real) && write_real (dest_uninitialised, real);
}
