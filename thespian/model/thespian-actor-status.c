/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "model/thespian-actor-status.h"

#include "model/thespian-status-private.h"

/**
 * ThespianActorStatus:
 *
 * Tells how an actor does: the answer to a [class@Thespian.StatusRequest].
 *
 * The details are for information; another version of the library may say more or less. They are:
 *
 * | name | type | meaning |
 * | --- | --- | --- |
 * | `address` | `s` | the actor's address, in its printable form |
 * | `class` | `s` | the name of its type |
 * | `process-id` | `i` | the process that it is in |
 * | `parent` | `s` | the parent's address; absent when it has none |
 * | `global-name` | `s` | its global name; absent when it has none |
 * | `children` | `as` | the children's addresses |
 * | `exiting` | `b` | whether it has been asked to exit |
 * | `messages-queued` | `t` | messages that wait in its mailbox |
 * | `messages-received` | `t` | messages that it was given |
 * | `messages-sent` | `t` | messages that it sent |
 * | `messages-failed` | `t` | handlings that failed, each attempt counted |
 * | `messages-poisoned` | `t` | messages that went back to their senders |
 * | `pending-wakeups` | `t` | wakeups that it waits for |
 * | `memory` | `t` | bytes that it and its mailbox take, as far as known |
 *
 * The object is made by the actor system.
 *
 * Since: 1.0
 */
struct _ThespianActorStatus
{
  ThespianSystemMessage parent_instance;

  GVariant *details; /* (owned) a{sv} */
};

typedef enum
{
  PROP_DETAILS = 1,
} ThespianActorStatusProperty;

static GParamSpec *props[PROP_DETAILS + 1];

G_DEFINE_FINAL_TYPE (ThespianActorStatus, thespian_actor_status, THESPIAN_TYPE_SYSTEM_MESSAGE)

static void
thespian_actor_status_finalize (GObject *object)
{
  ThespianActorStatus *self = THESPIAN_ACTOR_STATUS (object);

  g_variant_unref (self->details);

  G_OBJECT_CLASS (thespian_actor_status_parent_class)->finalize (object);
}

static void
thespian_actor_status_get_property (GObject    *object,
                                    guint       prop_id,
                                    GValue     *value,
                                    GParamSpec *pspec)
{
  ThespianActorStatus *self = THESPIAN_ACTOR_STATUS (object);

  switch ((ThespianActorStatusProperty) prop_id)
    {
    case PROP_DETAILS:
      g_value_set_variant (value, thespian_actor_status_get_details (self));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
thespian_actor_status_class_init (ThespianActorStatusClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = thespian_actor_status_finalize;
  object_class->get_property = thespian_actor_status_get_property;

  /**
   * ThespianActorStatus:details: (getter get_details)
   *
   * All that the status says, by name.
   *
   * Since: 1.0
   */
  props[PROP_DETAILS] =
    g_param_spec_variant ("details", NULL, NULL, G_VARIANT_TYPE_VARDICT, NULL,
                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);
}

static void
thespian_actor_status_init (ThespianActorStatus *self)
{
  self->details = g_variant_ref_sink (g_variant_new ("a{sv}", NULL));
}

ThespianActorStatus *
thespian_actor_status_new (GVariant *details)
{
  ThespianActorStatus *self;

  g_return_val_if_fail (g_variant_is_of_type (details, G_VARIANT_TYPE_VARDICT), NULL);

  self = g_object_new (THESPIAN_TYPE_ACTOR_STATUS, NULL);
  g_variant_unref (self->details);
  self->details = g_variant_ref_sink (details);

  return self;
}

/**
 * thespian_actor_status_get_details: (get-property details)
 * @self: an actor's status
 *
 * Gets all that the status says, by name, as a variant of type `a{sv}`. May be called from any
 * thread.
 *
 * Returns: (transfer none): the details
 *
 * Since: 1.0
 */
GVariant *
thespian_actor_status_get_details (ThespianActorStatus *self)
{
  g_return_val_if_fail (THESPIAN_IS_ACTOR_STATUS (self), NULL);

  return self->details;
}

/**
 * thespian_actor_status_get_address:
 * @self: an actor's status
 *
 * Gets the actor's address, in its printable form. May be called from any thread.
 *
 * Returns: (transfer none) (nullable): the address, or %NULL when the status does not say
 *
 * Since: 1.0
 */
const char *
thespian_actor_status_get_address (ThespianActorStatus *self)
{
  g_return_val_if_fail (THESPIAN_IS_ACTOR_STATUS (self), NULL);

  return thespian_status_get_string (self->details, THESPIAN_STATUS_ADDRESS);
}

/**
 * thespian_actor_status_get_class_name:
 * @self: an actor's status
 *
 * Gets the name of the actor's type. May be called from any thread.
 *
 * Returns: (transfer none) (nullable): the name of the type, or %NULL when the status does not say
 *
 * Since: 1.0
 */
const char *
thespian_actor_status_get_class_name (ThespianActorStatus *self)
{
  g_return_val_if_fail (THESPIAN_IS_ACTOR_STATUS (self), NULL);

  return thespian_status_get_string (self->details, THESPIAN_STATUS_CLASS);
}

/**
 * thespian_actor_status_get_messages_queued:
 * @self: an actor's status
 *
 * Gets the number of messages that wait in the actor's mailbox. May be called from any thread.
 *
 * Returns: the number of messages, or 0 when the status does not say
 *
 * Since: 1.0
 */
guint64
thespian_actor_status_get_messages_queued (ThespianActorStatus *self)
{
  g_return_val_if_fail (THESPIAN_IS_ACTOR_STATUS (self), 0);

  return thespian_status_get_uint64 (self->details, THESPIAN_STATUS_MESSAGES_QUEUED);
}

/**
 * thespian_actor_status_get_messages_received:
 * @self: an actor's status
 *
 * Gets the number of messages that the actor was given. May be called from any thread.
 *
 * Returns: the number of messages, or 0 when the status does not say
 *
 * Since: 1.0
 */
guint64
thespian_actor_status_get_messages_received (ThespianActorStatus *self)
{
  g_return_val_if_fail (THESPIAN_IS_ACTOR_STATUS (self), 0);

  return thespian_status_get_uint64 (self->details, THESPIAN_STATUS_MESSAGES_RECEIVED);
}

/**
 * thespian_actor_status_get_messages_sent:
 * @self: an actor's status
 *
 * Gets the number of messages that the actor sent. May be called from any thread.
 *
 * Returns: the number of messages, or 0 when the status does not say
 *
 * Since: 1.0
 */
guint64
thespian_actor_status_get_messages_sent (ThespianActorStatus *self)
{
  g_return_val_if_fail (THESPIAN_IS_ACTOR_STATUS (self), 0);

  return thespian_status_get_uint64 (self->details, THESPIAN_STATUS_MESSAGES_SENT);
}

/**
 * thespian_actor_status_get_messages_failed:
 * @self: an actor's status
 *
 * Gets how often the actor failed to handle a message, each attempt counted. May be called from any
 * thread.
 *
 * Returns: the number of failures, or 0 when the status does not say
 *
 * Since: 1.0
 */
guint64
thespian_actor_status_get_messages_failed (ThespianActorStatus *self)
{
  g_return_val_if_fail (THESPIAN_IS_ACTOR_STATUS (self), 0);

  return thespian_status_get_uint64 (self->details, THESPIAN_STATUS_MESSAGES_FAILED);
}

/**
 * thespian_actor_status_get_messages_poisoned:
 * @self: an actor's status
 *
 * Gets the number of messages that went back to their senders. May be called from any thread.
 *
 * Returns: the number of messages, or 0 when the status does not say
 *
 * Since: 1.0
 */
guint64
thespian_actor_status_get_messages_poisoned (ThespianActorStatus *self)
{
  g_return_val_if_fail (THESPIAN_IS_ACTOR_STATUS (self), 0);

  return thespian_status_get_uint64 (self->details, THESPIAN_STATUS_MESSAGES_POISONED);
}

/**
 * thespian_actor_status_to_json:
 * @self: an actor's status
 *
 * Writes the details as indented JSON, for people and for other programs.
 *
 * What JSON has no number for is `null` (infinite, or not a number at all) or a string (integers
 * of more than 63 bits). May be called from any thread.
 *
 * Returns: (transfer full): the text of a JSON object
 *
 * Since: 1.0
 */
char *
thespian_actor_status_to_json (ThespianActorStatus *self)
{
  g_return_val_if_fail (THESPIAN_IS_ACTOR_STATUS (self), NULL);

  return thespian_status_to_json (self->details);
}
