/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "terminal.h"

#include "tool-error.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#define ENTER "\033[?1049h\033[?25l"
#define LEAVE "\033[?25h\033[?1049l"
#define HOME "\033[H"
#define ERASE_LINE "\033[K"
#define ERASE_BELOW "\033[J"

#define CONTROL_C 3
#define CONTROL_BACKSLASH 28

static const int end_signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

static struct termios saved;
static struct sigaction saved_actions[G_N_ELEMENTS (end_signals)];
static gboolean is_ours;
static volatile sig_atomic_t is_told_to_end;
static volatile sig_atomic_t is_resized;

static void
note_end (int signal)
{
  is_told_to_end = 1;
}

static void
note_resize (int signal)
{
  is_resized = 1;
}

/* No SA_RESTART: who waits shall look. */
static void
catch_signals (void)
{
  struct sigaction action = { .sa_handler = note_end };

  for (guint i = 0; i < G_N_ELEMENTS (end_signals); i++)
    sigaction (end_signals[i], &action, &saved_actions[i]);
  action.sa_handler = note_resize;
  sigaction (SIGWINCH, &action, NULL);
  /* stopped, we would leave the terminal as it is */
  signal (SIGTSTP, SIG_IGN);
}

static void
release_signals (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (end_signals); i++)
    sigaction (end_signals[i], &saved_actions[i], NULL);
  signal (SIGWINCH, SIG_DFL);
  signal (SIGTSTP, SIG_DFL);
}

gboolean
terminal_begin (GError **error)
{
  static gboolean ends_at_exit;
  struct termios raw;

  if (!isatty (STDIN_FILENO) || !isatty (STDOUT_FILENO) || tcgetattr (STDIN_FILENO, &saved) != 0)
    {
      g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE, _ ("this needs a terminal: choose --batch"));
      return FALSE;
    }
  if (!ends_at_exit)
    atexit (terminal_end);
  ends_at_exit = TRUE;
  is_told_to_end = is_resized = 0;
  catch_signals ();
  raw = saved;
  raw.c_lflag &= (tcflag_t) ~(ICANON | ECHO | ISIG | IEXTEN);
  raw.c_cc[VMIN] = 1;
  raw.c_cc[VTIME] = 0;
  tcsetattr (STDIN_FILENO, TCSADRAIN, &raw);
  is_ours = TRUE;
  fputs (ENTER, stdout);
  fflush (stdout);
  return TRUE;
}

void
terminal_end (void)
{
  if (!is_ours)
    return;
  is_ours = FALSE;
  fputs (LEAVE, stdout);
  fflush (stdout);
  tcsetattr (STDIN_FILENO, TCSADRAIN, &saved);
  release_signals ();
}

TerminalSize
terminal_get_size (void)
{
  struct winsize size = { 0, };

  if (ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0)
    return (TerminalSize){ 24, 80 };
  return (TerminalSize){ size.ws_row, size.ws_col };
}

void
terminal_draw (char **lines)
{
  TerminalSize size = terminal_get_size ();

  fputs (HOME, stdout);
  for (guint i = 0; lines[i] != NULL && i < size.rows; i++)
    fprintf (stdout, "%s%s" ERASE_LINE, i > 0 ? "\r\n" : "", lines[i]);
  fputs (ERASE_BELOW, stdout);
  fflush (stdout);
}

static int
read_key (void)
{
  unsigned char key;
  gssize n = read (STDIN_FILENO, &key, 1);

  if (n < 0 && (errno == EINTR || errno == EAGAIN))
    return TERMINAL_TIMEOUT;
  return n == 1 && key != CONTROL_C && key != CONTROL_BACKSLASH ? key : TERMINAL_ENDED;
}

int
terminal_wait (gint64 deadline)
{
  struct pollfd poll_fd = { STDIN_FILENO, POLLIN, 0 };

  for (;;)
    {
      gint64 left = deadline - g_get_monotonic_time ();
      int n = poll (&poll_fd, 1, (int) (MAX (left, 0) / G_TIME_SPAN_MILLISECOND));

      if (is_told_to_end)
        return TERMINAL_ENDED;
      if (is_resized)
        {
          is_resized = 0;
          return TERMINAL_RESIZED;
        }
      if (n > 0)
        return read_key ();
      if (n == 0 || errno != EINTR)
        return n == 0 ? TERMINAL_TIMEOUT : TERMINAL_ENDED;
    }
}
