/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A supervisor and its child. The child divides; it fails on a zero, and exits when it is told to.
 * The supervisor passes the work on, and puts a new child in the place of one that has ended.
 */

#include <thespian/thespian.h>

#define PATIENCE (10 * G_TIME_SPAN_SECOND)

G_DECLARE_FINAL_TYPE (Divider, divider, EXAMPLE, DIVIDER, ThespianActor)

struct _Divider
{
  ThespianActor parent_instance;
};

G_DEFINE_FINAL_TYPE (Divider, divider, THESPIAN_TYPE_ACTOR)

static gboolean
divider_receive_message (ThespianActor   *actor,
                         const GValue    *message,
                         ThespianAddress *sender,
                         GError         **error)
{
  int n;

  if (!G_VALUE_HOLDS_INT (message))
    return TRUE;

  n = g_value_get_int (message);
  if (n != 0)
    return thespian_actor_send_int (actor, sender, 1000 / n);
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT, "cannot divide by %d", n);
  return FALSE;
}

static void
divider_class_init (DividerClass *klass)
{
  THESPIAN_ACTOR_CLASS (klass)->receive_message = divider_receive_message;
}

static void
divider_init (Divider *self)
{
}

G_DECLARE_FINAL_TYPE (Supervisor, supervisor, EXAMPLE, SUPERVISOR, ThespianActor)

struct _Supervisor
{
  ThespianActor parent_instance;

  ThespianAddress *child; /* (owned) */
  ThespianAddress *asker; /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (Supervisor, supervisor, THESPIAN_TYPE_ACTOR)

static gboolean
supervisor_started (ThespianActor *actor,
                    GError       **error)
{
  Supervisor *self = EXAMPLE_SUPERVISOR (actor);

  g_clear_object (&self->child);
  self->child = thespian_actor_create_actor (actor, divider_get_type (), NULL, NULL, NULL, error);
  return self->child != NULL;
}

static gboolean
supervisor_receive_message (ThespianActor   *actor,
                            const GValue    *message,
                            ThespianAddress *sender,
                            GError         **error)
{
  Supervisor *self = EXAMPLE_SUPERVISOR (actor);

  if (G_VALUE_HOLDS (message, THESPIAN_TYPE_POISON_MESSAGE))
    {
      ThespianPoisonMessage *poison = g_value_get_object (message);

      return thespian_actor_send_string (actor, self->asker,
                                         thespian_poison_message_get_details (poison));
    }

  if (G_VALUE_HOLDS (message, THESPIAN_TYPE_CHILD_ACTOR_EXITED))
    return supervisor_started (actor, error)
           && thespian_actor_send_string (actor, self->asker, "a new child is there");

  if (G_VALUE_HOLDS (message, THESPIAN_TYPE_SYSTEM_MESSAGE))
    return TRUE;

  if (sender == self->child)
    return thespian_actor_send (actor, self->asker, message, error);

  g_set_object (&self->asker, sender);
  if (G_VALUE_HOLDS_STRING (message))
    return thespian_actor_take_object (actor, self->child,
                                       G_OBJECT (thespian_actor_exit_request_new ()));
  return thespian_actor_send (actor, self->child, message, error);
}

static void
supervisor_finalize (GObject *object)
{
  g_clear_object (&EXAMPLE_SUPERVISOR (object)->child);
  g_clear_object (&EXAMPLE_SUPERVISOR (object)->asker);
  G_OBJECT_CLASS (supervisor_parent_class)->finalize (object);
}

static void
supervisor_class_init (SupervisorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = supervisor_finalize;
  THESPIAN_ACTOR_CLASS (klass)->started = supervisor_started;
  THESPIAN_ACTOR_CLASS (klass)->receive_message = supervisor_receive_message;
}

static void
supervisor_init (Supervisor *self)
{
}

static gboolean
ask (ThespianActorSystem *system,
     ThespianAddress     *supervisor,
     const GValue        *message,
     GError             **error)
{
  g_autofree char *text = NULL;
  GValue *answer;

  answer = thespian_actor_system_ask (system, supervisor, message, PATIENCE, NULL, error);
  if (answer == NULL)
    return FALSE;
  if (G_VALUE_HOLDS_INT (answer))
    g_print ("%d\n", g_value_get_int (answer));
  else
    g_print ("%s\n", g_value_get_string (answer));
  thespian_value_free (answer);
  return TRUE;
}

static gboolean
ask_int (ThespianActorSystem *system,
         ThespianAddress     *supervisor,
         int                  number,
         GError             **error)
{
  g_auto (GValue) message = G_VALUE_INIT;

  g_value_init (&message, G_TYPE_INT);
  g_value_set_int (&message, number);
  return ask (system, supervisor, &message, error);
}

int
main (void)
{
  g_autoptr (ThespianActorSystem) system = NULL;
  g_autoptr (ThespianAddress) supervisor = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GValue) end = G_VALUE_INIT;

  g_value_init (&end, G_TYPE_STRING);
  g_value_set_static_string (&end, "let it end");
  system = thespian_actor_system_new ("multithreadBase", NULL, NULL, THESPIAN_ACTOR_SYSTEM_NONE,
                                      &error);
  if (system != NULL)
    supervisor = thespian_actor_system_create_actor (system, supervisor_get_type (), NULL, NULL,
                                                     NULL, NULL, &error);
  if (supervisor == NULL || !ask_int (system, supervisor, 8, &error)
      || !ask_int (system, supervisor, 0, &error) || !ask (system, supervisor, &end, &error)
      || !ask_int (system, supervisor, 10, &error)
      || !thespian_actor_system_shutdown (system, NULL, &error))
    {
      g_printerr ("%s\n", error != NULL ? error->message : "no answer in time");
      return 1;
    }
  return 0;
}
