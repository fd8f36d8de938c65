/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "input.h"

#include "tool-error.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

gboolean
input_check (const char *text,
             gsize       length,
             GError    **error)
{
  g_autofree char *shown = g_utf8_make_valid (text, (gssize) length);

  if (memchr (text, '\0', length) != NULL)
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE,
                 _ ("“%s” has a zero character, and no text can: send bytes with --format=gvariant"), g_strchomp (shown));
  else if (!g_utf8_validate_len (text, length, NULL))
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE, _ ("“%s” is not UTF-8"), g_strchomp (shown));
  else
    return TRUE;
  return FALSE;
}

gboolean
input_check_words (int     argc,
                   char  **argv,
                   GError **error)
{
  for (int i = 0; i < argc; i++)
    if (!input_check (argv[i], strlen (argv[i]), error))
      return FALSE;
  return TRUE;
}

gboolean
input_check_end (GError **error)
{
  if (!ferror (stdin))
    return TRUE;
  g_set_error (error, TOOL_ERROR, TOOL_ERROR_FAILED, _ ("the standard input cannot be read: %s"), g_strerror (errno));
  return FALSE;
}
