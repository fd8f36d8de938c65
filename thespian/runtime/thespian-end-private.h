/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "runtime/thespian-wait-private.h"

G_BEGIN_DECLS

/* The end of a system, and who waits for it. */
typedef struct
{
  GMutex lock;
  gboolean is_there;
  GSList *waits; /* of ThespianWait, unowned: each is here until its owner has taken it out */
} ThespianEnd;

void     thespian_end_init     (ThespianEnd *self);
void     thespian_end_clear    (ThespianEnd *self);
void     thespian_end_announce (ThespianEnd *self);
/* Drives @node (nullable) if need be; FALSE when the time was over, or the call cancelled, before. */
gboolean thespian_end_wait     (ThespianEnd *self, ThespianNode *node, GTimeSpan timeout, GCancellable *cancellable);

G_END_DECLS
