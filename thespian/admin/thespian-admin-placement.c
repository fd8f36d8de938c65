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

/* Joins the threads of own nodes whose actors have ended. */
static void
reap_finished_locked (ThespianAdmin *self)
{
  for (guint i = self->own_nodes->len; i > 0; i--)
    {
      ThespianNode *node = g_ptr_array_index (self->own_nodes, i - 1);

      if (!thespian_node_is_finished (node))
        continue;
      thespian_node_stop (node);
      g_ptr_array_remove_index_fast (self->own_nodes, i - 1);
    }
}

static ThespianNode *
new_own_node_locked (ThespianAdmin *self)
{
  g_autoptr (GError) error = NULL;
  ThespianNode *node;

  reap_finished_locked (self);
  node = thespian_node_new (&self->face, THESPIAN_NODE_THREAD, "thespian-own");
  node->is_own = TRUE;
  g_ptr_array_add (self->own_nodes, node);
  if (thespian_node_start (node, &error))
    return node;

  g_warning ("No thread for an actor that requires its own: %s", error->message);
  thespian_node_stop (node);
  g_ptr_array_remove (self->own_nodes, node);
  return least_populated_locked (self);
}

static gboolean
is_shared_node_of (ThespianAdmin *self,
                   ThespianNode  *node)
{
  return node != NULL && node->admin == &self->face && !node->is_own;
}

static ThespianNode *
place_locked (ThespianAdmin *self,
              ThespianNode  *creator_node,
              GVariant      *requirements)
{
  if (self->config.has_many_nodes && requires (requirements, REQUIREMENT_OWN_THREAD))
    return new_own_node_locked (self);
  if (!is_shared_node_of (self, creator_node) || requires (requirements, REQUIREMENT_SPREAD))
    return least_populated_locked (self);
  return creator_node;
}

/* NULL when the system ends. */
ThespianNode *
thespian_admin_place (ThespianAdminFace *face,
                      ThespianNode      *creator_node,
                      GVariant          *requirements)
{
  ThespianAdmin *self = (ThespianAdmin *) face;
  ThespianNode *node = NULL;

  if (requirements == NULL && is_shared_node_of (self, creator_node))
    return thespian_node_ref (creator_node);
  g_mutex_lock (&self->lock);
  if (!self->stopping)
    node = thespian_node_ref (place_locked (self, creator_node, requirements));
  g_mutex_unlock (&self->lock);
  return node;
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
  guint n_nodes = count_nodes (self);

  for (guint i = 0; i < n_nodes; i++)
    {
      g_autofree char *name = g_strdup_printf ("thespian-%u", i);
      g_autoptr (GError) reason = NULL;
      ThespianNode *node = thespian_node_new (&self->face, self->config.node_kind, name);

      g_ptr_array_add (self->nodes, node);
      if (!thespian_node_start (node, &reason))
        {
          g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE,
                       "The %s cannot start worker thread %u of %u: %s", self->config.base_name, i + 1,
                       n_nodes, reason->message);
          return FALSE;
        }
    }
  return TRUE;
}

void
thespian_admin_dismiss_nodes_locked (ThespianAdmin *self)
{
  if (self->config.node_kind != THESPIAN_NODE_THREAD)
    return;
  g_ptr_array_foreach (self->nodes, (GFunc) thespian_node_dismiss, NULL);
}

/*
 * Each node is stopped while it is still in the books, since actors of others may ask for the
 * books meanwhile; then all leave them.
 */
void
thespian_admin_stop_nodes (ThespianAdmin *self)
{
  g_mutex_lock (&self->stop_lock);
  g_ptr_array_foreach (self->nodes, (GFunc) thespian_node_stop, NULL);
  g_ptr_array_foreach (self->own_nodes, (GFunc) thespian_node_stop, NULL);
  g_mutex_lock (&self->lock);
  g_ptr_array_set_size (self->nodes, 0);
  g_ptr_array_set_size (self->own_nodes, 0);
  g_mutex_unlock (&self->lock);
  g_mutex_unlock (&self->stop_lock);
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
