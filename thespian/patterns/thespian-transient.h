/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "model/thespian-actor.h"

G_BEGIN_DECLS

/**
 * THESPIAN_TRANSIENT_PERIOD:
 *
 * How long a transient actor lives after its first message, in microseconds, when its class has no
 * wish of its own: 10 seconds.
 *
 * Since: 1.0
 */
#define THESPIAN_TRANSIENT_PERIOD (G_GINT64_CONSTANT (10000000))

/**
 * THESPIAN_TRANSIENT_IDLE_PERIOD:
 *
 * How long a transient actor lives after its last message, in microseconds, when its class has no
 * wish of its own: 10 seconds.
 *
 * Since: 1.0
 */
#define THESPIAN_TRANSIENT_IDLE_PERIOD (G_GINT64_CONSTANT (10000000))

THESPIAN_AVAILABLE_IN_1_0
void thespian_actor_class_set_transient      (ThespianActorClass *klass,
                                              GTimeSpan           period);
THESPIAN_AVAILABLE_IN_1_0
void thespian_actor_class_set_transient_idle (ThespianActorClass *klass,
                                              GTimeSpan           period);

G_END_DECLS
