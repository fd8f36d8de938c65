/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "model/thespian-type-dispatcher.h"

G_BEGIN_DECLS

/*
 * Whether a message of @type would reach any code of the actor's; if not, the runtime need not
 * make it. The first asks the class only: handlers that the instance added do not count there.
 */
gboolean thespian_type_dispatcher_class_handles (ThespianTypeDispatcherClass *klass, GType type);
gboolean thespian_type_dispatcher_handles       (ThespianTypeDispatcher *self, GType type);

G_END_DECLS
