/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "runtime/thespian-cell-private.h"
#include "system/thespian-endpoint.h"

G_BEGIN_DECLS

ThespianEndpoint *thespian_endpoint_new              (ThespianAdminFace *admin);
void              thespian_endpoint_set_tell_timeout (ThespianEndpoint *self, GTimeSpan timeout);

/* The asynchronous calls, for a @task (taken) of whatever source object. */
void              thespian_endpoint_tell_for_task    (ThespianEndpoint *self, ThespianAddress *target,
                                                      const GValue *message, GTask *task);
/* Without @target and @message it only listens. */
void              thespian_endpoint_receive_for_task (ThespianEndpoint *self, ThespianAddress *target,
                                                      const GValue *message, GTimeSpan timeout, GTask *task);

/* FALSE with an error inside an actor, where blocking would be a deadlock. */
gboolean          thespian_check_may_block           (const char *function, GError **error);

G_END_DECLS
