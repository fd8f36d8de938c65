/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "log/thespian-log-file-private.h"

#include "model/thespian-error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <unistd.h>

#define LOCK_TRIES 10
#define LOCK_PAUSE G_TIME_SPAN_MILLISECOND

struct _ThespianLogFile
{
  guint ref_count; /* atomic */
  char *path;      /* (owned) */
  ThespianLogRotation rotation;
  ThespianLogFileFlags flags;
  GMutex lock;
  int fd; /* -1 when closed; protected by the lock */
};

ThespianLogFile *
thespian_log_file_new (const char                *path,
                       const ThespianLogRotation *rotation,
                       ThespianLogFileFlags       flags)
{
  ThespianLogFile *self = g_new0 (ThespianLogFile, 1);

  self->ref_count = 1;
  self->path = g_strdup (path);
  self->rotation = *rotation;
  self->flags = flags;
  g_mutex_init (&self->lock);
  self->fd = -1;
  return self;
}

ThespianLogFile *
thespian_log_file_ref (ThespianLogFile *self)
{
  g_atomic_int_inc (&self->ref_count);
  return self;
}

static void
close_file (ThespianLogFile *self)
{
  if (self->fd >= 0)
    g_close (g_steal_fd (&self->fd), NULL);
}

void
thespian_log_file_unref (ThespianLogFile *self)
{
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;
  close_file (self);
  g_mutex_clear (&self->lock);
  g_free (self->path);
  g_free (self);
}

const char *
thespian_log_file_get_path (ThespianLogFile *self)
{
  return self->path;
}

const ThespianLogRotation *
thespian_log_file_get_rotation (ThespianLogFile *self)
{
  return &self->rotation;
}

static gboolean
fail (ThespianLogFile *self,
      const char      *what,
      int              number,
      GError         **error)
{
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_FAILURE, "The file %s cannot be %s: %s",
               self->path, what, g_strerror (number));
  return FALSE;
}

/* --- Opening ---------------------------------------------------------------------------------- */

/* Somebody else may have put something in our place. */
static gboolean
is_private (int fd)
{
  struct stat info;

  return fstat (fd, &info) == 0 && S_ISREG (info.st_mode) && info.st_uid == geteuid () &&
         info.st_nlink == 1;
}

static gboolean
open_locked (ThespianLogFile *self,
             GError         **error)
{
  gboolean wants_private = (self->flags & THESPIAN_LOG_FILE_PRIVATE) != 0;
  /* A pipe that nobody reads must not stop us: neither now nor at a write. */
  int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;

  if (self->fd >= 0)
    return TRUE;
  self->fd =
    open (self->path, flags | (wants_private ? O_NOFOLLOW : 0), wants_private ? 0600 : 0666);
  if (self->fd < 0)
    return fail (self, "opened", errno, error);
  if (wants_private && !is_private (self->fd))
    {
      close_file (self);
      return fail (self, "used", EPERM, error);
    }
  return TRUE;
}

static gboolean
check_folder (ThespianLogFile *self,
              GError         **error)
{
  g_autofree char *folder = g_path_get_dirname (self->path);

  if (self->rotation.kind == THESPIAN_LOG_ROTATION_NONE || g_access (folder, W_OK) == 0)
    return TRUE;
  return fail (self, "rotated", errno, error);
}

gboolean
thespian_log_file_open (ThespianLogFile *self,
                        GError         **error)
{
  gboolean ok;

  g_mutex_lock (&self->lock);
  ok = open_locked (self, error) && check_folder (self, error);
  g_mutex_unlock (&self->lock);
  return ok;
}

/* --- Writing ---------------------------------------------------------------------------------- */

/* Whether the path still leads to the file that is open. */
static gboolean
is_current (ThespianLogFile *self,
            struct stat     *ret_info)
{
  struct stat there;

  return fstat (self->fd, ret_info) == 0 && stat (self->path, &there) == 0 &&
         ret_info->st_dev == there.st_dev && ret_info->st_ino == there.st_ino;
}

static gboolean
reopen_locked (ThespianLogFile *self,
               GError         **error)
{
  close_file (self);
  return open_locked (self, error);
}

/* Who has the lock has only to move files, but may have been stopped meanwhile. */
static gboolean
lock_file (int fd)
{
  for (guint i = 0; i < LOCK_TRIES; i++)
    {
      if (flock (fd, LOCK_EX | LOCK_NB) == 0)
        return TRUE;
      g_usleep (LOCK_PAUSE);
    }
  return FALSE;
}

/* Under the lock of the file itself nobody else can have moved it since it was looked at. */
static gboolean
rotate_locked (ThespianLogFile *self,
               gsize            size,
               GError         **error)
{
  struct stat info;
  gboolean ok = TRUE;

  if (!lock_file (self->fd))
    return TRUE;
  if (is_current (self, &info) && thespian_log_rotation_is_due (&self->rotation, &info, size))
    ok = thespian_log_rotation_move (&self->rotation, self->path, &info) ||
         fail (self, "rotated", errno, error);
  /* A process that was forked meanwhile may have the same file open: to close it is not enough. */
  flock (self->fd, LOCK_UN);
  return ok;
}

/* Makes the file the right one for @size bytes; FALSE when there is none. */
static gboolean
prepare_locked (ThespianLogFile *self,
                gsize            size,
                GError         **rotation_error,
                GError         **error)
{
  struct stat info;

  if (!open_locked (self, error))
    return FALSE;
  if (!is_current (self, &info))
    {
      if (!reopen_locked (self, error))
        return FALSE;
      if (fstat (self->fd, &info) != 0)
        return fail (self, "looked at", errno, error);
    }
  if (!thespian_log_rotation_is_due (&self->rotation, &info, size))
    return TRUE;
  if (!rotate_locked (self, size, rotation_error) || is_current (self, &info))
    return TRUE;
  return reopen_locked (self, error);
}

gboolean
thespian_log_write_all (int         fd,
                        const char *text,
                        gsize       size)
{
  while (size > 0)
    {
      gssize n = write (fd, text, size);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return FALSE;
      text += n;
      size -= (gsize) n;
    }
  return TRUE;
}

gboolean
thespian_log_file_write (ThespianLogFile *self,
                         const char      *text,
                         gsize            size,
                         GError         **error)
{
  GError *rotation_error = NULL;
  gboolean ok;

  g_mutex_lock (&self->lock);
  ok = prepare_locked (self, size, &rotation_error, error) &&
       (thespian_log_write_all (self->fd, text, size) || fail (self, "written", errno, error));
  g_mutex_unlock (&self->lock);

  if (!ok)
    g_clear_error (&rotation_error);
  else if (rotation_error != NULL)
    {
      g_propagate_error (error, rotation_error);
      return FALSE;
    }
  return ok;
}
