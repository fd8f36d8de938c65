/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "behaviour-fifo.h"

#include "behaviour-test.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

BehaviourFifo *
behaviour_fifo_new (void)
{
  BehaviourFifo *self = g_new0 (BehaviourFifo, 1);
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("behaviour-XXXXXX", &error);

  g_assert_no_error (error);
  self->path = g_build_filename (folder, "fifo", NULL);
  g_assert_cmpint (mkfifo (self->path, 0600), ==, 0);
  self->fd = behaviour_fifo_open (self->path, O_RDWR);

  return self;
}

void
behaviour_fifo_free (BehaviourFifo *self)
{
  g_autofree char *folder = g_path_get_dirname (self->path);

  if (self->fd >= 0)
    close (self->fd);
  g_unlink (self->path);
  g_rmdir (folder);
  g_free (self->path);
  g_free (self);
}

int
behaviour_fifo_open (const char *path,
                     int         flags)
{
  int fd = g_open (path, flags | O_NONBLOCK | O_CLOEXEC, 0);

  if (fd < 0)
    g_error ("cannot open %s: %s", path, g_strerror (errno));
  return fd;
}

static gboolean
wait_for_mark (int       fd,
               GTimeSpan limit)
{
  GPollFD poll_fd = { .fd = fd, .events = G_IO_IN };

  return g_poll (&poll_fd, 1, limit / 1000) == 1;
}

void
behaviour_fifo_write (BehaviourFifo *self)
{
  g_assert_cmpint (write (self->fd, "x", 1), ==, 1);
}

void
behaviour_fifo_read (BehaviourFifo *self)
{
  g_assert_true (wait_for_mark (self->fd, behaviour_limit ()));
  g_assert_cmpint (read (self->fd, &(char){ 0 }, 1), ==, 1);
}

gboolean
behaviour_fifo_has (BehaviourFifo *self)
{
  return wait_for_mark (self->fd, 0);
}

void
behaviour_mark (const char *path,
                char        mark)
{
  int fd = behaviour_fifo_open (path, O_RDWR);

  g_assert_cmpint (write (fd, &mark, 1), ==, 1);
  close (fd);
}

gboolean
behaviour_wait_at (const char *path)
{
  int fd = behaviour_fifo_open (path, O_RDWR);
  gboolean came = wait_for_mark (fd, behaviour_limit ());

  close (fd);
  return came;
}

gboolean
behaviour_take_mark (const char *path)
{
  int fd = behaviour_fifo_open (path, O_RDWR);
  gboolean came = read (fd, &(char){ 0 }, 1) == 1;

  close (fd);
  return came;
}
