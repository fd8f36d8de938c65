/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "command.h"
#include "details.h"
#include "timeout.h"

#include <glib/gi18n.h>

gboolean
command_status (Session *session,
                int      argc,
                char   **argv,
                GError **error)
{
  double seconds = TIMEOUT_DEFAULT;
  GTimeSpan timeout;
  const GOptionEntry entries[] = {
    { "timeout", 't', 0, G_OPTION_ARG_DOUBLE, &seconds,
      N_ ("How long to wait for it (default: 10; negative: for ever; 0: not at all)"), N_ ("SECONDS") },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GVariant) details = NULL;
  g_autofree char *text = NULL;
  Connection *connection;

  if (!command_parse (session, entries, 0, 1, &argc, &argv, error) || !timeout_from_seconds (seconds, &timeout, error))
    return FALSE;
  connection = session_connect (session, error);
  if (connection == NULL)
    return FALSE;
  details = connection->ops->get_status (connection, argc > 1 ? argv[1] : NULL, timeout, error);
  session_note_question (session, *error);
  if (details == NULL)
    return FALSE;
  text = details_to_text (details);
  session_print (session, details, text);
  return TRUE;
}
