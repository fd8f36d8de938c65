/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "behaviour-outside.h"

G_BEGIN_DECLS

/*
 * Defines a class of actors for a test, in the least words: a struct Name, whose first member is a
 * ThespianActor, and a function name_receive() come before it; class set-up follows as further
 * statements about `klass`.
 */
#define BEHAVIOUR_ACTOR(Name, name, ...) \
  typedef ThespianActorClass Name##Class; \
  GType name##_get_type (void); \
  G_DEFINE_TYPE (Name, name, THESPIAN_TYPE_ACTOR) \
  BEHAVIOUR_REGISTER (name) \
  static void name##_init (Name *self) {} \
  static void name##_class_init (Name##Class *klass) \
  { \
    klass->receive_message = name##_receive; \
    __VA_ARGS__ \
  }

/* Sends each message back to its sender. */
#define BEHAVIOUR_TYPE_ECHO (behaviour_echo_get_type ())
GType behaviour_echo_get_type (void);

/* Fails on each message that begins with "bad", with an error that holds the message. Answers each
 * other message with "N: MESSAGE", where N says how many times its handler was called. */
#define BEHAVIOUR_TYPE_FAILING (behaviour_failing_get_type ())
GType behaviour_failing_get_type (void);

/* Fails in its set-up. */
#define BEHAVIOUR_TYPE_STILLBORN (behaviour_stillborn_get_type ())
GType behaviour_stillborn_get_type (void);
#define BEHAVIOUR_STILLBORN_REASON "no room at the inn"

/* Takes numbers 1, 2, 3, … and answers "count?" with how many came, or says which came out of
 * order. */
#define BEHAVIOUR_TYPE_COUNTER (behaviour_counter_get_type ())
GType behaviour_counter_get_type (void);

/* Sends numbers to another actor, as many as it is ordered to in one handler, and then answers
 * "pumped". */
#define BEHAVIOUR_TYPE_PUMP (behaviour_pump_get_type ())
GType             behaviour_pump_get_type (void);
BehaviourMessage *behaviour_pump_order    (ThespianAddress *target,
                                           int              first,
                                           int              n);

/* Answers a text after a while, by a wakeup. */
#define BEHAVIOUR_TYPE_DELAYED (behaviour_delayed_get_type ())
GType             behaviour_delayed_get_type (void);
BehaviourMessage *behaviour_delayed_order    (GTimeSpan   delay,
                                              const char *text);

/* Handles nothing, answers nothing. */
#define BEHAVIOUR_TYPE_SILENT (behaviour_silent_get_type ())
GType behaviour_silent_get_type (void);

/* The error that failing actors of tests set. */
void behaviour_set_error (GError    **error,
                          const char *text);

G_END_DECLS
