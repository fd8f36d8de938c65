/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <thespian.h>

static const char *const no_arguments[] = { NULL };

static void
test_command (void)
{
  static const char *const arguments[] = { "-n", "a b", NULL };
  g_autoptr (GBytes) input = g_bytes_new ("in", 2);
  g_autoptr (ThespianCommand) command = NULL;

  command = thespian_command_new_full ("echo", arguments, input, 5, 6, 7, TRUE);
  g_assert_cmpstr (thespian_command_get_program (command), ==, "echo");
  g_assert_cmpstrv (thespian_command_get_arguments (command), arguments);
  g_assert_true (thespian_command_get_input (command) == input);
  g_assert_cmpint (thespian_command_get_timeout (command), ==, 5);
  g_assert_cmpuint (thespian_command_get_head_limit (command), ==, 6);
  g_assert_cmpuint (thespian_command_get_tail_limit (command), ==, 7);
  g_assert_true (thespian_command_get_streaming (command));
}

static void
test_command_defaults (void)
{
  g_autoptr (ThespianCommand) command = thespian_command_new ("true", NULL);
  g_autoptr (ThespianCommand) other = g_object_new (THESPIAN_TYPE_COMMAND, "program", "true", NULL);

  g_assert_cmpstrv (thespian_command_get_arguments (command), no_arguments);
  g_assert_null (thespian_command_get_input (command));
  g_assert_cmpint (thespian_command_get_timeout (command), <, 0);
  g_assert_cmpuint (thespian_command_get_head_limit (command), ==, THESPIAN_COMMAND_HEAD_LIMIT);
  g_assert_cmpuint (thespian_command_get_tail_limit (command), ==, THESPIAN_COMMAND_TAIL_LIMIT);
  g_assert_false (thespian_command_get_streaming (command));

  g_assert_cmpstrv (thespian_command_get_arguments (other), no_arguments);
  g_assert_cmpint (thespian_command_get_timeout (other), <, 0);
  g_assert_cmpstr (thespian_command_get_id (command), !=, thespian_command_get_id (other));
}

/* Whoever knows only GObject can copy a command: its identity is a property too. */
static void
test_copy (void)
{
  static const char *const arguments[] = { "1", NULL };
  g_autoptr (ThespianCommand) command = NULL;
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autoptr (GObject) copy = NULL;
  g_autofree GParamSpec **pspecs = NULL;
  GValue values[16] = { G_VALUE_INIT, };
  guint n;

  command = thespian_command_new_full ("p", arguments, NULL, 1, 2, 3, TRUE);
  pspecs = g_object_class_list_properties (G_OBJECT_GET_CLASS (command), &n);
  g_assert_cmpuint (n, <=, G_N_ELEMENTS (values));
  for (guint i = 0; i < n; i++)
    {
      g_ptr_array_add (names, (gpointer) pspecs[i]->name);
      g_value_init (&values[i], pspecs[i]->value_type);
      g_object_get_property (G_OBJECT (command), pspecs[i]->name, &values[i]);
    }
  copy = g_object_new_with_properties (THESPIAN_TYPE_COMMAND, n, (const char **) names->pdata,
                                       values);

  for (guint i = 0; i < n; i++)
    {
      GValue value = G_VALUE_INIT;

      g_value_init (&value, pspecs[i]->value_type);
      g_object_get_property (copy, pspecs[i]->name, &value);
      if (G_VALUE_HOLDS (&value, G_TYPE_STRV))
        g_assert_cmpstrv (g_value_get_boxed (&value), g_value_get_boxed (&values[i]));
      else
        g_assert_cmpint (g_param_values_cmp (pspecs[i], &value, &values[i]), ==, 0);
      g_value_unset (&value);
      g_value_unset (&values[i]);
    }
}

static void
test_reports (void)
{
  g_autoptr (ThespianCommand) command = thespian_command_new ("true", NULL);
  g_autoptr (ThespianCommandResult) result = NULL;
  g_autoptr (ThespianCommandError) error = NULL;
  g_autoptr (ThespianCommandAbort) abort_request = thespian_command_abort_new (command);
  g_autoptr (ThespianCommandAbort) abort_any = thespian_command_abort_new (NULL);

  result = g_object_new (THESPIAN_TYPE_COMMAND_RESULT, "command", command, "exit-status", 3, NULL);
  error = g_object_new (THESPIAN_TYPE_COMMAND_ERROR,
                        "command", command,
                        "failure", THESPIAN_COMMAND_FAILURE_ABORTED,
                        "details", "why",
                        "result", result,
                        NULL);

  g_assert_true (thespian_command_report_get_command (THESPIAN_COMMAND_REPORT (result)) == command);
  g_assert_cmpint (thespian_command_result_get_exit_status (result), ==, 3);
  g_assert_cmpint (thespian_command_result_get_term_signal (result), ==, 0);
  g_assert_cmpuint (g_bytes_get_size (thespian_command_result_get_stdout (result)), ==, 0);
  g_assert_cmpuint (g_bytes_get_size (thespian_command_result_get_stderr (result)), ==, 0);
  g_assert_cmpint (thespian_command_error_get_failure (error), ==,
                   THESPIAN_COMMAND_FAILURE_ABORTED);
  g_assert_cmpstr (thespian_command_error_get_details (error), ==, "why");
  g_assert_true (thespian_command_error_get_result (error) == result);
  g_assert_true (thespian_command_abort_get_command (abort_request) == command);
  g_assert_null (thespian_command_abort_get_command (abort_any));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/command-messages/command", test_command);
  g_test_add_func ("/command-messages/command-defaults", test_command_defaults);
  g_test_add_func ("/command-messages/copy", test_copy);
  g_test_add_func ("/command-messages/reports", test_reports);

  return g_test_run ();
}
