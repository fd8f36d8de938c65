/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "bench.h"

G_BEGIN_DECLS

/*
 * What the actors of the workloads need, in one struct, so that a workload is only behaviour.  It
 * is in the library bench-actors, which the program links, and a process of one actor loads as a
 * module: so there is one type of that name wherever an actor runs.
 */
#define BENCH_TYPE_ACTOR (bench_actor_get_type ())
#define BENCH_ACTOR(object) (G_TYPE_CHECK_INSTANCE_CAST ((object), BENCH_TYPE_ACTOR, BenchActor))

typedef struct
{
  ThespianActor parent_instance;

  ThespianAddress *asker; /* (owned) (nullable) who waits for the end of the work */
  ThespianAddress *peer; /* (owned) (nullable) */
  GPtrArray *peers; /* (owned) (element-type ThespianAddress) */
  guint64 left;
  guint32 random;
} BenchActor;

typedef ThespianActorClass BenchActorClass;

GType bench_actor_get_type (void);

/* Defines an actor class of a module, whose receive_message is type_name_receive(). */
#define BENCH_DEFINE_MODULE_ACTOR(Type, type_name)                                                \
  typedef BenchActor Type;                                                                        \
  typedef BenchActorClass Type##Class;                                                            \
  G_DEFINE_FINAL_TYPE (Type, type_name, BENCH_TYPE_ACTOR)                                         \
  static void type_name##_init (Type *self G_GNUC_UNUSED) {}                                      \
  static void type_name##_class_init (Type##Class *klass)                                         \
  {                                                                                               \
    klass->receive_message = type_name##_receive;                                                 \
  }

/* The same of one that is used in its own file only. */
#define BENCH_DEFINE_ACTOR(Type, type_name)                                                       \
  static GType type_name##_get_type (void);                                                       \
  BENCH_DEFINE_MODULE_ACTOR (Type, type_name)

/* A child of @self beside it, on the same worker. */
ThespianAddress *bench_actor_create       (ThespianActor *self, GType type, GError **error);

/* A child of @self on the worker with the fewest actors. */
ThespianAddress *bench_actor_create_apart (ThespianActor *self, GType type, GError **error);

/* The same of a class of bench-actors, which the child's own process finds by this name. */
#define BENCH_MODULE(TypeName) "bench-actors:" TypeName
ThespianAddress *bench_actor_create_named (ThespianActor *self, const char *specification,
                                           gboolean apart, GError **error);

typedef ThespianAddress *(*BenchCreate) (ThespianActor *self, GType type, GError **error);

/* Fills the peers of @self, if they are none yet, with @n children. */
gboolean         bench_actor_create_peers (BenchActor *self, BenchCreate create, GType type,
                                           guint n, GError **error);

/* Tells the asker of @self, if it has one, that its work is done. */
void             bench_actor_answer       (BenchActor *self);

/*
 * Where @message says that a message or a child has failed, tells the asker of @self what went
 * wrong, so that nobody waits for an answer that cannot come.
 */
void             bench_actor_fail         (BenchActor *self, const GValue *message);

typedef void (*BenchSendMany) (ThespianActor *actor, ThespianAddress *target, guint64 count);

/*
 * What a root actor does that has a child of the class @consumer, tells it the size, and sends it
 * as many messages by @send_many, until the child says that all are there.
 */
gboolean         bench_actor_handle_as_producer (BenchActor *self, const GValue *message,
                                                 ThespianAddress *sender, const char *consumer,
                                                 BenchSendMany send_many, GError **error);

/* Tells the parent of @self that its part is done. */
void             bench_actor_tell_parent  (BenchActor *self);

/* Ends the calling actor. */
void             bench_actor_exit         (ThespianActor *self);

/* Xorshift: reproducible, and as cheap as a benchmark's random numbers must be. */
static inline guint32
bench_random (guint32 *state)
{
  guint32 x = *state;

  x ^= x << 13;
  x ^= x >> 17;
  x ^= x << 5;
  return *state = x;
}

G_END_DECLS
