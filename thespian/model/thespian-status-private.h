/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "model/thespian-actor-status.h"
#include "model/thespian-system-status.h"

G_BEGIN_DECLS

/*
 * The keys of the details that the typed getters know. Addresses stand in the details in their
 * printable form only: whoever may read a status must not thereby get the right to send.
 */
#define THESPIAN_STATUS_ADDRESS "address"                       /* s: both */
#define THESPIAN_STATUS_PROCESS_ID "process-id"                 /* i: both */
#define THESPIAN_STATUS_CLASS "class"                           /* s: of an actor, as all below */
#define THESPIAN_STATUS_PARENT "parent"                         /* s; absent without a parent */
#define THESPIAN_STATUS_GLOBAL_NAME "global-name"               /* s; absent without a name */
#define THESPIAN_STATUS_CHILDREN "children"                     /* as */
#define THESPIAN_STATUS_EXITING "exiting"                       /* b */
#define THESPIAN_STATUS_PENDING_WAKEUPS "pending-wakeups"       /* t */
#define THESPIAN_STATUS_MESSAGES_QUEUED "messages-queued"       /* t */
#define THESPIAN_STATUS_MESSAGES_RECEIVED "messages-received"   /* t */
#define THESPIAN_STATUS_MESSAGES_SENT "messages-sent"           /* t */
#define THESPIAN_STATUS_MESSAGES_FAILED "messages-failed"       /* t */
#define THESPIAN_STATUS_MESSAGES_POISONED "messages-poisoned"   /* t */
#define THESPIAN_STATUS_MEMORY "memory"                         /* t: bytes */
#define THESPIAN_STATUS_BASE "base"                             /* s: of a system, as all below */
#define THESPIAN_STATUS_CAPABILITIES "capabilities"             /* a{sv} */
#define THESPIAN_STATUS_N_ACTORS "n-actors"                     /* t */
#define THESPIAN_STATUS_NAMED_ACTORS "named-actors"             /* a{ss}: name to address */
#define THESPIAN_STATUS_DEAD_LETTER_HANDLER "dead-letter-handler" /* s; absent without one */

/* @details: a{sv}; a floating one is taken */
ThespianActorStatus  *thespian_actor_status_new  (GVariant *details);
ThespianSystemStatus *thespian_system_status_new (GVariant *details);

/* For the bodies of the two: what @details say under @key, or the type's empty value. */
const char *thespian_status_get_string (GVariant *details, const char *key);
guint64     thespian_status_get_uint64 (GVariant *details, const char *key);
char       *thespian_status_to_json    (GVariant *details);

G_END_DECLS
