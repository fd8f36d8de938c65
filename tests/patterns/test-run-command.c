/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <errno.h>
#include <signal.h>

#include "pattern-test.h"

static ThespianCommand *
new_script (const char *script)
{
  const char *const arguments[] = { "-c", script, NULL };

  return thespian_command_new ("sh", arguments);
}

static ThespianAddress *
create_runner (ThespianActorSystem *system)
{
  return pattern_create (system, THESPIAN_TYPE_RUN_COMMAND, NULL);
}

static gpointer
take_report (ThespianActorSystem *system,
             GType                type,
             ThespianCommand     *command)
{
  ThespianCommandReport *report = pattern_take (pattern_listen (system), type);

  g_assert_true (thespian_command_report_get_command (report) == command);
  return report;
}

static int
take_started (ThespianActorSystem *system,
              ThespianCommand     *command)
{
  g_autoptr (ThespianCommandStarted) started = NULL;

  started = take_report (system, THESPIAN_TYPE_COMMAND_STARTED, command);
  return thespian_command_started_get_pid (started);
}

static void
assert_text (GBytes     *bytes,
             const char *text)
{
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), text, strlen (text));
}

static void
take_output (ThespianActorSystem *system,
             ThespianCommand     *command,
             const char          *text)
{
  g_autoptr (ThespianCommandResult) result = NULL;

  result = take_report (system, THESPIAN_TYPE_COMMAND_RESULT, command);
  assert_text (thespian_command_result_get_stdout (result), text);
}

static void
take_failure (ThespianActorSystem   *system,
              ThespianCommand       *command,
              ThespianCommandFailure failure,
              gboolean               has_result)
{
  g_autoptr (ThespianCommandError) error = NULL;

  error = take_report (system, THESPIAN_TYPE_COMMAND_ERROR, command);
  g_test_message ("%s", thespian_command_error_get_details (error));
  g_assert_cmpint (thespian_command_error_get_failure (error), ==, failure);
  g_assert_nonnull (thespian_command_error_get_details (error));
  g_assert_cmpint (thespian_command_error_get_result (error) != NULL, ==, has_result);
}

static void
test_result (ThespianActorSystem *system)
{
  g_autoptr (ThespianAddress) runner = create_runner (system);
  g_autoptr (ThespianCommand) command = new_script ("echo out; echo err >&2; exit 3");
  g_autoptr (ThespianCommandResult) result = NULL;

  pattern_tell (system, runner, g_object_ref (command));
  g_assert_cmpint (take_started (system, command), >, 1);
  result = take_report (system, THESPIAN_TYPE_COMMAND_RESULT, command);
  g_assert_cmpint (thespian_command_result_get_exit_status (result), ==, 3);
  assert_text (thespian_command_result_get_stdout (result), "out\n");
  assert_text (thespian_command_result_get_stderr (result), "err\n");
}

static void
test_queue (ThespianActorSystem *system)
{
  g_autoptr (ThespianAddress) runner = create_runner (system);
  ThespianCommand *commands[5];

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autofree char *script = g_strdup_printf ("echo %u", i);

      commands[i] = new_script (script);
      pattern_tell (system, runner, g_object_ref (commands[i]));
    }
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autofree char *text = g_strdup_printf ("%u\n", i);

      take_started (system, commands[i]);
      take_output (system, commands[i], text);
      g_object_unref (commands[i]);
    }
}

static void
test_streaming (ThespianActorSystem *system)
{
  static const char *const arguments[] = {
    "-c", "echo one; echo two >&2; read answer; echo $answer", NULL
  };
  g_autoptr (ThespianAddress) runner = create_runner (system);
  g_autoptr (GBytes) input = g_bytes_new_static ("three\n", 6);
  g_autoptr (ThespianCommand) command = NULL;
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GString) err = g_string_new (NULL);

  command = thespian_command_new_full ("sh", arguments, input, -1, 1, 1, TRUE);
  pattern_tell (system, runner, g_object_ref (command));
  take_started (system, command);
  for (;;)
    {
      GValue *answer = pattern_listen (system);
      ThespianCommandOutput *output;
      ThespianCommandChannel channel;
      GBytes *data;

      if (G_VALUE_HOLDS (answer, THESPIAN_TYPE_COMMAND_RESULT))
        {
          thespian_value_free (answer);
          break;
        }
      output = pattern_take (answer, THESPIAN_TYPE_COMMAND_OUTPUT);
      channel = thespian_command_output_get_channel (output);
      data = thespian_command_output_get_data (output);
      g_string_append_len (channel == THESPIAN_COMMAND_CHANNEL_STDOUT ? out : err,
                           g_bytes_get_data (data, NULL), (gssize) g_bytes_get_size (data));
      g_object_unref (output);
    }
  g_assert_cmpstr (out->str, ==, "one\nthree\n");
  g_assert_cmpstr (err->str, ==, "two\n");
}

static void
test_not_started (ThespianActorSystem *system)
{
  g_autoptr (ThespianAddress) runner = create_runner (system);
  g_autoptr (ThespianCommand) missing = thespian_command_new ("/nonexistent/program", NULL);
  g_autoptr (ThespianCommand) next = new_script ("echo next");

  pattern_tell (system, runner, g_object_ref (missing));
  pattern_tell (system, runner, g_object_ref (next));
  take_failure (system, missing, THESPIAN_COMMAND_FAILURE_NOT_STARTED, FALSE);
  take_started (system, next);
  take_output (system, next, "next\n");
}

static void
test_timeout (ThespianActorSystem *system)
{
  static const char *const arguments[] = { "-c", "echo begun; exec sleep 1000", NULL };
  g_autoptr (ThespianAddress) runner = create_runner (system);
  g_autoptr (ThespianCommand) command = NULL;
  g_autoptr (ThespianCommandError) error = NULL;
  ThespianCommandResult *result;
  gint64 begin = g_get_monotonic_time ();

  command = thespian_command_new_full ("sh", arguments, NULL, 300 * G_TIME_SPAN_MILLISECOND,
                                       100, 100, FALSE);
  pattern_tell (system, runner, g_object_ref (command));
  take_started (system, command);
  error = take_report (system, THESPIAN_TYPE_COMMAND_ERROR, command);
  g_assert_cmpint (g_get_monotonic_time () - begin, >=, 290 * G_TIME_SPAN_MILLISECOND);
  g_assert_cmpint (thespian_command_error_get_failure (error), ==,
                   THESPIAN_COMMAND_FAILURE_TIMED_OUT);
  g_assert_nonnull (strstr (thespian_command_error_get_details (error), "0.300"));
  result = thespian_command_error_get_result (error);
  g_assert_cmpint (thespian_command_result_get_term_signal (result), ==, SIGTERM);
  assert_text (thespian_command_result_get_stdout (result), "begun\n");
}

static void
test_abort_running (ThespianActorSystem *system)
{
  g_autoptr (ThespianAddress) runner = create_runner (system);
  g_autoptr (ThespianCommand) first = new_script ("exec sleep 1000");
  g_autoptr (ThespianCommand) second = new_script ("exec sleep 1000");
  g_autoptr (ThespianCommand) third = new_script ("echo third");

  pattern_tell (system, runner, g_object_ref (first));
  pattern_tell (system, runner, g_object_ref (second));
  pattern_tell (system, runner, g_object_ref (third));
  take_started (system, first);
  pattern_tell (system, runner, thespian_command_abort_new (NULL));
  take_failure (system, first, THESPIAN_COMMAND_FAILURE_ABORTED, TRUE);
  take_started (system, second);
  pattern_tell (system, runner, thespian_command_abort_new (second));
  take_failure (system, second, THESPIAN_COMMAND_FAILURE_ABORTED, TRUE);
  take_started (system, third);
  take_output (system, third, "third\n");
}

/* Aborting one that waits leaves the others alone; aborting what is over does nothing. */
static void
test_abort_waiting (ThespianActorSystem *system)
{
  g_autoptr (ThespianAddress) runner = create_runner (system);
  g_autoptr (ThespianCommand) first = new_script ("exec sleep 1000");
  g_autoptr (ThespianCommand) second = new_script ("echo second");
  g_autoptr (ThespianCommand) third = new_script ("echo third");

  pattern_tell (system, runner, thespian_command_abort_new (NULL));
  pattern_tell (system, runner, thespian_command_abort_new (first));
  pattern_tell (system, runner, g_object_ref (first));
  pattern_tell (system, runner, g_object_ref (second));
  pattern_tell (system, runner, g_object_ref (third));
  pattern_tell (system, runner, thespian_command_abort_new (second));
  take_started (system, first);
  take_failure (system, second, THESPIAN_COMMAND_FAILURE_ABORTED, FALSE);
  pattern_tell (system, runner, thespian_command_abort_new (second));
  pattern_tell (system, runner, thespian_command_abort_new (first));
  take_failure (system, first, THESPIAN_COMMAND_FAILURE_ABORTED, TRUE);
  take_started (system, third);
  take_output (system, third, "third\n");
}

static void
test_exit (ThespianActorSystem *system)
{
  g_autoptr (ThespianAddress) runner = create_runner (system);
  g_autoptr (ThespianCommand) running = new_script ("trap '' TERM; while :; do sleep 1; done");
  g_autoptr (ThespianCommand) waiting = new_script ("echo never");
  int pid;

  pattern_tell (system, runner, g_object_ref (running));
  pattern_tell (system, runner, g_object_ref (waiting));
  pid = take_started (system, running);
  pattern_tell (system, runner, thespian_actor_exit_request_new ());
  take_failure (system, running, THESPIAN_COMMAND_FAILURE_ACTOR_EXITED, TRUE);
  take_failure (system, waiting, THESPIAN_COMMAND_FAILURE_ACTOR_EXITED, FALSE);
  g_assert_cmpint (kill (pid, 0), ==, -1);
  g_assert_cmpint (errno, ==, ESRCH);
}

/* A system that ends has no process left, whatever its actors were at. */
static void
test_shutdown (ThespianActorSystem *system)
{
  g_autoptr (ThespianAddress) runner = create_runner (system);
  g_autoptr (ThespianCommand) running = new_script ("exec sleep 1000");
  g_autoptr (GError) error = NULL;
  int pid;

  pattern_tell (system, runner, g_object_ref (running));
  pid = take_started (system, running);
  thespian_actor_system_shutdown (system, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (kill (pid, 0), ==, -1);
  g_assert_cmpint (errno, ==, ESRCH);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  pattern_add ("/run-command/result", test_result);
  pattern_add ("/run-command/queue", test_queue);
  pattern_add ("/run-command/streaming", test_streaming);
  pattern_add ("/run-command/not-started", test_not_started);
  pattern_add ("/run-command/timeout", test_timeout);
  pattern_add ("/run-command/abort-running", test_abort_running);
  pattern_add ("/run-command/abort-waiting", test_abort_waiting);
  pattern_add ("/run-command/exit", test_exit);
  pattern_add ("/run-command/shutdown", test_shutdown);

  return g_test_run ();
}
