/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "behaviour-value.h"

static char *
describe_wakeup (ThespianWakeupMessage *wakeup)
{
  const GValue *payload = thespian_wakeup_message_get_payload (wakeup);
  g_autofree char *inner = NULL;

  if (payload == NULL)
    return g_strdup ("wakeup");

  inner = behaviour_describe (payload);
  return g_strdup_printf ("wakeup(%s)", inner);
}

static char *
describe_event (ThespianSystemEvent *event)
{
  g_autoptr (GEnumClass) kinds = g_type_class_ref (THESPIAN_TYPE_SYSTEM_EVENT_KIND);
  const GEnumValue *kind = g_enum_get_value (kinds, (int) thespian_system_event_get_kind (event));

  guint64 missed = 0;

  if (g_variant_lookup (thespian_system_event_get_details (event), "missed", "t", &missed))
    return g_strdup_printf ("%s missed %" G_GUINT64_FORMAT, kind->value_nick, missed);
  return g_strdup_printf ("%s%s", kind->value_nick,
                          thespian_system_event_get_address (event) != NULL ? " with address" : "");
}

static char *
describe_object (GObject *object)
{
  g_autofree char *inner = NULL;

  if (object == NULL)
    return g_strdup ("<null>");
  if (THESPIAN_IS_ADDRESS (object))
    return g_strdup ("address");
  if (THESPIAN_IS_ACTOR_EXIT_REQUEST (object))
    return g_strdup (thespian_actor_exit_request_get_recursive ((gpointer) object) ? "exit"
                                                                                   : "exit-alone");
  if (THESPIAN_IS_CHILD_ACTOR_EXITED (object))
    return g_strdup ("child-exited");
  if (THESPIAN_IS_WAKEUP_MESSAGE (object))
    return describe_wakeup ((gpointer) object);
  if (THESPIAN_IS_WATCH_MESSAGE (object))
    return g_strdup ("watch");
  if (THESPIAN_IS_ACTOR_STATUS (object))
    return g_strdup ("actor-status");
  if (THESPIAN_IS_SYSTEM_STATUS (object))
    return g_strdup ("system-status");
  if (THESPIAN_IS_STATUS_REQUEST (object))
    return g_strdup ("status-request");
  if (THESPIAN_IS_SYSTEM_EVENT (object))
    return describe_event ((gpointer) object);
  if (THESPIAN_IS_POISON_MESSAGE (object))
    {
      inner = behaviour_describe (thespian_poison_message_get_message ((gpointer) object));
      return g_strdup_printf ("poison(%s)", inner);
    }
  if (THESPIAN_IS_DEAD_ENVELOPE (object))
    {
      inner = behaviour_describe (thespian_dead_envelope_get_message ((gpointer) object));
      return g_strdup_printf ("dead(%s)", inner);
    }

  return g_strdup_printf ("<%s>", G_OBJECT_TYPE_NAME (object));
}

char *
behaviour_describe (const GValue *message)
{
  GValue text = G_VALUE_INIT;

  if (message == NULL)
    return g_strdup ("<nothing>");
  if (G_VALUE_HOLDS_STRING (message))
    return g_value_dup_string (message);
  if (G_VALUE_HOLDS_OBJECT (message))
    return describe_object (g_value_get_object (message));
  if (G_VALUE_HOLDS_VARIANT (message))
    return g_variant_print (g_value_get_variant (message), FALSE);
  if (g_value_type_transformable (G_VALUE_TYPE (message), G_TYPE_STRING))
    {
      g_value_init (&text, G_TYPE_STRING);
      g_value_transform (message, &text);
      return (char *) g_value_get_string (&text);
    }

  return g_strdup_printf ("<%s>", G_VALUE_TYPE_NAME (message));
}

gboolean
behaviour_is (const GValue *message,
              const char   *text)
{
  return G_VALUE_HOLDS_STRING (message) && g_strcmp0 (g_value_get_string (message), text) == 0;
}

const char *
behaviour_after (const GValue *message,
                 const char   *prefix)
{
  const char *text = NULL;

  if (!G_VALUE_HOLDS_STRING (message))
    return NULL;

  text = g_value_get_string (message);
  if (text == NULL || !g_str_has_prefix (text, prefix))
    return NULL;

  return text + strlen (prefix);
}

gpointer
behaviour_object (const GValue *message,
                  GType         type)
{
  GObject *object = NULL;

  if (!G_VALUE_HOLDS_OBJECT (message))
    return NULL;

  object = g_value_get_object (message);
  return object != NULL && g_type_is_a (G_OBJECT_TYPE (object), type) ? object : NULL;
}

static BehaviourMessage *
value_new (GType type)
{
  BehaviourMessage *value = g_new0 (BehaviourMessage, 1);

  return g_value_init (value, type);
}

void
behaviour_message_free (BehaviourMessage *message)
{
  g_value_unset (message);
  g_free (message);
}

BehaviourMessage *
behaviour_string (const char *text)
{
  BehaviourMessage *value = value_new (G_TYPE_STRING);

  g_value_set_string (value, text);
  return value;
}

BehaviourMessage *
behaviour_int (int number)
{
  BehaviourMessage *value = value_new (G_TYPE_INT);

  g_value_set_int (value, number);
  return value;
}

BehaviourMessage *
behaviour_address (ThespianAddress *address)
{
  BehaviourMessage *value = value_new (THESPIAN_TYPE_ADDRESS);

  g_value_set_object (value, address);
  return value;
}

BehaviourMessage *
behaviour_variant (GVariant *variant)
{
  BehaviourMessage *value = value_new (G_TYPE_VARIANT);

  g_value_set_variant (value, variant);
  return value;
}

BehaviourMessage *
behaviour_take (gpointer object)
{
  BehaviourMessage *value = value_new (G_OBJECT_TYPE (object));

  g_value_take_object (value, object);
  return value;
}

BehaviourMessage *
behaviour_exit (void)
{
  return behaviour_take (thespian_actor_exit_request_new ());
}

BehaviourMessage *
behaviour_exit_alone (void)
{
  return behaviour_take (thespian_actor_exit_request_new_not_recursive ());
}
