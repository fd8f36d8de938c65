/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "transport/thespian-exchange-private.h"

G_BEGIN_DECLS

/*
 * A second thread in a process that is there for one actor.  It sleeps, but when a handler takes
 * long it moves what comes and goes, answers what the runtime answers, and so notices the admin's
 * death.  It never runs user code.
 */
ThespianAttendant *thespian_attendant_new   (ThespianExchange *exchange, GError **error);
void               thespian_attendant_free  (ThespianAttendant *self);

/* On the node's thread: from here on it is busy; from here on it waits. */
void               thespian_attendant_watch (ThespianAttendant *self);
void               thespian_attendant_rest  (ThespianAttendant *self);

G_END_DECLS
