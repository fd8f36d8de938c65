/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * The folders where keys may be, the best first: only their user can look into one.  An end that
 * knows of fewer of them than another, since its environment says less, still finds the other's key
 * by looking through all.
 */
#define THESPIAN_KEY_FOLDERS 3

/* A new path, or NULL when the environment names no folder of this @rank. */
char *thespian_key_folder_get_path (guint rank);

/*
 * Opens a folder for the functions of the kind openat(), once it is sure that nobody else can reach
 * into it; @create makes it when it is not there.  Else -1 and %THESPIAN_ERROR_STARTUP_FAILURE.
 */
int   thespian_key_folder_open     (guint rank, gboolean create, GError **error);

G_END_DECLS
