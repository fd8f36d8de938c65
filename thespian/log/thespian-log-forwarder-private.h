/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "log/thespian-log-record-private.h"

G_BEGIN_DECLS

/*
 * Records on their way out of a process: whoever logs puts them in and never waits; whoever sends
 * takes them out when there is room.  What finds the queue full is dropped, and a record in its
 * place in the order says how many were.  The last quarter is kept for warnings and worse.
 *
 * All may be called from any thread.
 */
typedef struct _ThespianLogForwarder ThespianLogForwarder;

#define THESPIAN_LOG_FORWARDER_MAX_RECORDS 10000
#define THESPIAN_LOG_FORWARDER_MAX_BYTES (4 * 1024 * 1024)

/* The domain of the records that say how many were dropped. */
#define THESPIAN_LOG_FORWARDER_DOMAIN "Thespian"

/* FALSE when there is no room: the record stays, and comes again with the next drain. */
typedef gboolean (*ThespianLogSendFunc) (const ThespianLogRecord *record, gpointer user_data);

ThespianLogForwarder *thespian_log_forwarder_new   (guint max_records, gsize max_bytes);
void                  thespian_log_forwarder_free  (ThespianLogForwarder *self);

/* Takes @record; FALSE when it was dropped. */
gboolean              thespian_log_forwarder_push  (ThespianLogForwarder *self,
                                                    ThespianLogRecord *record);

/* Sends what is there, in order, until @send has no room; TRUE when nothing is left.  Another
 * thread that drains is waited for; inside @send it does nothing, and is FALSE. */
gboolean              thespian_log_forwarder_drain (ThespianLogForwarder *self,
                                                    ThespianLogSendFunc send, gpointer user_data);

/* How many were dropped so far, told or not. */
guint64               thespian_log_forwarder_get_n_dropped (ThespianLogForwarder *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThespianLogForwarder, thespian_log_forwarder_free)

G_END_DECLS
