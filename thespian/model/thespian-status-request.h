/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "model/thespian-system-message.h"

G_BEGIN_DECLS

#define THESPIAN_TYPE_STATUS_REQUEST (thespian_status_request_get_type ())

THESPIAN_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (ThespianStatusRequest, thespian_status_request, THESPIAN, STATUS_REQUEST,
                      ThespianSystemMessage)

THESPIAN_AVAILABLE_IN_1_0
ThespianStatusRequest *thespian_status_request_new (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
