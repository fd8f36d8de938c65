/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The tables of doc/behaviour.md: which behaviour is tested on which bases. */
void     behaviour_rows_read         (void);

/* The bases under test that the rows of @ids, with `+` between, apply to. */
GStrv    behaviour_rows_get_bases    (const char *ids);

/* Whether each actor of @base is a process of its own. */
gboolean behaviour_rows_is_processes (const char *base);

G_END_DECLS
