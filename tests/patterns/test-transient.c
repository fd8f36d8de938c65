/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "pattern-test.h"

/* Actors that answer everything, and end by themselves. */

#define PERIOD (800 * G_TIME_SPAN_MILLISECOND)
/* Wakeups may come a little early, as clocks have their grain. */
#define GRAIN (5 * G_TIME_SPAN_MILLISECOND)

#define TEST_TYPE_ECHO (test_echo_get_type ())
G_DECLARE_DERIVABLE_TYPE (TestEcho, test_echo, TEST, ECHO, ThespianActor)

struct _TestEchoClass
{
  ThespianActorClass parent_class;
};

G_DEFINE_TYPE (TestEcho, test_echo, THESPIAN_TYPE_ACTOR)

static gboolean
echo_receive_message (ThespianActor   *actor,
                      const GValue    *message,
                      ThespianAddress *sender,
                      GError         **error)
{
  if (!G_VALUE_HOLDS_STRING (message))
    return TRUE;

  /* A wakeup is a system message: it does not make the actor live longer. */
  thespian_actor_wakeup_after (actor, PERIOD / 2, message);
  return thespian_actor_send (actor, sender, message, error);
}

static void
test_echo_class_init (TestEchoClass *klass)
{
  THESPIAN_ACTOR_CLASS (klass)->receive_message = echo_receive_message;
}

static void
test_echo_init (TestEcho *self)
{
}

#define DEFINE_ECHO(Name, name) \
  typedef struct { TestEcho parent_instance; } Name; \
  typedef struct { TestEchoClass parent_class; } Name##Class; \
  static GType name##_get_type (void); \
  G_DEFINE_FINAL_TYPE (Name, name, TEST_TYPE_ECHO) \
  static void name##_init (Name *self) {}

DEFINE_ECHO (EchoFirst, echo_first)
DEFINE_ECHO (EchoIdle, echo_idle)
DEFINE_ECHO (EchoBoth, echo_both)
DEFINE_ECHO (EchoAtOnce, echo_at_once)
DEFINE_ECHO (EchoUndone, echo_undone)

static void
echo_first_class_init (EchoFirstClass *klass)
{
  thespian_actor_class_set_transient (THESPIAN_ACTOR_CLASS (klass), PERIOD);
}

static void
echo_idle_class_init (EchoIdleClass *klass)
{
  thespian_actor_class_set_transient_idle (THESPIAN_ACTOR_CLASS (klass), PERIOD);
}

static void
echo_both_class_init (EchoBothClass *klass)
{
  thespian_actor_class_set_transient_idle (THESPIAN_ACTOR_CLASS (klass), PERIOD);
  thespian_actor_class_set_transient (THESPIAN_ACTOR_CLASS (klass), G_MAXINT64);
}

static void
echo_at_once_class_init (EchoAtOnceClass *klass)
{
  thespian_actor_class_set_transient (THESPIAN_ACTOR_CLASS (klass), 0);
}

static void
echo_undone_class_init (EchoUndoneClass *klass)
{
  thespian_actor_class_set_transient (THESPIAN_ACTOR_CLASS (klass), 0);
  thespian_actor_class_set_transient (THESPIAN_ACTOR_CLASS (klass), -1);
}

static void
say (ThespianActorSystem *system,
     ThespianAddress     *echo)
{
  g_autofree char *heard = pattern_take_text (pattern_ask_text (system, echo, "hello"));

  g_assert_cmpstr (heard, ==, "hello");
}

/* Talks to @echo until it is gone; returns how long that took. */
static GTimeSpan
talk_to_the_end (ThespianActorSystem *system,
                 ThespianAddress     *echo)
{
  gint64 begin = g_get_monotonic_time ();

  say (system, echo);
  for (;;)
    {
      g_auto (GValue) message = G_VALUE_INIT;
      g_autoptr (GError) error = NULL;
      GValue *heard;

      g_value_init (&message, G_TYPE_STRING);
      g_value_set_static_string (&message, "hello");
      heard = thespian_actor_system_ask (system, echo, &message, PATTERN_TEST_LIMIT, NULL, &error);
      g_assert_no_error (error);
      if (heard == NULL)
        return g_get_monotonic_time () - begin;
      thespian_value_free (heard);
      pattern_wait (system);
      g_assert_cmpint (g_get_monotonic_time () - begin, <, PATTERN_TEST_LIMIT);
    }
}

static void
test_first (ThespianActorSystem *system)
{
  g_autoptr (ThespianAddress) echo = pattern_create (system, echo_first_get_type (), NULL);
  gint64 begin = g_get_monotonic_time ();

  say (system, echo);
  pattern_await_end (system, echo);
  g_assert_cmpint (g_get_monotonic_time () - begin, >=, PERIOD - GRAIN);
}

/* More messages do not make it live longer. */
static void
test_first_busy (ThespianActorSystem *system)
{
  g_autoptr (ThespianAddress) echo = pattern_create (system, echo_first_get_type (), NULL);

  g_assert_cmpint (talk_to_the_end (system, echo), >=, PERIOD - GRAIN);
}

static void
test_at_once (ThespianActorSystem *system)
{
  g_autoptr (ThespianAddress) echo = pattern_create (system, echo_at_once_get_type (), NULL);

  say (system, echo);
  pattern_await_end (system, echo);
}

static void
await_idle_end (ThespianActorSystem *system,
                GType                type)
{
  g_autoptr (ThespianAddress) echo = pattern_create (system, type, NULL);
  gint64 begin = g_get_monotonic_time ();
  gint64 last;

  do
    {
      last = g_get_monotonic_time ();
      say (system, echo);
      pattern_wait (system);
    }
  while (last - begin < 2 * PERIOD);

  pattern_await_end (system, echo);
  g_assert_cmpint (g_get_monotonic_time () - last, >=, PERIOD - GRAIN);
}

/* It lives as long as there is something to do, and then its period more. */
static void
test_idle (ThespianActorSystem *system)
{
  await_idle_end (system, echo_idle_get_type ());
}

/* Both at once, and the longer one does no harm. */
static void
test_both (ThespianActorSystem *system)
{
  await_idle_end (system, echo_both_get_type ());
}

/* Without a message, or when its class took it back, an actor outlives the others. */
static void
test_stays (ThespianActorSystem *system)
{
  g_autoptr (ThespianAddress) unused_first = NULL;
  g_autoptr (ThespianAddress) unused_idle = NULL;
  g_autoptr (ThespianAddress) undone = pattern_create (system, echo_undone_get_type (), NULL);
  g_autoptr (ThespianAddress) echo = pattern_create (system, echo_idle_get_type (), NULL);

  unused_first = pattern_create (system, echo_first_get_type (), NULL);
  unused_idle = pattern_create (system, echo_idle_get_type (), NULL);
  g_assert_true (pattern_is_alive (system, unused_first));
  g_assert_true (pattern_is_alive (system, unused_idle));
  say (system, undone);
  say (system, echo);
  pattern_await_end (system, echo);
  g_assert_true (pattern_is_alive (system, unused_first));
  g_assert_true (pattern_is_alive (system, unused_idle));
  g_assert_true (pattern_is_alive (system, undone));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  pattern_add ("/transient/first", test_first);
  pattern_add ("/transient/first-busy", test_first_busy);
  pattern_add ("/transient/at-once", test_at_once);
  pattern_add ("/transient/idle", test_idle);
  pattern_add ("/transient/both", test_both);
  pattern_add ("/transient/stays", test_stays);

  return g_test_run ();
}
