/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "flags.h"

#include <glib/gi18n.h>
#include <string.h>

static gboolean
is_flag (const GOptionEntry *entry)
{
  return entry->arg == G_OPTION_ARG_NONE || (entry->flags & G_OPTION_FLAG_NO_ARG) != 0;
}

static gboolean
has_value (const GOptionEntry *entry,
           const char         *argument)
{
  gsize length = strlen (entry->long_name);

  return strncmp (argument, "--", 2) == 0 && strncmp (argument + 2, entry->long_name, length) == 0 &&
         argument[2 + length] == '=';
}

gboolean
flags_check (const GOptionEntry *entries,
             int                 argc,
             char              **argv,
             GError            **error)
{
  for (int i = 1; i < argc && strcmp (argv[i], "--") != 0; i++)
    for (const GOptionEntry *entry = entries; entry->long_name != NULL; entry++)
      if (is_flag (entry) && has_value (entry, argv[i]))
        {
          g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _ ("--%s takes no value: “%s”"),
                       entry->long_name, argv[i]);
          return FALSE;
        }
  return TRUE;
}
