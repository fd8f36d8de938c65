/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The value of @name as it is typed: JSON, or else a text.  An array of texts is `as'.  Not floating.  Fails with
 * %TOOL_ERROR_USAGE when it is JSON that could be no message. */
GVariant *assignment_parse_value (const char *name, const char *text, GError **error);
/* Each of @list (nullable) is NAME=VALUE.  Fails with %TOOL_ERROR_USAGE. */
gboolean  assignments_parse      (char **list, GVariantDict *dict, GError **error);

G_END_DECLS
