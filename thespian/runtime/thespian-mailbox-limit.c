/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The bound of a mailbox (capability `Mailbox Limit'), and how it holds senders back.
 *
 * A sender on the target's own thread cannot wait: the thread that would make room is its own.
 * Its message is refused, and becomes a dead letter.  A sender on another thread waits until the
 * mailbox is four fifths full again, but
 *
 *  - not when the target's node waits for the sender's, by itself or by others: two that flood each
 *    other, or any ring of them, would wait for ever.  The node that closes the ring goes on.  One
 *    whose target merely waits for somebody else waits, too, so that a slow actor slows down all
 *    that lead to it;
 *  - not longer than BLOCK_LIMIT.
 *
 * Whoever may not wait (any longer) still gets in until the mailbox is over its bound by DROP_MARGIN.
 */

#include "config.h"

#include "runtime/thespian-mailbox-limit-private.h"

#include "runtime/thespian-wait-private.h"

#define BLOCK_LIMIT (5 * G_TIME_SPAN_SECOND)
#define DROP_MARGIN 100

/* Which node waits for which.  One lock for all, so no ring can form unseen. */
static GMutex blocked_lock;
static GHashTable *blocked_nodes; /* (nullable) ThespianNode* to ThespianNode*; protected by the lock */

static guint
unblock_threshold (guint limit)
{
  return limit - limit / 5;
}

/* Whether @target waits for the calling node.  A thread outside of all nodes is waited for by none. */
static gboolean
closes_ring_locked (ThespianNode *target)
{
  if (thespian_current_node == NULL || blocked_nodes == NULL)
    return FALSE;
  for (ThespianNode *node = target; node != NULL; node = g_hash_table_lookup (blocked_nodes, node))
    if (node == thespian_current_node)
      return TRUE;
  return FALSE;
}

/* Registers the calling node as waiting; FALSE when it must not wait for @target's. */
static gboolean
begin_to_wait (ThespianNode *target)
{
  gboolean may_wait;

  g_mutex_lock (&blocked_lock);
  may_wait = !closes_ring_locked (target);
  if (may_wait && thespian_current_node != NULL)
    {
      if (blocked_nodes == NULL)
        blocked_nodes = g_hash_table_new (NULL, NULL);
      g_hash_table_insert (blocked_nodes, thespian_current_node, target);
    }
  g_mutex_unlock (&blocked_lock);
  return may_wait;
}

static void
end_to_wait (void)
{
  if (thespian_current_node == NULL)
    return;
  g_mutex_lock (&blocked_lock);
  g_hash_table_remove (blocked_nodes, thespian_current_node);
  if (g_hash_table_size (blocked_nodes) == 0)
    g_clear_pointer (&blocked_nodes, g_hash_table_unref);
  g_mutex_unlock (&blocked_lock);
}

static void
wait_for_room (ThespianCell *cell,
               guint         limit,
               gint64        deadline)
{
  ThespianNode *node = cell->node;

  if (!begin_to_wait (node))
    return;
  g_mutex_lock (&node->lock);
  __atomic_add_fetch (&node->n_blocked, 1, __ATOMIC_SEQ_CST);
  while (thespian_cell_is_open (cell) && thespian_cell_mailbox_length (cell) >= unblock_threshold (limit))
    if (deadline < 0)
      g_cond_wait (&node->room, &node->lock);
    else if (!g_cond_wait_until (&node->room, &node->lock, deadline))
      break;
  __atomic_sub_fetch (&node->n_blocked, 1, __ATOMIC_SEQ_CST);
  g_mutex_unlock (&node->lock);
  end_to_wait ();
}

/* Who would have to run the node itself cannot wait for it. */
static gboolean
is_for_us_to_run (ThespianNode *node)
{
  gboolean is_driven;

  g_mutex_lock (&node->lock);
  is_driven = node->driver != NULL;
  g_mutex_unlock (&node->lock);
  return !is_driven && thespian_node_can_drive (node);
}

gboolean
thespian_mailbox_limit_admits (ThespianCell *cell)
{
  guint limit = cell->node->admin->mailbox_limit;

  if (limit == 0 || thespian_cell_mailbox_length (cell) < limit)
    return TRUE;
  if (cell->node == thespian_current_node)
    return FALSE;
  if (!is_for_us_to_run (cell->node))
    wait_for_room (cell, limit, g_get_monotonic_time () + BLOCK_LIMIT);
  return thespian_cell_mailbox_length (cell) < limit + DROP_MARGIN;
}

static gboolean
has_room (ThespianCell *cell)
{
  guint limit = cell->node->admin->mailbox_limit;

  return limit == 0 || !thespian_cell_is_open (cell) || thespian_cell_mailbox_length (cell) < limit;
}

/* Whoever else waited may have taken the room, so one wait may not be enough. */
gboolean
thespian_mailbox_limit_make_room (ThespianPort *port,
                                  gint64        deadline)
{
  ThespianCell *cell = (ThespianCell *) port;

  while (!has_room (cell))
    if (thespian_deadline_has_passed (deadline))
      return FALSE;
    else if (is_for_us_to_run (cell->node))
      thespian_run_until_idle (cell->node, deadline);
    else
      wait_for_room (cell, cell->node->admin->mailbox_limit, deadline);
  return TRUE;
}

void
thespian_mailbox_limit_wake (ThespianCell *cell)
{
  ThespianNode *node = cell->node;

  if (thespian_cell_is_open (cell) && node->admin->mailbox_limit > 0 &&
      thespian_cell_mailbox_length (cell) >= unblock_threshold (node->admin->mailbox_limit))
    return;
  g_mutex_lock (&node->lock);
  g_cond_broadcast (&node->room);
  g_mutex_unlock (&node->lock);
}

guint64
thespian_cell_mailbox_length (ThespianCell *self)
{
  guint32 arrived = thespian_count_get (self->n_arrived);
  guint32 under_way = (guint32) __atomic_load_n (&self->n_inbound, __ATOMIC_RELAXED) - arrived;

  return (guint64) thespian_count_get (self->n_queued) + under_way;
}
