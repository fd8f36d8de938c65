/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "behaviour-test.h"
#include "behaviour-value.h"

G_BEGIN_DECLS

/* A dictionary a{sv} from its text, or NULL from NULL. */
GVariant        *behaviour_parse           (const char       *text);

/* What a test does from outside, and expects to succeed. Messages given are freed. */

ThespianAddress *behaviour_create          (BehaviourFixture *f,
                                            GType             type);
ThespianAddress *behaviour_create_full     (BehaviourFixture *f,
                                            GType             type,
                                            const char       *requirements,
                                            const char       *global_name,
                                            const char       *properties);

/* Create that must fail; the error is returned. */
GError          *behaviour_create_fails    (BehaviourFixture *f,
                                            GType             type,
                                            const char       *requirements,
                                            const char       *properties);

void             behaviour_tell            (BehaviourFixture *f,
                                            ThespianAddress  *target,
                                            BehaviourMessage *message);

/* NULL when no answer came within the limit of the tests. */
BehaviourReply  *behaviour_ask             (BehaviourFixture *f,
                                            ThespianAddress  *target,
                                            BehaviourMessage *message);

/* The same by the control endpoint: its answers do not mix with those of the system's endpoint. */
BehaviourReply  *behaviour_probe           (BehaviourFixture *f,
                                            ThespianAddress  *target,
                                            BehaviourMessage *message);

BehaviourReply  *behaviour_listen          (BehaviourFixture *f);

/* @expected as behaviour_describe() has it. */
void             behaviour_assert_ask      (BehaviourFixture *f,
                                            ThespianAddress  *target,
                                            BehaviourMessage *message,
                                            const char       *expected);
void             behaviour_assert_probe    (BehaviourFixture *f,
                                            ThespianAddress  *target,
                                            BehaviourMessage *message,
                                            const char       *expected);
void             behaviour_assert_listen   (BehaviourFixture *f,
                                            const char       *expected);

/* Asks again until the answer is @expected: the order of a question and of what other actors send
 * is not known. */
void             behaviour_assert_becomes  (BehaviourFixture *f,
                                            ThespianAddress  *target,
                                            const char       *question,
                                            const char       *expected);

/* Nothing is there now for the system's endpoint. */
void             behaviour_assert_nothing  (BehaviourFixture *f);

/* The part of a printable address that is the same for whoever sees it: not everybody knows the
 * class. */
const char      *behaviour_digest          (const char       *printable);

/* The process that an actor, or the admin, is in. */
int              behaviour_get_pid         (BehaviourFixture *f,
                                            ThespianAddress  *target);

/* How many dead letters the system has had; waits until they are @n. */
guint64          behaviour_count_dead      (BehaviourFixture *f);
void             behaviour_wait_dead       (BehaviourFixture *f,
                                            guint64           n);

/* Sends an exit request and waits until a message to @target is not answered any more. */
void             behaviour_end             (BehaviourFixture *f,
                                            ThespianAddress  *target);
void             behaviour_assert_dead     (BehaviourFixture *f,
                                            ThespianAddress  *target);
void             behaviour_assert_alive    (BehaviourFixture *f,
                                            ThespianAddress  *target);

/* Waits until that process does not live any more. */
void             behaviour_assert_gone     (BehaviourFixture *f,
                                            int               pid);

void             behaviour_update          (BehaviourFixture *f,
                                            const char       *capability,
                                            GVariant         *value);

/* Runs the default context until @done, or fails after the limit. */
void             behaviour_run_until       (const gboolean   *done);

/* Calls @check, with time for everything else in between, until it is true, or fails after the
 * limit. */
typedef gboolean (*BehaviourCheck) (BehaviourFixture *f, gpointer data);

void             behaviour_wait_for        (BehaviourFixture *f,
                                            BehaviourCheck    check,
                                            gpointer          data);

G_END_DECLS
