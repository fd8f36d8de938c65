/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "behaviour-actors.h"
#include "behaviour-puppet.h"

static void
test_base_name (BehaviourFixture *f)
{
  g_autoptr (GError) error = NULL;
  ThespianActorSystem *system =
    thespian_actor_system_new ("noSuchBase", NULL, g_variant_new_boolean (FALSE),
                               THESPIAN_ACTOR_SYSTEM_TRANSIENT_UNIQUE, &error);

  g_assert_null (system);
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_UNKNOWN_BASE);
  g_assert_nonnull (strstr (error->message, "noSuchBase"));
}

static void
test_capabilities (BehaviourFixture *f)
{
  const char *wrong[] = { "'Lit'",
                          "['Lit']",
                          "{'Lit': 'yes'}",
                          "[(1, <2>)]",
                          "{1: <2>}",
                          "{'': <true>}",
                          "{'Mailbox Limit': <'many'>}",
                          "{'Mailbox Limit': <-1>}",
                          "{'Rate Limit': <'fast'>}",
                          "{'Max Queued Transmits': <1.5>}",
                          "{'Max Queued Bytes': <0>}",
                          "{'Unblock Threshold': <-1>}",
                          "{'Drop Transmits Level': <true>}",
                          "{'Max Message Size': <'1 GiB'>}",
                          "{'Transmit Timeout': <-1.5>}",
                          "{'Exit Grace Period': <'long'>}" };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;
      ThespianActorSystem *system = thespian_actor_system_new (
        f->base, g_variant_new_parsed (wrong[i]), g_variant_new_boolean (FALSE),
        THESPIAN_ACTOR_SYSTEM_TRANSIENT_UNIQUE, &error);

      if (system != NULL)
        g_error ("%s was taken for capabilities", wrong[i]);
      g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_CAPABILITY);
    }
}

/* The module, by whatever path, or the class that is not there. */
static void
assert_names (const char *message,
              const char *specification)
{
  g_auto (GStrv) parts = g_strsplit (specification, ":", -1);
  gboolean named = g_strv_length (parts) == 0;

  for (guint i = 0; parts[i] != NULL; i++)
    {
      const char *slash = strrchr (parts[i], '/');

      named |= strstr (message, slash != NULL ? slash + 1 : parts[i]) != NULL;
    }
  if (!named)
    g_error ("“%s” does not name “%s”", message, specification);
}

static void
test_specification (BehaviourFixture *f)
{
  const char *wrong[] = { "",
                          ":",
                          "NoSuchClass",
                          "nowhere:Nothing",
                          "nowhere:",
                          ":Nothing",
                          "GObject",
                          "behaviour-module:NoSuchClass",
                          "../../etc/passwd:Root",
                          "python:nowhere.nothing:Nobody",
                          "two:colons:Here" };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (ThespianAddress) address = thespian_actor_system_create_actor_by_name (
        f->system, wrong[i], NULL, NULL, NULL, NULL, &error);

      if (address != NULL)
        g_error ("“%s” was taken for a class", wrong[i]);
      g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ACTOR_SPECIFICATION);
      assert_names (error->message, wrong[i]);
    }
}

static void
test_type (BehaviourFixture *f)
{
  const GType wrong[] = { G_TYPE_OBJECT, THESPIAN_TYPE_ACTOR, THESPIAN_TYPE_ADDRESS, G_TYPE_STRING,
                          THESPIAN_TYPE_SYSTEM_MESSAGE };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = behaviour_create_fails (f, wrong[i], NULL, NULL);

      g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ACTOR_SPECIFICATION);
      g_assert_nonnull (strstr (error->message, g_type_name (wrong[i])));
    }
}

/* On "type NAME" creates by the GType of that name, on another text by that specification. Answers
 * with the kind of the error; where the class is looked for in another process, that is the end of
 * the child. */
typedef struct
{
  ThespianActor parent_instance;
  ThespianAddress *asker; /* (owned) (nullable) */
} Bungler;

static gboolean
bungler_receive (ThespianActor   *actor,
                 const GValue    *message,
                 ThespianAddress *sender,
                 GError         **ret_error)
{
  Bungler *self = (Bungler *) actor;
  const char *type = behaviour_after (message, "type ");
  g_autoptr (GError) error = NULL;
  g_autoptr (ThespianAddress) child = NULL;

  if (behaviour_object (message, THESPIAN_TYPE_CHILD_ACTOR_EXITED) != NULL)
    return thespian_actor_send_string (actor, self->asker, "invalid");
  if (!G_VALUE_HOLDS_STRING (message))
    return TRUE;

  g_set_object (&self->asker, sender);

  if (type != NULL)
    child =
      thespian_actor_create_actor (actor, g_type_from_name (type), NULL, NULL, NULL, &error);
  else
    child = thespian_actor_create_actor_by_name (actor, g_value_get_string (message), NULL, NULL,
                                                 NULL, &error);

  if (child != NULL)
    return TRUE;
  if (g_error_matches (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ACTOR_SPECIFICATION))
    return thespian_actor_send_string (actor, sender, "invalid");
  return thespian_actor_send_string (actor, sender, error->message);
}

static void
bungler_finalize (GObject *object)
{
  g_clear_object (&((Bungler *) object)->asker);
  G_OBJECT_CLASS (g_type_class_peek (THESPIAN_TYPE_ACTOR))->finalize (object);
}

BEHAVIOUR_ACTOR (Bungler, bungler, G_OBJECT_CLASS (klass)->finalize = bungler_finalize;)

static void
test_inside (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) bungler = behaviour_create (f, bungler_get_type ());

  behaviour_assert_ask (f, bungler, behaviour_string ("type GObject"), "invalid");
  behaviour_assert_ask (f, bungler, behaviour_string ("type ThespianActor"), "invalid");
  behaviour_assert_ask (f, bungler, behaviour_string ("nowhere:Nothing"), "invalid");
  behaviour_assert_ask (f, bungler, behaviour_string ("NoSuchClass"), "invalid");
}

static void
test_token (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) echo = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);
  g_autofree char *token = thespian_address_to_token (echo);
  g_autofree char *longer = g_strconcat (token, "0", NULL);
  g_autofree char *padded = g_strconcat (" ", token, NULL);
  g_autofree char *shorter = g_strndup (token, strlen (token) - 1);
  const char *wrong[] = { "",
                          " ",
                          "garbage",
                          "0",
                          "-1",
                          "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz",
                          "\xff\xfe",
                          longer,
                          padded,
                          shorter };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (ThespianAddress) address = thespian_address_from_token (wrong[i], &error);

      if (address != NULL)
        g_error ("“%s” was taken for a token", wrong[i]);
      g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ACTOR_ADDRESS);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
    }
}

static void
test_variant (BehaviourFixture *f)
{
  const char *wrong[] = { "'text'", "(1, 2)", "(uint64 1, 2)", "()", "[uint64 1, 2]", "@a{sv} {}" };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GVariant) variant = g_variant_ref_sink (g_variant_new_parsed (wrong[i]));
      g_autoptr (GError) error = NULL;
      g_autoptr (ThespianAddress) address = thespian_address_from_variant (variant, &error);

      if (address != NULL)
        g_error ("%s was taken for an address", wrong[i]);
      g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ACTOR_ADDRESS);
    }
}

static void
test_dead_token (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) clerk = puppet_new (f);
  g_autoptr (ThespianAddress) echo = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);
  g_autofree char *token = thespian_address_to_token (echo);
  g_autoptr (GError) error = NULL;
  g_autoptr (ThespianAddress) again = NULL;
  g_autoptr (BehaviourReply) reply = NULL;

  puppet_dead_letters (f, clerk, TRUE);
  behaviour_end (f, echo);
  g_clear_object (&echo);

  /* Whether or not anybody remembers it. */
  again = thespian_address_from_token (token, &error);
  g_assert_no_error (error);
  reply = behaviour_ask (f, again, behaviour_string ("anybody?"));
  g_assert_null (reply);
  puppet_assert (f, clerk, "dead(anybody?)", NULL);
}

static void
test_update (BehaviourFixture *f)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (
    thespian_actor_system_update_capability (f->system, "", g_variant_new_boolean (TRUE), &error));
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_CAPABILITY);
}

/* Accounts: what was sent is what was handled, poisoned and a dead letter. */

/* Its constructor gives no object. */
typedef struct
{
  ThespianActor parent_instance;
} Unborn;

static gboolean
unborn_receive (ThespianActor   *actor,
                const GValue    *message,
                ThespianAddress *sender,
                GError         **error)
{
  return TRUE;
}

static GObject *
unborn_constructor (GType                  type,
                    guint                  n_properties,
                    GObjectConstructParam *properties)
{
  return NULL;
}


/* GObject itself says that a constructor that gives nothing is wrong; that must not end a test. */
static gboolean
not_the_constructor_cb (const char    *domain,
                        GLogLevelFlags level,
                        const char    *message,
                        gpointer       data)
{
  return strstr (message, "Custom constructor") == NULL;
}

/* The class is set up in each process that makes such an actor. */
BEHAVIOUR_ACTOR (Unborn, unborn, G_OBJECT_CLASS (klass)->constructor = unborn_constructor;
                 g_test_log_set_fatal_handler (not_the_constructor_cb, NULL);)

static guint
count_prefix (GPtrArray  *records,
              const char *prefix)
{
  guint n = 0;

  for (guint i = 0; i < records->len; i++)
    n += g_str_has_prefix (puppet_record (records, i)->text, prefix);

  return n;
}

typedef struct
{
  ThespianAddress *puppet;
  ThespianAddress *clerk;
} Accounts;

/* A message to an actor that could not be made was held, and comes back, or was too late and is a
 * dead letter. */
static gboolean
all_is_accounted_for (BehaviourFixture *f,
                      gpointer          data)
{
  const Accounts *accounts = data;
  g_autoptr (GPtrArray) records = puppet_wait (f, accounts->puppet, 0);
  g_autoptr (GPtrArray) dead = puppet_wait (f, accounts->clerk, 0);
  guint n_exits = count_prefix (records, "child-exited");
  guint n_messages = count_prefix (records, "poison") + dead->len;

  g_assert_cmpuint (n_exits, <=, 20);
  g_assert_cmpuint (n_messages, <=, 20 * 6);
  return n_exits == 20 && n_messages == 20 * 6;
}

static void
test_constructor (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) clerk = puppet_new (f);
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  Accounts accounts = { puppet, clerk };

  puppet_dead_letters (f, clerk, TRUE);
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (ThespianAddress) unborn =
        puppet_create_and_send (f, puppet, unborn_get_type (), 5);

      puppet_send (f, puppet, unborn, "late");
    }
  behaviour_wait_for (f, all_is_accounted_for, &accounts);
}

/* Fails on each message. On exit, too. */
typedef struct
{
  ThespianActor parent_instance;
} Hopeless;

static gboolean
hopeless_receive (ThespianActor   *actor,
                  const GValue    *message,
                  ThespianAddress *sender,
                  GError         **error)
{
  behaviour_set_error (error, "hopeless");
  return FALSE;
}

BEHAVIOUR_ACTOR (Hopeless, hopeless)

static void
test_every_message (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  g_autoptr (ThespianAddress) hopeless =
    puppet_create_and_send (f, puppet, hopeless_get_type (), 500);
  g_autoptr (GPtrArray) records = NULL;
  g_autoptr (GPtrArray) later = NULL;

  records = puppet_wait (f, puppet, 500);
  g_assert_cmpuint (records->len, ==, 500);
  for (guint i = 0; i < records->len; i++)
    {
      g_autofree char *expected = g_strdup_printf ("poison(%u)", i + 1);

      g_assert_cmpstr (puppet_record (records, i)->text, ==, expected);
    }

  /* A wakeup, a status request and the end of a child that fail it do no harm either. */
  puppet_send_exit (f, puppet, hopeless, TRUE);
  later = puppet_wait (f, puppet, 501);
  g_assert_cmpstr (puppet_record (later, 500)->text, ==, "child-exited");
  behaviour_assert_dead (f, hopeless);
}

/* Exits by its own request at the Nth number, and fails on that request; the rest of the numbers is
 * behind it. On a variant (child, n) a numberer sends n numbers in one handler. */
typedef struct
{
  ThespianActor parent_instance;
  int n_came;
} Quitter;

static gboolean
quitter_receive (ThespianActor   *actor,
                 const GValue    *message,
                 ThespianAddress *sender,
                 GError         **error)
{
  Quitter *self = (Quitter *) actor;
  g_autoptr (ThespianActorExitRequest) request = NULL;
  g_autoptr (ThespianAddress) parent = thespian_actor_dup_parent (actor);
  g_autofree char *words = NULL;

  if (behaviour_object (message, THESPIAN_TYPE_ACTOR_EXIT_REQUEST) != NULL)
    {
      words = g_strdup_printf ("handled %d", self->n_came);
      thespian_actor_send_string (actor, parent, words);
      behaviour_set_error (error, "does not like to exit");
      return FALSE;
    }

  if (++self->n_came == 50)
    {
      request = thespian_actor_exit_request_new ();
      thespian_actor_send_object (actor, thespian_actor_get_address (actor), G_OBJECT (request));
    }

  return TRUE;
}

BEHAVIOUR_ACTOR (Quitter, quitter)

static void
test_exits_early (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) clerk = puppet_new (f);
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  g_autoptr (ThespianAddress) quitter = NULL;
  g_autoptr (GPtrArray) records = NULL;
  g_autoptr (GPtrArray) dead = NULL;
  int n_handled = 0;

  puppet_dead_letters (f, clerk, TRUE);
  quitter = puppet_create_and_send (f, puppet, quitter_get_type (), 500);
  records = puppet_wait (f, puppet, 2);
  g_assert_cmpuint (records->len, ==, 2);
  g_assert_true (g_str_has_prefix (puppet_record (records, 0)->text, "handled "));
  g_assert_cmpstr (puppet_record (records, 1)->text, ==, "child-exited");

  /* Its request stands behind what had come before. */
  n_handled = atoi (puppet_record (records, 0)->text + strlen ("handled "));
  g_assert_cmpint (n_handled, >=, 50);
  dead = puppet_wait (f, clerk, 500 - n_handled);
  g_assert_cmpuint (dead->len, ==, 500 - n_handled);
}

static void
test_exit_request (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) clerk = puppet_new (f);
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  g_autoptr (ThespianAddress) hopeless = NULL;

  puppet_dead_letters (f, clerk, TRUE);
  hopeless = puppet_create (f, puppet, hopeless_get_type ());
  puppet_send (f, puppet, hopeless, "one");
  puppet_send_exit (f, puppet, hopeless, TRUE);
  puppet_send (f, puppet, hopeless, "two");
  puppet_assert (f, puppet, "poison(one)", "child-exited", NULL);
  puppet_assert (f, clerk, "dead(two)", NULL);
  puppet_send (f, puppet, puppet, "fence");
  puppet_assert (f, puppet, "poison(one)", "child-exited", "fence", NULL);
}

int
main (int    argc,
      char **argv)
{
  behaviour_test_init (&argc, &argv);
  /* Failures that nobody is told of are warned of, and that is no reason to end. */
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);

  behaviour_test ("BAD-1", "base-name", test_base_name);
  behaviour_test ("BAD-2", "capabilities", test_capabilities);
  behaviour_test ("BAD-3", "specification", test_specification);
  behaviour_test ("BAD-4", "type", test_type);
  behaviour_test ("BAD-5", "token", test_token);
  behaviour_test ("BAD-6", "dead-token", test_dead_token);
  behaviour_test ("BAD-7", "constructor", test_constructor);
  behaviour_test ("BAD-8", "every-message", test_every_message);
  behaviour_test ("BAD-9", "exit-request", test_exit_request);
  behaviour_test ("BAD-10", "exits-early", test_exits_early);
  behaviour_test ("BAD-12", "update", test_update);
  behaviour_test ("BAD-13", "inside", test_inside);
  behaviour_test ("BAD-14", "variant", test_variant);

  return g_test_run ();
}
