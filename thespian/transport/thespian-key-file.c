/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A file never changes: it is written under another name and then renamed.  So whoever opens it
 * reads a whole key, and of two that create it at once one is the last.
 */

#include "config.h"

#include "transport/thespian-key-file-private.h"

#include "model/thespian-address-private.h"
#include "model/thespian-error.h"
#include "transport/thespian-key-folder-private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME_FORMAT "%s-%u.key"

/* A file in a folder that is open; the path is for messages only. */
typedef struct
{
  int folder; /* (owned) */
  char *name; /* (owned) */
  char *path; /* (owned) */
} KeyFile;

static gboolean
key_file_open (KeyFile    *self,
               guint       rank,
               gboolean    create,
               const char *scheme,
               guint       port,
               GError    **error)
{
  g_autofree char *folder_path = thespian_key_folder_get_path (rank);

  self->folder = thespian_key_folder_open (rank, create, error);
  if (self->folder < 0)
    return FALSE;
  self->name = g_strdup_printf (NAME_FORMAT, scheme, port);
  self->path = g_build_filename (folder_path, self->name, NULL);
  return TRUE;
}

static void
key_file_close (KeyFile *self)
{
  close (self->folder);
  g_free (self->name);
  g_free (self->path);
}

static gboolean
fail_with_errno (GError    **error,
                 const char *path,
                 const char *what)
{
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE, "The key file %s %s: %s",
               path, what, g_strerror (errno));
  return FALSE;
}

/* --- Writing --------------------------------------------------------------------------------- */

static gboolean
write_key (int           fd,
           const guint8 *key)
{
  gsize n_written = 0;

  while (n_written < THESPIAN_SECRET_LENGTH)
    {
      gssize n = write (fd, key + n_written, THESPIAN_SECRET_LENGTH - n_written);

      if (n > 0)
        n_written += n;
      else if (errno != EINTR)
        return FALSE;
    }
  return TRUE;
}

static gboolean
key_file_write (KeyFile      *self,
                const guint8 *key,
                GError      **error)
{
  g_autofree char *draft = g_strdup_printf (".%s.%016" G_GINT64_MODIFIER "x", self->name,
                                            thespian_random_id ());
  int fd = openat (self->folder, draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  gboolean is_written;

  if (fd < 0)
    return fail_with_errno (error, self->path, "cannot be made");

  /* An unusual umask takes even the user's own rights away. */
  is_written = fchmod (fd, 0600) == 0 && write_key (fd, key);
  is_written = close (fd) == 0 && is_written;
  if (is_written && renameat (self->folder, draft, self->folder, self->name) == 0)
    return TRUE;

  fail_with_errno (error, self->path, "cannot be written");
  unlinkat (self->folder, draft, 0);
  return FALSE;
}

/* --- Reading --------------------------------------------------------------------------------- */

static gboolean
check_status (const struct stat *status,
              const char        *path,
              GError           **error)
{
  if (!S_ISREG (status->st_mode))
    g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE,
                 "The key file %s is no regular file: remove it, and start its system anew", path);
  else if (status->st_uid != geteuid () && status->st_uid != 0)
    g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE,
                 "The key file %s belongs to user %u, neither to root nor to user %u: "
                 "remove it, and start its system anew",
                 path, (guint) status->st_uid, (guint) geteuid ());
  else if ((status->st_mode & 077) != 0)
    g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE,
                 "The key file %s has mode %04o instead of 0600, so others may know the key: "
                 "remove it, and start its system anew",
                 path, (guint) status->st_mode & 07777);
  else if (status->st_size != THESPIAN_SECRET_LENGTH)
    g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE,
                 "The key file %s has %" G_GINT64_FORMAT " bytes instead of %d: "
                 "remove it, and start its system anew",
                 path, (gint64) status->st_size, THESPIAN_SECRET_LENGTH);
  else
    return TRUE;
  return FALSE;
}

static gboolean
read_key (int         fd,
          guint8     *ret_key,
          const char *path,
          GError    **error)
{
  guint8 key[THESPIAN_SECRET_LENGTH];
  struct stat status;
  gssize n;

  if (fstat (fd, &status) < 0)
    return fail_with_errno (error, path, "cannot be examined");
  if (!check_status (&status, path, error))
    return FALSE;
  do
    n = pread (fd, key, sizeof key, 0);
  while (n < 0 && errno == EINTR);
  if (n != sizeof key)
    return fail_with_errno (error, path, "cannot be read");
  memcpy (ret_key, key, sizeof key);
  thespian_secret_forget (key, sizeof key);
  return TRUE;
}

/* Not waiting, since a pipe may stand in the file's place. */
static gboolean
key_file_read (KeyFile *self,
               guint8  *ret_key,
               GError **error)
{
  int fd = openat (self->folder, self->name,
                   O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  gboolean is_read;

  if (fd < 0 && errno == ELOOP)
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE,
                   "The key file %s is a symbolic link: remove it, and start its system anew",
                   self->path);
      return FALSE;
    }
  if (fd < 0)
    return fail_with_errno (error, self->path, "cannot be opened");
  is_read = read_key (fd, ret_key, self->path, error);
  close (fd);
  return is_read;
}

/* --- All folders ----------------------------------------------------------------------------- */

static gboolean
is_scheme (const char *scheme)
{
  return g_strcmp0 (scheme, "tcp") == 0 || g_strcmp0 (scheme, "udp") == 0;
}

static void
add_reason (GString *reasons,
            GError  *reason) /* taken */
{
  if (reasons->len > 0)
    g_string_append (reasons, "; ");
  g_string_append (reasons, reason->message);
  g_error_free (reason);
}

/* Another folder may have a key that an earlier system at the port left there. */
static void
remove_elsewhere (guint       here,
                  const char *scheme,
                  guint       port)
{
  for (guint rank = 0; rank < THESPIAN_KEY_FOLDERS; rank++)
    {
      KeyFile file;

      if (rank == here || !key_file_open (&file, rank, FALSE, scheme, port, NULL))
        continue;
      unlinkat (file.folder, file.name, 0);
      key_file_close (&file);
    }
}

static gboolean
create_in (guint         rank,
           const char   *scheme,
           guint         port,
           const guint8 *key,
           GError      **error)
{
  KeyFile file;
  gboolean is_written;

  if (!key_file_open (&file, rank, TRUE, scheme, port, error))
    return FALSE;
  is_written = key_file_write (&file, key, error);
  key_file_close (&file);
  return is_written;
}

gboolean
thespian_key_file_create (const char *scheme,
                          guint       port,
                          guint8     *ret_key,
                          GError    **error)
{
  g_autoptr (GString) reasons = g_string_new (NULL);
  guint8 key[THESPIAN_SECRET_LENGTH];

  g_return_val_if_fail (is_scheme (scheme), FALSE);
  g_return_val_if_fail (port > 0 && port <= G_MAXUINT16, FALSE);

  thespian_secret_draw (key, sizeof key);
  for (guint rank = 0; rank < THESPIAN_KEY_FOLDERS; rank++)
    {
      GError *reason = NULL;

      if (create_in (rank, scheme, port, key, &reason))
        {
          remove_elsewhere (rank, scheme, port);
          memcpy (ret_key, key, sizeof key);
          thespian_secret_forget (key, sizeof key);
          return TRUE;
        }
      add_reason (reasons, reason);
    }
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE,
               "The key of the system at %s port %u can be put nowhere: %s", scheme, port,
               reasons->str);
  return FALSE;
}

static gboolean
load_from (guint       rank,
           const char *scheme,
           guint       port,
           guint8     *ret_key,
           GError    **error)
{
  KeyFile file;
  gboolean is_read;

  if (!key_file_open (&file, rank, FALSE, scheme, port, error))
    return FALSE;
  is_read = key_file_read (&file, ret_key, error);
  key_file_close (&file);
  return is_read;
}

gboolean
thespian_key_file_load (const char *scheme,
                        guint       port,
                        guint8     *ret_key,
                        GError    **error)
{
  g_autoptr (GString) reasons = g_string_new (NULL);

  g_return_val_if_fail (is_scheme (scheme), FALSE);
  g_return_val_if_fail (port > 0 && port <= G_MAXUINT16, FALSE);

  for (guint rank = 0; rank < THESPIAN_KEY_FOLDERS; rank++)
    {
      GError *reason = NULL;

      if (load_from (rank, scheme, port, ret_key, &reason))
        return TRUE;
      add_reason (reasons, reason);
    }
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE,
               "The system at %s port %u, if there is one, has no key for user %u: %s", scheme,
               port, (guint) geteuid (), reasons->str);
  return FALSE;
}

gboolean
thespian_key_file_exists (const char *scheme,
                          guint       port)
{
  g_return_val_if_fail (is_scheme (scheme), FALSE);

  for (guint rank = 0; rank < THESPIAN_KEY_FOLDERS; rank++)
    {
      g_autofree char *folder_path = thespian_key_folder_get_path (rank);
      g_autofree char *name = g_strdup_printf (NAME_FORMAT, scheme, port);
      g_autofree char *path = folder_path != NULL ? g_build_filename (folder_path, name, NULL) : NULL;
      struct stat status;

      if (path != NULL && (lstat (path, &status) == 0 || (errno != ENOENT && errno != ENOTDIR)))
        return TRUE;
    }
  return FALSE;
}

static gboolean
remove_from (guint         rank,
             const char   *scheme,
             guint         port,
             const guint8 *key,
             GError      **error)
{
  guint8 there[THESPIAN_SECRET_LENGTH];
  gboolean is_removed = TRUE;
  KeyFile file;

  if (!key_file_open (&file, rank, FALSE, scheme, port, NULL))
    return TRUE;
  if (key_file_read (&file, there, NULL) && thespian_secret_equal (there, key, sizeof there) &&
      unlinkat (file.folder, file.name, 0) < 0 && errno != ENOENT)
    is_removed = fail_with_errno (error, file.path, "cannot be removed");
  thespian_secret_forget (there, sizeof there);
  key_file_close (&file);
  return is_removed;
}

gboolean
thespian_key_file_remove (const char   *scheme,
                          guint         port,
                          const guint8 *key,
                          GError      **error)
{
  g_return_val_if_fail (is_scheme (scheme), FALSE);
  g_return_val_if_fail (port > 0 && port <= G_MAXUINT16, FALSE);

  for (guint rank = 0; rank < THESPIAN_KEY_FOLDERS; rank++)
    if (!remove_from (rank, scheme, port, key, error))
      return FALSE;
  return TRUE;
}
