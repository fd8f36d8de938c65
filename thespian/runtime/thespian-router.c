/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The way of a message from its sender to its target's mailbox.  Between two actors of one node
 * that is a few lines without a lock, an atomic operation or an allocation (thespian_cell_send());
 * everything else goes the long way round (thespian_route()).
 */

#include "config.h"

#include "runtime/thespian-cell-private.h"

#include "model/thespian-actor-exit-request.h"
#include "model/thespian-child-actor-exited.h"
#include "model/thespian-dead-envelope.h"
#include "model/thespian-debug-private.h"
#include "model/thespian-error.h"
#include "model/thespian-poison-message-private.h"
#include "model/thespian-status-request.h"
#include "model/thespian-system-event.h"
#include "model/thespian-value-private.h"
#include "runtime/thespian-mailbox-limit-private.h"
#include "wire/thespian-body-private.h"

/* A deadline that has passed. */
#define LONG_AGO 0

/* A message of these types is no mere message: the runtime has to look at it. */
static inline gboolean
is_object_type (GType type)
{
  return type > G_TYPE_FUNDAMENTAL_MAX || type == G_TYPE_OBJECT;
}

static gboolean
is_instance_of (const GValue *message,
                GType         type)
{
  gpointer instance;

  if (!G_VALUE_HOLDS_OBJECT (message))
    return FALSE;
  instance = g_value_get_object (message);
  return instance != NULL && G_TYPE_CHECK_INSTANCE_TYPE (instance, type);
}

/* Most messages are none: their class need not be looked for. */
#define holds_instance_of(message, type) (is_object_type (G_VALUE_TYPE (message)) && is_instance_of ((message), (type)))

gboolean
thespian_is_private_note (const GValue *message)
{
  return holds_instance_of (message, THESPIAN_TYPE_SYSTEM_MESSAGE) &&
         THESPIAN_SYSTEM_MESSAGE_GET_CLASS (g_value_get_object (message))->is_private_note;
}

gboolean
thespian_is_exit_request (const GValue *message)
{
  return holds_instance_of (message, THESPIAN_TYPE_ACTOR_EXIT_REQUEST);
}

static ThespianEnvelopeKind
kind_of_message (const GValue *message)
{
  return thespian_is_exit_request (message) ? THESPIAN_ENVELOPE_EXIT : THESPIAN_ENVELOPE_MESSAGE;
}

/* --- Within one node --------------------------------------------------------------------------- */

/*
 * What another thread of the sender has sent before comes before: it may stand in `inbound' still.
 */
static inline ThespianEnvelope *
prepare_local (ThespianNode        *node,
               ThespianCell        *target,
               ThespianEnvelopeKind kind)
{
  ThespianEnvelope *envelope;

  if (G_UNLIKELY (__atomic_load_n (&node->inbound, __ATOMIC_RELAXED) != NULL))
    thespian_node_take_inbound (node);
  envelope = thespian_node_new_envelope (node);
  envelope->target = target;
  envelope->kind = (guint8) kind;
  target->n_pins++;
  return envelope;
}

static inline void
hold_sender_by_pin (ThespianEnvelope *envelope,
                    ThespianCell     *sender)
{
  envelope->sender = sender->context.address;
  envelope->hold = THESPIAN_HOLD_PIN;
  sender->n_pins++;
}

static inline void
hold_sender_by_ref (ThespianEnvelope *envelope,
                    ThespianAddress  *sender)
{
  envelope->sender = g_object_ref (sender);
  envelope->hold = THESPIAN_HOLD_REF;
}

/*
 * Sets a new cell going.  Beside its creator it needs no envelope: the node starts its new cells
 * before it takes the next message out of its queue.
 */
void
thespian_cell_enqueue_start (ThespianCell *self)
{
  ThespianNode *node = self->node;
  GValue nothing = G_VALUE_INIT;

  if (node != thespian_current_node)
    {
      thespian_cell_post (self, THESPIAN_ENVELOPE_START, &nothing, self->context.address);
      return;
    }
  self->n_pins++;
  self->next_unstarted = NULL;
  *node->last_unstarted = self;
  node->last_unstarted = &self->next_unstarted;
}

void
thespian_cell_enqueue_own (ThespianCell        *self,
                           ThespianEnvelopeKind kind,
                           const GValue        *value)
{
  ThespianEnvelope *envelope = prepare_local (self->node, self, kind);

  hold_sender_by_pin (envelope, self);
  envelope->value = *value;
  thespian_envelope_queue_push (&self->node->queue, envelope);
}

/* Many that wait have come from one sender, which is held once for all of them. */
static inline void
hold_sender_by_origin (ThespianEnvelope *envelope,
                       ThespianAddress  *sender,
                       ThespianOrigin   *origin)
{
  envelope->sender = sender;
  envelope->hold = THESPIAN_HOLD_ORIGIN;
  envelope->origin = origin;
  if (origin->n_envelopes++ == 0)
    origin->sender = g_object_ref (sender);
  else if (sender != origin->sender)
    g_object_ref (sender);
}

/* What came from another process for a cell of the node that this thread runs.  Takes @value. */
void
thespian_cell_bring (ThespianCell        *target,
                     ThespianEnvelopeKind kind,
                     GValue              *value,
                     ThespianAddress     *sender,
                     ThespianOrigin      *origin)
{
  ThespianEnvelope *envelope = prepare_local (target->node, target, kind);

  if (origin != NULL)
    hold_sender_by_origin (envelope, sender, origin);
  else
    hold_sender_by_ref (envelope, sender);
  envelope->value = *value;
  if (kind == THESPIAN_ENVELOPE_MESSAGE || kind == THESPIAN_ENVELOPE_EXIT)
    thespian_count_add (target->n_queued, 1);
  thespian_envelope_queue_push (&target->node->queue, envelope);
}

/* The target when both ends are open on the node that this thread runs, and the message is plain. */
static inline ThespianCell *
find_neighbour (ThespianCell    *self,
                ThespianAddress *target,
                const GValue    *message)
{
  ThespianNode *node = thespian_current_node;
  ThespianCell *cell = thespian_port_to_cell (target->port);

  if (G_LIKELY (node != NULL && cell != NULL && thespian_cell_is_open_on (self, node) &&
                thespian_cell_is_open_on (cell, node) && !is_object_type (G_VALUE_TYPE (message)) &&
                !__atomic_load_n (&node->admin->checks_messages, __ATOMIC_RELAXED)))
    return cell;
  return NULL;
}

static inline ThespianEnvelope *
send_to_neighbour (ThespianCell *self,
                   ThespianCell *target)
{
  ThespianNode *node = thespian_current_node;
  ThespianEnvelope *envelope = prepare_local (node, target, THESPIAN_ENVELOPE_MESSAGE);

  hold_sender_by_pin (envelope, self);
  thespian_count_add (target->n_queued, 1);
  thespian_count_add (self->n_sent, 1);
  thespian_envelope_queue_push (&node->queue, envelope);
  return envelope;
}

/*
 * With THESPIAN_DEBUG=roundtrip a message becomes bytes and a message again, so that what would
 * not survive the way between processes is found here.
 */
static gboolean
survives (GValue  *message,
          GError **error)
{
  return G_LIKELY ((thespian_debug_get_flags () & THESPIAN_DEBUG_ROUNDTRIP) == 0) ||
         thespian_body_roundtrip (message, error);
}

gboolean
thespian_check_message (GValue  *message,
                        GError **error)
{
  if (survives (message, error))
    return TRUE;
  thespian_value_clear (message);
  return FALSE;
}

/*
 * What cannot be sent comes back to a sender who did not ask for the reason otherwise.  Poison does
 * not: whoever sends poison on as it comes would get more of it without end.
 */
static void
return_unsendable (ThespianCell    *self,
                   ThespianAddress *target,
                   const GValue    *message,
                   const char      *reason)
{
  GValue poison = G_VALUE_INIT;

  if (holds_instance_of (message, THESPIAN_TYPE_POISON_MESSAGE))
    return;

  g_value_init (&poison, THESPIAN_TYPE_POISON_MESSAGE);
  g_value_take_object (&poison, thespian_poison_message_new (message, reason));
  thespian_route (self->node->admin, self->context.address, &poison, target, NULL);
}

/* Whether nobody will take what a message to @target holds. */
static inline gboolean
is_only_read (ThespianAddress *target)
{
  ThespianPort *port = thespian_address_get_port (target);

  return port != NULL && port->ops->only_reads && (thespian_debug_get_flags () & THESPIAN_DEBUG_ROUNDTRIP) == 0;
}

/* May take what @message holds, unless it is only read. */
static gboolean
try_send_far (ThespianCell    *self,
              ThespianAddress *target,
              GValue          *message,
              GError         **error)
{
  g_autoptr (GError) reason = NULL;
  gboolean is_sent;

  if (thespian_cell_is_open_on (self, thespian_current_node))
    thespian_count_add (self->n_sent, 1);
  is_sent = survives (message, &reason) &&
            thespian_try_route (self->node->admin, target, message, self->context.address, &reason);
  if (!is_sent && error == NULL)
    return_unsendable (self, target, message, reason->message);
  if (reason != NULL)
    g_propagate_error (error, g_steal_pointer (&reason));
  return is_sent;
}

static gboolean
send_far (ThespianCell    *self,
          ThespianAddress *target,
          GValue          *message,
          GError         **error)
{
  gboolean is_sent = try_send_far (self, target, message, error);

  thespian_value_clear (message);
  return is_sent;
}

gboolean
thespian_cell_send (ThespianActorContext *context,
                    ThespianAddress      *target,
                    const GValue         *message,
                    GError              **error)
{
  ThespianCell *self = thespian_context_to_cell (context);
  ThespianCell *neighbour = find_neighbour (self, target, message);
  GValue copy = G_VALUE_INIT;

  if (G_LIKELY (neighbour != NULL))
    {
      thespian_value_copy_into (message, &send_to_neighbour (self, neighbour)->value);
      return TRUE;
    }
  if (is_only_read (target))
    {
      copy = *message;
      return try_send_far (self, target, &copy, error);
    }
  thespian_value_copy_into (message, &copy);
  return send_far (self, target, &copy, error);
}

gboolean
thespian_cell_send_take (ThespianActorContext *context,
                         ThespianAddress      *target,
                         GValue               *message,
                         GError              **error)
{
  ThespianCell *self = thespian_context_to_cell (context);
  ThespianCell *neighbour = find_neighbour (self, target, message);

  if (G_LIKELY (neighbour != NULL))
    {
      send_to_neighbour (self, neighbour)->value = *message;
      return TRUE;
    }
  return send_far (self, target, message, error);
}

gboolean
thespian_cell_forward (ThespianActorContext *context,
                       ThespianAddress      *target,
                       const GValue         *message,
                       ThespianAddress      *sender,
                       GError              **error)
{
  GValue copy = G_VALUE_INIT;

  thespian_value_copy_into (message, &copy);
  return thespian_route (thespian_context_to_cell (context)->node->admin, target, &copy, sender, error);
}

/* --- To a cell, from anywhere ------------------------------------------------------------------ */

static void
lend (ThespianCell *cell)
{
  if (G_UNLIKELY (++cell->n_lent == THESPIAN_MAX_LENT))
    {
      __atomic_add_fetch (&cell->loans, THESPIAN_MAX_LENT, __ATOMIC_ACQ_REL);
      cell->n_lent = 0;
    }
}

static void
hold_sender (ThespianEnvelope *envelope,
             ThespianAddress  *sender,
             gboolean          is_local)
{
  ThespianCell *cell = thespian_port_to_cell (sender->port);

  if (cell == NULL || !thespian_cell_is_open_on (cell, thespian_current_node))
    {
      hold_sender_by_ref (envelope, sender);
    }
  else if (is_local)
    {
      hold_sender_by_pin (envelope, cell);
    }
  else
    {
      envelope->sender = sender;
      envelope->hold = THESPIAN_HOLD_LOAN;
      lend (cell);
    }
}

/* Undoes what hold_sender() did, for an envelope that has not left this thread. */
static void
discard (ThespianEnvelope *envelope)
{
  thespian_cell_release_sender (envelope);
  g_slice_free (ThespianEnvelope, envelope);
}

static gboolean
post_local (ThespianCell        *target,
            ThespianEnvelopeKind kind,
            GValue              *value,
            ThespianAddress     *sender)
{
  ThespianEnvelope *envelope = prepare_local (target->node, target, kind);

  hold_sender (envelope, sender, TRUE);
  thespian_value_move_into (value, &envelope->value);
  if (kind == THESPIAN_ENVELOPE_MESSAGE || kind == THESPIAN_ENVELOPE_EXIT)
    thespian_count_add (target->n_queued, 1);
  thespian_envelope_queue_push (&target->node->queue, envelope);
  return TRUE;
}

static gboolean
post_remote (ThespianCell        *target,
             ThespianEnvelopeKind kind,
             GValue              *value,
             ThespianAddress     *sender)
{
  ThespianEnvelope *envelope;

  if (__atomic_fetch_add (&target->n_inbound, 1, __ATOMIC_ACQ_REL) & THESPIAN_INBOUND_CLOSED)
    return FALSE;

  envelope = thespian_current_node != NULL ? thespian_node_new_envelope (thespian_current_node)
                                           : g_slice_new (ThespianEnvelope);
  envelope->target = target;
  envelope->kind = (guint8) kind;
  envelope->value = *value;
  hold_sender (envelope, sender, FALSE);
  if (!thespian_node_push_inbound (target->node, envelope))
    {
      /* the node has closed: nobody else looks at the cell any more */
      __atomic_sub_fetch (&target->n_inbound, 1, __ATOMIC_ACQ_REL);
      thespian_cell_maybe_release (target);
      discard (envelope);
      return FALSE;
    }
  *value = (GValue) G_VALUE_INIT;
  return TRUE;
}

/* FALSE when @target is dead; then @value is untouched. */
static gboolean
post (ThespianCell        *target,
      ThespianEnvelopeKind kind,
      GValue              *value,
      ThespianAddress     *sender)
{
  if (!thespian_cell_is_open (target))
    return FALSE;
  if (target->node == thespian_current_node)
    return post_local (target, kind, value, sender);
  return post_remote (target, kind, value, sender);
}

gboolean
thespian_cell_post (ThespianCell        *target,
                    ThespianEnvelopeKind kind,
                    GValue              *value,
                    ThespianAddress     *sender)
{
  gboolean posted = post (target, kind, value, sender);

  thespian_value_clear (value);
  return posted;
}

static gboolean
cell_post (ThespianPort    *port,
           guint            kind,
           GValue          *value,
           ThespianAddress *sender)
{
  return post ((ThespianCell *) port, (ThespianEnvelopeKind) kind, value, sender);
}

static ThespianPort *
find_port (ThespianAdminFace *admin,
           ThespianAddress   *target)
{
  ThespianPort *port = thespian_address_get_port (target);

  /* Another system is as far away in this process as anywhere else. */
  if (target->system_id != admin->system_id)
    return NULL;
  return port != NULL ? port : admin->ops->open_port (admin, target);
}

gboolean
thespian_post (ThespianAdminFace   *admin,
               ThespianAddress     *target,
               ThespianEnvelopeKind kind,
               GValue              *value,
               ThespianAddress     *sender)
{
  ThespianPort *port = find_port (admin, target);
  gboolean posted = port != NULL && port->ops->post != NULL && port->ops->post (port, kind, value, sender);

  thespian_value_clear (value);
  return posted;
}

gboolean
thespian_make_room (ThespianAdminFace *admin,
                    ThespianAddress   *target,
                    gint64             deadline)
{
  ThespianPort *port = find_port (admin, target);

  return port == NULL || port->ops->make_room == NULL || port->ops->make_room (port, deadline);
}

/* --- The long way -------------------------------------------------------------------------------- */

/*
 * A letter about a dead letter would go round in circles; a notice of an end is told once.  None of
 * them is a question of the sender it names.
 */
static gboolean
is_never_dead_lettered (const GValue *message)
{
  return G_VALUE_HOLDS (message, THESPIAN_TYPE_DEAD_ENVELOPE) || G_VALUE_HOLDS (message, THESPIAN_TYPE_SYSTEM_EVENT) ||
         G_VALUE_HOLDS (message, THESPIAN_TYPE_CHILD_ACTOR_EXITED) || thespian_is_private_note (message);
}

void
thespian_dead_letter (ThespianAdminFace *admin,
                      ThespianAddress   *target,
                      const GValue      *message,
                      ThespianAddress   *sender)
{
  ThespianPort *origin = sender->port;

  if (is_never_dead_lettered (message))
    return;
  admin->ops->dead_letter (admin, target, message, sender);
  if (origin != NULL && origin->ops->undeliverable != NULL)
    origin->ops->undeliverable (origin, target);
}

gboolean
thespian_is_exempt_from_limit (const GValue *message)
{
  return holds_instance_of (message, THESPIAN_TYPE_SYSTEM_MESSAGE);
}

static gboolean
cell_deliver (ThespianPort    *port,
              GValue          *message,
              ThespianAddress *sender,
              GError         **error)
{
  ThespianCell *self = (ThespianCell *) port;
  ThespianEnvelopeKind kind = kind_of_message (message);

  if (kind == THESPIAN_ENVELOPE_MESSAGE && !thespian_is_exempt_from_limit (message) && !thespian_mailbox_limit_admits (self))
    return FALSE;
  return post (self, kind, message, sender);
}

/* The runtime answers a status request itself, also while the target is inside a long handler. */
static gboolean
answer_status_request (ThespianAdminFace *admin,
                       ThespianPort      *port,
                       ThespianAddress   *target,
                       ThespianAddress   *sender)
{
  GObject *status = port->ops->dup_status (port);
  GValue reply = G_VALUE_INIT;

  if (status == NULL)
    return FALSE;
  g_value_init (&reply, G_OBJECT_TYPE (status));
  g_value_take_object (&reply, status);
  thespian_route (admin, sender, &reply, target, NULL);
  return TRUE;
}

gboolean
thespian_answers_itself (const GValue *message)
{
  return holds_instance_of (message, THESPIAN_TYPE_STATUS_REQUEST);
}

gboolean
thespian_try_route (ThespianAdminFace *admin,
                    ThespianAddress   *target,
                    GValue            *message,
                    ThespianAddress   *sender,
                    GError           **error)
{
  ThespianPort *port = find_port (admin, target);
  GError *reason = NULL;
  gboolean delivered = FALSE;

  if (port != NULL && port->ops->dup_status != NULL && G_UNLIKELY (thespian_answers_itself (message)))
    delivered = answer_status_request (admin, port, target, sender);
  else if (port != NULL)
    delivered = port->ops->deliver (port, message, sender, &reason);
  if (!delivered && reason == NULL)
    thespian_dead_letter (admin, target, message, sender);
  if (reason == NULL)
    return TRUE;
  g_propagate_error (error, reason);
  return FALSE;
}

gboolean
thespian_route (ThespianAdminFace *admin,
                ThespianAddress   *target,
                GValue            *message,
                ThespianAddress   *sender,
                GError           **error)
{
  gboolean is_sent = thespian_try_route (admin, target, message, sender, error);

  thespian_value_clear (message);
  return is_sent;
}

gboolean
thespian_offer (ThespianAdminFace *admin,
                ThespianAddress   *target,
                GValue            *message,
                ThespianAddress   *sender)
{
  ThespianPort *port = find_port (admin, target);
  gboolean has_room = port != NULL && (port->ops->make_room == NULL || port->ops->make_room (port, LONG_AGO));
  gboolean taken = has_room && port->ops->deliver (port, message, sender, NULL);

  thespian_value_clear (message);
  return taken;
}

gboolean
thespian_insist (ThespianAdminFace *admin,
                 ThespianAddress   *target,
                 GValue            *message,
                 ThespianAddress   *sender)
{
  ThespianPort *port = find_port (admin, target);
  gboolean taken = FALSE;

  if (port != NULL && port->ops->post != NULL)
    taken = port->ops->post (port, THESPIAN_ENVELOPE_MESSAGE, message, sender);
  else if (port != NULL)
    taken = port->ops->deliver (port, message, sender, NULL);
  thespian_value_clear (message);
  return taken;
}

const ThespianPortOps thespian_cell_port_ops = {
  .actor = &thespian_cell_actor_ops,
  .deliver = cell_deliver,
  .post = cell_post,
  .make_room = thespian_mailbox_limit_make_room,
  .dup_status = thespian_cell_dup_status,
  .free = thespian_cell_port_free,
};
