/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "model/thespian-address.h"

G_BEGIN_DECLS

/* One entry of a log, on its way from whoever logged it to the log hub. */
typedef struct
{
  GLogLevelFlags level; /* normalised */
  guint32 pid;
  gint64 real_time;     /* in microseconds since 1970 */
  char *domain;         /* (owned) (nullable) */
  char *message;        /* (owned) */
  char *actor_address;  /* (owned) (nullable) in its printable form */
  char *actor_class;    /* (owned) (nullable) */
  GVariant *fields;     /* (owned) (nullable) the other fields, a{sv} of `s' and `ay' */
} ThespianLogRecord;

/* The domain of what actors log by thespian_actor_log(). */
#define THESPIAN_LOG_ACTOR_DOMAIN "Thespian-Actor"

#define THESPIAN_LOG_FIELD_ADDRESS "THESPIAN_ACTOR_ADDRESS"
#define THESPIAN_LOG_FIELD_CLASS "THESPIAN_ACTOR_CLASS"

/* Made now, by this process. */
ThespianLogRecord *thespian_log_record_new             (GLogLevelFlags level, const char *domain,
                                                        const char *message);
ThespianLogRecord *thespian_log_record_new_from_fields (GLogLevelFlags level,
                                                        const GLogField *fields, gsize n_fields);
void               thespian_log_record_free            (ThespianLogRecord *self);

/* One of the actor at @address. */
ThespianLogRecord *thespian_log_record_new_of_actor    (GLogLevelFlags level, const char *message,
                                                        ThespianAddress *address);
/* About how much memory it takes. */
gsize              thespian_log_record_get_size        (const ThespianLogRecord *self);
/* A further field as text, or NULL. */
char              *thespian_log_record_dup_field       (const ThespianLogRecord *self,
                                                        const char *key);

/* Calls @func with all of it as fields of GLib's log, which are gone when @func returns. */
typedef void (*ThespianLogFieldsFunc) (GLogLevelFlags level, const GLogField *fields,
                                       gsize n_fields, gpointer user_data);
void               thespian_log_record_with_fields     (const ThespianLogRecord *self,
                                                        ThespianLogFieldsFunc func,
                                                        gpointer user_data);

/* For the way between processes.  What comes from there is not trusted: what is no record is NULL
 * with %THESPIAN_ERROR_INVALID_ARGUMENT, and nobody else's record is fatal here. */
#define THESPIAN_LOG_RECORD_TYPE "(uuxmssmsmsa{sv})"
GVariant          *thespian_log_record_to_variant      (const ThespianLogRecord *self);
ThespianLogRecord *thespian_log_record_new_from_variant (GVariant *variant, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThespianLogRecord, thespian_log_record_free)

G_END_DECLS
