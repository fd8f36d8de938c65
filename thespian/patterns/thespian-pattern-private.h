/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "model/thespian-actor-private.h"

G_BEGIN_DECLS

/*
 * What the patterns have in common.  A message passes the patterns of a class in this order,
 * whatever the order in which the class asked for them.
 */
typedef enum
{
  THESPIAN_PATTERN_TRANSIENT,
  THESPIAN_PATTERN_TRANSIENT_IDLE,
  THESPIAN_PATTERN_INITIALIZING,
  THESPIAN_PATTERN_TROUPE,
} ThespianPattern;

#define THESPIAN_N_PATTERNS (THESPIAN_PATTERN_TROUPE + 1)

/* What a class declares about a pattern starts with this. */
typedef struct
{
  ThespianActorClass *klass; /* who declared it */
} ThespianPatternData;

/* What @klass or an ancestor declared, or NULL. */
gconstpointer thespian_pattern_get_data (ThespianActorClass *klass, ThespianPattern pattern);
/* The same for @klass itself, to be changed: at first a copy of its ancestor's, or zeros. */
gpointer      thespian_pattern_own_data (ThespianActorClass *klass, ThespianPattern pattern,
                                         ThespianInterceptorFactory factory, gsize size);

/* The object in @message if it is of @type, else NULL. */
gpointer thespian_pattern_peek_object       (const GValue *message, GType type);
/* System messages, and what the patterns tell each other. */
gboolean thespian_pattern_is_system_message (const GValue *message);
/* Whether @message is the wakeup @id; no wakeup is 0. */
gboolean thespian_pattern_is_wakeup         (const GValue *message, guint64 id);

/* Sends @message to @target as if it came from @sender, who gets the answers and the poison. */
void     thespian_pattern_forward           (ThespianActor *actor, ThespianAddress *target,
                                             const GValue *message, ThespianAddress *sender);

/* A message that waits, with its sender. */
typedef struct
{
  GValue message;
  ThespianAddress *sender; /* (owned) */
  guint n_tries; /* how often it was given to somebody */
} ThespianMail;

ThespianMail *thespian_mail_new  (const GValue *message, ThespianAddress *sender);
void          thespian_mail_free (ThespianMail *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThespianMail, thespian_mail_free)

/* Sends @self back to its sender. */
void thespian_mail_poison   (ThespianMail *self, ThespianActor *actor, const char *details);
/* For an actor that exits: what waits in @queue goes where the rest of its mailbox goes. */
void thespian_mail_put_back (GQueue *queue, ThespianActor *actor);

G_END_DECLS
