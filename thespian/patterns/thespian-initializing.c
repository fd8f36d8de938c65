/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "patterns/thespian-initializing-private.h"

#include "model/thespian-actor-exit-request.h"
#include "model/thespian-error.h"
#include "model/thespian-value-private.h"
#include "patterns/thespian-pattern-private.h"

/*
 * The interceptor of an actor that has to be initialised by messages.  The actor can ask for them
 * as long as it lives, so its state is shared between the interceptor and the actor object,
 * whichever goes first.
 *
 * What was kept is delivered within the handling of the last initialising message.  To send it
 * through the mailbox once more would let later messages of the same sender overtake it.
 */

typedef struct
{
  char *name;
  GType type;
  gboolean keep_sender;
} Expected;

typedef struct
{
  ThespianPatternData parent;

  GArray *expected; /* (element-type Expected) (owned) */
  gboolean pass_through;
} InitializingClass;

typedef struct
{
  GValue value; /* unset until it came */
  ThespianAddress *sender; /* (owned) (nullable) */
} Arrived;

typedef struct
{
  ThespianInterceptor parent;

  const InitializingClass *klass;
  Arrived *arrived; /* one for each expected */
  guint n_arrived;
  gboolean is_initialized;
  GQueue kept; /* (element-type ThespianMail) */
} Initializing;

/**
 * ThespianInitializing:
 *
 * What an actor implements that wants to know when all of its initialising messages have come.
 *
 * Some actors need more than their construction properties before they can work: addresses of
 * others, say, or settings. Their class declares these messages, each with a name and a type:
 *
 * ```c
 * thespian_actor_class_add_initializing_message (klass, "printer", THESPIAN_TYPE_ADDRESS, FALSE);
 * thespian_actor_class_add_initializing_message (klass, "paper", G_TYPE_STRING, TRUE);
 * ```
 *
 * An actor takes the first message of each type for the one it awaits, in whatever order they come;
 * when several have the same type they are filled in the order in which they were declared. These
 * messages do not reach [vfunc@Thespian.Actor.receive_message]:
 * [method@Thespian.Actor.get_initializing_message] has them. Until all came, other messages are
 * kept, and then delivered in their order. System messages always pass.
 *
 * The interface is for those who want to act on the moment itself; an actor that does not need
 * that leaves it out.
 *
 * In a class that is a troupe too, the addressed actor awaits the messages, and gives them to each
 * of its workers.
 *
 * Since: 1.0
 */

G_DEFINE_INTERFACE (ThespianInitializing, thespian_initializing, THESPIAN_TYPE_ACTOR)

/**
 * ThespianInitializingInterface::initialized:
 * @self: the actor
 * @error: return location for an error
 *
 * Tells the actor that all of its initialising messages have come.
 *
 * Called once, on the actor's thread, after the last of them came and before the messages that were
 * kept meanwhile. When it fails, the last initialising message counts as one that could not be
 * handled: this is called once more, and then the message goes back to its sender as poison and is
 * awaited again.
 *
 * Returns: %TRUE on success, %FALSE with @error set on failure
 *
 * Since: 1.0
 */

static void
thespian_initializing_default_init (ThespianInitializingInterface *iface)
{
}

static G_DEFINE_QUARK (thespian-initializing-state, initializing_state)

static Initializing *
get_state (ThespianActor *actor)
{
  return g_object_get_qdata (G_OBJECT (actor), initializing_state_quark ());
}

static const Expected *
get_expected (Initializing *self,
              guint         i)
{
  return &g_array_index (self->klass->expected, Expected, i);
}

/* A language chooses the size of an integer by its value, so one size is as good as another. */
static gboolean
is_of_type (const GValue *message,
            GType         type)
{
  if (thespian_type_is_integer (type))
    return thespian_type_is_integer (G_VALUE_TYPE (message));

  return G_VALUE_HOLDS (message, type) || thespian_pattern_peek_object (message, type) != NULL;
}

/* Which of the messages that are still awaited @message is, or -1. */
static int
find_place (Initializing *self,
            const GValue *message)
{
  for (guint i = 0; i < self->klass->expected->len; i++)
    if (!G_IS_VALUE (&self->arrived[i].value) && is_of_type (message, get_expected (self, i)->type))
      return (int) i;

  return -1;
}

static void
fill_place (Initializing    *self,
            guint            place,
            const GValue    *message,
            ThespianAddress *sender)
{
  Arrived *arrived = &self->arrived[place];

  thespian_value_copy_into (message, &arrived->value);
  if (get_expected (self, place)->keep_sender)
    arrived->sender = g_object_ref (sender);
  self->n_arrived++;
}

static void
empty_place (Initializing *self,
             guint         place)
{
  Arrived *arrived = &self->arrived[place];

  thespian_value_clear (&arrived->value);
  g_clear_object (&arrived->sender);
  self->n_arrived--;
}

static gboolean
tell_initialized (ThespianActor *actor,
                  GError       **error)
{
  g_autoptr (GError) local_error = NULL;
  ThespianInitializing *self;
  ThespianInitializingInterface *iface;

  if (!THESPIAN_IS_INITIALIZING (actor))
    return TRUE;

  self = THESPIAN_INITIALIZING (actor);
  iface = THESPIAN_INITIALIZING_GET_IFACE (self);
  if (iface->initialized == NULL || iface->initialized (self, &local_error))
    return TRUE;

  if (local_error == NULL)
    g_set_error (&local_error, THESPIAN_ERROR, THESPIAN_ERROR_ACTOR_FAILED,
                 "initialized() of %s failed without an error", G_OBJECT_TYPE_NAME (actor));
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* Two attempts and poison, as for any message: the runtime sees one message here, not these. */
static void
deliver_kept (Initializing  *self,
              ThespianActor *actor)
{
  while (!g_queue_is_empty (&self->kept))
    {
      g_autoptr (ThespianMail) mail = g_queue_pop_head (&self->kept);
      g_autoptr (GError) error = NULL;

      if (thespian_interceptor_pass_on (&self->parent, actor, &mail->message, mail->sender, NULL) ||
          thespian_interceptor_pass_on (&self->parent, actor, &mail->message, mail->sender, &error))
        continue;

      thespian_mail_poison (mail, actor, error->message);
    }
}

static gboolean
receive_expected (Initializing    *self,
                  ThespianActor   *actor,
                  guint            place,
                  const GValue    *message,
                  ThespianAddress *sender,
                  GError         **error)
{
  fill_place (self, place, message, sender);
  if (self->n_arrived < self->klass->expected->len)
    return TRUE;

  self->is_initialized = TRUE;
  if (!tell_initialized (actor, error))
    {
      self->is_initialized = FALSE;
      empty_place (self, place);
      return FALSE;
    }

  deliver_kept (self, actor);
  return TRUE;
}

static gboolean
initializing_receive (ThespianInterceptor *interceptor,
                      ThespianActor       *actor,
                      const GValue        *message,
                      ThespianAddress     *sender,
                      GError             **error)
{
  Initializing *self = (Initializing *) interceptor;
  int place;

  if (self->is_initialized)
    return thespian_interceptor_pass_on (interceptor, actor, message, sender, error);

  if (thespian_pattern_is_system_message (message))
    {
      if (thespian_pattern_peek_object (message, THESPIAN_TYPE_ACTOR_EXIT_REQUEST) != NULL)
        thespian_mail_put_back (&self->kept, actor);
      return thespian_interceptor_pass_on (interceptor, actor, message, sender, error);
    }

  place = find_place (self, message);
  if (place >= 0)
    return receive_expected (self, actor, (guint) place, message, sender, error);

  if (self->klass->pass_through)
    return thespian_interceptor_pass_on (interceptor, actor, message, sender, error);

  g_queue_push_tail (&self->kept, thespian_mail_new (message, sender));
  return TRUE;
}

static void
initializing_clear (gpointer data)
{
  Initializing *self = data;

  for (guint i = 0; i < self->klass->expected->len; i++)
    {
      thespian_value_clear (&self->arrived[i].value);
      g_clear_object (&self->arrived[i].sender);
    }
  g_free (self->arrived);
  g_queue_clear_full (&self->kept, (GDestroyNotify) thespian_mail_free);
}

static void
initializing_release (gpointer self)
{
  g_atomic_rc_box_release_full (self, initializing_clear);
}

static void
initializing_free (ThespianInterceptor *interceptor)
{
  initializing_release (interceptor);
}

static ThespianInterceptor *
initializing_new (ThespianActor *actor,
                  gconstpointer  data)
{
  Initializing *self = g_atomic_rc_box_new0 (Initializing);

  self->parent.receive = initializing_receive;
  self->parent.free = initializing_free;
  self->klass = data;
  self->arrived = g_new0 (Arrived, self->klass->expected->len);
  self->is_initialized = self->klass->expected->len == 0;
  g_queue_init (&self->kept);
  g_object_set_qdata_full (G_OBJECT (actor), initializing_state_quark (),
                           g_atomic_rc_box_acquire (self), initializing_release);
  return &self->parent;
}

void
thespian_initializing_repeat (ThespianActor   *self,
                              ThespianAddress *target)
{
  Initializing *state = get_state (self);

  for (guint i = 0; state != NULL && i < state->klass->expected->len; i++)
    {
      Arrived *arrived = &state->arrived[i];
      ThespianAddress *sender = arrived->sender;

      if (sender == NULL)
        sender = thespian_actor_get_address (self);
      thespian_pattern_forward (self, target, &arrived->value, sender);
    }
}

static InitializingClass *
own_class (ThespianActorClass *klass)
{
  const ThespianPattern pattern = THESPIAN_PATTERN_INITIALIZING;
  const InitializingClass *inherited = thespian_pattern_get_data (klass, pattern);
  InitializingClass *own;

  own = thespian_pattern_own_data (klass, pattern, initializing_new, sizeof *own);
  if (own == inherited)
    return own;

  own->expected = g_array_new (FALSE, FALSE, sizeof (Expected));
  if (inherited != NULL)
    g_array_append_vals (own->expected, inherited->expected->data, inherited->expected->len);
  return own;
}

/**
 * thespian_actor_class_add_initializing_message:
 * @klass: a class of actors
 * @name: the name of the message, by which the actor can ask for it
 * @message_type: the type of the message: a fundamental type, a class or an interface; all integer
 *   types count as one
 * @keep_sender: whether the actor wants to know who sent it
 *
 * Declares that actors of this class await a message before they begin to work.
 *
 * See [iface@Thespian.Initializing]. Subclasses inherit what was declared, and can add to it. To
 * be called while the class is being set up.
 *
 * Since: 1.0
 */
void
thespian_actor_class_add_initializing_message (ThespianActorClass *klass,
                                               const char         *name,
                                               GType               message_type,
                                               gboolean            keep_sender)
{
  Expected expected;

  g_return_if_fail (THESPIAN_IS_ACTOR_CLASS (klass));
  g_return_if_fail (name != NULL);
  g_return_if_fail (G_TYPE_IS_VALUE_TYPE (message_type) || G_TYPE_IS_INTERFACE (message_type));

  expected.name = g_strdup (name);
  expected.type = message_type;
  expected.keep_sender = keep_sender;
  g_array_append_val (own_class (klass)->expected, expected);
}

/**
 * thespian_actor_class_set_initializing_pass_through:
 * @klass: a class of actors
 * @pass_through: whether other messages are delivered before the actor is initialised
 *
 * Decides what becomes of the messages that come before an actor is initialised.
 *
 * By default they are kept until it is. Subclasses inherit it. To be called while the class is
 * being set up.
 *
 * Since: 1.0
 */
void
thespian_actor_class_set_initializing_pass_through (ThespianActorClass *klass,
                                                    gboolean            pass_through)
{
  g_return_if_fail (THESPIAN_IS_ACTOR_CLASS (klass));

  own_class (klass)->pass_through = pass_through;
}

/**
 * thespian_actor_is_initialized:
 * @self: an actor
 *
 * Tells whether all initialising messages of the actor have come. To be called on the actor's own
 * thread.
 *
 * Returns: %TRUE when none is awaited
 *
 * Since: 1.0
 */
gboolean
thespian_actor_is_initialized (ThespianActor *self)
{
  Initializing *state;

  g_return_val_if_fail (THESPIAN_IS_ACTOR (self), FALSE);

  state = get_state (self);
  return state == NULL || state->is_initialized;
}

static Arrived *
find_arrived (ThespianActor *self,
              const char    *name)
{
  Initializing *state = get_state (self);

  for (guint i = 0; state != NULL && i < state->klass->expected->len; i++)
    if (g_str_equal (get_expected (state, i)->name, name))
      return G_IS_VALUE (&state->arrived[i].value) ? &state->arrived[i] : NULL;

  return NULL;
}

/**
 * thespian_actor_get_initializing_message:
 * @self: an actor
 * @name: the name of an initialising message
 *
 * Gets an initialising message. To be called on the actor's own thread.
 *
 * Returns: (transfer none) (nullable): the message, which lives as long as the actor; %NULL when it
 *   has not come yet, and when the class declares none of this name
 *
 * Since: 1.0
 */
const GValue *
thespian_actor_get_initializing_message (ThespianActor *self,
                                         const char    *name)
{
  Arrived *arrived;

  g_return_val_if_fail (THESPIAN_IS_ACTOR (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  arrived = find_arrived (self, name);
  return arrived != NULL ? &arrived->value : NULL;
}

/**
 * thespian_actor_get_initializing_message_sender:
 * @self: an actor
 * @name: the name of an initialising message
 *
 * Gets the address that an initialising message came from. To be called on the actor's own thread.
 *
 * Returns: (transfer none) (nullable): the address; %NULL when the message has not come yet, and
 *   when its class did not ask for its sender
 *
 * Since: 1.0
 */
ThespianAddress *
thespian_actor_get_initializing_message_sender (ThespianActor *self,
                                                const char    *name)
{
  Arrived *arrived;

  g_return_val_if_fail (THESPIAN_IS_ACTOR (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  arrived = find_arrived (self, name);
  return arrived != NULL ? arrived->sender : NULL;
}
