/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the admin says, and what the exchange finds: all under the exchange's lock. */

#include "config.h"

#include "admin/thespian-agent-private.h"

#include "host/thespian-fds-private.h"
#include "log/thespian-internals-log-private.h"
#include "model/thespian-value-private.h"
#include "transport/thespian-attendant-private.h"

#include <unistd.h>

/* --- Ways -------------------------------------------------------------------------------------------------- */

static void
find_route (gpointer         owner,
            ThespianChannel *channel)
{
  ThespianAgent *self = owner;

  thespian_exchange_control_locked (self->exchange, self->face.address, THESPIAN_CONTROL_RESOLVE, NULL,
                                    g_variant_new ("(tt)", channel->id.system_id, channel->id.actor_id));
}

static void
told_to_exit (gpointer         owner,
              ThespianChannel *channel)
{
  ThespianAgent *self = owner;

  thespian_exchange_control_locked (self->exchange, self->face.address, THESPIAN_CONTROL_TOLD_TO_EXIT, NULL,
                                    g_variant_new ("(tt)", channel->id.system_id, channel->id.actor_id));
}

static void
learn_route (ThespianAgent       *self,
             const ThespianFrame *frame)
{
  g_autoptr (GVariant) body = thespian_control_read (frame, "(ttts)");
  ThespianFrameAddress target;
  ThespianChannel *channel;
  const char *class_name;
  guint64 node_id;

  if (body == NULL)
    return;
  g_variant_get (body, "(ttt&s)", &target.system_id, &target.actor_id, &node_id, &class_name);
  channel = thespian_channel_find_locked (self->exchange, &target);
  if (channel == NULL)
    return;
  if (channel->address->class_name == NULL)
    thespian_address_set_class_name (channel->address, g_intern_string (class_name));
  thespian_channel_route_locked (channel, thespian_peer_ensure_locked (self->exchange, node_id));
}

static void
be_introduced_by_fd (ThespianAgent       *self,
                     const ThespianFrame *frame)
{
  g_autoptr (GVariant) body = thespian_control_read (frame, "t");
  int fd = self->admin_peer->link != NULL ? thespian_link_take_fd (self->admin_peer->link) : -1;
  ThespianPeer *peer;

  if (body == NULL || fd < 0)
    {
      thespian_fd_clear (&fd);
      return;
    }
  peer = thespian_peer_ensure_locked (self->exchange, g_variant_get_uint64 (body));
  thespian_peer_set_link_locked (peer, thespian_link_new_stream (peer, thespian_fd_move_high (fd)), FALSE);
}

/* --- Ends --------------------------------------------------------------------------------------------------- */

static void
tell_parent_locked (ThespianAgent              *self,
                    const ThespianFrameAddress *child,
                    const char                 *details)
{
  GValue value = G_VALUE_INIT;

  if (self->actor == NULL)
    return;
  if (details != NULL)
    {
      g_value_init (&value, G_TYPE_STRING);
      g_value_set_string (&value, details);
    }
  thespian_exchange_arrive_locked (self->exchange, THESPIAN_ARRIVAL_MESSAGE, g_object_ref (self->actor),
                                   THESPIAN_ENVELOPE_CHILD_EXITED, &value,
                                   thespian_address_find_or_create (child->system_id, child->actor_id), NULL);
}

static void
carry_out_obituary (ThespianAgent *self,
                    GVariant      *body)
{
  ThespianObituary obituary = { 0 };
  ThespianFrameAddress target;
  ThespianChannel *channel;
  gboolean tells_parent;
  guint64 node_id;

  g_variant_get (body, "(tttbbbbm&st)", &target.system_id, &target.actor_id, &node_id, &obituary.is_aborted,
                 &obituary.in_hand, &obituary.is_early, &tells_parent, &obituary.details, &obituary.handled);
  channel = thespian_channel_find_locked (self->exchange, &target);
  if (channel != NULL)
    thespian_channel_die_locked (channel, &obituary);
  if (tells_parent)
    tell_parent_locked (self, &target, obituary.details);
}

/* Whoever else the node was thought to be the way to is as dead. */
static void
bury_node_locked (ThespianAgent *self,
                  ThespianPeer  *peer)
{
  while (peer->channels->len > 0)
    thespian_channel_die_locked (g_ptr_array_index (peer->channels, 0), &(ThespianObituary){ 0 });
  thespian_agent_forget_peer_locked (self, peer);
}

/* There is only one process behind a node: with the obituary it is no more. */
gboolean
thespian_agent_carry_out_obituaries_locked (ThespianAgent *self,
                                            ThespianPeer  *peer)
{
  GPtrArray *waiting;

  if (!g_hash_table_steal_extended (self->obituaries, &peer->node_id, NULL, (gpointer *) &waiting))
    return FALSE;
  for (guint i = 0; i < waiting->len; i++)
    carry_out_obituary (self, g_ptr_array_index (waiting, i));
  g_ptr_array_unref (waiting);
  bury_node_locked (self, peer);
  return TRUE;
}

/* One that could not start says so before it ends. */
static gboolean
may_still_send_locked (ThespianAgent *self,
                       ThespianPeer  *peer,
                       gboolean       lives)
{
  return peer->link != NULL || thespian_tie_is_forming_locked (self, peer) ||
         (lives && thespian_tie_is_pending_locked (self, peer));
}

/* What the dead one has still sent comes first: its link ends when all of that is read. */
static void
take_obituary (ThespianAgent       *self,
               const ThespianFrame *frame)
{
  g_autoptr (GVariant) body = thespian_control_read (frame, THESPIAN_CONTROL_OBITUARY_FORMAT);
  ThespianPeer *peer;
  GPtrArray *waiting;
  gboolean is_early;
  guint64 node_id;

  if (body == NULL)
    return;
  g_variant_get_child (body, 2, "t", &node_id);
  g_variant_get_child (body, 5, "b", &is_early);
  peer = thespian_peer_find_locked (self->exchange, node_id);
  if (peer == NULL)
    {
      carry_out_obituary (self, body);
      return;
    }
  waiting = g_hash_table_lookup (self->obituaries, &peer->node_id);
  if (waiting == NULL)
    {
      waiting = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
      g_hash_table_insert (self->obituaries, &peer->node_id, waiting);
    }
  g_ptr_array_add (waiting, g_steal_pointer (&body));
  if (!may_still_send_locked (self, peer, is_early))
    thespian_agent_carry_out_obituaries_locked (self, peer);
  else if (!is_early && peer->link != NULL)
    thespian_link_expect_end_locked (peer->link);
}

/* A node of which no obituary came: nobody there was known to the admin. */
static void
lose_node (ThespianAgent       *self,
           const ThespianFrame *frame)
{
  g_autoptr (GVariant) body = thespian_control_read (frame, "t");
  ThespianPeer *peer = body != NULL ? thespian_peer_find_locked (self->exchange, g_variant_get_uint64 (body)) : NULL;

  if (peer == NULL)
    return;
  if (peer->link != NULL)
    thespian_link_expect_end_locked (peer->link);
  else if (!may_still_send_locked (self, peer, FALSE))
    bury_node_locked (self, peer);
}

static void
end_later (gpointer data)
{
  ThespianAgent *self = data;

  thespian_agent_end (self);
  thespian_agent_unref (self);
}

/* Nobody is left to work for: an actor's process ends at once, whatever it does. */
void
thespian_agent_lose_admin_locked (ThespianAgent *self)
{
  if (self->node->kind == THESPIAN_NODE_MAIN)
    _exit (1);
  thespian_exchange_call_later_locked (self->exchange, end_later, thespian_agent_ref (self));
}

static void
link_lost (gpointer      owner,
           ThespianPeer *peer,
           const char   *reason)
{
  ThespianAgent *self = owner;

  if (reason != NULL)
    thespian_internals_log (G_LOG_LEVEL_WARNING, "The link with node %016" G_GINT64_MODIFIER "x was closed: %s",
                            peer->node_id, reason);
  if (peer == self->admin_peer && self->way_back.port != 0 && self->config.link_kind == THESPIAN_LINK_TCP)
    thespian_agent_return_locked (self);
  else if (peer == self->admin_peer)
    thespian_agent_lose_admin_locked (self);
  else if (g_hash_table_contains (self->obituaries, &peer->node_id))
    thespian_agent_carry_out_obituaries_locked (self, peer);
  else if (self->config.link_kind == THESPIAN_LINK_UDP)
    bury_node_locked (self, peer);
  else
    thespian_tie_lose_link_locked (self, peer);
}

/* The parent could not be told of the actor's end: the admin does so after all. */
static void
leave_parent_locked (ThespianAgent *self)
{
  thespian_exchange_control_locked (self->exchange, self->face.address, THESPIAN_CONTROL_EXITED, NULL,
                                    g_variant_new_boolean (FALSE));
}

static void
dead_letter (gpointer             owner,
             const ThespianFrame *message)
{
  ThespianAgent *self = owner;
  g_auto (ThespianBuffer) body = THESPIAN_BUFFER_INIT;

  if (message->kind == THESPIAN_FRAME_CHILD_EXITED)
    {
      leave_parent_locked (self);
      return;
    }
  thespian_body_write_dead_envelope (&body, message->body, message->body_length, message->target.system_id,
                                     message->target.actor_id);
  thespian_exchange_control_bytes_locked (self->exchange, self->face.address, THESPIAN_CONTROL_DEAD_LETTER,
                                          &message->sender, body.data, body.length);
}

/* --- The system ------------------------------------------------------------------------------------------------ */

static void
take_capabilities (ThespianAgent       *self,
                   const ThespianFrame *frame)
{
  GVariant *capabilities = thespian_control_read (frame, "a{sv}");
  GValue value = G_VALUE_INIT;

  if (capabilities == NULL)
    return;
  if (self->actor != NULL)
    {
      g_value_init (&value, G_TYPE_VARIANT);
      g_value_set_variant (&value, capabilities);
      thespian_exchange_arrive_locked (self->exchange, THESPIAN_ARRIVAL_MESSAGE, g_object_ref (self->actor),
                                       THESPIAN_ENVELOPE_REVALIDATE, &value, g_object_ref (self->face.address), NULL);
    }
  g_mutex_lock (&self->lock);
  g_variant_unref (self->capabilities);
  self->capabilities = capabilities;
  g_mutex_unlock (&self->lock);
  if (self->exchange->attendant != NULL)
    thespian_attendant_set_grace (self->exchange->attendant, thespian_capabilities_read_grace (capabilities));
}

static void
become_child_of_system (gpointer data)
{
  ThespianAgent *self = data;
  ThespianCell *cell = thespian_port_to_cell (self->actor->port);

  thespian_cell_set_parent (cell, self->face.address);
  thespian_agent_unref (self);
}

static void
answer_fence (ThespianAgent       *self,
              const ThespianFrame *frame)
{
  g_autoptr (GVariant) serial = thespian_control_read (frame, "t");

  if (serial != NULL)
    thespian_exchange_control_locked (self->exchange, self->face.address, THESPIAN_CONTROL_FENCED, NULL, serial);
}

static void
control (gpointer             owner,
         ThespianPeer        *peer,
         const ThespianFrame *frame)
{
  ThespianAgent *self = owner;

  if (peer != self->admin_peer)
    {
      thespian_internals_log (G_LOG_LEVEL_WARNING, "A node that is not the admin sent a frame of kind %u", frame->kind);
      return;
    }
  switch ((guint) frame->kind)
    {
    case THESPIAN_CONTROL_INTRODUCE_FD:
      be_introduced_by_fd (self, frame);
      break;
    case THESPIAN_CONTROL_INTRODUCE:
      thespian_agent_be_introduced_locked (self, frame);
      break;
    case THESPIAN_CONTROL_INTRODUCE_DATAGRAMS:
      thespian_agent_be_introduced_by_datagrams_locked (self, frame);
      break;
    case THESPIAN_CONTROL_WELCOME:
      break; /* has come a second time */
    case THESPIAN_CONTROL_NODE_GONE:
      lose_node (self, frame);
      break;
    case THESPIAN_CONTROL_ROUTE:
      learn_route (self, frame);
      break;
    case THESPIAN_CONTROL_OBITUARY:
      take_obituary (self, frame);
      break;
    case THESPIAN_CONTROL_CAPABILITIES:
      take_capabilities (self, frame);
      break;
    case THESPIAN_CONTROL_SHOW:
      thespian_agent_show_log_locked (self, frame);
      break;
    case THESPIAN_CONTROL_REPLY:
      thespian_agent_answer_locked (self, frame);
      break;
    case THESPIAN_CONTROL_FENCE:
      answer_fence (self, frame);
      break;
    case THESPIAN_CONTROL_ORPHANED:
      if (self->actor != NULL)
        thespian_exchange_call_later_locked (self->exchange, become_child_of_system, thespian_agent_ref (self));
      break;
    default:
      thespian_internals_log (G_LOG_LEVEL_WARNING, "The admin sent a frame of the unknown kind %u", frame->kind);
    }
}

const ThespianExchangeOps thespian_agent_exchange_ops = {
  .find_route = find_route,
  .control = control,
  .link_lost = link_lost,
  .dead_letter = dead_letter,
  .told_to_exit = told_to_exit,
  .before_flush = thespian_agent_drain_log_locked,
};
