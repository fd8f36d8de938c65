/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "log/thespian-log-forwarder-private.h"

#include "log/thespian-log-level-private.h"

struct _ThespianLogForwarder
{
  guint max_records;
  gsize max_bytes;

  GMutex lock;
  GQueue records;     /* of ThespianLogRecord; protected by the lock */
  gsize n_bytes;      /* protected by the lock */
  guint64 n_dropped;  /* protected by the lock */
  guint64 n_untold;   /* of these, how many no record tells of; protected by the lock */

  GMutex drain_lock;  /* held while records are sent, so that they stay in order */
  GThread *drainer;   /* (nullable) unowned: who holds it; atomic */
};

ThespianLogForwarder *
thespian_log_forwarder_new (guint max_records,
                            gsize max_bytes)
{
  ThespianLogForwarder *self = g_new0 (ThespianLogForwarder, 1);

  self->max_records = max_records;
  self->max_bytes = max_bytes;
  g_mutex_init (&self->lock);
  g_mutex_init (&self->drain_lock);
  g_queue_init (&self->records);
  return self;
}

void
thespian_log_forwarder_free (ThespianLogForwarder *self)
{
  g_queue_clear_full (&self->records, (GDestroyNotify) thespian_log_record_free);
  g_mutex_clear (&self->lock);
  g_mutex_clear (&self->drain_lock);
  g_free (self);
}

guint64
thespian_log_forwarder_get_n_dropped (ThespianLogForwarder *self)
{
  guint64 n_dropped;

  g_mutex_lock (&self->lock);
  n_dropped = self->n_dropped;
  g_mutex_unlock (&self->lock);
  return n_dropped;
}

/* --- Putting in ------------------------------------------------------------------------------- */

static gboolean
has_room_locked (ThespianLogForwarder    *self,
                 const ThespianLogRecord *record)
{
  gboolean is_bad =
    thespian_log_level_get_severity (record->level) >= THESPIAN_LOG_SEVERITY_WARNING;
  guint max_records = is_bad ? self->max_records : self->max_records - self->max_records / 4;
  gsize max_bytes = is_bad ? self->max_bytes : self->max_bytes - self->max_bytes / 4;

  return self->records.length < max_records &&
         self->n_bytes + thespian_log_record_get_size (record) <= max_bytes;
}

static void
append_locked (ThespianLogForwarder *self,
               ThespianLogRecord    *record)
{
  g_queue_push_tail (&self->records, record);
  self->n_bytes += thespian_log_record_get_size (record);
}

/* After what came before those that were dropped, and before what comes now.  It may stand beyond
 * the bounds: there is only one after each record that fits. */
static void
tell_of_dropped_locked (ThespianLogForwarder *self)
{
  g_autofree char *text = NULL;

  if (self->n_untold == 0)
    return;
  text = g_strdup_printf ("%" G_GUINT64_FORMAT
                          " log records of this process were dropped: they came faster than "
                          "they could be sent",
                          self->n_untold);
  self->n_untold = 0;
  append_locked (
    self, thespian_log_record_new (G_LOG_LEVEL_WARNING, THESPIAN_LOG_FORWARDER_DOMAIN, text));
}

gboolean
thespian_log_forwarder_push (ThespianLogForwarder *self,
                             ThespianLogRecord    *record)
{
  gboolean fits;

  g_mutex_lock (&self->lock);
  fits = has_room_locked (self, record);
  if (fits)
    {
      tell_of_dropped_locked (self);
      append_locked (self, record);
    }
  else
    {
      self->n_dropped++;
      self->n_untold++;
    }
  g_mutex_unlock (&self->lock);

  if (!fits)
    thespian_log_record_free (record);
  return fits;
}

/* --- Taking out ------------------------------------------------------------------------------- */

static ThespianLogRecord *
pop (ThespianLogForwarder *self)
{
  ThespianLogRecord *record;

  g_mutex_lock (&self->lock);
  if (self->records.length == 0)
    tell_of_dropped_locked (self);
  record = g_queue_pop_head (&self->records);
  if (record != NULL)
    self->n_bytes -= thespian_log_record_get_size (record);
  g_mutex_unlock (&self->lock);
  return record;
}

static void
put_back (ThespianLogForwarder *self,
          ThespianLogRecord    *record)
{
  g_mutex_lock (&self->lock);
  g_queue_push_head (&self->records, record);
  self->n_bytes += thespian_log_record_get_size (record);
  g_mutex_unlock (&self->lock);
}

gboolean
thespian_log_forwarder_drain (ThespianLogForwarder *self,
                              ThespianLogSendFunc   send,
                              gpointer              user_data)
{
  ThespianLogRecord *record = NULL;

  if (g_atomic_pointer_get (&self->drainer) == g_thread_self ())
    return FALSE;
  g_mutex_lock (&self->drain_lock);
  g_atomic_pointer_set (&self->drainer, g_thread_self ());
  while ((record = pop (self)) != NULL && send (record, user_data))
    thespian_log_record_free (record);
  if (record != NULL)
    put_back (self, record);
  g_atomic_pointer_set (&self->drainer, NULL);
  g_mutex_unlock (&self->drain_lock);
  return record == NULL;
}
