/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "model/thespian-system-message.h"

G_BEGIN_DECLS

#define THESPIAN_TYPE_ACTOR_EXIT_REQUEST (thespian_actor_exit_request_get_type ())

THESPIAN_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (ThespianActorExitRequest, thespian_actor_exit_request, THESPIAN,
                      ACTOR_EXIT_REQUEST, ThespianSystemMessage)

THESPIAN_AVAILABLE_IN_1_0
ThespianActorExitRequest *thespian_actor_exit_request_new               (void)
                          G_GNUC_WARN_UNUSED_RESULT;
THESPIAN_AVAILABLE_IN_1_0
ThespianActorExitRequest *thespian_actor_exit_request_new_not_recursive (void)
                          G_GNUC_WARN_UNUSED_RESULT;

THESPIAN_AVAILABLE_IN_1_0
gboolean                  thespian_actor_exit_request_get_recursive     (ThespianActorExitRequest *self);

G_END_DECLS
