/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "model/thespian-wakeup-message.h"

G_BEGIN_DECLS

/* @payload: (nullable) */
ThespianWakeupMessage *thespian_wakeup_message_new (guint64 id, GTimeSpan delay_period,
                                                    const GValue *payload);

G_END_DECLS
