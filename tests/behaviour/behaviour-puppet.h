/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "behaviour-outside.h"

G_BEGIN_DECLS

/*
 * A puppet is an actor that does what a test tells it and records each other message that it gets,
 * so that a test can play a scene of several actors from outside. Each of these calls returns when
 * the puppet has done it.
 */
#define BEHAVIOUR_TYPE_PUPPET (behaviour_puppet_get_type ())
GType            behaviour_puppet_get_type (void);

ThespianAddress *puppet_new                (BehaviourFixture *f);

/* The puppet creates a child. */
ThespianAddress *puppet_create             (BehaviourFixture *f,
                                            ThespianAddress  *puppet,
                                            GType             type);
ThespianAddress *puppet_create_full        (BehaviourFixture *f,
                                            ThespianAddress  *puppet,
                                            GType             type,
                                            const char       *requirements,
                                            const char       *global_name,
                                            const char       *properties);

/* Creates a child and sends it @n messages "1", "2", … in the same handler. */
ThespianAddress *puppet_create_and_send    (BehaviourFixture *f,
                                            ThespianAddress  *puppet,
                                            GType             type,
                                            guint             n);

void             puppet_send               (BehaviourFixture *f,
                                            ThespianAddress  *puppet,
                                            ThespianAddress  *target,
                                            const char       *text);
void             puppet_send_address       (BehaviourFixture *f,
                                            ThespianAddress  *puppet,
                                            ThespianAddress  *target,
                                            ThespianAddress  *address);
void             puppet_send_exit          (BehaviourFixture *f,
                                            ThespianAddress  *puppet,
                                            ThespianAddress  *target,
                                            gboolean          recursive);
void             puppet_send_status        (BehaviourFixture *f,
                                            ThespianAddress  *puppet,
                                            ThespianAddress  *target);
void             puppet_send_observe       (BehaviourFixture *f,
                                            ThespianAddress  *puppet,
                                            ThespianAddress  *target,
                                            gboolean          observe);

guint64          puppet_wakeup             (BehaviourFixture *f,
                                            ThespianAddress  *puppet,
                                            GTimeSpan         delay,
                                            const char       *payload);
gboolean         puppet_cancel             (BehaviourFixture *f,
                                            ThespianAddress  *puppet,
                                            guint64           wakeup_id);
void             puppet_dead_letters       (BehaviourFixture *f,
                                            ThespianAddress  *puppet,
                                            gboolean          start_handling);
gboolean         puppet_update             (BehaviourFixture *f,
                                            ThespianAddress  *puppet,
                                            const char       *capability,
                                            GVariant         *value);
ThespianAddress *puppet_get_parent         (BehaviourFixture *f,
                                            ThespianAddress  *puppet);
char            *puppet_get_name           (BehaviourFixture *f,
                                            ThespianAddress  *puppet);

typedef struct
{
  char *text; /* as behaviour_describe() has it */
  char *details; /* of a poison or a ChildActorExited, else empty */
  ThespianAddress *sender;
  ThespianAddress *about; /* (nullable) the child that exited, or whom a dead letter was for */
  GTimeSpan delay; /* of a wakeup */
  GTimeSpan at; /* when it came, in monotonic time */
} PuppetRecord;

/* Waits until the puppet has recorded @n messages, and returns all that it has. */
GPtrArray       *puppet_wait               (BehaviourFixture *f,
                                            ThespianAddress  *puppet,
                                            guint             n);

/* Waits for as many records as texts are given; then these, in this order, must be all it has. */
void             puppet_assert             (BehaviourFixture *f,
                                            ThespianAddress  *puppet,
                                            ...) G_GNUC_NULL_TERMINATED;

/* The same in any order. */
void             puppet_assert_any_order   (BehaviourFixture *f,
                                            ThespianAddress  *puppet,
                                            ...) G_GNUC_NULL_TERMINATED;

static inline PuppetRecord *
puppet_record (GPtrArray *records,
               guint      i)
{
  g_assert_cmpuint (i, <, records->len);
  return g_ptr_array_index (records, i);
}

G_END_DECLS
