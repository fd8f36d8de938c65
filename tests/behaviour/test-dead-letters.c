/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "behaviour-actors.h"
#include "behaviour-processes.h"
#include "behaviour-puppet.h"

static ThespianAddress *
dead_new (BehaviourFixture *f)
{
  ThespianAddress *dead = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);

  behaviour_end (f, dead);
  return dead;
}

static void
test_envelope (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) clerk = puppet_new (f);
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  g_autoptr (ThespianAddress) dead = dead_new (f);
  g_autoptr (GPtrArray) records = NULL;

  puppet_dead_letters (f, clerk, TRUE);
  puppet_send (f, puppet, dead, "one");
  puppet_send (f, puppet, dead, "two");
  puppet_send_address (f, puppet, dead, clerk);
  puppet_assert (f, clerk, "dead(one)", "dead(two)", "dead(address)", NULL);

  records = puppet_wait (f, clerk, 3);
  for (guint i = 0; i < 3; i++)
    {
      g_assert_true (puppet_record (records, i)->about == dead);
      g_assert_true (puppet_record (records, i)->sender == puppet);
    }
}

static void
test_last_registrant (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) first = puppet_new (f);
  g_autoptr (ThespianAddress) second = puppet_new (f);
  g_autoptr (ThespianAddress) dead = dead_new (f);

  puppet_dead_letters (f, first, TRUE);
  behaviour_tell (f, dead, behaviour_string ("to the first"));
  puppet_assert (f, first, "dead(to the first)", NULL);

  puppet_dead_letters (f, second, TRUE);
  behaviour_tell (f, dead, behaviour_string ("to the second"));
  puppet_assert (f, second, "dead(to the second)", NULL);
  puppet_assert (f, first, "dead(to the first)", NULL);

  /* Whoever registers again is the last again. */
  puppet_dead_letters (f, first, TRUE);
  behaviour_tell (f, dead, behaviour_string ("to the first again"));
  puppet_assert (f, first, "dead(to the first)", "dead(to the first again)", NULL);
  puppet_assert (f, second, "dead(to the second)", NULL);
}

static void
test_deregister (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) clerk = puppet_new (f);
  g_autoptr (ThespianAddress) dead = dead_new (f);
  guint64 n_dead = 0;

  puppet_dead_letters (f, clerk, TRUE);
  behaviour_tell (f, dead, behaviour_string ("kept"));
  puppet_assert (f, clerk, "dead(kept)", NULL);

  puppet_dead_letters (f, clerk, FALSE);
  n_dead = behaviour_count_dead (f);
  behaviour_tell (f, dead, behaviour_string ("dropped"));
  behaviour_wait_dead (f, n_dead + 1);
  puppet_dead_letters (f, clerk, TRUE);
  behaviour_tell (f, dead, behaviour_string ("kept again"));
  puppet_assert (f, clerk, "dead(kept)", "dead(kept again)", NULL);
}

/* A process that ends may still have something to say of what was sent to it meanwhile. */
static void
end_wholly (BehaviourFixture *f,
            ThespianAddress  *actor)
{
  int pid = f->processes ? behaviour_get_pid (f, actor) : 0;

  behaviour_end (f, actor);
  if (f->processes)
    behaviour_assert_gone (f, pid);
}

static void
test_handler_exits (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) first = puppet_new (f);
  g_autoptr (ThespianAddress) second = puppet_new (f);
  g_autoptr (ThespianAddress) dead = dead_new (f);
  guint64 n_dead = 0;

  puppet_dead_letters (f, first, TRUE);
  puppet_dead_letters (f, second, TRUE);
  end_wholly (f, second);
  n_dead = behaviour_count_dead (f);
  behaviour_tell (f, dead, behaviour_string ("dropped"));
  behaviour_tell (f, second, behaviour_string ("dropped too"));
  behaviour_wait_dead (f, n_dead + 2);

  puppet_dead_letters (f, first, TRUE);
  behaviour_tell (f, second, behaviour_string ("kept"));
  puppet_assert (f, first, "dead(kept)", NULL);
}

/* Registers for dead letters and asks itself to exit in one go, with a dead letter behind that. */
typedef struct
{
  ThespianActor parent_instance;
} Charon;

static gboolean
charon_receive (ThespianActor   *actor,
                const GValue    *message,
                ThespianAddress *sender,
                GError         **error)
{
  ThespianAddress *dead = behaviour_object (message, THESPIAN_TYPE_ADDRESS);
  g_autoptr (BehaviourMessage) request = behaviour_exit ();

  if (dead == NULL)
    return TRUE;

  thespian_actor_handle_dead_letters (actor, TRUE);
  thespian_actor_send (actor, thespian_actor_get_address (actor), request, error);
  /* The envelopes of these come behind the exit request. */
  thespian_actor_send_string (actor, dead, "one");
  thespian_actor_send_string (actor, dead, "two");

  return TRUE;
}

BEHAVIOUR_ACTOR (Charon, charon)

/* Waits for the fence at the clerk; nothing that begins with @prefix has come before. */
static void
assert_fence (BehaviourFixture *f,
              ThespianAddress  *clerk,
              const char       *prefix)
{
  for (guint n = 1;; n++)
    {
      g_autoptr (GPtrArray) records = puppet_wait (f, clerk, n);

      for (guint i = 0; i < records->len; i++)
        {
          const char *text = puppet_record (records, i)->text;

          if (g_str_equal (text, "dead(fence)"))
            return;
          if (g_str_has_prefix (text, prefix))
            g_error ("%s is a dead letter", text);
        }
      n = records->len;
    }
}

static void
test_envelope_of_envelope (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) clerk = puppet_new (f);
  g_autoptr (ThespianAddress) charon = behaviour_create (f, charon_get_type ());
  g_autoptr (ThespianAddress) dead = dead_new (f);
  guint64 n_dead = 0;

  /* The clerk is the handler when the envelopes that came for Charon are found undeliverable: were
   * they dead letters, they would come to it, or go round for ever. What Charon sent may come to
   * the clerk itself, where Charon ended before it was found to be undeliverable. */
  n_dead = behaviour_count_dead (f);
  behaviour_tell (f, charon, behaviour_address (dead));
  behaviour_assert_dead (f, charon);
  puppet_dead_letters (f, clerk, TRUE);
  behaviour_wait_dead (f, n_dead + 2);
  behaviour_tell (f, dead, behaviour_string ("fence"));
  assert_fence (f, clerk, "dead(dead(");
}

static void
test_child_exited (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) clerk = puppet_new (f);
  g_autoptr (ThespianAddress) dead = dead_new (f);
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  g_autoptr (GPtrArray) children = g_ptr_array_new_with_free_func (g_object_unref);

  puppet_dead_letters (f, clerk, TRUE);
  for (guint i = 0; i < 10; i++)
    g_ptr_array_add (children, puppet_create (f, puppet, BEHAVIOUR_TYPE_SILENT));

  /* The parent goes and leaves the children, whose ends are then told to nobody. */
  behaviour_tell (f, puppet, behaviour_exit_alone ());
  for (guint i = 0; i < children->len; i++)
    behaviour_end (f, g_ptr_array_index (children, i));
  behaviour_assert_dead (f, puppet);

  behaviour_tell (f, dead, behaviour_string ("fence"));
  puppet_assert (f, clerk, "dead(fence)", NULL);
}

static void
test_from_outside (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) clerk = puppet_new (f);
  g_autoptr (ThespianAddress) dead = dead_new (f);
  g_autoptr (BehaviourReply) reply = NULL;
  g_autoptr (GPtrArray) records = NULL;

  puppet_dead_letters (f, clerk, TRUE);
  behaviour_tell (f, dead, behaviour_string ("told"));
  reply = behaviour_ask (f, dead, behaviour_string ("asked"));
  g_assert_null (reply);
  puppet_assert (f, clerk, "dead(told)", "dead(asked)", NULL);

  records = puppet_wait (f, clerk, 2);
  g_assert_true (puppet_record (records, 0)->about == dead);
}

static void
test_no_handler (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) echo = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);
  g_autoptr (ThespianAddress) pump = behaviour_create (f, BEHAVIOUR_TYPE_PUMP);
  g_autoptr (ThespianAddress) dead = dead_new (f);

  behaviour_assert_ask (f, pump, behaviour_pump_order (dead, 1, 10000), "pumped");
  behaviour_assert_ask (f, echo, behaviour_string ("everything goes on"), "everything goes on");
}

int
main (int    argc,
      char **argv)
{
  behaviour_test_init (&argc, &argv);

  behaviour_test ("DEAD-1+DEAD-9", "envelope", test_envelope);
  behaviour_test ("DEAD-2", "last-registrant", test_last_registrant);
  behaviour_test ("DEAD-3", "deregister", test_deregister);
  behaviour_test ("DEAD-4", "handler-exits", test_handler_exits);
  behaviour_test ("DEAD-5", "envelope-of-envelope", test_envelope_of_envelope);
  behaviour_test ("DEAD-6", "child-exited", test_child_exited);
  behaviour_test ("DEAD-7", "from-outside", test_from_outside);
  behaviour_test ("DEAD-8", "no-handler", test_no_handler);

  return g_test_run ();
}
