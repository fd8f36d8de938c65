/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "job.h"

G_BEGIN_DECLS

/* Whether the base of this name gives each actor a process. */
gboolean             system_has_processes (const char *base);

/* The system for a job, and the coordinator in it. */
ThespianActorSystem *system_start         (const JobPlan *plan, ThespianAddress **ret_coordinator,
                                           GError **error);

G_END_DECLS
