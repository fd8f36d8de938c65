/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "log/thespian-log-handler-private.h"

#include "log/thespian-internals-log-private.h"
#include "log/thespian-log-filter-private.h"
#include "log/thespian-log-level-private.h"
#include "log/thespian-log-stderr-private.h"
#include "model/thespian-error.h"

#include <errno.h>

ThespianLogHandler *
thespian_log_handler_new (const char            *name,
                          ThespianLogHandlerKind kind)
{
  ThespianLogHandler *self = g_new0 (ThespianLogHandler, 1);

  self->name = g_strdup (name);
  self->kind = kind;
  self->severity = THESPIAN_LOG_SEVERITY_ALL;
  self->filters = g_ptr_array_new_with_free_func ((GDestroyNotify) thespian_log_filter_unref);
  return self;
}

void
thespian_log_handler_free (ThespianLogHandler *self)
{
  g_free (self->name);
  g_ptr_array_unref (self->filters);
  g_clear_pointer (&self->format, thespian_log_format_unref);
  g_clear_pointer (&self->file, thespian_log_file_unref);
  g_free (self);
}

/* --- Ways out --------------------------------------------------------------------------------- */

static gboolean
write_line (ThespianLogHandler      *self,
            const ThespianLogRecord *record,
            GError                 **error)
{
  g_autoptr (GString) line = g_string_new (NULL);

  thespian_log_format_write (self->format, record, line);
  if (self->kind == THESPIAN_LOG_HANDLER_FILE)
    return thespian_log_file_write (self->file, line->str, line->len, error);
  if (thespian_log_stderr_write (line->str))
    return TRUE;
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_FAILURE,
               "The standard error cannot be written: %s", g_strerror (errno));
  return FALSE;
}

/* A ThespianLogFieldsFunc. */
static void
send_fields (GLogLevelFlags   level,
             const GLogField *fields,
             gsize            n_fields,
             gpointer         user_data)
{
  GLogWriterOutput *output = user_data;

  *output = g_log_writer_journald (level, fields, n_fields, NULL);
}

static gboolean
send_to_journal (const ThespianLogRecord *record,
                 GError                 **error)
{
  GLogWriterOutput output = G_LOG_WRITER_UNHANDLED;

  thespian_log_record_with_fields (record, send_fields, &output);
  if (output == G_LOG_WRITER_HANDLED)
    return TRUE;
  g_set_error_literal (error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_FAILURE,
                       "The journal takes nothing: is it running?");
  return FALSE;
}

/* --- Handling --------------------------------------------------------------------------------- */

/* Never by GLib's log, which may lead here. */
static void
note_failure (ThespianLogHandler *self,
              const GError       *error)
{
  g_autofree char *text = NULL;

  if (!g_atomic_int_compare_and_exchange (&self->failing, FALSE, TRUE))
    return;
  thespian_internals_log (G_LOG_LEVEL_CRITICAL, "The log handler “%s” fails: %s", self->name,
                          error->message);
  text = g_strdup_printf ("Thespian: the log handler “%s” fails: %s\n", self->name, error->message);
  if (self->kind != THESPIAN_LOG_HANDLER_STDERR)
    thespian_log_stderr_write (text);
}

static void
note_success (ThespianLogHandler *self)
{
  if (g_atomic_int_get (&self->failing) &&
      g_atomic_int_compare_and_exchange (&self->failing, TRUE, FALSE))
    thespian_internals_log (G_LOG_LEVEL_WARNING, "The log handler “%s” works again", self->name);
}

static gboolean
takes (ThespianLogHandler      *self,
       const ThespianLogRecord *record)
{
  if (thespian_log_level_get_severity (record->level) < self->severity)
    return FALSE;
  for (guint i = 0; i < self->filters->len; i++)
    if (!thespian_log_filter_passes (g_ptr_array_index (self->filters, i), record))
      return FALSE;
  return TRUE;
}

void
thespian_log_handler_handle (ThespianLogHandler      *self,
                             const ThespianLogRecord *record)
{
  g_autoptr (GError) error = NULL;
  gboolean ok;

  if (!takes (self, record))
    return;
  if (self->kind == THESPIAN_LOG_HANDLER_JOURNALD)
    ok = send_to_journal (record, &error);
  else
    ok = write_line (self, record, &error);
  if (ok)
    note_success (self);
  else
    note_failure (self, error);
}
