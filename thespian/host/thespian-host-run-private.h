/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "host/thespian-host-language-private.h"

#include <sys/types.h>

G_BEGIN_DECLS

/* The first descriptor that an exec'ed thespian-host gets from who starts it. */
#define THESPIAN_HOST_FIRST_FD 3

/* How thespian-host is to be run. */
typedef struct
{
  const ThespianHostLanguage *language; /* (nullable): not thespian-host itself, but its equal in a language */
  const char *mode;
  const char *title;   /* (nullable) what a node shows; otherwise room is left for a title */
  const int *fds;      /* arrive as THESPIAN_HOST_FIRST_FD and so on; -1 leaves a number closed */
  guint n_fds;
  gboolean with_parent; /* it dies with the calling thread, which must be the main one */
  gboolean detached;    /* in a session of its own, with /dev/null for the standard three */
} ThespianHostRun;

#define THESPIAN_HOST_MODE_ADMIN "admin"
#define THESPIAN_HOST_MODE_DAEMON "daemon"
#define THESPIAN_HOST_MODE_FORKSERVER "forkserver"
#define THESPIAN_HOST_MODE_NODE "node"

/* The arguments of thespian-host, with its name. */
char   **thespian_host_run_build_arguments (const ThespianHostRun *run);

/*
 * Starts the program with no descriptors but the given ones and the standard three, and with
 * default signals.  The descriptors stay the caller's.
 */
gboolean thespian_host_run_spawn (const ThespianHostRun *run, pid_t *ret_pid, GError **error);

/* Takes out of the environment what thespian_host_run_spawn() put there for the program itself. */
void     thespian_host_run_clean_environment (void);

G_END_DECLS
