/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "log/thespian-log-record-private.h"

G_BEGIN_DECLS

/* Which records a handler takes. */
typedef enum
{
  THESPIAN_LOG_FILTER_ACTOR,     /* those of actors */
  THESPIAN_LOG_FILTER_NOT_ACTOR, /* the others */
  THESPIAN_LOG_FILTER_DOMAIN,    /* those of some domains, and of what is below them */
} ThespianLogFilterKind;

typedef struct
{
  guint ref_count; /* atomic */
  ThespianLogFilterKind kind;
  char **domains; /* (owned) (nullable) */
} ThespianLogFilter;

/* Takes @domains, which only the kind with domains has. */
ThespianLogFilter *thespian_log_filter_new    (ThespianLogFilterKind kind, char **domains);
ThespianLogFilter *thespian_log_filter_ref    (ThespianLogFilter *self);
void               thespian_log_filter_unref  (ThespianLogFilter *self);
gboolean           thespian_log_filter_passes (const ThespianLogFilter *self,
                                               const ThespianLogRecord *record);

/* Whether @domain is @ancestor or below it: `GLib-GIO' and `GLib.Net' are below `GLib', and
 * everything is below the empty one, the root. */
gboolean           thespian_log_domain_is_below (const char *domain, const char *ancestor);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThespianLogFilter, thespian_log_filter_unref)

G_END_DECLS
