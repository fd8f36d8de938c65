/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "runtime/thespian-cell-private.h"

G_BEGIN_DECLS

/* Creates a top-level actor and waits until it runs. */
ThespianAddress *thespian_create_and_wait  (ThespianAdminFace *admin, const ThespianActorSpec *spec, GTimeSpan timeout,
                                            GCancellable *cancellable, GError **error);
/* The same for @task, which is taken and returns the address. */
void             thespian_create_for_task  (ThespianAdminFace *admin, const ThespianActorSpec *spec, GTask *task);

G_END_DECLS
