/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "command.h"
#include "exchange.h"

#include <glib/gi18n.h>

gboolean
command_tell (Session *session,
              int      argc,
              char   **argv,
              GError **error)
{
  g_auto (Exchange) exchange = EXCHANGE_INIT (-1);
  const GOptionEntry entries[] = { EXCHANGE_FORMAT_ENTRY (&exchange), G_OPTION_ENTRY_NULL };
  g_autoptr (GVariant) message = NULL;
  Connection *connection;

  if (!command_parse (session, entries, 2, 2, &argc, &argv, error) || !exchange_read_options (&exchange, error))
    return FALSE;
  message = exchange_parse (&exchange, argv[2], error);
  if (message == NULL)
    return FALSE;
  connection = session_connect (session, error);
  return connection != NULL && connection->ops->tell (connection, argv[1], message, error);
}
