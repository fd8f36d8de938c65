/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What thespian-host does: `thespian-host MODE [--limit=SOFT:HARD] [--parent=PID] TITLE', with the
 * descriptors of its task from THESPIAN_HOST_FIRST_FD on.  The library alone starts it.
 */

#include "config.h"

#include "host/thespian-host-private.h"

#include "host/thespian-fds-private.h"
#include "host/thespian-fork-private.h"
#include "host/thespian-host-run-private.h"
#include "host/thespian-process-title-private.h"
#include "host/thespian-zygote-private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const ThespianHostMains *mains;
static gboolean is_program;

void
thespian_host_set_mains (const ThespianHostMains *new_mains)
{
  mains = new_mains;
}

gboolean
thespian_host_is_program (void)
{
  return is_program;
}

static gboolean
parse_option (ThespianHostOptions *options,
              const char          *argument)
{
  guint64 soft, hard;
  int pid;

  if (sscanf (argument, "--limit=%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT, &soft, &hard) == 2)
    {
      thespian_fds_set_original_limit (&(struct rlimit){ .rlim_cur = soft, .rlim_max = hard });
      return TRUE;
    }
  if (sscanf (argument, "--parent=%d", &pid) == 1)
    {
      options->parent = pid;
      return TRUE;
    }
  return FALSE;
}

static gboolean
parse (ThespianHostOptions *options,
       int                  argc,
       char               **argv)
{
  int i = 2;

  if (argc < 3)
    return FALSE;
  options->mode = argv[1];
  while (i < argc && parse_option (options, argv[i]))
    i++;
  if (i != argc - 1)
    return FALSE;
  options->title = g_strdup (argv[i]);
  return TRUE;
}

int
thespian_host_find_journal (void)
{
  int journal_fd = THESPIAN_HOST_FIRST_FD + 1;

  return fcntl (journal_fd, F_GETFD) < 0 ? -1 : journal_fd;
}

gboolean
thespian_host_begin (ThespianHostOptions *options,
                     int                  argc,
                     char               **argv)
{
  *options = (ThespianHostOptions) { NULL };
  if (!parse (options, argc, argv))
    return FALSE;
  is_program = TRUE;
  close_range (THESPIAN_HOST_FIRST_FD, ~0U, CLOSE_RANGE_CLOEXEC);
  if (options->parent != 0 && !thespian_die_with_parent (options->parent))
    _exit (EXIT_FAILURE);
  thespian_host_run_clean_environment ();
  thespian_process_title_init ();
  return TRUE;
}

/* --- Modes ------------------------------------------------------------------------------------ */

void
thespian_host_prepare_node (void)
{
  if (mains->prepare_node != NULL)
    mains->prepare_node ();
}

/* Not exit(): what the process that this is a copy of wants done at its end is not for the copy. */
void
thespian_host_leave (int status)
{
  if (__fpending (stdout) > 0)
    fflush (stdout);
  _exit (status);
}

void
thespian_host_run_node (int         link_fd,
                        int         journal_fd,
                        const char *title)
{
  int status;

  thespian_process_title_set (title);
  thespian_host_prepare_node ();
  status = mains->node (link_fd, journal_fd);
  thespian_host_leave (status);
}

static int
run_node (const ThespianHostOptions *options)
{
  thespian_fds_restore_limit ();
  thespian_host_run_node (THESPIAN_HOST_FIRST_FD, thespian_host_find_journal (), options->title);
}

static int
run_forkserver (const ThespianHostOptions *options)
{
  thespian_fds_restore_limit ();
  thespian_zygote_serve (THESPIAN_HOST_FIRST_FD, options->parent);
}

static int
run_daemon (int    argc,
            char **argv)
{
  /* Who waits for this process goes on; the copy is nobody's child. */
  switch (fork ())
    {
    case -1:
      return EXIT_FAILURE;
    case 0:
      return mains->admin (argc, argv);
    default:
      _exit (EXIT_SUCCESS);
    }
}

static int
run_mode (const ThespianHostOptions *options,
          int                        argc,
          char                     **argv)
{
  if (g_str_equal (options->mode, THESPIAN_HOST_MODE_NODE))
    return run_node (options);
  if (g_str_equal (options->mode, THESPIAN_HOST_MODE_FORKSERVER))
    return run_forkserver (options);
  if (g_str_equal (options->mode, THESPIAN_HOST_MODE_DAEMON))
    return run_daemon (argc, argv);
  if (g_str_equal (options->mode, THESPIAN_HOST_MODE_ADMIN))
    return mains->admin (argc, argv);
  g_printerr ("thespian-host: there is no mode “%s”\n", options->mode);
  return EXIT_FAILURE;
}

int
thespian_host_main (int    argc,
                    char **argv)
{
  ThespianHostOptions options;
  int status;

  if (mains == NULL || !thespian_host_begin (&options, argc, argv))
    {
      g_printerr ("This program is part of the Thespian library, which runs it.\n");
      return EXIT_FAILURE;
    }
  status = run_mode (&options, argc, argv);
  g_free (options.title);
  return status;
}
