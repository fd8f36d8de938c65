/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* For the files of the starter alone. */

#pragma once

#include "host/thespian-forker-private.h"

G_BEGIN_DECLS

struct _ThespianStarter
{
  ThespianStartupMethod method;
  GTimeSpan timeout;
  int epoll_fd;
  int timer_fd;
  int wake_fd;   /* readable when something waits in `done' or `spawning' */
  gint64 armed;  /* what the timer is set to; 0 for nothing */

  GPtrArray *forkers;     /* of ThespianForker (owned): all whose end is still to be seen */
  GHashTable *bases;      /* ThespianHostLanguage or NULL to ThespianForker: zygotes without a module that
                             requests go to */
  GHashTable *modules;    /* key to ThespianForker: those that requests go to; keys are theirs */
  GHashTable *spawn_only; /* set of char* (owned): keys of modules that must not be forked with */
  gboolean base_is_adopted;
  gboolean application_is_gone; /* the adopted zygote cannot be made again */

  GQueue spawning; /* of ThespianStart, for exec */
  GQueue done;     /* of ThespianStart, with an error or a pid, to be called back */
  GHashTable *nodes; /* pid to ThespianStart that is in `done', or to NULL when called back */
  GHashTable *early; /* pid to wait status: ends of children that no zygote has told of yet */
};

/* --- thespian-starter.c --- */

/* Takes @start, which has failed, and @error. */
void            thespian_starter_finish       (ThespianStarter *self, ThespianStart *start,
                                               GError *error);

/* Takes @start, whose process is @pid. */
void            thespian_starter_succeed      (ThespianStarter *self, ThespianStart *start,
                                               pid_t pid);
void            thespian_starter_wake         (ThespianStarter *self);

/* --- thespian-starter-route.c --- */

/* Takes @start to where it will be carried out. */
void            thespian_starter_route        (ThespianStarter *self, ThespianStart *start);

/* Sends what waits at @forker, and sees to it that its silence will be noticed. */
void            thespian_starter_pump         (ThespianStarter *self, ThespianForker *forker);
ThespianForker *thespian_starter_add_forker   (ThespianStarter *self, const ThespianModulePlace *place, int fd,
                                               pid_t pid, GError **error);

/* Execs for some of those that wait for it. */
void            thespian_starter_spawn_some   (ThespianStarter *self);

/* --- thespian-starter-answers.c --- */

/* Reads what @forker says, until there is nothing more. */
void            thespian_starter_read         (ThespianStarter *self, ThespianForker *forker);

/* Decides what becomes of the requests of a zygote that has ended. */
void            thespian_starter_bury         (ThespianStarter *self, ThespianForker *forker);

/* Ends @forker, and fails all that it was to do. */
void            thespian_starter_abandon      (ThespianStarter *self, ThespianForker *forker,
                                               const GError *error);

/* It has been silent for too long. */
void            thespian_starter_give_up      (ThespianStarter *self, ThespianForker *forker);

G_END_DECLS
