/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "foreground.h"

#include <glib-unix.h>
#include <signal.h>

/* How often it is looked whether the system is there: nothing tells. */
#define INTERVAL 1
#define PATIENCE (30 * G_TIME_SPAN_SECOND)

typedef struct
{
  GMainLoop *loop;
  Connection *connection;
  gboolean has_ended;
} Foreground;

static gboolean
quit (gpointer data)
{
  Foreground *self = data;

  g_main_loop_quit (self->loop);
  return G_SOURCE_CONTINUE;
}

static gboolean
check (gpointer data)
{
  Foreground *self = data;
  g_autoptr (GVariant) status = self->connection->ops->get_status (self->connection, NULL, PATIENCE, NULL);

  if (status != NULL)
    return G_SOURCE_CONTINUE;
  self->has_ended = TRUE;
  g_main_loop_quit (self->loop);
  return G_SOURCE_REMOVE;
}

gboolean
foreground_run (Connection *connection,
                GError    **error)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Foreground self = { loop, connection, FALSE };
  guint sources[] = {
    g_unix_signal_add (SIGINT, quit, &self),
    g_unix_signal_add (SIGTERM, quit, &self),
    g_unix_signal_add (SIGHUP, quit, &self),
  };
  guint check_id = g_timeout_add_seconds (INTERVAL, check, &self);

  g_main_loop_run (loop);
  for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
    g_source_remove (sources[i]);
  if (self.has_ended)
    return TRUE;
  g_source_remove (check_id);
  return connection->ops->shutdown (connection, error);
}
