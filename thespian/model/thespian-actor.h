/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

#include "model/thespian-address.h"
#include "thespian-version-macros.h"

G_BEGIN_DECLS

#define THESPIAN_TYPE_ACTOR (thespian_actor_get_type ())
#define THESPIAN_ACTOR(object) (G_TYPE_CHECK_INSTANCE_CAST ((object), THESPIAN_TYPE_ACTOR, ThespianActor))
#define THESPIAN_ACTOR_CLASS(klass) (G_TYPE_CHECK_CLASS_CAST ((klass), THESPIAN_TYPE_ACTOR, ThespianActorClass))
#define THESPIAN_IS_ACTOR(object) (G_TYPE_CHECK_INSTANCE_TYPE ((object), THESPIAN_TYPE_ACTOR))
#define THESPIAN_IS_ACTOR_CLASS(klass) (G_TYPE_CHECK_CLASS_TYPE ((klass), THESPIAN_TYPE_ACTOR))
#define THESPIAN_ACTOR_GET_CLASS(object) (G_TYPE_INSTANCE_GET_CLASS ((object), THESPIAN_TYPE_ACTOR, ThespianActorClass))

typedef struct _ThespianActor ThespianActor;
typedef struct _ThespianActorClass ThespianActorClass;

/* Not G_DECLARE_DERIVABLE_TYPE(): private data would make each of a million actors half as large again. */
struct _ThespianActor
{
  GObject parent_instance;

  /*< private >*/
  gpointer context;
};

/**
 * ThespianActorClass:
 * @receive_message: handles one message; see [vfunc@Thespian.Actor.receive_message]
 * @started: sets the actor up; see [vfunc@Thespian.Actor.started]
 * @check_capabilities: tells whether the actor can live in a system; see
 *   [vfunc@Thespian.Actor.check_capabilities]
 *
 * The class structure of [class@Thespian.Actor].
 *
 * Since: 1.0
 */
struct _ThespianActorClass
{
  GObjectClass parent_class;

  gboolean (*receive_message)    (ThespianActor   *self,
                                  const GValue    *message,
                                  ThespianAddress *sender,
                                  GError         **error);
  gboolean (*started)            (ThespianActor   *self,
                                  GError         **error);
  gboolean (*check_capabilities) (ThespianActor   *self,
                                  GVariant        *capabilities,
                                  GVariant        *requirements);

  /*< private >*/
  gpointer traits;
  gconstpointer language;
  gpointer _reserved[10];
};

THESPIAN_AVAILABLE_IN_1_0
GType            thespian_actor_get_type         (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThespianActor, g_object_unref)

/* Who am I */
THESPIAN_AVAILABLE_IN_1_0
ThespianAddress *thespian_actor_get_address      (ThespianActor *self);
THESPIAN_AVAILABLE_IN_1_0
ThespianAddress *thespian_actor_dup_parent       (ThespianActor *self);
THESPIAN_AVAILABLE_IN_1_0
const char      *thespian_actor_get_global_name  (ThespianActor *self);
THESPIAN_AVAILABLE_IN_1_0
GVariant        *thespian_actor_get_requirements (ThespianActor *self);
THESPIAN_AVAILABLE_IN_1_0
GVariant        *thespian_actor_dup_capabilities (ThespianActor *self);
THESPIAN_AVAILABLE_IN_1_0
GMainContext    *thespian_actor_get_main_context (ThespianActor *self);
THESPIAN_AVAILABLE_IN_1_0
gboolean         thespian_actor_has_own_thread   (ThespianActor *self);

/* Messages */
THESPIAN_AVAILABLE_IN_1_0
gboolean         thespian_actor_send         (ThespianActor   *self,
                                              ThespianAddress *target,
                                              const GValue    *message,
                                              GError         **error);
THESPIAN_AVAILABLE_IN_1_0
gboolean         thespian_actor_send_boolean (ThespianActor   *self,
                                              ThespianAddress *target,
                                              gboolean         value);
THESPIAN_AVAILABLE_IN_1_0
gboolean         thespian_actor_send_int     (ThespianActor   *self,
                                              ThespianAddress *target,
                                              int              value);
THESPIAN_AVAILABLE_IN_1_0
gboolean         thespian_actor_send_int64   (ThespianActor   *self,
                                              ThespianAddress *target,
                                              gint64           value);
THESPIAN_AVAILABLE_IN_1_0
gboolean         thespian_actor_send_uint64  (ThespianActor   *self,
                                              ThespianAddress *target,
                                              guint64          value);
THESPIAN_AVAILABLE_IN_1_0
gboolean         thespian_actor_send_double  (ThespianActor   *self,
                                              ThespianAddress *target,
                                              double           value);
THESPIAN_AVAILABLE_IN_1_0
gboolean         thespian_actor_send_string  (ThespianActor   *self,
                                              ThespianAddress *target,
                                              const char      *value);
THESPIAN_AVAILABLE_IN_1_0
gboolean         thespian_actor_send_variant (ThespianActor   *self,
                                              ThespianAddress *target,
                                              GVariant        *value);
THESPIAN_AVAILABLE_IN_1_0
gboolean         thespian_actor_send_bytes   (ThespianActor   *self,
                                              ThespianAddress *target,
                                              GBytes          *value);
THESPIAN_AVAILABLE_IN_1_0
gboolean         thespian_actor_send_object  (ThespianActor   *self,
                                              ThespianAddress *target,
                                              GObject         *value);
THESPIAN_AVAILABLE_IN_1_0
gboolean         thespian_actor_take_string  (ThespianActor   *self,
                                              ThespianAddress *target,
                                              char            *value);
THESPIAN_AVAILABLE_IN_1_0
gboolean         thespian_actor_take_object  (ThespianActor   *self,
                                              ThespianAddress *target,
                                              GObject         *value);

THESPIAN_AVAILABLE_IN_1_0
void             thespian_actor_ask_async    (ThespianActor      *self,
                                              ThespianAddress    *target,
                                              const GValue       *message,
                                              GTimeSpan           timeout,
                                              GCancellable       *cancellable,
                                              GAsyncReadyCallback callback,
                                              gpointer            user_data);
THESPIAN_AVAILABLE_IN_1_0
GValue          *thespian_actor_ask_finish   (ThespianActor      *self,
                                              GAsyncResult       *result,
                                              GError            **error);

/* Other actors */
THESPIAN_AVAILABLE_IN_1_0
ThespianAddress *thespian_actor_create_actor         (ThespianActor *self,
                                                      GType          actor_type,
                                                      GVariant      *requirements,
                                                      const char    *global_name,
                                                      GVariant      *properties,
                                                      GError       **error) G_GNUC_WARN_UNUSED_RESULT;
THESPIAN_AVAILABLE_IN_1_0
ThespianAddress *thespian_actor_create_actor_by_name (ThespianActor *self,
                                                      const char    *class_specification,
                                                      GVariant      *requirements,
                                                      const char    *global_name,
                                                      GVariant      *properties,
                                                      GError       **error) G_GNUC_WARN_UNUSED_RESULT;

/* Time and file descriptors */
THESPIAN_AVAILABLE_IN_1_0
guint64          thespian_actor_wakeup_after  (ThespianActor *self,
                                               GTimeSpan      delay,
                                               const GValue  *payload);
THESPIAN_AVAILABLE_IN_1_0
gboolean         thespian_actor_cancel_wakeup (ThespianActor *self,
                                               guint64        wakeup_id);
THESPIAN_AVAILABLE_IN_1_0
void             thespian_actor_watch         (ThespianActor *self,
                                               const int     *fds,
                                               gsize          n_fds);

/* The system */
THESPIAN_AVAILABLE_IN_1_0
void             thespian_actor_handle_dead_letters (ThespianActor *self,
                                                     gboolean       start_handling);
THESPIAN_AVAILABLE_IN_1_0
gboolean         thespian_actor_update_capability   (ThespianActor *self,
                                                     const char    *name,
                                                     GVariant      *value,
                                                     GError       **error);
THESPIAN_AVAILABLE_IN_1_0
void             thespian_actor_shutdown_system     (ThespianActor *self);
THESPIAN_AVAILABLE_IN_1_0
void             thespian_actor_log                 (ThespianActor *self,
                                                     GLogLevelFlags level,
                                                     const char    *message);

/* The class */
THESPIAN_AVAILABLE_IN_1_0
void             thespian_actor_class_require_capability (ThespianActorClass *klass,
                                                          const char         *name,
                                                          GVariant           *value);
THESPIAN_AVAILABLE_IN_1_0
void             thespian_actor_class_ignore_messages    (ThespianActorClass *klass,
                                                          GType               message_type);
THESPIAN_AVAILABLE_IN_1_0
void             thespian_actor_class_set_library        (ThespianActorClass *klass,
                                                          gconstpointer       object);

G_END_DECLS
