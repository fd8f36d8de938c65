/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

#include "model/thespian-actor.h"
#include "model/thespian-system-status.h"
#include "system/thespian-endpoint.h"
#include "thespian-version-macros.h"

G_BEGIN_DECLS

/**
 * ThespianActorSystemFlags:
 * @THESPIAN_ACTOR_SYSTEM_NONE: the process-wide system, started when there is none
 * @THESPIAN_ACTOR_SYSTEM_TRANSIENT_UNIQUE: a new system of the caller's own, unless one runs at its
 *   Admin Port
 * @THESPIAN_ACTOR_SYSTEM_JOIN_ONLY: no system is started: the one at the Admin Port is joined, or
 *   there is an error
 *
 * How [ctor@Thespian.ActorSystem.new] finds its system.
 *
 * Since: 1.0
 */
typedef enum /*< flags >*/
{
  THESPIAN_ACTOR_SYSTEM_NONE = 0,
  THESPIAN_ACTOR_SYSTEM_TRANSIENT_UNIQUE = 1 << 0,
  THESPIAN_ACTOR_SYSTEM_JOIN_ONLY = 1 << 1,
} ThespianActorSystemFlags;

#define THESPIAN_TYPE_ACTOR_SYSTEM (thespian_actor_system_get_type ())

THESPIAN_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (ThespianActorSystem, thespian_actor_system, THESPIAN, ACTOR_SYSTEM, GObject)

THESPIAN_AVAILABLE_IN_1_0
ThespianActorSystem  *thespian_actor_system_new        (const char              *base_name,
                                                        GVariant                *capabilities,
                                                        GVariant                *log_definition,
                                                        ThespianActorSystemFlags flags,
                                                        GError                 **error) G_GNUC_WARN_UNUSED_RESULT;

/* About the system */
THESPIAN_AVAILABLE_IN_1_0
const char           *thespian_actor_system_get_base_name     (ThespianActorSystem *self);
THESPIAN_AVAILABLE_IN_1_0
gboolean              thespian_actor_system_is_shared         (ThespianActorSystem *self);
THESPIAN_AVAILABLE_IN_1_0
ThespianAddress      *thespian_actor_system_get_admin_address (ThespianActorSystem *self);
THESPIAN_AVAILABLE_IN_1_0
ThespianAddress      *thespian_actor_system_get_address       (ThespianActorSystem *self);
THESPIAN_AVAILABLE_IN_1_0
GVariant             *thespian_actor_system_dup_capabilities  (ThespianActorSystem *self);
THESPIAN_AVAILABLE_IN_1_0
gboolean              thespian_actor_system_update_capability (ThespianActorSystem *self,
                                                               const char          *name,
                                                               GVariant            *value,
                                                               GError             **error);
THESPIAN_AVAILABLE_IN_1_0
ThespianSystemStatus *thespian_actor_system_get_status        (ThespianActorSystem *self) G_GNUC_WARN_UNUSED_RESULT;

/* Actors */
THESPIAN_AVAILABLE_IN_1_0
ThespianAddress      *thespian_actor_system_create_actor                (ThespianActorSystem *self,
                                                                         GType                actor_type,
                                                                         GVariant            *requirements,
                                                                         const char          *global_name,
                                                                         GVariant            *properties,
                                                                         GCancellable        *cancellable,
                                                                         GError             **error)
                                                                         G_GNUC_WARN_UNUSED_RESULT;
THESPIAN_AVAILABLE_IN_1_0
void                  thespian_actor_system_create_actor_async          (ThespianActorSystem *self,
                                                                         GType                actor_type,
                                                                         GVariant            *requirements,
                                                                         const char          *global_name,
                                                                         GVariant            *properties,
                                                                         GCancellable        *cancellable,
                                                                         GAsyncReadyCallback  callback,
                                                                         gpointer             user_data);
THESPIAN_AVAILABLE_IN_1_0
ThespianAddress      *thespian_actor_system_create_actor_by_name        (ThespianActorSystem *self,
                                                                         const char          *class_specification,
                                                                         GVariant            *requirements,
                                                                         const char          *global_name,
                                                                         GVariant            *properties,
                                                                         GCancellable        *cancellable,
                                                                         GError             **error)
                                                                         G_GNUC_WARN_UNUSED_RESULT;
THESPIAN_AVAILABLE_IN_1_0
void                  thespian_actor_system_create_actor_by_name_async  (ThespianActorSystem *self,
                                                                         const char          *class_specification,
                                                                         GVariant            *requirements,
                                                                         const char          *global_name,
                                                                         GVariant            *properties,
                                                                         GCancellable        *cancellable,
                                                                         GAsyncReadyCallback  callback,
                                                                         gpointer             user_data);
THESPIAN_AVAILABLE_IN_1_0
ThespianAddress      *thespian_actor_system_create_actor_finish         (ThespianActorSystem *self,
                                                                         GAsyncResult        *result,
                                                                         GError             **error)
                                                                         G_GNUC_WARN_UNUSED_RESULT;

/* Messages, by the system's own endpoint */
THESPIAN_AVAILABLE_IN_1_0
gboolean              thespian_actor_system_tell          (ThespianActorSystem *self,
                                                           ThespianAddress     *target,
                                                           const GValue        *message,
                                                           GCancellable        *cancellable,
                                                           GError             **error);
THESPIAN_AVAILABLE_IN_1_0
void                  thespian_actor_system_tell_async    (ThespianActorSystem *self,
                                                           ThespianAddress     *target,
                                                           const GValue        *message,
                                                           GCancellable        *cancellable,
                                                           GAsyncReadyCallback  callback,
                                                           gpointer             user_data);
THESPIAN_AVAILABLE_IN_1_0
gboolean              thespian_actor_system_tell_finish   (ThespianActorSystem *self,
                                                           GAsyncResult        *result,
                                                           GError             **error);
THESPIAN_AVAILABLE_IN_1_0
GValue               *thespian_actor_system_ask           (ThespianActorSystem *self,
                                                           ThespianAddress     *target,
                                                           const GValue        *message,
                                                           GTimeSpan            timeout,
                                                           GCancellable        *cancellable,
                                                           GError             **error) G_GNUC_WARN_UNUSED_RESULT;
THESPIAN_AVAILABLE_IN_1_0
void                  thespian_actor_system_ask_async     (ThespianActorSystem *self,
                                                           ThespianAddress     *target,
                                                           const GValue        *message,
                                                           GTimeSpan            timeout,
                                                           GCancellable        *cancellable,
                                                           GAsyncReadyCallback  callback,
                                                           gpointer             user_data);
THESPIAN_AVAILABLE_IN_1_0
GValue               *thespian_actor_system_ask_finish    (ThespianActorSystem *self,
                                                           GAsyncResult        *result,
                                                           GError             **error) G_GNUC_WARN_UNUSED_RESULT;
THESPIAN_AVAILABLE_IN_1_0
GValue               *thespian_actor_system_listen        (ThespianActorSystem *self,
                                                           GTimeSpan            timeout,
                                                           GCancellable        *cancellable,
                                                           GError             **error) G_GNUC_WARN_UNUSED_RESULT;
THESPIAN_AVAILABLE_IN_1_0
void                  thespian_actor_system_listen_async  (ThespianActorSystem *self,
                                                           GTimeSpan            timeout,
                                                           GCancellable        *cancellable,
                                                           GAsyncReadyCallback  callback,
                                                           gpointer             user_data);
THESPIAN_AVAILABLE_IN_1_0
GValue               *thespian_actor_system_listen_finish (ThespianActorSystem *self,
                                                           GAsyncResult        *result,
                                                           GError             **error) G_GNUC_WARN_UNUSED_RESULT;
THESPIAN_AVAILABLE_IN_1_0
ThespianEndpoint     *thespian_actor_system_create_endpoint (ThespianActorSystem *self) G_GNUC_WARN_UNUSED_RESULT;

/* The end */
THESPIAN_AVAILABLE_IN_1_0
gboolean              thespian_actor_system_shutdown        (ThespianActorSystem *self,
                                                             GCancellable        *cancellable,
                                                             GError             **error);
THESPIAN_AVAILABLE_IN_1_0
void                  thespian_actor_system_shutdown_async  (ThespianActorSystem *self,
                                                             GCancellable        *cancellable,
                                                             GAsyncReadyCallback  callback,
                                                             gpointer             user_data);
THESPIAN_AVAILABLE_IN_1_0
gboolean              thespian_actor_system_shutdown_finish (ThespianActorSystem *self,
                                                             GAsyncResult        *result,
                                                             GError             **error);

G_END_DECLS
