/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The sending side of an actor: send(), its short forms for the common types, and ask. */

#include "config.h"

#include "model/thespian-actor-private.h"
#include "model/thespian-address-private.h"
#include "model/thespian-error.h"
#include "model/thespian-value-private.h"

static ThespianActorContext *
find_context (ThespianActor   *self,
              ThespianAddress *target)
{
  ThespianActorContext *context;

  g_return_val_if_fail (THESPIAN_IS_ACTOR (self), NULL);
  g_return_val_if_fail (THESPIAN_IS_ADDRESS (target), NULL);

  context = thespian_actor_get_context (self);
  if (G_UNLIKELY (context == NULL))
    g_critical ("%s: this %s lives in no actor system", G_STRFUNC, G_OBJECT_TYPE_NAME (self));
  return context;
}

static gboolean
send_taking (ThespianActor   *self,
             ThespianAddress *target,
             GValue          *message)
{
  ThespianActorContext *context = find_context (self, target);

  if (G_UNLIKELY (context == NULL))
    {
      thespian_value_clear (message);
      return FALSE;
    }
  return context->port.ops->actor->send_take (context, target, message, NULL);
}

static gboolean
send_copying (ThespianActor   *self,
              ThespianAddress *target,
              const GValue    *message)
{
  ThespianActorContext *context = find_context (self, target);

  return G_LIKELY (context != NULL) && context->port.ops->actor->send (context, target, message, NULL);
}

/**
 * thespian_actor_send:
 * @self: an actor
 * @target: the address of the receiver
 * @message: the message, any initialised value
 * @error: return location for an error
 *
 * Sends a message.
 *
 * Returns at once; the message is delivered later, after those sent from here to @target before.
 * One that cannot be delivered is a dead letter. What @message refers to is shared with the receiver
 * when that lives in the same process: do not change an object after sending it.
 *
 * Where the target's mailbox has a bound (capability `Mailbox Limit`) and has reached it, a sender
 * on another thread than the target's waits for room, up to 5 seconds.
 *
 * Fails with %THESPIAN_ERROR_INVALID_ARGUMENT when the actor lives in no system.
 *
 * Returns: %TRUE when the message is on its way
 *
 * Since: 1.0
 */
gboolean
thespian_actor_send (ThespianActor   *self,
                     ThespianAddress *target,
                     const GValue    *message,
                     GError         **error)
{
  ThespianActorContext *context;

  g_return_val_if_fail (THESPIAN_IS_ACTOR (self), FALSE);
  g_return_val_if_fail (THESPIAN_IS_ADDRESS (target), FALSE);
  g_return_val_if_fail (G_IS_VALUE (message), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  context = thespian_actor_get_context (self);
  if (G_UNLIKELY (context == NULL))
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
                   "This %s lives in no actor system, so it cannot send", G_OBJECT_TYPE_NAME (self));
      return FALSE;
    }
  return context->port.ops->actor->send (context, target, message, error);
}

/**
 * thespian_actor_send_boolean:
 * @self: an actor
 * @target: the address of the receiver
 * @value: the message
 *
 * Sends a boolean. See [method@Thespian.Actor.send].
 *
 * Returns: %TRUE when the message is on its way
 *
 * Since: 1.0
 */
gboolean
thespian_actor_send_boolean (ThespianActor   *self,
                             ThespianAddress *target,
                             gboolean         value)
{
  GValue message = { .g_type = G_TYPE_BOOLEAN, .data[0].v_int = value };

  return send_taking (self, target, &message);
}

/**
 * thespian_actor_send_int:
 * @self: an actor
 * @target: the address of the receiver
 * @value: the message
 *
 * Sends an integer of 32 bits. See [method@Thespian.Actor.send].
 *
 * Returns: %TRUE when the message is on its way
 *
 * Since: 1.0
 */
gboolean
thespian_actor_send_int (ThespianActor   *self,
                         ThespianAddress *target,
                         int              value)
{
  GValue message = { .g_type = G_TYPE_INT, .data[0].v_int = value };

  return send_taking (self, target, &message);
}

/**
 * thespian_actor_send_int64:
 * @self: an actor
 * @target: the address of the receiver
 * @value: the message
 *
 * Sends an integer of 64 bits. See [method@Thespian.Actor.send].
 *
 * Returns: %TRUE when the message is on its way
 *
 * Since: 1.0
 */
gboolean
thespian_actor_send_int64 (ThespianActor   *self,
                           ThespianAddress *target,
                           gint64           value)
{
  GValue message = { .g_type = G_TYPE_INT64, .data[0].v_int64 = value };

  return send_taking (self, target, &message);
}

/**
 * thespian_actor_send_uint64:
 * @self: an actor
 * @target: the address of the receiver
 * @value: the message
 *
 * Sends an unsigned integer of 64 bits. See [method@Thespian.Actor.send].
 *
 * Returns: %TRUE when the message is on its way
 *
 * Since: 1.0
 */
gboolean
thespian_actor_send_uint64 (ThespianActor   *self,
                            ThespianAddress *target,
                            guint64          value)
{
  GValue message = { .g_type = G_TYPE_UINT64, .data[0].v_uint64 = value };

  return send_taking (self, target, &message);
}

/**
 * thespian_actor_send_double:
 * @self: an actor
 * @target: the address of the receiver
 * @value: the message
 *
 * Sends a floating-point number. See [method@Thespian.Actor.send].
 *
 * Returns: %TRUE when the message is on its way
 *
 * Since: 1.0
 */
gboolean
thespian_actor_send_double (ThespianActor   *self,
                            ThespianAddress *target,
                            double           value)
{
  GValue message = { .g_type = G_TYPE_DOUBLE, .data[0].v_double = value };

  return send_taking (self, target, &message);
}

/**
 * thespian_actor_send_string:
 * @self: an actor
 * @target: the address of the receiver
 * @value: the message
 *
 * Sends a string. See [method@Thespian.Actor.send].
 *
 * Returns: %TRUE when the message is on its way
 *
 * Since: 1.0
 */
gboolean
thespian_actor_send_string (ThespianActor   *self,
                            ThespianAddress *target,
                            const char      *value)
{
  const GValue message = {
    .g_type = G_TYPE_STRING,
    .data = { { .v_pointer = (gpointer) value }, { .v_uint = G_VALUE_NOCOPY_CONTENTS } },
  };

  g_return_val_if_fail (value != NULL, FALSE);

  return send_copying (self, target, &message);
}

/**
 * thespian_actor_send_variant:
 * @self: an actor
 * @target: the address of the receiver
 * @value: the message; consumed if floating
 *
 * Sends a variant. See [method@Thespian.Actor.send].
 *
 * Returns: %TRUE when the message is on its way
 *
 * Since: 1.0
 */
gboolean
thespian_actor_send_variant (ThespianActor   *self,
                             ThespianAddress *target,
                             GVariant        *value)
{
  GValue message = G_VALUE_INIT;

  g_return_val_if_fail (value != NULL, FALSE);

  g_value_init (&message, G_TYPE_VARIANT);
  g_value_set_variant (&message, value);
  return send_taking (self, target, &message);
}

/**
 * thespian_actor_send_bytes:
 * @self: an actor
 * @target: the address of the receiver
 * @value: the message
 *
 * Sends bytes. See [method@Thespian.Actor.send].
 *
 * Returns: %TRUE when the message is on its way
 *
 * Since: 1.0
 */
gboolean
thespian_actor_send_bytes (ThespianActor   *self,
                           ThespianAddress *target,
                           GBytes          *value)
{
  GValue message = G_VALUE_INIT;

  g_return_val_if_fail (value != NULL, FALSE);

  g_value_init (&message, G_TYPE_BYTES);
  g_value_set_boxed (&message, value);
  return send_taking (self, target, &message);
}

/**
 * thespian_actor_send_object:
 * @self: an actor
 * @target: the address of the receiver
 * @value: the message
 *
 * Sends an object, such as an [class@Thespian.ActorExitRequest] or an address. The receiver may get
 * the very same object, so do not change it any more. See [method@Thespian.Actor.send].
 *
 * Returns: %TRUE when the message is on its way
 *
 * Since: 1.0
 */
gboolean
thespian_actor_send_object (ThespianActor   *self,
                            ThespianAddress *target,
                            GObject         *value)
{
  g_return_val_if_fail (G_IS_OBJECT (value), FALSE);

  return thespian_actor_take_object (self, target, g_object_ref (value));
}

/**
 * thespian_actor_take_string:
 * @self: an actor
 * @target: the address of the receiver
 * @value: (transfer full): the message
 *
 * Sends a string that the caller gives away. See [method@Thespian.Actor.send].
 *
 * Returns: %TRUE when the message is on its way
 *
 * Since: 1.0
 */
gboolean
thespian_actor_take_string (ThespianActor   *self,
                            ThespianAddress *target,
                            char            *value)
{
  GValue message = { .g_type = G_TYPE_STRING, .data[0].v_pointer = value };

  g_return_val_if_fail (value != NULL, FALSE);

  return send_taking (self, target, &message);
}

/**
 * thespian_actor_take_object:
 * @self: an actor
 * @target: the address of the receiver
 * @value: (transfer full): the message
 *
 * Sends an object whose reference the caller gives away. See [method@Thespian.Actor.send].
 *
 * Returns: %TRUE when the message is on its way
 *
 * Since: 1.0
 */
gboolean
thespian_actor_take_object (ThespianActor   *self,
                            ThespianAddress *target,
                            GObject         *value)
{
  GValue message = G_VALUE_INIT;

  g_return_val_if_fail (G_IS_OBJECT (value), FALSE);

  g_value_init (&message, G_OBJECT_TYPE (value));
  g_value_take_object (&message, value);
  return send_taking (self, target, &message);
}

/**
 * thespian_actor_ask_async:
 * @self: an actor
 * @target: the address of the receiver
 * @message: the question
 * @timeout: how long to wait for the answer, in microseconds; negative for ever
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when there is an answer, or none
 * @user_data: data for @callback
 *
 * Asks without blocking the actor.
 *
 * The question comes from an endpoint made for it alone, so the answer cannot be mistaken for
 * another message. @callback is called on the thread-default main context of the caller: on the
 * actor's own when called while it handles a message. Other messages are handled meanwhile.
 *
 * Since: 1.0
 */
void
thespian_actor_ask_async (ThespianActor      *self,
                          ThespianAddress    *target,
                          const GValue       *message,
                          GTimeSpan           timeout,
                          GCancellable       *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer            user_data)
{
  ThespianActorContext *context;
  GTask *task;

  g_return_if_fail (THESPIAN_IS_ACTOR (self));
  g_return_if_fail (THESPIAN_IS_ADDRESS (target));
  g_return_if_fail (G_IS_VALUE (message));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, thespian_actor_ask_async);
  context = thespian_actor_get_context (self);
  if (context == NULL)
    {
      g_task_return_new_error (task, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
                               "This %s lives in no actor system, so it cannot ask",
                               G_OBJECT_TYPE_NAME (self));
      g_object_unref (task);
      return;
    }
  context->port.ops->actor->ask_async (context, target, message, timeout, task);
}

/**
 * thespian_actor_ask_finish:
 * @self: an actor
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Thespian.Actor.ask_async].
 *
 * Fails with %THESPIAN_ERROR_SYSTEM_SHUT_DOWN when the system has ended, and with
 * %G_IO_ERROR_CANCELLED.
 *
 * Returns: (transfer full) (nullable): the answer, to be freed with [func@Thespian.value_free], or
 *   %NULL without an error when none came in time or the receiver is dead
 *
 * Since: 1.0
 */
GValue *
thespian_actor_ask_finish (ThespianActor *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
