/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Records from the fields of GLib's log, and through bytes. */

#include "config.h"

#include "log-test.h"

#include "model/thespian-error.h"

#include <unistd.h>

static const GLogField fields[] = {
  { "PRIORITY", "4", -1 },
  { "GLIB_DOMAIN", "Farm", -1 },
  { "MESSAGE", "the cow is out", -1 },
  { "CODE_LINE", "17", -1 },
  { "THESPIAN_ACTOR_ADDRESS", "Cow:1234", -1 },
  { "THESPIAN_ACTOR_CLASS", "Cow", -1 },
  { "RAW", "\x00\xff", 2 },
  { "POINTER", &fields, 0 },
};

static void
assert_is_cow (const ThespianLogRecord *record)
{
  g_autofree char *line = thespian_log_record_dup_field (record, "CODE_LINE");
  g_autofree char *priority = thespian_log_record_dup_field (record, "PRIORITY");
  g_autofree char *pointer = thespian_log_record_dup_field (record, "POINTER");
  g_autoptr (GVariant) raw =
    g_variant_lookup_value (record->fields, "RAW", G_VARIANT_TYPE_BYTESTRING);
  gsize size;
  gconstpointer bytes = g_variant_get_fixed_array (raw, &size, 1);

  g_assert_cmpint (record->level, ==, G_LOG_LEVEL_WARNING);
  g_assert_cmpstr (record->domain, ==, "Farm");
  g_assert_cmpstr (record->message, ==, "the cow is out");
  g_assert_cmpstr (record->actor_address, ==, "Cow:1234");
  g_assert_cmpstr (record->actor_class, ==, "Cow");
  g_assert_cmpuint (record->pid, ==, getpid ());
  g_assert_cmpint (ABS (g_get_real_time () - record->real_time), <, 60 * G_USEC_PER_SEC);
  g_assert_cmpstr (line, ==, "17");
  g_assert_null (priority);
  g_assert_null (pointer);
  g_assert_cmpmem (bytes, size, "\x00\xff", 2);
}

static void
test_from_fields (void)
{
  g_autoptr (ThespianLogRecord) record =
    thespian_log_record_new_from_fields (G_LOG_LEVEL_WARNING, fields, G_N_ELEMENTS (fields));

  assert_is_cow (record);
}

static void
test_variant (void)
{
  g_autoptr (ThespianLogRecord) record = thespian_log_record_new_from_fields (
    G_LOG_LEVEL_WARNING | G_LOG_FLAG_FATAL, fields, G_N_ELEMENTS (fields));
  g_autoptr (GVariant) variant = g_variant_ref_sink (thespian_log_record_to_variant (record));
  g_autoptr (GError) error = NULL;
  g_autoptr (ThespianLogRecord) copy = thespian_log_record_new_from_variant (variant, &error);

  g_assert_no_error (error);
  assert_is_cow (copy);
  g_assert_cmpint (copy->real_time, ==, record->real_time);
}

/* What has neither domain, actor nor fields, and a text that is no UTF-8. */
static void
test_bare (void)
{
  g_autoptr (ThespianLogRecord) record = thespian_log_record_new (0, NULL, "a\xff" "b");
  g_autoptr (GVariant) variant = g_variant_ref_sink (thespian_log_record_to_variant (record));
  g_autoptr (GError) error = NULL;
  g_autoptr (ThespianLogRecord) copy = thespian_log_record_new_from_variant (variant, &error);

  g_assert_no_error (error);
  g_assert_cmpint (copy->level, ==, G_LOG_LEVEL_MESSAGE);
  g_assert_cmpstr (copy->message, ==, "a\xef\xbf\xbd" "b");
  g_assert_null (copy->domain);
  g_assert_null (copy->actor_address);
  g_assert_null (copy->actor_class);
  g_assert_null (copy->fields);
}

/* A ThespianLogFieldsFunc. */
static void
collect (GLogLevelFlags   level,
         const GLogField *found,
         gsize            n_fields,
         gpointer         user_data)
{
  GString *text = user_data;

  for (gsize i = 0; i < n_fields; i++)
    if (found[i].length < 0 && !g_str_equal (found[i].key, "SYSLOG_PID"))
      g_string_append_printf (text, "%s=%s;", found[i].key, (const char *) found[i].value);
    else if (g_str_equal (found[i].key, "RAW"))
      g_string_append_printf (text, "RAW[%d];", (int) found[i].length);
}

static void
test_to_fields (void)
{
  g_autoptr (ThespianLogRecord) record =
    thespian_log_record_new_from_fields (G_LOG_LEVEL_WARNING, fields, G_N_ELEMENTS (fields));
  g_autoptr (GString) text = g_string_new (NULL);

  thespian_log_record_with_fields (record, collect, text);
  g_assert_cmpstr (text->str, ==,
                   "MESSAGE=the cow is out;PRIORITY=4;GLIB_DOMAIN=Farm;"
                   "THESPIAN_ACTOR_ADDRESS=Cow:1234;"
                   "THESPIAN_ACTOR_CLASS=Cow;CODE_LINE=17;RAW[2];");
}

/* Takes @variant. */
static void
assert_refused (GVariant   *variant,
                const char *expected)
{
  g_autoptr (GVariant) taken = g_variant_take_ref (variant);
  g_autoptr (GError) error = NULL;
  ThespianLogRecord *record = thespian_log_record_new_from_variant (taken, &error);

  g_assert_null (record);
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, expected));
}

static GVariant *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  GVariant *variant =
    g_variant_parse (G_VARIANT_TYPE (THESPIAN_LOG_RECORD_TYPE), text, NULL, NULL, &error);

  g_assert_no_error (error);
  return variant;
}

static void
test_refused (void)
{
  assert_refused (g_variant_new_string ("hello"), "expected “(uuxmssmsmsa{sv})”");
  assert_refused (parse ("(0, 1, 2, nothing, 'm', nothing, nothing, {})"), "no level 0");
  assert_refused (parse ("(24, 1, 2, nothing, 'm', nothing, nothing, {})"), "no level 24");
  /* A warning that is fatal: not here. */
  assert_refused (parse ("(18, 1, 2, nothing, 'm', nothing, nothing, {})"), "no level 18");
  assert_refused (parse ("(16, 1, 2, nothing, 'm', nothing, nothing, {'A': <1>})"),
                  "“A” is of type “i”");
}

static GVariant *
variant_of (GBytes *bytes)
{
  return g_variant_new_from_bytes (G_VARIANT_TYPE (THESPIAN_LOG_RECORD_TYPE), bytes, FALSE);
}

/* Every cut and every changed byte either is a record still or is refused with an error. */
static void
test_damaged (void)
{
  g_autoptr (ThespianLogRecord) record =
    thespian_log_record_new_from_fields (G_LOG_LEVEL_WARNING, fields, G_N_ELEMENTS (fields));
  g_autoptr (GVariant) variant = g_variant_ref_sink (thespian_log_record_to_variant (record));
  g_autoptr (GBytes) bytes = g_variant_get_data_as_bytes (variant);
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  guint n_refused = 0;

  for (gsize i = 0; i < size; i++)
    for (guint change = 1; change < 256; change *= 3)
      {
        g_autofree guint8 *copy = g_memdup2 (data, size);
        g_autoptr (GBytes) damaged = NULL;
        g_autoptr (GError) error = NULL;
        g_autoptr (ThespianLogRecord) read = NULL;

        copy[i] ^= (guint8) change;
        damaged = change == 1 ? g_bytes_new (copy, i) : g_bytes_new (copy, size);
        read = thespian_log_record_new_from_variant (variant_of (damaged), &error);
        g_assert_true ((read == NULL) == (error != NULL));
        g_assert_false (change == 1 && read != NULL);
        n_refused += read == NULL;
      }
  g_assert_cmpuint (n_refused, >, size);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/log/record/from-fields", test_from_fields);
  g_test_add_func ("/log/record/variant", test_variant);
  g_test_add_func ("/log/record/bare", test_bare);
  g_test_add_func ("/log/record/to-fields", test_to_fields);
  g_test_add_func ("/log/record/refused", test_refused);
  g_test_add_func ("/log/record/damaged", test_damaged);

  return g_test_run ();
}
