/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "assignments.h"
#include "command.h"
#include "details.h"
#include "tool-error.h"

#include <glib/gi18n.h>

static gboolean
show (Session    *session,
      const char *name,
      GVariant   *capabilities,
      GError    **error)
{
  g_autoptr (GVariant) value = name != NULL ? g_variant_lookup_value (capabilities, name, NULL) : NULL;
  g_autofree char *text = NULL;

  if (name == NULL)
    {
      text = details_to_text (capabilities);
      session_print (session, capabilities, text);
      return TRUE;
    }
  if (value == NULL)
    {
      g_set_error (error, TOOL_ERROR, TOOL_ERROR_FAILED, _ ("the system has no capability “%s”"), name);
      return FALSE;
    }
  text = details_value_to_text (value);
  session_print (session, value, text);
  return TRUE;
}

static gboolean
run (Connection *connection,
     Session    *session,
     const char *name,
     const char *text,
     gboolean    removes,
     GError    **error)
{
  g_autoptr (GVariant) capabilities = NULL;
  g_autoptr (GVariant) value = NULL;

  if (text != NULL && (value = assignment_parse_value (name, text, error)) == NULL)
    return FALSE;
  if (removes || text != NULL)
    return connection->ops->update_capability (connection, name, value, error);
  capabilities = connection->ops->get_capabilities (connection, error);
  return capabilities != NULL && show (session, name, capabilities, error);
}

gboolean
command_capability (Session *session,
                    int      argc,
                    char   **argv,
                    GError **error)
{
  gboolean removes = FALSE;
  const GOptionEntry entries[] = {
    { "remove", 'r', 0, G_OPTION_ARG_NONE, &removes, N_ ("Remove it"), NULL },
    G_OPTION_ENTRY_NULL
  };
  Connection *connection;

  if (!command_parse (session, entries, 0, 2, &argc, &argv, error))
    return FALSE;
  if (removes && argc != 2)
    {
      g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE, _ ("--remove needs the name of a capability, and no value"));
      return FALSE;
    }
  connection = session_connect (session, error);
  return connection != NULL && run (connection, session, argc > 1 ? argv[1] : NULL, argc > 2 ? argv[2] : NULL, removes,
                                    error);
}
