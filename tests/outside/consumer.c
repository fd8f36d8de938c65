/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A program that knows the library only as installed: by its pkg-config file, its headers and what it exports.
 * Argument: the base to use. It exits with 0 when an actor of its own created a child, the child counted to the
 * number asked for, and the answer came back.
 */

#include <thespian/thespian.h>

#define GOAL 1000

G_DECLARE_FINAL_TYPE (Counter, counter, CONSUMER, COUNTER, ThespianActor)
G_DECLARE_FINAL_TYPE (Front, front, CONSUMER, FRONT, ThespianActor)

/* Counts up by messages to itself, then tells who asked. */
struct _Counter
{
  ThespianActor parent_instance;

  int count;
  int goal;
  ThespianAddress *asker; /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (Counter, counter, THESPIAN_TYPE_ACTOR)

static gboolean
counter_receive_message (ThespianActor   *actor,
                         const GValue    *message,
                         ThespianAddress *sender,
                         GError         **error)
{
  Counter *self = CONSUMER_COUNTER (actor);
  ThespianAddress *own = thespian_actor_get_address (actor);

  if (G_VALUE_HOLDS_INT (message))
    {
      self->goal = g_value_get_int (message);
      g_set_object (&self->asker, sender);
      return thespian_actor_send_string (actor, own, "count");
    }
  if (!G_VALUE_HOLDS_STRING (message))
    return TRUE;
  if (++self->count < self->goal)
    return thespian_actor_send_string (actor, own, "count");
  return thespian_actor_send_int (actor, self->asker, self->count);
}

static void
counter_finalize (GObject *object)
{
  g_clear_object (&CONSUMER_COUNTER (object)->asker);
  G_OBJECT_CLASS (counter_parent_class)->finalize (object);
}

static void
counter_class_init (CounterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = counter_finalize;
  THESPIAN_ACTOR_CLASS (klass)->receive_message = counter_receive_message;
}

static void
counter_init (Counter *self)
{
}

/* Has a counter for a child, and passes on between it and the outside. */
struct _Front
{
  ThespianActor parent_instance;

  ThespianAddress *child; /* (owned) */
  ThespianAddress *asker; /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (Front, front, THESPIAN_TYPE_ACTOR)

static gboolean
front_started (ThespianActor *actor,
               GError       **error)
{
  Front *self = CONSUMER_FRONT (actor);

  self->child = thespian_actor_create_actor (actor, counter_get_type (), NULL, NULL, NULL, error);
  return self->child != NULL;
}

static gboolean
front_receive_message (ThespianActor   *actor,
                       const GValue    *message,
                       ThespianAddress *sender,
                       GError         **error)
{
  Front *self = CONSUMER_FRONT (actor);

  if (!G_VALUE_HOLDS_INT (message))
    return TRUE;
  if (sender == self->child)
    return thespian_actor_send (actor, self->asker, message, error);
  g_set_object (&self->asker, sender);
  return thespian_actor_send (actor, self->child, message, error);
}

static void
front_finalize (GObject *object)
{
  Front *self = CONSUMER_FRONT (object);

  g_clear_object (&self->child);
  g_clear_object (&self->asker);
  G_OBJECT_CLASS (front_parent_class)->finalize (object);
}

static void
front_class_init (FrontClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = front_finalize;
  THESPIAN_ACTOR_CLASS (klass)->started = front_started;
  THESPIAN_ACTOR_CLASS (klass)->receive_message = front_receive_message;
}

static void
front_init (Front *self)
{
}

static void
check_count (ThespianActorSystem *system)
{
  g_autoptr (ThespianAddress) front = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GValue) goal = G_VALUE_INIT;
  GValue *answer;

  front = thespian_actor_system_create_actor (system, front_get_type (), NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_value_init (&goal, G_TYPE_INT);
  g_value_set_int (&goal, GOAL);
  answer = thespian_actor_system_ask (system, front, &goal, 60 * G_TIME_SPAN_SECOND, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (answer);
  g_assert_cmpint (g_value_get_int (answer), ==, GOAL);
  thespian_value_free (answer);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (ThespianActorSystem) system = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (argc, ==, 2);
  g_assert_cmpuint (thespian_get_major_version (), ==, THESPIAN_MAJOR_VERSION);
  g_assert_true (THESPIAN_CHECK_VERSION (0, 1, 0));

  system = thespian_actor_system_new (argv[1], NULL, NULL, THESPIAN_ACTOR_SYSTEM_NONE, &error);
  g_assert_no_error (error);
  check_count (system);
  thespian_actor_system_shutdown (system, NULL, &error);
  g_assert_no_error (error);
  return 0;
}
