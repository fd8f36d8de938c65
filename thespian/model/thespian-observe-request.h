/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "model/thespian-system-message.h"

G_BEGIN_DECLS

#define THESPIAN_TYPE_OBSERVE_REQUEST (thespian_observe_request_get_type ())

THESPIAN_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (ThespianObserveRequest, thespian_observe_request, THESPIAN, OBSERVE_REQUEST,
                      ThespianSystemMessage)

THESPIAN_AVAILABLE_IN_1_0
ThespianObserveRequest *thespian_observe_request_new         (gboolean                observe)
                        G_GNUC_WARN_UNUSED_RESULT;

THESPIAN_AVAILABLE_IN_1_0
ThespianObserveRequest *thespian_observe_request_new_log     (void) G_GNUC_WARN_UNUSED_RESULT;

THESPIAN_AVAILABLE_IN_1_0
gboolean                thespian_observe_request_get_observe (ThespianObserveRequest *self);
THESPIAN_AVAILABLE_IN_1_0
gboolean                thespian_observe_request_get_log     (ThespianObserveRequest *self);

G_END_DECLS
