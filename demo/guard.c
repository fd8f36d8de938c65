/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "guard.h"

#include <errno.h>
#include <glib-unix.h>
#include <sys/syscall.h>
#include <unistd.h>

typedef struct
{
  ThespianActor *actor; /* unowned: it has the source */
  int fd;
} Guard;

static gboolean
process_ended (int          fd,
               GIOCondition condition,
               gpointer     data)
{
  Guard *self = data;

  thespian_actor_shutdown_system (self->actor);
  return G_SOURCE_REMOVE;
}

static void
guard_free (gpointer data)
{
  Guard *self = data;

  close (self->fd);
  g_free (self);
}

GSource *
guard_new (ThespianActor *actor,
           int            pid,
           GError       **error)
{
  int fd = (int) syscall (SYS_pidfd_open, pid, 0);
  GSource *source;
  Guard *self;

  if (fd < 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
                   "process %d, which wants the words counted, cannot be watched: %s", pid,
                   g_strerror (errno));
      return NULL;
    }
  self = g_new (Guard, 1);
  *self = (Guard) { actor, fd };
  source = g_unix_fd_source_new (fd, G_IO_IN);
  g_source_set_callback (source, G_SOURCE_FUNC (process_ended), self, guard_free);
  g_source_attach (source, thespian_actor_get_main_context (actor));
  return source;
}
