/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "timeout.h"

#include "tool-error.h"

#include <glib/gi18n.h>
#include <math.h>

/* More than a life is for ever, and overflows nothing. */
#define MAX_SECONDS 1e9

gboolean
timeout_from_seconds (double     seconds,
                      GTimeSpan *ret_timeout,
                      GError   **error)
{
  if (!isfinite (seconds))
    {
      g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE,
                   _ ("--timeout needs a number of seconds, and %g is none; a negative one is for ever"), seconds);
      return FALSE;
    }
  *ret_timeout = seconds < 0 || seconds > MAX_SECONDS ? -1 : (GTimeSpan) (seconds * G_TIME_SPAN_SECOND);
  return TRUE;
}
