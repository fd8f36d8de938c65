/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A copy of this process, made by fork(), has the memory of its agents, but none of the threads that
 * move their messages, and shares their links with the original.  So whatever it asks of a system is
 * refused before it touches a lock that nobody there would let go, or a link that is not its own.
 */

#include "config.h"

#include "admin/thespian-agent-private.h"

#include <pthread.h>

#define PARKING_LIMIT (100 * G_TIME_SPAN_MILLISECOND)

static GMutex agents_lock;
static GSList *agents; /* (owned) unowned; protected by the lock */

/* --- What a copy is told ------------------------------------------------------------------------------------- */

static ThespianAdminFace *
copied_ref (ThespianAdminFace *face)
{
  return &thespian_agent_ref ((ThespianAgent *) face)->face;
}

static void
copied_unref (ThespianAdminFace *face)
{
  thespian_agent_unref ((ThespianAgent *) face);
}

static ThespianAddress *
copied_create (ThespianAdminFace       *face,
               ThespianCell            *creator,
               const ThespianActorSpec *spec,
               ThespianStartedFunc      started,
               gpointer                 user_data,
               GError                 **error)
{
  thespian_admin_check_original (face, error);
  return NULL;
}

static void
copied_abandon (ThespianAdminFace *face,
                ThespianAddress   *address)
{
}

static ThespianPort *
copied_open_port (ThespianAdminFace *face,
                  ThespianAddress   *address)
{
  return NULL;
}

static void
copied_strike_out (ThespianAdminFace *face,
                   ThespianCell      *cell)
{
}

static void
copied_dead_letter (ThespianAdminFace *face,
                    ThespianAddress   *target,
                    const GValue      *message,
                    ThespianAddress   *sender)
{
}

static void
copied_handle_dead_letters (ThespianAdminFace *face,
                            ThespianAddress   *handler,
                            gboolean           start_handling)
{
}

/* No other thread is there that could change them. */
static GVariant *
copied_dup_capabilities (ThespianAdminFace *face)
{
  return g_variant_ref (((ThespianAgent *) face)->capabilities);
}

static gboolean
copied_update_capability (ThespianAdminFace *face,
                          const char        *name,
                          GVariant          *value,
                          GError           **error)
{
  return thespian_admin_check_original (face, error);
}

static void
copied_handle_child (ThespianAdminFace *face,
                     ThespianAddress   *child)
{
}

static void
copied_do_nothing (ThespianAdminFace *face)
{
}

static gboolean
copied_add_mailbox (ThespianAdminFace *face,
                    ThespianAddress   *mailbox)
{
  return FALSE;
}

static void
copied_remove_mailbox (ThespianAdminFace *face,
                       ThespianAddress   *mailbox)
{
}

static ThespianNode *
copied_ref_node (ThespianAdminFace *face)
{
  return NULL;
}

static GObject *
copied_dup_status (ThespianAdminFace *face,
                   GError           **error)
{
  thespian_admin_check_original (face, error);
  return NULL;
}

static gboolean
copied_is_stopping (ThespianAdminFace *face)
{
  return TRUE;
}

static gboolean
copied_end_shutdown (ThespianAdminFace *face,
                     GTimeSpan          timeout,
                     GCancellable      *cancellable,
                     GError           **error)
{
  return thespian_admin_check_original (face, error);
}

static void
copied_log (ThespianAdminFace *face,
            ThespianAddress   *address,
            GLogLevelFlags     level,
            const char        *message)
{
}

static const ThespianAdminOps copied_ops = {
  .ref = copied_ref,
  .unref = copied_unref,
  .create = copied_create,
  .abandon = copied_abandon,
  .open_port = copied_open_port,
  .strike_out = copied_strike_out,
  .dead_letter = copied_dead_letter,
  .handle_dead_letters = copied_handle_dead_letters,
  .dup_capabilities = copied_dup_capabilities,
  .update_capability = copied_update_capability,
  .adopt = copied_handle_child,
  .child_exited = copied_handle_child,
  .node_closed = copied_do_nothing,
  .add_mailbox = copied_add_mailbox,
  .remove_mailbox = copied_remove_mailbox,
  .ref_node = copied_ref_node,
  .dup_status = copied_dup_status,
  .shutdown = copied_do_nothing,
  .is_stopping = copied_is_stopping,
  .end_shutdown = copied_end_shutdown,
  .leave = copied_do_nothing,
  .log = copied_log,
};

/* --- Copies -------------------------------------------------------------------------------------------------- */

/* A copy may go on using GLib: so no thread of ours is inside it meanwhile. */
static void
park (ThespianAgent *agent,
      gint64         deadline)
{
  ThespianNode *node = agent->face.ops->ref_node (&agent->face);

  if (node != NULL && thespian_node_park (node, deadline))
    agent->parked = node;
  else
    g_clear_pointer (&node, thespian_node_unref);
}

static void
before_copy (void)
{
  gint64 deadline = g_get_monotonic_time () + PARKING_LIMIT;

  g_mutex_lock (&agents_lock);
  for (GSList *item = agents; item != NULL; item = item->next)
    park (item->data, deadline);
}

/* The last reference to a node may be the last to its agent, which takes the lock. */
static void
after_copy (void)
{
  GSList *parked = NULL;

  for (GSList *item = agents; item != NULL; item = item->next)
    {
      ThespianAgent *agent = item->data;

      if (agent->parked == NULL)
        continue;
      thespian_node_unpark (agent->parked);
      parked = g_slist_prepend (parked, g_steal_pointer (&agent->parked));
    }
  g_mutex_unlock (&agents_lock);
  g_slist_free_full (parked, (GDestroyNotify) thespian_node_unref);
}

static void
in_copy (void)
{
  for (GSList *item = agents; item != NULL; item = item->next)
    {
      ThespianAgent *agent = item->data;

      agent->face.ops = &copied_ops;
      agent->face.is_copied = TRUE;
      agent->parked = NULL; /* its thread is not here: it stays as it is */
    }
  g_mutex_unlock (&agents_lock);
}

void
thespian_agent_prepare_for_copies (void)
{
  static gsize is_prepared;

  if (g_once_init_enter (&is_prepared))
    {
      pthread_atfork (before_copy, after_copy, in_copy);
      g_once_init_leave (&is_prepared, 1);
    }
}

void
thespian_agent_watch_copies (ThespianAgent *self)
{
  thespian_agent_prepare_for_copies ();
  g_mutex_lock (&agents_lock);
  agents = g_slist_prepend (agents, self);
  g_mutex_unlock (&agents_lock);
}

void
thespian_agent_unwatch_copies (ThespianAgent *self)
{
  g_mutex_lock (&agents_lock);
  agents = g_slist_remove (agents, self);
  g_mutex_unlock (&agents_lock);
}
