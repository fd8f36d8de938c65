/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Which node a new actor lives on.  A child starts beside its creator: what they say to each other
 * never leaves the thread.  Top-level actors, and children that ask for it (`Spread'), go where the
 * fewest actors are; one that must block gets a thread of its own (`Own Thread').
 */

#include "config.h"

#include "admin/thespian-admin-private.h"

#include "model/thespian-error.h"

#define REQUIREMENT_SPREAD "Spread"
#define REQUIREMENT_OWN_THREAD "Own Thread"

static gboolean
requires (GVariant   *requirements,
          const char *name)
{
  g_autoptr (GVariant) value = NULL;

  if (requirements == NULL)
    return FALSE;
  value = g_variant_lookup_value (requirements, name, NULL);
  return value != NULL && thespian_capability_is_truthy (value);
}

static ThespianNode *
least_populated_locked (ThespianAdmin *self)
{
  ThespianNode *best = NULL;

  for (guint i = 0; i < self->nodes->len; i++)
    {
      ThespianNode *node = g_ptr_array_index (self->nodes, i);

      if (best == NULL || __atomic_load_n (&node->population, __ATOMIC_RELAXED) <
                              __atomic_load_n (&best->population, __ATOMIC_RELAXED))
        best = node;
    }
  return best;
}

static gboolean
start_node (ThespianAdmin *self,
            ThespianNode  *node,
            GError       **error)
{
  g_mutex_lock (&self->lock);
  self->n_open_nodes++;
  g_mutex_unlock (&self->lock);
  return thespian_node_start (node, error);
}

/* Takes out of the books the own nodes that have closed since their actors ended. */
static GPtrArray *
steal_closed_locked (ThespianAdmin *self)
{
  GPtrArray *closed = g_ptr_array_new_with_free_func ((GDestroyNotify) thespian_node_unref);

  for (guint i = self->own_nodes->len; i > 0; i--)
    if (thespian_node_is_closed (g_ptr_array_index (self->own_nodes, i - 1)))
      g_ptr_array_add (closed, g_ptr_array_steal_index_fast (self->own_nodes, i - 1));
  return closed;
}

/* Outside the lock: the last reference to a node frees what user code has left in its context. */
static ThespianNode *
new_own_node (ThespianAdmin *self)
{
  ThespianNode *node = thespian_node_new (&self->face, THESPIAN_NODE_THREAD, "thespian-own");
  g_autoptr (GPtrArray) closed = NULL;
  g_autoptr (GError) error = NULL;

  node->is_own = TRUE;
  if (!start_node (self, node, &error))
    {
      g_warning ("No thread for an actor that requires its own: %s", error->message);
      thespian_node_unref (node);
      return NULL;
    }
  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->own_nodes, thespian_node_ref (node));
  closed = steal_closed_locked (self);
  g_mutex_unlock (&self->lock);
  g_ptr_array_foreach (closed, (GFunc) thespian_node_join, NULL);
  return node;
}

static gboolean
is_shared_node_of (ThespianAdmin *self,
                   ThespianNode  *node)
{
  return node != NULL && node->admin == &self->face && !node->is_own;
}

/* NULL when the system ends. */
static ThespianNode *
place_shared (ThespianAdmin *self,
              ThespianNode  *creator_node,
              GVariant      *requirements)
{
  ThespianNode *node = NULL;

  g_mutex_lock (&self->lock);
  if (!self->stopping && is_shared_node_of (self, creator_node) && !requires (requirements, REQUIREMENT_SPREAD))
    node = thespian_node_ref (creator_node);
  else if (!self->stopping)
    node = thespian_node_ref (least_populated_locked (self));
  g_mutex_unlock (&self->lock);
  return node;
}

ThespianNode *
thespian_admin_place (ThespianAdminFace *face,
                      ThespianNode      *creator_node,
                      GVariant          *requirements)
{
  ThespianAdmin *self = (ThespianAdmin *) face;
  ThespianNode *node = NULL;

  if (requirements == NULL && is_shared_node_of (self, creator_node))
    return thespian_node_ref (creator_node);
  if (self->config.has_many_nodes && requires (requirements, REQUIREMENT_OWN_THREAD) &&
      !thespian_admin_is_stopping (self))
    node = new_own_node (self);
  return node != NULL ? node : place_shared (self, creator_node, requirements);
}

void
thespian_admin_vacate (ThespianAdmin *self,
                       ThespianNode  *node)
{
  __atomic_sub_fetch (&node->population, 1, __ATOMIC_RELAXED);
  if (node->is_own)
    thespian_node_dismiss (node);
}

static guint
count_nodes (ThespianAdmin *self)
{
  guint n = 1;

  if (self->config.has_many_nodes)
    n = thespian_capabilities_get_uint (self->capabilities, THESPIAN_CAPABILITY_WORKER_THREADS,
                                        g_get_num_processors ());
  return MAX (n, 1);
}

gboolean
thespian_admin_start_nodes (ThespianAdmin *self,
                            GError       **error)
{
  guint n_nodes = self->config.has_no_nodes ? 0 : count_nodes (self);

  for (guint i = 0; i < n_nodes; i++)
    {
      g_autofree char *name = g_strdup_printf ("thespian-%u", i);
      g_autoptr (GError) reason = NULL;
      ThespianNode *node = thespian_node_new (&self->face, self->config.node_kind, name);

      g_ptr_array_add (self->nodes, node);
      if (!start_node (self, node, &reason))
        {
          g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE,
                       "The %s cannot start worker thread %u of %u: %s", self->config.base_name, i + 1,
                       n_nodes, reason->message);
          return FALSE;
        }
    }
  return TRUE;
}

/* In a copy of the list: a node may close at once, and that needs the lock. */
void
thespian_admin_dismiss_nodes (ThespianAdmin *self)
{
  g_autoptr (GPtrArray) nodes = g_ptr_array_new_with_free_func ((GDestroyNotify) thespian_node_unref);

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->nodes->len; i++)
    g_ptr_array_add (nodes, thespian_node_ref (g_ptr_array_index (self->nodes, i)));
  for (guint i = 0; i < self->own_nodes->len; i++)
    g_ptr_array_add (nodes, thespian_node_ref (g_ptr_array_index (self->own_nodes, i)));
  g_mutex_unlock (&self->lock);
  g_ptr_array_foreach (nodes, (GFunc) thespian_node_dismiss, NULL);
}

static void
steal_all (GPtrArray *from,
           GPtrArray *to)
{
  while (from->len > 0)
    g_ptr_array_add (to, g_ptr_array_steal_index_fast (from, from->len - 1));
}

void
thespian_admin_release_nodes (ThespianAdmin *self)
{
  g_autoptr (GPtrArray) nodes = g_ptr_array_new_with_free_func ((GDestroyNotify) thespian_node_unref);

  g_mutex_lock (&self->join_lock);
  g_mutex_lock (&self->lock);
  steal_all (self->nodes, nodes);
  steal_all (self->own_nodes, nodes);
  g_mutex_unlock (&self->lock);
  g_ptr_array_foreach (nodes, (GFunc) thespian_node_join, NULL);
  g_mutex_unlock (&self->join_lock);
}

ThespianNode *
thespian_admin_ref_node (ThespianAdmin *self)
{
  ThespianNode *node = NULL;

  if (self->config.node_kind == THESPIAN_NODE_THREAD)
    return NULL;
  g_mutex_lock (&self->lock);
  if (self->nodes->len > 0)
    node = thespian_node_ref (g_ptr_array_index (self->nodes, 0));
  g_mutex_unlock (&self->lock);
  return node;
}
