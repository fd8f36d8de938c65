/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "model/thespian-actor.h"

G_BEGIN_DECLS

#define THESPIAN_TYPE_INITIALIZING (thespian_initializing_get_type ())

THESPIAN_AVAILABLE_IN_1_0
G_DECLARE_INTERFACE (ThespianInitializing, thespian_initializing, THESPIAN, INITIALIZING,
                     ThespianActor)

/**
 * ThespianInitializingInterface:
 * @initialized: tells the actor that all of its initialising messages came; see
 *   [vfunc@Thespian.Initializing.initialized]
 *
 * The structure of the interface [iface@Thespian.Initializing].
 *
 * Since: 1.0
 */
struct _ThespianInitializingInterface
{
  GTypeInterface parent_iface;

  gboolean (*initialized) (ThespianInitializing *self,
                           GError              **error);
};

THESPIAN_AVAILABLE_IN_1_0
void thespian_actor_class_add_initializing_message      (ThespianActorClass *klass,
                                                         const char         *name,
                                                         GType               message_type,
                                                         gboolean            keep_sender);
THESPIAN_AVAILABLE_IN_1_0
void thespian_actor_class_set_initializing_pass_through (ThespianActorClass *klass,
                                                         gboolean            pass_through);

THESPIAN_AVAILABLE_IN_1_0
gboolean         thespian_actor_is_initialized                  (ThespianActor *self);
THESPIAN_AVAILABLE_IN_1_0
const GValue    *thespian_actor_get_initializing_message        (ThespianActor *self,
                                                                 const char    *name);
THESPIAN_AVAILABLE_IN_1_0
ThespianAddress *thespian_actor_get_initializing_message_sender (ThespianActor *self,
                                                                 const char    *name);

G_END_DECLS
