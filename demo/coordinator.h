/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <thespian.h>

G_BEGIN_DECLS

/* Cuts a job into pieces for the readers, and puts together what the reducers make of them. */
#define WORDCOUNT_TYPE_COORDINATOR (wordcount_coordinator_get_type ())
G_DECLARE_FINAL_TYPE (WordcountCoordinator, wordcount_coordinator, WORDCOUNT, COORDINATOR,
                      ThespianActor)

G_END_DECLS
