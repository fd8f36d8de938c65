/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "host/thespian-host-launch-private.h"

#include "host/thespian-host-run-private.h"
#include "model/thespian-error.h"

#include <errno.h>
#include <sys/wait.h>

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
  if (!thespian_host_wait (*ret_pid))
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE,
                   "The admin program ended while it left its parent");
      return FALSE;
    }
  *ret_pid = 0;
  return TRUE;
}
