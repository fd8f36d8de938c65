/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "session.h"

G_BEGIN_DECLS

/* What the commands that send and print messages have in common. */
typedef struct
{
  char *format_name; /* (owned) (nullable) of the option */
  double seconds;    /* of the option */
  MessageFormat format;
  GTimeSpan timeout; /* -1 for ever */
} Exchange;

#define EXCHANGE_INIT(seconds) { NULL, seconds, MESSAGE_JSON, -1 }

/* Entries of the options --format and --timeout. */
#define EXCHANGE_FORMAT_ENTRY(self) \
  { "format", 'f', 0, G_OPTION_ARG_STRING, &(self)->format_name, \
    N_ ("How messages are written: json (default), gvariant, text or address"), N_ ("FORMAT") }
#define EXCHANGE_TIMEOUT_ENTRY(self, text) \
  { "timeout", 't', 0, G_OPTION_ARG_DOUBLE, &(self)->seconds, text, N_ ("SECONDS") }

/* After the options were read. */
gboolean  exchange_read_options (Exchange *self, GError **error);
void      exchange_clear        (Exchange *self);
/* Not floating. */
GVariant *exchange_parse        (Exchange *self, const char *text, GError **error);
/* FALSE with %TOOL_ERROR_POISON when it tells of a failure. */
gboolean  exchange_print        (Exchange *self, Session *session, Answer *answer, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Exchange, exchange_clear)

G_END_DECLS
