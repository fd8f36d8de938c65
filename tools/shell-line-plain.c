/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "shell-line.h"

#include <stdio.h>
#include <stdlib.h>

void
shell_line_begin (Session *session)
{
}

char *
shell_line_read (const char *prompt)
{
  char *line = NULL;
  size_t size = 0;

  fputs (prompt, stdout);
  fflush (stdout);
  if (getline (&line, &size, stdin) >= 0)
    return line;
  free (line);
  return NULL;
}

void
shell_line_end (void)
{
}
