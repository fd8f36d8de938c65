/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A process has one agent for each system that it has joined at a port, however often it has: an
 * address stands for the same in all of it.  The last user of the agent takes the process out.
 */

#include "config.h"

#include "admin/thespian-agent-private.h"

/* How long what was sent last may take to leave. */
#define LINGER (5 * G_TIME_SPAN_SECOND)
/* And what the admin is to know after that. */
#define LAST_WORDS G_TIME_SPAN_SECOND

static GMutex shared_lock;
static GSList *shared_agents; /* unowned: each is here while it has users; protected by the lock */

static gboolean
can_be_used (ThespianAgent *self)
{
  return !self->face.ops->is_stopping (&self->face);
}

ThespianAgent *
thespian_agent_share (ThespianLinkKind kind,
                      guint            port)
{
  ThespianAgent *found = NULL;

  g_mutex_lock (&shared_lock);
  for (GSList *item = shared_agents; item != NULL && found == NULL; item = item->next)
    {
      ThespianAgent *agent = item->data;

      if (agent->config.link_kind == kind && agent->way_back.port == port && can_be_used (agent))
        {
          agent->n_users++;
          found = thespian_agent_ref (agent);
        }
    }
  g_mutex_unlock (&shared_lock);
  return found;
}

void
thespian_agent_linger (ThespianAgent *self,
                       GTimeSpan      limit)
{
  if (thespian_exchange_linger (self->exchange, limit))
    return;
  thespian_exchange_give_up (self->exchange);
  thespian_exchange_linger (self->exchange, LAST_WORDS);
}

static void
say_goodbye (ThespianAgent *self)
{
  /* what nobody has fetched is for the admin to look after */
  thespian_mailbox_set_close (&self->mailboxes);
  thespian_agent_linger (self, LINGER);
  thespian_agent_control (self, THESPIAN_CONTROL_LEAVE, NULL, NULL);
  thespian_exchange_linger (self->exchange, LAST_WORDS);
}

/*
 * Many programs end without letting go of their system, and what they told last shall leave all the
 * same.  A copy of this process may have the lock as another thread left it.
 */
static void
leave_at_exit (void)
{
  GSList *agents = NULL;

  if (!g_mutex_trylock (&shared_lock))
    return;
  for (GSList *item = shared_agents; item != NULL; item = item->next)
    if (can_be_used (item->data))
      agents = g_slist_prepend (agents, thespian_agent_ref (item->data));
  g_mutex_unlock (&shared_lock);
  g_slist_foreach (agents, (GFunc) say_goodbye, NULL);
  g_slist_free_full (agents, (GDestroyNotify) thespian_agent_unref);
}

static void
ensure_leave_at_exit (void)
{
  static gsize done;

  if (!g_once_init_enter (&done))
    return;
  atexit (leave_at_exit);
  g_once_init_leave (&done, TRUE);
}

void
thespian_agent_begin_sharing (ThespianAgent *self)
{
  self->face.is_shared = TRUE;
  self->n_users = 1;
  ensure_leave_at_exit ();
  g_mutex_lock (&shared_lock);
  shared_agents = g_slist_prepend (shared_agents, self);
  g_mutex_unlock (&shared_lock);
}

static gboolean
drop_user (ThespianAgent *self)
{
  gboolean is_last;

  g_mutex_lock (&shared_lock);
  is_last = --self->n_users == 0;
  if (is_last)
    shared_agents = g_slist_remove (shared_agents, self);
  g_mutex_unlock (&shared_lock);
  return is_last;
}

void
thespian_agent_leave (ThespianAdminFace *face)
{
  ThespianAgent *self = (ThespianAgent *) face;

  if (!drop_user (self))
    return;
  if (!face->ops->is_stopping (face))
    say_goodbye (self);
  thespian_agent_end (self);
  thespian_agent_join_node (self, FALSE);
}
