/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "progress.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <unistd.h>

#define BAR_WIDTH 30

void
progress_start (Progress   *self,
                const char *name,
                guint64     total)
{
  *self = (Progress) { .name = name, .total = MAX (total, 1), .terminal = isatty (STDOUT_FILENO) };
  if (self->terminal)
    progress_show (self, 0);
}

static void
show_bar (Progress *self,
          guint64   done)
{
  guint filled = (guint) (done * BAR_WIDTH / self->total);
  g_autofree char *of = g_format_size (self->total);
  char bar[BAR_WIDTH + 1];

  for (guint i = 0; i < BAR_WIDTH; i++)
    bar[i] = i < filled ? '#' : '.';
  bar[BAR_WIDTH] = '\0';
  printf ("\r");
  printf (_ ("%s [%s] %3u%% of %s"), self->name, bar, (guint) (done * 100 / self->total), of);
  printf (" ");
  fflush (stdout);
}

static void
show_line (Progress *self,
           guint64   done)
{
  guint quarter = (guint) (done * 4 / self->total);
  g_autofree char *size = g_format_size (done);

  if (quarter <= self->told || quarter >= 4)
    return;
  self->told = quarter;
  printf (_ ("%s: %u%%, %s read"), self->name, quarter * 25, size);
  printf ("\n");
  fflush (stdout);
}

void
progress_show (Progress *self,
               guint64   done)
{
  done = MIN (done, self->total);
  if (self->terminal)
    show_bar (self, done);
  else
    show_line (self, done);
}

void
progress_end (Progress *self)
{
  if (self->terminal)
    fputs ("\r\033[K", stdout);
}
