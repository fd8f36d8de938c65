/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "command.h"
#include "exchange.h"
#include "timeout.h"

#include <glib/gi18n.h>

gboolean
command_tell (Session *session,
              int      argc,
              char   **argv,
              GError **error)
{
  g_auto (Exchange) exchange = EXCHANGE_INIT (TIMEOUT_DEFAULT);
  const GOptionEntry entries[] = {
    EXCHANGE_FORMAT_ENTRY (&exchange),
    EXCHANGE_TIMEOUT_ENTRY (&exchange, TIMEOUT_TAKEN_TEXT),
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GVariant) message = NULL;
  Connection *connection;
  gboolean good;

  if (!command_parse (session, entries, 2, 2, &argc, &argv, error) || !exchange_read_options (&exchange, error))
    return FALSE;
  message = exchange_parse (&exchange, argv[2], error);
  if (message == NULL)
    return FALSE;
  connection = session_connect (session, error);
  if (connection == NULL)
    return FALSE;
  good = connection->ops->tell (connection, argv[1], message, exchange.timeout, error);
  session_note_question (session, *error);
  return good;
}
