/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "model/thespian-actor.h"

G_BEGIN_DECLS

/**
 * THESPIAN_TROUPE_MAX_COUNT:
 *
 * How many workers a troupe has at most, by default.
 *
 * Since: 1.0
 */
#define THESPIAN_TROUPE_MAX_COUNT (10)

/**
 * THESPIAN_TROUPE_IDLE_COUNT:
 *
 * How many workers of a troupe stay when there is no work, by default.
 *
 * Since: 1.0
 */
#define THESPIAN_TROUPE_IDLE_COUNT (2)

THESPIAN_AVAILABLE_IN_1_0
void     thespian_actor_class_set_troupe            (ThespianActorClass *klass,
                                                     guint               max_count,
                                                     guint               idle_count);

THESPIAN_AVAILABLE_IN_1_0
gboolean thespian_actor_get_troupe_work_in_progress (ThespianActor      *self);
THESPIAN_AVAILABLE_IN_1_0
void     thespian_actor_set_troupe_work_in_progress (ThespianActor      *self,
                                                     gboolean            in_progress);

G_END_DECLS
