/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "behaviour-actors.h"
#include "behaviour-fifo.h"

static ThespianActorSystem *
system_new (BehaviourFixture *f,
            const char       *base,
            const char       *capabilities)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) parsed = behaviour_capabilities (f, capabilities);
  ThespianActorSystem *system = thespian_actor_system_new (
    base, parsed, g_variant_new_boolean (FALSE), THESPIAN_ACTOR_SYSTEM_NONE, &error);

  g_assert_no_error (error);
  g_assert_nonnull (system);
  return system;
}

static void
system_shut_down (ThespianActorSystem *system)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (thespian_actor_system_shutdown (system, NULL, &error));
  g_assert_no_error (error);
  g_object_unref (system);
}

static void
assert_works (ThespianActorSystem *system)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BehaviourMessage) message = behaviour_string ("works");
  g_autoptr (ThespianAddress) echo = thespian_actor_system_create_actor (
    system, BEHAVIOUR_TYPE_ECHO, NULL, NULL, NULL, NULL, &error);
  g_autoptr (BehaviourReply) reply = NULL;

  g_assert_no_error (error);
  reply = thespian_actor_system_ask (system, echo, message, behaviour_limit (), NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (reply);
}

static void
test_previous_base (BehaviourFixture *f)
{
  ThespianActorSystem *system = system_new (f, f->base, NULL);
  ThespianActorSystem *next = NULL;

  system_shut_down (system);
  next = system_new (f, NULL, NULL);
  g_assert_cmpstr (thespian_actor_system_get_base_name (next), ==, f->base);
  assert_works (next);
  system_shut_down (next);
}

static void
test_default_base (BehaviourFixture *f)
{
  ThespianActorSystem *system = system_new (f, NULL, NULL);

  g_assert_cmpstr (thespian_actor_system_get_base_name (system), ==, f->base);
  assert_works (system);
  system_shut_down (system);
}

static void
test_singleton (BehaviourFixture *f)
{
  const char *other =
    behaviour_base_is (f, "simpleSystemBase") ? "multithreadBase" : "simpleSystemBase";
  ThespianActorSystem *system = system_new (f, f->base, "{'Mood': <'first'>}");
  ThespianActorSystem *again = system_new (f, other, "{'Mood': <'second'>}");
  ThespianActorSystem *once_more = system_new (f, NULL, NULL);
  g_autoptr (GVariant) capabilities = thespian_actor_system_dup_capabilities (again);
  const char *mood = NULL;

  g_assert_true (thespian_actor_system_get_admin_address (again)
                 == thespian_actor_system_get_admin_address (system));
  g_assert_true (thespian_actor_system_get_admin_address (once_more)
                 == thespian_actor_system_get_admin_address (system));
  g_assert_cmpstr (thespian_actor_system_get_base_name (again), ==, f->base);
  g_assert_true (g_variant_lookup (capabilities, "Mood", "&s", &mood));
  g_assert_cmpstr (mood, ==, "first");
  assert_works (again);

  g_object_unref (again);
  g_object_unref (once_more);
  assert_works (system);
  system_shut_down (system);
}

static void
test_transient (BehaviourFixture *f)
{
  ThespianActorSystem *system = system_new (f, f->base, NULL);
  ThespianActorSystem *transient = behaviour_system_new (f, NULL);
  ThespianActorSystem *another = behaviour_system_new (f, NULL);
  ThespianActorSystem *again = NULL;

  g_assert_true (thespian_actor_system_get_admin_address (transient)
                 != thespian_actor_system_get_admin_address (system));
  g_assert_true (thespian_actor_system_get_admin_address (transient)
                 != thespian_actor_system_get_admin_address (another));
  assert_works (transient);
  behaviour_system_end (transient);
  assert_works (another);
  behaviour_system_end (another);
  assert_works (system);

  again = system_new (f, NULL, NULL);
  g_assert_true (thespian_actor_system_get_admin_address (again)
                 == thespian_actor_system_get_admin_address (system));
  g_object_unref (again);
  system_shut_down (system);
}

static void
test_limits (BehaviourFixture *f)
{
  gint64 create = 0, tell = 0, shutdown = 0;

  g_object_get (f->system, "create-timeout", &create, "tell-timeout", &tell, "shutdown-timeout",
                &shutdown, NULL);
  g_assert_cmpint (create, ==, 50 * G_TIME_SPAN_SECOND);
  g_assert_cmpint (tell, ==, 60 * G_TIME_SPAN_SECOND);
  g_assert_cmpint (shutdown, ==, 10 * G_TIME_SPAN_SECOND);
}

/* Stays in its handler until there is something in the pipe "at PATH"; goes round for ever on the
 * word "spin". */
typedef struct
{
  ThespianActor parent_instance;
} Obstacle;

static gboolean
obstacle_receive (ThespianActor   *actor,
                  const GValue    *message,
                  ThespianAddress *sender,
                  GError         **error)
{
  if (behaviour_is (message, "spin"))
    return thespian_actor_send_string (actor, thespian_actor_get_address (actor), "spin");
  if (behaviour_after (message, "at ") != NULL)
    behaviour_wait_at (behaviour_after (message, "at "));

  return TRUE;
}

BEHAVIOUR_ACTOR (Obstacle, obstacle)

typedef struct
{
  BehaviourFixture *f;
  ThespianAddress *obstacle;
  BehaviourFifo *release;
  gboolean done;
} Teller;

/* Tells until the mailbox is full and a tell cannot be delivered any more. */
static gpointer
tell_until_refused (gpointer data)
{
  Teller *teller = data;
  g_autoptr (BehaviourMessage) message = behaviour_string ("knock");
  g_autoptr (GError) error = NULL;
  gint64 end = g_get_monotonic_time () + behaviour_limit ();

  while (thespian_actor_system_tell (teller->f->system, teller->obstacle, message, NULL, &error))
    g_assert_cmpint (g_get_monotonic_time (), <, end);
  behaviour_fifo_write (teller->release);
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_REQUEST_TIMEOUT);
  g_assert_true (thespian_error_is_system_failure (error));
  g_atomic_int_set (&teller->done, TRUE);
  g_main_context_wakeup (NULL);

  return NULL;
}

static void
assert_full_mailbox (BehaviourFixture *f,
                     ThespianAddress  *obstacle)
{
  g_autoptr (BehaviourFifo) release = behaviour_fifo_new ();
  g_autofree char *order = g_strdup_printf ("at %s", release->path);
  Teller teller = { f, obstacle, release, FALSE };
  GThread *thread = NULL;

  behaviour_tell (f, obstacle, behaviour_string (order));
  thread = g_thread_new ("teller", tell_until_refused, &teller);
  behaviour_run_until (&teller.done);
  g_thread_join (thread);
}

static void
test_tell_timeout (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) obstacle = behaviour_create (f, obstacle_get_type ());
  g_autoptr (BehaviourMessage) spin = behaviour_string ("spin");
  g_autoptr (GError) error = NULL;

  g_object_set (f->system, "tell-timeout", (gint64) 300000, NULL);
  if (!behaviour_base_is (f, "simpleSystemBase"))
    {
      assert_full_mailbox (f, obstacle);
      return;
    }

  /* Here a tell takes as long as there are messages. */
  g_assert_false (thespian_actor_system_tell (f->system, obstacle, spin, NULL, &error));
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_REQUEST_TIMEOUT);
}

static void
test_again (BehaviourFixture *f)
{
  ThespianActorSystem *first = system_new (f, f->base, NULL);
  g_autoptr (ThespianAddress) admin =
    g_object_ref (thespian_actor_system_get_admin_address (first));
  ThespianActorSystem *second = NULL;

  system_shut_down (first);
  second = system_new (f, f->base, NULL);
  g_assert_true (thespian_actor_system_get_admin_address (second) != admin);
  assert_works (second);
  system_shut_down (second);
}

static void
test_capabilities (BehaviourFixture *f)
{
  g_autoptr (GVariant) capabilities = thespian_actor_system_dup_capabilities (f->system);
  const char *mood = NULL;
  int size = 0;

  g_assert_true (g_variant_lookup (capabilities, "Mood", "&s", &mood));
  g_assert_cmpstr (mood, ==, "sunny");
  g_assert_true (g_variant_lookup (capabilities, "Size", "i", &size));
  g_assert_cmpint (size, ==, 7);
}

int
main (int    argc,
      char **argv)
{
  behaviour_test_init (&argc, &argv);

  behaviour_test_bare ("SYSTEM-1", "previous-base", test_previous_base);
  behaviour_test_bare ("SYSTEM-2", "default-base", test_default_base);
  behaviour_test_bare ("SYSTEM-3", "singleton", test_singleton);
  behaviour_test_bare ("SYSTEM-4", "transient", test_transient);
  behaviour_test ("SYSTEM-5", "limits", test_limits);
  /* What is full is the mailbox, or what waits for another process. */
  behaviour_test_with ("SYSTEM-6", "tell-timeout",
                       "{'Mailbox Limit': <uint32 10>, 'Max Queued Transmits': <uint32 10>, "
                       "'Unblock Threshold': <uint32 5>}",
                       0, test_tell_timeout);
  behaviour_test_bare ("SYSTEM-7", "again", test_again);
  behaviour_test_with ("SYSTEM-8", "capabilities", "{'Mood': <'sunny'>, 'Size': <7>}", 0,
                       test_capabilities);

  return g_test_run ();
}
