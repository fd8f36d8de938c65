/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "model/thespian-address.h"
#include "model/thespian-system-message.h"

G_BEGIN_DECLS

#define THESPIAN_TYPE_DEAD_ENVELOPE (thespian_dead_envelope_get_type ())

THESPIAN_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (ThespianDeadEnvelope, thespian_dead_envelope, THESPIAN, DEAD_ENVELOPE,
                      ThespianSystemMessage)

THESPIAN_AVAILABLE_IN_1_0
const GValue    *thespian_dead_envelope_get_message (ThespianDeadEnvelope *self);
THESPIAN_AVAILABLE_IN_1_0
ThespianAddress *thespian_dead_envelope_get_address (ThespianDeadEnvelope *self);

G_END_DECLS
