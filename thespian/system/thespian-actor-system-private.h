/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "system/thespian-actor-system.h"

G_BEGIN_DECLS

#define THESPIAN_CREATE_TIMEOUT (50 * G_TIME_SPAN_SECOND)
#define THESPIAN_TELL_TIMEOUT (60 * G_TIME_SPAN_SECOND)
#define THESPIAN_SHUTDOWN_TIMEOUT (10 * G_TIME_SPAN_SECOND)

/* The endpoint that tell, ask and listen of the system use. */
ThespianEndpoint *thespian_actor_system_get_endpoint (ThespianActorSystem *self);

G_END_DECLS
