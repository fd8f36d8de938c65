/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "admin/thespian-agent-private.h"

#include "host/thespian-fds-private.h"
#include "log/thespian-internals-log-private.h"
#include "model/thespian-dead-envelope-private.h"
#include "model/thespian-error.h"
#include "model/thespian-status-request.h"
#include "model/thespian-system-status.h"
#include "model/thespian-value-private.h"
#include "runtime/thespian-mailbox-private.h"
#include "runtime/thespian-trace-private.h"
#include "transport/thespian-attendant-private.h"

#include <errno.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#define UPDATE_TIMEOUT (5 * G_TIME_SPAN_SECOND)
#define STATUS_TIMEOUT (10 * G_TIME_SPAN_SECOND)
#define ADMIN_END_MILLISECONDS 5000

static ThespianAgent *
from_face (ThespianAdminFace *face)
{
  return (ThespianAgent *) face;
}

void
thespian_agent_control (ThespianAgent   *self,
                        guint            kind,
                        ThespianAddress *sender,
                        GVariant        *body)
{
  ThespianExchange *exchange = self->exchange;

  g_mutex_lock (&exchange->lock);
  thespian_exchange_control_locked (exchange, self->face.address, kind, sender, body);
  thespian_exchange_unlock (exchange);
  thespian_exchange_call (exchange);
}

static gboolean
has_ended (ThespianAgent *self)
{
  gboolean ended;

  g_mutex_lock (&self->lock);
  ended = self->ended;
  g_mutex_unlock (&self->lock);
  return ended;
}

static void
set_ended (GError    **error,
           const char *what)
{
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_SHUT_DOWN, "The actor system is shutting down: %s", what);
}

/* --- What a node asks of its admin ----------------------------------------------------------------------- */

static ThespianPort *
agent_open_port (ThespianAdminFace *face,
                 ThespianAddress   *address)
{
  ThespianAgent *self = from_face (face);

  return has_ended (self) ? NULL : thespian_channel_open (self->exchange, address);
}

static void
agent_strike_out (ThespianAdminFace *face,
                  ThespianCell      *cell)
{
  ThespianAgent *self = from_face (face);

  if (cell->extras == NULL || cell->extras->failure == NULL)
    thespian_agent_control (self, THESPIAN_CONTROL_EXITED, NULL, g_variant_new_boolean (!self->leaves_parent));
  thespian_node_dismiss (cell->node);
}

static void
agent_dead_letter (ThespianAdminFace *face,
                   ThespianAddress   *target,
                   const GValue      *message,
                   ThespianAddress   *sender)
{
  ThespianAgent *self = from_face (face);
  g_auto (ThespianBuffer) body = THESPIAN_BUFFER_INIT;
  g_auto (GValue) letter = G_VALUE_INIT;
  ThespianFrameAddress id = thespian_frame_address_of (sender);
  g_autoptr (GError) error = NULL;

  if (thespian_debug_shows (THESPIAN_DEBUG_DEAD_LETTERS))
    thespian_trace_dead_letter (target, message, sender);
  g_value_init (&letter, THESPIAN_TYPE_DEAD_ENVELOPE);
  g_value_take_object (&letter, thespian_dead_envelope_new (message, target));
  if (!thespian_body_write (&body, &letter, &error))
    {
      thespian_internals_log (G_LOG_LEVEL_WARNING, "A dead letter cannot be told of: %s", error->message);
      return;
    }
  thespian_address_intern (sender);
  g_mutex_lock (&self->exchange->lock);
  thespian_exchange_control_bytes_locked (self->exchange, face->address, THESPIAN_CONTROL_DEAD_LETTER, &id, body.data,
                                          body.length);
  thespian_exchange_unlock (self->exchange);
  thespian_exchange_call (self->exchange);
}

static void
agent_handle_dead_letters (ThespianAdminFace *face,
                           ThespianAddress   *handler,
                           gboolean           start_handling)
{
  thespian_agent_control (from_face (face), THESPIAN_CONTROL_HANDLE_DEAD_LETTERS, handler,
                          g_variant_new_boolean (start_handling));
}

static GVariant *
agent_dup_capabilities (ThespianAdminFace *face)
{
  ThespianAgent *self = from_face (face);
  GVariant *capabilities;

  g_mutex_lock (&self->lock);
  capabilities = g_variant_ref (self->capabilities);
  g_mutex_unlock (&self->lock);
  return capabilities;
}

typedef struct
{
  const char *name;
  GVariant *value; /* (nullable) */
} Update;

static GVariant *
update_body (guint64  serial,
             gpointer data)
{
  Update *update = data;

  return g_variant_new ("(tsmv)", serial, update->name, update->value);
}

static gboolean
agent_update_capability (ThespianAdminFace *face,
                         const char        *name,
                         GVariant          *value,
                         GError           **error)
{
  return thespian_agent_call (from_face (face), THESPIAN_CONTROL_UPDATE_CAPABILITY, update_body,
                              &(Update){ name, value }, UPDATE_TIMEOUT, NULL, error);
}

static void
agent_adopt (ThespianAdminFace *face,
             ThespianAddress   *child)
{
  thespian_agent_control (from_face (face), THESPIAN_CONTROL_ADOPT, NULL, g_variant_new_uint64 (child->actor_id));
}

/* The admin knows by itself. */
static void
agent_child_exited (ThespianAdminFace *face,
                    ThespianAddress   *child)
{
}

/*
 * What an actor tells its parent over datagrams its process would have to wait for, be it only that it
 * ends.  When there is nothing else to wait for the admin finds out sooner.
 */
static gboolean
agent_tells_parent (ThespianAdminFace *face,
                    gboolean           has_failed)
{
  ThespianAgent *self = from_face (face);

  self->leaves_parent = !has_failed && thespian_exchange_would_linger (self->exchange);
  return has_failed || self->leaves_parent;
}

static void
agent_node_closed (ThespianAdminFace *face)
{
}

static gboolean
agent_add_mailbox (ThespianAdminFace *face,
                   ThespianAddress   *mailbox)
{
  ThespianAgent *self = from_face (face);
  gboolean open = thespian_mailbox_set_add (&self->mailboxes, mailbox);

  thespian_address_intern (mailbox);
  if (open)
    thespian_agent_control (self, THESPIAN_CONTROL_ADD_MAILBOX, NULL, g_variant_new_uint64 (mailbox->actor_id));
  return open;
}

static void
agent_remove_mailbox (ThespianAdminFace *face,
                      ThespianAddress   *mailbox)
{
  ThespianAgent *self = from_face (face);

  thespian_mailbox_set_remove (&self->mailboxes, mailbox);
  if (!has_ended (self))
    thespian_agent_control (self, THESPIAN_CONTROL_REMOVE_MAILBOX, NULL, g_variant_new_uint64 (mailbox->actor_id));
}

static ThespianNode *
agent_ref_node (ThespianAdminFace *face)
{
  ThespianAgent *self = from_face (face);
  ThespianNode *node;

  g_mutex_lock (&self->lock);
  node = self->node != NULL ? thespian_node_ref (self->node) : NULL;
  g_mutex_unlock (&self->lock);
  return node;
}

/* The admin is asked as by anybody else: by a message. */
static GObject *
agent_dup_status (ThespianAdminFace *face,
                  GError           **error)
{
  ThespianAgent *self = from_face (face);
  g_autoptr (ThespianAddress) mailbox = thespian_mailbox_new (face);
  g_autoptr (ThespianNode) node = agent_ref_node (face);
  GValue request = G_VALUE_INIT;
  GObject *status = NULL;
  GValue *answer;

  g_value_init (&request, THESPIAN_TYPE_STATUS_REQUEST);
  g_value_take_object (&request, thespian_status_request_new ());
  answer = thespian_mailbox_receive (mailbox, node, face->address, &request, STATUS_TIMEOUT, FALSE, NULL, error);
  if (answer != NULL && G_VALUE_HOLDS (answer, THESPIAN_TYPE_SYSTEM_STATUS))
    status = g_value_dup_object (answer);
  g_clear_pointer (&answer, thespian_value_free);
  thespian_mailbox_close (mailbox);
  if (status == NULL && has_ended (self) && error != NULL && *error == NULL)
    set_ended (error, "it has no status");
  return status;
}

/* --- The end ------------------------------------------------------------------------------------------------ */

static void
agent_shutdown (ThespianAdminFace *face)
{
  ThespianAgent *self = from_face (face);

  g_mutex_lock (&self->lock);
  self->stopping = TRUE;
  g_mutex_unlock (&self->lock);
  thespian_agent_control (self, THESPIAN_CONTROL_SHUTDOWN, NULL, NULL);
}

static gboolean
agent_is_stopping (ThespianAdminFace *face)
{
  ThespianAgent *self = from_face (face);
  gboolean stopping;

  g_mutex_lock (&self->lock);
  stopping = self->stopping || self->ended;
  g_mutex_unlock (&self->lock);
  return stopping;
}

/* The system is no more, or not for this process.  On any thread. */
void
thespian_agent_end (ThespianAgent *self)
{
  ThespianNode *node = NULL; /* who waits for the end lets go of it as soon as it can */
  gboolean ended;

  g_mutex_lock (&self->lock);
  ended = self->ended;
  self->ended = TRUE;
  if (!ended)
    node = thespian_node_ref (self->node);
  g_mutex_unlock (&self->lock);
  if (ended)
    return;

  thespian_agent_stop (self);
  thespian_mailbox_set_close (&self->mailboxes);
  thespian_exchange_close (self->exchange);
  thespian_node_dismiss (node);
  thespian_node_unref (node);
  thespian_end_announce (&self->end);
}

/* The admin closed its links with its last step: what is left is its process. */
static void
wait_for_admin_process (ThespianAgent *self)
{
  int status;

  if (self->is_parent)
    {
      while (waitpid (self->admin_pid, &status, 0) < 0 && errno == EINTR)
        ;
      self->is_parent = FALSE;
      return;
    }
  if (self->admin_pidfd >= 0)
    poll (&(struct pollfd){ self->admin_pidfd, POLLIN, 0 }, 1, ADMIN_END_MILLISECONDS);
}

void
thespian_agent_join_node (ThespianAgent *self,
                          gboolean       waits_for_admin)
{
  ThespianNode *node = NULL; /* it holds the agent */
  gboolean joined;

  g_mutex_lock (&self->join_lock);
  g_mutex_lock (&self->lock);
  joined = self->is_joined;
  self->is_joined = TRUE;
  g_mutex_unlock (&self->lock);
  if (!joined)
    {
      thespian_node_join (self->node);
      if (waits_for_admin)
        wait_for_admin_process (self);
      g_mutex_lock (&self->lock);
      node = g_steal_pointer (&self->node);
      g_mutex_unlock (&self->lock);
    }
  g_mutex_unlock (&self->join_lock);
  g_clear_pointer (&node, thespian_node_unref);
}

static gboolean
agent_end_shutdown (ThespianAdminFace *face,
                    GTimeSpan          timeout,
                    GCancellable      *cancellable,
                    GError           **error)
{
  ThespianAgent *self = from_face (face);
  ThespianNode *node = agent_ref_node (face);
  gboolean ended = thespian_end_wait (&self->end, node, timeout, cancellable);

  g_clear_pointer (&node, thespian_node_unref);
  if (!ended)
    {
      if (!g_cancellable_set_error_if_cancelled (cancellable, error))
        g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_REQUEST_TIMEOUT,
                     "The actor system had not ended after %.1f seconds", (double) timeout / G_TIME_SPAN_SECOND);
      return FALSE;
    }
  thespian_agent_join_node (self, TRUE);
  return TRUE;
}

/* --- Life ----------------------------------------------------------------------------------------------------- */

static ThespianAdminFace *
agent_ref (ThespianAdminFace *face)
{
  return &thespian_agent_ref (from_face (face))->face;
}

static void
agent_unref (ThespianAdminFace *face)
{
  thespian_agent_unref (from_face (face));
}

static const ThespianAdminOps agent_ops = {
  .ref = agent_ref,
  .unref = agent_unref,
  .create = thespian_agent_create,
  .create_named = thespian_agent_create_named,
  .abandon = thespian_agent_abandon,
  .open_port = agent_open_port,
  .strike_out = agent_strike_out,
  .dead_letter = agent_dead_letter,
  .handle_dead_letters = agent_handle_dead_letters,
  .dup_capabilities = agent_dup_capabilities,
  .update_capability = agent_update_capability,
  .adopt = agent_adopt,
  .child_exited = agent_child_exited,
  .tells_parent = agent_tells_parent,
  .node_closed = agent_node_closed,
  .add_mailbox = agent_add_mailbox,
  .remove_mailbox = agent_remove_mailbox,
  .ref_node = agent_ref_node,
  .dup_status = agent_dup_status,
  .shutdown = agent_shutdown,
  .is_stopping = agent_is_stopping,
  .end_shutdown = agent_end_shutdown,
  .leave = thespian_agent_leave,
  .log = thespian_agent_log,
};

ThespianAgent *
thespian_agent_ref (ThespianAgent *self)
{
  __atomic_add_fetch (&self->ref_count, 1, __ATOMIC_RELAXED);
  return self;
}

void
thespian_agent_unref (ThespianAgent *self)
{
  if (__atomic_sub_fetch (&self->ref_count, 1, __ATOMIC_ACQ_REL) > 0)
    return;

  thespian_agent_unwatch_copies (self);
  g_object_unref (self->face.address);
  g_clear_object (&self->actor);
  g_clear_pointer (&self->log_hub, thespian_log_hub_free);
  g_clear_pointer (&self->log_forwarder, thespian_log_forwarder_free);
  g_clear_pointer (&self->exchange, thespian_exchange_unref);
  thespian_mailbox_set_clear (&self->mailboxes);
  thespian_end_clear (&self->end);
  g_hash_table_unref (self->requests);
  g_hash_table_unref (self->obituaries);
  g_hash_table_unref (self->ties);
  if (self->admin_pidfd >= 0)
    close (self->admin_pidfd);
  g_variant_unref (self->capabilities);
  g_mutex_clear (&self->lock);
  g_mutex_clear (&self->join_lock);
  g_free (self);
}

static void
free_waiting (gpointer waiting)
{
  g_ptr_array_unref (waiting);
}

ThespianAgent *
thespian_agent_new (const ThespianAdminConfig *config,
                    guint64                    system_id,
                    guint64                    node_id,
                    guint64                    admin_id,
                    GVariant                  *capabilities)
{
  ThespianAgent *self = g_new0 (ThespianAgent, 1);

  thespian_control_keep_types ();
  self->ref_count = 1;
  self->config = *config;
  g_mutex_init (&self->lock);
  g_mutex_init (&self->join_lock);
  self->capabilities = g_variant_ref_sink (capabilities);
  thespian_mailbox_set_init (&self->mailboxes);
  thespian_end_init (&self->end);
  self->requests = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL,
                                          (GDestroyNotify) thespian_agent_request_free);
  self->obituaries = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, free_waiting);
  self->ties = thespian_tie_table_new ();
  self->admin_pidfd = -1;

  self->face.ops = &agent_ops;
  self->face.system_id = system_id;
  self->face.base_name = self->config.base_name;
  self->face.checks_capabilities = config->checks_capabilities;
  self->face.checks_messages = TRUE;
  self->face.address = thespian_address_find_or_create (system_id, admin_id);
  thespian_address_set_class_name (self->face.address, "Admin");
  self->exchange = thespian_exchange_new (&self->face, node_id, capabilities, &thespian_agent_exchange_ops, self);
  thespian_agent_watch_copies (self);
  return self;
}

void
thespian_agent_begin (ThespianAgent   *self,
                      ThespianNodeKind node_kind,
                      int              fd)
{
  thespian_agent_begin_by (self, node_kind, &(ThespianAgentWay){ .fd = fd });
}

static ThespianLink *
new_admin_link_locked (ThespianAgent          *self,
                       const ThespianAgentWay *way)
{
  int fd = thespian_fd_move_high (way->fd);

  if (way->seal == NULL)
    return thespian_link_new_stream (self->admin_peer, fd);
  thespian_datagram_socket_open_locked (self->exchange, fd, NULL, NULL);
  return thespian_link_new_datagram (self->admin_peer, way->seal, &way->address);
}

void
thespian_agent_begin_by (ThespianAgent          *self,
                         ThespianNodeKind        node_kind,
                         const ThespianAgentWay *way)
{
  ThespianExchange *exchange = self->exchange;
  ThespianChannel *channel;

  g_mutex_lock (&self->lock);
  self->node = thespian_node_new (&self->face, node_kind, "thespian");
  g_mutex_unlock (&self->lock);
  g_mutex_lock (&exchange->lock);
  channel = thespian_port_to_channel (thespian_channel_open_locked (exchange, self->face.address));
  self->admin_peer = thespian_peer_ensure_locked (exchange, self->face.address->actor_id);
  thespian_peer_set_link_locked (self->admin_peer, new_admin_link_locked (self, way), FALSE);
  thespian_link_expect_fds (self->admin_peer->link);
  thespian_channel_route_locked (channel, self->admin_peer);
  if (self->config.link_kind == THESPIAN_LINK_UDP)
    thespian_agent_open_datagrams_locked (self);
  /* it hears of new actors and endpoints before anybody else can ask for the way there */
  exchange->first_peer = self->admin_peer;
  thespian_exchange_unlock (exchange);
  thespian_exchange_serve (exchange, self->node);
}
