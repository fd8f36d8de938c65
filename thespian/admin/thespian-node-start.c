/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "admin/thespian-node-start-private.h"

GVariant *
thespian_node_start_to_variant (const ThespianNodeStart *self)
{
  return g_variant_new ("(tttt(tt)sssmsmst@a{sv}@ma{sv}@ma{sv}mi)", self->system_id, self->node_id, self->admin_id,
                        self->actor_id, self->parent_system_id, self->parent_id, self->base_name, self->links,
                        self->specification, self->module, self->global_name, self->root_length, self->capabilities,
                        self->requirements, self->properties, !self->logs_here, self->log_threshold);
}

void
thespian_node_start_read (ThespianNodeStart *self,
                          GVariant          *variant)
{
  gboolean has_threshold;

  g_variant_get (variant, "(tttt(tt)&s&s&sm&sm&st@a{sv}@ma{sv}@ma{sv}mi)", &self->system_id, &self->node_id,
                 &self->admin_id, &self->actor_id, &self->parent_system_id, &self->parent_id, &self->base_name,
                 &self->links, &self->specification, &self->module, &self->global_name, &self->root_length,
                 &self->capabilities, &self->requirements, &self->properties, &has_threshold, &self->log_threshold);
  self->logs_here = !has_threshold;
}
