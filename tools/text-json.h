/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The value that @text is in JSON, as Python and JavaScript would have it: an integer of the least size that holds
 * it, `a{sv}', `av', a maybe for null.  Fails with %TOOL_ERROR_USAGE when it is no JSON, or JSON that could be no message.
 * @text is UTF-8. */
GVariant *text_json_parse  (const char *text, gboolean *ret_is_json, GError **error);
/* In one line.  An integer has all its digits, also one that has no room in 64 bits with a sign; a number that JSON does
 * not have is "NaN", "Infinity" or "-Infinity"; an address is its token. */
char     *text_json_format (GVariant *value);

G_END_DECLS
