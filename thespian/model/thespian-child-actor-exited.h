/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "model/thespian-address.h"
#include "model/thespian-system-message.h"

G_BEGIN_DECLS

#define THESPIAN_TYPE_CHILD_ACTOR_EXITED (thespian_child_actor_exited_get_type ())

THESPIAN_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (ThespianChildActorExited, thespian_child_actor_exited, THESPIAN,
                      CHILD_ACTOR_EXITED, ThespianSystemMessage)

THESPIAN_AVAILABLE_IN_1_0
ThespianAddress *thespian_child_actor_exited_get_child_address (ThespianChildActorExited *self);
THESPIAN_AVAILABLE_IN_1_0
const char      *thespian_child_actor_exited_get_details       (ThespianChildActorExited *self);

G_END_DECLS
