/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "model/thespian-wakeup-message-private.h"
#include "model/thespian-value-private.h"

/**
 * ThespianWakeupMessage:
 *
 * Tells an actor that the time it asked for is over.
 *
 * It answers [method@Thespian.Actor.wakeup_after], and comes from the actor itself. Several wakeups
 * can be pending; they come in the order in which they expire, between the other messages.
 *
 * The object is made by the actor system.
 *
 * Since: 1.0
 */
struct _ThespianWakeupMessage
{
  ThespianSystemMessage parent_instance;

  guint64 id;
  GTimeSpan delay_period;
  GValue payload; /* unset without one */
};

typedef enum
{
  PROP_ID = 1,
  PROP_DELAY_PERIOD,
  PROP_PAYLOAD,
} ThespianWakeupMessageProperty;

static GParamSpec *props[PROP_PAYLOAD + 1];

G_DEFINE_FINAL_TYPE (ThespianWakeupMessage, thespian_wakeup_message, THESPIAN_TYPE_SYSTEM_MESSAGE)

static void
thespian_wakeup_message_finalize (GObject *object)
{
  ThespianWakeupMessage *self = THESPIAN_WAKEUP_MESSAGE (object);

  thespian_value_clear (&self->payload);

  G_OBJECT_CLASS (thespian_wakeup_message_parent_class)->finalize (object);
}

static void
thespian_wakeup_message_get_property (GObject    *object,
                                      guint       prop_id,
                                      GValue     *value,
                                      GParamSpec *pspec)
{
  ThespianWakeupMessage *self = THESPIAN_WAKEUP_MESSAGE (object);

  switch ((ThespianWakeupMessageProperty) prop_id)
    {
    case PROP_ID:
      g_value_set_uint64 (value, thespian_wakeup_message_get_id (self));
      break;

    case PROP_DELAY_PERIOD:
      g_value_set_int64 (value, thespian_wakeup_message_get_delay_period (self));
      break;

    case PROP_PAYLOAD:
      g_value_set_boxed (value, thespian_wakeup_message_get_payload (self));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
thespian_wakeup_message_class_init (ThespianWakeupMessageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = thespian_wakeup_message_finalize;
  object_class->get_property = thespian_wakeup_message_get_property;

  /**
   * ThespianWakeupMessage:id: (getter get_id)
   *
   * The number of the wakeup, as [method@Thespian.Actor.wakeup_after] returned it.
   *
   * Since: 1.0
   */
  props[PROP_ID] =
    g_param_spec_uint64 ("id", NULL, NULL, 0, G_MAXUINT64, 0,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * ThespianWakeupMessage:delay-period: (getter get_delay_period)
   *
   * The time that was asked for, in microseconds.
   *
   * Since: 1.0
   */
  props[PROP_DELAY_PERIOD] =
    g_param_spec_int64 ("delay-period", NULL, NULL, G_MININT64, G_MAXINT64, 0,
                        G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * ThespianWakeupMessage:payload: (getter get_payload)
   *
   * The value that was given with the request, if any.
   *
   * Since: 1.0
   */
  props[PROP_PAYLOAD] =
    g_param_spec_boxed ("payload", NULL, NULL, G_TYPE_VALUE,
                        G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);
}

static void
thespian_wakeup_message_init (ThespianWakeupMessage *self)
{
}

ThespianWakeupMessage *
thespian_wakeup_message_new (guint64       id,
                             GTimeSpan     delay_period,
                             const GValue *payload)
{
  ThespianWakeupMessage *self = g_object_new (THESPIAN_TYPE_WAKEUP_MESSAGE, NULL);

  self->id = id;
  self->delay_period = delay_period;
  if (payload != NULL)
    thespian_value_copy_into (payload, &self->payload);

  return self;
}

/**
 * thespian_wakeup_message_get_id: (get-property id)
 * @self: a wakeup message
 *
 * Gets the number that [method@Thespian.Actor.wakeup_after] returned for this wakeup. May be called
 * from any thread.
 *
 * Returns: the number of the wakeup
 *
 * Since: 1.0
 */
guint64
thespian_wakeup_message_get_id (ThespianWakeupMessage *self)
{
  g_return_val_if_fail (THESPIAN_IS_WAKEUP_MESSAGE (self), 0);

  return self->id;
}

/**
 * thespian_wakeup_message_get_delay_period: (get-property delay-period)
 * @self: a wakeup message
 *
 * Gets the time that was asked for, which may be a little less than the time that went by. May be
 * called from any thread.
 *
 * Returns: the time asked for, in microseconds
 *
 * Since: 1.0
 */
GTimeSpan
thespian_wakeup_message_get_delay_period (ThespianWakeupMessage *self)
{
  g_return_val_if_fail (THESPIAN_IS_WAKEUP_MESSAGE (self), 0);

  return self->delay_period;
}

/**
 * thespian_wakeup_message_get_payload: (get-property payload)
 * @self: a wakeup message
 *
 * Gets the value that was given to [method@Thespian.Actor.wakeup_after]. May be called from any
 * thread.
 *
 * Returns: (transfer none) (nullable): the payload, or %NULL when none was given; it lives as long
 *   as @self
 *
 * Since: 1.0
 */
const GValue *
thespian_wakeup_message_get_payload (ThespianWakeupMessage *self)
{
  g_return_val_if_fail (THESPIAN_IS_WAKEUP_MESSAGE (self), NULL);

  return G_IS_VALUE (&self->payload) ? &self->payload : NULL;
}
