/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "log/thespian-log-filter-private.h"

ThespianLogFilter *
thespian_log_filter_new (ThespianLogFilterKind kind,
                         char                **domains)
{
  ThespianLogFilter *self = g_new0 (ThespianLogFilter, 1);

  self->ref_count = 1;
  self->kind = kind;
  self->domains = domains;
  return self;
}

ThespianLogFilter *
thespian_log_filter_ref (ThespianLogFilter *self)
{
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void
thespian_log_filter_unref (ThespianLogFilter *self)
{
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;
  g_strfreev (self->domains);
  g_free (self);
}

gboolean
thespian_log_domain_is_below (const char *domain,
                              const char *ancestor)
{
  gsize length = strlen (ancestor);

  if (length == 0)
    return TRUE;
  return domain != NULL && strncmp (domain, ancestor, length) == 0 &&
         strchr ("-.", domain[length]) != NULL; /* which finds the end of the text too */
}

gboolean
thespian_log_filter_passes (const ThespianLogFilter *self,
                            const ThespianLogRecord *record)
{
  switch (self->kind)
    {
    case THESPIAN_LOG_FILTER_ACTOR:
      return record->actor_address != NULL;
    case THESPIAN_LOG_FILTER_NOT_ACTOR:
      return record->actor_address == NULL;
    case THESPIAN_LOG_FILTER_DOMAIN:
      for (char **domain = self->domains; *domain != NULL; domain++)
        if (thespian_log_domain_is_below (record->domain, *domain))
          return TRUE;
      return FALSE;
    default:
      g_return_val_if_reached (TRUE);
    }
}
