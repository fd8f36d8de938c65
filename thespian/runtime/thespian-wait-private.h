/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "runtime/thespian-node-private.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * A blocking call waiting for something.  It lives on the stack of the waiting thread, which drives
 * the system's node meanwhile where that is for callers to drive; elsewhere it sleeps.
 */
typedef struct
{
  ThespianNode *node; /* (nullable) what the caller may have to drive */
  GThread *thread;    /* that waits */
  GMutex lock;
  GCond cond;
  gint done; /* atomic */
} ThespianWait;

void     thespian_wait_init     (ThespianWait *self, ThespianNode *node);
void     thespian_wait_clear    (ThespianWait *self);

/* From any thread, while the waiter cannot go away: it is over. */
void     thespian_wait_finish   (ThespianWait *self);

/*
 * Waits until it is over (TRUE), until @deadline (monotonic; negative: never) has passed or the
 * call was cancelled (FALSE).  @when_idle also ends it when the driven node has nothing left to do.
 */
gboolean thespian_wait_until    (ThespianWait *self, gint64 deadline, gboolean when_idle,
                                 GCancellable *cancellable);

/*
 * Runs @node on this thread until it has nothing left to do; FALSE when @deadline passed before.
 * Where another thread is at it, or runs the node anyway, there is nothing to do.
 */
gboolean thespian_run_until_idle (ThespianNode *node, gint64 deadline);

/* Monotonic; negative, and never passed, for a negative or a very long timeout. */
gint64   thespian_deadline            (GTimeSpan timeout);
gboolean thespian_deadline_has_passed (gint64 deadline);

G_END_DECLS
