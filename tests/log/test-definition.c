/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Log definitions: what they mean, and what is wrong with them. */

#include "config.h"

#include "log-test.h"

#include "log/thespian-log-definition-private.h"
#include "log/thespian-log-filter-private.h"
#include "model/thespian-error.h"

static ThespianLogDefinition *
definition_new (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) variant = g_variant_parse (G_VARIANT_TYPE_VARDICT, text, NULL, NULL, &error);
  ThespianLogDefinition *definition;

  g_assert_no_error (error);
  definition = thespian_log_definition_new (variant, &error);
  g_assert_no_error (error);
  return definition;
}

static void
test_simple (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ThespianLogDefinition) none = thespian_log_definition_new (NULL, &error);
  g_autoptr (ThespianLogDefinition) alone =
    thespian_log_definition_new (g_variant_new_boolean (FALSE), &error);

  g_assert_no_error (error);
  g_assert_true (none->by_glib);
  g_assert_cmpint (none->threshold, ==, 30);
  g_assert_true (alone->by_glib);
  g_assert_cmpint (alone->threshold, ==, 0);
}

static void
test_handlers (void)
{
  g_autoptr (ThespianLogDefinition) definition = definition_new (
    "{'version': <1>,"
    " 'formatters': <{'f': <{'format': '%(message)s', 'datefmt': '%Y'}>}>,"
    " 'filters': <{'a': <{'class': 'actor'}>, 'd': <{'class': <'domain'>, 'domain': <['A', 'B']>}>,"
    "              'e': <{'class': 'domain', 'domain': 'C'}>}>,"
    " 'handlers': <{'err': <{'class': <'stderr'>, 'formatter': <'f'>, 'filters': <['a', 'd']>,"
    " 'level': <'info'>}>,"
    "               'plain': <{'class': 'file', 'filename': '/x/plain'}>,"
    "               'same': <{'class': 'logging.FileHandler', 'filename': '/x/../x/plain'}>,"
    "               'size': <{'class': <'rotating-file'>, 'filename': <'/x/size'>,"
    " 'max-bytes': <uint16 5000>,"
    "                         'backup-count': <3>, 'level': <50>}>,"
    "               'time': <{'class': <'timed-rotating-file'>, 'filename': <'/x/time'>,"
    " 'when': <'m'>,"
    "                         'interval': <int64 5>}>,"
    "               'days': <{'class': <'logging.handlers.TimedRotatingFileHandler'>,"
    " 'filename': <'/x/days'>,"
    "                         'when': <'midnight'>, 'backupCount': <byte 7>}>,"
    "               'j': <{'class': 'journald'}>}>,"
    " 'loggers': <{'': <{'handlers': <['err']>, 'level': <'DEBUG'>}>}>}");
  ThespianLogHandler *err = g_ptr_array_index (definition->handlers, 0);
  ThespianLogHandler *plain = g_ptr_array_index (definition->handlers, 1);
  ThespianLogHandler *same = g_ptr_array_index (definition->handlers, 2);
  ThespianLogHandler *size = g_ptr_array_index (definition->handlers, 3);
  ThespianLogHandler *time = g_ptr_array_index (definition->handlers, 4);
  ThespianLogHandler *days = g_ptr_array_index (definition->handlers, 5);
  ThespianLogHandler *journal = g_ptr_array_index (definition->handlers, 6);
  const ThespianLogRotation *rotation;

  g_assert_false (definition->by_glib);
  g_assert_cmpint (definition->threshold, ==, 20);
  g_assert_cmpint (err->kind, ==, THESPIAN_LOG_HANDLER_STDERR);
  g_assert_cmpint (err->severity, ==, 20);
  g_assert_cmpuint (err->filters->len, ==, 2);
  g_assert_cmpstr (thespian_log_file_get_path (plain->file), ==, "/x/plain");
  g_assert_true (same->file == plain->file);
  g_assert_cmpint (thespian_log_file_get_rotation (plain->file)->kind, ==,
                   THESPIAN_LOG_ROTATION_NONE);

  rotation = thespian_log_file_get_rotation (size->file);
  g_assert_cmpint (rotation->kind, ==, THESPIAN_LOG_ROTATION_BY_SIZE);
  g_assert_cmpuint (rotation->max_bytes, ==, 5000);
  g_assert_cmpuint (rotation->n_backups, ==, 3);
  /* Nobody who asks for Python's CRITICAL wants to miss GLib's. */
  g_assert_cmpint (size->severity, ==, 40);

  rotation = thespian_log_file_get_rotation (time->file);
  g_assert_cmpint (rotation->kind, ==, THESPIAN_LOG_ROTATION_BY_TIME);
  g_assert_cmpuint (rotation->period, ==, 300);
  g_assert_false (rotation->in_days);
  rotation = thespian_log_file_get_rotation (days->file);
  g_assert_cmpuint (rotation->period, ==, 1);
  g_assert_true (rotation->in_days);
  g_assert_cmpuint (rotation->n_backups, ==, 7);

  g_assert_cmpint (journal->kind, ==, THESPIAN_LOG_HANDLER_JOURNALD);
  g_assert_null (journal->format);
}

static void
assert_logger (ThespianLogDefinition *definition,
               const char            *domain,
               int                    severity,
               const char            *handlers)
{
  ThespianLogLogger *logger = thespian_log_definition_find (definition, domain);
  g_autoptr (GString) names = g_string_new (NULL);

  g_assert_nonnull (logger);
  g_assert_cmpint (logger->severity, ==, severity);
  for (guint i = 0; i < logger->handlers->len; i++)
    g_string_append (names, ((ThespianLogHandler *) g_ptr_array_index (logger->handlers, i))->name);
  g_assert_cmpstr (names->str, ==, handlers);
}

static void
test_loggers (void)
{
  g_autoptr (ThespianLogDefinition) definition = definition_new (
    "{'handlers': <{'a': <{'class': 'stderr'}>, 'b': <{'class': 'stderr'}>,"
    " 'c': <{'class': 'stderr'}>}>,"
    " 'loggers': <{'Farm-Barn.Cow': <{'handlers': <['c', 'a']>}>,"
    "              'Farm': <{'handlers': <['b']>, 'level': <'DEBUG'>}>,"
    "              'Shop': <{'handlers': <['c']>, 'propagate': <false>}>,"
    "              'Still': <{'level': <'ERROR'>}>,"
    "              '': <{'handlers': <['a']>}>}>}");
  g_autoptr (ThespianLogDefinition) no_root = definition_new (
    "{'handlers': <{'a': <{'class': 'stderr'}>}>, 'loggers': <{'X': <{'handlers': <['a']>}>}>}");

  assert_logger (definition, "", 30, "a");
  assert_logger (definition, NULL, 30, "a");
  assert_logger (definition, "Elsewhere", 30, "a");
  assert_logger (definition, "Farm", 10, "ba");
  assert_logger (definition, "Farm-Barn", 10, "ba");
  assert_logger (definition, "Farmer", 30, "a");
  assert_logger (definition, "Farm-Barn.Cow", 10, "cab");
  assert_logger (definition, "Farm-Barn.Cow.Tail", 10, "cab");
  assert_logger (definition, "Shop", 30, "c");
  assert_logger (definition, "Still", 40, "a");
  g_assert_null (thespian_log_definition_find (no_root, "Y"));
  g_assert_null (thespian_log_definition_find (no_root, NULL));
}

static void
test_json (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ThespianLogDefinition) definition = thespian_log_definition_new (
    g_variant_new_string (
      "{\"version\": 1, \"handlers\": {\"h\": {\"class\": \"rotating-file\", \"level\": 20,"
      "  \"filename\": \"/x/y\", \"max-bytes\": 1000, \"filters\": [\"f\"]}},"
      " \"filters\": {\"f\": {\"()\": \"not-actor\"}},"
      " \"loggers\": {\"\": {\"handlers\": [\"h\"], \"level\": \"DEBUG\", \"propagate\": true}}}"),
    &error);
  ThespianLogHandler *handler;
  ThespianLogFilter *filter;

  g_assert_no_error (error);
  handler = g_ptr_array_index (definition->handlers, 0);
  g_assert_cmpint (handler->severity, ==, 20);
  g_assert_cmpuint (thespian_log_file_get_rotation (handler->file)->max_bytes, ==, 1000);
  filter = g_ptr_array_index (handler->filters, 0);
  g_assert_cmpint (filter->kind, ==, THESPIAN_LOG_FILTER_NOT_ACTOR);
  assert_logger (definition, "", 10, "h");
}

/* The text of a definition, and what its error has to name. */
static const char *const refused[][2] = {
  { "true", "true is no log definition: expected nothing, FALSE" },
  { "17", "17 is no log definition" },
  { "'{'", "no JSON object" },
  { "'[]'", "no JSON object: expected {…}" },
  { "@a{sv} {}", "has no loggers" },
  { "'{}'", "has no loggers" },
  { "{'version': <2>}", "version is 2: expected a number from 1 to 1" },
  { "{'version': <'1'>}", "version is '1'" },
  { "{'handler': <1>}", "handler means nothing: expected only version, formatters" },
  { "{'handlers': <1>}", "handlers is 1: expected a dictionary" },
  { "{'handlers': <{'h': 1}>}", "handlers['h'] is 1: expected a dictionary" },
  { "{'formatters': <{'f': <1>}>}", "formatters['f'] is 1: expected a dictionary" },
  { "{'formatters': <{'f': <@a{sv} {}>}>}", "no formatters['f']['format']" },
  { "{'formatters': <{'f': <{'format': 1}>}>}", "formatters['f']['format'] is 1: expected a text" },
  { "{'formatters': <{'f': <{'format': '%(x)s'}>}>}", "in formatters['f']: “%(x)s” is no format" },
  { "{'formatters': <{'f': <{'format': '', 'datefmt': '%!'}>}>}", "“%!” is no format of dates" },
  { "{'formatters': <{'f': <{'format': '', 'style': '{'}>}>}",
    "formatters['f']['style'] means nothing" },
  { "{'filters': <{'f': <@a{sv} {}>}>}",
    "no filters['f']['class']: expected actor, not-actor or domain" },
  { "{'filters': <{'f': <{'class': 'x'}>}>}", "filters['f']['class'] is 'x'" },
  { "{'filters': <{'f': <{'()': 'x'}>}>}", "filters['f']['()'] is 'x'" },
  { "{'filters': <{'f': <{'class': 'domain'}>}>}", "no filters['f']['domain']" },
  { "{'filters': <{'f': <{'class': <'domain'>, 'domain': <1>}>}>}", "filters['f']['domain'] is 1" },
  { "{'filters': <{'f': <{'class': 'actor', 'domain': 'D'}>}>}", "filters['f']['domain'] is 'D'" },
  { "{'handlers': <{'h': <@a{sv} {}>}>}", "no handlers['h']['class']: expected stderr, file" },
  { "{'handlers': <{'h': <{'class': 'syslog'}>}>}", "handlers['h']['class'] is 'syslog'" },
  { "{'handlers': <{'h': <{'class': 1}>}>}", "handlers['h']['class'] is 1: expected a text" },
  { "{'handlers': <{'h': <{'class': 'stderr', 'filename': 'x'}>}>}",
    "handlers['h']['filename'] means nothing" },
  { "{'handlers': <{'h': <{'class': 'stderr', 'level': 'LOUD'}>}>}",
    "handlers['h']['level'] is 'LOUD': expected DEBUG" },
  { "{'handlers': <{'h': <{'class': <'stderr'>, 'level': <-1>}>}>}",
    "handlers['h']['level'] is -1" },
  { "{'handlers': <{'h': <{'class': 'stderr', 'formatter': 'f'}>}>}",
    "handlers['h']['formatter'] is 'f'" },
  { "{'handlers': <{'h': <{'class': <'stderr'>, 'filters': <['f']>}>}>}",
    "handlers['h']['filters'] is ['f']" },
  { "{'handlers': <{'h': <{'class': 'stderr', 'filters': 'f'}>}>}",
    "handlers['h']['filters'] is 'f': expected a list" },
  { "{'handlers': <{'h': <{'class': <'stderr'>, 'filters': <[1]>}>}>}",
    "handlers['h']['filters'] is [1]" },
  { "{'handlers': <{'h': <{'class': 'journald', 'formatter': 'f'}>}>}",
    "handlers['h']['formatter'] is 'f': expected none" },
  { "{'handlers': <{'h': <{'class': 'file'}>}>}", "no handlers['h']['filename']" },
  { "{'handlers': <{'h': <{'class': 'file', 'filename': ''}>}>}",
    "handlers['h']['filename'] is ''" },
  { "{'handlers': <{'h': <{'class': 'rotating-file', 'filename': '/x'}>}>}",
    "no handlers['h']['max-bytes']" },
  { "{'handlers': <{'h': <{'class': <'rotating-file'>, 'filename': <'/x'>, 'max-bytes': <0>}>}>}",
    "handlers['h']['max-bytes'] is 0" },
  { "{'handlers': <{'h': <{'class': <'rotating-file'>, 'filename': <'/x'>, 'maxBytes': <'1k'>}>}>}",
    "handlers['h']['maxBytes'] is '1k'" },
  { "{'handlers': <{'h': <{'class': <'rotating-file'>, 'filename': <'/x'>, 'max-bytes': <9>,"
    " 'backup-count': <0>}>}>}",
    "handlers['h']['backup-count'] is 0: expected a number from 1 to 1000" },
  { "{'handlers': <{'h': <{'class': <'rotating-file'>, 'filename': <'/x'>, 'max-bytes': <9>,"
    " 'when': <'H'>}>}>}",
    "handlers['h']['when'] means nothing" },
  { "{'handlers': <{'h': <{'class': 'timed-rotating-file', 'filename': '/x', 'when': 'noon'}>}>}",
    "handlers['h']['when'] is 'noon': expected S, M, H, D or midnight" },
  { "{'handlers': <{'h': <{'class': <'timed-rotating-file'>, 'filename': <'/x'>,"
    " 'interval': <0>}>}>}",
    "handlers['h']['interval'] is 0" },
  { "{'handlers': <{'a': <{'class': <'file'>, 'filename': <'/x'>}>,"
    "               'b': <{'class': <'rotating-file'>, 'filename': <'/x'>, 'max-bytes': <9>}>}>}",
    "handlers['b']['filename'] is '/x': expected another file" },
  { "{'loggers': <{'': <{'handlers': ['h']}>}>}", "loggers['']['handlers'] is ['h']" },
  { "{'loggers': <{'X': <{'level': 'LOUD'}>}>}", "loggers['X']['level'] is 'LOUD'" },
  { "{'loggers': <{'X': <{'propagate': 1}>}>}",
    "loggers['X']['propagate'] is 1: expected true or false" },
  { "{'loggers': <{'X': <{'color': 'red'}>}>}", "loggers['X']['color'] means nothing" },
};

static void
test_refused (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GError) parse_error = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (GVariant) variant =
        g_variant_parse (NULL, refused[i][0], NULL, NULL, &parse_error);
      g_autoptr (ThespianLogDefinition) definition = NULL;

      g_assert_no_error (parse_error);
      definition = thespian_log_definition_new (variant, &error);
      if (definition != NULL)
        g_error ("%s was taken", refused[i][0]);
      g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT);
      if (strstr (error->message, refused[i][1]) == NULL)
        g_error ("“%s” does not say: %s", error->message, refused[i][1]);
    }
}

static void
assert_cannot_open (LogFolder  *folder,
                    const char *text,
                    const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) variant = log_definition (folder, text);
  g_autoptr (ThespianLogDefinition) definition = thespian_log_definition_new (variant, &error);

  g_assert_no_error (error);
  g_assert_false (thespian_log_definition_open (definition, &error));
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "handlers['h']['filename'] is '"));
  g_assert_nonnull (strstr (error->message, expected));
}

static void
test_cannot_open (LogFolder    *folder,
                  gconstpointer data)
{
  assert_cannot_open (folder,
                      "{'handlers': <{'h': <{'class': 'file', 'filename': '%s/none/x'}>}>,"
                      " 'loggers': <{'': <{'handlers': ['h']}>}>}",
                      g_strerror (ENOENT));
  assert_cannot_open (folder,
                      "{'handlers': <{'h': <{'class': 'file', 'filename': '%s'}>}>,"
                      " 'loggers': <{'': <{'handlers': ['h']}>}>}",
                      g_strerror (EISDIR));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/log/definition/simple", test_simple);
  g_test_add_func ("/log/definition/handlers", test_handlers);
  g_test_add_func ("/log/definition/loggers", test_loggers);
  g_test_add_func ("/log/definition/json", test_json);
  g_test_add_func ("/log/definition/refused", test_refused);
  log_test_add ("/log/definition/cannot-open", test_cannot_open);

  return g_test_run ();
}
