/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What actors log goes to the system's log hub; the log of the application is its own business. */

#include "config.h"

#include "admin/thespian-admin-private.h"

void
thespian_admin_log (ThespianAdminFace *face,
                    ThespianAddress   *address,
                    GLogLevelFlags     level,
                    const char        *message)
{
  ThespianAdmin *self = (ThespianAdmin *) face;
  g_autoptr (ThespianLogRecord) record = NULL;

  if (!thespian_log_hub_wants (self->log_hub, THESPIAN_LOG_ACTOR_DOMAIN, level))
    return;
  record = thespian_log_record_new_of_actor (level, message, address);
  thespian_log_hub_handle (self->log_hub, record);
  thespian_admin_tell_record (self, record);
}
