/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "host/thespian-fork-private.h"

#include "model/thespian-address-private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MAX_POLLED 64

gboolean
thespian_die_with_parent (pid_t parent)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  return getppid () == parent;
}

/*
 * The C library cannot make a brother, so this asks the kernel, with what its fork() asks for besides:
 * the kernel writes the number of the copy's thread to where the library remembers it.  Handlers of
 * pthread_atfork() do not run: what matters of them is in thespian_fork_settle().
 */
pid_t
thespian_fork_brother (void)
{
  int *tid = NULL;
  long flags = CLONE_PARENT | SIGCHLD;

  if (prctl (PR_GET_TID_ADDRESS, &tid, 0, 0, 0) == 0 && tid != NULL)
    flags |= CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID;
    /* The place of the child's thread number differs; in the other place the kernel ignores it. */
#ifdef __s390x__
  return (pid_t) syscall (SYS_clone, NULL, flags, NULL, tid, tid);
#else
  return (pid_t) syscall (SYS_clone, flags, NULL, NULL, tid, tid);
#endif
}

static gboolean
is_eventfd (int fd)
{
  char path[64], target[64];
  gssize n;

  g_snprintf (path, sizeof path, "/proc/self/fd/%d", fd);
  n = readlink (path, target, sizeof target - 1);
  target[MAX (n, 0)] = '\0';
  return g_str_equal (target, "anon_inode:[eventfd]");
}

/*
 * An eventfd that was inherited is one with the original's: each would take the other's wakeups.  The
 * number stays, since the context polls it.
 */
static void
renew_wakeups (void)
{
  GMainContext *context = g_main_context_default ();
  GPollFD fds[MAX_POLLED];
  int timeout, n_fds;

  n_fds = g_main_context_query (context, G_MAXINT, &timeout, fds, MAX_POLLED);
  for (int i = 0; i < MIN (n_fds, MAX_POLLED); i++)
    {
      int own;

      if (!is_eventfd (fds[i].fd))
        continue;
      own = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
      if (own < 0 || dup3 (own, fds[i].fd, O_CLOEXEC) < 0)
        g_error ("No descriptor to wake a new process by: %s", g_strerror (errno));
      close (own);
    }
}

void
thespian_fork_settle (pid_t parent)
{
  if (!thespian_die_with_parent (parent))
    _exit (1);
  thespian_random_id_forget ();
  g_random_set_seed ((guint32) thespian_random_id ());
  renew_wakeups ();
}

guint
thespian_count_threads (void)
{
  DIR *tasks = opendir ("/proc/self/task");
  struct dirent *task;
  guint n_threads = 0;

  if (tasks == NULL)
    return 1;
  while ((task = readdir (tasks)) != NULL)
    if (task->d_name[0] != '.')
      n_threads++;
  closedir (tasks);
  return n_threads;
}
