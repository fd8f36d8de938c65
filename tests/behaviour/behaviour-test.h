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
 * There are bases on which each actor is a process of its own, a copy of the test's as it was when
 * its system started. So what is made afterwards (memory, descriptors, threads) is shared with no
 * actor: what a test wants to know it asks for by messages, and what holds up an actor is a
 * BehaviourFifo. Messages are copied, so those that are objects can be serialised. A test registers
 * its types beforehand (BEHAVIOUR_REGISTER), since a process can make only what it knows.
 *
 * THESPIAN_TEST_BASES says which bases are tested; see doc/behaviour.md.
 * THESPIAN_TEST_TIME_SCALE multiplies the limits (sanitizers, valgrind); THESPIAN_TEST_SCALE
 * divides the large counts.
 */

typedef struct
{
  const char *base;
  gboolean processes; /* each actor is a process of its own */
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

/*
 * Registers the type that name_get_type() makes before anything else of the program runs. Goes
 * behind its definition.
 */
#define BEHAVIOUR_REGISTER(name) \
  static void __attribute__ ((constructor)) name##_register (void) \
  { \
    g_type_ensure (name##_get_type ()); \
  }

/* What a system of the base under test is to be started with: @text, or NULL, and what the base
 * needs. To be freed; may be NULL. */
GVariant            *behaviour_capabilities  (BehaviourFixture *f,
                                              const char       *text);

/* A system of the base under test. The one who gets it ends it. */
ThespianActorSystem *behaviour_system_new    (BehaviourFixture *f,
                                              const char       *capabilities);
void                 behaviour_system_end    (ThespianActorSystem *system);

/* The same for the fixture's, with its control. */
void                 behaviour_start         (BehaviourFixture *f,
                                              const char       *capabilities);
void                 behaviour_stop          (BehaviourFixture *f);

GTimeSpan            behaviour_limit         (void);
guint                behaviour_count         (guint          full);

/* The same for actors that live at a time, of which fewer will do where each is a process. */
guint                behaviour_count_actors  (BehaviourFixture *f,
                                              guint            full);
gboolean             behaviour_base_is       (BehaviourFixture *f,
                                              const char       *base);

/* How many threads this process has, but for those that GLib starts for itself and keeps. */
guint                behaviour_count_threads (void);

G_END_DECLS
