/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "runtime/thespian-cell-private.h"

#include "model/thespian-debug-private.h"

G_BEGIN_DECLS

/*
 * Shows on standard error what a live system does, as far as THESPIAN_DEBUG asks for it. Callers
 * ask thespian_debug_shows() first.
 */
void thespian_trace_message     (ThespianCell    *target,
                                 const GValue    *message,
                                 ThespianAddress *sender);
void thespian_trace_failure     (ThespianCell    *cell,
                                 const GError    *error);
void thespian_trace_start       (ThespianCell    *cell,
                                 const GError    *failure);
void thespian_trace_end         (ThespianCell    *cell);
void thespian_trace_dead_letter (ThespianAddress *target,
                                 const GValue    *message,
                                 ThespianAddress *sender);

G_END_DECLS
