/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "host/thespian-host-program-private.h"

#include "model/thespian-error.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

#define PROGRAM_NAME "thespian-host"
#define PROGRAM_VARIABLE "THESPIAN_HOST"

char *
thespian_host_program_find_library_folder (void)
{
  g_autofree char *path = NULL;
  char *resolved;
  gconstpointer function = (gconstpointer) (guintptr) thespian_host_program_find;
  Dl_info info;

  if (dladdr (function, &info) == 0 || info.dli_fname == NULL)
    return NULL;
  resolved = realpath (info.dli_fname, NULL);
  if (resolved == NULL)
    return NULL;
  path = g_path_get_dirname (resolved);
  free (resolved);
  return g_steal_pointer (&path);
}

static char *
find_beside_library (const char *name,
                     int         access_mode)
{
  /* as installed, wherever the whole was moved to, and as built */
  const char *const places[] = { LIBEXEC_FROM_LIB, ".", "../introspection/hosts" };
  g_autofree char *folder = thespian_host_program_find_library_folder ();

  for (guint i = 0; folder != NULL && i < G_N_ELEMENTS (places); i++)
    {
      g_autofree char *path = g_build_filename (folder, places[i], name, NULL);

      if (access (path, access_mode) == 0)
        return g_canonicalize_filename (path, NULL);
    }
  return NULL;
}

char *
thespian_host_program_find_file (const char *name,
                                 int         access_mode)
{
  char *path = find_beside_library (name, access_mode);
  g_autofree char *configured = NULL;

  if (path != NULL)
    return path;
  configured = g_build_filename (LIBEXECDIR, name, NULL);
  return access (configured, access_mode) == 0 ? g_steal_pointer (&configured) : NULL;
}

char *
thespian_host_program_find (GError **error)
{
  /* A program with more rights than its user does not let the user name what it runs. */
  const char *named = secure_getenv (PROGRAM_VARIABLE);
  const char *configured = LIBEXECDIR "/" PROGRAM_NAME;
  char *path;

  if (named != NULL && *named != '\0')
    {
      if (access (named, X_OK) == 0)
        return g_canonicalize_filename (named, NULL);
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE,
                   "The environment variable " PROGRAM_VARIABLE " names “%s”, which is no program "
                   "that can be run",
                   named);
      return NULL;
    }
  path = thespian_host_program_find_file (PROGRAM_NAME, X_OK);
  if (path != NULL)
    return path;
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE,
               "The program " PROGRAM_NAME " is neither beside the library nor at %s: install it, "
               "or name it in the environment variable " PROGRAM_VARIABLE,
               configured);
  return NULL;
}
