/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "bus-keeper.h"
#include "client.h"
#include "registry.h"
#include "settings.h"
#include "system-keeper.h"

G_BEGIN_DECLS

/*
 * The service: an actor system on one side, a bus on the other. All of it is on one thread.
 */
typedef struct
{
  const Settings *settings;
  GMainLoop *loop;
  SystemKeeper *system_keeper;       /* (owned) */
  BusKeeper *bus_keeper;             /* (owned) (nullable) until it serves */
  ThespianActorSystem *system;       /* (owned) (nullable) while there is none */
  BusActorSystem1 *skeleton;         /* (owned) */
  GDBusObjectManagerServer *manager; /* (owned) */
  Registry *registry;                /* (owned) */
  Clients *clients;                  /* (owned) */
  GQueue newborn;                    /* CreateActor() calls whose actor is not listed yet */
  gboolean is_listing;  /* all actors are being told of */
  gboolean is_list_old; /* something was missed since that began */
  gboolean is_ending;   /* somebody asked for it */
  guint64 n_missed;     /* events of the system that it had no room for */
  int exit_status;
} Service;

Service *service_new  (const Settings *settings);
void     service_free (Service *self);

/* Runs until it is to end; returns the exit status. */
int      service_run  (Service *self);
/* Ends it; @problem is why, or NULL when that is as it should be. */
void     service_quit (Service *self, const char *problem);

/* Goes to the bus, if it is not there yet. */
void     service_serve (Service *self);

/* --- For the methods ------------------------------------------------------------------------------------- */

/* FALSE with SYSTEM_SHUT_DOWN when there is no system. */
gboolean         service_check_system (Service *self, GError **error);
/* What a target is; transfer full, NULL with INVALID_ACTOR_ADDRESS. */
ThespianAddress *service_find_target  (Service *self, const char *text, GError **error);

/* What happens in the system goes to the bus (service-events.c). */
extern const SystemKeeperFuncs service_system_funcs;

/* Connect the methods of the interfaces (methods-*.c). */
void service_connect_actor_methods    (BusActor1 *skeleton, gpointer service);
void service_connect_message_methods  (Service *self);
void service_connect_creation_methods (Service *self);
void service_connect_log_methods      (Service *self);
void service_connect_system_methods   (Service *self);

/* An actor is listed now, or its listing has ended: whoever waits for that goes on. */
void service_end_birth                (Service *self, ThespianAddress *address);
/* All who wait for such a thing go on. */
void service_end_births               (Service *self);

typedef enum
{
  SEND_TELL,
  SEND_ASK,
  SEND_ASK_LATER,
} SendKind;

/* Each takes @invocation, and replies to it. @message is of type v, with the message in it. */
void service_send_message (Service *self, GDBusMethodInvocation *invocation, const char *target, GVariant *message,
                           GVariant *options, SendKind kind);
void service_send_exit    (Service *self, GDBusMethodInvocation *invocation, const char *target, GVariant *options);

G_END_DECLS
