/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "log/thespian-log-hub-private.h"

#include "log/thespian-internals-log-private.h"
#include "log/thespian-log-definition-private.h"
#include "log/thespian-log-level-private.h"

#include <unistd.h>

struct _ThespianLogHub
{
  ThespianLogDefinition *definition; /* (owned) */
  /* (owned) (nullable) for records of other processes, which cannot go to GLib's log here */
  ThespianLogHandler *of_other_processes;
};

static ThespianLogHandler *
make_plain_handler (void)
{
  ThespianLogHandler *handler =
    thespian_log_handler_new ("standard error", THESPIAN_LOG_HANDLER_STDERR);

  handler->format = thespian_log_format_new (THESPIAN_LOG_FORMAT_DEFAULT, NULL, NULL);
  return handler;
}

ThespianLogHub *
thespian_log_hub_new (GVariant *definition,
                      GError  **error)
{
  g_autoptr (ThespianLogDefinition) parsed = thespian_log_definition_new (definition, error);
  ThespianLogHub *self;

  if (parsed == NULL || !thespian_log_definition_open (parsed, error))
    return NULL;
  self = g_new0 (ThespianLogHub, 1);
  self->definition = g_steal_pointer (&parsed);
  if (self->definition->by_glib)
    self->of_other_processes = make_plain_handler ();
  thespian_internals_log (G_LOG_LEVEL_INFO, "A log hub with %u handlers begins",
                          self->definition->handlers->len);
  return self;
}

gboolean
thespian_log_hub_check_definition (GVariant *definition,
                                   GError  **error)
{
  g_autoptr (ThespianLogDefinition) parsed = thespian_log_definition_new (definition, error);

  return parsed != NULL;
}

void
thespian_log_hub_free (ThespianLogHub *self)
{
  thespian_log_definition_free (self->definition);
  g_clear_pointer (&self->of_other_processes, thespian_log_handler_free);
  g_free (self);
}

gboolean
thespian_log_hub_is_left_alone (ThespianLogHub *self)
{
  return self->definition->by_glib && self->definition->threshold == THESPIAN_LOG_SEVERITY_ALL;
}

int
thespian_log_hub_get_threshold (ThespianLogHub *self)
{
  return self->definition->threshold;
}

gboolean
thespian_log_hub_wants (ThespianLogHub *self,
                        const char     *domain,
                        GLogLevelFlags  level)
{
  int severity = thespian_log_level_get_severity (thespian_log_level_normalise (level));
  ThespianLogLogger *logger;

  if (self->definition->by_glib || severity < self->definition->threshold)
    return severity >= self->definition->threshold;
  logger = thespian_log_definition_find (self->definition, domain);
  return logger != NULL && severity >= logger->threshold;
}

/* A ThespianLogFieldsFunc. */
static void
log_fields (GLogLevelFlags   level,
            const GLogField *fields,
            gsize            n_fields,
            gpointer         user_data)
{
  g_log_structured_array (level, fields, n_fields);
}

void
thespian_log_hub_handle (ThespianLogHub          *self,
                         const ThespianLogRecord *record)
{
  ThespianLogLogger *logger;

  if (!thespian_log_hub_wants (self, record->domain, record->level))
    return;
  if (self->definition->by_glib)
    {
      /* GLib would take it for this process's own, and might end it. */
      if (record->pid == (guint32) getpid ())
        thespian_log_record_with_fields (record, log_fields, NULL);
      else
        thespian_log_handler_handle (self->of_other_processes, record);
      return;
    }
  logger = thespian_log_definition_find (self->definition, record->domain);
  for (guint i = 0; i < logger->handlers->len; i++)
    thespian_log_handler_handle (g_ptr_array_index (logger->handlers, i), record);
}
