/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "model/thespian-status-request.h"

#include "model/thespian-serializable.h"

/**
 * ThespianStatusRequest:
 *
 * Asks an actor, or an actor system, how it does.
 *
 * Sent to an actor, the request is answered by a [class@Thespian.ActorStatus] in the actor's name;
 * the actor does not see it. Sent to the address of a system's admin, it is answered by a
 * [class@Thespian.SystemStatus].
 *
 * Since: 1.0
 */
struct _ThespianStatusRequest
{
  ThespianSystemMessage parent_instance;
};

G_DEFINE_FINAL_TYPE_WITH_CODE (ThespianStatusRequest, thespian_status_request, THESPIAN_TYPE_SYSTEM_MESSAGE,
                               G_IMPLEMENT_INTERFACE (THESPIAN_TYPE_SERIALIZABLE, NULL))

static void
thespian_status_request_class_init (ThespianStatusRequestClass *klass)
{
}

static void
thespian_status_request_init (ThespianStatusRequest *self)
{
}

/**
 * thespian_status_request_new:
 *
 * Makes a request for a status. May be called from any thread.
 *
 * Returns: (transfer full): a new request
 *
 * Since: 1.0
 */
ThespianStatusRequest *
thespian_status_request_new (void)
{
  return g_object_new (THESPIAN_TYPE_STATUS_REQUEST, NULL);
}
