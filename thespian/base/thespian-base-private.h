/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "admin/thespian-admin-private.h"
#include "thespian-version-macros.h"

G_BEGIN_DECLS

#define THESPIAN_BASE_DEFAULT "simpleSystemBase"

/* A row of the table of bases: how the nodes of a system are made, and how they are linked. */
typedef struct _ThespianBase ThespianBase;

struct _ThespianBase
{
  ThespianAdminConfig config;
  ThespianAdminFace *(*start) (const ThespianBase *base, GVariant *capabilities, GVariant *log_definition,
                               ThespianStart start, GError **error);
};

/* The row of the base called @name, or NULL with %THESPIAN_ERROR_UNKNOWN_BASE. */
const ThespianBase *thespian_base_find (const char *name, GError **error);

/* All of the program thespian-host; exported for it alone. */
THESPIAN_AVAILABLE_IN_1_0
int thespian_process_main (int argc, char **argv);

G_END_DECLS
