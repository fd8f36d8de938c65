/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  CALL_OPTION_BOOLEAN,    /* gboolean */
  CALL_OPTION_TIME,       /* GTimeSpan, negative for ever */
  CALL_OPTION_STRING,     /* char *, which the caller frees */
  CALL_OPTION_DICTIONARY, /* GVariant *, which the caller unrefs */
} CallOptionType;

/*
 * Reads the a{sv} @options of a method into what follows, a NULL-terminated list of name, CallOptionType and location.
 * What is not given stays as it is. Fails with INVALID_ARGUMENT for an option that is not in the list, or of a wrong
 * type; then nothing is set.
 */
gboolean call_options_read (GVariant *options, GError **error, ...) G_GNUC_NULL_TERMINATED;

/* The same without any option. */
#define call_options_read_none(options, error) call_options_read (options, error, NULL)

G_END_DECLS
