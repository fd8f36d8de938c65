/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "behaviour-actors.h"
#include "behaviour-processes.h"
#include "behaviour-puppet.h"

#define N_NUMBERED 1000
#define N_BETWEEN_BREAKS 97
#define BALLAST 20000

static void
test_one_to_one (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) pump = behaviour_create (f, BEHAVIOUR_TYPE_PUMP);
  g_autoptr (ThespianAddress) counter = behaviour_create (f, BEHAVIOUR_TYPE_COUNTER);

  /* Many in one handler, and some in each of many handlers. */
  behaviour_assert_ask (f, pump, behaviour_pump_order (counter, 1, 20000), "pumped");
  for (int i = 0; i < 100; i++)
    behaviour_tell (f, pump, behaviour_pump_order (counter, 20001 + i * 10, 10));
  for (int i = 0; i < 100; i++)
    behaviour_assert_listen (f, "pumped");

  behaviour_assert_becomes (f, counter, "count?", "21000");
}

/* On a number, creates a counter (on another thread when the number is even), sends it half of so
 * many numbers at once, and the rest in its next handler. Passes the count on to the parent. */
typedef struct
{
  ThespianActor parent_instance;
  ThespianAddress *child; /* (owned) (nullable) */
  ThespianAddress *asker; /* (owned) (nullable) */
  int n;
} Nurse;

static gboolean
nurse_receive (ThespianActor   *actor,
               const GValue    *message,
               ThespianAddress *sender,
               GError         **error)
{
  Nurse *self = (Nurse *) actor;
  g_autoptr (GVariant) requirements = NULL;

  if (G_VALUE_HOLDS_INT (message))
    {
      self->n = g_value_get_int (message);
      requirements = self->n % 2 == 0 ? behaviour_parse ("{'Spread': <true>}") : NULL;
      g_set_object (&self->asker, sender);
      self->child = thespian_actor_create_actor (actor, BEHAVIOUR_TYPE_COUNTER, requirements, NULL,
                                                 NULL, error);
      if (self->child == NULL)
        return FALSE;
      for (int i = 1; i <= self->n / 2; i++)
        thespian_actor_send_int (actor, self->child, i);
      return thespian_actor_send_string (actor, thespian_actor_get_address (actor), "rest");
    }

  if (behaviour_is (message, "rest"))
    {
      for (int i = self->n / 2 + 1; i <= self->n; i++)
        thespian_actor_send_int (actor, self->child, i);
      return thespian_actor_send_string (actor, self->child, "count?");
    }

  if (sender == self->child && G_VALUE_HOLDS_STRING (message))
    return thespian_actor_send (actor, self->asker, message, error);

  return TRUE;
}

static void
nurse_finalize (GObject *object)
{
  g_clear_object (&((Nurse *) object)->child);
  g_clear_object (&((Nurse *) object)->asker);
  G_OBJECT_CLASS (g_type_class_peek (THESPIAN_TYPE_ACTOR))->finalize (object);
}

BEHAVIOUR_ACTOR (Nurse, nurse, G_OBJECT_CLASS (klass)->finalize = nurse_finalize;)

static void
test_creation (BehaviourFixture *f)
{
  int n = behaviour_count_actors (f, 50);

  for (int i = 0; i < n; i++)
    {
      g_autoptr (ThespianAddress) nurse = behaviour_create (f, nurse_get_type ());
      g_autofree char *expected = g_strdup_printf ("%d", 200 + i);

      behaviour_assert_ask (f, nurse, behaviour_int (200 + i), expected);
    }
}

/* Counts as a counter does, but fails at the first sight of every tenth number. */
typedef struct
{
  ThespianActor parent_instance;
  int n_came;
  int failed_at;
  gboolean out_of_order;
} Fickle;

static gboolean
fickle_receive (ThespianActor   *actor,
                const GValue    *message,
                ThespianAddress *sender,
                GError         **error)
{
  Fickle *self = (Fickle *) actor;
  g_autofree char *reply = NULL;
  int number = 0;

  if (behaviour_is (message, "count?"))
    {
      reply = g_strdup_printf ("%d%s", self->n_came, self->out_of_order ? " out of order" : "");
      return thespian_actor_send_string (actor, sender, reply);
    }
  if (!G_VALUE_HOLDS_INT (message))
    return TRUE;

  number = g_value_get_int (message);
  if (number % 10 == 0 && self->failed_at != number)
    {
      self->failed_at = number;
      behaviour_set_error (error, "a round number");
      return FALSE;
    }
  self->out_of_order |= number != ++self->n_came;

  return TRUE;
}

BEHAVIOUR_ACTOR (Fickle, fickle)

static void
test_retry (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) pump = behaviour_create (f, BEHAVIOUR_TYPE_PUMP);
  g_autoptr (ThespianAddress) fickle = behaviour_create (f, fickle_get_type ());

  behaviour_assert_ask (f, pump, behaviour_pump_order (fickle, 1, 1000), "pumped");
  behaviour_assert_ask (f, pump, behaviour_pump_order (fickle, 1001, 1000), "pumped");
  behaviour_assert_becomes (f, fickle, "count?", "2000");
}

/* Sends itself as many numbers as it is told, and tells its asker when all came in order. */
typedef struct
{
  ThespianActor parent_instance;
  ThespianAddress *asker; /* (owned) (nullable) */
  int n_expected;
  int n_came;
} Soliloquy;

static gboolean
soliloquy_receive (ThespianActor   *actor,
                   const GValue    *message,
                   ThespianAddress *sender,
                   GError         **error)
{
  Soliloquy *self = (Soliloquy *) actor;
  ThespianAddress *me = thespian_actor_get_address (actor);

  if (!G_VALUE_HOLDS_INT (message))
    return TRUE;

  if (sender != me)
    {
      self->n_expected = g_value_get_int (message);
      g_set_object (&self->asker, sender);
      for (int i = 1; i <= self->n_expected; i++)
        thespian_actor_send_int (actor, me, i);
      return TRUE;
    }

  if (g_value_get_int (message) != ++self->n_came)
    thespian_actor_send_string (actor, self->asker, "out of order");
  else if (self->n_came == self->n_expected)
    thespian_actor_send_string (actor, self->asker, "all came in order");

  return TRUE;
}

static void
soliloquy_finalize (GObject *object)
{
  g_clear_object (&((Soliloquy *) object)->asker);
  G_OBJECT_CLASS (g_type_class_peek (THESPIAN_TYPE_ACTOR))->finalize (object);
}

BEHAVIOUR_ACTOR (Soliloquy, soliloquy, G_OBJECT_CLASS (klass)->finalize = soliloquy_finalize;)

static void
test_self (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) soliloquy = behaviour_create (f, soliloquy_get_type ());

  behaviour_assert_ask (f, soliloquy, behaviour_int (5000), "all came in order");
}

/* Sends numbers to its target, each third one as a variant with an address in it, and an address
 * itself between. */
typedef struct
{
  ThespianActor parent_instance;
} Postman;

static gboolean
postman_receive (ThespianActor   *actor,
                 const GValue    *message,
                 ThespianAddress *sender,
                 GError         **error)
{
  ThespianAddress *target = behaviour_object (message, THESPIAN_TYPE_ADDRESS);
  ThespianAddress *me = thespian_actor_get_address (actor);

  if (target == NULL)
    return TRUE;

  for (int i = 1; i <= 999; i++)
    if (i % 3 == 0)
      thespian_actor_send_variant (actor, target,
                                   g_variant_new ("(i@(tt))", i, thespian_address_to_variant (me)));
    else if (i % 3 == 1)
      thespian_actor_send_object (actor, target, G_OBJECT (me));
    else
      thespian_actor_send_int (actor, target, i);

  return thespian_actor_send_string (actor, sender, "posted");
}

BEHAVIOUR_ACTOR (Postman, postman)

/* Checks what the postman brings. */
typedef struct
{
  ThespianActor parent_instance;
  int n_came;
  gboolean wrong;
} Addressee;

static gboolean
addressee_receive (ThespianActor   *actor,
                   const GValue    *message,
                   ThespianAddress *sender,
                   GError         **error)
{
  Addressee *self = (Addressee *) actor;
  g_autofree char *reply = NULL;
  g_autoptr (GVariant) inner = NULL;
  g_autoptr (ThespianAddress) address = NULL;
  int number = 0;

  if (behaviour_is (message, "count?"))
    {
      reply = g_strdup_printf ("%d%s", self->n_came, self->wrong ? " wrong" : "");
      return thespian_actor_send_string (actor, sender, reply);
    }
  if (behaviour_object (message, THESPIAN_TYPE_SYSTEM_MESSAGE) != NULL)
    return TRUE;

  self->n_came++;
  if (self->n_came % 3 == 0)
    {
      self->wrong |= !G_VALUE_HOLDS_VARIANT (message);
      if (self->wrong)
        return TRUE;
      g_variant_get (g_value_get_variant (message), "(i@(tt))", &number, &inner);
      address = thespian_address_from_variant (inner, error);
      self->wrong |= number != self->n_came || address != sender;
    }
  else if (self->n_came % 3 == 1)
    self->wrong |= behaviour_object (message, THESPIAN_TYPE_ADDRESS) != sender;
  else
    self->wrong |= !G_VALUE_HOLDS_INT (message) || g_value_get_int (message) != self->n_came;

  return TRUE;
}

BEHAVIOUR_ACTOR (Addressee, addressee)

static void
test_addresses (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) postman = behaviour_create (f, postman_get_type ());
  g_autoptr (ThespianAddress) addressee = behaviour_create (f, addressee_get_type ());

  behaviour_assert_ask (f, postman, behaviour_address (addressee), "posted");
  behaviour_assert_becomes (f, addressee, "count?", "999");
}

static void
test_outside (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) counter = behaviour_create (f, BEHAVIOUR_TYPE_COUNTER);

  for (int i = 1; i <= 5000; i++)
    behaviour_tell (f, counter, behaviour_int (i));
  behaviour_assert_becomes (f, counter, "count?", "5000");
}

/* Says some last words to its parent when it is asked to exit. */
typedef struct
{
  ThespianActor parent_instance;
} Dying;

static gboolean
dying_receive (ThespianActor   *actor,
               const GValue    *message,
               ThespianAddress *sender,
               GError         **error)
{
  g_autoptr (ThespianAddress) parent = thespian_actor_dup_parent (actor);

  if (behaviour_object (message, THESPIAN_TYPE_ACTOR_EXIT_REQUEST) == NULL)
    return TRUE;

  thespian_actor_send_string (actor, parent, "et");
  thespian_actor_send_string (actor, parent, "tu");
  return thespian_actor_send_string (actor, parent, "Brute");
}

BEHAVIOUR_ACTOR (Dying, dying)

static void
test_last_words (BehaviourFixture *f)
{
  int n = behaviour_count_actors (f, 50);

  for (int i = 0; i < n; i++)
    {
      g_autoptr (ThespianAddress) puppet = puppet_new (f);
      g_autoptr (ThespianAddress) dying = puppet_create (f, puppet, dying_get_type ());

      behaviour_tell (f, dying, behaviour_exit ());
      puppet_assert (f, puppet, "et", "tu", "Brute", "child-exited", NULL);
    }
}

/* Answers an object with where it stands in memory. */
typedef struct
{
  ThespianActor parent_instance;
} Surveyor;

static gboolean
surveyor_receive (ThespianActor   *actor,
                  const GValue    *message,
                  ThespianAddress *sender,
                  GError         **error)
{
  if (behaviour_object (message, THESPIAN_TYPE_SYSTEM_MESSAGE) != NULL ||
      !G_VALUE_HOLDS_OBJECT (message))
    return TRUE;

  return thespian_actor_send_uint64 (actor, sender, (guint64) (gsize) g_value_get_object (message));
}

BEHAVIOUR_ACTOR (Surveyor, surveyor)

static void
test_shared_object (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) surveyor = behaviour_create (f, surveyor_get_type ());
  g_autoptr (GObject) object = g_object_new (G_TYPE_OBJECT, NULL);
  g_autofree char *expected = g_strdup_printf ("%" G_GUINT64_FORMAT, (guint64) (gsize) object);

  behaviour_assert_ask (f, surveyor, behaviour_take (g_object_ref (object)), expected);
}

/* Sends a value, changes it, and sends it again. */
typedef struct
{
  ThespianActor parent_instance;
} Fidget;

static gboolean
fidget_receive (ThespianActor   *actor,
                const GValue    *message,
                ThespianAddress *sender,
                GError         **error)
{
  GValue value = G_VALUE_INIT;
  char buffer[] = "buffer";

  if (!behaviour_is (message, "fidget"))
    return TRUE;

  g_value_init (&value, G_TYPE_STRING);
  g_value_set_string (&value, "first");
  thespian_actor_send (actor, sender, &value, error);
  g_value_set_string (&value, "second");
  thespian_actor_send (actor, sender, &value, error);
  g_value_unset (&value);

  thespian_actor_send_string (actor, sender, buffer);
  memset (buffer, 'x', sizeof buffer - 1);

  return TRUE;
}

BEHAVIOUR_ACTOR (Fidget, fidget)

static void
test_sender_changes (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) fidget = behaviour_create (f, fidget_get_type ());
  g_autoptr (ThespianAddress) echo = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);
  g_autoptr (BehaviourMessage) message = behaviour_string ("told");
  g_autoptr (GError) error = NULL;

  behaviour_assert_ask (f, fidget, behaviour_string ("fidget"), "first");
  behaviour_assert_listen (f, "second");
  behaviour_assert_listen (f, "buffer");

  g_assert_true (thespian_actor_system_tell (f->system, echo, message, NULL, &error));
  g_value_set_string (message, "changed");
  behaviour_assert_listen (f, "told");
}

/* Takes numbers 1, 2, 3, … of each of several senders. Answers "count?" with how many came, or
 * which were wrong. */
typedef struct
{
  ThespianActor parent_instance;
  GHashTable *counts; /* (owned) (nullable) sender → count */
  int n_came;
  gboolean out_of_order;
} Census;

static gboolean
census_receive (ThespianActor   *actor,
                const GValue    *message,
                ThespianAddress *sender,
                GError         **error)
{
  Census *self = (Census *) actor;
  g_autofree char *reply = NULL;
  int count = 0;

  if (self->counts == NULL)
    self->counts = g_hash_table_new (NULL, NULL);

  if (G_VALUE_HOLDS_INT (message))
    {
      count = GPOINTER_TO_INT (g_hash_table_lookup (self->counts, sender)) + 1;
      g_hash_table_insert (self->counts, sender, GINT_TO_POINTER (count));
      self->n_came++;
      self->out_of_order |= g_value_get_int (message) != count;
    }
  else if (behaviour_is (message, "count?"))
    {
      reply = g_strdup_printf ("%d of %u%s", self->n_came, g_hash_table_size (self->counts),
                               self->out_of_order ? " out of order" : "");
      return thespian_actor_send_string (actor, sender, reply);
    }

  return TRUE;
}

static void
census_finalize (GObject *object)
{
  g_clear_pointer (&((Census *) object)->counts, g_hash_table_unref);
  G_OBJECT_CLASS (g_type_class_peek (THESPIAN_TYPE_ACTOR))->finalize (object);
}

BEHAVIOUR_ACTOR (Census, census, G_OBJECT_CLASS (klass)->finalize = census_finalize;)

static void
test_many_senders (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) census = behaviour_create (f, census_get_type ());
  g_autoptr (GPtrArray) pumps = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < 16; i++)
    g_ptr_array_add (pumps, behaviour_create (f, BEHAVIOUR_TYPE_PUMP));
  for (int i = 0; i < 10; i++)
    for (guint j = 0; j < pumps->len; j++)
      behaviour_tell (f, g_ptr_array_index (pumps, j),
                      behaviour_pump_order (census, 1 + i * 100, 100));
  for (guint i = 0; i < 10 * pumps->len; i++)
    behaviour_assert_listen (f, "pumped");

  behaviour_assert_becomes (f, census, "count?", "16000 of 16");
}

/* On the address of a counter, lets a thread send it numbers; joins the thread when it exits. */
typedef struct
{
  ThespianActor parent_instance;
  GThread *thread; /* (owned) (nullable) */
  ThespianAddress *target; /* (owned) (nullable) */
  ThespianAddress *asker; /* (owned) (nullable) */
} Spinner;

static gpointer
spin (gpointer data)
{
  Spinner *self = data;
  ThespianActor *actor = (ThespianActor *) self;

  for (int i = 1; i <= 5000; i++)
    thespian_actor_send_int (actor, self->target, i);
  thespian_actor_send_string (actor, self->asker, "spun");

  return NULL;
}

static gboolean
spinner_receive (ThespianActor   *actor,
                 const GValue    *message,
                 ThespianAddress *sender,
                 GError         **error)
{
  Spinner *self = (Spinner *) actor;
  ThespianAddress *target = behaviour_object (message, THESPIAN_TYPE_ADDRESS);

  if (target != NULL)
    {
      g_set_object (&self->target, target);
      g_set_object (&self->asker, sender);
      self->thread = g_thread_new ("spinner", spin, self);
    }
  else if (behaviour_object (message, THESPIAN_TYPE_ACTOR_EXIT_REQUEST) != NULL)
    g_clear_pointer (&self->thread, g_thread_join);

  return TRUE;
}

static void
spinner_finalize (GObject *object)
{
  g_clear_object (&((Spinner *) object)->target);
  g_clear_object (&((Spinner *) object)->asker);
  G_OBJECT_CLASS (g_type_class_peek (THESPIAN_TYPE_ACTOR))->finalize (object);
}

BEHAVIOUR_ACTOR (Spinner, spinner, G_OBJECT_CLASS (klass)->finalize = spinner_finalize;)

static void
test_other_thread (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) spinner = behaviour_create (f, spinner_get_type ());
  g_autoptr (ThespianAddress) counter = behaviour_create (f, BEHAVIOUR_TYPE_COUNTER);

  behaviour_assert_ask (f, spinner, behaviour_address (counter), "spun");
  behaviour_assert_becomes (f, counter, "count?", "5000");
}

/* So large that some are always on their way. */
static GVariant *
new_numbered (int number)
{
  g_autofree char *ballast = g_strnfill (BALLAST, 'x');

  return g_variant_new ("(is)", number, ballast);
}

/*
 * Takes what is numbered 1, 2, 3, …, and breaks the connections of its process again and again: what it
 * has not read yet is lost. Answers a text with how many came in their turn. On an address sends so much
 * there, and answers when it has.
 */
typedef struct
{
  ThespianActor parent_instance;
  int n;
} Stumbler;

static void
stumbler_take (Stumbler *self,
               GVariant *message)
{
  int number;

  g_variant_get (message, "(i&s)", &number, NULL);
  if (number == self->n + 1)
    self->n++;
  if (self->n % N_BETWEEN_BREAKS == 0)
    behaviour_break_connections ();
}

static gboolean
stumbler_receive (ThespianActor   *actor,
                  const GValue    *message,
                  ThespianAddress *sender,
                  GError         **error)
{
  Stumbler *self = (Stumbler *) actor;

  if (G_VALUE_HOLDS_STRING (message))
    return thespian_actor_send_int (actor, sender, self->n);
  if (G_VALUE_HOLDS_VARIANT (message))
    stumbler_take (self, g_value_get_variant (message));
  if (!G_VALUE_HOLDS (message, THESPIAN_TYPE_ADDRESS))
    return TRUE;
  for (int i = 1; i <= N_NUMBERED; i++)
    thespian_actor_send_variant (actor, g_value_get_object (message), new_numbered (i));
  return thespian_actor_send_string (actor, sender, "sent");
}

BEHAVIOUR_ACTOR (Stumbler, stumbler)

static void
test_reconnect (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) sender = behaviour_create (f, stumbler_get_type ());
  g_autoptr (ThespianAddress) receiver = behaviour_create (f, stumbler_get_type ());

  behaviour_assert_ask (f, sender, behaviour_address (receiver), "sent");
  behaviour_assert_becomes (f, receiver, "count?", G_STRINGIFY (N_NUMBERED));
}

/* The outside's own connections break too, the one with its admin among them. */
static void
test_reconnect_outside (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) receiver = behaviour_create (f, stumbler_get_type ());
  guint n_broken = 0;

  for (int i = 1; i <= N_NUMBERED; i++)
    {
      behaviour_tell (f, receiver, behaviour_variant (new_numbered (i)));
      if (i % (N_NUMBERED / 10) != 0)
        continue;
      n_broken += behaviour_break_connections ();
      g_object_unref (behaviour_create (f, BEHAVIOUR_TYPE_SILENT));
    }
  g_assert_cmpuint (n_broken, >=, 10);
  behaviour_assert_becomes (f, receiver, "count?", G_STRINGIFY (N_NUMBERED));
}

int
main (int    argc,
      char **argv)
{
  behaviour_test_init (&argc, &argv);

  behaviour_test ("ORDER-1", "one-to-one", test_one_to_one);
  behaviour_test ("ORDER-2", "creation", test_creation);
  behaviour_test ("ORDER-3", "retry", test_retry);
  behaviour_test ("ORDER-4", "self", test_self);
  behaviour_test ("ORDER-5", "addresses", test_addresses);
  behaviour_test ("ORDER-6", "outside", test_outside);
  behaviour_test ("ORDER-7", "last-words", test_last_words);
  behaviour_test ("ORDER-8", "shared-object", test_shared_object);
  behaviour_test ("ORDER-9", "sender-changes", test_sender_changes);
  behaviour_test ("ORDER-10", "many-senders", test_many_senders);
  behaviour_test ("ORDER-11", "other-thread", test_other_thread);
  behaviour_test ("ORDER-13", "reconnect", test_reconnect);
  behaviour_test ("ORDER-13", "reconnect-outside", test_reconnect_outside);

  return g_test_run ();
}
