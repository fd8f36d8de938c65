/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "model/thespian-system-event.h"

G_BEGIN_DECLS

/* The keys of the details. */
#define THESPIAN_EVENT_ADDRESS "address"           /* s: printable; of all that have to do with an address */
#define THESPIAN_EVENT_MISSED "missed"             /* t: events before this one that could not be told */
#define THESPIAN_EVENT_EXISTING "existing"         /* b: the actor was there before */
#define THESPIAN_EVENT_CLASS "class"               /* s: of an actor, as all until the next */
#define THESPIAN_EVENT_PARENT "parent"             /* s: printable */
#define THESPIAN_EVENT_GLOBAL_NAME "global-name"   /* s; absent without a name */
#define THESPIAN_EVENT_PROCESS_ID "process-id"     /* i */
#define THESPIAN_EVENT_SENDER "sender"             /* s: printable; of a dead letter, as all until the next */
#define THESPIAN_EVENT_MESSAGE "message"           /* s: the message as a text */
#define THESPIAN_EVENT_MESSAGE_TYPE "message-type" /* s */
#define THESPIAN_EVENT_CAPABILITIES "capabilities" /* a{sv}: as they are now */
#define THESPIAN_EVENT_LEVEL "level"               /* s: of what was logged, as all below */
#define THESPIAN_EVENT_DOMAIN "domain"             /* s */
#define THESPIAN_EVENT_TIME "time"                 /* x: microseconds since 1970 */

/* @details: a{sv}; a floating one is taken */
ThespianSystemEvent *thespian_system_event_new (ThespianSystemEventKind kind, ThespianAddress *address,
                                                GVariant *details);

/* Whether it is of a list of who is there, which has an end. */
gboolean             thespian_system_event_is_of_list (ThespianSystemEvent *self);
/* How many before it were not told. */
guint64              thespian_system_event_get_missed (ThespianSystemEvent *self);
/* The same with @n_missed more before it. */
ThespianSystemEvent *thespian_system_event_copy_with_missed (ThespianSystemEvent *self, guint64 n_missed);

G_END_DECLS
