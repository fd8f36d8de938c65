/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "session.h"

G_BEGIN_DECLS

/* Lines that somebody types at a terminal: with history and completion where the program was built with libedit. */
void  shell_line_begin (Session *session);
/* NULL at the end; to be freed with free(). */
char *shell_line_read  (const char *prompt);
void  shell_line_end   (void);

G_END_DECLS
