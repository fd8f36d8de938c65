/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "command.h"
#include "progress.h"

#include <glib/gi18n.h>

gboolean
command_stop (Session *session,
              int      argc,
              char   **argv,
              GError **error)
{
  g_autoptr (Progress) progress = NULL;
  Connection *connection;

  if (!command_parse (session, NULL, 0, 0, &argc, &argv, error))
    return FALSE;
  connection = session_connect (session, error);
  if (connection == NULL)
    return FALSE;
  progress = progress_begin (session, _ ("The actors end"));
  if (!connection->ops->shutdown (connection, error))
    return FALSE;
  if (session->json)
    session_print (session, g_variant_new_parsed ("{'stopped': <true>}"), NULL);
  return TRUE;
}
