/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A copy of this process, made by fork(), has the memory of its agents, but none of the threads that
 * move their messages, and shares their links with the original.  So whatever it asks of a system is
 * refused before it touches a lock that nobody there would let go, or a link that is not its own.
 */

#include "config.h"

#include "admin/thespian-agent-private.h"

#include <pthread.h>

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

static void
before_copy (void)
{
  g_mutex_lock (&agents_lock);
}

static void
after_copy (void)
{
  g_mutex_unlock (&agents_lock);
}

static void
in_copy (void)
{
  for (GSList *item = agents; item != NULL; item = item->next)
    {
      ThespianAdminFace *face = item->data;

      face->ops = &copied_ops;
      face->is_copied = TRUE;
    }
  g_mutex_unlock (&agents_lock);
}

void
thespian_agent_watch_copies (ThespianAgent *self)
{
  static gsize is_watching;

  if (g_once_init_enter (&is_watching))
    {
      pthread_atfork (before_copy, after_copy, in_copy);
      g_once_init_leave (&is_watching, 1);
    }
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
