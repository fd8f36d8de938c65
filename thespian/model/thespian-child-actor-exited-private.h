/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "model/thespian-child-actor-exited.h"

G_BEGIN_DECLS

/* @details: (nullable): why the child is gone */
ThespianChildActorExited *thespian_child_actor_exited_new (ThespianAddress *child,
                                                           const char *details);

G_END_DECLS
