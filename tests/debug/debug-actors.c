/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A program with something of everything that THESPIAN_DEBUG can show: an actor that answers, one
 * that fails, one that does not start, and a message to one that has ended.
 */

#include <thespian/thespian.h>

#define PATIENCE (30 * G_TIME_SPAN_SECOND)

G_DECLARE_FINAL_TYPE (Talker, talker, DEBUG, TALKER, ThespianActor)

struct _Talker
{
  ThespianActor parent_instance;
};

G_DEFINE_FINAL_TYPE (Talker, talker, THESPIAN_TYPE_ACTOR)

static gboolean
talker_receive_message (ThespianActor   *actor,
                        const GValue    *message,
                        ThespianAddress *sender,
                        GError         **error)
{
  if (G_VALUE_HOLDS_STRING (message))
    return thespian_actor_send (actor, sender, message, error);
  if (!G_VALUE_HOLDS_INT (message))
    return TRUE;
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_ACTOR_FAILED, "no numbers, not even %d",
               g_value_get_int (message));
  return FALSE;
}

static void
talker_class_init (TalkerClass *klass)
{
  THESPIAN_ACTOR_CLASS (klass)->receive_message = talker_receive_message;
}

static void
talker_init (Talker *self)
{
}

G_DECLARE_FINAL_TYPE (Sleepyhead, sleepyhead, DEBUG, SLEEPYHEAD, ThespianActor)

struct _Sleepyhead
{
  ThespianActor parent_instance;
};

G_DEFINE_FINAL_TYPE (Sleepyhead, sleepyhead, THESPIAN_TYPE_ACTOR)

static gboolean
sleepyhead_started (ThespianActor *actor,
                    GError       **error)
{
  g_set_error_literal (error, THESPIAN_ERROR, THESPIAN_ERROR_ACTOR_FAILED, "not before noon");
  return FALSE;
}

static void
sleepyhead_class_init (SleepyheadClass *klass)
{
  THESPIAN_ACTOR_CLASS (klass)->started = sleepyhead_started;
}

static void
sleepyhead_init (Sleepyhead *self)
{
}

static void
ask (ThespianActorSystem *system,
     ThespianAddress     *target,
     const GValue        *message)
{
  g_autoptr (GError) error = NULL;
  GValue *answer = thespian_actor_system_ask (system, target, message, PATIENCE, NULL, &error);

  g_assert_no_error (error);
  g_clear_pointer (&answer, thespian_value_free);
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (ThespianActorSystem) system = NULL;
  g_autoptr (ThespianAddress) talker = NULL;
  g_autoptr (ThespianAddress) sleepyhead = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GValue) text = G_VALUE_INIT;
  g_auto (GValue) number = G_VALUE_INIT;
  g_auto (GValue) request = G_VALUE_INIT;

  g_value_init (&text, G_TYPE_STRING);
  g_value_set_static_string (&text, "any news?");
  g_value_init (&number, G_TYPE_INT);
  g_value_set_int (&number, 42);
  g_value_init (&request, THESPIAN_TYPE_ACTOR_EXIT_REQUEST);
  g_value_take_object (&request, thespian_actor_exit_request_new ());

  system = thespian_actor_system_new (argv[1], NULL, NULL, THESPIAN_ACTOR_SYSTEM_NONE, &error);
  g_assert_no_error (error);
  talker = thespian_actor_system_create_actor (system, talker_get_type (), NULL, NULL, NULL, NULL,
                                               &error);
  g_assert_no_error (error);
  sleepyhead = thespian_actor_system_create_actor (system, sleepyhead_get_type (), NULL, NULL, NULL,
                                                   NULL, &error);
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_ACTOR_FAILED);
  g_clear_error (&error);

  ask (system, talker, &text);
  ask (system, talker, &number);
  thespian_actor_system_tell (system, talker, &request, NULL, &error);
  g_assert_no_error (error);
  /* Whether it is still there for this one or not: afterwards it has ended. */
  ask (system, talker, &text);
  thespian_actor_system_shutdown (system, NULL, &error);
  g_assert_no_error (error);
  return 0;
}
