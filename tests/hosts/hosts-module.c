/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The C part of a ring: relay.py and relay.js have the others. */

#include "config.h"

#include <gmodule.h>
#include <thespian.h>

/*
 * Passes messages on to the address that it was sent, or else to its customer: who sent the string
 * `customer', and was welcomed.  A number is one less after each actor, and goes to the customer when it is 0.
 */
typedef struct
{
  ThespianActor parent_instance;

  ThespianAddress *next;     /* (owned) (nullable) */
  ThespianAddress *customer; /* (owned) (nullable) */
} HostsRelay;

typedef ThespianActorClass HostsRelayClass;

static GType hosts_relay_get_type (void);
G_DEFINE_TYPE (HostsRelay, hosts_relay, THESPIAN_TYPE_ACTOR)

static gboolean
pass (HostsRelay   *self,
      const GValue *message,
      GError      **error)
{
  ThespianActor *actor = (ThespianActor *) self;
  int number;

  if (!G_VALUE_HOLDS_INT (message))
    return thespian_actor_send (actor, self->next != NULL ? self->next : self->customer, message, error);
  number = g_value_get_int (message);
  return thespian_actor_send_int (actor, number > 0 ? self->next : self->customer, MAX (number - 1, 0));
}

static gboolean
hosts_relay_receive (ThespianActor   *actor,
                     const GValue    *message,
                     ThespianAddress *sender,
                     GError         **error)
{
  HostsRelay *self = (HostsRelay *) actor;

  if (G_VALUE_HOLDS (message, THESPIAN_TYPE_SYSTEM_MESSAGE))
    return TRUE;
  if (G_VALUE_HOLDS (message, THESPIAN_TYPE_ADDRESS))
    g_set_object (&self->next, g_value_get_object (message));
  else if (G_VALUE_HOLDS_STRING (message) && g_str_equal (g_value_get_string (message), "customer"))
    {
      g_set_object (&self->customer, sender);
      return thespian_actor_send_string (actor, sender, "welcome");
    }
  else
    return pass (self, message, error);
  return TRUE;
}

static void
hosts_relay_dispose (GObject *object)
{
  HostsRelay *self = (HostsRelay *) object;

  g_clear_object (&self->next);
  g_clear_object (&self->customer);
  G_OBJECT_CLASS (hosts_relay_parent_class)->dispose (object);
}

static void
hosts_relay_class_init (HostsRelayClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hosts_relay_dispose;
  klass->receive_message = hosts_relay_receive;
}

static void
hosts_relay_init (HostsRelay *self)
{
}

G_MODULE_EXPORT void thespian_module_register (void);

void
thespian_module_register (void)
{
  g_type_ensure (hosts_relay_get_type ());
}
