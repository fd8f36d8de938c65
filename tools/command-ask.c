/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "command.h"
#include "exchange.h"
#include "progress.h"
#include "timeout.h"

#include <glib/gi18n.h>

static Answer *
ask (Session    *session,
     Exchange   *exchange,
     const char *actor,
     const char *text,
     GError    **error)
{
  g_autoptr (GVariant) message = exchange_parse (exchange, text, error);
  Connection *connection = message != NULL ? session_connect (session, error) : NULL;
  g_autoptr (Progress) progress = NULL;
  Answer *answer;

  if (connection == NULL)
    return NULL;
  progress = progress_begin (session, _ ("Waiting for the answer"));
  answer = connection->ops->ask (connection, actor, message, exchange->timeout, error);
  session_note_question (session, *error);
  return answer;
}

gboolean
command_ask (Session *session,
             int      argc,
             char   **argv,
             GError **error)
{
  g_auto (Exchange) exchange = EXCHANGE_INIT (TIMEOUT_DEFAULT);
  const GOptionEntry entries[] = {
    EXCHANGE_FORMAT_ENTRY (&exchange),
    EXCHANGE_TIMEOUT_ENTRY (&exchange, N_ ("How long to wait for the answer (default: 10; negative: for ever; 0: not at all)")),
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (Answer) answer = NULL;

  if (!command_parse (session, entries, 2, 2, &argc, &argv, error) || !exchange_read_options (&exchange, error))
    return FALSE;
  answer = ask (session, &exchange, argv[1], argv[2], error);
  return answer != NULL && exchange_print (&exchange, session, answer, error);
}
