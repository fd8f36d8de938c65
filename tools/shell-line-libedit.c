/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "shell-line.h"

#include "command.h"

#include <editline/readline.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define MAX_HISTORY 1000

static Session *shell_session;  /* unowned */
static GPtrArray *candidates;   /* (owned) (nullable) of char*: for the word at the cursor */

/* --- Completion ------------------------------------------------------------------------------------------- */

static gboolean
takes_actor (const char *line)
{
  static const char *const names[] = { "ask", "exit", "listen", "status", "tell", NULL };
  g_auto (GStrv) words = g_strsplit_set (g_strchug ((char *) line), " \t", 2);

  return g_strv_contains ((const char *const *) names, words[0]);
}

static void
add_commands (void)
{
  for (const Command *command = commands; command->name != NULL; command++)
    if (!command->not_in_shell)
      g_ptr_array_add (candidates, g_strdup (command->name));
  g_ptr_array_add (candidates, g_strdup ("help"));
  g_ptr_array_add (candidates, g_strdup ("quit"));
}

static void
add_actors (void)
{
  Connection *connection = session_connect (shell_session, NULL);
  g_autoptr (GPtrArray) actors = connection != NULL ? connection->ops->list (connection, NULL) : NULL;

  for (guint i = 0; actors != NULL && i < actors->len; i++)
    {
      ActorInfo *info = g_ptr_array_index (actors, i);

      g_ptr_array_add (candidates, g_strdup (info->global_name != NULL ? info->global_name : info->address));
    }
}

/* Called with 0, 1, … until it returns NULL. */
static char *
next_candidate (const char *text,
                int         state)
{
  static guint position;

  if (state == 0)
    position = 0;
  while (position < candidates->len)
    {
      const char *candidate = g_ptr_array_index (candidates, position++);

      if (g_str_has_prefix (candidate, text))
        return strdup (candidate);
    }
  return NULL;
}

static char **
complete (const char *text,
          int         start,
          int         end)
{
  g_autofree char *line = g_strndup (rl_line_buffer, (gsize) start);

  g_clear_pointer (&candidates, g_ptr_array_unref);
  candidates = g_ptr_array_new_with_free_func (g_free);
  if (*g_strchug (line) == '\0')
    add_commands ();
  else if (takes_actor (line))
    add_actors ();
  /* no names of files */
  rl_attempted_completion_over = 1;
  return rl_completion_matches (text, next_candidate);
}

/* --- History ---------------------------------------------------------------------------------------------- */

/* Tokens stand in there: it is for nobody else. */
static char *
make_history_file (void)
{
  g_autofree char *folder = g_build_filename (g_get_user_state_dir (), "thespian", NULL);
  char *path = g_build_filename (folder, "history", NULL);
  int fd;

  g_mkdir_with_parents (folder, 0700);
  fd = open (path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0)
    close (fd);
  return path;
}

static void
remember (const char *line)
{
  HIST_ENTRY *last = history_length > 0 ? history_get (history_base + history_length - 1) : NULL;

  if (*line != '\0' && (last == NULL || strcmp (last->line, line) != 0))
    add_history (line);
}

/* --- Lines ------------------------------------------------------------------------------------------------ */

/* A Control-D that is typed while a command runs, when the terminal is not raw, becomes a NUL, to which libedit
 * gives another meaning at the begin of each line. */
static int
bind_early_end (void)
{
  return rl_parse_and_bind ("bind ^@ em-delete-or-list");
}

void
shell_line_begin (Session *session)
{
  g_autofree char *path = make_history_file ();

  shell_session = session;
  rl_readline_name = "thespian";
  rl_initialize ();
  using_history ();
  stifle_history (MAX_HISTORY);
  read_history (path);
  rl_attempted_completion_function = complete;
  rl_completer_word_break_characters = (char *) " \t\n\"'";
  rl_pre_input_hook = bind_early_end;
}

char *
shell_line_read (const char *prompt)
{
  char *line = readline (prompt);

  if (line != NULL)
    remember (line);
  return line;
}

void
shell_line_end (void)
{
  g_autofree char *path = make_history_file ();

  write_history (path);
  g_clear_pointer (&candidates, g_ptr_array_unref);
}
