/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "runtime/thespian-node-private.h"

G_BEGIN_DECLS

/* A pending wakeup of an actor.  Protected by its node's lock until its envelope is handled. */
typedef struct _ThespianTimer ThespianTimer;

struct _ThespianTimer
{
  ThespianCell *cell; /* unowned: a cell forgets its timers before it goes */
  ThespianTimer *previous_of_cell;
  ThespianTimer *next_of_cell;
  GSequenceIter *place; /* in the node's timers; NULL once it stands in the queue */
  guint64 id;
  gint64 expiry; /* monotonic time */
  GTimeSpan delay;
  GValue payload; /* may be unset */
};

void     thespian_timers_init    (ThespianNode *node);
void     thespian_timers_clear   (ThespianNode *node);

guint64  thespian_timers_add     (ThespianNode *node, ThespianCell *cell, GTimeSpan delay,
                                  const GValue *payload);
gboolean thespian_timers_cancel  (ThespianNode *node, ThespianCell *cell, guint64 id);
/* Forgets all of @cell's; those that stand in the queue are found cancelled there. */
void     thespian_timers_forget  (ThespianNode *node, ThespianCell *cell);

/* On the node's thread: puts what is due into the queue. */
void     thespian_timers_expire  (ThespianNode *node);
/* On the node's thread: ends a timer that stands in the queue; FALSE when it was cancelled. */
gboolean thespian_timers_claim   (ThespianNode *node, ThespianTimer *timer);
void     thespian_timer_free     (ThespianTimer *timer);

G_END_DECLS
