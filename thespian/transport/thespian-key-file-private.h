/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "transport/thespian-secret-private.h"

G_BEGIN_DECLS

/*
 * The file that has a system's key: who can read it may join the system at its Admin Port.  A
 * @scheme is "tcp" or "udp", since a port means something else in each.
 *
 * All fail with %THESPIAN_ERROR_STARTUP_FAILURE, and may be called from any thread.
 */

/*
 * Draws a new key and puts it in the place of what is there.  Who calls this has bound the port: so
 * what is there was left by a system that is no more.  It should not take connections before.
 */
gboolean thespian_key_file_create (const char *scheme, guint port, guint8 *ret_key, GError **error);

/* Reads a key that only this user, or root, can have written, and that nobody else can read. */
gboolean thespian_key_file_load   (const char *scheme, guint port, guint8 *ret_key, GError **error);

/* Whether there is a file at all, whoever made it and whoever can read it. */
gboolean thespian_key_file_exists (const char *scheme, guint port);

/* Removes the file if it still has @key: another system may have taken the port over. */
gboolean thespian_key_file_remove (const char *scheme, guint port, const guint8 *key,
                                   GError **error);

G_END_DECLS
