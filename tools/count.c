/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "count.h"

#include "tool-error.h"

#include <glib/gi18n.h>

gboolean
count_check (const char *option,
             gint64      count,
             GError    **error)
{
  if (count > 0)
    return TRUE;
  g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE, _ ("--%s needs a number above 0"), option);
  return FALSE;
}
