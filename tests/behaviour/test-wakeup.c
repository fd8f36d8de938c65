/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "behaviour-actors.h"
#include "behaviour-puppet.h"

#define MS G_TIME_SPAN_MILLISECOND

static void
test_order_of_expiry (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) puppet = puppet_new (f);

  puppet_wakeup (f, puppet, 400 * MS, "four");
  puppet_wakeup (f, puppet, 200 * MS, "two");
  puppet_wakeup (f, puppet, 300 * MS, "three");
  puppet_wakeup (f, puppet, 100 * MS, "one");
  puppet_assert (f, puppet, "wakeup(one)", "wakeup(two)", "wakeup(three)", "wakeup(four)", NULL);
}

/* On a number, asks for so many wakeups of one period in one handler, and answers when all came in
 * order. */
typedef struct
{
  ThespianActor parent_instance;
  ThespianAddress *asker; /* (owned) (nullable) */
  int n_expected;
  int n_came;
} Sleeper;

static gboolean
sleeper_receive (ThespianActor   *actor,
                 const GValue    *message,
                 ThespianAddress *sender,
                 GError         **error)
{
  Sleeper *self = (Sleeper *) actor;
  ThespianWakeupMessage *wakeup = behaviour_object (message, THESPIAN_TYPE_WAKEUP_MESSAGE);

  if (wakeup != NULL)
    {
      if (g_value_get_int (thespian_wakeup_message_get_payload (wakeup)) != ++self->n_came)
        thespian_actor_send_string (actor, self->asker, "out of order");
      else if (self->n_came == self->n_expected)
        thespian_actor_send_string (actor, self->asker, "in order");
    }
  else if (G_VALUE_HOLDS_INT (message))
    {
      self->n_expected = g_value_get_int (message);
      g_set_object (&self->asker, sender);
      for (int i = 1; i <= self->n_expected; i++)
        {
          g_autoptr (BehaviourMessage) payload = behaviour_int (i);

          thespian_actor_wakeup_after (actor, 0, payload);
        }
    }

  return TRUE;
}

static void
sleeper_finalize (GObject *object)
{
  g_clear_object (&((Sleeper *) object)->asker);
  G_OBJECT_CLASS (g_type_class_peek (THESPIAN_TYPE_ACTOR))->finalize (object);
}

BEHAVIOUR_ACTOR (Sleeper, sleeper, G_OBJECT_CLASS (klass)->finalize = sleeper_finalize;)

static void
test_order_of_request (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) sleeper = behaviour_create (f, sleeper_get_type ());

  behaviour_assert_ask (f, sleeper, behaviour_int (2000), "in order");
}

static void
test_attributes (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  g_autoptr (GPtrArray) records = NULL;

  puppet_wakeup (f, puppet, 30 * MS, NULL);
  puppet_wakeup (f, puppet, 60 * MS, "payload");
  puppet_assert (f, puppet, "wakeup", "wakeup(payload)", NULL);

  records = puppet_wait (f, puppet, 2);
  g_assert_cmpint (puppet_record (records, 0)->delay, ==, 30 * MS);
  g_assert_cmpint (puppet_record (records, 1)->delay, ==, 60 * MS);
  g_assert_true (puppet_record (records, 0)->sender == puppet);
  g_assert_true (puppet_record (records, 1)->sender == puppet);
}

static void
test_cancel (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  guint64 first = puppet_wakeup (f, puppet, 200 * MS, "first");
  guint64 second = puppet_wakeup (f, puppet, 250 * MS, "second");
  guint64 third = puppet_wakeup (f, puppet, 300 * MS, "third");

  g_assert_cmpuint (first, !=, second);
  g_assert_true (puppet_cancel (f, puppet, second));
  g_assert_false (puppet_cancel (f, puppet, second));
  puppet_assert (f, puppet, "wakeup(first)", "wakeup(third)", NULL);
  g_assert_false (puppet_cancel (f, puppet, first));
  g_assert_false (puppet_cancel (f, puppet, third));
  g_assert_false (puppet_cancel (f, puppet, third + 1000));
  g_assert_false (puppet_cancel (f, puppet, 0));
}

/* Asks for a wakeup that is due at once, and one behind it, and cancels the first when both are
 * due: it may be in the mailbox by then, but it is not delivered. */
typedef struct
{
  ThespianActor parent_instance;
  ThespianAddress *asker; /* (owned) (nullable) */
  guint64 first;
} Waverer;

static gboolean
waverer_receive (ThespianActor   *actor,
                 const GValue    *message,
                 ThespianAddress *sender,
                 GError         **error)
{
  Waverer *self = (Waverer *) actor;
  g_autoptr (BehaviourMessage) first = behaviour_string ("first");
  g_autoptr (BehaviourMessage) second = behaviour_string ("second");
  g_autofree char *text = behaviour_describe (message);

  if (behaviour_is (message, "start"))
    {
      g_set_object (&self->asker, sender);
      self->first = thespian_actor_wakeup_after (actor, 0, first);
      thespian_actor_wakeup_after (actor, 1, second);
      g_usleep (5000);
      thespian_actor_cancel_wakeup (actor, self->first);
      return TRUE;
    }

  return behaviour_object (message, THESPIAN_TYPE_WAKEUP_MESSAGE) == NULL
         || thespian_actor_send_string (actor, self->asker, text);
}

static void
waverer_finalize (GObject *object)
{
  g_clear_object (&((Waverer *) object)->asker);
  G_OBJECT_CLASS (g_type_class_peek (THESPIAN_TYPE_ACTOR))->finalize (object);
}

BEHAVIOUR_ACTOR (Waverer, waverer, G_OBJECT_CLASS (klass)->finalize = waverer_finalize;)

static void
test_cancel_due (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) waverer = behaviour_create (f, waverer_get_type ());

  behaviour_assert_ask (f, waverer, behaviour_string ("start"), "wakeup(second)");
}

static void
test_several (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) one = puppet_new (f);
  g_autoptr (ThespianAddress) two = puppet_new (f);

  for (guint i = 0; i < 20; i++)
    {
      puppet_wakeup (f, one, 20 * MS, NULL);
      puppet_wakeup (f, two, 10 * MS, NULL);
    }
  g_ptr_array_unref (puppet_wait (f, one, 20));
  g_ptr_array_unref (puppet_wait (f, two, 20));
}

static void
test_not_before (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) puppet = puppet_new (f);

  for (guint i = 1; i <= 10; i++)
    {
      gint64 start = g_get_monotonic_time ();
      g_autoptr (GPtrArray) records = NULL;

      puppet_wakeup (f, puppet, i * 7 * MS + 13, NULL);
      records = puppet_wait (f, puppet, i);
      g_assert_cmpint (puppet_record (records, i - 1)->at - start, >=, i * 7 * MS + 13);
    }
}

static void
test_meanwhile (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  g_autoptr (ThespianAddress) echo = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);

  puppet_wakeup (f, puppet, 500 * MS, "later");
  puppet_send (f, puppet, echo, "meanwhile");
  puppet_assert (f, puppet, "meanwhile", "wakeup(later)", NULL);
}

/* Asks for a wakeup at once, and sends itself a message before and behind that. */
typedef struct
{
  ThespianActor parent_instance;
  ThespianAddress *asker; /* (owned) (nullable) */
  gboolean inside;
} Hasty;

static gboolean
hasty_receive (ThespianActor   *actor,
               const GValue    *message,
               ThespianAddress *sender,
               GError         **error)
{
  Hasty *self = (Hasty *) actor;

  if (behaviour_object (message, THESPIAN_TYPE_WAKEUP_MESSAGE) != NULL)
    return thespian_actor_send_string (actor, self->asker,
                                       self->inside ? "inside a handler" : "afterwards");
  if (!behaviour_is (message, "start"))
    return TRUE;

  g_set_object (&self->asker, sender);
  self->inside = TRUE;
  thespian_actor_wakeup_after (actor, 0, NULL);
  g_usleep (1000);
  self->inside = FALSE;

  return TRUE;
}

static void
hasty_finalize (GObject *object)
{
  g_clear_object (&((Hasty *) object)->asker);
  G_OBJECT_CLASS (g_type_class_peek (THESPIAN_TYPE_ACTOR))->finalize (object);
}

BEHAVIOUR_ACTOR (Hasty, hasty, G_OBJECT_CLASS (klass)->finalize = hasty_finalize;)

static void
test_zero (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) hasty = behaviour_create (f, hasty_get_type ());

  behaviour_assert_ask (f, hasty, behaviour_string ("start"), "afterwards");
}

static void
test_exited (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) clerk = puppet_new (f);
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  g_autoptr (ThespianAddress) dead = NULL;

  puppet_dead_letters (f, clerk, TRUE);
  puppet_wakeup (f, puppet, 50 * MS, "never");
  puppet_wakeup (f, clerk, 200 * MS, "fence");
  behaviour_end (f, puppet);
  puppet_assert (f, clerk, "wakeup(fence)", NULL);
}

int
main (int    argc,
      char **argv)
{
  behaviour_test_init (&argc, &argv);

  behaviour_test ("WAKE-1", "order-of-expiry", test_order_of_expiry);
  behaviour_test ("WAKE-2", "order-of-request", test_order_of_request);
  behaviour_test ("WAKE-3+WAKE-4+WAKE-5", "attributes", test_attributes);
  behaviour_test ("WAKE-6+WAKE-11", "cancel", test_cancel);
  behaviour_test ("WAKE-6", "cancel-due", test_cancel_due);
  behaviour_test ("WAKE-7", "several", test_several);
  behaviour_test ("WAKE-8", "not-before", test_not_before);
  behaviour_test ("WAKE-9", "meanwhile", test_meanwhile);
  behaviour_test ("WAKE-10", "zero", test_zero);
  behaviour_test ("WAKE-12", "exited", test_exited);

  return g_test_run ();
}
