/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "pattern-test.h"

typedef struct
{
  const char *base;
  PatternTestFunc func;
} Case;

static void
run_case (gconstpointer data)
{
  const Case *test_case = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ThespianActorSystem) system = NULL;

  system = thespian_actor_system_new (test_case->base, NULL, NULL,
                                      THESPIAN_ACTOR_SYSTEM_TRANSIENT_UNIQUE, &error);
  g_assert_no_error (error);
  test_case->func (system);
  thespian_actor_system_shutdown (system, NULL, &error);
  g_assert_no_error (error);
}

void
pattern_add (const char     *path,
             PatternTestFunc func)
{
  static const char *const bases[] = { "simpleSystemBase", "mainLoopBase", "multithreadBase" };

  for (guint i = 0; i < G_N_ELEMENTS (bases); i++)
    {
      g_autofree char *full_path = g_strdup_printf ("%s/%s", path, bases[i]);
      Case *test_case = g_new (Case, 1);

      test_case->base = bases[i];
      test_case->func = func;
      g_test_add_data_func_full (full_path, test_case, run_case, g_free);
    }
}

ThespianAddress *
pattern_create (ThespianActorSystem *system,
                GType                type,
                GVariant            *properties)
{
  g_autoptr (GError) error = NULL;
  ThespianAddress *address;

  address = thespian_actor_system_create_actor (system, type, NULL, NULL, properties, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (address);
  return address;
}

static void
tell (ThespianActorSystem *system,
      ThespianAddress     *target,
      const GValue        *message)
{
  g_autoptr (GError) error = NULL;

  thespian_actor_system_tell (system, target, message, NULL, &error);
  g_assert_no_error (error);
}

static GValue *
ask (ThespianActorSystem *system,
     ThespianAddress     *target,
     const GValue        *message)
{
  g_autoptr (GError) error = NULL;
  GValue *answer;

  answer = thespian_actor_system_ask (system, target, message, PATTERN_TEST_LIMIT, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (answer);
  return answer;
}

static void
init_object (GValue  *value,
             gpointer object)
{
  g_value_init (value, G_OBJECT_TYPE (object));
  g_value_take_object (value, object);
}

static void
init_text (GValue     *value,
           const char *text)
{
  g_value_init (value, G_TYPE_STRING);
  g_value_set_string (value, text);
}

void
pattern_tell (ThespianActorSystem *system,
              ThespianAddress     *target,
              gpointer             object)
{
  g_auto (GValue) message = G_VALUE_INIT;

  init_object (&message, object);
  tell (system, target, &message);
}

void
pattern_tell_text (ThespianActorSystem *system,
                   ThespianAddress     *target,
                   const char          *text)
{
  g_auto (GValue) message = G_VALUE_INIT;

  init_text (&message, text);
  tell (system, target, &message);
}

GValue *
pattern_ask (ThespianActorSystem *system,
             ThespianAddress     *target,
             gpointer             object)
{
  g_auto (GValue) message = G_VALUE_INIT;

  init_object (&message, object);
  return ask (system, target, &message);
}

GValue *
pattern_ask_text (ThespianActorSystem *system,
                  ThespianAddress     *target,
                  const char          *text)
{
  g_auto (GValue) message = G_VALUE_INIT;

  init_text (&message, text);
  return ask (system, target, &message);
}

GValue *
pattern_listen (ThespianActorSystem *system)
{
  g_autoptr (GError) error = NULL;
  GValue *answer = thespian_actor_system_listen (system, PATTERN_TEST_LIMIT, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (answer);
  return answer;
}

gpointer
pattern_take (GValue *answer,
              GType   type)
{
  gpointer object;

  if (!G_VALUE_HOLDS (answer, type))
    g_error ("Expected a %s, not a %s", g_type_name (type), G_VALUE_TYPE_NAME (answer));
  object = g_value_dup_object (answer);
  thespian_value_free (answer);
  return object;
}

char *
pattern_take_text (GValue *answer)
{
  char *text;

  if (G_VALUE_HOLDS (answer, THESPIAN_TYPE_POISON_MESSAGE))
    g_error ("Expected a text, not poison: %s",
             thespian_poison_message_get_details (g_value_get_object (answer)));
  if (!G_VALUE_HOLDS_STRING (answer))
    g_error ("Expected a text, not a %s", G_VALUE_TYPE_NAME (answer));
  text = g_value_dup_string (answer);
  thespian_value_free (answer);
  return text;
}

gboolean
pattern_is_alive (ThespianActorSystem *system,
                  ThespianAddress     *target)
{
  g_autoptr (GError) error = NULL;
  g_auto (GValue) request = G_VALUE_INIT;
  GValue *answer;
  gboolean is_alive;

  init_object (&request, thespian_status_request_new ());
  answer = thespian_actor_system_ask (system, target, &request, PATTERN_TEST_LIMIT, NULL, &error);
  g_assert_no_error (error);
  is_alive = answer != NULL;
  g_clear_pointer (&answer, thespian_value_free);
  return is_alive;
}

void
pattern_wait (ThespianActorSystem *system)
{
  g_autoptr (GError) error = NULL;
  GValue *unexpected;

  unexpected = thespian_actor_system_listen (system, 10 * G_TIME_SPAN_MILLISECOND, NULL, &error);
  g_assert_no_error (error);
  if (unexpected != NULL)
    g_error ("Did not expect a %s", G_VALUE_TYPE_NAME (unexpected));
}

void
pattern_await_end (ThespianActorSystem *system,
                   ThespianAddress     *target)
{
  gint64 deadline = g_get_monotonic_time () + PATTERN_TEST_LIMIT;

  while (pattern_is_alive (system, target))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      pattern_wait (system);
    }
}
