/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <thespian/thespian.h>

/* An actor that greets whoever sends it a name. */
G_DECLARE_FINAL_TYPE (Greeter, greeter, EXAMPLE, GREETER, ThespianActor)

struct _Greeter
{
  ThespianActor parent_instance;

  int n_greeted;
};

G_DEFINE_FINAL_TYPE (Greeter, greeter, THESPIAN_TYPE_ACTOR)

static gboolean
greeter_receive_message (ThespianActor   *actor,
                         const GValue    *message,
                         ThespianAddress *sender,
                         GError         **error)
{
  Greeter *self = EXAMPLE_GREETER (actor);
  g_autofree char *greeting = NULL;

  if (!G_VALUE_HOLDS_STRING (message))
    return TRUE;

  self->n_greeted++;
  greeting = g_strdup_printf ("Hello, %s! You are number %d.", g_value_get_string (message), self->n_greeted);
  return thespian_actor_send_string (actor, sender, greeting);
}

static void
greeter_class_init (GreeterClass *klass)
{
  THESPIAN_ACTOR_CLASS (klass)->receive_message = greeter_receive_message;
}

static void
greeter_init (Greeter *self)
{
}

/* The outside: what is not an actor asks, and waits for the answer. */
static gboolean
greet (ThespianActorSystem *system,
       ThespianAddress     *greeter,
       const char          *name,
       GError             **error)
{
  g_auto (GValue) message = G_VALUE_INIT;
  GValue *answer;

  g_value_init (&message, G_TYPE_STRING);
  g_value_set_string (&message, name);
  answer = thespian_actor_system_ask (system, greeter, &message, 10 * G_TIME_SPAN_SECOND, NULL, error);
  if (answer == NULL)
    return FALSE;

  g_print ("%s\n", g_value_get_string (answer));
  thespian_value_free (answer);
  return TRUE;
}

int
main (void)
{
  g_autoptr (ThespianActorSystem) system = NULL;
  g_autoptr (ThespianAddress) greeter = NULL;
  g_autoptr (GError) error = NULL;

  system = thespian_actor_system_new ("multithreadBase", NULL, NULL, THESPIAN_ACTOR_SYSTEM_NONE, &error);
  if (system != NULL)
    greeter = thespian_actor_system_create_actor (system, greeter_get_type (), NULL, NULL, NULL, NULL, &error);

  if (greeter == NULL ||
      !greet (system, greeter, "world", &error) ||
      !greet (system, greeter, "reader", &error) ||
      !thespian_actor_system_shutdown (system, NULL, &error))
    {
      g_printerr ("%s\n", error != NULL ? error->message : "no answer in time");
      return 1;
    }
  return 0;
}
