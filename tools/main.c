/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* thespian: actor systems from the shell. */

#include "config.h"

#include "charset.h"
#include "command.h"
#include "demo/flags.h"
#include "demo/translations.h"
#include "input.h"
#include "tool-error.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char *
list_commands (void)
{
  g_autoptr (GString) text = g_string_new (_ ("Commands:"));

  for (const Command *command = commands; command->name != NULL; command++)
    g_string_append_printf (text, "\n  %-12s %s", command->name, _ (command->summary));
  g_string_append_printf (text, "\n\n%s\n\n%s", _ ("`thespian COMMAND --help` has the options of each."),
                          _ ("Exit status: 0 done, 1 failed, 2 bad arguments, 3 no system there, 4 no such actor,\n"
                             "5 no answer, 6 an actor failed with the message."));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* A full disk is heard of now at the latest, also by who only wanted help: that is where GOption ends the program. */
static void
check_output_at_exit (void)
{
  g_autoptr (GError) error = NULL;

  if (fflush (stdout) == 0 && !ferror (stdout))
    return;
  error = g_error_new_literal (TOOL_ERROR, TOOL_ERROR_FAILED, _ ("the output cannot be written"));
  tool_error_print (error);
  _exit (TOOL_ERROR_FAILED);
}

static gboolean
print_version (const char *name,
               const char *value,
               gpointer    data,
               GError    **error)
{
  printf ("thespian %s\n", PACKAGE_VERSION);
  exit (0);
}

/* Those before the command; the command reads its own. */
static gboolean
parse_first_options (Session *session,
                     int     *argc,
                     char  ***argv,
                     GError **error)
{
  g_autoptr (GOptionContext) context = g_option_context_new (_ ("COMMAND [ARGUMENT…]"));
  g_autofree char *description = list_commands ();
  const GOptionEntry entries[] = {
    { "version", 0, G_OPTION_FLAG_NO_ARG, G_OPTION_ARG_CALLBACK, print_version, N_ ("Print the version"), NULL },
    G_OPTION_ENTRY_NULL
  };

  g_option_context_set_strict_posix (context, TRUE);
  g_option_context_set_summary (context, _ ("Starts actor systems, and talks to those that run."));
  g_option_context_set_description (context, description);
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  session_add_options (session, context);
  return flags_check (entries, *argc, *argv, error) && session_check_flags (session, *argc, *argv, error) &&
         g_option_context_parse (context, argc, argv, error);
}

static gboolean
run (Session *session,
     int      argc,
     char   **argv,
     GError **error)
{
  if (!input_check_words (argc, argv, error) || !parse_first_options (session, &argc, &argv, error))
    return FALSE;
  if (argc > 1)
    return command_run (session, argc - 1, argv + 1, error);
  g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE, _ ("which command? `thespian --help` lists those there are"));
  return FALSE;
}

int
main (int    argc,
      char **argv)
{
  Session session = { 0, };
  g_autoptr (GError) error = NULL;
  int status = 0;

  charset_choose ();
  translations_find ();
  g_set_prgname ("thespian");
  atexit (check_output_at_exit);
  session_init (&session);
  if (!run (&session, argc, argv, &error))
    {
      if (error != NULL)
        tool_error_print (error);
      status = error != NULL ? tool_error_get_status (error) : TOOL_ERROR_FAILED;
    }
  if (session.leaves_at_once)
    _exit (status);
  session_clear (&session);
  return status;
}
