/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "admin/thespian-admin-private.h"

G_BEGIN_DECLS

#define THESPIAN_BASE_DEFAULT "simpleSystemBase"

/* The row of the base called @name, or NULL with %THESPIAN_ERROR_UNKNOWN_BASE. */
const ThespianAdminConfig *thespian_base_find (const char *name, GError **error);

G_END_DECLS
