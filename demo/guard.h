/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <thespian.h>

G_BEGIN_DECLS

/*
 * Ends the actor's system when the process @pid has ended, however that came: systems that others
 * may join go on without whoever started them.  Returns the source (transfer full), or NULL with
 * @error set.
 */
GSource *guard_new (ThespianActor *actor, int pid, GError **error);

G_END_DECLS
