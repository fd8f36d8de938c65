/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "model/thespian-actor.h"

G_BEGIN_DECLS

#define THESPIAN_TYPE_TYPE_DISPATCHER (thespian_type_dispatcher_get_type ())

THESPIAN_AVAILABLE_IN_1_0
G_DECLARE_DERIVABLE_TYPE (ThespianTypeDispatcher, thespian_type_dispatcher, THESPIAN,
                          TYPE_DISPATCHER, ThespianActor)

/**
 * ThespianDispatch:
 * @THESPIAN_DISPATCH_FAILED: handling the message failed; the error says why
 * @THESPIAN_DISPATCH_HANDLED: the message was handled
 * @THESPIAN_DISPATCH_SUPER: the search for a handler is to go on, with the next more general one
 *
 * What a handler of a [class@Thespian.TypeDispatcher] made of a message.
 *
 * Since: 1.0
 */
typedef enum
{
  THESPIAN_DISPATCH_FAILED,
  THESPIAN_DISPATCH_HANDLED,
  THESPIAN_DISPATCH_SUPER,
} ThespianDispatch;

/**
 * ThespianMessageHandler:
 * @self: the actor
 * @message: the message
 * @sender: the address of the actor or endpoint that sent @message
 * @user_data: what was given with the handler; %NULL for a handler of the class
 * @error: return location for an error
 *
 * Handles the messages of one type.
 *
 * What holds for [vfunc@Thespian.Actor.receive_message] holds here: it is called on the actor's own
 * thread, and @message is lent and not to be changed.
 *
 * Returns: [enum@Thespian.Dispatch.HANDLED], [enum@Thespian.Dispatch.SUPER], or
 *   [enum@Thespian.Dispatch.FAILED] with @error set
 *
 * Since: 1.0
 */
typedef ThespianDispatch (*ThespianMessageHandler) (ThespianTypeDispatcher *self,
                                                    const GValue           *message,
                                                    ThespianAddress        *sender,
                                                    gpointer                user_data,
                                                    GError                **error);

/**
 * ThespianTypeDispatcherClass:
 * @receive_unrecognized: handles what no handler is there for; see
 *   [vfunc@Thespian.TypeDispatcher.receive_unrecognized]
 *
 * The class structure of [class@Thespian.TypeDispatcher].
 *
 * Since: 1.0
 */
struct _ThespianTypeDispatcherClass
{
  ThespianActorClass parent_class;

  gboolean (*receive_unrecognized) (ThespianTypeDispatcher *self,
                                    const GValue           *message,
                                    ThespianAddress        *sender,
                                    GError                **error);

  /*< private >*/
  gpointer handlers;
  gpointer _reserved[8];
};

THESPIAN_AVAILABLE_IN_1_0
void thespian_type_dispatcher_class_add_handler (ThespianTypeDispatcherClass *klass,
                                                 GType                        message_type,
                                                 ThespianMessageHandler       handler);

THESPIAN_AVAILABLE_IN_1_0
void thespian_type_dispatcher_add_handler       (ThespianTypeDispatcher      *self,
                                                 GType                        message_type,
                                                 ThespianMessageHandler       handler,
                                                 gpointer                     user_data,
                                                 GDestroyNotify               destroy);

G_END_DECLS
