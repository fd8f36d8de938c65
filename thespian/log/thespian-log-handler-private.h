/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "log/thespian-log-file-private.h"
#include "log/thespian-log-format-private.h"

G_BEGIN_DECLS

/* Where records end: one of the handlers of a log definition.  Handles on any thread. */
typedef enum
{
  THESPIAN_LOG_HANDLER_STDERR,
  THESPIAN_LOG_HANDLER_FILE,
  THESPIAN_LOG_HANDLER_JOURNALD,
} ThespianLogHandlerKind;

typedef struct
{
  char *name; /* (owned) */
  ThespianLogHandlerKind kind;
  int severity;              /* the least that it takes */
  GPtrArray *filters;        /* (owned) of ThespianLogFilter; a record passes them all */
  ThespianLogFormat *format; /* (owned) (nullable) not for the journal */
  ThespianLogFile *file;     /* (owned) (nullable) */
  gint failing;              /* atomic */
} ThespianLogHandler;

/* One that takes everything; the rest is filled in by whoever makes it. */
ThespianLogHandler *thespian_log_handler_new    (const char *name, ThespianLogHandlerKind kind);
void                thespian_log_handler_free   (ThespianLogHandler *self);

/* A failure is told once, on standard error and in the internals log, until it works again. */
void                thespian_log_handler_handle (ThespianLogHandler *self,
                                                 const ThespianLogRecord *record);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThespianLogHandler, thespian_log_handler_free)

G_END_DECLS
