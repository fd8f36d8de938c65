/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <thespian/thespian.h>

/* What is tested: usually in a file of its own. */
G_DECLARE_FINAL_TYPE (Greeter, greeter, EXAMPLE, GREETER, ThespianActor)

struct _Greeter
{
  ThespianActor parent_instance;
};

G_DEFINE_FINAL_TYPE (Greeter, greeter, THESPIAN_TYPE_ACTOR)

static gboolean
greeter_receive_message (ThespianActor   *actor,
                         const GValue    *message,
                         ThespianAddress *sender,
                         GError         **error)
{
  if (!G_VALUE_HOLDS_STRING (message))
    return TRUE;
  return thespian_actor_take_string (actor, sender,
                                     g_strdup_printf ("Hello, %s!", g_value_get_string (message)));
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

typedef struct
{
  ThespianActorSystem *system;
  ThespianAddress *greeter;
} Fixture;

static void
set_up (Fixture      *fixture,
        gconstpointer base)
{
  g_autoptr (GError) error = NULL;

  fixture->system = thespian_actor_system_new (base, NULL, NULL,
                                               THESPIAN_ACTOR_SYSTEM_TRANSIENT_UNIQUE, &error);
  g_assert_no_error (error);
  fixture->greeter = thespian_actor_system_create_actor (fixture->system, greeter_get_type (), NULL,
                                                         NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer base)
{
  g_autoptr (GError) error = NULL;

  thespian_actor_system_shutdown (fixture->system, NULL, &error);
  g_assert_no_error (error);
  g_clear_object (&fixture->greeter);
  g_clear_object (&fixture->system);
}

static void
test_greets (Fixture      *fixture,
             gconstpointer base)
{
  g_autoptr (GError) error = NULL;
  g_auto (GValue) message = G_VALUE_INIT;
  GValue *answer;

  g_value_init (&message, G_TYPE_STRING);
  g_value_set_static_string (&message, "world");
  answer = thespian_actor_system_ask (fixture->system, fixture->greeter, &message,
                                      30 * G_TIME_SPAN_SECOND, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (answer);
  g_assert_cmpstr (g_value_get_string (answer), ==, "Hello, world!");
  thespian_value_free (answer);
}

int
main (int   argc,
      char *argv[])
{
  const char *bases[] = { "simpleSystemBase", "mainLoopBase", "multithreadBase" };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (bases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/greeter/greets/%s", bases[i]);

      g_test_add (path, Fixture, bases[i], set_up, test_greets, tear_down);
    }
  return g_test_run ();
}
