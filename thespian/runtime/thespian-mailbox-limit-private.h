/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "runtime/thespian-cell-private.h"

G_BEGIN_DECLS

/*
 * Whether the mailbox of @cell takes one more message.  A sender on another thread is made to wait
 * until there is room; see thespian-mailbox-limit.c for when it is not.
 */
gboolean thespian_mailbox_limit_admits  (ThespianCell *cell);

/* For a caller who would rather wait until @deadline (negative: for ever) than lose a message. */
gboolean thespian_mailbox_limit_make_room (ThespianPort *port, gint64 deadline);

void     thespian_mailbox_limit_wake    (ThespianCell *cell);

/* On the cell's thread, after a message was taken out: lets those who wait go on. */
static inline void
thespian_mailbox_limit_release (ThespianCell *cell)
{
  if (G_UNLIKELY (__atomic_load_n (&cell->node->n_blocked, __ATOMIC_RELAXED) > 0))
    thespian_mailbox_limit_wake (cell);
}

G_END_DECLS
