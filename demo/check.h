/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "text-files.h"
#include "word-table.h"

G_BEGIN_DECLS

/* The same count by tr, sort and uniq, from real processes. */
WordTable *check_count_by_tools (TextFiles *files, GError **error);

G_END_DECLS
