/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether an argument or a line can be a text: UTF-8 without zeros.  Fails with %TOOL_ERROR_USAGE. */
gboolean input_check       (const char *text, gsize length, GError **error);
/* Each of the arguments of the program. */
gboolean input_check_words (int argc, char **argv, GError **error);

/* Whether the standard input, of which there is no more, ended rather than failed. */
gboolean input_check_end   (GError **error);

G_END_DECLS
