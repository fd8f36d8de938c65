/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "model/thespian-type-dispatcher-private.h"

#include "model/thespian-dispatch-table-private.h"
#include "model/thespian-value-private.h"

/**
 * ThespianTypeDispatcher:
 *
 * An actor that has a handler for each type of messages.
 *
 * Instead of implementing [vfunc@Thespian.Actor.receive_message] and asking there of what type the
 * message is, a subclass names the types that it knows, and a handler for each:
 *
 * ```c
 * static ThespianDispatch
 * greeter_receive_string (ThespianTypeDispatcher *self,
 *                         const GValue           *message,
 *                         ThespianAddress        *sender,
 *                         gpointer                user_data,
 *                         GError                **error)
 * {
 *   g_autofree char *greeting = g_strdup_printf ("Hello, %s!", g_value_get_string (message));
 *
 *   thespian_actor_send_string (THESPIAN_ACTOR (self), sender, greeting);
 *
 *   return THESPIAN_DISPATCH_HANDLED;
 * }
 *
 * static void
 * greeter_class_init (GreeterClass *klass)
 * {
 *   thespian_type_dispatcher_class_add_handler (THESPIAN_TYPE_DISPATCHER_CLASS (klass),
 *                                               G_TYPE_STRING, greeter_receive_string);
 * }
 * ```
 *
 * In languages other than C the handlers are added to the actor itself, by
 * [method@Thespian.TypeDispatcher.add_handler] in [vfunc@Thespian.Actor.started].
 *
 * ## Which handler gets a message
 *
 * The type of a message that is an object is the object's own; else it is the type of the value.
 * The search looks at that type, then at each of its ancestors, then at the interfaces it
 * implements, and last at the fundamental type, such as %G_TYPE_OBJECT or %G_TYPE_BOXED. For each
 * of these a handler that was added to the actor comes before one of its class, and one of a
 * subclass before one of its parent class.
 *
 * A handler that returns [enum@Thespian.Dispatch.SUPER] lets the search go on behind it.
 *
 * All types of integers, from %G_TYPE_CHAR to %G_TYPE_UINT64, count as one: when there is no
 * handler for exactly the type of a number, it goes to the handler for another one, the widest
 * first, and is converted to that type. A handler into whose type the number does not fit is
 * passed over. %G_TYPE_FLOAT and %G_TYPE_DOUBLE count as one in the same way.
 *
 * What no handler takes comes to [vfunc@Thespian.TypeDispatcher.receive_unrecognized], which by
 * default drops it.
 *
 * Since: 1.0
 */

typedef struct
{
  ThespianMessageHandler handler;
  gpointer user_data;
  GDestroyNotify destroy; /* (nullable) */
} OwnHandler;

typedef struct
{
  GHashTable *own_handlers; /* (owned) (nullable) (element-type GType OwnHandler), rc boxes */
} ThespianTypeDispatcherPrivate;

G_DEFINE_TYPE_WITH_PRIVATE (ThespianTypeDispatcher, thespian_type_dispatcher, THESPIAN_TYPE_ACTOR)

static void
own_handler_clear (gpointer data)
{
  OwnHandler *own = data;

  if (own->destroy != NULL)
    own->destroy (own->user_data);
}

static void
own_handler_release (gpointer data)
{
  g_rc_box_release_full (data, own_handler_clear);
}

static OwnHandler *
find_own_handler (ThespianTypeDispatcher *self,
                  GType                   type)
{
  ThespianTypeDispatcherPrivate *priv = thespian_type_dispatcher_get_instance_private (self);

  if (priv->own_handlers == NULL)
    return NULL;

  return g_hash_table_lookup (priv->own_handlers, GSIZE_TO_POINTER (type));
}

/* The type that a message is dispatched by. */
static GType
message_type (const GValue *message)
{
  GType type = G_VALUE_TYPE (message);
  gpointer instance;

  if (type <= G_TYPE_VARIANT && type != G_TYPE_OBJECT && type != G_TYPE_PARAM)
    return type;

  if (!G_TYPE_IS_INSTANTIATABLE (type) && !G_TYPE_IS_INTERFACE (type))
    return type;

  instance = g_value_peek_pointer (message);

  return instance != NULL ? G_TYPE_FROM_INSTANCE (instance) : type;
}

/* A handler that sets an error has failed, whatever it returns. */
static ThespianDispatch
call_handler (ThespianTypeDispatcher *self,
              ThespianMessageHandler  handler,
              gpointer                user_data,
              const GValue           *message,
              ThespianAddress        *sender,
              GError                **error)
{
  GError *local_error = NULL;
  ThespianDispatch result = handler (self, message, sender, user_data, &local_error);

  if (G_LIKELY (local_error == NULL))
    return result;

  g_propagate_error (error, local_error);

  return THESPIAN_DISPATCH_FAILED;
}

/* The handler may replace itself: it lives until it returns. */
static ThespianDispatch
call_own_handler (ThespianTypeDispatcher *self,
                  OwnHandler             *own,
                  const GValue           *message,
                  ThespianAddress        *sender,
                  GError                **error)
{
  ThespianDispatch result;

  g_rc_box_acquire (own);
  result = call_handler (self, own->handler, own->user_data, message, sender, error);
  own_handler_release (own);

  return result;
}

static ThespianDispatch
take_step (ThespianTypeDispatcher     *self,
           const ThespianDispatchStep *step,
           const GValue               *message,
           ThespianAddress            *sender,
           GError                    **error)
{
  OwnHandler *own = NULL;
  GValue converted;

  if (step->handler == NULL)
    {
      own = find_own_handler (self, step->type);
      if (own == NULL)
        return THESPIAN_DISPATCH_SUPER;
    }

  if (step->converts)
    {
      if (!thespian_value_convert_number (message, step->type, &converted))
        return THESPIAN_DISPATCH_SUPER;
      message = &converted;
    }

  if (own != NULL)
    return call_own_handler (self, own, message, sender, error);

  return call_handler (self, step->handler, NULL, message, sender, error);
}

static gboolean
thespian_type_dispatcher_receive_message (ThespianActor   *actor,
                                          const GValue    *message,
                                          ThespianAddress *sender,
                                          GError         **error)
{
  ThespianTypeDispatcher *self = THESPIAN_TYPE_DISPATCHER (actor);
  ThespianTypeDispatcherPrivate *priv = thespian_type_dispatcher_get_instance_private (self);
  ThespianTypeDispatcherClass *klass = THESPIAN_TYPE_DISPATCHER_GET_CLASS (self);
  const ThespianDispatchPath *path = thespian_dispatch_table_lookup (klass->handlers,
                                                                     message_type (message));

  for (guint i = 0; i < path->n_steps; i++)
    {
      ThespianDispatch result;

      if (path->steps[i].handler == NULL && priv->own_handlers == NULL)
        continue;

      result = take_step (self, &path->steps[i], message, sender, error);
      if (result != THESPIAN_DISPATCH_SUPER)
        return result == THESPIAN_DISPATCH_HANDLED;
    }

  return klass->receive_unrecognized (self, message, sender, error);
}

static gboolean
thespian_type_dispatcher_real_receive_unrecognized (ThespianTypeDispatcher *self,
                                                    const GValue           *message,
                                                    ThespianAddress        *sender,
                                                    GError                **error)
{
  return TRUE;
}

static void
thespian_type_dispatcher_dispose (GObject *object)
{
  ThespianTypeDispatcher *self = THESPIAN_TYPE_DISPATCHER (object);
  ThespianTypeDispatcherPrivate *priv = thespian_type_dispatcher_get_instance_private (self);

  g_clear_pointer (&priv->own_handlers, g_hash_table_unref);

  G_OBJECT_CLASS (thespian_type_dispatcher_parent_class)->dispose (object);
}

static void
thespian_type_dispatcher_class_init (ThespianTypeDispatcherClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = thespian_type_dispatcher_dispose;
  THESPIAN_ACTOR_CLASS (klass)->receive_message = thespian_type_dispatcher_receive_message;

  klass->receive_unrecognized = thespian_type_dispatcher_real_receive_unrecognized;
  klass->handlers = thespian_dispatch_table_new (G_TYPE_FROM_CLASS (klass), NULL);
}

static void
thespian_type_dispatcher_init (ThespianTypeDispatcher *self)
{
}

/**
 * ThespianTypeDispatcherClass::receive_unrecognized:
 * @self: the actor
 * @message: the message
 * @sender: the address of the actor or endpoint that sent @message
 * @error: return location for an error
 *
 * Handles a message that no handler took.
 *
 * Called on the actor's own thread. The default drops the message. Messages of the system's that
 * the actor has no handler for come here too.
 *
 * Returns: %TRUE when the message was handled, or has no meaning for this actor; %FALSE with @error
 *   set when handling it failed
 *
 * Since: 1.0
 */

/**
 * thespian_type_dispatcher_class_add_handler: (skip)
 * @klass: a class of dispatchers
 * @message_type: a type of messages; also an abstract one, an interface or a fundamental type
 * @handler: (scope forever): what handles them; its user data will be %NULL
 *
 * Gives all actors of a class, and of its subclasses, a handler for a type of messages.
 *
 * A subclass can add a handler for the same type, which then comes first. A second handler for the
 * same type in one class replaces the first. To be called while the class is being set up.
 *
 * Since: 1.0
 */
void
thespian_type_dispatcher_class_add_handler (ThespianTypeDispatcherClass *klass,
                                            GType                        message_type,
                                            ThespianMessageHandler       handler)
{
  GType owner;

  g_return_if_fail (THESPIAN_IS_TYPE_DISPATCHER_CLASS (klass));
  g_return_if_fail (message_type != G_TYPE_INVALID && message_type != G_TYPE_NONE);
  g_return_if_fail (handler != NULL);

  /* GObject copies the class structure of the parent, so a new class first has its parent's. */
  owner = G_TYPE_FROM_CLASS (klass);
  if (thespian_dispatch_table_owner (klass->handlers) != owner)
    klass->handlers = thespian_dispatch_table_new (owner, klass->handlers);

  thespian_dispatch_table_add (klass->handlers, message_type, handler);
}

/**
 * thespian_type_dispatcher_add_handler:
 * @self: an actor
 * @message_type: a type of messages; also an abstract one, an interface or a fundamental type
 * @handler: (scope notified) (closure user_data) (destroy destroy): what handles them
 * @user_data: what @handler gets besides
 * @destroy: (nullable): frees @user_data
 *
 * Gives this one actor a handler for a type of messages, which comes before those of its class.
 *
 * A second handler for the same type replaces the first. All of them are dropped when the actor
 * ends. To be called on the actor's own thread, at best in [vfunc@Thespian.Actor.started]; a
 * handler may call it too.
 *
 * Since: 1.0
 */
void
thespian_type_dispatcher_add_handler (ThespianTypeDispatcher *self,
                                      GType                   message_type,
                                      ThespianMessageHandler  handler,
                                      gpointer                user_data,
                                      GDestroyNotify          destroy)
{
  ThespianTypeDispatcherPrivate *priv;
  OwnHandler *own;

  g_return_if_fail (THESPIAN_IS_TYPE_DISPATCHER (self));
  g_return_if_fail (message_type != G_TYPE_INVALID && message_type != G_TYPE_NONE);
  g_return_if_fail (handler != NULL);

  priv = thespian_type_dispatcher_get_instance_private (self);
  if (priv->own_handlers == NULL)
    priv->own_handlers = g_hash_table_new_full (NULL, NULL, NULL, own_handler_release);

  own = g_rc_box_new0 (OwnHandler);
  own->handler = handler;
  own->user_data = user_data;
  own->destroy = destroy;
  g_hash_table_replace (priv->own_handlers, GSIZE_TO_POINTER (message_type), own);
}

gboolean
thespian_type_dispatcher_class_handles (ThespianTypeDispatcherClass *klass,
                                        GType                        type)
{
  ThespianActorClass *actor_class = THESPIAN_ACTOR_CLASS (klass);

  return actor_class->receive_message != thespian_type_dispatcher_receive_message ||
         klass->receive_unrecognized != thespian_type_dispatcher_real_receive_unrecognized ||
         thespian_dispatch_table_lookup (klass->handlers, type)->n_handlers > 0;
}

gboolean
thespian_type_dispatcher_handles (ThespianTypeDispatcher *self,
                                  GType                   type)
{
  ThespianTypeDispatcherClass *klass = THESPIAN_TYPE_DISPATCHER_GET_CLASS (self);
  const ThespianDispatchPath *path;

  if (thespian_type_dispatcher_class_handles (klass, type))
    return TRUE;

  path = thespian_dispatch_table_lookup (klass->handlers, type);
  for (guint i = 0; i < path->n_steps; i++)
    {
      if (find_own_handler (self, path->steps[i].type) != NULL)
        return TRUE;
    }

  return FALSE;
}
