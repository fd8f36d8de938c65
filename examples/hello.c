/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Hello and goodbye: an actor that says hello, and has a child that says goodbye.
 *
 * The parent hands the child both a name and the address of whoever asked, so the child can answer
 * by itself. Then it asks the child to exit, and is told when it has.
 */

#include <thespian/thespian.h>

#define PATIENCE (10 * G_TIME_SPAN_SECOND)

/* Says goodbye to the name and address in a variant "(sv)". */
G_DECLARE_FINAL_TYPE (Goodbye, goodbye, EXAMPLE, GOODBYE, ThespianActor)

struct _Goodbye
{
  ThespianActor parent_instance;
};

G_DEFINE_FINAL_TYPE (Goodbye, goodbye, THESPIAN_TYPE_ACTOR)

static gboolean
goodbye_receive_message (ThespianActor   *actor,
                         const GValue    *message,
                         ThespianAddress *sender,
                         GError         **error)
{
  g_autoptr (GVariant) packed = NULL;
  g_autoptr (ThespianAddress) asker = NULL;
  const char *name;

  if (!G_VALUE_HOLDS_VARIANT (message))
    return TRUE;

  g_variant_get (g_value_get_variant (message), "(&sv)", &name, &packed);
  asker = thespian_address_from_variant (packed, error);
  if (asker == NULL)
    return FALSE;
  return thespian_actor_take_string (actor, asker, g_strdup_printf ("Goodbye, %s.", name));
}

static void
goodbye_class_init (GoodbyeClass *klass)
{
  THESPIAN_ACTOR_CLASS (klass)->receive_message = goodbye_receive_message;
}

static void
goodbye_init (Goodbye *self)
{
}

/* Says hello, and leaves the goodbye to its child. */
G_DECLARE_FINAL_TYPE (Hello, hello, EXAMPLE, HELLO, ThespianActor)

struct _Hello
{
  ThespianActor parent_instance;

  ThespianAddress *asker; /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (Hello, hello, THESPIAN_TYPE_ACTOR)

static gboolean
greet (Hello           *self,
       const char      *name,
       ThespianAddress *asker,
       GError         **error)
{
  ThespianActor *actor = THESPIAN_ACTOR (self);
  g_autoptr (ThespianAddress) goodbye = NULL;

  goodbye = thespian_actor_create_actor (actor, goodbye_get_type (), NULL, NULL, NULL, error);
  if (goodbye == NULL)
    return FALSE;

  g_set_object (&self->asker, asker);
  thespian_actor_take_string (actor, asker, g_strdup_printf ("Hello, %s.", name));
  thespian_actor_send_variant (actor, goodbye,
                               g_variant_new ("(sv)", name, thespian_address_to_variant (asker)));
  return thespian_actor_take_object (actor, goodbye, G_OBJECT (thespian_actor_exit_request_new ()));
}

static gboolean
hello_receive_message (ThespianActor   *actor,
                       const GValue    *message,
                       ThespianAddress *sender,
                       GError         **error)
{
  Hello *self = EXAMPLE_HELLO (actor);

  if (G_VALUE_HOLDS_STRING (message))
    return greet (self, g_value_get_string (message), sender, error);
  if (G_VALUE_HOLDS (message, THESPIAN_TYPE_CHILD_ACTOR_EXITED))
    return thespian_actor_send_string (actor, self->asker, "(They have gone.)");
  return TRUE;
}

static void
hello_finalize (GObject *object)
{
  g_clear_object (&EXAMPLE_HELLO (object)->asker);
  G_OBJECT_CLASS (hello_parent_class)->finalize (object);
}

static void
hello_class_init (HelloClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hello_finalize;
  THESPIAN_ACTOR_CLASS (klass)->receive_message = hello_receive_message;
}

static void
hello_init (Hello *self)
{
}

/* Prints @answer, which is taken; FALSE when there is none. */
static gboolean
print_answer (GValue *answer)
{
  if (answer == NULL)
    return FALSE;
  g_print ("%s\n", g_value_get_string (answer));
  thespian_value_free (answer);
  return TRUE;
}

static gboolean
converse (ThespianActorSystem *system,
          GError             **error)
{
  g_auto (GValue) message = G_VALUE_INIT;
  g_autoptr (ThespianAddress) hello = NULL;

  hello = thespian_actor_system_create_actor (system, hello_get_type (), NULL, NULL, NULL, NULL,
                                              error);
  if (hello == NULL)
    return FALSE;

  g_value_init (&message, G_TYPE_STRING);
  g_value_set_string (&message, "world");
  return print_answer (thespian_actor_system_ask (system, hello, &message, PATIENCE, NULL, error))
         && print_answer (thespian_actor_system_listen (system, PATIENCE, NULL, error))
         && print_answer (thespian_actor_system_listen (system, PATIENCE, NULL, error));
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (ThespianActorSystem) system = NULL;
  g_autoptr (GError) error = NULL;

  system = thespian_actor_system_new (argc > 1 ? argv[1] : "simpleSystemBase", NULL, NULL,
                                      THESPIAN_ACTOR_SYSTEM_NONE, &error);
  if (system == NULL || !converse (system, &error)
      || !thespian_actor_system_shutdown (system, NULL, &error))
    {
      g_printerr ("hello: %s\n", error != NULL ? error->message : "no answer in time");
      return 1;
    }
  return 0;
}
