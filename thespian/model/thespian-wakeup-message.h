/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "model/thespian-system-message.h"

G_BEGIN_DECLS

#define THESPIAN_TYPE_WAKEUP_MESSAGE (thespian_wakeup_message_get_type ())

THESPIAN_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (ThespianWakeupMessage, thespian_wakeup_message, THESPIAN, WAKEUP_MESSAGE,
                      ThespianSystemMessage)

THESPIAN_AVAILABLE_IN_1_0
guint64       thespian_wakeup_message_get_id           (ThespianWakeupMessage *self);
THESPIAN_AVAILABLE_IN_1_0
GTimeSpan     thespian_wakeup_message_get_delay_period (ThespianWakeupMessage *self);
THESPIAN_AVAILABLE_IN_1_0
const GValue *thespian_wakeup_message_get_payload      (ThespianWakeupMessage *self);

G_END_DECLS
