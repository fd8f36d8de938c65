/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* More than can ever come: what the options that end a command after a number begin with. */
#define COUNT_NO_END G_MAXINT64

/* The entry of an option -n. */
#define COUNT_ENTRY(name, count, text) { name, 'n', 0, G_OPTION_ARG_INT64, count, text, "N" }

/* Fails with %TOOL_ERROR_USAGE. */
gboolean count_check (const char *option, gint64 count, GError **error);

G_END_DECLS
