/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "behaviour-actors.h"

#include <errno.h>
#include <signal.h>

static ThespianAddress *
runner_new (BehaviourFixture *f)
{
  return behaviour_create (f, THESPIAN_TYPE_RUN_COMMAND);
}

/* A command for the shell. */
static ThespianCommand *
shell (const char *text,
       const char *input,
       GTimeSpan   timeout,
       guint64     limit,
       gboolean    streaming)
{
  const char *arguments[] = { "-c", text, NULL };
  g_autoptr (GBytes) bytes = input != NULL ? g_bytes_new (input, strlen (input)) : NULL;

  return thespian_command_new_full ("/bin/sh", arguments, bytes, timeout, limit, limit, streaming);
}

static ThespianCommand *
plain_shell (const char *text)
{
  return shell (text, NULL, -1, 1000, FALSE);
}

static void
tell_command (BehaviourFixture *f,
              ThespianAddress  *runner,
              ThespianCommand  *command)
{
  behaviour_tell (f, runner, behaviour_take (g_object_ref (command)));
}

/* The next report, which has to be of @type and on @command. */
static gpointer
take_report (BehaviourFixture *f,
             ThespianCommand  *command,
             GType             type)
{
  g_autoptr (BehaviourReply) reply = behaviour_listen (f);
  g_autofree char *text = behaviour_describe (reply);
  gpointer report = reply != NULL ? behaviour_object (reply, type) : NULL;

  if (report == NULL)
    g_error ("expected a %s, got %s", g_type_name (type), text);
  /* Another object with the same id, when the messages went through bytes. */
  g_assert_cmpstr (thespian_command_get_id (thespian_command_report_get_command (report)), ==,
                   thespian_command_get_id (command));

  return g_object_ref (report);
}

static int
take_started (BehaviourFixture *f,
              ThespianCommand  *command)
{
  g_autoptr (ThespianCommandStarted) started =
    take_report (f, command, THESPIAN_TYPE_COMMAND_STARTED);

  return thespian_command_started_get_pid (started);
}

static void
assert_bytes (GBytes     *bytes,
              const char *expected)
{
  gsize size = 0;
  const char *data = g_bytes_get_data (bytes, &size);
  g_autofree char *text = g_strndup (size > 0 ? data : "", size);

  g_assert_cmpstr (text, ==, expected);
}

static void
assert_result (BehaviourFixture *f,
               ThespianCommand  *command,
               int               exit_status,
               const char       *output,
               const char       *errors)
{
  g_autoptr (ThespianCommandResult) result = take_report (f, command, THESPIAN_TYPE_COMMAND_RESULT);

  g_assert_cmpint (thespian_command_result_get_exit_status (result), ==, exit_status);
  assert_bytes (thespian_command_result_get_stdout (result), output);
  assert_bytes (thespian_command_result_get_stderr (result), errors);
}

static void
assert_failure (BehaviourFixture      *f,
                ThespianCommand       *command,
                ThespianCommandFailure failure)
{
  g_autoptr (ThespianCommandError) error = take_report (f, command, THESPIAN_TYPE_COMMAND_ERROR);

  g_assert_cmpint (thespian_command_error_get_failure (error), ==, failure);
  g_assert_cmpstr (thespian_command_error_get_details (error), !=, "");
}

static void
test_result (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) runner = runner_new (f);
  g_autoptr (ThespianCommand) command = plain_shell ("echo to be; echo or not >&2; exit 3");

  tell_command (f, runner, command);
  g_assert_cmpint (take_started (f, command), >, 0);
  assert_result (f, command, 3, "to be\n", "or not\n");
  behaviour_assert_nothing (f);
}

static void
test_arguments_and_input (BehaviourFixture *f)
{
  const char *arguments[] = { "%s|%s|%s", "one", "two words", "", NULL };
  g_autoptr (ThespianAddress) runner = runner_new (f);
  g_autoptr (ThespianCommand) with_arguments = thespian_command_new ("printf", arguments);
  g_autoptr (ThespianCommand) with_input = shell ("tr a-z A-Z", "whisper", -1, 1000, FALSE);
  g_autoptr (ThespianCommand) without_input = plain_shell ("cat; echo end");

  tell_command (f, runner, with_arguments);
  take_started (f, with_arguments);
  assert_result (f, with_arguments, 0, "one|two words|", "");
  tell_command (f, runner, with_input);
  take_started (f, with_input);
  assert_result (f, with_input, 0, "WHISPER", "");
  tell_command (f, runner, without_input);
  take_started (f, without_input);
  assert_result (f, without_input, 0, "end\n", "");
}

static void
test_timeout (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) runner = runner_new (f);
  g_autoptr (ThespianCommand) meek =
    shell ("echo begun; exec sleep 1000", NULL, 300000, 1000, FALSE);
  g_autoptr (ThespianCommand) stubborn =
    shell ("trap '' TERM; echo begun; while true; do sleep 1; done", NULL, 300000, 1000, FALSE);
  gint64 start = g_get_monotonic_time ();

  tell_command (f, runner, meek);
  take_started (f, meek);
  assert_failure (f, meek, THESPIAN_COMMAND_FAILURE_TIMED_OUT);
  g_assert_cmpint (g_get_monotonic_time () - start, >=, 300000);

  start = g_get_monotonic_time ();
  tell_command (f, runner, stubborn);
  take_started (f, stubborn);
  assert_failure (f, stubborn, THESPIAN_COMMAND_FAILURE_TIMED_OUT);
  g_assert_cmpint (g_get_monotonic_time () - start, >=, 2300000);
}

static void
test_limits (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) runner = runner_new (f);
  g_autoptr (ThespianCommand) command =
    shell ("printf HEAD; head -c 1000000 /dev/zero | tr '\\0' x; printf TAIL", NULL, -1, 4, FALSE);
  g_autoptr (ThespianCommandResult) result = NULL;

  tell_command (f, runner, command);
  take_started (f, command);
  result = take_report (f, command, THESPIAN_TYPE_COMMAND_RESULT);
  assert_bytes (thespian_command_result_get_stdout (result), "HEADTAIL");
  g_assert_cmpuint (thespian_command_result_get_stdout_dropped (result), ==, 1000000);
}

static void
test_streaming (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) runner = runner_new (f);
  g_autoptr (ThespianCommand) command =
    shell ("echo first; sleep 0.3; echo second", NULL, -1, 1000, TRUE);
  g_autoptr (GString) text = g_string_new (NULL);

  tell_command (f, runner, command);
  take_started (f, command);
  while (text->len < strlen ("first\nsecond\n"))
    {
      g_autoptr (ThespianCommandOutput) output =
        take_report (f, command, THESPIAN_TYPE_COMMAND_OUTPUT);
      GBytes *data = thespian_command_output_get_data (output);

      g_assert_cmpint (thespian_command_output_get_channel (output), ==,
                       THESPIAN_COMMAND_CHANNEL_STDOUT);
      g_string_append_len (text, g_bytes_get_data (data, NULL), g_bytes_get_size (data));
    }
  g_assert_cmpstr (text->str, ==, "first\nsecond\n");
  assert_result (f, command, 0, "first\nsecond\n", "");
}

static void
test_queue (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) runner = runner_new (f);
  g_autoptr (ThespianCommand) slow = plain_shell ("sleep 0.3; echo slow");
  g_autoptr (ThespianCommand) quick = plain_shell ("echo quick");
  g_autoptr (ThespianCommand) last = plain_shell ("echo last");

  tell_command (f, runner, slow);
  tell_command (f, runner, quick);
  tell_command (f, runner, last);
  take_started (f, slow);
  assert_result (f, slow, 0, "slow\n", "");
  take_started (f, quick);
  assert_result (f, quick, 0, "quick\n", "");
  take_started (f, last);
  assert_result (f, last, 0, "last\n", "");
}

static void
test_abort (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) runner = runner_new (f);
  g_autoptr (ThespianCommand) command = plain_shell ("exec sleep 1000");
  g_autoptr (ThespianCommand) next = plain_shell ("echo next");

  tell_command (f, runner, command);
  tell_command (f, runner, next);
  take_started (f, command);
  behaviour_tell (f, runner, behaviour_take (thespian_command_abort_new (command)));
  assert_failure (f, command, THESPIAN_COMMAND_FAILURE_ABORTED);
  take_started (f, next);
  assert_result (f, next, 0, "next\n", "");
}

static void
test_not_started (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) runner = runner_new (f);
  g_autoptr (ThespianCommand) missing = thespian_command_new ("no-such-program-anywhere", NULL);
  g_autoptr (ThespianCommand) next = plain_shell ("echo next");

  tell_command (f, runner, missing);
  tell_command (f, runner, next);
  assert_failure (f, missing, THESPIAN_COMMAND_FAILURE_NOT_STARTED);
  take_started (f, next);
  assert_result (f, next, 0, "next\n", "");
}

static gboolean
is_gone (BehaviourFixture *f,
         gpointer          pid)
{
  return kill (GPOINTER_TO_INT (pid), 0) == -1 && errno == ESRCH;
}

static void
test_exit (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) runner = runner_new (f);
  g_autoptr (ThespianCommand) command = plain_shell ("trap '' TERM; while true; do sleep 1; done");
  int pid = 0;

  tell_command (f, runner, command);
  pid = take_started (f, command);
  g_assert_false (is_gone (f, GINT_TO_POINTER (pid)));
  behaviour_tell (f, runner, behaviour_exit ());
  assert_failure (f, command, THESPIAN_COMMAND_FAILURE_ACTOR_EXITED);
  behaviour_assert_dead (f, runner);
  behaviour_wait_for (f, is_gone, GINT_TO_POINTER (pid));
}

int
main (int    argc,
      char **argv)
{
  behaviour_test_init (&argc, &argv);

  behaviour_test ("RUN-1+RUN-3+RUN-10", "result", test_result);
  behaviour_test ("RUN-2", "arguments-and-input", test_arguments_and_input);
  behaviour_test ("RUN-4", "timeout", test_timeout);
  behaviour_test ("RUN-5", "limits", test_limits);
  behaviour_test ("RUN-6", "streaming", test_streaming);
  behaviour_test ("RUN-7", "queue", test_queue);
  behaviour_test ("RUN-8", "abort", test_abort);
  behaviour_test ("RUN-9", "not-started", test_not_started);
  behaviour_test ("RUN-11", "exit", test_exit);

  return g_test_run ();
}
