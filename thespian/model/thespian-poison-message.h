/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "model/thespian-system-message.h"

G_BEGIN_DECLS

#define THESPIAN_TYPE_POISON_MESSAGE (thespian_poison_message_get_type ())

THESPIAN_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (ThespianPoisonMessage, thespian_poison_message, THESPIAN, POISON_MESSAGE,
                      ThespianSystemMessage)

THESPIAN_AVAILABLE_IN_1_0
const GValue *thespian_poison_message_get_message (ThespianPoisonMessage *self);
THESPIAN_AVAILABLE_IN_1_0
const char   *thespian_poison_message_get_details (ThespianPoisonMessage *self);

THESPIAN_AVAILABLE_IN_1_0
gboolean      thespian_poison_message_equal       (ThespianPoisonMessage *self,
                                                   ThespianPoisonMessage *other);

G_END_DECLS
