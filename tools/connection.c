/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "connection.h"

#include "tool-error.h"

#include <glib/gi18n.h>

static const struct
{
  const char *short_name;
  const char *name;
} bases[] = {
  { "tcp", "multiprocTCPBase" },
  { "udp", "multiprocUDPBase" },
};

const char *
connection_choice_get_base (const ConnectionChoice *choice)
{
  if (choice->base == NULL)
    return bases[0].name;
  for (guint i = 0; i < G_N_ELEMENTS (bases); i++)
    if (g_ascii_strcasecmp (choice->base, bases[i].short_name) == 0)
      return bases[i].name;
  return choice->base;
}

gboolean
connection_choice_check (const ConnectionChoice *choice,
                         GError                **error)
{
  if (choice->session && choice->system)
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE, _ ("--session and --system exclude each other"));
  else if ((choice->session || choice->system) && (choice->base != NULL || choice->port != 0))
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE,
                 _ ("a system is reached by its port or over D-Bus: leave out --base and --port, or the bus"));
  else
    return TRUE;
  return FALSE;
}

Connection *
connection_open (const ConnectionChoice *choice,
                 GError                **error)
{
  if (choice->session || choice->system)
    return connection_open_bus (choice->system, error);
  return connection_open_port (choice, error);
}

void
connection_free (Connection *self)
{
  g_clear_object (&self->cancellable);
  self->ops->free (self);
}

void
connection_set_no_answer (GError   **error,
                          const char *actor,
                          gint64      begin,
                          GTimeSpan   timeout)
{
  if (timeout < 0 || g_get_monotonic_time () - begin < timeout)
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_NO_ACTOR, _ ("there is no actor “%s” any more"), actor);
  else
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_NO_ANSWER, _ ("there was no answer"));
}

void
actor_info_free (ActorInfo *self)
{
  g_free (self->address);
  g_free (self->token);
  g_free (self->class_name);
  g_free (self->parent);
  g_free (self->global_name);
  g_free (self);
}
