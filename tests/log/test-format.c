/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How a record becomes a line. */

#include "config.h"

#include "log-test.h"

#include "log/thespian-log-format-private.h"
#include "model/thespian-error.h"

static ThespianLogRecord *
record_new (void)
{
  const GLogField fields[] = {
    { "MESSAGE", "hello", -1 },
    { "GLIB_DOMAIN", "Farm", -1 },
    { "CODE_FILE", "cow.c", -1 },
    { "CODE_LINE", "17", -1 },
    { "CODE_FUNC", "moo", -1 },
    { "MY_FIELD", "own", -1 },
  };
  ThespianLogRecord *record =
    thespian_log_record_new_from_fields (G_LOG_LEVEL_CRITICAL, fields, G_N_ELEMENTS (fields));

  record->pid = 42;
  record->real_time = G_GINT64_CONSTANT (1706706301123456); /* 2024-01-31 13:05:01 UTC */
  record->actor_address = g_strdup ("Cow:1234");
  record->actor_class = g_strdup ("Cow");
  return record;
}

static void
assert_line (const char *text,
             const char *date_format,
             const char *expected)
{
  g_autoptr (ThespianLogRecord) record = record_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (ThespianLogFormat) format = thespian_log_format_new (text, date_format, &error);
  g_autoptr (GString) line = g_string_new (NULL);

  g_assert_no_error (error);
  thespian_log_format_write (format, record, line);
  g_assert_cmpstr (line->str, ==, expected);
}

static void
test_values (void)
{
  assert_line ("", NULL, "\n");
  assert_line ("just text, 100 %%", NULL, "just text, 100 %\n");
  assert_line ("%(level)s %(actorAddress)s => %(message)s", NULL, "CRITICAL Cow:1234 => hello\n");
  assert_line ("%(levelname)s %(levelno)d", NULL, "CRITICAL 40\n");
  assert_line ("%(pid)d%(process)d", NULL, "4242\n");
  assert_line ("%(domain)s/%(name)s", NULL, "Farm/Farm\n");
  assert_line ("<%(actorClass)s>", NULL, "<Cow>\n");
  assert_line ("%(created)s", NULL, "1706706301.123456\n");
  assert_line ("%(pathname)s:%(lineno)d %(funcName)s", NULL, "cow.c:17 moo\n");
  assert_line ("%(MY_FIELD)s %(YOUR_FIELD)s", NULL, "own -\n");
}

static void
test_time (void)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (1706706301);
  g_autofree char *expected = g_date_time_format (time, "%Y-%m-%d %H:%M:%S,123\n");

  assert_line ("%(time)s", NULL, expected);
  assert_line ("%(asctime)s", NULL, expected);
  assert_line ("%(time)s", "%Y", "2024\n");
}

static void
test_width (void)
{
  assert_line ("[%(message)-8s]", NULL, "[hello   ]\n");
  assert_line ("[%(message)8s]", NULL, "[   hello]\n");
  assert_line ("[%(message)3s]", NULL, "[hello]\n");
  assert_line ("[%(message).2s]", NULL, "[he]\n");
  assert_line ("[%(message)-4.2s]", NULL, "[he  ]\n");
}

/* Widths count characters; control characters are shown. */
static void
test_characters (void)
{
  g_autoptr (ThespianLogRecord) record =
    thespian_log_record_new (G_LOG_LEVEL_INFO, NULL, "äöü\033[1m\n\t\177");
  g_autoptr (GError) error = NULL;
  g_autoptr (ThespianLogFormat) whole =
    thespian_log_format_new ("%(domain)s %(message)s", NULL, &error);
  g_autoptr (ThespianLogFormat) cut = thespian_log_format_new ("[%(message)4.2s]", NULL, &error);
  g_autoptr (GString) line = g_string_new (NULL);

  g_assert_no_error (error);
  thespian_log_format_write (whole, record, line);
  thespian_log_format_write (cut, record, line);
  g_assert_cmpstr (line->str, ==, "- äöü\\x1b[1m\n\t\\x7f\n[  äö]\n");
}

static void
assert_refused (const char *text,
                const char *date_format,
                const char *expected)
{
  g_autoptr (GError) error = NULL;
  ThespianLogFormat *format = thespian_log_format_new (text, date_format, &error);

  g_assert_null (format);
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT);
  if (strstr (error->message, expected) == NULL)
    g_error ("“%s” does not say: %s", error->message, expected);
}

static void
test_refused (void)
{
  assert_refused ("a %(color)s b", NULL, "at “%(color)s b” stands an unknown name");
  assert_refused ("%()s", NULL, "unknown name");
  assert_refused ("50%", NULL, "at “%” expected %(name)s");
  assert_refused ("%s", NULL, "at “%s” expected %(name)s");
  assert_refused ("%(message", NULL, "expected %(name)s");
  assert_refused ("%(message)", NULL, "an s or d is missing");
  assert_refused ("%(message)x", NULL, "an s or d is missing");
  assert_refused ("%(message)1001s", NULL, "the width is above 1000");
  assert_refused ("%(message)99999999999999999999s", NULL, "the width is above 1000");
  assert_refused ("%(message).1001s", NULL, "the precision is above 1000");
  assert_refused ("%(time)s", "%!", "“%!” is no format of dates");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/log/format/values", test_values);
  g_test_add_func ("/log/format/time", test_time);
  g_test_add_func ("/log/format/width", test_width);
  g_test_add_func ("/log/format/characters", test_characters);
  g_test_add_func ("/log/format/refused", test_refused);

  return g_test_run ();
}
