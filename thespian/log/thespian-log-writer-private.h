/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "log/thespian-log-record-private.h"
#include "model/thespian-address.h"

G_BEGIN_DECLS

/*
 * What a process that exists for its actors does with GLib's log: everything becomes a record, with
 * the actor in whose name the thread works.
 *
 * None of the functions may use GLib's log: GLib ends a process that logs while it logs.
 */
typedef struct
{
  /* Takes @record. */
  void (*handle) (ThespianLogRecord *record, gpointer user_data);
  /* Called when the process is about to abort: sends what there is, and waits for that, or NULL. */
  void (*flush) (gpointer user_data);
  /* The actor whose code this thread runs: a reference, or NULL.  Or NULL when none ever does. */
  ThespianAddress *(*ref_actor) (gpointer user_data);
  gpointer user_data;
} ThespianLogWriterFuncs;

/* Once in a process, before other code may have given GLib a writer.  @funcs are copied. */
void             thespian_log_writer_install       (const ThespianLogWriterFuncs *funcs);
/* Where other code may have: GLib ends a process that gets a second one.  So what is logged by
 * g_log_structured() stays with the one that is there. */
void             thespian_log_writer_install_beside (const ThespianLogWriterFuncs *funcs);
/* Waits for calls under way; from then on all goes to GLib's own writer. */
void             thespian_log_writer_detach        (void);
/* Records below this severity are not made at all; all are at first.  What G_MESSAGES_DEBUG asks
 * for is written by GLib then. */
void             thespian_log_writer_set_threshold (int severity);

/* A GLogWriterFunc. */
GLogWriterOutput thespian_log_writer               (GLogLevelFlags level, const GLogField *fields,
                                                    gsize n_fields, gpointer user_data);

G_END_DECLS
