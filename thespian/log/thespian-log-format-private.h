/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "log/thespian-log-record-private.h"

G_BEGIN_DECLS

/*
 * How a record becomes a line: a template such as `%(time)s %(levelname)-8s %(message)s', in the
 * way of Python's logging.  What a record has not is `-'.
 */
typedef struct _ThespianLogFormat ThespianLogFormat;

/* What a handler without a formatter uses. */
#define THESPIAN_LOG_FORMAT_DEFAULT "%(time)s %(level)-8s [%(pid)d] %(actorAddress)s => %(message)s"

/* @date_format: as g_date_time_format() takes it, or NULL for `2024-01-31 13:05:01,123'.  Fails
 * with %THESPIAN_ERROR_INVALID_ARGUMENT, and says what is wrong with which of them. */
ThespianLogFormat *thespian_log_format_new   (const char *text, const char *date_format,
                                              GError **error);
ThespianLogFormat *thespian_log_format_ref   (ThespianLogFormat *self);
void               thespian_log_format_unref (ThespianLogFormat *self);

/* With the end of line. */
void               thespian_log_format_write (ThespianLogFormat *self,
                                              const ThespianLogRecord *record, GString *line);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThespianLogFormat, thespian_log_format_unref)

G_END_DECLS
