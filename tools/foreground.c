/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "foreground.h"

#include "tool-error.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#define PATIENCE (30 * G_TIME_SPAN_SECOND)

typedef struct
{
  GMainLoop *loop;
  gboolean has_ended;
  int wait_status; /* of the admin, once it has ended */
} Foreground;

static gboolean
quit (gpointer data)
{
  Foreground *self = data;

  g_main_loop_quit (self->loop);
  return G_SOURCE_CONTINUE;
}

static void
note_end (GPid     pid,
          int      wait_status,
          gpointer data)
{
  Foreground *self = data;

  self->has_ended = TRUE;
  self->wait_status = wait_status;
  g_main_loop_quit (self->loop);
}

static gboolean
find_admin (Connection *connection,
            GPid       *ret_pid,
            GError    **error)
{
  g_autoptr (GVariant) status = connection->ops->get_status (connection, NULL, PATIENCE, error);

  return status != NULL && g_variant_lookup (status, "process-id", "i", ret_pid);
}

/* By another program that stopped the system, or by what should not have come to it. */
static gboolean
check_end (int      wait_status,
           GError **error)
{
  if (WIFEXITED (wait_status) && WEXITSTATUS (wait_status) == 0)
    return TRUE;
  if (WIFSIGNALED (wait_status))
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_UNREACHABLE, _ ("the system is lost: its admin was ended by a signal: %s"),
                 g_strsignal (WTERMSIG (wait_status)));
  else
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_UNREACHABLE, _ ("the system is lost: its admin ended with status %d"),
                 WEXITSTATUS (wait_status));
  return FALSE;
}

void
foreground_prepare (void)
{
  prctl (PR_SET_CHILD_SUBREAPER, 1);
}

gboolean
foreground_run (Connection *connection,
                GError    **error)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Foreground self = { .loop = loop };
  guint sources[] = {
    g_unix_signal_add (SIGINT, quit, &self),
    g_unix_signal_add (SIGTERM, quit, &self),
    g_unix_signal_add (SIGHUP, quit, &self),
  };
  GPid admin;
  gboolean is_there = find_admin (connection, &admin, error);

  if (is_there)
    {
      g_child_watch_add (admin, note_end, &self);
      g_main_loop_run (loop);
    }
  for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
    g_source_remove (sources[i]);
  if (!is_there)
    return FALSE;
  return self.has_ended ? check_end (self.wait_status, error) : connection->ops->shutdown (connection, error);
}
