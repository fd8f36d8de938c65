/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "charset.h"

#include <glib.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>

/* What the locale C calls its own. */
#define ASCII_CODESET "ANSI_X3.4-1968"

/* Quotes and their like; all else is what somebody typed, or an actor said. */
static char *
to_ascii_quotes (const char *text)
{
  static const char *const ascii[][2] = { { "“", "\"" }, { "”", "\"" }, { "…", "..." }, { "—", "-" } };
  GString *line = g_string_new (text);

  for (guint i = 0; i < G_N_ELEMENTS (ascii); i++)
    g_string_replace (line, ascii[i][0], ascii[i][1], 0);
  return g_string_free (line, FALSE);
}

static void
print_ascii_quotes (const char *text)
{
  g_autofree char *shown = to_ascii_quotes (text);

  fputs (shown, stdout);
}

static void
print_error_ascii_quotes (const char *text)
{
  g_autofree char *shown = to_ascii_quotes (text);

  fputs (shown, stderr);
}

void
charset_choose (void)
{
  setlocale (LC_ALL, "");
  if (!g_str_equal (nl_langinfo (CODESET), ASCII_CODESET) || setlocale (LC_CTYPE, "C.UTF-8") == NULL)
    return;
  g_set_print_handler (print_ascii_quotes);
  g_set_printerr_handler (print_error_ascii_quotes);
}
