/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A troupe that computes numbers of Fibonacci: one address, several workers behind it.
 *
 * Each number is a message to the same address, and is computed the slow way by whichever worker
 * is free. The answers come in any order, so each tells what it is the answer to.
 */

#include <thespian/thespian.h>

#define PATIENCE (60 * G_TIME_SPAN_SECOND)
#define MOST_WORKERS 4
#define FIRST 20
#define LAST 30

G_DECLARE_FINAL_TYPE (Fibonacci, fibonacci, EXAMPLE, FIBONACCI, ThespianActor)

struct _Fibonacci
{
  ThespianActor parent_instance;
};

G_DEFINE_FINAL_TYPE (Fibonacci, fibonacci, THESPIAN_TYPE_ACTOR)

static guint64
compute (int n)
{
  return n < 2 ? (guint64) n : compute (n - 1) + compute (n - 2);
}

static gboolean
fibonacci_receive_message (ThespianActor   *actor,
                           const GValue    *message,
                           ThespianAddress *sender,
                           GError         **error)
{
  int n;

  if (!G_VALUE_HOLDS_INT (message))
    return TRUE;

  n = g_value_get_int (message);
  return thespian_actor_send_variant (actor, sender, g_variant_new ("(it)", n, compute (n)));
}

static void
fibonacci_class_init (FibonacciClass *klass)
{
  ThespianActorClass *actor_class = THESPIAN_ACTOR_CLASS (klass);

  actor_class->receive_message = fibonacci_receive_message;
  thespian_actor_class_set_troupe (actor_class, MOST_WORKERS, 1);
}

static void
fibonacci_init (Fibonacci *self)
{
}

static gboolean
hand_out (ThespianActorSystem *system,
          ThespianAddress     *troupe,
          GError             **error)
{
  for (int n = LAST; n >= FIRST; n--)
    {
      g_auto (GValue) message = G_VALUE_INIT;

      g_value_init (&message, G_TYPE_INT);
      g_value_set_int (&message, n);
      if (!thespian_actor_system_tell (system, troupe, &message, NULL, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
collect (ThespianActorSystem *system,
         guint64              numbers[],
         GError             **error)
{
  for (int i = FIRST; i <= LAST; i++)
    {
      GValue *answer = thespian_actor_system_listen (system, PATIENCE, NULL, error);
      guint64 number;
      int n;

      if (answer == NULL)
        return FALSE;
      g_variant_get (g_value_get_variant (answer), "(it)", &n, &number);
      numbers[n] = number;
      thespian_value_free (answer);
    }
  return TRUE;
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (ThespianActorSystem) system = NULL;
  g_autoptr (ThespianAddress) troupe = NULL;
  g_autoptr (GError) error = NULL;
  guint64 numbers[LAST + 1] = { 0, };

  system = thespian_actor_system_new (argc > 1 ? argv[1] : "multithreadBase", NULL, NULL,
                                      THESPIAN_ACTOR_SYSTEM_NONE, &error);
  if (system != NULL)
    troupe = thespian_actor_system_create_actor (system, fibonacci_get_type (), NULL, NULL, NULL,
                                                 NULL, &error);
  if (troupe == NULL || !hand_out (system, troupe, &error) || !collect (system, numbers, &error)
      || !thespian_actor_system_shutdown (system, NULL, &error))
    {
      g_printerr ("fibonacci: %s\n", error != NULL ? error->message : "no answer in time");
      return 1;
    }

  for (int n = FIRST; n <= LAST; n++)
    g_print ("%d: %" G_GUINT64_FORMAT "\n", n, numbers[n]);
  return 0;
}
