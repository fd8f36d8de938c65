/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "transport/thespian-key-folder-private.h"

#include "model/thespian-error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct
{
  char *(*get_path) (void);
  gboolean is_in_ours;  /* what it stands in has to belong to the user */
  gboolean has_parents; /* what it stands in may have to be made */
} Place;

/* Not g_get_user_runtime_dir(), which names another folder when the environment names none. */
static char *
get_runtime_path (void)
{
  const char *runtime = g_getenv ("XDG_RUNTIME_DIR");

  if (runtime == NULL || !g_path_is_absolute (runtime))
    return NULL;
  return g_build_filename (runtime, "thespian", NULL);
}

/* A home may be on the network, while a port belongs to one host. */
static char *
get_cache_path (void)
{
  g_autofree char *name = g_strconcat ("thespian-", g_get_host_name (), NULL);

  return g_build_filename (g_get_user_cache_dir (), name, NULL);
}

/* For users without a home; the last, since what stays there for long is cleaned away. */
static char *
get_temporary_path (void)
{
  g_autofree char *name = g_strdup_printf ("thespian-%u", (guint) geteuid ());

  return g_build_filename (g_get_tmp_dir (), name, NULL);
}

static const Place places[THESPIAN_KEY_FOLDERS] = {
  { get_runtime_path, TRUE, FALSE },
  { get_cache_path, TRUE, TRUE },
  { get_temporary_path, FALSE, FALSE },
};

char *
thespian_key_folder_get_path (guint rank)
{
  g_return_val_if_fail (rank < THESPIAN_KEY_FOLDERS, NULL);
  return places[rank].get_path ();
}

static gboolean
fail (GError    **error,
      const char *path,
      const char *reason)
{
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE, "The folder for keys %s %s",
               path, reason);
  return FALSE;
}

static gboolean
fail_with_errno (GError    **error,
                 const char *path,
                 const char *what)
{
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE,
               "The folder for keys %s %s: %s", path, what, g_strerror (errno));
  return FALSE;
}

/*
 * Whoever becomes another user without a new environment, as with sudo, must not leave folders in
 * the former's home: that one could not use them any more.
 */
static gboolean
check_surroundings (const char *path,
                    GError    **error)
{
  g_autofree char *around = g_path_get_dirname (path);
  struct stat status;

  while (stat (around, &status) < 0)
    {
      char *next = g_path_get_dirname (around);

      if (errno != ENOENT || g_str_equal (next, around))
        {
          g_free (next);
          return fail_with_errno (error, path, "cannot be reached");
        }
      g_free (around);
      around = next;
    }
  if (status.st_uid != geteuid ())
    return fail (error, path, "would stand in a folder of another user");
  return TRUE;
}

static gboolean
create_folder (const Place *place,
               const char  *path,
               GError     **error)
{
  g_autofree char *around = g_path_get_dirname (path);

  if (place->is_in_ours && !check_surroundings (path, error))
    return FALSE;
  if (place->has_parents && g_mkdir_with_parents (around, 0700) < 0)
    return fail_with_errno (error, path, "cannot be made");
  if (g_mkdir (path, 0700) < 0 && errno != EEXIST)
    return fail_with_errno (error, path, "cannot be made");
  return TRUE;
}

static gboolean
check_folder (int         fd,
              const char *path,
              GError    **error)
{
  struct stat status;

  if (fstat (fd, &status) < 0)
    return fail_with_errno (error, path, "cannot be examined");
  if (status.st_uid != geteuid ())
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE,
                   "The folder for keys %s belongs to user %u, not to user %u who needs it: "
                   "remove it",
                   path, (guint) status.st_uid, (guint) geteuid ());
      return FALSE;
    }
  if ((status.st_mode & 077) != 0)
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE,
                   "The folder for keys %s has mode %04o, so others can look into it: remove it, "
                   "and start the systems anew that have a key there",
                   path, (guint) status.st_mode & 07777);
      return FALSE;
    }
  return TRUE;
}

int
thespian_key_folder_open (guint    rank,
                          gboolean create,
                          GError **error)
{
  g_autofree char *path = thespian_key_folder_get_path (rank);
  int fd;

  if (path == NULL)
    {
      g_set_error_literal (error, THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE,
                           "XDG_RUNTIME_DIR names no folder");
      return -1;
    }
  if (create && !create_folder (&places[rank], path, error))
    return -1;

  /* What is checked is what was opened, so nobody can put another folder there in between. */
  fd = open (path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0 && (errno == ENOTDIR || errno == ELOOP))
    fail (error, path, "is a symbolic link or no folder: remove it");
  else if (fd < 0)
    fail_with_errno (error, path, "cannot be opened");
  if (fd >= 0 && !check_folder (fd, path, error))
    {
      close (fd);
      return -1;
    }
  return fd;
}
