/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Whether no flag of @entries was given a value, as in --quiet=no, of which GOption says nothing.  To be asked before it
 * parses.  Fails with %G_OPTION_ERROR_BAD_VALUE.
 */
gboolean flags_check (const GOptionEntry *entries, int argc, char **argv, GError **error);

G_END_DECLS
