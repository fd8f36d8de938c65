/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How much may wait for one target, and for how long. */
typedef struct
{
  guint max_queued;   /* messages; from here on a send blocks */
  guint64 max_bytes;  /* the same in bytes */
  guint unblock;      /* messages; until so few are left */
  guint drop_level;   /* messages; from here on a send is refused */
  GTimeSpan transmit_timeout;
  guint32 max_message; /* bytes of a frame */
  guint64 rate;        /* bytes a second; 0: unlimited */
} ThespianLimits;

#define THESPIAN_CAPABILITY_MAX_QUEUED_TRANSMITS "Max Queued Transmits"
#define THESPIAN_CAPABILITY_MAX_QUEUED_BYTES "Max Queued Bytes"
#define THESPIAN_CAPABILITY_UNBLOCK_THRESHOLD "Unblock Threshold"
#define THESPIAN_CAPABILITY_DROP_TRANSMITS_LEVEL "Drop Transmits Level"
#define THESPIAN_CAPABILITY_TRANSMIT_TIMEOUT "Transmit Timeout"
#define THESPIAN_CAPABILITY_MAX_MESSAGE_SIZE "Max Message Size"
#define THESPIAN_CAPABILITY_RATE_LIMIT "Rate Limit"

/* What the runtime may put round a message that is as large as can be, when it sends it on. */
#define THESPIAN_MESSAGE_MARGIN (64 * 1024)

/* From the environment, and from @capabilities (a{sv}, nullable), which go before it. */
void     thespian_limits_read (ThespianLimits *self, GVariant *capabilities);

/* A time as the environment has it: seconds, mm:ss or hh:mm:ss, each with a fraction perhaps. */
gboolean thespian_parse_period (const char *text, GTimeSpan *ret_period);

G_END_DECLS
