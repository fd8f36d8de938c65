/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Watching file descriptors for an actor: one source in the node's context, which lives until the
 * actor's next message.  It fires once: then the ready ones travel to the actor as a message, in
 * its turn, and whatever the actor handles first ends the watch.
 */

#include "config.h"

#include "runtime/thespian-cell-private.h"

#include "model/thespian-value-private.h"
#include "model/thespian-watch-message-private.h"

#include <fcntl.h>

typedef struct
{
  GSource source;
  ThespianCell *cell; /* unowned: the cell destroys the source before it goes */
  GArray *fds;        /* (owned) of int */
  GArray *tags;       /* (owned) of gpointer; NULL for one that turned out invalid */
} WatchSource;

static GIOCondition
query (WatchSource *self,
       guint        i)
{
  gpointer tag = g_array_index (self->tags, gpointer, i);

  return tag != NULL ? g_source_query_unix_fd (&self->source, tag) : 0;
}

/* A descriptor that was closed meanwhile would be ready for ever. */
static void
drop_invalid (WatchSource *self)
{
  for (guint i = 0; i < self->fds->len; i++)
    if (query (self, i) & G_IO_NVAL)
      {
        g_source_remove_unix_fd (&self->source, g_array_index (self->tags, gpointer, i));
        g_array_index (self->tags, gpointer, i) = NULL;
      }
}

static gboolean
watch_check (GSource *source)
{
  WatchSource *self = (WatchSource *) source;

  drop_invalid (self);
  for (guint i = 0; i < self->fds->len; i++)
    if (query (self, i) != 0)
      return TRUE;
  return FALSE;
}

static gboolean
watch_dispatch (GSource    *source,
                GSourceFunc callback,
                gpointer    user_data)
{
  WatchSource *self = (WatchSource *) source;
  g_autoptr (GArray) ready = g_array_new (FALSE, FALSE, sizeof (int));
  GValue message = G_VALUE_INIT;

  for (guint i = 0; i < self->fds->len; i++)
    if (query (self, i) != 0)
      g_array_append_val (ready, g_array_index (self->fds, int, i));
  if (ready->len == 0)
    return G_SOURCE_CONTINUE;

  g_value_init (&message, THESPIAN_TYPE_WATCH_MESSAGE);
  g_value_take_object (&message, thespian_watch_message_new ((const int *) ready->data, ready->len));
  self->cell->extras->watch_message = g_value_get_object (&message);
  thespian_cell_enqueue_own (self->cell, THESPIAN_ENVELOPE_WATCH, &message);
  return G_SOURCE_REMOVE;
}

static void
watch_finalize (GSource *source)
{
  WatchSource *self = (WatchSource *) source;

  g_array_unref (self->fds);
  g_array_unref (self->tags);
}

static GSourceFuncs watch_source_funcs = {
  .check = watch_check,
  .dispatch = watch_dispatch,
  .finalize = watch_finalize,
};

static GSource *
watch_source_new (ThespianCell *cell)
{
  GSource *source = g_source_new (&watch_source_funcs, sizeof (WatchSource));
  WatchSource *self = (WatchSource *) source;

  self->cell = cell;
  self->fds = g_array_new (FALSE, FALSE, sizeof (int));
  self->tags = g_array_new (FALSE, FALSE, sizeof (gpointer));
  g_source_set_static_name (source, "ThespianWatch");
  return source;
}

void
thespian_cell_watch (ThespianCell *self,
                     const int    *fds,
                     gsize         n_fds)
{
  ThespianCellExtras *extras = thespian_cell_ensure_extras (self);
  gboolean is_new = extras->watch == NULL;

  if (is_new)
    extras->watch = watch_source_new (self);
  for (gsize i = 0; i < n_fds; i++)
    if (fds[i] >= 0 && fcntl (fds[i], F_GETFD) != -1)
      {
        WatchSource *source = (WatchSource *) extras->watch;
        gpointer tag = g_source_add_unix_fd (extras->watch, fds[i], G_IO_IN | G_IO_HUP | G_IO_ERR);

        g_array_append_val (source->fds, fds[i]);
        g_array_append_val (source->tags, tag);
      }
  if (is_new)
    g_source_attach (extras->watch, self->node->context);
  self->watching = TRUE;
}

/* Whether @message is what the present watch has found, not one that has ended meanwhile. */
gboolean
thespian_cell_is_watch_message (ThespianCell *self,
                                const GValue *message)
{
  return self->watching && self->extras->watch_message == g_value_get_object (message);
}

void
thespian_cell_unwatch (ThespianCell *self)
{
  self->watching = FALSE;
  if (self->extras == NULL || self->extras->watch == NULL)
    return;
  self->extras->watch_message = NULL;
  g_source_destroy (self->extras->watch);
  g_clear_pointer (&self->extras->watch, g_source_unref);
}
