/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The table of commands, and what they have in common. */

#include "config.h"

#include "command.h"
#include "demo/flags.h"
#include "tool-error.h"

#include <glib/gi18n.h>
#include <string.h>

const Command commands[] = {
  { "start", "", N_ ("Start a system"), command_start },
  { "stop", "", N_ ("End a system, with all its actors"), command_stop },
  { "status", N_ ("[ACTOR]"), N_ ("Show the status of a system, or of an actor"), command_status },
  { "list", "", N_ ("List the actors"), command_list },
  { "create", N_ ("CLASS"), N_ ("Create an actor, and print its address"), command_create },
  { "tell", N_ ("ACTOR MESSAGE"), N_ ("Send a message"), command_tell },
  { "ask", N_ ("ACTOR MESSAGE"), N_ ("Send a message, and print the answer"), command_ask },
  { "listen", N_ ("[ACTOR MESSAGE]"), N_ ("Print what actors send to this program"), command_listen },
  { "exit", N_ ("ACTOR"), N_ ("Ask an actor to exit"), command_exit },
  { "capability", N_ ("[NAME [VALUE]]"), N_ ("Show the capabilities of a system, or change one"), command_capability },
  { "log", "", N_ ("Follow the log of a system"), command_log },
  { "run", N_ ("FILE[:CLASS] [MESSAGE…]"), N_ ("Run an actor of a file, in a system of its own"), command_run_file,
    .not_in_shell = TRUE },
  { "top", "", N_ ("Watch the actors at work"), command_top },
  { "shell", "", N_ ("Take commands from a terminal or a pipe"), command_shell, .not_in_shell = TRUE },
  { NULL }
};

const Command *
command_find (const char *name)
{
  for (const Command *command = commands; command->name != NULL; command++)
    if (g_str_equal (command->name, name))
      return command;
  return NULL;
}

gboolean
command_run (Session *session,
             int      argc,
             char   **argv,
             GError **error)
{
  const Command *command = command_find (argv[0]);

  if (command == NULL)
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE, _ ("there is no command “%s”: `thespian --help` lists those there are"),
                 argv[0]);
  else if (session->is_shell && command->not_in_shell)
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE, _ ("“%s” is no command of the shell"), argv[0]);
  else
    return command->run (session, argc, argv, error);
  return FALSE;
}

static GOptionContext *
new_context (Session            *session,
             const Command      *command,
             const GOptionEntry *entries)
{
  g_autofree char *parameters = g_strconcat (command->name, *command->parameters != '\0' ? " " : "",
                                             *command->parameters != '\0' ? _ (command->parameters) : "", NULL);
  g_autofree char *summary = g_strconcat (_ (command->summary), ".", NULL);
  GOptionContext *context = g_option_context_new (parameters);

  g_option_context_set_summary (context, summary);
  if (strstr (command->parameters, "MESSAGE") != NULL || strstr (command->parameters, "VALUE") != NULL)
    g_option_context_set_description (context, _ ("A negative number stands behind “--”, which ends the options."));
  if (entries != NULL)
    g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  session_add_options (session, context);
  return context;
}

/* The help of GOption ends the program: a shell shows its own. */
static gboolean
show_help (GOptionContext *context,
           int             argc,
           char          **argv)
{
  for (int i = 1; i < argc && !g_str_equal (argv[i], "--"); i++)
    if (g_str_equal (argv[i], "--help") || g_str_equal (argv[i], "-h") || g_str_equal (argv[i], "--help-all"))
      {
        g_autofree char *help = g_option_context_get_help (context, FALSE, NULL);

        g_print ("%s", help);
        return TRUE;
      }
  return FALSE;
}

/* The options are done with; a `--' before what is left was only to say so. */
static void
drop_separator (int   *argc,
                char **argv)
{
  for (int i = 1; i < *argc; i++)
    if (g_str_equal (argv[i], "--"))
      {
        for (int j = i; j < *argc; j++)
          argv[j] = argv[j + 1];
        (*argc)--;
        return;
      }
}

/* What looks like a number is one, and no option. */
static void
explain_number (const char *command_name,
                int         argc,
                char      **argv,
                GError    **error)
{
  for (int i = 1; i < argc && !g_str_equal (argv[i], "--"); i++)
    if (argv[i][0] == '-' && g_ascii_isdigit (argv[i][1]))
      {
        g_clear_error (error);
        g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE,
                     _ ("“%s” is no option, and a negative number stands behind “--”, as in: thespian %s … -- %s"), argv[i],
                     command_name, argv[i]);
        return;
      }
}

/* @entries: (nullable) */
static gboolean
check_flags (Session            *session,
             const GOptionEntry *entries,
             int                 argc,
             char              **argv,
             GError            **error)
{
  return (entries == NULL || flags_check (entries, argc, argv, error)) &&
         session_check_flags (session, argc, argv, error);
}

gboolean
command_parse (Session            *session,
               const GOptionEntry *entries,
               int                 n_min,
               int                 n_max,
               int                *argc,
               char             ***argv,
               GError            **error)
{
  const Command *command = command_find ((*argv)[0]);
  g_autoptr (GOptionContext) context = new_context (session, command, entries);
  int n;

  if (session->is_shell)
    {
      g_option_context_set_help_enabled (context, FALSE);
      if (show_help (context, *argc, *argv))
        return FALSE;
    }
  if (!check_flags (session, entries, *argc, *argv, error))
    return FALSE;
  if (!g_option_context_parse (context, argc, argv, error))
    {
      if (g_error_matches (*error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION))
        explain_number (command->name, *argc, *argv, error);
      return FALSE;
    }
  drop_separator (argc, *argv);
  n = *argc - 1;
  if (n >= n_min && n <= n_max)
    return TRUE;
  g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE,
               n < n_min ? _ ("“%s” needs more arguments: thespian %s %s") : _ ("“%s” takes no more arguments than: thespian %s %s"),
               command->name, command->name, *command->parameters != '\0' ? _ (command->parameters) : "");
  return FALSE;
}
