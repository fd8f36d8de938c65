/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "behaviour-actors.h"
#include "behaviour-puppet.h"

/* Fails on the first sight of the message "1"; answers "log?" with all that its handler was called
 * with. */
typedef struct
{
  ThespianActor parent_instance;
  char *log; /* (owned) (nullable) */
} Moody;

static gboolean
moody_receive (ThespianActor   *actor,
               const GValue    *message,
               ThespianAddress *sender,
               GError         **error)
{
  Moody *self = (Moody *) actor;
  g_autofree char *text = behaviour_describe (message);
  g_autofree char *before = g_steal_pointer (&self->log);

  if (behaviour_object (message, THESPIAN_TYPE_SYSTEM_MESSAGE) != NULL)
    return TRUE;

  if (behaviour_is (message, "log?"))
    return thespian_actor_send_string (actor, sender, before != NULL ? before : "");

  self->log = before != NULL ? g_strconcat (before, " ", text, NULL) : g_strdup (text);
  if (behaviour_is (message, "1") && before == NULL)
    {
      behaviour_set_error (error, "not in the mood");
      return FALSE;
    }

  return TRUE;
}

static void
moody_finalize (GObject *object)
{
  g_free (((Moody *) object)->log);
  G_OBJECT_CLASS (g_type_class_peek (THESPIAN_TYPE_ACTOR))->finalize (object);
}

BEHAVIOUR_ACTOR (Moody, moody, G_OBJECT_CLASS (klass)->finalize = moody_finalize;)

static void
test_again_at_once (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  g_autoptr (ThespianAddress) moody = puppet_create_and_send (f, puppet, moody_get_type (), 3);

  /* The puppet's question comes behind its numbers; no poison comes before the answer. */
  puppet_send (f, puppet, moody, "log?");
  puppet_assert (f, puppet, "1 1 2 3", NULL);
}

static void
test_poison (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  g_autoptr (ThespianAddress) failing = puppet_create (f, puppet, BEHAVIOUR_TYPE_FAILING);
  g_autoptr (GPtrArray) records = NULL;

  puppet_send (f, puppet, failing, "bad apple");
  puppet_assert (f, puppet, "poison(bad apple)", NULL);

  records = puppet_wait (f, puppet, 1);
  g_assert_nonnull (strstr (puppet_record (records, 0)->details, "cannot stand “bad apple”"));
  g_assert_true (puppet_record (records, 0)->sender == failing);
}

static void
test_two_attempts (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  g_autoptr (ThespianAddress) failing = puppet_create (f, puppet, BEHAVIOUR_TYPE_FAILING);

  /* The answer counts the calls of the handler: the actor kept its state over the failures. */
  puppet_send (f, puppet, failing, "bad");
  puppet_send (f, puppet, failing, "good");
  puppet_send (f, puppet, failing, "bad too");
  puppet_send (f, puppet, failing, "better");
  puppet_assert (f, puppet, "poison(bad)", "3: good", "poison(bad too)", "6: better", NULL);
}

/* A message with something in it to change, which does not travel with it. */
typedef struct
{
  GObject parent_instance;
  guint n_marks;
} Note;

typedef GObjectClass NoteClass;

static GType note_get_type (void);
G_DEFINE_TYPE_WITH_CODE (Note, note, G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (THESPIAN_TYPE_SERIALIZABLE, NULL))
BEHAVIOUR_REGISTER (note)

static void
note_class_init (NoteClass *klass)
{
}

static void
note_init (Note *self)
{
}

typedef struct
{
  ThespianActor parent_instance;
} Scribbler;

static gboolean
scribbler_receive (ThespianActor   *actor,
                   const GValue    *message,
                   ThespianAddress *sender,
                   GError         **error)
{
  Note *note = behaviour_object (message, note_get_type ());

  if (note == NULL)
    return TRUE;
  if (++note->n_marks == 2)
    return thespian_actor_send_string (actor, sender, "the mark of the first attempt is there");

  behaviour_set_error (error, "marked");
  return FALSE;
}

BEHAVIOUR_ACTOR (Scribbler, scribbler)

static void
test_same_value (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) scribbler = behaviour_create (f, scribbler_get_type ());

  behaviour_assert_ask (f, scribbler, behaviour_take (g_object_new (note_get_type (), NULL)),
                        "the mark of the first attempt is there");
}

/* Tells its parent that it is about to fail, and fails, when it is asked to exit. */
typedef struct
{
  ThespianActor parent_instance;
} SoreLoser;

static gboolean
sore_loser_receive (ThespianActor   *actor,
                    const GValue    *message,
                    ThespianAddress *sender,
                    GError         **error)
{
  g_autoptr (ThespianAddress) parent = thespian_actor_dup_parent (actor);

  if (behaviour_object (message, THESPIAN_TYPE_ACTOR_EXIT_REQUEST) == NULL)
    return TRUE;

  thespian_actor_send_string (actor, parent, "no!");
  behaviour_set_error (error, "will not go");
  return FALSE;
}

BEHAVIOUR_ACTOR (SoreLoser, sore_loser)

static void
test_exit_request (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  g_autoptr (ThespianAddress) loser = puppet_create (f, puppet, sore_loser_get_type ());

  puppet_send_exit (f, puppet, loser, TRUE);
  puppet_assert (f, puppet, "no!", "child-exited", NULL);
  behaviour_assert_dead (f, loser);

  puppet_send (f, puppet, puppet, "fence");
  puppet_assert (f, puppet, "no!", "child-exited", "fence", NULL);
}

/* Sends what it is given to its child, a failing actor, and fails on the poison that comes back.
 * Passes on to the parent what the child answers. */
typedef struct
{
  ThespianActor parent_instance;
  ThespianAddress *child; /* (owned) */
} Queasy;

static gboolean
queasy_started (ThespianActor *actor,
                GError       **error)
{
  Queasy *self = (Queasy *) actor;

  self->child =
    thespian_actor_create_actor (actor, BEHAVIOUR_TYPE_FAILING, NULL, NULL, NULL, error);
  return self->child != NULL;
}

static gboolean
queasy_receive (ThespianActor   *actor,
                const GValue    *message,
                ThespianAddress *sender,
                GError         **error)
{
  Queasy *self = (Queasy *) actor;
  g_autoptr (ThespianAddress) parent = thespian_actor_dup_parent (actor);

  if (behaviour_object (message, THESPIAN_TYPE_POISON_MESSAGE) != NULL)
    {
      behaviour_set_error (error, "cannot stomach poison");
      return FALSE;
    }
  if (behaviour_object (message, THESPIAN_TYPE_SYSTEM_MESSAGE) != NULL)
    return TRUE;

  return thespian_actor_send (actor, sender == self->child ? parent : self->child, message, error);
}

static void
queasy_finalize (GObject *object)
{
  g_clear_object (&((Queasy *) object)->child);
  G_OBJECT_CLASS (g_type_class_peek (THESPIAN_TYPE_ACTOR))->finalize (object);
}

BEHAVIOUR_ACTOR (Queasy, queasy, klass->started = queasy_started;
                 G_OBJECT_CLASS (klass)->finalize = queasy_finalize;)

static void
test_poison_of_poison (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  g_autoptr (ThespianAddress) queasy = puppet_create (f, puppet, queasy_get_type ());

  /* The poison of "bad" is behind the queasy actor when "one" has gone to its child and back. A
   * poison of that poison would be before "two" at the child, which counts what it gets. */
  puppet_send (f, puppet, queasy, "bad");
  puppet_send (f, puppet, queasy, "one");
  puppet_assert (f, puppet, "3: one", NULL);
  puppet_send (f, puppet, queasy, "two");
  puppet_assert (f, puppet, "3: one", "4: two", NULL);
}

/* Fails without saying why. */
typedef struct
{
  ThespianActor parent_instance;
} Sullen;

static gboolean
sullen_receive (ThespianActor   *actor,
                const GValue    *message,
                ThespianAddress *sender,
                GError         **error)
{
  return FALSE;
}

BEHAVIOUR_ACTOR (Sullen, sullen)

static void
test_no_error (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) sullen = behaviour_create (f, sullen_get_type ());
  g_autoptr (BehaviourReply) reply = behaviour_ask (f, sullen, behaviour_string ("hello"));
  ThespianPoisonMessage *poison = NULL;

  g_assert_nonnull (reply);
  poison = behaviour_object (reply, THESPIAN_TYPE_POISON_MESSAGE);
  g_assert_nonnull (poison);
  g_assert_nonnull (thespian_poison_message_get_details (poison));
  g_assert_cmpstr (thespian_poison_message_get_details (poison), !=, "");
}

static void
test_poison_outside (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) failing = behaviour_create (f, BEHAVIOUR_TYPE_FAILING);

  behaviour_assert_ask (f, failing, behaviour_string ("bad from outside"),
                        "poison(bad from outside)");
  behaviour_tell (f, failing, behaviour_string ("bad told"));
  behaviour_assert_listen (f, "poison(bad told)");
  behaviour_assert_ask (f, failing, behaviour_string ("good"), "5: good");
}

static void
test_equal (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) failing = behaviour_create (f, BEHAVIOUR_TYPE_FAILING);
  g_autoptr (ThespianAddress) other = behaviour_create (f, BEHAVIOUR_TYPE_FAILING);
  g_autoptr (BehaviourReply) one = behaviour_ask (f, failing, behaviour_string ("bad"));
  g_autoptr (BehaviourReply) two = behaviour_ask (f, other, behaviour_string ("bad"));
  g_autoptr (BehaviourReply) three = behaviour_ask (f, failing, behaviour_string ("bad too"));
  ThespianPoisonMessage *first = NULL;

  g_assert_true (one != NULL && two != NULL && three != NULL);
  first = g_value_get_object (one);
  g_assert_true (thespian_poison_message_equal (first, first));
  g_assert_true (thespian_poison_message_equal (first, g_value_get_object (two)));
  g_assert_false (thespian_poison_message_equal (first, g_value_get_object (three)));
}

/* Neither waits for an answer that will not come. */
static void
test_admin (BehaviourFixture *f)
{
  ThespianAddress *admin = thespian_actor_system_get_admin_address (f->system);
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  g_autoptr (BehaviourReply) reply = behaviour_ask (f, admin, behaviour_string ("hello"));
  g_autoptr (GPtrArray) records = NULL;
  g_autofree char *text = behaviour_describe (reply);

  g_assert_cmpstr (text, ==, "poison(hello)");
  g_assert_nonnull (strstr (thespian_poison_message_get_details (g_value_get_object (reply)), "admin"));

  puppet_send (f, puppet, admin, "hello");
  puppet_send_exit (f, puppet, admin, TRUE);
  records = puppet_wait (f, puppet, 2);
  g_assert_cmpstr (puppet_record (records, 0)->text, ==, "poison(hello)");
  g_assert_true (g_str_has_prefix (puppet_record (records, 1)->text, "poison("));
  g_assert_true (puppet_record (records, 1)->sender == admin);
}

int
main (int    argc,
      char **argv)
{
  behaviour_test_init (&argc, &argv);
  /* Failures that nobody is told of are warned of, and that is no reason to end. */
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);

  behaviour_test ("FAIL-1+FAIL-4", "again-at-once", test_again_at_once);
  behaviour_test ("FAIL-2+FAIL-11+FAIL-12", "poison", test_poison);
  behaviour_test ("FAIL-3+FAIL-6+FAIL-7", "two-attempts", test_two_attempts);
  behaviour_test ("FAIL-5", "same-value", test_same_value);
  behaviour_test ("FAIL-8", "exit-request", test_exit_request);
  behaviour_test ("FAIL-9", "poison-of-poison", test_poison_of_poison);
  behaviour_test ("FAIL-10", "no-error", test_no_error);
  behaviour_test ("FAIL-13", "outside", test_poison_outside);
  behaviour_test ("FAIL-14", "equal", test_equal);
  behaviour_test ("FAIL-20", "admin", test_admin);

  return g_test_run ();
}
