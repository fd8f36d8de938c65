/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "admin/thespian-admin-private.h"

#include "model/thespian-actor-exit-request.h"
#include "model/thespian-debug-private.h"
#include "model/thespian-error.h"
#include "model/thespian-value-private.h"

static ThespianAdmin *
from_face (ThespianAdminFace *face)
{
  return (ThespianAdmin *) face;
}

/* --- The books --------------------------------------------------------------------------------------- */

static void
add_top_level_locked (ThespianAdmin *self,
                      ThespianCell  *cell)
{
  g_clear_object (&cell->parent);
  cell->parent = g_object_ref (self->face.address);
  thespian_siblings_add (&self->children, cell->context.address);
}

static gboolean
admit_locked (ThespianAdmin    *self,
              ThespianCell     *cell,
              ThespianCell     *creator,
              ThespianAddress **ret_existing,
              GError          **error)
{
  const char *name = cell->extras != NULL ? cell->extras->global_name : NULL;

  if (name != NULL && (*ret_existing = g_hash_table_lookup (self->names, name)) != NULL)
    {
      g_object_ref (*ret_existing);
      return FALSE;
    }
  if (self->stopping)
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_SHUT_DOWN,
                   "The actor system is shutting down, and creates no %s", thespian_cell_get_class_name (cell));
      return FALSE;
    }
  if (name != NULL)
    g_hash_table_insert (self->names, g_strdup (name), cell->context.address);
  if (creator == NULL || !thespian_cell_join_family (creator, cell))
    add_top_level_locked (self, cell);
  self->n_actors++;
  __atomic_add_fetch (&cell->node->population, 1, __ATOMIC_RELAXED);
  thespian_admin_put_created_locked (self, cell);

  /* Before anybody else can find the actor by its name: its start comes before any message. */
  thespian_cell_enqueue_start (cell);
  return TRUE;
}

static gboolean
admin_admit (ThespianAdminFace *face,
             ThespianCell      *cell,
             ThespianCell      *creator,
             ThespianAddress  **ret_existing,
             GError           **error)
{
  ThespianAdmin *self = from_face (face);
  gboolean admitted;

  g_mutex_lock (&self->lock);
  admitted = admit_locked (self, cell, creator, ret_existing, error);
  g_mutex_unlock (&self->lock);
  thespian_admin_tell (self);
  return admitted;
}

ThespianAddress *
thespian_admin_find_by_name (ThespianAdmin *self,
                             const char    *name)
{
  ThespianAddress *address;

  g_mutex_lock (&self->lock);
  address = g_hash_table_lookup (self->names, name);
  if (address != NULL)
    g_object_ref (address);
  g_mutex_unlock (&self->lock);
  return address;
}

static ThespianAddress *
admin_find_by_name (ThespianAdminFace *face,
                    const char        *global_name)
{
  return thespian_admin_find_by_name (from_face (face), global_name);
}

void
thespian_admin_enter (ThespianAdmin   *self,
                      ThespianAddress *address,
                      const char      *name,
                      gboolean         is_top_level)
{
  g_mutex_lock (&self->lock);
  if (name != NULL)
    g_hash_table_insert (self->names, g_strdup (name), address);
  if (is_top_level)
    thespian_siblings_add (&self->children, address);
  self->n_actors++;
  g_mutex_unlock (&self->lock);
}

void
thespian_admin_strike (ThespianAdmin   *self,
                       ThespianAddress *address,
                       const char      *name)
{
  ThespianAddress *handler = NULL;
  gboolean emptied;

  g_mutex_lock (&self->lock);
  if (name != NULL)
    g_hash_table_remove (self->names, name);
  if (self->dead_letter_handler == address)
    handler = g_steal_pointer (&self->dead_letter_handler);
  self->n_actors--;
  emptied = thespian_admin_check_emptied_locked (self);
  g_mutex_unlock (&self->lock);

  g_clear_object (&handler);
  if (emptied)
    thespian_admin_empty (self);
}

static void
admin_strike_out (ThespianAdminFace *face,
                  ThespianCell      *cell)
{
  ThespianAdmin *self = from_face (face);

  thespian_admin_tell_exited (self, cell);
  thespian_admin_vacate (self, cell->node);
  thespian_admin_strike (self, cell->context.address, cell->extras != NULL ? cell->extras->global_name : NULL);
}

/* --- The admin as a parent --------------------------------------------------------------------------- */

void
thespian_admin_order_exit (ThespianAdmin   *self,
                           ThespianAddress *child)
{
  GValue order = G_VALUE_INIT;

  g_value_init (&order, THESPIAN_TYPE_ACTOR_EXIT_REQUEST);
  g_value_take_object (&order, thespian_actor_exit_request_new ());
  thespian_post (&self->face, child, THESPIAN_ENVELOPE_EXIT_ORDER, &order, self->face.address);
}

/* Others may know one that has a name. */
static void
admin_abandon (ThespianAdminFace *face,
               ThespianAddress   *address)
{
  ThespianCell *cell = thespian_port_to_cell (address->port);
  ThespianCellExtras *extras = cell != NULL ? __atomic_load_n (&cell->extras, __ATOMIC_ACQUIRE) : NULL;

  if (extras == NULL || extras->global_name == NULL)
    thespian_admin_order_exit (from_face (face), address);
}

static void
admin_adopt (ThespianAdminFace *face,
             ThespianAddress   *child)
{
  ThespianAdmin *self = from_face (face);
  ThespianCell *cell = thespian_port_to_cell (child->port);

  g_mutex_lock (&self->lock);
  if (cell == NULL || thespian_cell_set_parent (cell, face->address))
    {
      thespian_siblings_add (&self->children, child);
      if (self->stopping)
        thespian_admin_order_exit (self, child);
    }
  g_mutex_unlock (&self->lock);
}

static void
admin_child_exited (ThespianAdminFace *face,
                    ThespianAddress   *child)
{
  ThespianAdmin *self = from_face (face);
  gboolean found;

  g_mutex_lock (&self->lock);
  found = thespian_siblings_steal (&self->children, child);
  g_mutex_unlock (&self->lock);
  if (found)
    g_object_unref (child);
}

static void
post_to_children_locked (ThespianAdmin       *self,
                         ThespianEnvelopeKind kind,
                         const GValue        *value)
{
  for (ThespianAddress *child = self->children; child != NULL; child = child->next_sibling)
    {
      GValue copy = G_VALUE_INIT;

      thespian_value_copy_into (value, &copy);
      thespian_post (&self->face, child, kind, &copy, self->face.address);
    }
}

void
thespian_admin_begin_shutdown (ThespianAdmin *self)
{
  g_auto (GValue) order = G_VALUE_INIT;
  gboolean emptied = FALSE;

  g_value_init (&order, THESPIAN_TYPE_ACTOR_EXIT_REQUEST);
  g_value_take_object (&order, thespian_actor_exit_request_new ());

  g_mutex_lock (&self->lock);
  if (!self->stopping)
    {
      self->stopping = TRUE;
      post_to_children_locked (self, THESPIAN_ENVELOPE_EXIT_ORDER, &order);
      emptied = thespian_admin_check_emptied_locked (self);
    }
  g_mutex_unlock (&self->lock);

  if (emptied)
    thespian_admin_empty (self);
}

static void
admin_shutdown (ThespianAdminFace *face)
{
  thespian_admin_begin_shutdown (from_face (face));
}

/* --- Capabilities ------------------------------------------------------------------------------------- */

static GVariant *
admin_dup_capabilities (ThespianAdminFace *face)
{
  return thespian_capabilities_dup (from_face (face)->capabilities);
}

static void
revalidate_all (ThespianAdmin *self)
{
  g_auto (GValue) capabilities = G_VALUE_INIT;

  g_value_init (&capabilities, G_TYPE_VARIANT);
  g_value_take_variant (&capabilities, thespian_capabilities_dup (self->capabilities));
  g_mutex_lock (&self->lock);
  post_to_children_locked (self, THESPIAN_ENVELOPE_REVALIDATE, &capabilities);
  g_mutex_unlock (&self->lock);
}

static void
apply_capabilities (ThespianAdmin *self)
{
  guint limit = thespian_capabilities_get_uint (self->capabilities, THESPIAN_CAPABILITY_MAILBOX_LIMIT, 0);
  gboolean roundtrip = (thespian_debug_get_flags () & THESPIAN_DEBUG_ROUNDTRIP) != 0;

  __atomic_store_n (&self->face.returns_when_idle,
                    thespian_capabilities_get_boolean (self->capabilities, THESPIAN_CAPABILITY_RETURN_WHEN_IDLE),
                    __ATOMIC_RELAXED);
  __atomic_store_n (&self->face.mailbox_limit, limit, __ATOMIC_RELAXED);
  __atomic_store_n (&self->face.checks_messages, limit > 0 || roundtrip, __ATOMIC_RELAXED);
}

static gboolean
admin_update_capability (ThespianAdminFace *face,
                         const char        *name,
                         GVariant          *value,
                         GError           **error)
{
  ThespianAdmin *self = from_face (face);
  gboolean changed;

  if (thespian_admin_is_stopping (self))
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_SHUT_DOWN,
                   "The actor system is shutting down: the capability “%s” cannot be changed", name);
      return FALSE;
    }
  if (!thespian_capabilities_update (self->capabilities, name, value, &changed, error))
    return FALSE;
  if (changed)
    {
      apply_capabilities (self);
      thespian_admin_tell_capabilities (self);
      if (face->checks_capabilities)
        revalidate_all (self);
    }
  return TRUE;
}

static ThespianPort *
admin_open_port (ThespianAdminFace *face,
                 ThespianAddress   *address)
{
  ThespianAdmin *self = from_face (face);

  return self->exchange != NULL ? thespian_channel_open (self->exchange, address) : NULL;
}

static ThespianNode *
admin_ref_node (ThespianAdminFace *face)
{
  return thespian_admin_ref_node (from_face (face));
}

static GObject *
admin_dup_status (ThespianAdminFace *face,
                  GError           **error)
{
  return thespian_admin_dup_status (from_face (face));
}

static gboolean
admin_add_mailbox (ThespianAdminFace *face,
                   ThespianAddress   *mailbox)
{
  return thespian_mailbox_set_add (&from_face (face)->mailboxes, mailbox);
}

static void
admin_remove_mailbox (ThespianAdminFace *face,
                      ThespianAddress   *mailbox)
{
  ThespianAdmin *self = from_face (face);

  thespian_observers_remove (&self->observers, mailbox);
  thespian_mailbox_set_remove (&self->mailboxes, mailbox);
}

static gboolean
admin_is_stopping (ThespianAdminFace *face)
{
  return thespian_admin_is_stopping (from_face (face));
}

static gboolean
admin_end_shutdown (ThespianAdminFace *face,
                    GTimeSpan          timeout,
                    GCancellable      *cancellable,
                    GError           **error)
{
  return thespian_admin_end_shutdown (from_face (face), timeout, cancellable, error);
}

static GType
admin_resolve (ThespianAdminFace       *face,
               const ThespianActorSpec *spec,
               GError                 **error)
{
  ThespianAdmin *self = from_face (face);
  g_autoptr (GVariant) capabilities = NULL;

  if (spec->specification != NULL)
    capabilities = thespian_capabilities_dup (self->capabilities);
  return self->config.resolve (spec, capabilities, error);
}

/* --- Life ---------------------------------------------------------------------------------------------- */

static ThespianAdminFace *
admin_ref (ThespianAdminFace *face)
{
  return &thespian_admin_ref (from_face (face))->face;
}

static void
admin_unref (ThespianAdminFace *face)
{
  thespian_admin_unref (from_face (face));
}

static const ThespianAdminOps admin_ops = {
  .ref = admin_ref,
  .unref = admin_unref,
  .create = thespian_create_actor,
  .abandon = admin_abandon,
  .open_port = admin_open_port,
  .resolve = admin_resolve,
  .place = thespian_admin_place,
  .find_by_name = admin_find_by_name,
  .admit = admin_admit,
  .strike_out = admin_strike_out,
  .dead_letter = thespian_admin_dead_letter,
  .handle_dead_letters = thespian_admin_handle_dead_letters,
  .dup_capabilities = admin_dup_capabilities,
  .update_capability = admin_update_capability,
  .adopt = admin_adopt,
  .child_exited = admin_child_exited,
  .node_closed = thespian_admin_node_closed,
  .add_mailbox = admin_add_mailbox,
  .remove_mailbox = admin_remove_mailbox,
  .ref_node = admin_ref_node,
  .dup_status = admin_dup_status,
  .shutdown = admin_shutdown,
  .is_stopping = admin_is_stopping,
  .end_shutdown = admin_end_shutdown,
  .log = thespian_admin_log,
};

ThespianAdmin *
thespian_admin_ref (ThespianAdmin *self)
{
  __atomic_add_fetch (&self->ref_count, 1, __ATOMIC_RELAXED);
  return self;
}

gboolean
thespian_admin_ref_if_alive (ThespianAdmin *self)
{
  guint old = __atomic_load_n (&self->ref_count, __ATOMIC_RELAXED);

  while (old > 0)
    if (__atomic_compare_exchange_n (&self->ref_count, &old, old + 1, TRUE, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
      return TRUE;
  return FALSE;
}

void
thespian_admin_unref (ThespianAdmin *self)
{
  if (__atomic_sub_fetch (&self->ref_count, 1, __ATOMIC_ACQ_REL) > 0)
    return;

  g_assert (self->nodes->len == 0 && self->own_nodes->len == 0);
  thespian_admin_address_detach (self->face.address);
  g_object_unref (self->face.address);
  g_clear_object (&self->dead_letter_handler);
  g_ptr_array_unref (self->nodes);
  g_ptr_array_unref (self->own_nodes);
  g_hash_table_unref (self->names);
  thespian_mailbox_set_clear (&self->mailboxes);
  thespian_observers_clear (&self->observers);
  thespian_end_clear (&self->end);
  thespian_capabilities_free (self->capabilities);
  g_clear_pointer (&self->log_hub, thespian_log_hub_free);
  g_mutex_clear (&self->lock);
  g_mutex_clear (&self->join_lock);
  g_free (self);
}

/* Takes @capabilities. */
ThespianAdmin *
thespian_admin_new (const ThespianAdminConfig *config,
                    ThespianCapabilities      *capabilities,
                    GVariant                  *log_definition,
                    GError                   **error)
{
  ThespianAdmin *self = g_new0 (ThespianAdmin, 1);

  self->ref_count = 1;
  self->config = *config;
  self->capabilities = capabilities;
  self->log_hub = thespian_log_hub_new (log_definition, error);
  g_mutex_init (&self->lock);
  g_mutex_init (&self->join_lock);
  self->nodes = g_ptr_array_new_with_free_func ((GDestroyNotify) thespian_node_unref);
  self->own_nodes = g_ptr_array_new_with_free_func ((GDestroyNotify) thespian_node_unref);
  thespian_mailbox_set_init (&self->mailboxes);
  thespian_observers_init (&self->observers);
  self->directory = &thespian_admin_directory_ops;
  self->directory_owner = self;
  thespian_end_init (&self->end);
  self->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  self->face.ops = &admin_ops;
  self->face.system_id = thespian_random_id ();
  self->face.base_name = config->base_name;
  self->face.checks_capabilities = config->checks_capabilities;
  self->face.runs_to_equilibrium = config->runs_to_equilibrium;
  self->face.address = thespian_admin_address_new (self, self->face.system_id);
  apply_capabilities (self);

  if (self->log_hub != NULL && thespian_admin_start_nodes (self, error))
    return self;
  thespian_admin_dismiss_nodes (self);
  thespian_admin_release_nodes (self);
  thespian_admin_unref (self);
  return NULL;
}
