/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "session.h"

#include "demo/flags.h"
#include "text-json.h"
#include "tool-error.h"

#include <glib/gi18n.h>
#include <stdio.h>

void
session_init (Session *self)
{
  self->cancellable = g_cancellable_new ();
}

void
session_clear (Session *self)
{
  g_clear_pointer (&self->connection, connection_free);
  g_clear_pointer (&self->choice.base, g_free);
  g_clear_object (&self->cancellable);
}

static gboolean
parse_port (const char *name,
            const char *value,
            gpointer    data,
            GError    **error)
{
  Session *self = data;
  guint64 port;

  if (!g_ascii_string_to_unsigned (value, 10, 1, G_MAXUINT16, &port, NULL))
    {
      g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE, _ ("“%s” is no port: choose one from 1 to 65535"), value);
      return FALSE;
    }
  self->choice.port = (int) port;
  return TRUE;
}

typedef struct
{
  GOptionEntry of_output[3];
  GOptionEntry of_connection[5];
} Entries;

static Entries
get_entries (Session *self)
{
  return (Entries) {
    .of_output = {
      { "json", 'j', 0, G_OPTION_ARG_NONE, &self->json, N_ ("Print JSON, for programs"), NULL },
      { "quiet", 'q', 0, G_OPTION_ARG_NONE, &self->quiet, N_ ("Show no progress"), NULL },
    },
    .of_connection = {
      { "base", 'b', 0, G_OPTION_ARG_STRING, &self->choice.base,
        N_ ("tcp (default) or udp: what the system at the port talks by"), N_ ("BASE") },
      { "port", 'p', 0, G_OPTION_ARG_CALLBACK, parse_port, N_ ("Its Admin Port (default: 1900, with udp 1029)"), "N" },
      { "session", 0, 0, G_OPTION_ARG_NONE, &self->choice.session, N_ ("That of the service on the session bus"), NULL },
      { "system", 0, 0, G_OPTION_ARG_NONE, &self->choice.system, N_ ("That of the service on the system bus"), NULL },
    },
  };
}

static void
add_connection_options (Session            *self,
                        GOptionContext     *context,
                        const GOptionEntry *entries)
{
  GOptionGroup *group = g_option_group_new ("system", _ ("Which system it is:"), _ ("Show how to choose a system"), self,
                                            NULL);

  g_option_group_add_entries (group, entries);
  g_option_group_set_translation_domain (group, GETTEXT_PACKAGE);
  g_option_context_add_group (context, group);
}

void
session_add_options (Session        *self,
                     GOptionContext *context)
{
  Entries entries = get_entries (self);

  g_option_context_add_main_entries (context, entries.of_output, GETTEXT_PACKAGE);
  if (!self->is_shell)
    add_connection_options (self, context, entries.of_connection);
}

gboolean
session_check_flags (Session *self,
                     int      argc,
                     char   **argv,
                     GError **error)
{
  Entries entries = get_entries (self);

  return flags_check (entries.of_output, argc, argv, error) &&
         (self->is_shell || flags_check (entries.of_connection, argc, argv, error));
}

Connection *
session_connect (Session *self,
                 GError **error)
{
  if (self->connection == NULL && connection_choice_check (&self->choice, error))
    self->connection = connection_open (&self->choice, error);
  if (self->connection != NULL)
    g_set_object (&self->connection->cancellable, self->cancellable);
  return self->connection;
}

void
session_note_question (Session      *self,
                       const GError *error)
{
  self->leaves_at_once = !self->is_shell && error != NULL && tool_error_get_status (error) == TOOL_ERROR_NO_ANSWER;
}

void
session_print (Session    *self,
               GVariant   *details,
               const char *text)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (details);
  g_autofree char *json = self->json ? text_json_format (details) : NULL;

  printf ("%s\n", json != NULL ? json : text);
  fflush (stdout);
}
