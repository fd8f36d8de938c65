/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the library does for a language that drops calls, has doubles only, and runs on one thread. */

#include <thespian.h>

#define LIMIT (60 * G_TIME_SPAN_SECOND)

/* Sends back what it gets.  Every other call fails to arrive, and those with a string always do. */
typedef struct
{
  ThespianActor parent_instance;

  int n_calls;
} Guest;

typedef ThespianActorClass GuestClass;

static GType guest_get_type (void);
G_DEFINE_TYPE (Guest, guest, THESPIAN_TYPE_ACTOR)

static gboolean
guest_receive_message (ThespianActor   *actor,
                       const GValue    *message,
                       ThespianAddress *sender,
                       GError         **error)
{
  Guest *self = (Guest *) actor;

  if (G_VALUE_HOLDS (message, THESPIAN_TYPE_SYSTEM_MESSAGE))
    return TRUE;
  if (self->n_calls++ % 2 == 0 || G_VALUE_HOLDS_STRING (message))
    return FALSE;
  return thespian_actor_send (actor, sender, message, error);
}

static void
guest_class_init (GuestClass *klass)
{
  klass->receive_message = guest_receive_message;
  thespian_actor_class_set_guest (klass);
}

static void
guest_init (Guest *self)
{
}

static ThespianActorSystem *
start (const char *base)
{
  g_autoptr (GError) error = NULL;
  ThespianActorSystem *system = thespian_actor_system_new (base, NULL, NULL,
                                                           THESPIAN_ACTOR_SYSTEM_TRANSIENT_UNIQUE, &error);

  g_assert_no_error (error);
  return system;
}

static GValue *
ask (ThespianActorSystem *system,
     GValue              *message)
{
  g_autoptr (ThespianAddress) guest = NULL;
  g_autoptr (GError) error = NULL;
  GValue *answer;

  guest = thespian_actor_system_create_actor (system, guest_get_type (), NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  answer = thespian_actor_system_ask (system, guest, message, LIMIT, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (answer);
  g_value_unset (message);
  return answer;
}

static void
assert_text (GValue     *value,
             const char *expected)
{
  g_autofree char *text = NULL;

  if (G_VALUE_HOLDS_VARIANT (value))
    text = g_variant_print (g_value_get_variant (value), TRUE);
  else
    text = g_strdup_value_contents (value);
  g_assert_cmpstr (text, ==, expected);
  thespian_value_free (value);
}

/* Each is dropped once, and arrives. */
static void
test_values (void)
{
  g_autoptr (ThespianActorSystem) system = start ("simpleSystemBase");
  GValue value = G_VALUE_INIT;

  g_value_set_int64 (g_value_init (&value, G_TYPE_INT64), G_GINT64_CONSTANT (1) << 53);
  assert_text (ask (system, &value), "9007199254740992");
  g_value_set_int64 (g_value_init (&value, G_TYPE_INT64), -(G_GINT64_CONSTANT (1) << 53) - 1);
  assert_text (ask (system, &value), "<int64 -9007199254740993>");
  g_value_set_uint64 (g_value_init (&value, G_TYPE_UINT64), G_MAXUINT64);
  assert_text (ask (system, &value), "<uint64 18446744073709551615>");
  g_value_set_schar (g_value_init (&value, G_TYPE_CHAR), -3);
  assert_text (ask (system, &value), "-3");
  g_value_set_enum (g_value_init (&value, THESPIAN_TYPE_DISPATCH), THESPIAN_DISPATCH_SUPER);
  assert_text (ask (system, &value), "<('ThespianDispatch', 2)>");
  g_value_set_flags (g_value_init (&value, THESPIAN_TYPE_LANGUAGE_FLAGS), 3);
  assert_text (ask (system, &value), "<('ThespianLanguageFlags', uint32 3)>");
}

/* What is never taken comes back, and says so. */
static void
test_never_taken (void)
{
  g_autoptr (ThespianActorSystem) system = start ("simpleSystemBase");
  GValue value = G_VALUE_INIT;
  GValue *answer;
  ThespianPoisonMessage *poison;

  g_value_set_string (g_value_init (&value, G_TYPE_STRING), "never");
  answer = ask (system, &value);
  g_assert_true (G_VALUE_HOLDS (answer, THESPIAN_TYPE_POISON_MESSAGE));
  poison = g_value_get_object (answer);
  g_assert_nonnull (strstr (thespian_poison_message_get_details (poison), "did not reach Guest"));
  thespian_value_free (answer);
}

static void
test_message_property (void)
{
  g_autoptr (ThespianActorSystem) system = start ("simpleSystemBase");
  g_autoptr (GError) error = NULL;
  GValue value = G_VALUE_INIT;
  GValue *answer, *message;

  g_value_set_string (g_value_init (&value, G_TYPE_STRING), "never");
  answer = ask (system, &value);
  message = thespian_dup_message_property (g_value_get_object (answer), "message", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (g_value_get_string (message), ==, "never");
  thespian_value_free (message);
  g_assert_null (thespian_dup_message_property (g_value_get_object (answer), "details", &error));
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT);
  thespian_value_free (answer);
}

static void
test_other_thread (void)
{
  g_autoptr (ThespianActorSystem) system = start ("multithreadBase");
  g_autoptr (ThespianAddress) guest = NULL;
  g_autoptr (GError) error = NULL;

  guest = thespian_actor_system_create_actor (system, guest_get_type (), NULL, NULL, NULL, NULL, &error);
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ACTOR_SPECIFICATION);
  g_assert_null (guest);
  g_assert_nonnull (strstr (error->message, "Test, which runs on one thread only"));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  thespian_declare_language ("Test", THESPIAN_LANGUAGE_FLAGS_ONE_THREAD | THESPIAN_LANGUAGE_FLAGS_MISSES_CALLS |
                                     THESPIAN_LANGUAGE_FLAGS_ONLY_DOUBLES);
  g_type_class_unref (g_type_class_ref (guest_get_type ()));

  g_test_add_func ("/language/values", test_values);
  g_test_add_func ("/language/never-taken", test_never_taken);
  g_test_add_func ("/language/message-property", test_message_property);
  g_test_add_func ("/language/other-thread", test_other_thread);
  return g_test_run ();
}
