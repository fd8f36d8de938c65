/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "runtime/thespian-cell-private.h"

static void
extras_free (ThespianCellExtras *extras)
{
  g_assert (extras->timers == NULL && extras->watch == NULL && extras->interceptors == NULL &&
            extras->children == NULL);
  g_clear_pointer (&extras->requirements, g_variant_unref);
  g_clear_pointer (&extras->properties, g_variant_unref);
  g_clear_error (&extras->failure);
  g_free (extras->global_name);
  g_free (extras);
}

void
thespian_cell_port_free (ThespianPort *port)
{
  ThespianCell *self = (ThespianCell *) port;

  g_assert (self->actor == NULL);
  g_clear_object (&self->parent);
  g_clear_pointer (&self->extras, extras_free);
  thespian_node_unref (self->node);
  g_slice_free (ThespianCell, self);
}

/* Takes a reference to @address, which thespian_cell_maybe_release() lets go. */
ThespianCell *
thespian_cell_new (ThespianNode    *node,
                   GType            type,
                   ThespianAddress *address)
{
  ThespianCell *self = g_slice_new0 (ThespianCell);

  self->context.port.ops = &thespian_cell_port_ops;
  self->context.address = g_object_ref (address);
  self->node = thespian_node_ref (node);
  self->type = type;
  self->loans = THESPIAN_LOANS_OPEN;
  thespian_address_take_port (address, &self->context.port);
  return self;
}

ThespianCellExtras *
thespian_cell_ensure_extras_locked (ThespianCell *self)
{
  if (self->extras == NULL)
    __atomic_store_n (&self->extras, g_new0 (ThespianCellExtras, 1), __ATOMIC_RELEASE);
  return self->extras;
}

ThespianCellExtras *
thespian_cell_ensure_extras (ThespianCell *self)
{
  if (self->extras == NULL)
    {
      g_mutex_lock (&self->node->lock);
      thespian_cell_ensure_extras_locked (self);
      g_mutex_unlock (&self->node->lock);
    }
  return self->extras;
}

/*
 * Lets the address go, once: nobody names this cell any more but those who hold the address.  The
 * last loan may come back on another thread; whoever brings it does the rest.
 */
void
thespian_cell_maybe_release (ThespianCell *self)
{
  guint64 inbound = __atomic_load_n (&self->n_inbound, __ATOMIC_RELAXED);

  if (self->n_pins > 0 || self->state != THESPIAN_CELL_DEAD || (inbound & THESPIAN_INBOUND_CLOSED) != 0)
    return;
  if ((guint32) inbound != self->n_arrived ||
      !__atomic_compare_exchange_n (&self->n_inbound, &inbound, inbound | THESPIAN_INBOUND_CLOSED, FALSE,
                                    __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
    return; /* something is on its way in, and will pin and unpin the cell */

  if (__atomic_add_fetch (&self->loans, (gint32) self->n_lent - THESPIAN_LOANS_OPEN, __ATOMIC_ACQ_REL) == 0)
    g_object_unref (self->context.address);
}

static void
give_back_loan (ThespianCell *self)
{
  if (__atomic_sub_fetch (&self->loans, 1, __ATOMIC_ACQ_REL) == 0)
    g_object_unref (self->context.address);
}

static void
release_to_origin (ThespianEnvelope *envelope)
{
  ThespianOrigin *origin = envelope->origin;
  gboolean is_last = --origin->n_envelopes == 0;

  if (envelope->sender != origin->sender)
    g_object_unref (envelope->sender);
  if (is_last)
    g_clear_object (&origin->sender);
  origin->end (origin, is_last);
}

void
thespian_cell_release_sender (ThespianEnvelope *envelope)
{
  switch ((ThespianHold) envelope->hold)
    {
    case THESPIAN_HOLD_PIN:
      thespian_cell_unpin ((ThespianCell *) envelope->sender->port);
      break;
    case THESPIAN_HOLD_LOAN:
      give_back_loan ((ThespianCell *) envelope->sender->port);
      break;
    case THESPIAN_HOLD_REF:
      g_object_unref (envelope->sender);
      break;
    case THESPIAN_HOLD_ORIGIN:
      release_to_origin (envelope);
      break;
    default:
      g_assert_not_reached ();
    }
}

static ThespianAdminFace *
admin_of (ThespianActorContext *context)
{
  return thespian_context_to_cell (context)->node->admin;
}

/* --- What an actor asks of its cell -------------------------------------------------------------- */

static ThespianAddress *
cell_create_actor (ThespianActorContext    *context,
                   const ThespianActorSpec *spec,
                   GError                 **error)
{
  ThespianAdminFace *admin = admin_of (context);

  return admin->ops->create (admin, thespian_context_to_cell (context), spec, NULL, NULL, error);
}

static guint64
cell_wakeup_after (ThespianActorContext *context,
                   GTimeSpan             delay,
                   const GValue         *payload)
{
  ThespianCell *self = thespian_context_to_cell (context);

  return thespian_timers_add (self->node, self, delay, payload);
}

static gboolean
cell_cancel_wakeup (ThespianActorContext *context,
                    guint64               wakeup_id)
{
  ThespianCell *self = thespian_context_to_cell (context);

  return thespian_timers_cancel (self->node, self, wakeup_id);
}

static void
cell_watch (ThespianActorContext *context,
            const int            *fds,
            gsize                 n_fds)
{
  ThespianCell *self = thespian_context_to_cell (context);

  if (!thespian_cell_is_open_on (self, thespian_current_node))
    {
      g_critical ("thespian_actor_watch() was called by another thread than the actor's");
      return;
    }
  thespian_cell_watch (self, fds, n_fds);
}

static void
cell_handle_dead_letters (ThespianActorContext *context,
                          gboolean              start_handling)
{
  ThespianAdminFace *admin = admin_of (context);

  admin->ops->handle_dead_letters (admin, context->address, start_handling);
}

static gboolean
cell_update_capability (ThespianActorContext *context,
                        const char           *name,
                        GVariant             *value,
                        GError              **error)
{
  ThespianAdminFace *admin = admin_of (context);

  return admin->ops->update_capability (admin, name, value, error);
}

static GVariant *
cell_dup_capabilities (ThespianActorContext *context)
{
  ThespianAdminFace *admin = admin_of (context);

  return admin->ops->dup_capabilities (admin);
}

static void
cell_shutdown_system (ThespianActorContext *context)
{
  ThespianAdminFace *admin = admin_of (context);

  admin->ops->shutdown (admin);
}

static void
cell_log (ThespianActorContext *context,
          GLogLevelFlags        level,
          const char           *message)
{
  ThespianAdminFace *admin = admin_of (context);

  admin->ops->log (admin, context->address, level, message);
}

static ThespianAddress *
cell_get_parent (ThespianActorContext *context)
{
  ThespianCell *self = thespian_context_to_cell (context);
  ThespianAddress *parent;

  g_mutex_lock (&self->node->lock);
  parent = self->parent != NULL ? g_object_ref (self->parent) : NULL;
  g_mutex_unlock (&self->node->lock);
  return parent;
}

static const char *
cell_get_global_name (ThespianActorContext *context)
{
  ThespianCellExtras *extras = __atomic_load_n (&thespian_context_to_cell (context)->extras, __ATOMIC_ACQUIRE);

  return extras != NULL ? extras->global_name : NULL;
}

static GVariant *
cell_get_requirements (ThespianActorContext *context)
{
  ThespianCellExtras *extras = __atomic_load_n (&thespian_context_to_cell (context)->extras, __ATOMIC_ACQUIRE);

  return extras != NULL ? extras->requirements : NULL;
}

static GMainContext *
cell_get_main_context (ThespianActorContext *context)
{
  return thespian_context_to_cell (context)->node->context;
}

static gboolean
cell_has_own_thread (ThespianActorContext *context)
{
  ThespianNode *node = thespian_context_to_cell (context)->node;

  return node->is_own || node->kind == THESPIAN_NODE_MAIN;
}

const ThespianActorContextOps thespian_cell_actor_ops = {
  .send = thespian_cell_send,
  .send_take = thespian_cell_send_take,
  .forward = thespian_cell_forward,
  .ask_async = thespian_cell_ask_async,
  .create_actor = cell_create_actor,
  .wakeup_after = cell_wakeup_after,
  .cancel_wakeup = cell_cancel_wakeup,
  .watch = cell_watch,
  .handle_dead_letters = cell_handle_dead_letters,
  .update_capability = cell_update_capability,
  .dup_capabilities = cell_dup_capabilities,
  .shutdown_system = cell_shutdown_system,
  .log = cell_log,
  .get_parent = cell_get_parent,
  .get_global_name = cell_get_global_name,
  .get_requirements = cell_get_requirements,
  .get_main_context = cell_get_main_context,
  .has_own_thread = cell_has_own_thread,
};
