/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "host/thespian-module-place-private.h"

#include <sys/types.h>

G_BEGIN_DECLS

/*
 * Starts node processes for the admin, on its only thread and without ever waiting for one.  The
 * admin is the parent of them all, and of the zygotes that fork them.
 */
typedef struct _ThespianStarter ThespianStarter;

/* The values of the capability `Process Startup Method'. */
typedef enum
{
  THESPIAN_STARTUP_FORKSERVER, /* a zygote that was exec'ed, and one for each module */
  THESPIAN_STARTUP_SPAWN,      /* exec for each */
  THESPIAN_STARTUP_FORK,       /* the same, but the first zygote is a copy of the application */
} ThespianStartupMethod;

typedef struct
{
  ThespianModulePlace place; /* unowned: where the class comes from */
  const char *title;
  int link_fd;        /* taken */
  int journal_fd;     /* taken; or -1 */
  gboolean is_awaited; /* somebody waits as long as they like, and then cancels it */
} ThespianStartRequest;

typedef struct
{
  pid_t pid;
  gboolean has_exited; /* already: no other notice of its end will come */
  int wait_status;
} ThespianStarted;

/*
 * Exactly one of @started and @error is given.  With an error the other end of the link has to be
 * closed: the process may have come to be all the same, and then ends by that.  Must not free the
 * starter.
 */
typedef void (*ThespianStartDoneFunc) (const ThespianStarted *started, const GError *error,
                                     gpointer user_data);

gboolean         thespian_startup_method_parse (const char *name, ThespianStartupMethod *ret_method,
                                                GError **error);

ThespianStarter *thespian_starter_new          (ThespianStartupMethod method, GError **error);

/*
 * Starts that are under way fail with THESPIAN_ERROR_SYSTEM_SHUT_DOWN; zygotes end, nodes do not.
 */
void             thespian_starter_free         (ThespianStarter *self);

/* For THESPIAN_STARTUP_FORK: takes the socket of the zygote that the application made. */
gboolean         thespian_starter_adopt        (ThespianStarter *self, int zygote_fd,
                                                GError **error);

/*
 * How long a zygote may be silent, for instance while it loads a module that no start is awaited of, before it is
 * killed.
 */
void             thespian_starter_set_timeout  (ThespianStarter *self, GTimeSpan timeout);

/* Readable when thespian_starter_dispatch() has something to do. */
int              thespian_starter_get_fd       (ThespianStarter *self);

/* Calls back what has come to an end.  Does not block. */
void             thespian_starter_dispatch     (ThespianStarter *self);

/* @started is called later, by thespian_starter_dispatch() or thespian_starter_free(). */
void             thespian_starter_start        (ThespianStarter *self,
                                                const ThespianStartRequest *request,
                                                ThespianStartDoneFunc started, gpointer user_data);

/*
 * Nobody wants the start of this @user_data any more: it fails, unless its process is there already or about to be.
 * A process that loads a module for nobody is killed.
 */
void             thespian_starter_cancel       (ThespianStarter *self, gpointer user_data);

/* Nobody waits for the start of this @user_data any more, and it goes on. */
void             thespian_starter_stop_waiting (ThespianStarter *self, gpointer user_data);

/*
 * Tells of each child that waitpid() reaped.  TRUE when it was a zygote.  A node may end before its
 * start was called back: then nobody knows its pid yet, and the callback will tell of its end too.
 */
gboolean         thespian_starter_child_exited (ThespianStarter *self, pid_t pid, int wait_status);

G_END_DECLS
