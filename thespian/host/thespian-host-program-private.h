/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The path of the program thespian-host that belongs to this library, or NULL with @error set. */
char *thespian_host_program_find (GError **error);

G_END_DECLS
