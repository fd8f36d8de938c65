/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define THESPIAN_NODE_START_TYPE "(tttt(tt)sssmsmsta{sv}ma{sv}ma{sv}mi)"

/* What the admin tells an actor's process before anything else: a tuple, since each has to read it first. */
typedef struct
{
  guint64 system_id;
  guint64 node_id;
  guint64 admin_id;
  guint64 actor_id;
  guint64 parent_system_id;
  guint64 parent_id;
  const char *base_name;
  const char *links;
  const char *specification;
  const char *module;      /* (nullable) */
  const char *global_name; /* (nullable) */
  guint64 root_length;     /* of what of @module is the folder where it was found */
  GVariant *capabilities;  /* a{sv} */
  GVariant *requirements;  /* ma{sv} */
  GVariant *properties;    /* ma{sv} */
  gboolean logs_here;      /* the process does, for itself; else … */
  int log_threshold;       /* … this is the least severity that anybody wants */
} ThespianNodeStart;

GVariant *thespian_node_start_to_variant (const ThespianNodeStart *self);

/* The strings are in the memory of @variant, of THESPIAN_NODE_START_TYPE; the variants are owned. */
void      thespian_node_start_read       (ThespianNodeStart *self, GVariant *variant);

G_END_DECLS
