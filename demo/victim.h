/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <thespian.h>

G_BEGIN_DECLS

/* Kills the process of the actor; returns its number, or 0 with @error set. */
int victim_kill (ThespianActorSystem *system, GVariant *address, GError **error);

G_END_DECLS
