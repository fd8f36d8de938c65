/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "log/thespian-log-writer-private.h"

#include "log/thespian-log-level-private.h"
#include "model/thespian-address-private.h"

#include <stdlib.h>
#include <unistd.h>

static GRWLock lock; /* held for reading while a function of the process is called */
static ThespianLogWriterFuncs funcs; /* protected by the lock */
static gboolean is_attached;         /* protected by the lock */
static pid_t owner; /* a copy of the process has nothing to do with where its records go */
static gint threshold = THESPIAN_LOG_SEVERITY_ALL; /* atomic */

/* What the old API knows, and does not tell a writer: that this message ends the process. */
static GPrivate is_fatal_message;

/* A GLogFunc. */
static void
pass_to_writer (const char    *domain,
                GLogLevelFlags level,
                const char    *message,
                gpointer       user_data)
{
  g_private_set (&is_fatal_message, GINT_TO_POINTER ((level & G_LOG_FLAG_FATAL) != 0));
  g_log_default_handler (domain, level, message, user_data);
  g_private_set (&is_fatal_message, NULL);
}

/* A GLogFunc: as g_log_default_handler(), whatever writer GLib has. */
static void
write_beside (const char    *domain,
              GLogLevelFlags level,
              const char    *message,
              gpointer       user_data)
{
  const char *priority =
    thespian_log_level_get_priority (thespian_log_level_normalise (level));
  const GLogField fields[] = { { "GLIB_OLD_LOG_API", "1", -1 },
                               { "MESSAGE", message != NULL ? message : "(NULL)", -1 },
                               { "PRIORITY", priority, -1 },
                               { "GLIB_DOMAIN", domain, -1 } };
  gsize n_fields = G_N_ELEMENTS (fields) - (domain == NULL);

  if ((level & G_LOG_FLAG_RECURSION) != 0)
    {
      g_log_default_handler (domain, level, message, user_data);
      return;
    }
  g_private_set (&is_fatal_message, GINT_TO_POINTER ((level & G_LOG_FLAG_FATAL) != 0));
  thespian_log_writer (level & ~G_LOG_FLAG_FATAL, fields, n_fields, NULL);
  g_private_set (&is_fatal_message, NULL);
}

static void
attach (const ThespianLogWriterFuncs *new_funcs)
{
  g_rw_lock_writer_lock (&lock);
  funcs = *new_funcs;
  owner = getpid ();
  is_attached = TRUE;
  g_rw_lock_writer_unlock (&lock);
}

void
thespian_log_writer_install (const ThespianLogWriterFuncs *new_funcs)
{
  attach (new_funcs);
  g_log_set_writer_func (thespian_log_writer, NULL, NULL);
  g_log_set_default_handler (pass_to_writer, NULL);
}

void
thespian_log_writer_install_beside (const ThespianLogWriterFuncs *new_funcs)
{
  attach (new_funcs);
  g_log_set_default_handler (write_beside, NULL);
}

void
thespian_log_writer_detach (void)
{
  g_rw_lock_writer_lock (&lock);
  is_attached = FALSE;
  g_rw_lock_writer_unlock (&lock);
}

void
thespian_log_writer_set_threshold (int severity)
{
  g_atomic_int_set (&threshold, severity);
}

/* --- What ends the process -------------------------------------------------------------------- */

static gboolean
is_of_old_api (const GLogField *fields,
               gsize            n_fields)
{
  for (gsize i = 0; i < n_fields; i++)
    if (g_str_equal (fields[i].key, "GLIB_OLD_LOG_API"))
      return TRUE;
  return FALSE;
}

/* There is no other way to see it. */
static GLogLevelFlags
get_always_fatal (void)
{
  static GMutex peek_lock;
  GLogLevelFlags mask;

  g_mutex_lock (&peek_lock);
  mask = g_log_set_always_fatal (G_LOG_FATAL_MASK);
  g_log_set_always_fatal (mask);
  g_mutex_unlock (&peek_lock);
  return mask;
}

typedef enum
{
  SURVIVES,
  DIES_BY_GLIB, /* GLib ends the process when we return */
  DIES_BY_US,   /* as it would by GLib's own writer */
} Fate;

static Fate
tell_fate (GLogLevelFlags   level,
           int              severity,
           const GLogField *fields,
           gsize            n_fields)
{
  if ((level & G_LOG_FATAL_MASK) != 0 || g_private_get (&is_fatal_message) != NULL)
    return DIES_BY_GLIB;
  if ((level & G_LOG_FLAG_FATAL) != 0)
    return DIES_BY_US;
  /* Debug messages come often, and nobody makes them always fatal. */
  if (severity < THESPIAN_LOG_SEVERITY_WARNING || is_of_old_api (fields, n_fields))
    return SURVIVES;
  return (level & get_always_fatal ()) != 0 ? DIES_BY_US : SURVIVES;
}

/* --- Records ---------------------------------------------------------------------------------- */

static void
name_actor (ThespianLogRecord *record)
{
  g_autoptr (ThespianAddress) actor = NULL;

  if (record->actor_address != NULL || funcs.ref_actor == NULL)
    return;
  actor = funcs.ref_actor (funcs.user_data);
  if (actor == NULL)
    return;
  record->actor_address = thespian_address_to_string (actor);
  if (record->actor_class == NULL)
    record->actor_class = g_strdup (actor->class_name);
}

/* FALSE when there is nobody to take a record. */
static gboolean
pass_on (GLogLevelFlags   level,
         const GLogField *fields,
         gsize            n_fields,
         gboolean         dies)
{
  ThespianLogRecord *record;
  gboolean attached;

  /* The lock may have been held by a thread that the copy does not have. */
  if (getpid () != owner)
    return FALSE;
  g_rw_lock_reader_lock (&lock);
  attached = is_attached;
  if (attached)
    {
      record = thespian_log_record_new_from_fields (level, fields, n_fields);
      name_actor (record);
      funcs.handle (record, funcs.user_data);
      if (dies && funcs.flush != NULL)
        funcs.flush (funcs.user_data);
    }
  g_rw_lock_reader_unlock (&lock);
  return attached;
}

static const char *
find_domain (const GLogField *fields,
             gsize            n_fields)
{
  for (gsize i = 0; i < n_fields; i++)
    if (g_str_equal (fields[i].key, "GLIB_DOMAIN"))
      return fields[i].value;
  return NULL;
}

/* Nobody but G_MESSAGES_DEBUG may have asked for it. */
static GLogWriterOutput
write_if_asked (GLogLevelFlags   level,
                const GLogField *fields,
                gsize            n_fields,
                gpointer         user_data)
{
  if ((level & (G_LOG_LEVEL_INFO | G_LOG_LEVEL_DEBUG)) == 0 ||
      g_log_writer_default_would_drop (level, find_domain (fields, n_fields)))
    return G_LOG_WRITER_HANDLED;
  return g_log_writer_default (level, fields, n_fields, user_data);
}

GLogWriterOutput
thespian_log_writer (GLogLevelFlags   level,
                     const GLogField *fields,
                     gsize            n_fields,
                     gpointer         user_data)
{
  int severity = thespian_log_level_get_severity (thespian_log_level_normalise (level));
  Fate fate = tell_fate (level, severity, fields, n_fields);

  if (fate == SURVIVES && severity < g_atomic_int_get (&threshold))
    return write_if_asked (level, fields, n_fields, user_data);
  if (!pass_on (level, fields, n_fields, fate != SURVIVES))
    return g_log_writer_default (level, fields, n_fields, user_data);
  if (fate == DIES_BY_US)
    g_abort ();
  return G_LOG_WRITER_HANDLED;
}
