/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Messages by the system's own endpoint: what most programs use, instead of one of their own. */

#include "config.h"

#include "system/thespian-actor-system-private.h"
#include "system/thespian-endpoint-private.h"

/**
 * thespian_actor_system_tell:
 * @self: an actor system
 * @target: the address of the receiver
 * @message: the message, any initialised value
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Sends a message without waiting for an answer, from the system's own endpoint. See
 * [method@Thespian.Endpoint.tell].
 *
 * Returns: %TRUE when the message was sent
 *
 * Since: 1.0
 */
gboolean
thespian_actor_system_tell (ThespianActorSystem *self,
                            ThespianAddress     *target,
                            const GValue        *message,
                            GCancellable        *cancellable,
                            GError             **error)
{
  g_return_val_if_fail (THESPIAN_IS_ACTOR_SYSTEM (self), FALSE);

  return thespian_endpoint_tell (thespian_actor_system_get_endpoint (self), target, message, cancellable, error);
}

/**
 * thespian_actor_system_tell_async:
 * @self: an actor system
 * @target: the address of the receiver
 * @message: the message, any initialised value
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the message was sent
 * @user_data: data for @callback
 *
 * Sends a message. The asynchronous form of [method@Thespian.ActorSystem.tell]; it may be called inside
 * an actor too.
 *
 * Since: 1.0
 */
void
thespian_actor_system_tell_async (ThespianActorSystem *self,
                                  ThespianAddress     *target,
                                  const GValue        *message,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (THESPIAN_IS_ACTOR_SYSTEM (self));
  g_return_if_fail (THESPIAN_IS_ADDRESS (target));
  g_return_if_fail (G_IS_VALUE (message));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, thespian_actor_system_tell_async);
  thespian_endpoint_tell_for_task (thespian_actor_system_get_endpoint (self), target, message, task);
}

/**
 * thespian_actor_system_tell_finish:
 * @self: an actor system
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Thespian.ActorSystem.tell_async].
 *
 * Returns: %TRUE when the message was sent
 *
 * Since: 1.0
 */
gboolean
thespian_actor_system_tell_finish (ThespianActorSystem *self,
                                   GAsyncResult        *result,
                                   GError             **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * thespian_actor_system_ask:
 * @self: an actor system
 * @target: the address of the receiver
 * @message: the question, any initialised value
 * @timeout: how long to wait, in microseconds; negative for ever
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Sends a message from the system's own endpoint, and waits for an answer. See
 * [method@Thespian.Endpoint.ask].
 *
 * Returns: (transfer full) (nullable): the answer, to be freed with [func@Thespian.value_free], or
 *   %NULL without an error when there is none
 *
 * Since: 1.0
 */
GValue *
thespian_actor_system_ask (ThespianActorSystem *self,
                           ThespianAddress     *target,
                           const GValue        *message,
                           GTimeSpan            timeout,
                           GCancellable        *cancellable,
                           GError             **error)
{
  g_return_val_if_fail (THESPIAN_IS_ACTOR_SYSTEM (self), NULL);

  return thespian_endpoint_ask (thespian_actor_system_get_endpoint (self), target, message, timeout, cancellable,
                                error);
}

/**
 * thespian_actor_system_ask_async:
 * @self: an actor system
 * @target: the address of the receiver
 * @message: the question, any initialised value
 * @timeout: how long to wait, in microseconds; negative for ever
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when there is an answer, or none
 * @user_data: data for @callback
 *
 * Asks. The asynchronous form of [method@Thespian.ActorSystem.ask]; it may be called inside an actor too.
 *
 * Since: 1.0
 */
void
thespian_actor_system_ask_async (ThespianActorSystem *self,
                                 ThespianAddress     *target,
                                 const GValue        *message,
                                 GTimeSpan            timeout,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (THESPIAN_IS_ACTOR_SYSTEM (self));
  g_return_if_fail (THESPIAN_IS_ADDRESS (target));
  g_return_if_fail (G_IS_VALUE (message));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, thespian_actor_system_ask_async);
  thespian_endpoint_receive_for_task (thespian_actor_system_get_endpoint (self), target, message, timeout, task);
}

/**
 * thespian_actor_system_ask_finish:
 * @self: an actor system
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Thespian.ActorSystem.ask_async].
 *
 * Returns: (transfer full) (nullable): the answer, to be freed with [func@Thespian.value_free], or
 *   %NULL without an error when there is none
 *
 * Since: 1.0
 */
GValue *
thespian_actor_system_ask_finish (ThespianActorSystem *self,
                                  GAsyncResult        *result,
                                  GError             **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * thespian_actor_system_listen:
 * @self: an actor system
 * @timeout: how long to wait, in microseconds; negative for ever
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Waits for a message to the system's own endpoint. See [method@Thespian.Endpoint.listen].
 *
 * Returns: (transfer full) (nullable): the message, to be freed with [func@Thespian.value_free], or
 *   %NULL without an error when none came in time
 *
 * Since: 1.0
 */
GValue *
thespian_actor_system_listen (ThespianActorSystem *self,
                              GTimeSpan            timeout,
                              GCancellable        *cancellable,
                              GError             **error)
{
  g_return_val_if_fail (THESPIAN_IS_ACTOR_SYSTEM (self), NULL);

  return thespian_endpoint_listen (thespian_actor_system_get_endpoint (self), timeout, cancellable, error);
}

/**
 * thespian_actor_system_listen_async:
 * @self: an actor system
 * @timeout: how long to wait, in microseconds; negative for ever
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when there is a message, or none
 * @user_data: data for @callback
 *
 * Waits for a message. The asynchronous form of [method@Thespian.ActorSystem.listen].
 *
 * Since: 1.0
 */
void
thespian_actor_system_listen_async (ThespianActorSystem *self,
                                    GTimeSpan            timeout,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (THESPIAN_IS_ACTOR_SYSTEM (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, thespian_actor_system_listen_async);
  thespian_endpoint_receive_for_task (thespian_actor_system_get_endpoint (self), NULL, NULL, timeout, task);
}

/**
 * thespian_actor_system_listen_finish:
 * @self: an actor system
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Thespian.ActorSystem.listen_async].
 *
 * Returns: (transfer full) (nullable): the message, to be freed with [func@Thespian.value_free], or
 *   %NULL without an error when none came in time
 *
 * Since: 1.0
 */
GValue *
thespian_actor_system_listen_finish (ThespianActorSystem *self,
                                     GAsyncResult        *result,
                                     GError             **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
