/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "host/thespian-fds-private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

/*
 * What a process with the right to do so raises its hard limit to: enough for ten times what we
 * promise.
 */
#define WANTED_LIMIT 1048576

static GMutex limit_lock; /* protects what follows, and the process's limit while it is changed */
static struct rlimit original;
static gboolean original_is_known;

static void
remember_original_locked (const struct rlimit *limit)
{
  if (original_is_known)
    return;
  original = *limit;
  original_is_known = TRUE;
}

/* More than this the kernel gives nobody. */
static rlim_t
read_ceiling (void)
{
  g_autofree char *text = NULL;

  if (!g_file_get_contents ("/proc/sys/fs/nr_open", &text, NULL, NULL))
    return WANTED_LIMIT;
  return MIN (g_ascii_strtoull (text, NULL, 10), WANTED_LIMIT);
}

void
thespian_fds_raise_limit (void)
{
  struct rlimit limit, more;

  g_mutex_lock (&limit_lock);
  if (getrlimit (RLIMIT_NOFILE, &limit) == 0)
    {
      remember_original_locked (&limit);
      more.rlim_cur = more.rlim_max = MAX (limit.rlim_max, read_ceiling ());
      limit.rlim_cur = limit.rlim_max;
      if (setrlimit (RLIMIT_NOFILE, &more) != 0)
        setrlimit (RLIMIT_NOFILE, &limit);
    }
  g_mutex_unlock (&limit_lock);
}

void
thespian_fds_restore_limit (void)
{
  g_mutex_lock (&limit_lock);
  if (original_is_known)
    setrlimit (RLIMIT_NOFILE, &original);
  g_mutex_unlock (&limit_lock);
}

void
thespian_fds_get_original_limit (struct rlimit *ret_limit)
{
  g_mutex_lock (&limit_lock);
  if (original_is_known)
    *ret_limit = original;
  else
    getrlimit (RLIMIT_NOFILE, ret_limit);
  g_mutex_unlock (&limit_lock);
}

void
thespian_fds_set_original_limit (const struct rlimit *limit)
{
  g_mutex_lock (&limit_lock);
  remember_original_locked (limit);
  g_mutex_unlock (&limit_lock);
}

/*
 * The limit says which numbers can be given, not which can be used: it is raised for the moment of
 * giving.
 */
static int
duplicate_high_locked (int fd)
{
  struct rlimit limit, raised;
  int high = fcntl (fd, F_DUPFD_CLOEXEC, THESPIAN_FD_HIGH);

  if (high >= 0 || getrlimit (RLIMIT_NOFILE, &limit) != 0)
    return high;
  raised = limit;
  raised.rlim_cur = limit.rlim_max;
  if (setrlimit (RLIMIT_NOFILE, &raised) != 0)
    return -1;
  high = fcntl (fd, F_DUPFD_CLOEXEC, THESPIAN_FD_HIGH);
  setrlimit (RLIMIT_NOFILE, &limit);
  return high;
}

int
thespian_fd_move_high (int fd)
{
  int high;

  if (fd >= THESPIAN_FD_HIGH)
    return fd;
  g_mutex_lock (&limit_lock);
  high = duplicate_high_locked (fd);
  g_mutex_unlock (&limit_lock);
  if (high < 0)
    return fd;
  close (fd);
  return high;
}

void
thespian_fd_clear (int *fd)
{
  if (*fd >= 0)
    close (*fd);
  *fd = -1;
}
