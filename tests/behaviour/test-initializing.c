/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "behaviour-actors.h"
#include "behaviour-puppet.h"

/* Awaits the address of a reporter and a text; then tells the reporter whatever it gets. Before, it
 * answers senders. */
typedef struct
{
  ThespianActor parent_instance;
} Novice;

static ThespianAddress *
novice_get_reporter (ThespianActor *actor)
{
  const GValue *value = thespian_actor_get_initializing_message (actor, "reporter");

  return value != NULL ? g_value_get_object (value) : NULL;
}

static gboolean
novice_receive (ThespianActor   *actor,
                const GValue    *message,
                ThespianAddress *sender,
                GError         **error)
{
  g_autofree char *text = behaviour_describe (message);
  g_autofree char *report =
    g_strdup_printf ("%s%s", thespian_actor_is_initialized (actor) ? "" : "too early: ", text);
  g_autoptr (ThespianAddress) parent = thespian_actor_dup_parent (actor);

  /* Of system messages its parent is told. */
  if (behaviour_object (message, THESPIAN_TYPE_SYSTEM_MESSAGE) != NULL)
    return thespian_actor_send_string (actor, parent, report);
  if (!thespian_actor_is_initialized (actor))
    return thespian_actor_send_string (actor, sender, report);

  return thespian_actor_send_string (actor, novice_get_reporter (actor), report);
}

static gboolean
novice_initialized (ThespianInitializing *initializing,
                    GError              **error)
{
  ThespianActor *actor = THESPIAN_ACTOR (initializing);
  const GValue *text = thespian_actor_get_initializing_message (actor, "text");
  ThespianAddress *sender = thespian_actor_get_initializing_message_sender (actor, "text");
  ThespianAddress *no_sender = thespian_actor_get_initializing_message_sender (actor, "reporter");
  g_autofree char *report = g_strdup_printf ("initialised with %s%s%s", g_value_get_string (text),
                                             sender != NULL ? "" : " of nobody",
                                             no_sender == NULL ? "" : " and a sender too much");

  if (sender != NULL)
    thespian_actor_send_string (actor, sender, "thank you");
  return thespian_actor_send_string (actor, novice_get_reporter (actor), report);
}

static void
novice_initializing_iface_init (ThespianInitializingInterface *iface)
{
  iface->initialized = novice_initialized;
}

typedef ThespianActorClass NoviceClass;
static GType novice_get_type (void);
G_DEFINE_TYPE_WITH_CODE (Novice,
                         novice,
                         THESPIAN_TYPE_ACTOR,
                         G_IMPLEMENT_INTERFACE (THESPIAN_TYPE_INITIALIZING,
                                                novice_initializing_iface_init))
BEHAVIOUR_REGISTER (novice)

static void
novice_class_init (NoviceClass *klass)
{
  klass->receive_message = novice_receive;
  thespian_actor_class_add_initializing_message (klass, "reporter", THESPIAN_TYPE_ADDRESS, FALSE);
  thespian_actor_class_add_initializing_message (klass, "text", G_TYPE_STRING, TRUE);
}

static void
novice_init (Novice *self)
{
}

/* The same, and lets other messages through meanwhile. */
typedef Novice Eager;
typedef NoviceClass EagerClass;
static GType eager_get_type (void);
G_DEFINE_TYPE (Eager, eager, novice_get_type ())
BEHAVIOUR_REGISTER (eager)

static void
eager_class_init (EagerClass *klass)
{
  thespian_actor_class_set_initializing_pass_through (klass, TRUE);
}

static void
eager_init (Eager *self)
{
}

static void
test_kept (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) reporter = puppet_new (f);
  g_autoptr (ThespianAddress) novice = behaviour_create (f, novice_get_type ());

  for (int i = 1; i <= 3; i++)
    behaviour_tell (f, novice, behaviour_int (i));
  behaviour_tell (f, novice, behaviour_string ("a text"));
  for (int i = 4; i <= 6; i++)
    behaviour_tell (f, novice, behaviour_int (i));
  behaviour_tell (f, novice, behaviour_address (reporter));
  behaviour_tell (f, novice, behaviour_int (7));
  behaviour_tell (f, novice, behaviour_string ("another text"));

  puppet_assert (f, reporter, "initialised with a text", "1", "2", "3", "4", "5", "6", "7",
                 "another text", NULL);
  behaviour_assert_listen (f, "thank you");
  behaviour_assert_nothing (f);
}

static void
test_pass_through (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) reporter = puppet_new (f);
  g_autoptr (ThespianAddress) eager = behaviour_create (f, eager_get_type ());

  behaviour_assert_ask (f, eager, behaviour_int (1), "too early: 1");
  behaviour_tell (f, eager, behaviour_string ("a text"));
  behaviour_assert_ask (f, eager, behaviour_int (2), "too early: 2");
  behaviour_tell (f, eager, behaviour_address (reporter));
  behaviour_tell (f, eager, behaviour_int (3));
  puppet_assert (f, reporter, "initialised with a text", "3", NULL);
}

static void
test_system_messages (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  g_autoptr (ThespianAddress) novice = puppet_create (f, puppet, novice_get_type ());

  behaviour_tell (f, novice, behaviour_int (1));
  behaviour_assert_alive (f, novice);
  puppet_send_exit (f, puppet, novice, TRUE);
  puppet_assert (f, puppet, "too early: exit", "child-exited", NULL);
}

int
main (int    argc,
      char **argv)
{
  behaviour_test_init (&argc, &argv);

  behaviour_test ("INIT-1+INIT-2+INIT-5+INIT-6", "kept", test_kept);
  behaviour_test ("INIT-3", "pass-through", test_pass_through);
  behaviour_test ("INIT-4", "system-messages", test_system_messages);

  return g_test_run ();
}
