/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The log of an actor's process: all of it goes to the admin, whose hub handles it.
 *
 * A record leaves at once, on the thread that logs, so that what was logged before a crash is there to
 * be read.  Somebody may log while the exchange's lock is held, by this thread even: then the record
 * waits for whoever moves the exchange next.
 */

#include "config.h"

#include "admin/thespian-agent-private.h"

#include "host/thespian-host-private.h"
#include "log/thespian-internals-log-private.h"
#include "log/thespian-log-level-private.h"
#include "log/thespian-log-stderr-private.h"
#include "log/thespian-log-writer-private.h"

/* What may wait on the way to the admin; beyond that records wait in the forwarder, and are dropped there. */
#define MAX_WAITING (1024 * 1024)

/* How long one that is about to abort waits until its last words have left. */
#define LAST_WORDS_LIMIT G_TIME_SPAN_SECOND
#define RETRY_INTERVAL G_TIME_SPAN_MILLISECOND
#define FINISH_POLL_MILLISECONDS 20

/* --- Out ------------------------------------------------------------------------------------------------------ */

static ThespianChannel *
get_channel_locked (ThespianAgent *self)
{
  return thespian_port_to_channel (self->face.address->port);
}

static gboolean
fits_a_frame (ThespianAgent *self,
              GVariant      *body)
{
  return g_variant_get_size (body) + THESPIAN_FRAME_HEADER_SIZE + THESPIAN_FRAME_ALIGNMENT <=
         self->exchange->limits.max_message;
}

/* A ThespianLogSendFunc, called under the exchange's lock. */
static gboolean
send_record (const ThespianLogRecord *record,
             gpointer                 user_data)
{
  ThespianAgent *self = user_data;
  ThespianChannel *channel = get_channel_locked (self);
  guint64 urgent = channel->urgent;
  g_autoptr (GVariant) body = NULL;

  if (channel->n_bytes > MAX_WAITING && !__atomic_load_n (&self->is_dying, __ATOMIC_RELAXED))
    return FALSE;
  body = g_variant_ref_sink (thespian_log_record_to_variant (record));
  if (fits_a_frame (self, body))
    thespian_exchange_control_locked (self->exchange, self->face.address, THESPIAN_CONTROL_LOG, NULL, body);
  else
    thespian_internals_log (G_LOG_LEVEL_WARNING, "A log record of %" G_GSIZE_FORMAT " bytes is too large to be sent",
                            g_variant_get_size (body));
  /* others need not wait for it */
  channel->urgent = urgent;
  return TRUE;
}

/* TRUE when nothing is left.  What finds no room is tried again with the next flush: the acknowledgement
 * that makes room leads to one. */
static gboolean
drain_locked (ThespianAgent *self)
{
  gboolean done = thespian_log_forwarder_drain (self->log_forwarder, send_record, self);

  if (!done)
    __atomic_store_n (&self->exchange->wants_flush, TRUE, __ATOMIC_RELEASE);
  return done;
}

void
thespian_agent_drain_log_locked (gpointer owner)
{
  drain_locked (owner);
}

static gboolean
send_locked (ThespianAgent *self)
{
  gboolean done = drain_locked (self);

  thespian_exchange_flush_peer_locked (self->admin_peer);
  return done && !thespian_channel_is_waiting_locked (get_channel_locked (self));
}

/* On any thread, which may hold the lock.  Lets go of nothing: what that would run may be what logs. */
static gboolean
send_now (ThespianAgent *self)
{
  gboolean done;

  if (!g_mutex_trylock (&self->exchange->lock))
    {
      __atomic_store_n (&self->exchange->wants_flush, TRUE, __ATOMIC_SEQ_CST);
      return FALSE;
    }
  done = send_locked (self);
  g_mutex_unlock (&self->exchange->lock);
  return done;
}

/* Takes @record. */
static void
forward (ThespianAgent     *self,
         ThespianLogRecord *record)
{
  thespian_log_forwarder_push (self->log_forwarder, record);
  /* The node's context is the default one.  This takes no lock. */
  if (!send_now (self) && !thespian_exchange_is_on_node (self->exchange))
    g_main_context_wakeup (NULL);
}

/* --- GLib's log ----------------------------------------------------------------------------------------------- */

static void
handle (ThespianLogRecord *record,
        gpointer           user_data)
{
  forward (user_data, record);
}

/* A ThespianLogSendFunc. */
static gboolean
write_internally (const ThespianLogRecord *record,
                  gpointer                 user_data)
{
  thespian_internals_log (record->level, "%s: %s", record->actor_address != NULL ? record->actor_address : "-",
                          record->message);
  return TRUE;
}

static void
say_last_words (gpointer user_data)
{
  ThespianAgent *self = user_data;
  gint64 deadline = g_get_monotonic_time () + LAST_WORDS_LIMIT;

  __atomic_store_n (&self->is_dying, TRUE, __ATOMIC_RELAXED);
  while (!send_now (self) && g_get_monotonic_time () < deadline)
    g_usleep (RETRY_INTERVAL);
  thespian_log_forwarder_drain (self->log_forwarder, write_internally, NULL);
}

/* Whatever thread it is: the process is there for the one actor. */
static ThespianAddress *
ref_actor (gpointer user_data)
{
  return g_object_ref (((ThespianAgent *) user_data)->actor);
}

void
thespian_agent_open_log (ThespianAgent           *self,
                         const ThespianNodeStart *start)
{
  const ThespianLogWriterFuncs funcs = { handle, say_last_words, ref_actor, self };

  self->log_threshold = start->log_threshold;
  if (start->logs_here)
    {
      self->log_hub = thespian_log_hub_new (g_variant_new_boolean (FALSE), NULL);
      return;
    }
  self->log_forwarder = thespian_log_forwarder_new (THESPIAN_LOG_FORWARDER_MAX_RECORDS, THESPIAN_LOG_FORWARDER_MAX_BYTES);
  thespian_log_writer_set_threshold (self->log_threshold);
  if (thespian_host_is_program ())
    thespian_log_writer_install (&funcs);
  else
    thespian_log_writer_install_beside (&funcs);
}

void
thespian_agent_finish_log (ThespianAgent *self,
                           GTimeSpan      limit)
{
  ThespianExchange *exchange = self->exchange;
  gint64 deadline = g_get_monotonic_time () + limit;

  if (self->log_forwarder == NULL)
    return;
  g_mutex_lock (&exchange->lock);
  while (!send_locked (self) && g_get_monotonic_time () < deadline)
    thespian_exchange_wait_locked (exchange, FINISH_POLL_MILLISECONDS);
  thespian_exchange_unlock (exchange);
}

/* --- What actors log ------------------------------------------------------------------------------------------ */

void
thespian_agent_log (ThespianAdminFace *face,
                    ThespianAddress   *address,
                    GLogLevelFlags     level,
                    const char        *message)
{
  ThespianAgent *self = (ThespianAgent *) face;
  int severity = thespian_log_level_get_severity (thespian_log_level_normalise (level));
  g_autoptr (ThespianLogRecord) record = NULL;

  if (severity < self->log_threshold || self->face.is_copied)
    return;
  record = thespian_log_record_new_of_actor (level, message, address);
  if (self->log_forwarder != NULL)
    forward (self, g_steal_pointer (&record));
  else if (self->log_hub != NULL)
    thespian_log_hub_handle (self->log_hub, record);
}

/* --- What the admin cannot write ------------------------------------------------------------------------------ */

/* Not under the lock: somebody may hold up the standard error. */
static void
show (gpointer data)
{
  g_autofree char *text = data;

  thespian_log_stderr_write (text);
}

void
thespian_agent_show_log_locked (ThespianAgent       *self,
                                const ThespianFrame *frame)
{
  g_autoptr (GVariant) body = thespian_control_read (frame, "s");

  if (body != NULL)
    thespian_exchange_call_later_locked (self->exchange, show, g_variant_dup_string (body, NULL));
}
