/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Takes commands, one a line: from a terminal, or from a pipe or file. */

#include "config.h"

#include "command.h"
#include "input.h"
#include "interrupt.h"
#include "shell-line.h"
#include "tool-error.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PROMPT "thespian> "

/* --- One line --------------------------------------------------------------------------------------------- */

static void
print_help (void)
{
  for (const Command *command = commands; command->name != NULL; command++)
    if (!command->not_in_shell)
      printf ("%-12s %s\n", command->name, _ (command->summary));
  printf ("%-12s %s\n", "quit", _ ("Leave the shell"));
  fflush (stdout);
}

/* What begins anew with each command. */
static void
prepare (Session *session)
{
  g_clear_object (&session->cancellable);
  session->cancellable = g_cancellable_new ();
  if (session->connection != NULL)
    g_set_object (&session->connection->cancellable, session->cancellable);
  interrupt_cancels (session->cancellable);
}

/* A system that has ended may come back. */
static void
forget_ended (Session      *session,
              const char   *name,
              const GError *error)
{
  if (g_str_equal (name, "stop") || (error != NULL && tool_error_get_status (error) == TOOL_ERROR_UNREACHABLE))
    g_clear_pointer (&session->connection, connection_free);
}

/* GOption takes texts out of @argv without freeing them. */
static gboolean
run_words (Session *session,
           int      argc,
           char   **argv,
           GError **error)
{
  g_autofree char **words = g_memdup2 (argv, sizeof *argv * (gsize) (argc + 1));
  gboolean json = session->json;
  g_autoptr (GError) reason = NULL;
  gboolean good;

  prepare (session);
  good = command_run (session, argc, words, &reason);
  interrupt_cancels (NULL);
  forget_ended (session, argv[0], reason);
  session->json = json;
  if (g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_FAILED, _ ("interrupted"));
  else if (reason != NULL)
    g_propagate_error (error, g_steal_pointer (&reason));
  return good || (error != NULL && *error == NULL);
}

/* @ret_quits: the shell is to end. */
static gboolean
run_line (Session    *session,
          const char *line,
          gsize       length,
          gboolean   *ret_quits,
          GError    **error)
{
  g_auto (GStrv) words = NULL;
  g_autoptr (GError) reason = NULL;
  int n;

  if (!input_check (line, length, error))
    return FALSE;
  if (!g_shell_parse_argv (line, &n, &words, &reason))
    {
      if (g_error_matches (reason, G_SHELL_ERROR, G_SHELL_ERROR_EMPTY_STRING))
        return TRUE;
      g_set_error_literal (error, TOOL_ERROR, TOOL_ERROR_USAGE, reason->message);
      return FALSE;
    }
  *ret_quits = g_str_equal (words[0], "quit");
  if (*ret_quits)
    return TRUE;
  if (!g_str_equal (words[0], "help"))
    return run_words (session, n, words, error);
  print_help ();
  return TRUE;
}

/* --- All lines -------------------------------------------------------------------------------------------- */

static void
run_terminal (Session *session)
{
  gboolean quits = FALSE;
  char *line;

  interrupt_catch ();
  shell_line_begin (session);
  while (!quits && (line = shell_line_read (PROMPT)) != NULL)
    {
      g_autoptr (GError) error = NULL;

      if (!run_line (session, line, strlen (line), &quits, &error))
        tool_error_print (error);
      free (line);
    }
  if (!quits)
    printf ("\n");
  shell_line_end ();
}

/* Ends at the first command that fails, unless it @goes_on. */
static gboolean
run_pipe (Session *session,
          gboolean goes_on,
          GError **error)
{
  char *line = NULL;
  size_t size = 0;
  gssize length;
  gboolean quits = FALSE;
  gboolean good = TRUE;

  while (good && !quits && (length = getline (&line, &size, stdin)) >= 0)
    {
      g_autoptr (GError) reason = NULL;

      if (length > 0 && line[length - 1] == '\n')
        line[--length] = '\0';
      if (run_line (session, line, (gsize) length, &quits, &reason))
        continue;
      good = goes_on;
      if (good)
        tool_error_print (reason);
      else
        g_propagate_error (error, g_steal_pointer (&reason));
    }
  good = good && (quits || input_check_end (error));
  free (line);
  return good;
}

gboolean
command_shell (Session *session,
               int      argc,
               char   **argv,
               GError **error)
{
  gboolean goes_on = FALSE;
  const GOptionEntry entries[] = {
    { "keep-going", 'k', 0, G_OPTION_ARG_NONE, &goes_on, N_ ("Go on after a command that failed, also from a pipe"), NULL },
    G_OPTION_ENTRY_NULL
  };

  if (!command_parse (session, entries, 0, 0, &argc, &argv, error) || !connection_choice_check (&session->choice, error))
    return FALSE;
  session->is_shell = TRUE;
  if (!isatty (STDIN_FILENO))
    return run_pipe (session, goes_on, error);
  run_terminal (session);
  return TRUE;
}
