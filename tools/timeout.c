/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "timeout.h"

/* More than a life is for ever, and overflows nothing. */
#define MAX_SECONDS 4e9

GTimeSpan
timeout_from_seconds (double seconds)
{
  if (!(seconds >= 0) || seconds > MAX_SECONDS)
    return -1;
  return (GTimeSpan) (seconds * G_TIME_SPAN_SECOND);
}
