/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* An actor module: greeting.py and greeting.js are the same actor in other languages. */

#include <gmodule.h>
#include <thespian/thespian.h>

G_DECLARE_FINAL_TYPE (Greeting, greeting, EXAMPLE, GREETING, ThespianActor)

struct _Greeting
{
  ThespianActor parent_instance;
};

G_DEFINE_FINAL_TYPE (Greeting, greeting, THESPIAN_TYPE_ACTOR)

static gboolean
greeting_receive_message (ThespianActor   *actor,
                          const GValue    *message,
                          ThespianAddress *sender,
                          GError         **error)
{
  if (!G_VALUE_HOLDS_STRING (message))
    return TRUE;
  return thespian_actor_take_string (actor, sender,
                                     g_strdup_printf ("Hello, %s, from C!", g_value_get_string (message)));
}

static void
greeting_class_init (GreetingClass *klass)
{
  THESPIAN_ACTOR_CLASS (klass)->receive_message = greeting_receive_message;
}

static void
greeting_init (Greeting *self)
{
}

G_MODULE_EXPORT void thespian_module_register (void);

void
thespian_module_register (void)
{
  g_type_ensure (greeting_get_type ());
}
