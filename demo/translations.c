/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "translations.h"

#include <glib/gi18n.h>

static char *
find_folder (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *bin = program != NULL ? g_path_get_dirname (program) : NULL;
  g_autofree char *folder = bin != NULL ? g_build_filename (bin, LOCALE_FROM_BIN, NULL) : NULL;

  if (folder != NULL && g_file_test (folder, G_FILE_TEST_IS_DIR))
    return g_steal_pointer (&folder);
  return g_strdup (LOCALEDIR);
}

void
translations_find (void)
{
  g_autofree char *folder = find_folder ();

  bindtextdomain (GETTEXT_PACKAGE, folder);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}
