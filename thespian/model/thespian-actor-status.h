/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "model/thespian-system-message.h"

G_BEGIN_DECLS

#define THESPIAN_TYPE_ACTOR_STATUS (thespian_actor_status_get_type ())

THESPIAN_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (ThespianActorStatus, thespian_actor_status, THESPIAN, ACTOR_STATUS,
                      ThespianSystemMessage)

THESPIAN_AVAILABLE_IN_1_0
GVariant   *thespian_actor_status_get_details           (ThespianActorStatus *self);

THESPIAN_AVAILABLE_IN_1_0
const char *thespian_actor_status_get_address           (ThespianActorStatus *self);
THESPIAN_AVAILABLE_IN_1_0
const char *thespian_actor_status_get_class_name        (ThespianActorStatus *self);
THESPIAN_AVAILABLE_IN_1_0
guint64     thespian_actor_status_get_messages_queued   (ThespianActorStatus *self);
THESPIAN_AVAILABLE_IN_1_0
guint64     thespian_actor_status_get_messages_received (ThespianActorStatus *self);
THESPIAN_AVAILABLE_IN_1_0
guint64     thespian_actor_status_get_messages_sent     (ThespianActorStatus *self);
THESPIAN_AVAILABLE_IN_1_0
guint64     thespian_actor_status_get_messages_failed   (ThespianActorStatus *self);
THESPIAN_AVAILABLE_IN_1_0
guint64     thespian_actor_status_get_messages_poisoned (ThespianActorStatus *self);

THESPIAN_AVAILABLE_IN_1_0
char       *thespian_actor_status_to_json               (ThespianActorStatus *self)
            G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
