/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A module file with an actor class, to be created by its class specification. */

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
