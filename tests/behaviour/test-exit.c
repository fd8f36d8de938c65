/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "behaviour-actors.h"
#include "behaviour-fifo.h"
#include "behaviour-puppet.h"

#include <unistd.h>

/* Tells its reporter, whose address is the first message, each other message that it gets, with its
 * own label, which is a construction property. On "create LABEL" creates a child of its class,
 * which gets the same reporter. When it handles an exit request it leaves the first letter of its
 * label in its pipe, if it has one; a child has the same. */
typedef struct
{
  ThespianActor parent_instance;
  ThespianAddress *reporter; /* (owned) (nullable) */
  char *label; /* (owned) (nullable) */
  char *path; /* (owned) of the pipe, or empty */
} Witness;

typedef ThespianActorClass WitnessClass;

static GType witness_get_type (void);
G_DEFINE_TYPE (Witness, witness, THESPIAN_TYPE_ACTOR)
BEHAVIOUR_REGISTER (witness)

static gboolean
witness_create_child (Witness         *self,
                      const char      *label,
                      ThespianAddress *asker,
                      GError         **error)
{
  ThespianActor *actor = (ThespianActor *) self;
  g_autoptr (GVariant) properties =
    g_variant_ref_sink (g_variant_new_parsed ("{'label': <%s>, 'path': <%s>}", label, self->path));
  g_autoptr (ThespianAddress) child =
    thespian_actor_create_actor (actor, witness_get_type (), NULL, NULL, properties, error);

  if (child == NULL)
    return FALSE;

  /* The child itself answers, when it knows its reporter: nobody else can send to it before. */
  thespian_actor_send_object (actor, child, G_OBJECT (self->reporter));
  return thespian_actor_send_object (actor, child, G_OBJECT (asker));
}

static gboolean
witness_receive (ThespianActor   *actor,
                 const GValue    *message,
                 ThespianAddress *sender,
                 GError         **error)
{
  Witness *self = (Witness *) actor;
  g_autofree char *text = behaviour_describe (message);
  g_autofree char *report = NULL;

  if (self->reporter == NULL)
    {
      self->reporter = g_value_dup_object (message);
      return TRUE;
    }
  if (G_VALUE_HOLDS (message, THESPIAN_TYPE_ADDRESS))
    return thespian_actor_send_object (actor, g_value_get_object (message),
                                       G_OBJECT (thespian_actor_get_address (actor)));
  if (behaviour_after (message, "create ") != NULL)
    return witness_create_child (self, behaviour_after (message, "create "), sender, error);

  if (g_str_equal (text, "exit") && *self->path != '\0')
    behaviour_mark (self->path, *self->label);
  report = g_strdup_printf ("%s:%s", self->label, text);
  return thespian_actor_send_string (actor, self->reporter, report);
}

enum
{
  PROP_LABEL = 1,
  PROP_PATH,
};

static void
witness_set_property (GObject      *object,
                      guint         prop_id,
                      const GValue *value,
                      GParamSpec   *pspec)
{
  Witness *self = (Witness *) object;

  if (prop_id == PROP_LABEL)
    self->label = g_value_dup_string (value);
  else
    self->path = g_value_dup_string (value);
}

static void
witness_finalize (GObject *object)
{
  g_clear_object (&((Witness *) object)->reporter);
  g_free (((Witness *) object)->label);
  g_free (((Witness *) object)->path);
  G_OBJECT_CLASS (witness_parent_class)->finalize (object);
}

static void
witness_class_init (WitnessClass *klass)
{
  klass->receive_message = witness_receive;
  G_OBJECT_CLASS (klass)->set_property = witness_set_property;
  G_OBJECT_CLASS (klass)->finalize = witness_finalize;
  g_object_class_install_property (
    G_OBJECT_CLASS (klass), PROP_LABEL,
    g_param_spec_string ("label", NULL, NULL, "top", G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY));
  g_object_class_install_property (
    G_OBJECT_CLASS (klass), PROP_PATH,
    g_param_spec_string ("path", NULL, NULL, "", G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY));
}

static void
witness_init (Witness *self)
{
}

static ThespianAddress *
witness_new (BehaviourFixture *f,
             ThespianAddress  *reporter)
{
  ThespianAddress *witness = behaviour_create (f, witness_get_type ());

  behaviour_tell (f, witness, behaviour_address (reporter));
  return witness;
}

static ThespianAddress *
witness_create (BehaviourFixture *f,
                ThespianAddress  *witness,
                const char       *label)
{
  g_autofree char *order = g_strdup_printf ("create %s", label);
  g_autoptr (BehaviourReply) reply = behaviour_probe (f, witness, behaviour_string (order));

  g_assert_nonnull (reply);
  return g_value_dup_object (reply);
}

static void
test_delivered (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) reporter = puppet_new (f);
  g_autoptr (ThespianAddress) witness = witness_new (f, reporter);

  behaviour_tell (f, witness, behaviour_string ("before"));
  behaviour_tell (f, witness, behaviour_exit ());
  behaviour_tell (f, witness, behaviour_string ("after"));
  puppet_assert (f, reporter, "top:before", "top:exit", NULL);
  behaviour_assert_dead (f, witness);

  puppet_send (f, reporter, reporter, "fence");
  puppet_assert (f, reporter, "top:before", "top:exit", "fence", NULL);
}

static void
test_recursive (BehaviourFixture *f)
{
  static const char expected[] = { 't', 'c', 'g' };
  g_autoptr (BehaviourFifo) marks = behaviour_fifo_new ();
  g_autofree char *properties = g_strdup_printf ("{'path': <'%s'>}", marks->path);
  g_autoptr (ThespianAddress) reporter = puppet_new (f);
  g_autoptr (ThespianAddress) top =
    behaviour_create_full (f, witness_get_type (), NULL, NULL, properties);
  g_autoptr (ThespianAddress) child = NULL;
  g_autoptr (ThespianAddress) grandchild = NULL;

  behaviour_tell (f, top, behaviour_address (reporter));
  child = witness_create (f, top, "child");
  grandchild = witness_create (f, child, "grandchild");
  behaviour_end (f, top);
  behaviour_assert_dead (f, child);
  behaviour_assert_dead (f, grandchild);
  puppet_assert_any_order (f, reporter, "top:exit", "child:exit", "grandchild:exit", NULL);

  /* Each asked its children when it had handled its own request. What they tell another comes in
   * the order of each alone; what they leave in the pipe, in that of all. */
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      char mark = 0;

      g_assert_cmpint (read (marks->fd, &mark, 1), ==, 1);
      g_assert_cmpint (mark, ==, expected[i]);
    }
}

/* Waits until the puppet has been told that @child exited. */
static void
wait_for_exit (BehaviourFixture *f,
               ThespianAddress  *puppet,
               ThespianAddress  *child)
{
  for (guint n = 1;; n++)
    {
      g_autoptr (GPtrArray) records = puppet_wait (f, puppet, n);

      for (guint i = 0; i < records->len; i++)
        if (g_str_equal (puppet_record (records, i)->text, "child-exited")
            && puppet_record (records, i)->about == child)
          return;
      n = records->len;
    }
}

static void
test_waits_for_children (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  g_autoptr (ThespianAddress) top = puppet_create (f, puppet, witness_get_type ());
  g_autoptr (GPtrArray) children = g_ptr_array_new_with_free_func (g_object_unref);

  behaviour_tell (f, top, behaviour_address (puppet));
  for (guint i = 0; i < 20; i++)
    g_ptr_array_add (children, witness_create (f, top, "child"));

  behaviour_tell (f, top, behaviour_exit ());
  wait_for_exit (f, puppet, top);

  /* When the parent's end is told, its children have ended. */
  for (guint i = 0; i < children->len; i++)
    {
      g_autoptr (BehaviourReply) reply = behaviour_probe (
        f, g_ptr_array_index (children, i), behaviour_take (thespian_status_request_new ()));

      g_assert_null (reply);
    }
}

static void
test_not_recursive (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  g_autoptr (ThespianAddress) middle = puppet_create (f, puppet, BEHAVIOUR_TYPE_PUPPET);
  g_autoptr (ThespianAddress) child = puppet_create (f, middle, BEHAVIOUR_TYPE_PUPPET);
  g_autoptr (ThespianAddress) parent = NULL;

  puppet_send_exit (f, puppet, middle, FALSE);
  puppet_assert (f, puppet, "child-exited", NULL);
  behaviour_assert_dead (f, middle);
  behaviour_assert_alive (f, child);

  parent = puppet_get_parent (f, child);
  g_assert_true (parent == thespian_actor_system_get_admin_address (f->system));

  /* Whom the end of the orphan is told to: nobody. */
  behaviour_end (f, child);
  puppet_send (f, puppet, puppet, "fence");
  puppet_assert (f, puppet, "child-exited", "fence", NULL);
}

static void
test_told_once (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  g_autoptr (ThespianAddress) one = puppet_create (f, puppet, BEHAVIOUR_TYPE_SILENT);
  g_autoptr (ThespianAddress) two = puppet_create (f, puppet, BEHAVIOUR_TYPE_SILENT);
  g_autoptr (GPtrArray) records = NULL;

  /* Twice from inside and once from outside. */
  puppet_send_exit (f, puppet, one, TRUE);
  puppet_send_exit (f, puppet, one, TRUE);
  behaviour_tell (f, one, behaviour_exit ());
  puppet_assert (f, puppet, "child-exited", NULL);
  puppet_send_exit (f, puppet, two, FALSE);
  puppet_assert (f, puppet, "child-exited", "child-exited", NULL);
  puppet_send (f, puppet, puppet, "fence");
  puppet_assert (f, puppet, "child-exited", "child-exited", "fence", NULL);

  records = puppet_wait (f, puppet, 3);
  g_assert_true (puppet_record (records, 0)->about == one);
  g_assert_true (puppet_record (records, 1)->about == two);
}

/* On a number, creates a child, sends it an exit request and so many messages behind it. */
typedef struct
{
  ThespianActor parent_instance;
} Tyrant;

static gboolean
tyrant_receive (ThespianActor   *actor,
                const GValue    *message,
                ThespianAddress *sender,
                GError         **error)
{
  g_autoptr (ThespianAddress) child = NULL;
  g_autoptr (BehaviourMessage) request = NULL;

  if (!G_VALUE_HOLDS_INT (message))
    return TRUE;

  child = thespian_actor_create_actor (actor, BEHAVIOUR_TYPE_ECHO, NULL, NULL, NULL, error);
  if (child == NULL)
    return FALSE;

  request = behaviour_exit ();
  thespian_actor_send (actor, child, request, error);
  for (int i = 1; i <= g_value_get_int (message); i++)
    thespian_actor_send_int (actor, child, i);

  return TRUE;
}

BEHAVIOUR_ACTOR (Tyrant, tyrant)

static void
test_queued (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) clerk = puppet_new (f);
  g_autoptr (ThespianAddress) tyrant = behaviour_create (f, tyrant_get_type ());
  g_autoptr (GPtrArray) records = NULL;

  puppet_dead_letters (f, clerk, TRUE);
  behaviour_tell (f, tyrant, behaviour_int (100));

  records = puppet_wait (f, clerk, 100);
  g_assert_cmpuint (records->len, ==, 100);
  for (guint i = 0; i < records->len; i++)
    {
      g_autofree char *expected = g_strdup_printf ("dead(%u)", i + 1);

      g_assert_cmpstr (puppet_record (records, i)->text, ==, expected);
    }
}

/* Sends itself an exit request on the word "die". */
typedef struct
{
  ThespianActor parent_instance;
} Romeo;

static gboolean
romeo_receive (ThespianActor   *actor,
               const GValue    *message,
               ThespianAddress *sender,
               GError         **error)
{
  g_autoptr (BehaviourMessage) request = NULL;
  g_autoptr (ThespianAddress) parent = thespian_actor_dup_parent (actor);
  ThespianAddress *me = thespian_actor_get_address (actor);

  if (behaviour_is (message, "die"))
    {
      request = behaviour_exit ();
      return thespian_actor_send (actor, me, request, error)
             && thespian_actor_send_string (actor, sender, "I die");
    }
  if (behaviour_object (message, THESPIAN_TYPE_ACTOR_EXIT_REQUEST) != NULL && sender == me)
    return thespian_actor_send_string (actor, parent, "with a kiss");

  return TRUE;
}

BEHAVIOUR_ACTOR (Romeo, romeo)

static void
test_self (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  g_autoptr (ThespianAddress) romeo = puppet_create (f, puppet, romeo_get_type ());

  puppet_send (f, puppet, romeo, "die");
  puppet_assert (f, puppet, "I die", "with a kiss", "child-exited", NULL);
}

static guint
count_texts (GPtrArray  *records,
             const char *text)
{
  guint n = 0;

  for (guint i = 0; i < records->len; i++)
    n += g_str_equal (puppet_record (records, i)->text, text);

  return n;
}

/* An actor that waits for its children's ends may get another exit request meanwhile. */
static void
test_twice (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) reporter = puppet_new (f);
  g_autoptr (GPtrArray) records = NULL;

  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (ThespianAddress) top = witness_new (f, reporter);
      g_autoptr (ThespianAddress) child = witness_create (f, top, "child");

      behaviour_tell (f, top, behaviour_exit ());
      behaviour_tell (f, top, behaviour_exit_alone ());
      behaviour_tell (f, top, behaviour_exit ());
      behaviour_assert_dead (f, top);
      behaviour_assert_dead (f, child);
    }

  records = puppet_wait (f, reporter, 40);
  g_assert_cmpuint (count_texts (records, "top:exit"), ==, 20);
  g_assert_cmpuint (count_texts (records, "child:exit"), ==, 20);
  g_assert_cmpuint (count_texts (records, "top:exit-alone"), ==, 0);
}

static void
test_sends_at_exit (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) reporter = puppet_new (f);
  g_autoptr (ThespianAddress) witness = witness_new (f, reporter);

  behaviour_tell (f, witness, behaviour_exit ());
  puppet_assert (f, reporter, "top:exit", NULL);
}

static void
test_outside_not_told (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) echo = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);
  g_autoptr (ThespianAddress) other = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);

  behaviour_end (f, echo);
  behaviour_assert_ask (f, other, behaviour_string ("fence"), "fence");
  behaviour_assert_nothing (f);
}

/* Writes to a pipe, whose path is a construction property, when it is finalised. */
typedef struct
{
  ThespianActor parent_instance;
  char *path; /* (owned) (nullable) */
} Testator;

typedef ThespianActorClass TestatorClass;

static GType testator_get_type (void);
G_DEFINE_TYPE (Testator, testator, THESPIAN_TYPE_ACTOR)
BEHAVIOUR_REGISTER (testator)

static gboolean
testator_receive (ThespianActor   *actor,
                  const GValue    *message,
                  ThespianAddress *sender,
                  GError         **error)
{
  return TRUE;
}

static void
testator_set_property (GObject      *object,
                       guint         prop_id,
                       const GValue *value,
                       GParamSpec   *pspec)
{
  ((Testator *) object)->path = g_value_dup_string (value);
}

static void
testator_finalize (GObject *object)
{
  behaviour_mark (((Testator *) object)->path, 'f');
  g_free (((Testator *) object)->path);
  G_OBJECT_CLASS (testator_parent_class)->finalize (object);
}

static void
testator_class_init (TestatorClass *klass)
{
  klass->receive_message = testator_receive;
  G_OBJECT_CLASS (klass)->set_property = testator_set_property;
  G_OBJECT_CLASS (klass)->finalize = testator_finalize;
  g_object_class_install_property (
    G_OBJECT_CLASS (klass), 1,
    g_param_spec_string ("path", NULL, NULL, NULL, G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY));
}

static void
testator_init (Testator *self)
{
}

static gboolean
has_mark (BehaviourFixture *f,
          gpointer          fifo)
{
  return behaviour_fifo_has (fifo);
}

static void
test_finalised (BehaviourFixture *f)
{
  g_autoptr (BehaviourFifo) fifo = behaviour_fifo_new ();
  g_autofree char *properties = g_strdup_printf ("{'path': <'%s'>}", fifo->path);
  g_autoptr (ThespianAddress) testator =
    behaviour_create_full (f, testator_get_type (), NULL, NULL, properties);

  /* The address outlives the actor. */
  g_assert_false (behaviour_fifo_has (fifo));
  behaviour_tell (f, testator, behaviour_exit ());
  behaviour_wait_for (f, has_mark, fifo);
}

int
main (int    argc,
      char **argv)
{
  behaviour_test_init (&argc, &argv);

  behaviour_test ("EXIT-1+EXIT-2", "delivered", test_delivered);
  behaviour_test ("EXIT-3", "recursive", test_recursive);
  behaviour_test ("EXIT-4", "waits-for-children", test_waits_for_children);
  behaviour_test ("EXIT-5+EXIT-6", "not-recursive", test_not_recursive);
  behaviour_test ("EXIT-7", "told-once", test_told_once);
  behaviour_test ("EXIT-8", "queued", test_queued);
  behaviour_test ("EXIT-9", "self", test_self);
  behaviour_test ("EXIT-10", "twice", test_twice);
  behaviour_test ("EXIT-11", "sends-at-exit", test_sends_at_exit);
  behaviour_test ("EXIT-12", "outside-not-told", test_outside_not_told);
  behaviour_test ("EXIT-13", "finalised", test_finalised);

  return g_test_run ();
}
