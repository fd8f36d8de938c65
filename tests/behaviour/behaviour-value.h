/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <thespian.h>

G_BEGIN_DECLS

/*
 * A short text for each message, by which tests say what they expect:
 *
 *   strings and numbers   as they are
 *   addresses             address
 *   system messages       exit, exit-alone, child-exited, poison(MESSAGE), dead(MESSAGE), wakeup or
 *                         wakeup(PAYLOAD), watch, actor-status, system-status, status-request
 *   GVariants             as GLib prints them
 *   anything else         its type in <>
 */
char   *behaviour_describe        (const GValue    *message);

/* Whether @message is the string @text. */
gboolean behaviour_is             (const GValue    *message,
                                   const char      *text);

/* The part of a string message "PREFIX…" behind its prefix, or NULL. */
const char *behaviour_after       (const GValue    *message,
                                   const char      *prefix);

/* The object of a message when it is of @type, else NULL. */
gpointer behaviour_object         (const GValue    *message,
                                   GType            type);

/* Values to send. Every function of these helpers that takes one frees it. */
typedef GValue BehaviourMessage;

BehaviourMessage *behaviour_string     (const char       *text);
BehaviourMessage *behaviour_int        (int               number);
BehaviourMessage *behaviour_address    (ThespianAddress  *address);
BehaviourMessage *behaviour_variant    (GVariant         *variant);
BehaviourMessage *behaviour_take       (gpointer          object);
BehaviourMessage *behaviour_exit       (void);
BehaviourMessage *behaviour_exit_alone (void);
void              behaviour_message_free (BehaviourMessage *message);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BehaviourMessage, behaviour_message_free)

/* Values that ask and listen returned. */
typedef GValue BehaviourReply;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BehaviourReply, thespian_value_free)

G_END_DECLS
