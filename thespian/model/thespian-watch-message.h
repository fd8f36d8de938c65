/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "model/thespian-system-message.h"

G_BEGIN_DECLS

#define THESPIAN_TYPE_WATCH_MESSAGE (thespian_watch_message_get_type ())

THESPIAN_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (ThespianWatchMessage, thespian_watch_message, THESPIAN, WATCH_MESSAGE,
                      ThespianSystemMessage)

THESPIAN_AVAILABLE_IN_1_0
const int *thespian_watch_message_get_ready (ThespianWatchMessage *self,
                                             gsize                *n_ready);

G_END_DECLS
