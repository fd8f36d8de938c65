/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "model/thespian-actor.h"

#include "model/thespian-actor-private.h"
#include "model/thespian-address-private.h"
#include "model/thespian-error.h"
#include "model/thespian-value-private.h"

/**
 * ThespianActor:
 *
 * An actor: an object that receives messages, one at a time, and that nobody else can touch.
 *
 * Handling a message, an actor can change its own state, send messages to actors whose addresses
 * it knows, and create other actors. It subclasses `ThespianActor` and implements
 * [vfunc@Thespian.Actor.receive_message]:
 *
 * ```c
 * static gboolean
 * hello_receive_message (ThespianActor   *actor,
 *                        const GValue    *message,
 *                        ThespianAddress *sender,
 *                        GError         **error)
 * {
 *   if (G_VALUE_HOLDS_STRING (message))
 *     thespian_actor_send_string (actor, sender, "Hello!");
 *   return TRUE;
 * }
 * ```
 *
 * Actors are made by [method@Thespian.ActorSystem.create_actor] and
 * [method@Thespian.Actor.create_actor], never with g_object_new(): the system makes the object, on
 * the thread where it will live, and frees it when the actor ends. A message that has no meaning for
 * an actor should be dropped, that is, answered with %TRUE.
 *
 * ## Threads
 *
 * An actor is pinned to one thread for its life. What it starts on its main context
 * ([method@Thespian.Actor.get_main_context], the thread-default one while a message is handled)
 * comes back there. The methods of an actor may be called from any thread of its process, so a
 * worker thread that the actor started can send in its name.
 *
 * ## Failure
 *
 * An actor that cannot handle a message returns %FALSE and sets the error. The same message is
 * then handled once more, at once. When that fails too the sender gets a
 * [class@Thespian.PoisonMessage] with the message and the error's text. The actor lives on.
 *
 * Since: 1.0
 */

/* The context lives as long as its address, so the actor holds that. */
G_DEFINE_ABSTRACT_TYPE (ThespianActor, thespian_actor, G_TYPE_OBJECT)

static gboolean
thespian_actor_real_receive_message (ThespianActor   *self,
                                     const GValue    *message,
                                     ThespianAddress *sender,
                                     GError         **error)
{
  return TRUE;
}

static gboolean
thespian_actor_real_started (ThespianActor *self,
                             GError       **error)
{
  return TRUE;
}

static gboolean
thespian_actor_real_check_capabilities (ThespianActor *self,
                                        GVariant      *capabilities,
                                        GVariant      *requirements)
{
  return TRUE;
}

static void
thespian_actor_finalize (GObject *object)
{
  ThespianActor *self = THESPIAN_ACTOR (object);
  ThespianActorContext *context = thespian_actor_get_context (self);

  if (context != NULL)
    g_object_unref (context->address);

  G_OBJECT_CLASS (thespian_actor_parent_class)->finalize (object);
}

static void
thespian_actor_class_init (ThespianActorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = thespian_actor_finalize;

  klass->receive_message = thespian_actor_real_receive_message;
  klass->started = thespian_actor_real_started;
  klass->check_capabilities = thespian_actor_real_check_capabilities;
}

static void
thespian_actor_init (ThespianActor *self)
{
}

/**
 * ThespianActor::receive_message:
 */

/**
 * ThespianActorClass::receive_message:
 * @self: the actor
 * @message: the message
 * @sender: the address of the actor or endpoint that sent @message
 * @error: return location for an error
 *
 * Handles one message.
 *
 * Called on the actor's own thread, one message at a time. @message and what it holds belong to the
 * system, which may have given the same object to other actors: take a reference to keep it, and
 * change nothing.
 *
 * Returns: %TRUE when the message was handled, or has no meaning for this actor; %FALSE with
 *   @error set when handling it failed
 *
 * Since: 1.0
 */

/**
 * ThespianActorClass::started:
 * @self: the actor
 * @error: return location for an error
 *
 * Sets the actor up, before its first message.
 *
 * The actor has its address, capabilities, requirements and global name by now. When this fails
 * the actor is gone again: its parent gets a [class@Thespian.ChildActorExited], and what was sent
 * to it so far comes back as poison.
 *
 * Returns: %TRUE on success, %FALSE with @error set on failure
 *
 * Since: 1.0
 */

/**
 * ThespianActorClass::check_capabilities:
 * @self: the actor
 * @capabilities: the capabilities of the actor system, of type `a{sv}`
 * @requirements: (nullable): what the actor's creator requires, of type `a{sv}`
 *
 * Tells whether the actor can live in a system with these capabilities.
 *
 * Called before [vfunc@Thespian.Actor.started], and again whenever a capability has changed: an
 * actor that no longer fits gets an [class@Thespian.ActorExitRequest]. `simpleSystemBase` does not
 * call it. What the class declares with [method@Thespian.ActorClass.require_capability] is checked
 * besides.
 *
 * Returns: %TRUE when it can
 *
 * Since: 1.0
 */

void
thespian_actor_bind (ThespianActor        *self,
                     ThespianActorContext *context)
{
  g_assert (self->context == NULL);
  self->context = context;
  g_object_ref (context->address);
}

static gboolean
thespian_actor_check_context (ThespianActor *self,
                              GError       **error)
{
  if (G_LIKELY (thespian_actor_get_context (self) != NULL))
    return TRUE;

  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
               "This %s lives in no actor system: let thespian_actor_system_create_actor() or "
               "thespian_actor_create_actor() make it",
               G_OBJECT_TYPE_NAME (self));
  return FALSE;
}

/**
 * thespian_actor_get_address:
 * @self: an actor
 *
 * Gets the actor's own address.
 *
 * Returns: (transfer none) (nullable): the address, or %NULL for an actor that no system has made
 *
 * Since: 1.0
 */
ThespianAddress *
thespian_actor_get_address (ThespianActor *self)
{
  ThespianActorContext *context;

  g_return_val_if_fail (THESPIAN_IS_ACTOR (self), NULL);

  context = thespian_actor_get_context (self);
  return context != NULL ? context->address : NULL;
}

/**
 * thespian_actor_dup_parent:
 * @self: an actor
 *
 * Gets the address of the actor that created this one, or of the admin for a top-level or named
 * actor.
 *
 * Returns: (transfer full) (nullable): the parent's address, or %NULL for an actor that has ended or
 *   that no system has made
 *
 * Since: 1.0
 */
ThespianAddress *
thespian_actor_dup_parent (ThespianActor *self)
{
  ThespianActorContext *context;

  g_return_val_if_fail (THESPIAN_IS_ACTOR (self), NULL);

  context = thespian_actor_get_context (self);
  return context != NULL ? context->port.ops->actor->get_parent (context) : NULL;
}

/**
 * thespian_actor_get_global_name:
 * @self: an actor
 *
 * Gets the global name that the actor was created with.
 *
 * Returns: (transfer none) (nullable): the name, or %NULL for an actor without one
 *
 * Since: 1.0
 */
const char *
thespian_actor_get_global_name (ThespianActor *self)
{
  ThespianActorContext *context;

  g_return_val_if_fail (THESPIAN_IS_ACTOR (self), NULL);

  context = thespian_actor_get_context (self);
  return context != NULL ? context->port.ops->actor->get_global_name (context) : NULL;
}

/**
 * thespian_actor_get_requirements:
 * @self: an actor
 *
 * Gets the requirements that the actor was created with.
 *
 * Returns: (transfer none) (nullable): a variant of type `a{sv}`, or %NULL when there are none
 *
 * Since: 1.0
 */
GVariant *
thespian_actor_get_requirements (ThespianActor *self)
{
  ThespianActorContext *context;

  g_return_val_if_fail (THESPIAN_IS_ACTOR (self), NULL);

  context = thespian_actor_get_context (self);
  return context != NULL ? context->port.ops->actor->get_requirements (context) : NULL;
}

/**
 * thespian_actor_dup_capabilities:
 * @self: an actor
 *
 * Gets the capabilities of the actor's system, as they are now.
 *
 * Returns: (transfer full) (nullable): a variant of type `a{sv}`, or %NULL for an actor that no
 *   system has made
 *
 * Since: 1.0
 */
GVariant *
thespian_actor_dup_capabilities (ThespianActor *self)
{
  ThespianActorContext *context;

  g_return_val_if_fail (THESPIAN_IS_ACTOR (self), NULL);

  context = thespian_actor_get_context (self);
  return context != NULL ? context->port.ops->actor->dup_capabilities (context) : NULL;
}

/**
 * thespian_actor_get_main_context:
 * @self: an actor
 *
 * Gets the main context on which the actor lives: where its messages are handled, and where
 * sources that belong to it should be attached.
 *
 * It is the thread-default context while the actor handles a message, so asynchronous GIO calls
 * made there come back to the actor's thread by themselves.
 *
 * Returns: (transfer none) (nullable): the context, or %NULL for an actor that no system has made
 *
 * Since: 1.0
 */
GMainContext *
thespian_actor_get_main_context (ThespianActor *self)
{
  ThespianActorContext *context;

  g_return_val_if_fail (THESPIAN_IS_ACTOR (self), NULL);

  context = thespian_actor_get_context (self);
  return context != NULL ? context->port.ops->actor->get_main_context (context) : NULL;
}

/**
 * thespian_actor_has_own_thread:
 * @self: an actor
 *
 * Tells whether no other actor ever lives on the thread that the actor lives on.
 *
 * So it is on the bases where each actor has a process, and elsewhere for an actor with the
 * requirement `Own Thread` where the base has threads for that. Such an actor may block its thread,
 * or wait in a handler for what another actor answers: nobody else is held up.
 *
 * Returns: %TRUE if it has its thread for itself; %FALSE also for an actor that no system has made
 *
 * Since: 1.0
 */
gboolean
thespian_actor_has_own_thread (ThespianActor *self)
{
  ThespianActorContext *context;

  g_return_val_if_fail (THESPIAN_IS_ACTOR (self), FALSE);

  context = thespian_actor_get_context (self);
  return context != NULL && context->port.ops->actor->has_own_thread (context);
}

/**
 * thespian_actor_create_actor:
 * @self: an actor
 * @actor_type: the type of the new actor
 * @requirements: (nullable): what the new actor requires of its system, of type `a{sv}`; consumed
 *   if floating
 * @global_name: (nullable): the global name of the new actor
 * @properties: (nullable): construction properties of the new actor, of type `a{sv}`; consumed if
 *   floating
 * @error: return location for an error
 *
 * Creates an actor, a child of this one.
 *
 * The address is there at once, and messages can be sent to it. The actor itself is started soon
 * after; when that fails, this actor gets a [class@Thespian.ChildActorExited] that says why.
 *
 * With a @global_name that an actor lives under already, the address of that one is returned and
 * the other arguments are ignored. The parent of a named actor is the system.
 *
 * A child starts on its creator's thread, unless its requirements have a true `Spread` (then it
 * starts on the thread with the fewest actors) or `Own Thread` (then on a new thread of its own).
 * Bases that have only one thread ignore both.
 *
 * Fails with %THESPIAN_ERROR_INVALID_ACTOR_SPECIFICATION when @actor_type is no actor or abstract,
 * with %THESPIAN_ERROR_INVALID_ARGUMENT when an option has the wrong type or names no property,
 * and with %THESPIAN_ERROR_SYSTEM_SHUT_DOWN when the system ends.
 *
 * Returns: (transfer full): the address of the new actor, or %NULL on error
 *
 * Since: 1.0
 */
ThespianAddress *
thespian_actor_create_actor (ThespianActor *self,
                             GType          actor_type,
                             GVariant      *requirements,
                             const char    *global_name,
                             GVariant      *properties,
                             GError       **error)
{
  g_autoptr (GVariant) owned_requirements = requirements != NULL ? g_variant_ref_sink (requirements) : NULL;
  g_autoptr (GVariant) owned_properties = properties != NULL ? g_variant_ref_sink (properties) : NULL;
  ThespianActorSpec spec = { actor_type, NULL, requirements, global_name, properties };
  ThespianActorContext *context;

  g_return_val_if_fail (THESPIAN_IS_ACTOR (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!thespian_actor_check_context (self, error))
    return NULL;
  context = thespian_actor_get_context (self);
  return context->port.ops->actor->create_actor (context, &spec, error);
}

/**
 * thespian_actor_create_actor_by_name:
 * @self: an actor
 * @class_specification: where the class of the new actor comes from, such as `Module:TypeName`
 * @requirements: (nullable): what the new actor requires of its system, of type `a{sv}`; consumed
 *   if floating
 * @global_name: (nullable): the global name of the new actor
 * @properties: (nullable): construction properties of the new actor, of type `a{sv}`; consumed if
 *   floating
 * @error: return location for an error
 *
 * Creates an actor of a class that is named by a class specification.
 *
 * Like [method@Thespian.Actor.create_actor]. A specification `Module:TypeName` stands for a type
 * that the module of that name registers; a mere `TypeName` for one that this program has
 * registered.
 *
 * Returns: (transfer full): the address of the new actor, or %NULL on error
 *
 * Since: 1.0
 */
ThespianAddress *
thespian_actor_create_actor_by_name (ThespianActor *self,
                                     const char    *class_specification,
                                     GVariant      *requirements,
                                     const char    *global_name,
                                     GVariant      *properties,
                                     GError       **error)
{
  g_autoptr (GVariant) owned_requirements = requirements != NULL ? g_variant_ref_sink (requirements) : NULL;
  g_autoptr (GVariant) owned_properties = properties != NULL ? g_variant_ref_sink (properties) : NULL;
  ThespianActorSpec spec = { G_TYPE_INVALID, class_specification, requirements, global_name, properties };
  ThespianActorContext *context;

  g_return_val_if_fail (THESPIAN_IS_ACTOR (self), NULL);
  g_return_val_if_fail (class_specification != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!thespian_actor_check_context (self, error))
    return NULL;
  context = thespian_actor_get_context (self);
  return context->port.ops->actor->create_actor (context, &spec, error);
}

/**
 * thespian_actor_wakeup_after:
 * @self: an actor
 * @delay: how long from now, in microseconds; 0 or less for as soon as possible
 * @payload: (nullable): a value that comes with the wakeup
 *
 * Asks for a [class@Thespian.WakeupMessage] after some time.
 *
 * Any number of wakeups can be pending. They come in the order of their expiry, and in the order
 * they were asked for when that is the same. Their sender is the actor itself.
 *
 * Returns: an identifier for [method@Thespian.Actor.cancel_wakeup], never 0; 0 when the actor has
 *   ended
 *
 * Since: 1.0
 */
guint64
thespian_actor_wakeup_after (ThespianActor *self,
                             GTimeSpan      delay,
                             const GValue  *payload)
{
  ThespianActorContext *context;

  g_return_val_if_fail (THESPIAN_IS_ACTOR (self), 0);
  g_return_val_if_fail (payload == NULL || G_IS_VALUE (payload), 0);

  context = thespian_actor_get_context (self);
  return context != NULL ? context->port.ops->actor->wakeup_after (context, MAX (delay, 0), payload) : 0;
}

/**
 * thespian_actor_cancel_wakeup:
 * @self: an actor
 * @wakeup_id: what [method@Thespian.Actor.wakeup_after] returned
 *
 * Cancels a pending wakeup. After %TRUE it will not come.
 *
 * Returns: %TRUE when the wakeup was pending, %FALSE when there is none (any more) of this
 *   identifier
 *
 * Since: 1.0
 */
gboolean
thespian_actor_cancel_wakeup (ThespianActor *self,
                              guint64        wakeup_id)
{
  ThespianActorContext *context;

  g_return_val_if_fail (THESPIAN_IS_ACTOR (self), FALSE);

  context = thespian_actor_get_context (self);
  return context != NULL && context->port.ops->actor->cancel_wakeup (context, wakeup_id);
}

/**
 * thespian_actor_watch:
 * @self: an actor
 * @fds: (array length=n_fds): file descriptors
 * @n_fds: the number of @fds
 *
 * Asks for a [class@Thespian.WatchMessage] when one of some file descriptors can be read.
 *
 * The watch holds until the actor's next message of whatever kind is handled: to go on watching,
 * call this again while handling it. Descriptors that are closed or invalid are ignored, now and
 * later. The descriptors stay the caller's. To be called by the actor while it handles a message.
 *
 * Since: 1.0
 */
void
thespian_actor_watch (ThespianActor *self,
                      const int     *fds,
                      gsize          n_fds)
{
  ThespianActorContext *context;

  g_return_if_fail (THESPIAN_IS_ACTOR (self));
  g_return_if_fail (fds != NULL || n_fds == 0);

  context = thespian_actor_get_context (self);
  if (context != NULL)
    context->port.ops->actor->watch (context, fds, n_fds);
}

/**
 * thespian_actor_handle_dead_letters:
 * @self: an actor
 * @start_handling: %TRUE to become the handler of dead letters, %FALSE to cease to be
 *
 * Makes this actor the one that gets a [class@Thespian.DeadEnvelope] for each message of the system
 * that could not be delivered, or ends that.
 *
 * There is one handler; the last to register has the place, until it deregisters or exits.
 *
 * Since: 1.0
 */
void
thespian_actor_handle_dead_letters (ThespianActor *self,
                                    gboolean       start_handling)
{
  ThespianActorContext *context;

  g_return_if_fail (THESPIAN_IS_ACTOR (self));

  context = thespian_actor_get_context (self);
  if (context != NULL)
    context->port.ops->actor->handle_dead_letters (context, start_handling);
}

/**
 * thespian_actor_update_capability:
 * @self: an actor
 * @name: the name of a capability
 * @value: (nullable): its new value, or %NULL to remove it; consumed if floating
 * @error: return location for an error
 *
 * Changes a capability of the actor's system.
 *
 * When this is a real change, every actor of the system is asked again whether it fits
 * ([vfunc@Thespian.Actor.check_capabilities]); those that no longer do get an exit request, the
 * caller included.
 *
 * Fails with %THESPIAN_ERROR_READ_ONLY_CAPABILITY when the system sets this capability itself, and
 * with %THESPIAN_ERROR_INVALID_CAPABILITY when @name is empty or @value is of a type that this
 * capability cannot have, and with %THESPIAN_ERROR_SYSTEM_SHUT_DOWN when the system ends.
 *
 * Returns: %TRUE on success
 *
 * Since: 1.0
 */
gboolean
thespian_actor_update_capability (ThespianActor *self,
                                  const char    *name,
                                  GVariant      *value,
                                  GError       **error)
{
  g_autoptr (GVariant) owned = value != NULL ? g_variant_ref_sink (value) : NULL;
  ThespianActorContext *context;

  g_return_val_if_fail (THESPIAN_IS_ACTOR (self), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!thespian_actor_check_context (self, error))
    return FALSE;
  context = thespian_actor_get_context (self);
  return context->port.ops->actor->update_capability (context, name, value, error);
}

/**
 * thespian_actor_shutdown_system:
 * @self: an actor
 *
 * Asks the actor's system to shut down: every actor gets an exit request, this one too.
 *
 * Returns at once; the system goes on ending while its actors handle what they have.
 *
 * Since: 1.0
 */
void
thespian_actor_shutdown_system (ThespianActor *self)
{
  ThespianActorContext *context;

  g_return_if_fail (THESPIAN_IS_ACTOR (self));

  context = thespian_actor_get_context (self);
  if (context != NULL)
    context->port.ops->actor->shutdown_system (context);
}

/**
 * thespian_actor_log:
 * @self: an actor
 * @level: the level, such as %G_LOG_LEVEL_WARNING
 * @message: the text
 *
 * Logs a text in the actor's name.
 *
 * The entry has the fields `THESPIAN_ACTOR_ADDRESS` (the printable address) and
 * `THESPIAN_ACTOR_CLASS`. What becomes of it is the matter of the log definition that the system
 * was started with.
 *
 * Since: 1.0
 */
void
thespian_actor_log (ThespianActor *self,
                    GLogLevelFlags level,
                    const char    *message)
{
  ThespianActorContext *context;

  g_return_if_fail (THESPIAN_IS_ACTOR (self));
  g_return_if_fail (message != NULL);

  context = thespian_actor_get_context (self);
  if (context != NULL)
    context->port.ops->actor->log (context, level, message);
}
