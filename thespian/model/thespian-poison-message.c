/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "model/thespian-poison-message-private.h"
#include "model/thespian-value-private.h"

/**
 * ThespianPoisonMessage:
 *
 * Brings a message back to its sender, because the receiver could not handle it.
 *
 * An actor that fails on a message gets the same message once more. When it fails again, the
 * message is taken to be the cause: it returns to its sender in a poison message, together with the
 * error. The actor that failed lives on, and gets its next message. The messages that waited for an
 * actor whose creation failed come back in the same way.
 *
 * A failure on a poison message has no further consequence.
 *
 * The object is made by the actor system.
 *
 * Since: 1.0
 */
struct _ThespianPoisonMessage
{
  ThespianSystemMessage parent_instance;

  GValue message;
  char *details; /* (owned) (nullable) */
};

typedef enum
{
  PROP_MESSAGE = 1,
  PROP_DETAILS,
} ThespianPoisonMessageProperty;

static GParamSpec *props[PROP_DETAILS + 1];

G_DEFINE_FINAL_TYPE (ThespianPoisonMessage, thespian_poison_message, THESPIAN_TYPE_SYSTEM_MESSAGE)

static void
thespian_poison_message_finalize (GObject *object)
{
  ThespianPoisonMessage *self = THESPIAN_POISON_MESSAGE (object);

  thespian_value_clear (&self->message);
  g_free (self->details);

  G_OBJECT_CLASS (thespian_poison_message_parent_class)->finalize (object);
}

static void
thespian_poison_message_get_property (GObject    *object,
                                      guint       prop_id,
                                      GValue     *value,
                                      GParamSpec *pspec)
{
  ThespianPoisonMessage *self = THESPIAN_POISON_MESSAGE (object);

  switch ((ThespianPoisonMessageProperty) prop_id)
    {
    case PROP_MESSAGE:
      g_value_set_boxed (value, thespian_poison_message_get_message (self));
      break;

    case PROP_DETAILS:
      g_value_set_string (value, thespian_poison_message_get_details (self));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
thespian_poison_message_class_init (ThespianPoisonMessageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = thespian_poison_message_finalize;
  object_class->get_property = thespian_poison_message_get_property;

  /**
   * ThespianPoisonMessage:message: (getter get_message)
   *
   * The message that could not be handled.
   *
   * Since: 1.0
   */
  props[PROP_MESSAGE] =
    g_param_spec_boxed ("message", NULL, NULL, G_TYPE_VALUE,
                        G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * ThespianPoisonMessage:details: (getter get_details)
   *
   * The error, as a text for people.
   *
   * Since: 1.0
   */
  props[PROP_DETAILS] =
    g_param_spec_string ("details", NULL, NULL, NULL,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);
}

static void
thespian_poison_message_init (ThespianPoisonMessage *self)
{
}

ThespianPoisonMessage *
thespian_poison_message_new (const GValue *message,
                             const char   *details)
{
  ThespianPoisonMessage *self;

  g_return_val_if_fail (G_IS_VALUE (message), NULL);

  self = g_object_new (THESPIAN_TYPE_POISON_MESSAGE, NULL);
  thespian_value_copy_into (message, &self->message);
  self->details = g_strdup (details);

  return self;
}

/**
 * thespian_poison_message_get_message: (get-property message)
 * @self: a poison message
 *
 * Gets the message that could not be handled, as its receiver left it. May be called from any
 * thread.
 *
 * Returns: (transfer none): the message; it lives as long as @self
 *
 * Since: 1.0
 */
const GValue *
thespian_poison_message_get_message (ThespianPoisonMessage *self)
{
  g_return_val_if_fail (THESPIAN_IS_POISON_MESSAGE (self), NULL);

  return G_IS_VALUE (&self->message) ? &self->message : NULL;
}

/**
 * thespian_poison_message_get_details: (get-property details)
 * @self: a poison message
 *
 * Gets a text for people that says what went wrong: the error, and what the actor's language adds
 * to it, such as a traceback. May be called from any thread.
 *
 * Returns: (transfer none) (nullable): the details, or %NULL when nothing is known
 *
 * Since: 1.0
 */
const char *
thespian_poison_message_get_details (ThespianPoisonMessage *self)
{
  g_return_val_if_fail (THESPIAN_IS_POISON_MESSAGE (self), NULL);

  return self->details;
}

/**
 * thespian_poison_message_equal:
 * @self: a poison message
 * @other: another poison message
 *
 * Compares two poison messages by the messages that they bring back, whatever the details.
 *
 * Two messages are equal when they are of the same type and have the same content; objects, and
 * boxed values other than bytes and lists of strings, when they are the same one. May be called
 * from any thread.
 *
 * Returns: %TRUE when the wrapped messages are equal
 *
 * Since: 1.0
 */
gboolean
thespian_poison_message_equal (ThespianPoisonMessage *self,
                               ThespianPoisonMessage *other)
{
  g_return_val_if_fail (THESPIAN_IS_POISON_MESSAGE (self), FALSE);
  g_return_val_if_fail (THESPIAN_IS_POISON_MESSAGE (other), FALSE);

  return self == other || thespian_value_equal (&self->message, &other->message);
}
