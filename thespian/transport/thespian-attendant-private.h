/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "transport/thespian-exchange-private.h"

G_BEGIN_DECLS

/*
 * A second thread in a process that is there for one actor.  It sleeps, but when a handler takes
 * long it moves what comes and goes, answers what the runtime answers, and so notices the admin's
 * death.  It never runs user code, and lives as long as the process.
 *
 * It also ends the process, as by SIGKILL, when the actor is to exit and one handler takes longer than
 * the grace time.
 */
typedef void (*ThespianAttendFunc) (gpointer data);

/* Gives @exchange its attendant.  @attend: called again and again while a handler takes long, outside all
 * locks. */
gboolean           thespian_attendant_start (ThespianExchange *exchange, ThespianAttendFunc attend, gpointer data,
                                             GError **error);

/* From any thread. */
void               thespian_attendant_set_grace  (ThespianAttendant *self, GTimeSpan grace);
/* From any thread: the actor is to exit. */
void               thespian_attendant_expect_end (ThespianAttendant *self);

/* On the node's thread: from here on it is busy; from here on it waits. */
void               thespian_attendant_watch (ThespianAttendant *self);
void               thespian_attendant_rest  (ThespianAttendant *self);
/* On the node's thread, which handles nothing any more: it sleeps from here on. */
void               thespian_attendant_retire (ThespianAttendant *self);

G_END_DECLS
