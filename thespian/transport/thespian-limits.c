/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "transport/thespian-limits-private.h"

#include "model/thespian-variant-number-private.h"

#include <stdlib.h>

#define MAX_QUEUED 950
#define MAX_BYTES (64 * 1024 * 1024)
#define UNBLOCK 780
#define DROP_MARGIN 100
#define TRANSMIT_TIMEOUT (5 * G_TIME_SPAN_MINUTE)
#define MAX_TRANSMIT_TIMEOUT 1e9 /* in seconds */
#define MAX_MESSAGE (1024 * 1024 * 1024)

static guint64
read_number (GVariantDict *capabilities,
             const char   *capability,
             const char   *variable,
             guint64       fallback)
{
  g_autoptr (GVariant) value = g_variant_dict_lookup_value (capabilities, capability, NULL);
  const char *text = variable != NULL ? g_getenv (variable) : NULL;
  guint64 number;

  if (value != NULL && thespian_variant_read_integer (value, &number))
    return number;
  if (text != NULL && g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64, &number, NULL))
    return number;
  return fallback;
}

gboolean
thespian_parse_period (const char *text,
                       GTimeSpan  *ret_period)
{
  g_auto (GStrv) parts = g_strsplit (text, ":", 3);
  double seconds = 0;

  for (char **part = parts; *part != NULL; part++)
    {
      char *end;
      double number = g_ascii_strtod (*part, &end);

      if (end == *part || *end != '\0' || !(number >= 0) || number > 1e9)
        return FALSE;
      seconds = seconds * 60 + number;
    }
  *ret_period = (GTimeSpan) (seconds * G_TIME_SPAN_SECOND);
  return parts[0] != NULL;
}

static GTimeSpan
read_timeout (GVariantDict *capabilities)
{
  const char *text = g_getenv ("THESPIAN_TRANSMIT_TIMEOUT_PERIOD");
  g_autoptr (GVariant) value = g_variant_dict_lookup_value (capabilities, THESPIAN_CAPABILITY_TRANSMIT_TIMEOUT, NULL);
  GTimeSpan period;
  double seconds;

  if (value != NULL && thespian_variant_read_double (value, &seconds) && seconds > 0)
    return (GTimeSpan) (MIN (seconds, MAX_TRANSMIT_TIMEOUT) * G_TIME_SPAN_SECOND);
  if (text != NULL && thespian_parse_period (text, &period))
    return period;
  return TRANSMIT_TIMEOUT;
}

static guint
clamp_count (guint64 count)
{
  return (guint) MIN (count, G_MAXUINT / 2);
}

void
thespian_limits_read (ThespianLimits *self,
                      GVariant       *capabilities)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (capabilities);

  self->max_queued = MAX (1, clamp_count (read_number (&dict, THESPIAN_CAPABILITY_MAX_QUEUED_TRANSMITS,
                                                       "THESPIAN_MAX_QUEUED_TRANSMITS", MAX_QUEUED)));
  self->max_bytes = MAX (1, read_number (&dict, THESPIAN_CAPABILITY_MAX_QUEUED_BYTES,
                                         "THESPIAN_MAX_QUEUED_BYTES", MAX_BYTES));
  self->unblock = clamp_count (read_number (&dict, THESPIAN_CAPABILITY_UNBLOCK_THRESHOLD,
                                            "THESPIAN_QUEUED_TRANSMIT_UNBLOCK_THRESHOLD",
                                            self->max_queued == MAX_QUEUED ? UNBLOCK : self->max_queued * 4 / 5));
  self->unblock = MIN (self->unblock, self->max_queued);
  self->drop_level = clamp_count (read_number (&dict, THESPIAN_CAPABILITY_DROP_TRANSMITS_LEVEL,
                                               "THESPIAN_DROP_TRANSMITS_LEVEL", self->max_queued + DROP_MARGIN));
  self->drop_level = MAX (self->drop_level, self->max_queued);
  self->transmit_timeout = read_timeout (&dict);
  self->max_message = (guint32) MIN (read_number (&dict, THESPIAN_CAPABILITY_MAX_MESSAGE_SIZE, NULL,
                                                  MAX_MESSAGE),
                                     MAX_MESSAGE);
  self->rate = read_number (&dict, THESPIAN_CAPABILITY_RATE_LIMIT, NULL, 0);
}
