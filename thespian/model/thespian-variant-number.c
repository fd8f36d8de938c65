/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "model/thespian-variant-number-private.h"

gboolean
thespian_variant_read_integer (GVariant *value,
                               guint64  *ret_number)
{
  gint64 number;

  switch (g_variant_classify (value))
    {
    case G_VARIANT_CLASS_UINT32:
      *ret_number = g_variant_get_uint32 (value);
      return TRUE;
    case G_VARIANT_CLASS_UINT64:
      *ret_number = g_variant_get_uint64 (value);
      return TRUE;
    case G_VARIANT_CLASS_INT32:
      number = g_variant_get_int32 (value);
      break;
    case G_VARIANT_CLASS_INT64:
      number = g_variant_get_int64 (value);
      break;
    default:
      return FALSE;
    }
  *ret_number = (guint64) number;
  return number >= 0;
}

gboolean
thespian_variant_read_double (GVariant *value,
                              double   *ret_number)
{
  guint64 integer;

  if (thespian_variant_read_integer (value, &integer))
    *ret_number = (double) integer;
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_DOUBLE))
    *ret_number = g_variant_get_double (value);
  else
    return FALSE;
  return *ret_number >= 0;
}
