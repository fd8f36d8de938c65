/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The application forks an *intermediate* process.  That forks the zygote, and then becomes the
 * admin program by exec, so that the zygote is the admin's child.  To be detached, the intermediate
 * process is made by one more, which ends at once.
 *
 * Until it is the admin program, the intermediate process does only what is safe after the fork of
 * a process with threads.
 */

#include "config.h"

#include "host/thespian-zygote-private.h"

#include "host/thespian-fds-private.h"
#include "host/thespian-fork-private.h"
#include "host/thespian-host-launch-private.h"
#include "host/thespian-host-program-private.h"
#include "host/thespian-host-run-private.h"
#include "host/thespian-process-title-private.h"
#include "model/thespian-error.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_KEPT 64

typedef struct
{
  char *program;    /* (owned) */
  char **arguments; /* (owned) of the admin */
  int *fds;         /* (owned) of the admin; the last is the starter's end of the zygote's socket */
  guint n_fds;
  int zygote_fd;
  int report_fd; /* the intermediate writes a Report, and another one when it fails */
  gboolean detached;
} Launch;

typedef struct
{
  pid_t admin;
  int failure; /* errno, or 0 */
} Report;

/* --- The zygote ------------------------------------------------------------------------------- */

/* As an exec would, but of a copy that goes on running this program. */
static void
reset_signals (void)
{
  sigset_t none;

  for (int i = 1; i < NSIG; i++)
    {
      struct sigaction action;

      if (sigaction (i, NULL, &action) == 0 && action.sa_handler != SIG_IGN)
        signal (i, SIG_DFL);
    }
  signal (SIGPIPE, SIG_DFL);
  signal (SIGCHLD, SIG_DFL);
  sigemptyset (&none);
  sigprocmask (SIG_SETMASK, &none, NULL);
}

/*
 * The sources stay where they are in memory, and what their callbacks own stays too: destroy
 * functions would end, from the copy, what is the application's, such as its connections and its
 * files.
 */
static void
forget_source (GSource *source)
{
  g_source_ref (source);
  source->callback_data = NULL;
  source->callback_funcs = NULL;
  g_source_destroy (source);
}

/* Sources have numbers in the order in which they came. */
static void
forget_sources (void)
{
  GMainContext *context = g_main_context_default ();
  GSource *last = g_idle_source_new ();
  guint n_ids = g_source_attach (last, context);

  g_source_destroy (last);
  g_source_unref (last);
  for (guint id = 1; id < n_ids; id++)
    {
      GSource *source = g_main_context_find_source_by_id (context, id);

      if (source != NULL)
        forget_source (source);
    }
}

static int
compare_fds (gconstpointer a,
             gconstpointer b)
{
  return *(const int *) a - *(const int *) b;
}

/* What the default main context is woken by stays; so do the standard three. */
static void
close_inherited (int control)
{
  GPollFD polled[MAX_KEPT];
  int kept[MAX_KEPT + 1] = { control };
  int timeout, n_polled, n_kept = 1;
  int next = THESPIAN_HOST_FIRST_FD;

  n_polled = g_main_context_query (g_main_context_default (), G_MAXINT, &timeout, polled, MAX_KEPT);
  for (int i = 0; i < MIN (n_polled, MAX_KEPT); i++)
    kept[n_kept++] = polled[i].fd;
  qsort (kept, (gsize) n_kept, sizeof *kept, compare_fds);
  for (int i = 0; i < n_kept; i++)
    {
      if (kept[i] > next)
        close_range ((guint) next, (guint) kept[i] - 1, 0);
      next = MAX (next, kept[i] + 1);
    }
  close_range ((guint) next, ~0U, 0);
}

static void
become_zygote (const Launch *launch,
               pid_t         admin)
{
  reset_signals ();
  __fpurge (stdin); /* what the application has not read yet is still for it alone */
  forget_sources ();
  close_inherited (launch->zygote_fd);
  thespian_fork_prepare ();
  thespian_fork_settle (admin);
  thespian_fds_restore_limit ();
  thespian_process_title_init ();
  thespian_zygote_serve (launch->zygote_fd, admin);
}

/* --- The intermediate ------------------------------------------------------------------------- */

static void
report (const Launch *launch,
        int           failure)
{
  Report what = { getpid (), failure };

  if (write (launch->report_fd, &what, sizeof what) < 0)
    _exit (EXIT_FAILURE);
}

/* What there is to read on the standard input is for the application. */
static void
leave_standard (const Launch *launch)
{
  int end = launch->detached ? THESPIAN_HOST_FIRST_FD : STDIN_FILENO + 1;
  int null = open ("/dev/null", O_RDWR); /* which may be one of them, for the program to come */

  for (int fd = STDIN_FILENO; null >= 0 && fd < end; fd++)
    dup2 (null, fd);
  if (null >= end)
    close (null);
}

/* Returns errno; without an error it is another program that goes on. */
static int
exec_admin (Launch *launch)
{
  int first_free = THESPIAN_HOST_FIRST_FD + (int) launch->n_fds;
  int report_fd = fcntl (launch->report_fd, F_DUPFD_CLOEXEC, first_free);

  if (report_fd < 0)
    return errno;
  launch->report_fd = report_fd;
  for (guint i = 0; i < launch->n_fds; i++)
    {
      launch->fds[i] = fcntl (launch->fds[i], F_DUPFD_CLOEXEC, first_free);
      if (launch->fds[i] < 0)
        return errno;
    }
  for (guint i = 0; i < launch->n_fds; i++)
    if (dup2 (launch->fds[i], THESPIAN_HOST_FIRST_FD + (int) i) < 0)
      return errno;
  close_range ((guint) first_free, ~0U, CLOSE_RANGE_CLOEXEC);
  reset_signals ();
  execv (launch->program, launch->arguments);
  return errno;
}

static void
become_intermediate (Launch *launch)
{
  pid_t admin, zygote;

  leave_standard (launch);
  if (launch->detached)
    {
      setsid ();
      admin = fork ();
      if (admin < 0)
        report (launch, errno);
      if (admin != 0)
        _exit (EXIT_SUCCESS);
    }
  admin = getpid ();
  report (launch, 0);
  zygote = fork ();
  if (zygote == 0)
    become_zygote (launch, admin);
  report (launch, zygote < 0 ? errno : exec_admin (launch));
  _exit (EXIT_FAILURE);
}

/* --- The application -------------------------------------------------------------------------- */

/* The end of the pipe without a second report says that the program has begun. */
static gboolean
read_reports (int     fd,
              Report *ret_report)
{
  Report what;
  guint n_reports = 0;
  gssize n;

  do
    {
      n = read (fd, &what, sizeof what);
      if (n == sizeof what)
        {
          *ret_report = what;
          n_reports++;
        }
    }
  while (n > 0 || (n < 0 && errno == EINTR));
  return n_reports == 1 && ret_report->failure == 0;
}

/* No handler of the application's runs in the copies before they have reset them. */
static pid_t
fork_intermediate (Launch *launch)
{
  sigset_t all, former;
  pid_t pid;

  fflush (stdout); /* or each node would print what waits there */
  g_main_context_default (); /* which another thread may just be making: the copy would wait for that for ever */
  sigfillset (&all);
  pthread_sigmask (SIG_SETMASK, &all, &former);
  pid = fork ();
  if (pid == 0)
    become_intermediate (launch);
  pthread_sigmask (SIG_SETMASK, &former, NULL);
  return pid;
}

static gboolean
run_launch (Launch *launch,
            int     report_fd,
            pid_t  *ret_admin,
            GError **error)
{
  Report what = { 0, 0 };
  pid_t pid = fork_intermediate (launch);
  gboolean ok;

  what.failure = errno;
  thespian_fd_clear (&launch->report_fd);
  ok = pid > 0 && read_reports (report_fd, &what);
  if (pid > 0 && (launch->detached || !ok))
    thespian_host_wait (pid);
  if (!ok)
    g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE,
                 "The program %s cannot be started from a copy of this process: %s", launch->program,
                 g_strerror (what.failure));
  *ret_admin = what.admin;
  return ok;
}

static gboolean
open_channels (Launch  *launch,
               int     *ret_report_fd,
               GError **error)
{
  int pair[2], ends[2];

  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0)
    {
      launch->zygote_fd = pair[1];
      launch->fds[launch->n_fds - 1] = pair[0];
      if (pipe2 (ends, O_CLOEXEC) == 0)
        {
          *ret_report_fd = ends[0];
          launch->report_fd = ends[1];
          return TRUE;
        }
    }
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE,
               "No file descriptors to start the admin program with: %s", g_strerror (errno));
  return FALSE;
}

static void
clear_launch (Launch *launch)
{
  g_free (launch->program);
  g_strfreev (launch->arguments);
  thespian_fd_clear (&launch->fds[launch->n_fds - 1]);
  g_free (launch->fds);
  thespian_fd_clear (&launch->zygote_fd);
  thespian_fd_clear (&launch->report_fd);
}

static void
init_launch (Launch    *launch,
             const int *fds,
             guint      n_fds,
             gboolean   detached)
{
  ThespianHostRun run = { .mode = THESPIAN_HOST_MODE_ADMIN };

  launch->arguments = thespian_host_run_build_arguments (&run);
  launch->fds = g_new (int, n_fds + 1);
  for (guint i = 0; i < n_fds; i++)
    launch->fds[i] = fds[i];
  launch->fds[n_fds] = -1;
  launch->n_fds = n_fds + 1;
  launch->zygote_fd = launch->report_fd = -1;
  launch->detached = detached;
}

gboolean
thespian_zygote_fork_from_application (const int *fds,
                                       guint      n_fds,
                                       gboolean   detached,
                                       pid_t     *ret_admin,
                                       GError   **error)
{
  Launch launch = { NULL };
  int report_fd = -1;
  gboolean ok;

  init_launch (&launch, fds, n_fds, detached);
  launch.program = thespian_host_program_find (error);
  ok = launch.program != NULL && open_channels (&launch, &report_fd, error) &&
       run_launch (&launch, report_fd, ret_admin, error);
  thespian_fd_clear (&report_fd);
  clear_launch (&launch);
  return ok;
}
