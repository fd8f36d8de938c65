/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "model/thespian-dead-envelope-private.h"
#include "model/thespian-value-private.h"

/**
 * ThespianDeadEnvelope:
 *
 * Brings a message that could not be delivered to the handler of dead letters.
 *
 * An actor becomes that handler by [method@Thespian.Actor.handle_dead_letters]. Its sender is the
 * sender of the message.
 *
 * The object is made by the actor system.
 *
 * Since: 1.0
 */
struct _ThespianDeadEnvelope
{
  ThespianSystemMessage parent_instance;

  GValue message;
  ThespianAddress *address; /* (owned) (nullable) */
};

typedef enum
{
  PROP_MESSAGE = 1,
  PROP_ADDRESS,
} ThespianDeadEnvelopeProperty;

static GParamSpec *props[PROP_ADDRESS + 1];

G_DEFINE_FINAL_TYPE (ThespianDeadEnvelope, thespian_dead_envelope, THESPIAN_TYPE_SYSTEM_MESSAGE)

static void
thespian_dead_envelope_finalize (GObject *object)
{
  ThespianDeadEnvelope *self = THESPIAN_DEAD_ENVELOPE (object);

  thespian_value_clear (&self->message);
  g_clear_object (&self->address);

  G_OBJECT_CLASS (thespian_dead_envelope_parent_class)->finalize (object);
}

static void
thespian_dead_envelope_get_property (GObject    *object,
                                     guint       prop_id,
                                     GValue     *value,
                                     GParamSpec *pspec)
{
  ThespianDeadEnvelope *self = THESPIAN_DEAD_ENVELOPE (object);

  switch ((ThespianDeadEnvelopeProperty) prop_id)
    {
    case PROP_MESSAGE:
      g_value_set_boxed (value, thespian_dead_envelope_get_message (self));
      break;

    case PROP_ADDRESS:
      g_value_set_object (value, thespian_dead_envelope_get_address (self));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
thespian_dead_envelope_class_init (ThespianDeadEnvelopeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = thespian_dead_envelope_finalize;
  object_class->get_property = thespian_dead_envelope_get_property;

  /**
   * ThespianDeadEnvelope:message: (getter get_message)
   *
   * The message that could not be delivered.
   *
   * Since: 1.0
   */
  props[PROP_MESSAGE] =
    g_param_spec_boxed ("message", NULL, NULL, G_TYPE_VALUE,
                        G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * ThespianDeadEnvelope:address: (getter get_address)
   *
   * The address that the message was sent to.
   *
   * Since: 1.0
   */
  props[PROP_ADDRESS] =
    g_param_spec_object ("address", NULL, NULL, THESPIAN_TYPE_ADDRESS,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);
}

static void
thespian_dead_envelope_init (ThespianDeadEnvelope *self)
{
}

ThespianDeadEnvelope *
thespian_dead_envelope_new (const GValue    *message,
                            ThespianAddress *address)
{
  ThespianDeadEnvelope *self;

  g_return_val_if_fail (G_IS_VALUE (message), NULL);
  g_return_val_if_fail (THESPIAN_IS_ADDRESS (address), NULL);

  self = g_object_new (THESPIAN_TYPE_DEAD_ENVELOPE, NULL);
  thespian_value_copy_into (message, &self->message);
  self->address = g_object_ref (address);

  return self;
}

/**
 * thespian_dead_envelope_get_message: (get-property message)
 * @self: a dead envelope
 *
 * Gets the message that could not be delivered. May be called from any thread.
 *
 * Returns: (transfer none): the message; it lives as long as @self
 *
 * Since: 1.0
 */
const GValue *
thespian_dead_envelope_get_message (ThespianDeadEnvelope *self)
{
  g_return_val_if_fail (THESPIAN_IS_DEAD_ENVELOPE (self), NULL);

  return G_IS_VALUE (&self->message) ? &self->message : NULL;
}

/**
 * thespian_dead_envelope_get_address: (get-property address)
 * @self: a dead envelope
 *
 * Gets the address that the message was sent to, which is that of an actor that is gone. May be
 * called from any thread.
 *
 * Returns: (transfer none): the dead address
 *
 * Since: 1.0
 */
ThespianAddress *
thespian_dead_envelope_get_address (ThespianDeadEnvelope *self)
{
  g_return_val_if_fail (THESPIAN_IS_DEAD_ENVELOPE (self), NULL);

  return self->address;
}
