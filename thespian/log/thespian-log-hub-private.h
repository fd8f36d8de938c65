/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "log/thespian-log-record-private.h"

G_BEGIN_DECLS

/*
 * Where a system's records come together, and are handled as its log definition says.
 *
 * All may be called from any thread.  Nothing in here uses GLib's log, but where the definition
 * says that records go there.
 */
typedef struct _ThespianLogHub ThespianLogHub;

/* @definition: NULL for warnings and worse to GLib's log; FALSE for everything there; a dictionary
 * of type a{sv}, or a text with one as JSON.  Consumed if floating.  Fails with
 * %THESPIAN_ERROR_INVALID_ARGUMENT, which names the key and its value. */
ThespianLogHub *thespian_log_hub_new     (GVariant *definition, GError **error);
/* Whether that would work, as far as can be told without opening files. */
gboolean        thespian_log_hub_check_definition (GVariant *definition, GError **error);
void            thespian_log_hub_free    (ThespianLogHub *self);

/* Whether anything would come of a record like this. */
gboolean        thespian_log_hub_wants   (ThespianLogHub *self, const char *domain,
                                          GLogLevelFlags level);
/* Whether each process logs for itself: the definition is FALSE. */
gboolean        thespian_log_hub_is_left_alone (ThespianLogHub *self);
/* The least severity of which anything comes. */
int             thespian_log_hub_get_threshold (ThespianLogHub *self);

/* Writes it before it returns.  A record of another process ends nothing here, however bad. */
void            thespian_log_hub_handle  (ThespianLogHub *self, const ThespianLogRecord *record);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThespianLogHub, thespian_log_hub_free)

G_END_DECLS
