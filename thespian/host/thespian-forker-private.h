/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "host/thespian-starter-private.h"
#include "host/thespian-zygote-packet-private.h"

G_BEGIN_DECLS

typedef struct _ThespianForker ThespianForker;

/* One start of a node; or, with @makes, the making of a zygote by another. */
typedef struct
{
  guint64 serial;
  ThespianModulePlace place; /* (owned) */
  char *title;  /* (owned) */
  int fds[THESPIAN_ZYGOTE_MAX_FDS]; /* (owned) link and journal, or a new zygote's socket; or -1 */
  ThespianForker *makes;            /* (nullable) */
  guint n_retries;
  gboolean is_awaited; /* of a node: see ThespianStartRequest */

  ThespianStartDoneFunc func; /* of a node */
  gpointer user_data;
  ThespianStarted started; /* when it is done … */
  GError *error;           /* … (owned) or has failed */
} ThespianStart;

ThespianStart  *thespian_start_new         (const ThespianStartRequest *request,
                                            ThespianStartDoneFunc func, gpointer user_data);
ThespianStart  *thespian_start_new_zygote  (ThespianForker *makes, int zygote_fd);
void            thespian_start_free        (ThespianStart *self);

/* A zygote, as the starter sees it. */
struct _ThespianForker
{
  ThespianModulePlace place; /* (owned) what it has loaded */
  char *key;       /* (owned) (nullable) that of the place, if that is a module's */
  pid_t pid;       /* 0 while unknown, and when it has been reaped */
  int wait_status; /* when it has been reaped; else -1 */
  int fd;          /* (owned) or -1, when it gets no more requests */
  gboolean ready;  /* to fork: its module is loaded */
  gint64 deadline; /* when it will have been silent for too long; 0 for none */
  GQueue waiting;   /* of ThespianStart */
  GQueue in_flight; /* of ThespianStart; in the order in which it will answer */
  ThespianStart *maker; /* (nullable) unowned: under way, to make this */
};

ThespianForker *thespian_forker_new         (const ThespianModulePlace *place, int fd, pid_t pid);
void            thespian_forker_free        (ThespianForker *self);

/*
 * Sends what waits, as far as the zygote may be ahead.  Returns the first that cannot be sent at
 * all, no longer in the queue and with its error set, or NULL.
 */
ThespianStart  *thespian_forker_pump        (ThespianForker *self);

/* Takes the start that an answer of @serial is for, or NULL when it is not the next one's turn. */
ThespianStart  *thespian_forker_take_answered (ThespianForker *self, guint64 serial);

/* Ends the connection, and the process if it is known and still there. */
void            thespian_forker_drop        (ThespianForker *self);

G_END_DECLS
