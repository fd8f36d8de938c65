/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <thespian.h>

G_BEGIN_DECLS

/* How long something may take that happens at once on an idle machine. */
#define PATTERN_TEST_LIMIT (30 * G_TIME_SPAN_SECOND)

typedef void (*PatternTestFunc) (ThespianActorSystem *system);

/* Runs @func once on each base, with a fresh system. */
void             pattern_add        (const char      *path,
                                     PatternTestFunc  func);

ThespianAddress *pattern_create     (ThespianActorSystem *system,
                                     GType                type,
                                     GVariant            *properties);

/* Take what they send. */
void             pattern_tell       (ThespianActorSystem *system,
                                     ThespianAddress     *target,
                                     gpointer             object);
void             pattern_tell_text  (ThespianActorSystem *system,
                                     ThespianAddress     *target,
                                     const char          *text);
/* Never NULL: they fail without an answer. */
GValue          *pattern_ask        (ThespianActorSystem *system,
                                     ThespianAddress     *target,
                                     gpointer             object);
GValue          *pattern_ask_text   (ThespianActorSystem *system,
                                     ThespianAddress     *target,
                                     const char          *text);
GValue          *pattern_listen     (ThespianActorSystem *system);

/* An answer that has to be of @type, as a new reference. */
gpointer         pattern_take       (GValue *answer,
                                     GType   type);
/* An answer that has to be a text. */
char            *pattern_take_text  (GValue *answer);

gboolean         pattern_is_alive   (ThespianActorSystem *system,
                                     ThespianAddress     *target);
void             pattern_await_end  (ThespianActorSystem *system,
                                     ThespianAddress     *target);

/* Lets a little time go by, in which the system works. */
void             pattern_wait       (ThespianActorSystem *system);

G_END_DECLS
