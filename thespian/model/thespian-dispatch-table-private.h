/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "model/thespian-type-dispatcher.h"

G_BEGIN_DECLS

/*
 * The message handlers of one class of dispatchers.
 *
 * Handlers are added while the class is being set up, by one thread. Then many threads look types
 * up at once, without a lock: the answers are kept and never change.
 */
typedef struct _ThespianDispatchTable ThespianDispatchTable;

/* One place to look for a handler. */
typedef struct
{
  GType type;
  gboolean converts; /* the message is to be converted to @type first */
  ThespianMessageHandler handler; /* NULL: the place of a handler that the instance may have */
} ThespianDispatchStep;

/* All the places for one type of messages, in the order of the search. */
typedef struct
{
  GType type;
  guint n_handlers;
  guint n_steps;
  ThespianDispatchStep steps[];
} ThespianDispatchPath;

/* A table for a subclass searches @parent too; (nullable). Tables live for ever, as classes do. */
ThespianDispatchTable      *thespian_dispatch_table_new    (GType                  owner,
                                                            ThespianDispatchTable *parent);
GType                       thespian_dispatch_table_owner  (ThespianDispatchTable *self);

void                        thespian_dispatch_table_add    (ThespianDispatchTable *self,
                                                            GType                  type,
                                                            ThespianMessageHandler handler);
const ThespianDispatchPath *thespian_dispatch_table_lookup (ThespianDispatchTable *self,
                                                            GType                  type);

G_END_DECLS
