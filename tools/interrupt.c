/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

/* A handler may not cancel anything: a thread does, which it wakes by a pipe. */
static int wake_fds[2];
static GMutex lock;
static GCancellable *current; /* (owned) (nullable) protected by the lock */

static void
wake (int signal)
{
  int saved = errno;

  if (write (wake_fds[1], "", 1) < 0)
    {
      /* it is awake already */
    }
  errno = saved;
}

static gpointer
cancel (gpointer data)
{
  char byte;

  while (read (wake_fds[0], &byte, 1) == 1 || errno == EINTR)
    {
      g_autoptr (GCancellable) cancellable = NULL;

      g_mutex_lock (&lock);
      g_set_object (&cancellable, current);
      g_mutex_unlock (&lock);
      g_cancellable_cancel (cancellable);
    }
  return NULL;
}

void
interrupt_catch (void)
{
  struct sigaction action = { .sa_handler = wake, .sa_flags = SA_RESTART };

  if (pipe2 (wake_fds, O_CLOEXEC) != 0)
    return;
  fcntl (wake_fds[1], F_SETFL, O_NONBLOCK);
  g_thread_unref (g_thread_new ("interrupt", cancel, NULL));
  sigaction (SIGINT, &action, NULL);
}

void
interrupt_cancels (GCancellable *cancellable)
{
  g_mutex_lock (&lock);
  g_set_object (&current, cancellable);
  g_mutex_unlock (&lock);
}
