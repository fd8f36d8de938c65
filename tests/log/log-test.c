/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "log-test.h"

#include <glib/gstdio.h>

void
log_folder_set_up (LogFolder    *folder,
                   gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  folder->path = g_dir_make_tmp ("thespian-log-XXXXXX", &error);
  g_assert_no_error (error);
}

void
log_folder_tear_down (LogFolder    *folder,
                      gconstpointer data)
{
  g_autofree char *list = log_folder_list (folder);
  g_auto (GStrv) names = g_strsplit (list, " ", -1);

  for (char **name = names; *name != NULL; name++)
    {
      g_autofree char *path = log_folder_path (folder, *name);

      if (**name != '\0')
        g_assert_cmpint (g_remove (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (folder->path), ==, 0);
  g_free (folder->path);
}

char *
log_folder_path (LogFolder  *folder,
                 const char *name)
{
  return g_build_filename (folder->path, name, NULL);
}

char *
log_folder_read (LogFolder  *folder,
                 const char *name)
{
  g_autofree char *path = log_folder_path (folder, name);
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, NULL);
  return text;
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

char *
log_folder_list (LogFolder *folder)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder->path, 0, &error);
  const char *name;

  g_assert_no_error (error);
  while ((name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  return g_strjoinv (" ", (char **) names->pdata);
}

GVariant *
log_definition (LogFolder  *folder,
                const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "%s", -1);
  g_autofree char *all = g_strjoinv (folder != NULL ? folder->path : "", parts);
  g_autoptr (GError) error = NULL;
  GVariant *definition = g_variant_parse (NULL, all, NULL, NULL, &error);

  g_assert_no_error (error);
  return definition;
}

ThespianLogRecord *
log_record (GLogLevelFlags level,
            const char    *domain,
            const char    *message,
            const char    *address)
{
  ThespianLogRecord *record = thespian_log_record_new (level, domain, message);

  record->actor_address = g_strdup (address);
  return record;
}
