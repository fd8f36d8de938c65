/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "host/thespian-host-launch-private.h"

#include "host/thespian-host-run-private.h"
#include "model/thespian-error.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* How long a daemon may take to become nobody's child. */
#define LEAVE_MILLISECONDS 10000

gboolean
thespian_host_wait (pid_t pid)
{
  int status = 0;
  pid_t waited;

  do
    waited = waitpid (pid, &status, 0);
  while (waited < 0 && errno == EINTR);
  return waited < 0 || (WIFEXITED (status) && WEXITSTATUS (status) == 0);
}

/* FALSE when it does not end in time: then it is killed. */
static gboolean
wait_for_a_while (pid_t pid)
{
  int fd = (int) syscall (SYS_pidfd_open, pid, 0);
  gboolean in_time = TRUE;

  if (fd >= 0)
    {
      in_time = poll (&(struct pollfd){ fd, POLLIN, 0 }, 1, LEAVE_MILLISECONDS) > 0;
      close (fd);
    }
  if (!in_time)
    kill (pid, SIGKILL);
  return thespian_host_wait (pid) && in_time;
}

gboolean
thespian_host_launch_admin (const int *fds,
                            guint      n_fds,
                            gboolean   detached,
                            pid_t     *ret_pid,
                            GError   **error)
{
  ThespianHostRun run = {
    .mode = detached ? THESPIAN_HOST_MODE_DAEMON : THESPIAN_HOST_MODE_ADMIN,
    .fds = fds,
    .n_fds = n_fds,
    .detached = detached,
  };

  if (!thespian_host_run_spawn (&run, ret_pid, error))
    return FALSE;
  if (!detached)
    return TRUE;
  if (!wait_for_a_while (*ret_pid))
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE,
                   "The admin program did not leave its parent as it should, within %d seconds",
                   LEAVE_MILLISECONDS / 1000);
      return FALSE;
    }
  *ret_pid = 0;
  return TRUE;
}
