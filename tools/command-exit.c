/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "command.h"
#include "timeout.h"

#include <glib/gi18n.h>

gboolean
command_exit (Session *session,
              int      argc,
              char   **argv,
              GError **error)
{
  gboolean only_it = FALSE;
  double seconds = TIMEOUT_DEFAULT;
  GTimeSpan timeout;
  const GOptionEntry entries[] = {
    { "not-recursive", 'n', 0, G_OPTION_ARG_NONE, &only_it, N_ ("Leave its children alive"), NULL },
    { "timeout", 't', 0, G_OPTION_ARG_DOUBLE, &seconds, TIMEOUT_TAKEN_TEXT, N_ ("SECONDS") },
    G_OPTION_ENTRY_NULL
  };
  Connection *connection;
  gboolean good;

  if (!command_parse (session, entries, 1, 1, &argc, &argv, error) || !timeout_from_seconds (seconds, &timeout, error))
    return FALSE;
  connection = session_connect (session, error);
  if (connection == NULL)
    return FALSE;
  good = connection->ops->send_exit (connection, argv[1], !only_it, timeout, error);
  session_note_question (session, *error);
  return good;
}
