/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "model/thespian-system-message.h"

G_BEGIN_DECLS

#define THESPIAN_TYPE_SYSTEM_STATUS (thespian_system_status_get_type ())

THESPIAN_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (ThespianSystemStatus, thespian_system_status, THESPIAN, SYSTEM_STATUS,
                      ThespianSystemMessage)

THESPIAN_AVAILABLE_IN_1_0
GVariant   *thespian_system_status_get_details      (ThespianSystemStatus *self);

THESPIAN_AVAILABLE_IN_1_0
const char *thespian_system_status_get_address      (ThespianSystemStatus *self);
THESPIAN_AVAILABLE_IN_1_0
guint64     thespian_system_status_get_n_actors     (ThespianSystemStatus *self);
THESPIAN_AVAILABLE_IN_1_0
GVariant   *thespian_system_status_dup_capabilities (ThespianSystemStatus *self)
            G_GNUC_WARN_UNUSED_RESULT;

THESPIAN_AVAILABLE_IN_1_0
char       *thespian_system_status_to_json          (ThespianSystemStatus *self)
            G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
