/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "model/thespian-actor.h"
#include "model/thespian-port-private.h"

G_BEGIN_DECLS

/* What an actor's creator asks for.  Either @type or @specification names the class. */
typedef struct
{
  GType type;
  const char *specification;
  GVariant *requirements; /* a{sv}, (nullable) */
  const char *global_name; /* (nullable) */
  GVariant *properties; /* a{sv}, (nullable) */
} ThespianActorSpec;

/*
 * The way from an actor down into the runtime that hosts it.  The model is the ground floor, so
 * it knows its host only by this table; the runtime's cell starts with a ThespianActorContext.
 *
 * Every entry may be called from any thread.
 */
typedef struct _ThespianActorContext ThespianActorContext;

struct _ThespianActorContextOps
{
  gboolean (*send) (ThespianActorContext *context, ThespianAddress *target, const GValue *message,
                    GError **error);
  /* Takes the content of @message, whatever comes. */
  gboolean (*send_take) (ThespianActorContext *context, ThespianAddress *target, GValue *message,
                         GError **error);
  /* Sends in the name of @sender, who gets the answers and the poison. */
  gboolean (*forward) (ThespianActorContext *context, ThespianAddress *target,
                       const GValue *message, ThespianAddress *sender, GError **error);
  void (*ask_async) (ThespianActorContext *context, ThespianAddress *target, const GValue *message,
                     GTimeSpan timeout, GTask *task);
  ThespianAddress *(*create_actor) (ThespianActorContext *context, const ThespianActorSpec *spec,
                                    GError **error);
  guint64 (*wakeup_after) (ThespianActorContext *context, GTimeSpan delay, const GValue *payload);
  gboolean (*cancel_wakeup) (ThespianActorContext *context, guint64 wakeup_id);
  void (*watch) (ThespianActorContext *context, const int *fds, gsize n_fds);
  void (*handle_dead_letters) (ThespianActorContext *context, gboolean start_handling);
  gboolean (*update_capability) (ThespianActorContext *context, const char *name, GVariant *value,
                                 GError **error);
  GVariant *(*dup_capabilities) (ThespianActorContext *context);
  void (*shutdown_system) (ThespianActorContext *context);
  void (*log) (ThespianActorContext *context, GLogLevelFlags level, const char *message);
  ThespianAddress *(*get_parent) (ThespianActorContext *context);
  const char *(*get_global_name) (ThespianActorContext *context);
  GVariant *(*get_requirements) (ThespianActorContext *context);
  GMainContext *(*get_main_context) (ThespianActorContext *context);
  gboolean (*has_own_thread) (ThespianActorContext *context);
};

struct _ThespianActorContext
{
  ThespianPort port; /* whose ops have those of the actor */
  ThespianAddress *address; /* unowned: the address owns what starts with this struct */
};

/* Ties @self to its host; once, before `started`. */
void thespian_actor_bind (ThespianActor *self, ThespianActorContext *context);

static inline ThespianActorContext *
thespian_actor_get_context (ThespianActor *self)
{
  return self->context;
}

/*
 * An interceptor sees each message of one actor before the class does.  Patterns (troupe,
 * transient, initialising messages) are interceptors: the class says which it wants, and each
 * new instance gets its own.  `receive` handles the message, or passes it on with
 * thespian_interceptor_pass_on(), perhaps later or never.
 */
typedef struct _ThespianInterceptor ThespianInterceptor;

struct _ThespianInterceptor
{
  gboolean (*receive) (ThespianInterceptor *self, ThespianActor *actor, const GValue *message,
                       ThespianAddress *sender, GError **error);
  void (*free) (ThespianInterceptor *self);
  ThespianInterceptor *next; /* (owned) (nullable) */
};

typedef ThespianInterceptor *(*ThespianInterceptorFactory) (ThespianActor *actor, gconstpointer data);

/* @kind identifies the pattern: a class that sets it again replaces it.  @data is never freed. */
void                 thespian_actor_class_add_interceptor   (ThespianActorClass *klass, GQuark kind,
                                                             ThespianInterceptorFactory factory,
                                                             gpointer data);
gconstpointer        thespian_actor_class_get_interceptor_data (ThespianActorClass *klass, GQuark kind);
ThespianInterceptor *thespian_actor_create_interceptors     (ThespianActor *self);
void                 thespian_interceptors_free             (ThespianInterceptor *first);
gboolean             thespian_interceptor_pass_on           (ThespianInterceptor *self, ThespianActor *actor,
                                                             const GValue *message, ThespianAddress *sender,
                                                             GError **error);

/* Calls the first of @interceptors, or the class.  A failure always comes with an error. */
gboolean thespian_actor_deliver        (ThespianActor *self, ThespianInterceptor *interceptors,
                                        const GValue *message, ThespianAddress *sender, GError **error);
gboolean thespian_actor_start          (ThespianActor *self, GError **error);
gboolean thespian_actor_fits           (ThespianActor *self, GVariant *capabilities, GVariant *requirements,
                                        char **ret_reason);
/* The path of the library that the class said it is in, itself and not its parents; or NULL. */
const char *thespian_actor_class_get_library (ThespianActorClass *klass);

gboolean thespian_actor_class_ignores  (ThespianActorClass *klass, GType message_type);

/* Whether @value stands for true, as the manual's declared requirements mean it. */
gboolean thespian_capability_is_truthy (GVariant *value);

G_END_DECLS
