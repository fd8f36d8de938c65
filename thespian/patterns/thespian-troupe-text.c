/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "patterns/thespian-troupe-private.h"

#include "model/thespian-error.h"

static ThespianTroupeText
parse_count (const char *text,
             const char *number,
             int         min,
             int        *ret_count,
             GError    **error)
{
  guint64 count;

  if (!g_ascii_string_to_unsigned (number, 10, (guint64) min, G_MAXINT, &count, NULL))
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
                   "“%s” is no setting of a troupe: “%s” is no number from %d to %d",
                   text, number, min, G_MAXINT);
      return THESPIAN_TROUPE_TEXT_INVALID;
    }

  *ret_count = (int) count;
  return THESPIAN_TROUPE_TEXT_SET;
}

ThespianTroupeText
thespian_troupe_parse_text (const char *text,
                            int        *ret_max_count,
                            int        *ret_idle_count,
                            GError    **error)
{
  static const char max_prefix[] = "troupe:set_max_count=";
  static const char idle_prefix[] = "troupe:set_idle_count=";

  if (!g_str_has_prefix (text, "troupe:"))
    return THESPIAN_TROUPE_TEXT_NONE;
  if (g_str_equal (text, "troupe:status?"))
    return THESPIAN_TROUPE_TEXT_STATUS;
  if (g_str_has_prefix (text, max_prefix))
    return parse_count (text, text + strlen (max_prefix), 1, ret_max_count, error);
  if (g_str_has_prefix (text, idle_prefix))
    return parse_count (text, text + strlen (idle_prefix), 0, ret_idle_count, error);

  return THESPIAN_TROUPE_TEXT_NONE;
}
