/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "runtime/thespian-admin-ops-private.h"

#include "model/thespian-error.h"

gboolean
thespian_admin_check_original (ThespianAdminFace *self,
                               GError           **error)
{
  if (G_LIKELY (!self->is_copied))
    return TRUE;
  g_set_error_literal (error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_SHUT_DOWN,
                       "This process is a copy, made by fork(), of the one that the actor system is used by, which "
                       "alone can go on with that: start or join a system here");
  return FALSE;
}
