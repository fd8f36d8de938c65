/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <thespian.h>

G_BEGIN_DECLS

/*
 * A behaviour test is written once and runs on each base that its row in doc/behaviour.md names.
 * Each run is a process of its own with a fresh system, so that a crash or a hang is one failed
 * test and nothing more. For a debugger: THESPIAN_TEST_INLINE=1 PROGRAM -p /behaviour/BASE/ID/NAME
 * runs it without the process.
 *
 * THESPIAN_TEST_TIME_SCALE multiplies the limits (sanitizers, valgrind); THESPIAN_TEST_SCALE
 * divides the large counts.
 */

typedef struct
{
  const char *base;
  gboolean spread; /* puppets' children live on other threads than their parents */
  ThespianActorSystem *system;
  ThespianEndpoint *control; /* drives puppets and probes, apart from what the test asks */
} BehaviourFixture;

typedef void (*BehaviourFunc) (BehaviourFixture *f);

void                 behaviour_test_init     (int           *argc,
                                              char        ***argv);

/* @ids: an id of doc/behaviour.md, or several with `+` between. */
void                 behaviour_test          (const char    *ids,
                                              const char    *name,
                                              BehaviourFunc  func);

/* @capabilities: what the system starts with, as text, or NULL. @seconds: how long the test may
 * take, or 0. */
void                 behaviour_test_with     (const char    *ids,
                                              const char    *name,
                                              const char    *capabilities,
                                              guint          seconds,
                                              BehaviourFunc  func);

/* Without a system: the test starts its own. */
void                 behaviour_test_bare     (const char    *ids,
                                              const char    *name,
                                              BehaviourFunc  func);

/* A system of the base under test. The one who gets it ends it. */
ThespianActorSystem *behaviour_system_new    (BehaviourFixture *f,
                                              const char       *capabilities);
void                 behaviour_system_end    (ThespianActorSystem *system);

GTimeSpan            behaviour_limit         (void);
guint                behaviour_count         (guint          full);
gboolean             behaviour_base_is       (BehaviourFixture *f,
                                              const char       *base);

/* How many threads this process has, but for those that GLib starts for itself and keeps. */
guint                behaviour_count_threads (void);

G_END_DECLS
