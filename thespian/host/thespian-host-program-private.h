/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The path of the program thespian-host that belongs to this library, or NULL with @error set. */
char *thespian_host_program_find (GError **error);

/* A file that is installed beside it, or NULL.  @access_mode: as access() wants it. */
char *thespian_host_program_find_file (const char *name, int access_mode);

/* The folder that this library was loaded from, or NULL. */
char *thespian_host_program_find_library_folder (void);

G_END_DECLS
