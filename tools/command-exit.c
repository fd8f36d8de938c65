/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "command.h"

#include <glib/gi18n.h>

gboolean
command_exit (Session *session,
              int      argc,
              char   **argv,
              GError **error)
{
  gboolean only_it = FALSE;
  const GOptionEntry entries[] = {
    { "not-recursive", 'n', 0, G_OPTION_ARG_NONE, &only_it, N_ ("Leave its children alive"), NULL },
    G_OPTION_ENTRY_NULL
  };
  Connection *connection;

  if (!command_parse (session, entries, 1, 1, &argc, &argv, error))
    return FALSE;
  connection = session_connect (session, error);
  return connection != NULL && connection->ops->send_exit (connection, argv[1], !only_it, error);
}
