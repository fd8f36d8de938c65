/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * The terminal as a screen of our own, with keys that arrive one by one.  Whatever ends the program that can be caught, the
 * terminal is as before.
 */
typedef struct
{
  guint rows;
  guint columns;
} TerminalSize;

typedef enum
{
  TERMINAL_TIMEOUT = -1,
  TERMINAL_RESIZED = -2,
  TERMINAL_ENDED = -3, /* nobody is there any more, or we are told to end */
} TerminalEvent;

gboolean     terminal_begin    (GError **error);
void         terminal_end      (void);

TerminalSize terminal_get_size (void);
/* Replaces all that is shown. */
void         terminal_draw     (char **lines);
/* A key, or one of the above. */
int          terminal_wait     (gint64 deadline);

G_END_DECLS
