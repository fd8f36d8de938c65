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

typedef enum
{
  LIMIT_QUEUED,
  LIMIT_BYTES,
  LIMIT_UNBLOCK,
  LIMIT_DROP_LEVEL,
  LIMIT_TIMEOUT,
  LIMIT_MESSAGE_SIZE,
  LIMIT_RATE,
} Limit;

static const struct
{
  const char *capability, *variable;
} limits[] = {
  [LIMIT_QUEUED] = { THESPIAN_CAPABILITY_MAX_QUEUED_TRANSMITS, "THESPIAN_MAX_QUEUED_TRANSMITS" },
  [LIMIT_BYTES] = { THESPIAN_CAPABILITY_MAX_QUEUED_BYTES, "THESPIAN_MAX_QUEUED_BYTES" },
  [LIMIT_UNBLOCK] = { THESPIAN_CAPABILITY_UNBLOCK_THRESHOLD, "THESPIAN_QUEUED_TRANSMIT_UNBLOCK_THRESHOLD" },
  [LIMIT_DROP_LEVEL] = { THESPIAN_CAPABILITY_DROP_TRANSMITS_LEVEL, "THESPIAN_DROP_TRANSMITS_LEVEL" },
  [LIMIT_TIMEOUT] = { THESPIAN_CAPABILITY_TRANSMIT_TIMEOUT, "THESPIAN_TRANSMIT_TIMEOUT_PERIOD" },
  [LIMIT_MESSAGE_SIZE] = { THESPIAN_CAPABILITY_MAX_MESSAGE_SIZE, NULL },
  [LIMIT_RATE] = { THESPIAN_CAPABILITY_RATE_LIMIT, NULL },
};

#define N_LIMITS G_N_ELEMENTS (limits)

/* What the capabilities say of each limit, and the environment of those that they say nothing of. */
typedef struct
{
  GVariant *values[N_LIMITS]; /* (owned) (nullable) */
  const char *texts[N_LIMITS]; /* (nullable) */
} Settings;

/* In one pass: each process does so when it begins. */
static void
settings_read (Settings *self,
               GVariant *capabilities)
{
  GVariantIter iter;
  GVariant *value;
  const char *name;

  *self = (Settings){ 0 };
  if (capabilities != NULL)
    {
      g_variant_iter_init (&iter, capabilities);
      while (g_variant_iter_loop (&iter, "{&sv}", &name, &value))
        for (guint i = 0; i < N_LIMITS; i++)
          if (self->values[i] == NULL && g_str_equal (name, limits[i].capability))
            self->values[i] = g_variant_ref (value);
    }
  for (guint i = 0; i < N_LIMITS; i++)
    self->texts[i] = limits[i].variable != NULL ? g_getenv (limits[i].variable) : NULL;
}

static void
settings_clear (Settings *self)
{
  for (guint i = 0; i < N_LIMITS; i++)
    g_clear_pointer (&self->values[i], g_variant_unref);
}

static guint64
read_number (const Settings *settings,
             Limit           limit,
             guint64         fallback)
{
  GVariant *value = settings->values[limit];
  const char *text = settings->texts[limit];
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
read_timeout (const Settings *settings)
{
  GVariant *value = settings->values[LIMIT_TIMEOUT];
  const char *text = settings->texts[LIMIT_TIMEOUT];
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
  Settings settings;
  guint64 max_message;

  settings_read (&settings, capabilities);
  self->max_queued = clamp_count (read_number (&settings, LIMIT_QUEUED, MAX_QUEUED));
  self->max_queued = MAX (self->max_queued, 1);
  self->max_bytes = read_number (&settings, LIMIT_BYTES, MAX_BYTES);
  self->max_bytes = MAX (self->max_bytes, 1);
  self->unblock = clamp_count (
      read_number (&settings, LIMIT_UNBLOCK, self->max_queued == MAX_QUEUED ? UNBLOCK : self->max_queued * 4 / 5));
  self->unblock = MIN (self->unblock, self->max_queued);
  self->drop_level = clamp_count (read_number (&settings, LIMIT_DROP_LEVEL, self->max_queued + DROP_MARGIN));
  self->drop_level = MAX (self->drop_level, self->max_queued);
  self->transmit_timeout = read_timeout (&settings);
  max_message = read_number (&settings, LIMIT_MESSAGE_SIZE, MAX_MESSAGE);
  self->max_message = (guint32) MIN (max_message, MAX_MESSAGE);
  self->rate = read_number (&settings, LIMIT_RATE, 0);
  settings_clear (&settings);
}
