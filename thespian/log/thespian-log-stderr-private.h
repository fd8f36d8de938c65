/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * The standard error, as what is logged sees it: a process that has none may have another way to
 * show lines to somebody.
 */

/* FALSE with errno set. */
gboolean thespian_log_stderr_write (const char *text);
gboolean thespian_log_stderr_exists (void);

/* FALSE when there is nobody to show it to. */
typedef gboolean (*ThespianLogShowFunc) (const char *text, gpointer user_data);

/* Before anything is logged. */
void     thespian_log_stderr_replace (ThespianLogShowFunc show, gpointer user_data);

G_END_DECLS
