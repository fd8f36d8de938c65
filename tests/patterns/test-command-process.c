/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <errno.h>
#include <signal.h>
#include <thespian.h>

#include "patterns/thespian-command-process-private.h"

/* A process without an actor around it, on the default context. */

typedef struct
{
  GMainContext *context;
  ThespianCommandProcess *process;
  GString *out;
  GString *err;
  gboolean has_ended;
} Fixture;

static void
output_cb (gpointer               owner,
           ThespianCommandChannel channel,
           gconstpointer          data,
           gsize                  size)
{
  Fixture *f = owner;

  GString *text = channel == THESPIAN_COMMAND_CHANNEL_STDOUT ? f->out : f->err;

  g_string_append_len (text, data, (gssize) size);
}

static void
ended_cb (gpointer owner)
{
  Fixture *f = owner;

  g_assert_false (f->has_ended);
  f->has_ended = TRUE;
}

static const ThespianCommandProcessFuncs funcs = { output_cb, ended_cb };

static void
set_up (Fixture      *f,
        gconstpointer data)
{
  f->context = g_main_context_new ();
  g_main_context_push_thread_default (f->context);
  f->out = g_string_new (NULL);
  f->err = g_string_new (NULL);
}

static void
tear_down (Fixture      *f,
           gconstpointer data)
{
  g_clear_pointer (&f->process, thespian_command_process_free);
  g_main_context_pop_thread_default (f->context);
  g_main_context_unref (f->context);
  g_string_free (f->out, TRUE);
  g_string_free (f->err, TRUE);
}

static void
start_full (Fixture    *f,
            const char *script,
            GBytes     *input,
            guint64     limit,
            gboolean    streaming)
{
  const char *const arguments[] = { "-c", script, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (ThespianCommand) command = NULL;

  command = thespian_command_new_full ("sh", arguments, input, -1, limit, limit, streaming);
  f->process = thespian_command_process_start (command, &funcs, f, &error);
  g_assert_no_error (error);
  g_assert_nonnull (f->process);
}

static void
start (Fixture    *f,
       const char *script)
{
  start_full (f, script, NULL, 1000, TRUE);
}

static ThespianCommandResult *
await_result (Fixture *f)
{
  while (!f->has_ended)
    g_main_context_iteration (f->context, TRUE);

  return thespian_command_process_dup_result (f->process);
}

static void
assert_text (GBytes     *bytes,
             const char *text)
{
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), text, strlen (text));
}

static gboolean
is_alive (int pid)
{
  return kill (pid, 0) == 0 || errno != ESRCH;
}

/* A process that others have started is reaped by whoever inherits it. */
static void
await_death (int pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", pid);

  while (is_alive (pid))
    {
      g_autofree char *stat = NULL;

      if (g_file_get_contents (path, &stat, NULL, NULL) && strstr (stat, ") Z ") != NULL)
        return;
      g_thread_yield ();
    }
}

static void
test_exit_status (Fixture      *f,
                  gconstpointer data)
{
  g_autoptr (ThespianCommandResult) result = NULL;

  start (f, "echo out; echo err >&2; exit 7");
  result = await_result (f);
  g_assert_cmpint (thespian_command_result_get_exit_status (result), ==, 7);
  g_assert_cmpint (thespian_command_result_get_term_signal (result), ==, 0);
  assert_text (thespian_command_result_get_stdout (result), "out\n");
  assert_text (thespian_command_result_get_stderr (result), "err\n");
  g_assert_cmpstr (f->out->str, ==, "out\n");
  g_assert_cmpstr (f->err->str, ==, "err\n");
}

static void
test_signal (Fixture      *f,
             gconstpointer data)
{
  g_autoptr (ThespianCommandResult) result = NULL;

  start (f, "kill -USR1 $$");
  result = await_result (f);
  g_assert_cmpint (thespian_command_result_get_exit_status (result), ==, -1);
  g_assert_cmpint (thespian_command_result_get_term_signal (result), ==, SIGUSR1);
}

/* Many programs that end at once: the race for the process id and for the end. */
static void
test_quick_ends (Fixture      *f,
                 gconstpointer data)
{
  g_autoptr (ThespianCommand) command = thespian_command_new ("true", NULL);

  for (guint i = 0; i < 100; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (ThespianCommandResult) result = NULL;

      f->has_ended = FALSE;
      f->process = thespian_command_process_start (command, &funcs, f, &error);
      g_assert_no_error (error);
      g_assert_cmpint (thespian_command_process_get_pid (f->process), >, 1);
      result = await_result (f);
      g_assert_cmpint (thespian_command_result_get_exit_status (result), ==, 0);
      g_clear_pointer (&f->process, thespian_command_process_free);
    }
}

static void
test_large_input (Fixture      *f,
                  gconstpointer data)
{
  const gsize size = 3000000;
  g_autofree char *text = g_malloc (size);
  g_autoptr (GBytes) input = NULL;
  g_autoptr (ThespianCommandResult) result = NULL;

  memset (text, 'x', size);
  input = g_bytes_new_static (text, size);
  start_full (f, "wc -c; echo done", input, 1000, FALSE);
  result = await_result (f);
  assert_text (thespian_command_result_get_stdout (result), "3000000\ndone\n");
}

/* The program does not want its input: no signal for us, and no failure. */
static void
test_unwanted_input (Fixture      *f,
                     gconstpointer data)
{
  const gsize size = 3000000;
  g_autofree char *text = g_malloc0 (size);
  g_autoptr (GBytes) input = g_bytes_new_static (text, size);
  g_autoptr (ThespianCommandResult) result = NULL;

  start_full (f, "exec <&-; echo no", input, 1000, FALSE);
  result = await_result (f);
  g_assert_cmpint (thespian_command_result_get_exit_status (result), ==, 0);
  assert_text (thespian_command_result_get_stdout (result), "no\n");
}

static void
test_empty_input (Fixture      *f,
                  gconstpointer data)
{
  g_autoptr (GBytes) input = g_bytes_new_static ("", 0);
  g_autoptr (ThespianCommandResult) result = NULL;

  start_full (f, "cat; echo end", input, 1000, FALSE);
  result = await_result (f);
  assert_text (thespian_command_result_get_stdout (result), "end\n");
}

/* Without input there is nothing to read, and nobody to wait for. */
static void
test_no_input (Fixture      *f,
               gconstpointer data)
{
  g_autoptr (ThespianCommandResult) result = NULL;

  start (f, "cat; echo end");
  result = await_result (f);
  assert_text (thespian_command_result_get_stdout (result), "end\n");
}

static void
test_limits (Fixture      *f,
             gconstpointer data)
{
  g_autoptr (ThespianCommandResult) result = NULL;

  start_full (f,
              "printf abc; head -c 1000000 /dev/zero | tr '\\0' x; printf def;"
              "printf 123456789 >&2",
              NULL, 3, FALSE);
  result = await_result (f);
  assert_text (thespian_command_result_get_stdout (result), "abcdef");
  g_assert_cmpuint (thespian_command_result_get_stdout_dropped (result), ==, 1000000);
  assert_text (thespian_command_result_get_stderr (result), "123789");
  g_assert_cmpuint (thespian_command_result_get_stderr_dropped (result), ==, 3);
  g_assert_cmpuint (f->out->len, ==, 0);
}

static void
test_terminate (Fixture      *f,
                gconstpointer data)
{
  g_autoptr (ThespianCommandResult) result = NULL;
  gint64 start_time = g_get_monotonic_time ();

  start (f, "echo $$; exec sleep 1000");
  while (f->out->len == 0)
    g_main_context_iteration (f->context, TRUE);
  thespian_command_process_terminate (f->process);
  result = await_result (f);
  g_assert_cmpint (thespian_command_result_get_term_signal (result), ==, SIGTERM);
  g_assert_cmpint (g_get_monotonic_time () - start_time, <, 100 * G_TIME_SPAN_SECOND);
  g_assert_false (is_alive (atoi (f->out->str)));
}

static void
test_terminate_stubborn (Fixture      *f,
                         gconstpointer data)
{
  g_autoptr (ThespianCommandResult) result = NULL;
  gint64 start_time;

  start (f, "trap '' TERM; echo $$; while :; do sleep 1; done");
  while (f->out->len == 0)
    g_main_context_iteration (f->context, TRUE);
  start_time = g_get_monotonic_time ();
  thespian_command_process_terminate (f->process);
  result = await_result (f);
  g_assert_cmpint (thespian_command_result_get_term_signal (result), ==, SIGKILL);
  g_assert_cmpint (g_get_monotonic_time () - start_time, >=, 2 * G_TIME_SPAN_SECOND - 10000);
  g_assert_false (is_alive (atoi (f->out->str)));
}

/* What the program left in its group goes with it; its output is read first. */
static void
test_leftovers (Fixture      *f,
                gconstpointer data)
{
  g_autoptr (ThespianCommandResult) result = NULL;
  int left;

  start (f, "sleep 1000 >/dev/null 2>&1 & echo $!");
  result = await_result (f);
  left = atoi (f->out->str);
  g_assert_cmpint (left, >, 1);
  g_assert_cmpint (thespian_command_result_get_exit_status (result), ==, 0);
  g_clear_pointer (&f->process, thespian_command_process_free);
  await_death (left);
}

/* Somebody holds the output open for ever: after a while nobody waits for that. */
static void
test_open_output (Fixture      *f,
                  gconstpointer data)
{
  g_autoptr (ThespianCommandResult) result = NULL;
  char **lines;
  int left;

  start (f, "setsid sh -c 'echo $$; exec sleep 1000' & sleep 0.1; echo end");
  result = await_result (f);
  g_assert_cmpint (thespian_command_result_get_exit_status (result), ==, 0);
  lines = g_strsplit (f->out->str, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 3);
  g_assert_true (g_strv_contains ((const char *const *) lines, "end"));
  left = atoi (g_str_equal (lines[0], "end") ? lines[1] : lines[0]);
  g_assert_cmpint (kill (left, SIGKILL), ==, 0);
  g_strfreev (lines);
}

/* An actor that is gone leaves no process behind, and nothing on its context. */
static void
test_free_while_running (Fixture      *f,
                         gconstpointer data)
{
  int program, child;
  char *end;

  start (f, "trap '' TERM; sleep 1000 & echo $$ $!; wait");
  while (strchr (f->out->str, '\n') == NULL)
    g_main_context_iteration (f->context, TRUE);
  program = (int) strtol (f->out->str, &end, 10);
  child = (int) strtol (end, NULL, 10);
  g_assert_true (is_alive (program) && is_alive (child));

  g_clear_pointer (&f->process, thespian_command_process_free);
  g_assert_false (is_alive (program));
  await_death (child);
  while (g_main_context_iteration (f->context, FALSE))
    ;
  g_assert_false (f->has_ended);
}

static void
test_kill_and_result (Fixture      *f,
                      gconstpointer data)
{
  g_autoptr (ThespianCommandResult) result = NULL;

  start (f, "echo before; exec sleep 1000");
  while (f->out->len == 0)
    g_main_context_iteration (f->context, TRUE);
  thespian_command_process_kill (f->process);
  result = thespian_command_process_dup_result (f->process);
  g_assert_cmpint (thespian_command_result_get_term_signal (result), ==, SIGKILL);
  assert_text (thespian_command_result_get_stdout (result), "before\n");
  g_assert_false (f->has_ended);
}

static void
test_no_program (Fixture      *f,
                 gconstpointer data)
{
  static const char *const programs[] = {
    "/nonexistent/program",
    "no-such-program-at-all",
    "",
    "/etc/passwd",
  };

  for (guint i = 0; i < G_N_ELEMENTS (programs); i++)
    {
      g_autoptr (ThespianCommand) command = thespian_command_new (programs[i], NULL);
      g_autoptr (GError) error = NULL;

      g_assert_null (thespian_command_process_start (command, &funcs, f, &error));
      g_assert_nonnull (error);
      g_test_message ("%s", error->message);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) \
  g_test_add ("/command-process/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("exit-status", test_exit_status);
  ADD ("signal", test_signal);
  ADD ("quick-ends", test_quick_ends);
  ADD ("large-input", test_large_input);
  ADD ("unwanted-input", test_unwanted_input);
  ADD ("empty-input", test_empty_input);
  ADD ("no-input", test_no_input);
  ADD ("limits", test_limits);
  ADD ("terminate", test_terminate);
  ADD ("terminate-stubborn", test_terminate_stubborn);
  ADD ("leftovers", test_leftovers);
  ADD ("open-output", test_open_output);
  ADD ("free-while-running", test_free_while_running);
  ADD ("kill-and-result", test_kill_and_result);
  ADD ("no-program", test_no_program);
#undef ADD

  return g_test_run ();
}
