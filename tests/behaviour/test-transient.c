/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "behaviour-actors.h"
#include "behaviour-puppet.h"

#define PERIOD (300 * G_TIME_SPAN_MILLISECOND)
#define IDLE_PERIOD G_TIME_SPAN_SECOND

typedef struct
{
  ThespianActor parent_instance;
} Mayfly;

static gboolean
mayfly_receive (ThespianActor   *actor,
                const GValue    *message,
                ThespianAddress *sender,
                GError         **error)
{
  if (behaviour_object (message, THESPIAN_TYPE_SYSTEM_MESSAGE) != NULL)
    return TRUE;
  return thespian_actor_send (actor, sender, message, error);
}

BEHAVIOUR_ACTOR (Mayfly, mayfly, thespian_actor_class_set_transient (klass, PERIOD);)

#define lodger_receive mayfly_receive
typedef Mayfly Lodger;
BEHAVIOUR_ACTOR (Lodger, lodger, thespian_actor_class_set_transient_idle (klass, IDLE_PERIOD);)

#define classic_receive mayfly_receive
typedef Mayfly Classic;
BEHAVIOUR_ACTOR (Classic,
                 classic,
                 thespian_actor_class_set_transient (klass, THESPIAN_TRANSIENT_PERIOD);)

#define classic_idle_receive mayfly_receive
typedef Mayfly ClassicIdle;
BEHAVIOUR_ACTOR (ClassicIdle, classic_idle,
                 thespian_actor_class_set_transient_idle (klass, THESPIAN_TRANSIENT_IDLE_PERIOD);)

/* A while in the time of the system. */
static void
let_pass (BehaviourFixture *f,
          GTimeSpan         span)
{
  g_autoptr (ThespianAddress) delayed = behaviour_create (f, BEHAVIOUR_TYPE_DELAYED);

  behaviour_assert_probe (f, delayed, behaviour_delayed_order (span, "passed"), "passed");
  behaviour_end (f, delayed);
}

static gboolean
does_answer (BehaviourFixture *f,
             ThespianAddress  *actor)
{
  g_autoptr (BehaviourReply) reply = behaviour_probe (f, actor, behaviour_string ("there?"));

  return reply != NULL;
}

static void
assert_ends_after (BehaviourFixture *f,
                   GType             type,
                   GTimeSpan         period)
{
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  g_autoptr (ThespianAddress) actor = puppet_create (f, puppet, type);
  g_autoptr (GPtrArray) records = NULL;
  gint64 start = g_get_monotonic_time ();

  g_assert_true (does_answer (f, actor));
  puppet_assert (f, puppet, "child-exited", NULL);
  records = puppet_wait (f, puppet, 1);
  g_assert_cmpint (puppet_record (records, 0)->at - start, >=, period);
  behaviour_assert_dead (f, actor);
}

static void
test_transient (BehaviourFixture *f)
{
  assert_ends_after (f, mayfly_get_type (), PERIOD);
}

static void
test_not_extended (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) mayfly = behaviour_create (f, mayfly_get_type ());
  gint64 end = g_get_monotonic_time () + behaviour_limit ();

  while (does_answer (f, mayfly))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      let_pass (f, PERIOD / 20);
    }
}

static void
test_idle (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) lodger = behaviour_create (f, lodger_get_type ());
  gint64 start = g_get_monotonic_time ();

  while (g_get_monotonic_time () < start + 2 * IDLE_PERIOD)
    {
      g_assert_true (does_answer (f, lodger));
      let_pass (f, IDLE_PERIOD / 20);
    }
  assert_ends_after (f, lodger_get_type (), IDLE_PERIOD);
  behaviour_assert_dead (f, lodger);
}

static void
assert_system_messages_do_not_count (BehaviourFixture *f,
                                     GType             type,
                                     GTimeSpan         period)
{
  g_autoptr (ThespianAddress) actor = behaviour_create (f, type);

  /* They neither begin its life's period … */
  behaviour_assert_alive (f, actor);
  let_pass (f, 2 * period);
  behaviour_assert_alive (f, actor);

  /* … nor make it longer: this asks for its status all the time. */
  g_assert_true (does_answer (f, actor));
  behaviour_assert_dead (f, actor);
}

static void
test_system_messages (BehaviourFixture *f)
{
  assert_system_messages_do_not_count (f, mayfly_get_type (), PERIOD);
  assert_system_messages_do_not_count (f, lodger_get_type (), IDLE_PERIOD);
}

static void
test_no_message (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) mayfly = behaviour_create (f, mayfly_get_type ());
  g_autoptr (ThespianAddress) lodger = behaviour_create (f, lodger_get_type ());

  let_pass (f, IDLE_PERIOD + PERIOD);
  g_assert_true (does_answer (f, mayfly));
  g_assert_true (does_answer (f, lodger));
}

static void
test_default_period (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  g_autoptr (ThespianAddress) classic = puppet_create (f, puppet, classic_get_type ());
  g_autoptr (ThespianAddress) classic_idle = puppet_create (f, puppet, classic_idle_get_type ());
  g_autoptr (GPtrArray) records = NULL;
  gint64 start = g_get_monotonic_time ();

  g_assert_cmpint (THESPIAN_TRANSIENT_PERIOD, ==, 10 * G_TIME_SPAN_SECOND);
  g_assert_cmpint (THESPIAN_TRANSIENT_IDLE_PERIOD, ==, 10 * G_TIME_SPAN_SECOND);
  g_assert_true (does_answer (f, classic));
  g_assert_true (does_answer (f, classic_idle));
  records = puppet_wait (f, puppet, 2);
  g_assert_cmpint (puppet_record (records, 0)->at - start, >=, 10 * G_TIME_SPAN_SECOND);
}

int
main (int    argc,
      char **argv)
{
  behaviour_test_init (&argc, &argv);

  behaviour_test ("TRANSIENT-1", "transient", test_transient);
  behaviour_test ("TRANSIENT-2", "idle", test_idle);
  behaviour_test ("TRANSIENT-3", "system-messages", test_system_messages);
  behaviour_test ("TRANSIENT-4", "no-message", test_no_message);
  behaviour_test_with ("TRANSIENT-5", "default-period", NULL, 0, test_default_period);
  behaviour_test ("TRANSIENT-6", "not-extended", test_not_extended);

  return g_test_run ();
}
