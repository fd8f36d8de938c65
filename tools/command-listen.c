/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Prints what actors send to this program.  Somebody has to tell them where that is: by a message of this command, or by
 * the token that it prints. */

#include "config.h"

#include "command.h"
#include "count.h"
#include "exchange.h"
#include "text-json.h"
#include "tool-error.h"

#include <glib/gi18n.h>

/* Whether there is more to come. */
static gboolean
print_next (Session    *session,
            Exchange   *exchange,
            Connection *connection,
            GTimeSpan   timeout,
            GError    **error)
{
  g_autoptr (Answer) answer = connection->ops->listen (connection, timeout, error);

  return answer != NULL && exchange_print (exchange, session, answer, error);
}

static gboolean
print_all (Session    *session,
           Exchange   *exchange,
           Connection *connection,
           gint64      n_wanted,
           GError    **error)
{
  g_autoptr (GError) reason = NULL;
  gint64 n_printed = 0;

  while (n_printed < n_wanted)
    {
      if (!print_next (session, exchange, connection, exchange->timeout, &reason))
        break;
      n_printed++;
    }
  /* without a number, silence is the end and no failure */
  if (reason == NULL || (n_wanted == COUNT_NO_END && n_printed > 0 &&
                         g_error_matches (reason, TOOL_ERROR, TOOL_ERROR_NO_ANSWER)))
    return TRUE;
  session_note_question (session, reason);
  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}

static char *
token_to_json (const char *token)
{
  g_autoptr (GVariant) details = g_variant_ref_sink (g_variant_new_parsed ("{'token': <%s>}", token));

  return text_json_format (details);
}

/* On the standard error: the output is for answers. */
static gboolean
show_token (Session    *session,
            Connection *connection,
            GError    **error)
{
  g_autofree char *token = connection->ops->get_own_token (connection, error);
  g_autofree char *text = NULL;

  if (token == NULL)
    return FALSE;
  text = session->json ? token_to_json (token) : g_strdup_printf (_ ("What is sent to %s is printed here."), token);
  if (!session->quiet)
    g_printerr ("%s\n", text);
  return TRUE;
}

gboolean
command_listen (Session *session,
                int      argc,
                char   **argv,
                GError **error)
{
  g_auto (Exchange) exchange = EXCHANGE_INIT (-1);
  gint64 n_wanted = COUNT_NO_END;
  const GOptionEntry entries[] = {
    EXCHANGE_FORMAT_ENTRY (&exchange),
    EXCHANGE_TIMEOUT_ENTRY (&exchange, N_ ("End when nothing has come for so long (default and negative: never; 0: at once)")),
    COUNT_ENTRY ("count", &n_wanted, N_ ("End after so many messages")),
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GVariant) message = NULL;
  Connection *connection;

  if (!command_parse (session, entries, 0, 2, &argc, &argv, error) || !exchange_read_options (&exchange, error) ||
      !count_check ("count", n_wanted, error))
    return FALSE;
  if (argc == 2)
    {
      g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE, _ ("which message is “%s” to be sent?"), argv[1]);
      return FALSE;
    }
  if (argc == 3 && (message = exchange_parse (&exchange, argv[2], error)) == NULL)
    return FALSE;
  connection = session_connect (session, error);
  if (connection == NULL)
    return FALSE;
  if (message != NULL ? !connection->ops->tell (connection, argv[1], message, 0, error)
                      : !session->is_shell && !show_token (session, connection, error))
    return FALSE;
  return print_all (session, &exchange, connection, n_wanted, error);
}
