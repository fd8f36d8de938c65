/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "runtime/thespian-nested-source-private.h"

#include <string.h>

typedef struct
{
  GSource source;
  GMainContext *inner; /* (owned) */
  void (*enter) (gpointer);
  void (*leave) (gpointer);
  gpointer user_data;
  GDestroyNotify destroy;

  int max_priority; /* of what @inner has ready, between prepare and dispatch */
  GPollFD *fds;     /* (owned) what @inner polled last */
  gpointer *tags;   /* (owned) of the same in the outer context */
  int n_fds;
  int n_allocated;
} NestedSource;

static void
stop_polling (NestedSource *self)
{
  for (int i = 0; i < self->n_fds; i++)
    g_source_remove_unix_fd (&self->source, self->tags[i]);
  self->n_fds = 0;
}

static gboolean
polls_the_same (NestedSource  *self,
                const GPollFD *fds,
                int            n_fds)
{
  if (n_fds != self->n_fds)
    return FALSE;
  for (int i = 0; i < n_fds; i++)
    if (fds[i].fd != self->fds[i].fd || fds[i].events != self->fds[i].events)
      return FALSE;
  return TRUE;
}

static void
poll_instead (NestedSource  *self,
              const GPollFD *fds,
              int            n_fds)
{
  stop_polling (self);
  if (n_fds > self->n_allocated)
    {
      self->n_allocated = n_fds;
      self->fds = g_renew (GPollFD, self->fds, n_fds);
      self->tags = g_renew (gpointer, self->tags, n_fds);
    }
  for (int i = 0; i < n_fds; i++)
    {
      self->fds[i] = fds[i];
      self->tags[i] = g_source_add_unix_fd (&self->source, fds[i].fd, (GIOCondition) fds[i].events);
    }
  self->n_fds = n_fds;
}

/* Asks @inner what it would poll, and for how long. */
static int
query (NestedSource *self)
{
  GPollFD some[16];
  g_autofree GPollFD *many = NULL;
  GPollFD *fds = some;
  int n_fds, timeout;

  n_fds = g_main_context_query (self->inner, self->max_priority, &timeout, some, G_N_ELEMENTS (some));
  if (n_fds > (int) G_N_ELEMENTS (some))
    {
      fds = many = g_new (GPollFD, n_fds);
      n_fds = g_main_context_query (self->inner, self->max_priority, &timeout, fds, n_fds);
    }
  if (!polls_the_same (self, fds, n_fds))
    poll_instead (self, fds, n_fds);
  return timeout;
}

static gboolean
nested_prepare (GSource *source,
                int     *timeout)
{
  NestedSource *self = (NestedSource *) source;
  gboolean ready;

  *timeout = -1;
  if (!g_main_context_acquire (self->inner))
    return FALSE;
  ready = g_main_context_prepare (self->inner, &self->max_priority);
  *timeout = query (self);
  g_main_context_release (self->inner);
  return ready || *timeout == 0;
}

static gboolean
nested_check (GSource *source)
{
  NestedSource *self = (NestedSource *) source;
  gboolean ready;

  if (!g_main_context_acquire (self->inner))
    return FALSE;
  for (int i = 0; i < self->n_fds; i++)
    self->fds[i].revents = (gushort) g_source_query_unix_fd (source, self->tags[i]);
  ready = g_main_context_check (self->inner, self->max_priority, self->fds, self->n_fds);
  g_main_context_release (self->inner);
  return ready;
}

static gboolean
nested_dispatch (GSource    *source,
                 GSourceFunc callback,
                 gpointer    user_data)
{
  NestedSource *self = (NestedSource *) source;

  self->enter (self->user_data);
  /*
   * Not what check() found: when prepare() says that something is ready GLib does not call
   * check(), and what ran since may have driven the inner context itself.  This looks anew.
   */
  g_main_context_iteration (self->inner, FALSE);
  self->leave (self->user_data);
  return G_SOURCE_CONTINUE;
}

static void
nested_finalize (GSource *source)
{
  NestedSource *self = (NestedSource *) source;

  self->destroy (self->user_data);
  g_main_context_unref (self->inner);
  g_free (self->fds);
  g_free (self->tags);
}

static GSourceFuncs nested_source_funcs = {
  .prepare = nested_prepare,
  .check = nested_check,
  .dispatch = nested_dispatch,
  .finalize = nested_finalize,
};

GSource *
thespian_nested_source_new (GMainContext *inner,
                            void        (*enter) (gpointer),
                            void        (*leave) (gpointer),
                            gpointer      user_data,
                            GDestroyNotify destroy)
{
  GSource *source = g_source_new (&nested_source_funcs, sizeof (NestedSource));
  NestedSource *self = (NestedSource *) source;

  self->inner = g_main_context_ref (inner);
  self->enter = enter;
  self->leave = leave;
  self->user_data = user_data;
  self->destroy = destroy;
  g_source_set_static_name (source, "ThespianNestedContext");
  return source;
}
