/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "behaviour-actors.h"

void
behaviour_set_error (GError    **error,
                     const char *text)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, text);
}

typedef struct
{
  ThespianActor parent_instance;
} BehaviourEcho;

static gboolean
behaviour_echo_receive (ThespianActor   *actor,
                        const GValue    *message,
                        ThespianAddress *sender,
                        GError         **error)
{
  if (behaviour_object (message, THESPIAN_TYPE_SYSTEM_MESSAGE) != NULL)
    return TRUE;

  return thespian_actor_send (actor, sender, message, error);
}

BEHAVIOUR_ACTOR (BehaviourEcho, behaviour_echo)

typedef struct
{
  ThespianActor parent_instance;
  guint n_calls;
} BehaviourFailing;

static gboolean
behaviour_failing_receive (ThespianActor   *actor,
                           const GValue    *message,
                           ThespianAddress *sender,
                           GError         **error)
{
  BehaviourFailing *self = (BehaviourFailing *) actor;
  g_autofree char *text = behaviour_describe (message);
  g_autofree char *reply = NULL;

  self->n_calls++;
  if (behaviour_object (message, THESPIAN_TYPE_SYSTEM_MESSAGE) != NULL)
    return TRUE;

  if (behaviour_after (message, "bad") != NULL)
    {
      g_autofree char *why = g_strdup_printf ("cannot stand “%s”", text);

      behaviour_set_error (error, why);
      return FALSE;
    }

  reply = g_strdup_printf ("%u: %s", self->n_calls, text);
  return thespian_actor_send_string (actor, sender, reply);
}

BEHAVIOUR_ACTOR (BehaviourFailing, behaviour_failing)

typedef struct
{
  ThespianActor parent_instance;
} BehaviourStillborn;

static gboolean
behaviour_stillborn_receive (ThespianActor   *actor,
                             const GValue    *message,
                             ThespianAddress *sender,
                             GError         **error)
{
  return thespian_actor_send_string (actor, sender, "a stillborn actor spoke");
}

static gboolean
behaviour_stillborn_started (ThespianActor *actor,
                             GError       **error)
{
  behaviour_set_error (error, BEHAVIOUR_STILLBORN_REASON);
  return FALSE;
}

BEHAVIOUR_ACTOR (BehaviourStillborn,
                 behaviour_stillborn,
                 klass->started = behaviour_stillborn_started;)

typedef struct
{
  ThespianActor parent_instance;
  int n_came;
  char *fault; /* (owned) (nullable) the first that came out of order */
} BehaviourCounter;

static gboolean
behaviour_counter_receive (ThespianActor   *actor,
                           const GValue    *message,
                           ThespianAddress *sender,
                           GError         **error)
{
  BehaviourCounter *self = (BehaviourCounter *) actor;
  g_autofree char *reply = NULL;
  int number = 0;

  if (G_VALUE_HOLDS_INT (message))
    {
      number = g_value_get_int (message);
      self->n_came++;
      if (number != self->n_came && self->fault == NULL)
        self->fault = g_strdup_printf ("%d came as number %d", number, self->n_came);
    }
  else if (behaviour_is (message, "count?"))
    {
      reply = self->fault != NULL ? g_strdup (self->fault) : g_strdup_printf ("%d", self->n_came);
      return thespian_actor_send_string (actor, sender, reply);
    }

  return TRUE;
}

static void
behaviour_counter_finalize (GObject *object)
{
  BehaviourCounter *self = (BehaviourCounter *) object;

  g_free (self->fault);

  G_OBJECT_CLASS (g_type_class_peek (THESPIAN_TYPE_ACTOR))->finalize (object);
}

BEHAVIOUR_ACTOR (BehaviourCounter, behaviour_counter,
                 G_OBJECT_CLASS (klass)->finalize = behaviour_counter_finalize;)

typedef struct
{
  ThespianActor parent_instance;
} BehaviourSilent;

static gboolean
behaviour_silent_receive (ThespianActor   *actor,
                          const GValue    *message,
                          ThespianAddress *sender,
                          GError         **error)
{
  return TRUE;
}

BEHAVIOUR_ACTOR (BehaviourSilent, behaviour_silent)

typedef struct
{
  ThespianActor parent_instance;
} BehaviourPump;

static gboolean
behaviour_pump_receive (ThespianActor   *actor,
                        const GValue    *message,
                        ThespianAddress *sender,
                        GError         **error)
{
  g_autoptr (ThespianAddress) target = NULL;
  g_autoptr (GVariant) to = NULL;
  int first = 0, n = 0;

  if (!G_VALUE_HOLDS_VARIANT (message))
    return TRUE;

  g_variant_get (g_value_get_variant (message), "(@(tt)ii)", &to, &first, &n);
  target = thespian_address_from_variant (to, error);
  if (target == NULL)
    return FALSE;

  for (int i = first; i < first + n; i++)
    if (!thespian_actor_send_int (actor, target, i))
      {
        behaviour_set_error (error, "the pump is blocked");
        return FALSE;
      }

  return thespian_actor_send_string (actor, sender, "pumped");
}

BEHAVIOUR_ACTOR (BehaviourPump, behaviour_pump)

BehaviourMessage *
behaviour_pump_order (ThespianAddress *target,
                      int              first,
                      int              n)
{
  return behaviour_variant (
    g_variant_new ("(@(tt)ii)", thespian_address_to_variant (target), first, n));
}

typedef struct
{
  ThespianActor parent_instance;
  GHashTable *askers; /* (owned) (nullable) id of the wakeup → address */
} BehaviourDelayed;

static gboolean
behaviour_delayed_receive (ThespianActor   *actor,
                           const GValue    *message,
                           ThespianAddress *sender,
                           GError         **error)
{
  BehaviourDelayed *self = (BehaviourDelayed *) actor;
  ThespianWakeupMessage *wakeup = behaviour_object (message, THESPIAN_TYPE_WAKEUP_MESSAGE);
  g_autoptr (BehaviourMessage) payload = NULL;
  const char *text = NULL;
  GTimeSpan delay = 0;
  guint64 id = 0;

  if (self->askers == NULL)
    self->askers = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_object_unref);

  if (wakeup != NULL)
    {
      id = thespian_wakeup_message_get_id (wakeup);
      return thespian_actor_send (actor, g_hash_table_lookup (self->askers, &id),
                                  thespian_wakeup_message_get_payload (wakeup), error);
    }
  if (!G_VALUE_HOLDS_VARIANT (message))
    return TRUE;

  g_variant_get (g_value_get_variant (message), "(x&s)", &delay, &text);
  payload = behaviour_string (text);
  id = thespian_actor_wakeup_after (actor, delay, payload);
  g_hash_table_insert (self->askers, g_memdup2 (&id, sizeof id), g_object_ref (sender));

  return TRUE;
}

static void
behaviour_delayed_finalize (GObject *object)
{
  g_clear_pointer (&((BehaviourDelayed *) object)->askers, g_hash_table_unref);

  G_OBJECT_CLASS (g_type_class_peek (THESPIAN_TYPE_ACTOR))->finalize (object);
}

BEHAVIOUR_ACTOR (BehaviourDelayed, behaviour_delayed,
                 G_OBJECT_CLASS (klass)->finalize = behaviour_delayed_finalize;)

BehaviourMessage *
behaviour_delayed_order (GTimeSpan   delay,
                         const char *text)
{
  return behaviour_variant (g_variant_new ("(xs)", delay, text));
}
