/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Another process sends an entry of the log: whatever the bytes are, they are read or refused, and
 * what was read is written as the same, and can be logged.
 */

#include "fuzz.h"

#include "log/thespian-log-record-private.h"
#include "model/thespian-error.h"

/* A ThespianLogFieldsFunc: what is logged here may go on to others. */
static void
check_fields (GLogLevelFlags   level,
              const GLogField *fields,
              gsize            n_fields,
              gpointer         user_data)
{
  const ThespianLogRecord *record = user_data;
  g_autoptr (ThespianLogRecord) again = thespian_log_record_new_from_fields (level, fields, n_fields);

  g_assert_cmpint (again->level, ==, record->level);
  g_assert_cmpstr (again->message, ==, record->message);
}

static void
check_texts (const ThespianLogRecord *record)
{
  GVariantIter iter;
  const char *key;

  if (record->fields == NULL)
    return;
  g_variant_iter_init (&iter, record->fields);
  while (g_variant_iter_next (&iter, "{&sv}", &key, NULL))
    {
      g_autofree char *text = thespian_log_record_dup_field (record, key);

      g_assert_nonnull (text);
      g_assert_true (g_utf8_validate (text, -1, NULL));
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GVariant) written = NULL;
  g_autoptr (GError) error = NULL;
  GVariant *variant = g_variant_new_from_bytes (G_VARIANT_TYPE (THESPIAN_LOG_RECORD_TYPE), bytes, FALSE);
  g_autoptr (ThespianLogRecord) record = thespian_log_record_new_from_variant (variant, &error);

  if (record == NULL)
    {
      g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT);
      return 0;
    }
  g_assert_no_error (error);
  written = g_variant_ref_sink (thespian_log_record_to_variant (record));
  g_assert_cmpmem (g_variant_get_data (written), g_variant_get_size (written), data, size);
  g_assert_cmpuint (thespian_log_record_get_size (record), >=, sizeof *record);
  check_texts (record);
  thespian_log_record_with_fields (record, check_fields, record);
  return 0;
}
