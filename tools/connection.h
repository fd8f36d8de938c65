/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "message.h"

G_BEGIN_DECLS

/*
 * What commands reach a system by, whichever way that is.  An actor is named by a text: the token of
 * its address, its global name, or the printable form of its address.
 */
typedef struct _Connection Connection;

/* One of the actors that are there. */
typedef struct
{
  char *address;     /* (owned) printable */
  char *token;       /* (owned) (nullable) */
  char *class_name;  /* (owned) */
  char *parent;      /* (owned) (nullable) printable */
  char *global_name; /* (owned) (nullable) */
  int process_id;
} ActorInfo;

/* What is to be created. */
typedef struct
{
  const char *class_specification;
  const char *global_name; /* (nullable) */
  GVariant *requirements;  /* (nullable) a{sv} */
  GVariant *properties;    /* (nullable) a{sv} */
  GTimeSpan timeout;       /* of its start */
} ActorPlan;

/* What was logged, as the details of a ThespianSystemEvent.  FALSE when it is enough. */
typedef gboolean (*LogFunc) (GVariant *details, gpointer user_data);

/* Any may be NULL in @timeout's place: -1 waits for ever.  All fail with a GError. */
typedef struct
{
  /* a{sv}, of the system or, when @actor is not NULL, of an actor */
  GVariant  *(*get_status)        (Connection *self, const char *actor, GTimeSpan timeout, GError **error);
  /* a{sv} */
  GVariant  *(*get_capabilities)  (Connection *self, GError **error);
  /* @value is NULL to remove it */
  gboolean   (*update_capability) (Connection *self, const char *name, GVariant *value, GError **error);
  /* of ActorInfo */
  GPtrArray *(*list)              (Connection *self, GError **error);
  ActorInfo *(*create)            (Connection *self, const ActorPlan *plan, GError **error);
  /* @timeout: how long the actor's process may take to have it; 0 when nobody asks, and over D-Bus, where the service
   * looks after it */
  gboolean   (*tell)              (Connection *self, const char *actor, GVariant *message, GTimeSpan timeout,
                                   GError **error);
  Answer    *(*ask)               (Connection *self, const char *actor, GVariant *message, GTimeSpan timeout,
                                   GError **error);
  /* what answers are sent to */
  char      *(*get_own_token)     (Connection *self, GError **error);
  Answer    *(*listen)            (Connection *self, GTimeSpan timeout, GError **error);
  /* @timeout: as with tell */
  gboolean   (*send_exit)         (Connection *self, const char *actor, gboolean recursive, GTimeSpan timeout,
                                   GError **error);
  gboolean   (*shutdown)          (Connection *self, GError **error);
  /* the log, until @func says that it is enough; calls @begun (nullable) when from now on all is told */
  gboolean   (*follow_log)        (Connection *self, LogFunc func, GSourceFunc begun, gpointer user_data, GError **error);
  void       (*free)              (Connection *self);
} ConnectionOps;

struct _Connection
{
  const ConnectionOps *ops;
  GCancellable *cancellable; /* (owned) of the command that runs */
};

/* How the system is reached, as options say. */
typedef struct
{
  char *base;        /* (owned) (nullable) */
  int port;          /* 0 for that of the base */
  gboolean session;  /* the service of the session bus */
  gboolean system;   /* of the system bus */
} ConnectionChoice;

/* Full name of the base that was chosen, such as multiprocTCPBase for `tcp'. */
const char *connection_choice_get_base (const ConnectionChoice *choice);
/* Whether the options go together. */
gboolean    connection_choice_check    (const ConnectionChoice *choice, GError **error);

/* Joins; starts nothing. */
Connection *connection_open      (const ConnectionChoice *choice, GError **error);
Connection *connection_open_port (const ConnectionChoice *choice, GError **error);
Connection *connection_open_bus  (gboolean system_bus, GError **error);
/* Takes @system. */
Connection *connection_new_port  (ThespianActorSystem *system);
void        connection_free      (Connection *self);

/* To a question that was put to @actor at @begin, by the monotonic clock: one that waited for less than @timeout waited for
 * an actor that has ended. */
void        connection_set_no_answer (GError **error, const char *actor, gint64 begin, GTimeSpan timeout);

void        actor_info_free      (ActorInfo *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Connection, connection_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ActorInfo, actor_info_free)

G_END_DECLS
