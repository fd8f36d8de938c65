/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "progress.h"

#include <stdio.h>
#include <unistd.h>

/* What is done sooner needs no words. */
#define DELAY (G_TIME_SPAN_SECOND / 2)
#define INTERVAL G_TIME_SPAN_SECOND
#define ERASE_LINE "\r\033[K"

struct _Progress
{
  char *text; /* (owned) */
  GThread *thread;
  GMutex lock;
  GCond changed;
  gboolean is_done; /* protected by the lock */
};

static gboolean
wait_until (Progress *self,
            gint64    end)
{
  while (!self->is_done && g_cond_wait_until (&self->changed, &self->lock, end))
    ;
  return self->is_done;
}

static gpointer
show (gpointer data)
{
  Progress *self = data;
  gint64 begin = g_get_monotonic_time ();
  gint64 next = begin + DELAY;
  gboolean is_shown = FALSE;

  g_mutex_lock (&self->lock);
  while (!wait_until (self, next))
    {
      fprintf (stderr, ERASE_LINE "%s… %d s", self->text,
               (int) ((g_get_monotonic_time () - begin) / G_TIME_SPAN_SECOND));
      fflush (stderr);
      is_shown = TRUE;
      next += INTERVAL;
    }
  g_mutex_unlock (&self->lock);
  if (is_shown)
    fputs (ERASE_LINE, stderr);
  return NULL;
}

Progress *
progress_begin (Session    *session,
                const char *text)
{
  Progress *self = g_new0 (Progress, 1);

  self->text = g_strdup (text);
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  if (!session->quiet && !session->json && isatty (STDERR_FILENO))
    self->thread = g_thread_new ("progress", show, self);
  return self;
}

void
progress_end (Progress *self)
{
  g_mutex_lock (&self->lock);
  self->is_done = TRUE;
  g_cond_signal (&self->changed);
  g_mutex_unlock (&self->lock);
  if (self->thread != NULL)
    g_thread_join (self->thread);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_free (self->text);
  g_free (self);
}
