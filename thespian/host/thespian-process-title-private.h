/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What an exec'ed process gets as a last argument, so that there is room for a title. */
#define THESPIAN_PROCESS_TITLE_ROOM 240

/* Finds the room for titles.  Children made by fork() inherit what was found. */
void thespian_process_title_init (void);

/*
 * Shows @title where the process's arguments were, as far as it fits, and its beginning as the
 * name of the process.  The arguments are gone then.
 */
void thespian_process_title_set  (const char *title);

G_END_DECLS
