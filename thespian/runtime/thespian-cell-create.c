/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Creation: the address at once, the actor later, on the node where it will live. */

#include "config.h"

#include "runtime/thespian-cell-private.h"

#include "model/thespian-child-actor-exited.h"
#include "model/thespian-error.h"
#include "model/thespian-language-private.h"
#include "model/thespian-type-dispatcher-private.h"
#include "model/thespian-value-private.h"
#include "runtime/thespian-trace-private.h"

#include <gio/gio.h>
#include <math.h>

/* --- By the creator, on any thread ------------------------------------------------------------------ */

static void
keep_what_was_asked (ThespianCell            *self,
                     const ThespianActorSpec *spec)
{
  ThespianCellExtras *extras;

  if (spec->requirements == NULL && spec->properties == NULL && spec->global_name == NULL)
    return;
  extras = thespian_cell_ensure_extras (self);
  extras->requirements = spec->requirements != NULL ? g_variant_ref_sink (spec->requirements) : NULL;
  extras->properties = spec->properties != NULL ? g_variant_ref_sink (spec->properties) : NULL;
  extras->global_name = g_strdup (spec->global_name);
}

static void
add_start_waiter (ThespianCell       *self,
                  ThespianStartedFunc func,
                  gpointer            user_data)
{
  ThespianStartWaiter *waiter;
  GError *failure = NULL;
  gboolean starting;

  if (func == NULL)
    return;
  g_mutex_lock (&self->node->lock);
  starting = thespian_count_get (self->state) == THESPIAN_CELL_STARTING;
  if (starting)
    {
      waiter = g_slice_new (ThespianStartWaiter);
      waiter->func = func;
      waiter->user_data = user_data;
      waiter->next = thespian_cell_ensure_extras_locked (self)->start_waiters;
      self->extras->start_waiters = waiter;
    }
  else if (self->extras != NULL && self->extras->failure != NULL)
    {
      failure = g_error_copy (self->extras->failure);
    }
  g_mutex_unlock (&self->node->lock);

  if (!starting)
    func (user_data, failure);
  g_clear_error (&failure);
}

/*
 * Makes a new actor a child of its creator's; FALSE when that has ended, or waits for its children's
 * ends already: then the system takes it.
 */
gboolean
thespian_cell_take_child (ThespianCell    *creator,
                          ThespianAddress *child)
{
  GValue value = G_VALUE_INIT;

  if (thespian_cell_is_open_on (creator, thespian_current_node))
    {
      if (creator->state == THESPIAN_CELL_EXITING)
        return FALSE;
      thespian_cell_add_child (creator, child);
      return TRUE;
    }
  g_value_init (&value, THESPIAN_TYPE_ADDRESS);
  g_value_set_object (&value, child);
  return thespian_cell_post (creator, THESPIAN_ENVELOPE_ADOPT, &value, creator->context.address);
}

gboolean
thespian_cell_join_family (ThespianCell *creator,
                           ThespianCell *child)
{
  child->parent = g_object_ref (creator->context.address);
  return thespian_cell_take_child (creator, child->context.address);
}

/* Nobody has seen the cell yet. */
static void
discard (ThespianCell *self)
{
  self->actor = NULL;
  self->state = THESPIAN_CELL_DEAD;
  if (self->node->is_own)
    thespian_node_dismiss (self->node);
  thespian_cell_maybe_release (self);
}

/* Takes the place of a creation that found its name taken. */
static ThespianAddress *
wait_for_existing (ThespianAddress    *existing,
                   ThespianStartedFunc started,
                   gpointer            user_data)
{
  add_start_waiter (thespian_port_to_cell (existing->port), started, user_data);
  return existing;
}

static ThespianCell *
new_cell (ThespianAdminFace       *admin,
          GType                    type,
          const ThespianActorSpec *spec,
          ThespianAddress         *address,
          GError                 **error)
{
  ThespianNode *node = admin->ops->place (admin, thespian_current_node, spec->requirements);
  ThespianCell *cell;

  if (node == NULL)
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_SHUT_DOWN,
                   "The actor system is shutting down, and creates no %s", g_type_name (type));
      return NULL;
    }
  cell = thespian_cell_new (node, type, address);
  thespian_node_unref (node);
  keep_what_was_asked (cell, spec);
  return cell;
}

ThespianAddress *
thespian_create_actor (ThespianAdminFace       *admin,
                       ThespianCell            *creator,
                       const ThespianActorSpec *spec,
                       ThespianStartedFunc      started,
                       gpointer                 user_data,
                       GError                 **error)
{
  g_autoptr (ThespianAddress) address = NULL;
  ThespianAddress *existing = NULL;
  ThespianCell *cell;
  GType type;

  if (spec->global_name != NULL)
    existing = admin->ops->find_by_name (admin, spec->global_name);
  if (existing != NULL)
    return wait_for_existing (existing, started, user_data);
  type = admin->ops->resolve (admin, spec, error);
  if (type == G_TYPE_INVALID)
    return NULL;

  address = thespian_address_new (admin->system_id, g_type_name (type));
  cell = new_cell (admin, type, spec, address, error);
  if (cell == NULL)
    return NULL;
  add_start_waiter (cell, started, user_data);
  if (admin->ops->admit (admin, cell, spec->global_name == NULL ? creator : NULL, &existing, error))
    return g_steal_pointer (&address);

  if (started != NULL)
    g_slice_free (ThespianStartWaiter, g_steal_pointer (&cell->extras->start_waiters));
  discard (cell);
  return existing != NULL ? wait_for_existing (existing, started, user_data) : NULL;
}

ThespianCell *
thespian_create_here (ThespianNode            *node,
                      GType                    type,
                      const ThespianActorSpec *spec,
                      ThespianAddress         *address,
                      ThespianAddress         *parent,
                      ThespianStartedFunc      started,
                      gpointer                 user_data)
{
  ThespianCell *cell = thespian_cell_new (node, type, address);

  keep_what_was_asked (cell, spec);
  add_start_waiter (cell, started, user_data);
  cell->parent = g_object_ref (parent);
  thespian_cell_enqueue_start (cell);
  return cell;
}

/* --- On the actor's node ---------------------------------------------------------------------------- */

static gboolean
read_whole (const GValue *src,
            GValue       *ret_integer)
{
  double number = g_value_get_double (src);

  if (!(number >= -0x1p63 && number < 0x1p63) || trunc (number) != number)
    return FALSE;
  g_value_init (ret_integer, G_TYPE_INT64);
  g_value_set_int64 (ret_integer, (gint64) number);
  return TRUE;
}

/* What stands in a value of @type: enums and flags are integers, too. */
static GType
get_number_type (GType type)
{
  switch (g_type_fundamental (type))
    {
    case G_TYPE_ENUM:
      return G_TYPE_INT;
    case G_TYPE_FLAGS:
      return G_TYPE_UINT;
    default:
      return type;
    }
}

/* A number that has no room in an integer is none of its values; GObject would take it as another. */
static gboolean
transform (const GValue *src,
           GValue       *dest)
{
  GType type = get_number_type (G_VALUE_TYPE (dest));
  GValue converted = G_VALUE_INIT;
  GValue whole = G_VALUE_INIT;

  if (thespian_type_is_integer (type) && G_VALUE_HOLDS_DOUBLE (src))
    {
      if (!read_whole (src, &whole))
        return FALSE;
      src = &whole;
    }
  if (thespian_type_is_integer (G_VALUE_TYPE (src)) && thespian_type_is_integer (type))
    {
      if (!thespian_value_convert_number (src, type, &converted))
        return FALSE;
      src = &converted;
    }
  return g_value_transform (src, dest);
}

/* A variant as the value of a property, whatever type of number or string that wants. */
static gboolean
set_from_variant (GValue     *value,
                  GParamSpec *pspec,
                  GVariant   *variant,
                  GError    **error)
{
  g_auto (GValue) plain = G_VALUE_INIT;
  g_autofree char *text = NULL;

  g_value_init (value, pspec->value_type);
  if (pspec->value_type == G_TYPE_VARIANT)
    {
      g_value_set_variant (value, variant);
      return TRUE;
    }
  g_dbus_gvariant_to_gvalue (variant, &plain);
  if (!g_value_type_transformable (G_VALUE_TYPE (&plain), pspec->value_type))
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
                   "The property “%s” of type %s cannot be set to a value of type “%s”", pspec->name,
                   g_type_name (pspec->value_type), g_variant_get_type_string (variant));
      return FALSE;
    }
  if (transform (&plain, value) && !g_param_value_validate (pspec, value))
    return TRUE;
  text = thespian_value_to_string (&plain);
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
               "The property “%s” of type %s cannot be %s: that is none of its values", pspec->name,
               g_type_name (pspec->value_type), text);
  return FALSE;
}

static void
clear_values (GArray *values)
{
  for (guint i = 0; i < values->len; i++)
    if (G_IS_VALUE (&g_array_index (values, GValue, i)))
      g_value_unset (&g_array_index (values, GValue, i));
  g_array_unref (values);
}

static GObject *
construct_with (GType     type,
                GVariant *properties,
                GError  **error)
{
  g_autoptr (GTypeClass) klass = g_type_class_ref (type);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  GArray *values = g_array_new (FALSE, TRUE, sizeof (GValue));
  GObject *object = NULL;
  GVariantIter iter;
  GVariant *variant;
  const char *name;
  gboolean ok = TRUE;

  g_variant_iter_init (&iter, properties);
  while (ok && g_variant_iter_next (&iter, "{&sv}", &name, &variant))
    {
      GParamSpec *pspec = g_object_class_find_property (G_OBJECT_CLASS (klass), name);
      GValue value = G_VALUE_INIT;

      ok = set_from_variant (&value, pspec, variant, error);
      g_ptr_array_add (names, (gpointer) pspec->name);
      g_array_append_val (values, value);
      g_variant_unref (variant);
    }
  if (ok)
    object = g_object_new_with_properties (type, names->len, (const char **) names->pdata,
                                           (const GValue *) values->data);
  clear_values (values);
  return object;
}

static gboolean
make_actor (ThespianCell *self,
            GError      **error)
{
  GVariant *properties = self->extras != NULL ? self->extras->properties : NULL;
  GType type = self->type;
  ThespianActorClass *klass = g_type_class_peek (type);
  GObject *object;

  self->actor = NULL;
  __atomic_store_n (&self->n_received, 0, __ATOMIC_RELAXED);
  if (klass != NULL && !thespian_actor_class_check_thread (klass, error))
    return FALSE;
  if (properties != NULL)
    object = construct_with (type, properties, error);
  else
    object = g_object_new (type, NULL);
  if (object == NULL)
    {
      if (error != NULL && *error == NULL)
        g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_ACTOR_FAILED, "The constructor of %s failed",
                     g_type_name (type));
      return FALSE;
    }
  self->actor = THESPIAN_ACTOR (object);
  thespian_actor_bind (self->actor, &self->context);
  return TRUE;
}

static gboolean
check_capabilities (ThespianCell *self,
                    GError      **error)
{
  ThespianAdminFace *admin = self->node->admin;
  g_autoptr (GVariant) capabilities = NULL;
  g_autofree char *reason = NULL;

  if (!admin->checks_capabilities)
    return TRUE;
  capabilities = admin->ops->dup_capabilities (admin);
  if (thespian_actor_fits (self->actor, capabilities, self->extras != NULL ? self->extras->requirements : NULL,
                           &reason))
    return TRUE;
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_NO_COMPATIBLE_SYSTEM,
               "No actor system is compatible with %s: %s", thespian_cell_get_class_name (self), reason);
  return FALSE;
}

static void
add_interceptors (ThespianCell *self)
{
  ThespianInterceptor *interceptors = thespian_actor_create_interceptors (self->actor);

  if (interceptors == NULL)
    return;
  thespian_cell_ensure_extras (self)->interceptors = interceptors;
  self->is_intercepted = TRUE;
}

static gboolean
set_up (ThespianCell *self,
        GError      **error)
{
  if (!make_actor (self, error) || !check_capabilities (self, error))
    return FALSE;
  add_interceptors (self);
  return thespian_actor_start (self->actor, error);
}

/* Whoever begins to wait after this finds the new state. */
static void
tell_start_waiters (ThespianCell *self,
                    const GError *failure)
{
  ThespianStartWaiter *waiter;

  if (self->extras == NULL)
    return;
  g_mutex_lock (&self->node->lock);
  waiter = g_steal_pointer (&self->extras->start_waiters);
  g_mutex_unlock (&self->node->lock);

  while (waiter != NULL)
    {
      ThespianStartWaiter *next = waiter->next;

      waiter->func (waiter->user_data, failure);
      g_slice_free (ThespianStartWaiter, waiter);
      waiter = next;
    }
}

/* Only those with extras can have somebody who waits for their start. */
static void
set_running (ThespianCell *self)
{
  if (self->extras == NULL)
    {
      __atomic_store_n (&self->state, THESPIAN_CELL_RUNNING, __ATOMIC_RELEASE);
      return;
    }
  g_mutex_lock (&self->node->lock);
  __atomic_store_n (&self->state, THESPIAN_CELL_RUNNING, __ATOMIC_RELEASE);
  g_mutex_unlock (&self->node->lock);
}

/* What came so far goes back as poison when the queue gets to it; what comes now is a dead letter. */
static void
fail_to_start (ThespianCell *self,
               GError       *failure)
{
  ThespianCellExtras *extras = thespian_cell_ensure_extras (self);

  g_mutex_lock (&self->node->lock);
  extras->failure = failure;
  g_mutex_unlock (&self->node->lock);
  extras->n_held = thespian_cell_mailbox_length (self);
  if (thespian_cell_has_children (self))
    thespian_cell_order_children_to_exit (self);
  thespian_cell_end (self, failure->message);
  tell_start_waiters (self, failure);
}

/* Then none is made.  A dispatcher says so by having no handler for them when it has started. */
static gboolean
ignores_child_exits (ThespianActor *actor)
{
  return thespian_actor_class_ignores (THESPIAN_ACTOR_GET_CLASS (actor), THESPIAN_TYPE_CHILD_ACTOR_EXITED) ||
         (THESPIAN_IS_TYPE_DISPATCHER (actor) &&
          !thespian_type_dispatcher_handles (THESPIAN_TYPE_DISPATCHER (actor), THESPIAN_TYPE_CHILD_ACTOR_EXITED));
}

void
thespian_cell_start (ThespianCell *self)
{
  GError *error = NULL;

  if (!set_up (self, &error))
    {
      if (thespian_debug_shows (THESPIAN_DEBUG_LIFECYCLE))
        thespian_trace_start (self, error);
      fail_to_start (self, error);
      return;
    }
  self->ignores_child_exits = !self->is_intercepted && ignores_child_exits (self->actor);
  set_running (self);
  if (thespian_debug_shows (THESPIAN_DEBUG_LIFECYCLE))
    thespian_trace_start (self, NULL);
  tell_start_waiters (self, NULL);
  if (self->exit_ordered)
    thespian_cell_order_to_exit (self);
}
