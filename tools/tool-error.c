/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "tool-error.h"

#include <thespian.h>

/* Characters of a line with what was typed, of which its end says what to do. */
#define BEGIN_SHOWN 240
#define END_SHOWN 160

G_DEFINE_QUARK (tool-error-quark, tool_error)

static int
status_of_thespian_error (int code)
{
  switch (code)
    {
    case THESPIAN_ERROR_STARTUP_FAILURE:
    case THESPIAN_ERROR_SYSTEM_SHUT_DOWN:
      return TOOL_ERROR_UNREACHABLE;
    case THESPIAN_ERROR_UNKNOWN_BASE:
    case THESPIAN_ERROR_INVALID_ARGUMENT:
    case THESPIAN_ERROR_INVALID_CAPABILITY:
    case THESPIAN_ERROR_READ_ONLY_CAPABILITY:
      return TOOL_ERROR_USAGE;
    case THESPIAN_ERROR_INVALID_ACTOR_ADDRESS:
      return TOOL_ERROR_NO_ACTOR;
    case THESPIAN_ERROR_REQUEST_TIMEOUT:
      return TOOL_ERROR_NO_ANSWER;
    default:
      return TOOL_ERROR_FAILED;
    }
}

int
tool_error_get_status (const GError *error)
{
  if (error->domain == TOOL_ERROR)
    return error->code;
  if (error->domain == G_OPTION_ERROR)
    return TOOL_ERROR_USAGE;
  if (error->domain == THESPIAN_ERROR)
    return status_of_thespian_error (error->code);
  return TOOL_ERROR_FAILED;
}

/* Details of a failure may be a traceback of many lines. */
static char *
to_one_line (const char *text)
{
  g_auto (GStrv) lines = g_strsplit_set (text, "\r\n", -1);
  g_autoptr (GString) line = g_string_new (NULL);

  for (char **part = lines; *part != NULL; part++)
    {
      g_strstrip (*part);
      if (**part == '\0')
        continue;
      if (line->len > 0)
        g_string_append (line, " | ");
      g_string_append (line, *part);
    }
  return g_string_free (g_steal_pointer (&line), FALSE);
}

/* Who typed what is long need not read it again. */
static char *
shorten_middle (const char *line)
{
  glong length = g_utf8_strlen (line, -1);
  g_autofree char *begin = NULL;

  if (length <= BEGIN_SHOWN + END_SHOWN)
    return g_strdup (line);
  begin = g_utf8_substring (line, 0, BEGIN_SHOWN);
  return g_strconcat (begin, "…", g_utf8_offset_to_pointer (line, length - END_SHOWN), NULL);
}

static gboolean
repeats_arguments (int status)
{
  return status == TOOL_ERROR_USAGE || status == TOOL_ERROR_NO_ACTOR;
}

void
tool_error_print (const GError *error)
{
  g_autofree char *line = to_one_line (error->message);
  g_autofree char *shortened = repeats_arguments (tool_error_get_status (error)) ? shorten_middle (line) : NULL;

  g_printerr ("thespian: %s\n", shortened != NULL ? shortened : line);
}
