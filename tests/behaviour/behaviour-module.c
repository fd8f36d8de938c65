/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A module file with an actor class, to be created by its class specification. It is built twice,
 * so that one can take the place of the other; the actor tells which it is of. It logs on the word
 * "warn". */

#include "config.h"

#include <gmodule.h>
#include <thespian.h>

typedef struct
{
  ThespianActor parent_instance;
} BehaviourModuleEcho;

typedef ThespianActorClass BehaviourModuleEchoClass;

static GType behaviour_module_echo_get_type (void);
G_DEFINE_TYPE (BehaviourModuleEcho, behaviour_module_echo, THESPIAN_TYPE_ACTOR)

static gboolean
behaviour_module_echo_receive (ThespianActor   *actor,
                               const GValue    *message,
                               ThespianAddress *sender,
                               GError         **error)
{
  if (!G_VALUE_HOLDS_STRING (message))
    return TRUE;
  if (g_strcmp0 (g_value_get_string (message), "edition?") == 0)
    return thespian_actor_send_string (actor, sender, BEHAVIOUR_EDITION);
  if (g_strcmp0 (g_value_get_string (message), "warn") == 0)
    {
      g_warning ("from a module");
      g_log_structured (G_LOG_DOMAIN, G_LOG_LEVEL_WARNING, "MESSAGE", "structured");
    }

  return thespian_actor_send (actor, sender, message, error);
}

static void
behaviour_module_echo_class_init (BehaviourModuleEchoClass *klass)
{
  klass->receive_message = behaviour_module_echo_receive;
}

static void
behaviour_module_echo_init (BehaviourModuleEcho *self)
{
}

G_MODULE_EXPORT void thespian_module_register (void);

void
thespian_module_register (void)
{
  g_type_ensure (behaviour_module_echo_get_type ());
}
