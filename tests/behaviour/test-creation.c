/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "behaviour-actors.h"
#include "behaviour-puppet.h"

#define N_UNKNOWN 100

/* Remembers what its set-up saw, and greets its parent from there. */
typedef struct
{
  ThespianActor parent_instance;
  char *seen; /* (owned) (nullable) */
  char *colour; /* (owned) (nullable) a construction property */
  int size; /* the same */
} Newborn;

typedef ThespianActorClass NewbornClass;

enum
{
  PROP_COLOUR = 1,
  PROP_SIZE,
  PROP_FORM,
};

static GType newborn_get_type (void);
G_DEFINE_TYPE (Newborn, newborn, THESPIAN_TYPE_ACTOR)
BEHAVIOUR_REGISTER (newborn)

static gboolean
newborn_started (ThespianActor *actor,
                 GError       **error)
{
  Newborn *self = (Newborn *) actor;
  GVariant *requirements = thespian_actor_get_requirements (actor);
  g_autoptr (GVariant) capabilities = thespian_actor_dup_capabilities (actor);
  g_autoptr (ThespianAddress) parent = thespian_actor_dup_parent (actor);
  g_autofree char *required = NULL;
  const char *base = NULL;
  const char *name = thespian_actor_get_global_name (actor);
  gboolean spread = FALSE;

  /* Where a puppet's child lives is the matter of the tests. */
  if (requirements == NULL || g_variant_lookup (requirements, "Spread", "b", &spread))
    required = g_strdup ("nothing");
  else
    required = g_variant_print (requirements, FALSE);
  g_variant_lookup (capabilities, "Thespian ActorSystem Name", "&s", &base);
  self->seen = g_strdup_printf ("%s; %s; %s; %s %d", base, required,
                                name != NULL ? name : "nameless", self->colour, self->size);

  thespian_actor_send_string (actor, parent, "here I am");

  return TRUE;
}

static gboolean
newborn_receive (ThespianActor   *actor,
                 const GValue    *message,
                 ThespianAddress *sender,
                 GError         **error)
{
  Newborn *self = (Newborn *) actor;

  if (behaviour_is (message, "seen?"))
    return thespian_actor_send_string (actor, sender,
                                       self->seen != NULL ? self->seen : "no set-up");

  return TRUE;
}

static void
newborn_set_property (GObject      *object,
                      guint         prop_id,
                      const GValue *value,
                      GParamSpec   *pspec)
{
  Newborn *self = (Newborn *) object;

  if (prop_id == PROP_COLOUR)
    self->colour = g_value_dup_string (value);
  else if (prop_id == PROP_SIZE)
    self->size = g_value_get_int (value);
}

static void
newborn_finalize (GObject *object)
{
  g_free (((Newborn *) object)->seen);
  g_free (((Newborn *) object)->colour);
  G_OBJECT_CLASS (newborn_parent_class)->finalize (object);
}

static void
newborn_class_init (NewbornClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  klass->started = newborn_started;
  klass->receive_message = newborn_receive;
  object_class->set_property = newborn_set_property;
  object_class->finalize = newborn_finalize;
  g_object_class_install_property (object_class, PROP_COLOUR,
                                   g_param_spec_string ("colour", NULL, NULL, "grey", flags));
  g_object_class_install_property (object_class, PROP_SIZE,
                                   g_param_spec_int ("size", NULL, NULL, 0, 100, 1, flags));
  g_object_class_install_property (object_class, PROP_FORM,
                                   g_param_spec_enum ("form", NULL, NULL, G_TYPE_NORMALIZE_MODE, 0, flags));
}

static void
newborn_init (Newborn *self)
{
}

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
no_criticals_cb (const char    *domain,
                 GLogLevelFlags level,
                 const char    *message,
                 gpointer       data)
{
  return strstr (message, "Custom constructor") == NULL;
}

/* The class is set up in each process that makes such an actor. */
BEHAVIOUR_ACTOR (Unborn, unborn, G_OBJECT_CLASS (klass)->constructor = unborn_constructor;
                 g_test_log_set_fatal_handler (no_criticals_cb, NULL);)

static void
test_address_at_once (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  g_autoptr (ThespianAddress) echo = puppet_create_and_send (f, puppet, BEHAVIOUR_TYPE_ECHO, 3);

  g_assert_true (echo != puppet);
  puppet_assert (f, puppet, "1", "2", "3", NULL);
}

static void
assert_failed_creation (BehaviourFixture *f,
                        GType             type,
                        const char       *why)
{
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  g_autoptr (ThespianAddress) child = NULL;
  g_autoptr (GPtrArray) records = NULL;
  guint n_poisons = 0;

  /* On another thread the creation might fail before all is sent; what is late is a dead letter. */
  f->spread = FALSE;
  child = puppet_create_and_send (f, puppet, type, 3);

  /* A fence behind them: nothing comes twice. */
  puppet_assert_any_order (f, puppet, "child-exited", "poison(1)", "poison(2)", "poison(3)", NULL);
  puppet_send (f, puppet, puppet, "fence");
  puppet_assert_any_order (f, puppet, "child-exited", "poison(1)", "poison(2)", "poison(3)",
                           "fence", NULL);

  records = puppet_wait (f, puppet, 4);
  for (guint i = 0; i < records->len; i++)
    {
      PuppetRecord *record = puppet_record (records, i);

      if (g_str_equal (record->text, "child-exited"))
        g_assert_true (record->about == child);
      if (!g_str_has_prefix (record->text, "poison"))
        continue;
      g_assert_nonnull (strstr (record->details, "child aborted"));
      if (why != NULL)
        g_assert_nonnull (strstr (record->details, why));
      g_assert_true (record->sender == child);
      g_assert_cmpint (record->text[strlen ("poison(")] - '0', ==, ++n_poisons);
    }
}

static void
test_setup_fails_inside (BehaviourFixture *f)
{
  assert_failed_creation (f, BEHAVIOUR_TYPE_STILLBORN, BEHAVIOUR_STILLBORN_REASON);
}

static void
test_constructor_fails_inside (BehaviourFixture *f)
{
  assert_failed_creation (f, unborn_get_type (), NULL);
}

static void
test_later_messages (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) clerk = puppet_new (f);
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  g_autoptr (ThespianAddress) child = NULL;

  puppet_dead_letters (f, clerk, TRUE);
  child = puppet_create (f, puppet, BEHAVIOUR_TYPE_STILLBORN);
  puppet_assert (f, puppet, "child-exited", NULL);

  puppet_send (f, puppet, child, "too late");
  behaviour_tell (f, child, behaviour_string ("from outside"));
  puppet_assert_any_order (f, clerk, "dead(too late)", "dead(from outside)", NULL);
  puppet_assert (f, puppet, "child-exited", NULL);
}

static void
test_setup_fails_outside (BehaviourFixture *f)
{
  g_autoptr (GError) error = behaviour_create_fails (f, BEHAVIOUR_TYPE_STILLBORN, NULL, NULL);
  g_autoptr (ThespianAddress) echo = NULL;

  g_assert_nonnull (strstr (error->message, BEHAVIOUR_STILLBORN_REASON));

  echo = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);
  behaviour_assert_ask (f, echo, behaviour_string ("still there"), "still there");
}

static void
test_constructor_fails_outside (BehaviourFixture *f)
{
  g_autoptr (GError) error = behaviour_create_fails (f, unborn_get_type (), NULL, NULL);
  g_autoptr (ThespianAddress) echo = NULL;

  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_ACTOR_FAILED);

  echo = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);
  behaviour_assert_ask (f, echo, behaviour_string ("still there"), "still there");
}

static void
test_setup_sees (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) newborn =
    behaviour_create_full (f, newborn_get_type (), "{'Size': <5>}", "newborn", NULL);
  g_autofree char *expected = g_strdup_printf ("%s; {'Size': <5>}; newborn; grey 1", f->base);

  behaviour_assert_ask (f, newborn, behaviour_string ("seen?"), expected);
}

static void
test_setup_first (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  g_autoptr (ThespianAddress) newborn = puppet_create_and_send (f, puppet, newborn_get_type (), 1);
  g_autofree char *seen = g_strdup_printf ("%s; nothing; nameless; grey 1", f->base);

  puppet_send (f, puppet, newborn, "seen?");
  puppet_assert (f, puppet, "here I am", seen, NULL);
}

static void
test_properties (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) outside =
    behaviour_create_full (f, newborn_get_type (), NULL, NULL, "{'colour': <'red'>, 'size': <42>}");
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  g_autoptr (ThespianAddress) inside =
    puppet_create_full (f, puppet, newborn_get_type (), NULL, NULL, "{'colour': <'blue'>}");
  g_autofree char *red = g_strdup_printf ("%s; nothing; nameless; red 42", f->base);
  g_autofree char *blue = g_strdup_printf ("%s; nothing; nameless; blue 1", f->base);

  behaviour_assert_ask (f, outside, behaviour_string ("seen?"), red);
  behaviour_assert_ask (f, inside, behaviour_string ("seen?"), blue);
}

static void
test_wrong_properties (BehaviourFixture *f)
{
  g_autoptr (GError) unknown =
    behaviour_create_fails (f, newborn_get_type (), NULL, "{'flavour': <'salt'>}");
  g_autoptr (GError) wrong =
    behaviour_create_fails (f, newborn_get_type (), NULL, "{'size': <'large'>}");
  /* 1, where there are 32 bits only */
  g_autoptr (GError) excessive =
    behaviour_create_fails (f, newborn_get_type (), NULL, "{'size': <int64 4294967297>}");
  g_autoptr (GError) no_form =
    behaviour_create_fails (f, newborn_get_type (), NULL, "{'form': <int64 4294967297>}");
  g_autoptr (GError) broken =
    behaviour_create_fails (f, newborn_get_type (), NULL, "{'size': <1.5>}");
  g_autoptr (ThespianAddress) whole =
    behaviour_create_full (f, newborn_get_type (), NULL, NULL, "{'size': <7.0>, 'form': <int64 1>}");

  g_assert_nonnull (strstr (unknown->message, "flavour"));
  g_assert_nonnull (strstr (wrong->message, "size"));
  g_assert_nonnull (strstr (excessive->message, "“size” of type gint cannot be 4294967297"));
  g_assert_nonnull (strstr (no_form->message, "“form” of type GNormalizeMode cannot be 4294967297"));
  g_assert_nonnull (strstr (broken->message, "“size” of type gint cannot be 1.5"));
  behaviour_assert_alive (f, whole);
}

static void
test_parents (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  g_autoptr (ThespianAddress) child = puppet_create (f, puppet, BEHAVIOUR_TYPE_PUPPET);
  g_autoptr (ThespianAddress) parent = puppet_get_parent (f, child);

  g_assert_true (parent == puppet);
}

/* Sends its own address. */
typedef struct
{
  ThespianActor parent_instance;
} Narcissus;

static gboolean
narcissus_receive (ThespianActor   *actor,
                   const GValue    *message,
                   ThespianAddress *sender,
                   GError         **error)
{
  if (!behaviour_is (message, "who?"))
    return TRUE;

  return thespian_actor_send_object (actor, sender, G_OBJECT (thespian_actor_get_address (actor)));
}

BEHAVIOUR_ACTOR (Narcissus, narcissus)

static void
test_own_address (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) narcissus = behaviour_create (f, narcissus_get_type ());
  g_autoptr (BehaviourReply) reply = behaviour_ask (f, narcissus, behaviour_string ("who?"));

  g_assert_nonnull (reply);
  g_assert_true (behaviour_object (reply, THESPIAN_TYPE_ADDRESS) == narcissus);
}

static void
test_no_parent (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  g_autoptr (ThespianAddress) parent = puppet_get_parent (f, puppet);

  g_assert_true (parent == thespian_actor_system_get_admin_address (f->system));
}

/* Creates an echo in its set-up, and passes on what it gets to the echo, and what the echo says to
 * its asker. */
typedef struct
{
  ThespianActor parent_instance;
  ThespianAddress *child; /* (owned) */
  ThespianAddress *asker; /* (owned) (nullable) */
} Founder;

static gboolean
founder_started (ThespianActor *actor,
                 GError       **error)
{
  Founder *self = (Founder *) actor;

  self->child = thespian_actor_create_actor (actor, BEHAVIOUR_TYPE_ECHO, NULL, NULL, NULL, error);
  return self->child != NULL;
}

static gboolean
founder_receive (ThespianActor   *actor,
                 const GValue    *message,
                 ThespianAddress *sender,
                 GError         **error)
{
  Founder *self = (Founder *) actor;

  if (!G_VALUE_HOLDS_STRING (message))
    return TRUE;
  if (sender == self->child)
    return thespian_actor_send (actor, self->asker, message, error);

  g_set_object (&self->asker, sender);
  return thespian_actor_send (actor, self->child, message, error);
}

static void
founder_finalize (GObject *object)
{
  g_clear_object (&((Founder *) object)->child);
  g_clear_object (&((Founder *) object)->asker);
  G_OBJECT_CLASS (g_type_class_peek (THESPIAN_TYPE_ACTOR))->finalize (object);
}

BEHAVIOUR_ACTOR (Founder, founder, klass->started = founder_started;
                 G_OBJECT_CLASS (klass)->finalize = founder_finalize;)

static void
test_setup_creates (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) founder = behaviour_create (f, founder_get_type ());

  behaviour_assert_ask (f, founder, behaviour_string ("through the child"), "through the child");
}

static void
test_by_specification (BehaviourFixture *f)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ThespianAddress) actor = NULL;

  actor = thespian_actor_system_create_actor_by_name (
    f->system, "behaviour-module:BehaviourModuleEcho", NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  behaviour_assert_ask (f, actor, behaviour_string ("from a module"), "from a module");
}

/* On a class specification, creates such an actor and sends its address to the asker. */
typedef struct
{
  ThespianActor parent_instance;
} Agency;

static gboolean
agency_receive (ThespianActor   *actor,
                const GValue    *message,
                ThespianAddress *sender,
                GError         **error)
{
  g_autoptr (ThespianAddress) child = NULL;
  g_autoptr (GError) reason = NULL;

  if (!G_VALUE_HOLDS_STRING (message))
    return TRUE;

  child = thespian_actor_create_actor_by_name (actor, g_value_get_string (message), NULL, NULL,
                                               NULL, &reason);
  if (child == NULL)
    return thespian_actor_send_string (actor, sender, reason->message);

  return thespian_actor_send_object (actor, sender, G_OBJECT (child));
}

BEHAVIOUR_ACTOR (Agency, agency)

static void
test_by_specification_inside (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) agency = behaviour_create (f, agency_get_type ());
  g_autoptr (BehaviourReply) reply =
    behaviour_ask (f, agency, behaviour_string ("behaviour-module:BehaviourModuleEcho"));
  g_autofree char *text = behaviour_describe (reply);

  g_assert_cmpstr (text, ==, "address");
  behaviour_assert_ask (f, g_value_get_object (reply), behaviour_string ("from a module"),
                        "from a module");
}

/* Names. */

static void
test_name_again (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  g_autoptr (ThespianAddress) first =
    behaviour_create_full (f, BEHAVIOUR_TYPE_PUPPET, NULL, "Hamlet", NULL);
  g_autoptr (ThespianAddress) again =
    behaviour_create_full (f, BEHAVIOUR_TYPE_PUPPET, NULL, "Hamlet", NULL);
  g_autoptr (ThespianAddress) inside =
    puppet_create_full (f, puppet, BEHAVIOUR_TYPE_PUPPET, NULL, "Hamlet", NULL);
  g_autoptr (ThespianAddress) other =
    behaviour_create_full (f, BEHAVIOUR_TYPE_PUPPET, NULL, "Ophelia", NULL);
  g_autofree char *name = puppet_get_name (f, first);
  g_autofree char *nameless = puppet_get_name (f, puppet);

  g_assert_true (again == first);
  g_assert_true (inside == first);
  g_assert_true (other != first);
  g_assert_cmpstr (name, ==, "Hamlet");
  g_assert_null (nameless);
}

static void
test_name_first (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) first =
    behaviour_create_full (f, BEHAVIOUR_TYPE_ECHO, NULL, "Echo", NULL);
  g_autoptr (ThespianAddress) other_class = behaviour_create_full (
    f, BEHAVIOUR_TYPE_STILLBORN, "{'Wings': <true>}", "Echo", "{'colour': <'red'>}");
  g_autoptr (ThespianAddress) no_class = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (other_class == first);

  no_class = thespian_actor_system_create_actor_by_name (f->system, "nowhere:Nothing", NULL, "Echo",
                                                         NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (no_class == first);
}

/* On a number, creates so many actors of different names, and answers with a digest of their
 * addresses. */
typedef struct
{
  ThespianActor parent_instance;
} Registrar;

static gboolean
registrar_receive (ThespianActor   *actor,
                   const GValue    *message,
                   ThespianAddress *sender,
                   GError         **error)
{
  guint64 digest = 0;

  if (!G_VALUE_HOLDS_INT (message))
    return TRUE;

  for (int i = 0; i < g_value_get_int (message); i++)
    {
      g_autofree char *name = g_strdup_printf ("name %d", i);
      g_autoptr (ThespianAddress) one =
        thespian_actor_create_actor (actor, BEHAVIOUR_TYPE_ECHO, NULL, name, NULL, error);

      if (one == NULL)
        return FALSE;
      digest = digest * 31 + thespian_address_hash (one);
      thespian_actor_send_string (actor, one, "are you there?");
    }

  return thespian_actor_send_uint64 (actor, sender, digest);
}

BEHAVIOUR_ACTOR (Registrar, registrar)

static void
test_name_concurrent (BehaviourFixture *f)
{
  const guint n = 8;
  int n_names = behaviour_count_actors (f, 100);
  g_autofree char *first = NULL;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ThespianAddress) registrar = behaviour_create (f, registrar_get_type ());

      behaviour_tell (f, registrar, behaviour_int (n_names));
    }
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (BehaviourReply) reply = behaviour_listen (f);
      g_autofree char *text = behaviour_describe (reply);

      g_assert_nonnull (reply);
      g_assert_true (G_VALUE_HOLDS_UINT64 (reply));
      if (first == NULL)
        first = g_steal_pointer (&text);
      else
        g_assert_cmpstr (text, ==, first);
    }
}

typedef struct
{
  ThespianActorSystem *system;
  guint n_names;
  guint64 digest;
  guint *n_running;
  gboolean *done;
} Clerk;

static gpointer
register_names (gpointer data)
{
  Clerk *clerk = data;

  for (guint i = 0; i < clerk->n_names; i++)
    {
      g_autofree char *name = g_strdup_printf ("name %u", i);
      g_autoptr (GError) error = NULL;
      g_autoptr (ThespianAddress) one = thespian_actor_system_create_actor (
        clerk->system, BEHAVIOUR_TYPE_ECHO, NULL, name, NULL, NULL, &error);

      g_assert_no_error (error);
      clerk->digest = clerk->digest * 31 + thespian_address_hash (one);
    }
  if (g_atomic_int_dec_and_test (clerk->n_running))
    {
      g_atomic_int_set (clerk->done, TRUE);
      g_main_context_wakeup (NULL);
    }

  return NULL;
}

static void
test_name_threads (BehaviourFixture *f)
{
  Clerk clerks[8];
  GThread *threads[G_N_ELEMENTS (clerks)];
  guint n_names = behaviour_count_actors (f, 100);
  guint n_running = G_N_ELEMENTS (clerks);
  gboolean done = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (clerks); i++)
    {
      clerks[i] = (Clerk){ f->system, n_names, 0, &n_running, &done };
      threads[i] = g_thread_new ("clerk", register_names, &clerks[i]);
    }
  behaviour_run_until (&done);
  for (guint i = 0; i < G_N_ELEMENTS (clerks); i++)
    {
      g_thread_join (threads[i]);
      g_assert_cmpuint (clerks[i].digest, ==, clerks[0].digest);
    }
}

static void
test_name_exit (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  g_autoptr (ThespianAddress) named =
    puppet_create_full (f, puppet, BEHAVIOUR_TYPE_PUPPET, NULL, "Yorick", NULL);
  g_autoptr (ThespianAddress) parent = puppet_get_parent (f, named);
  g_autoptr (ThespianAddress) again = NULL;

  g_assert_true (parent == thespian_actor_system_get_admin_address (f->system));

  puppet_send_exit (f, puppet, named, TRUE);
  behaviour_assert_dead (f, named);
  puppet_send (f, puppet, puppet, "fence");
  puppet_assert (f, puppet, "fence", NULL);

  again = behaviour_create_full (f, BEHAVIOUR_TYPE_PUPPET, NULL, "Yorick", NULL);
  g_assert_true (again != named);
  behaviour_assert_alive (f, again);
}

static void
test_name_orphan (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  g_autoptr (ThespianAddress) named =
    puppet_create_full (f, puppet, BEHAVIOUR_TYPE_ECHO, NULL, "Horatio", NULL);

  behaviour_end (f, puppet);
  behaviour_assert_ask (f, named, behaviour_string ("the rest is silence"), "the rest is silence");
}

/* Addresses. */

static void
test_identity (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) narcissus = behaviour_create (f, narcissus_get_type ());
  g_autoptr (BehaviourReply) reply = behaviour_ask (f, narcissus, behaviour_string ("who?"));
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  g_autoptr (ThespianAddress) echo = puppet_create_and_send (f, puppet, BEHAVIOUR_TYPE_ECHO, 1);
  g_autoptr (GPtrArray) records = puppet_wait (f, puppet, 1);

  g_assert_true (puppet_record (records, 0)->sender == echo);
  g_assert_true (g_value_get_object (reply) == narcissus);
  g_assert_true (thespian_address_equal (g_value_get_object (reply), narcissus));
  g_assert_false (thespian_address_equal (echo, narcissus));
  g_assert_cmpuint (thespian_address_hash (g_value_get_object (reply)), ==,
                    thespian_address_hash (narcissus));
}

static void
test_token (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) echo = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);
  g_autofree char *token = thespian_address_to_token (echo);
  g_autoptr (GError) error = NULL;
  g_autoptr (ThespianAddress) back = thespian_address_from_token (token, &error);

  g_assert_no_error (error);
  g_assert_true (back == echo);
}

static void
test_variant (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) echo = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);
  g_autoptr (GVariant) variant = g_variant_ref_sink (thespian_address_to_variant (echo));
  g_autoptr (GError) error = NULL;
  g_autoptr (ThespianAddress) back = thespian_address_from_variant (variant, &error);

  g_assert_no_error (error);
  g_assert_true (back == echo);
}

static void
test_address_as_message (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  g_autoptr (ThespianAddress) mirror = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);
  g_autoptr (ThespianAddress) echo = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);
  g_autoptr (BehaviourReply) reply = behaviour_ask (f, mirror, behaviour_address (echo));

  g_assert_nonnull (reply);
  g_assert_true (behaviour_object (reply, THESPIAN_TYPE_ADDRESS) == echo);

  /* The puppet's calls carry addresses inside variants. */
  puppet_send (f, puppet, echo, "by an address in a variant");
  puppet_assert (f, puppet, "by an address in a variant", NULL);
}

static void
test_printable (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) echo = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);
  g_autoptr (ThespianAddress) other = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);
  g_autofree char *printable = thespian_address_to_string (echo);
  g_autofree char *again = thespian_address_to_string (echo);
  g_autofree char *of_other = thespian_address_to_string (other);
  g_autofree char *token = thespian_address_to_token (echo);
  g_autoptr (GError) error = NULL;
  g_autoptr (ThespianAddress) back = thespian_address_from_token (printable, &error);

  g_assert_null (back);
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ACTOR_ADDRESS);
  g_assert_cmpstr (printable, ==, again);
  g_assert_cmpstr (printable, !=, of_other);
  g_assert_null (strstr (printable, token));
}

static void
test_foreign (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) clerk = puppet_new (f);
  ThespianActorSystem *elsewhere = behaviour_system_new (f, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (ThespianAddress) foreign = thespian_actor_system_create_actor (
    elsewhere, BEHAVIOUR_TYPE_ECHO, NULL, NULL, NULL, NULL, &error);
  g_autoptr (GVariant) made_up = g_variant_ref_sink (
    g_variant_new ("(tt)", G_GUINT64_CONSTANT (0x123456789), G_GUINT64_CONSTANT (0x987654321)));
  g_autoptr (ThespianAddress) nobody = NULL;

  g_assert_no_error (error);
  nobody = thespian_address_from_variant (made_up, &error);
  g_assert_no_error (error);

  puppet_dead_letters (f, clerk, TRUE);
  behaviour_tell (f, foreign, behaviour_string ("to another system"));
  behaviour_tell (f, nobody, behaviour_string ("to nobody"));
  puppet_send (f, clerk, foreign, "from inside");
  puppet_assert_any_order (f, clerk, "dead(to another system)", "dead(to nobody)",
                           "dead(from inside)", NULL);

  g_clear_object (&foreign);
  behaviour_system_end (elsewhere);
}

/* An address of this system that nobody has had. */
static ThespianAddress *
make_up_address (BehaviourFixture *f,
                 guint64           actor_id)
{
  g_autoptr (GVariant) admin = g_variant_ref_sink (
    thespian_address_to_variant (thespian_actor_system_get_admin_address (f->system)));
  g_autoptr (GVariant) made_up = NULL;
  g_autoptr (GError) error = NULL;
  ThespianAddress *address;
  guint64 system_id;

  g_variant_get_child (admin, 0, "t", &system_id);
  made_up = g_variant_ref_sink (g_variant_new ("(tt)", system_id, actor_id));
  address = thespian_address_from_variant (made_up, &error);
  g_assert_no_error (error);
  return address;
}

/* One after the other, each of which is looked for. */
static void
test_unknown (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) sender = puppet_new (f);
  guint64 n_dead = behaviour_count_dead (f);
  gint64 begin = g_get_monotonic_time ();

  for (guint i = 1; i <= N_UNKNOWN; i++)
    {
      g_autoptr (ThespianAddress) nobody = make_up_address (f, i);

      puppet_send (f, sender, nobody, "to nobody");
      behaviour_wait_dead (f, n_dead + i);
    }
  g_assert_cmpint (g_get_monotonic_time () - begin, <, behaviour_limit () / 2);
}

static void
test_unique (BehaviourFixture *f)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  g_autoptr (GHashTable) tokens = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint n = behaviour_count_actors (f, 1000);

  for (guint i = 0; i < n; i++)
    {
      ThespianAddress *one = behaviour_create (f, BEHAVIOUR_TYPE_SILENT);

      g_assert_true (g_hash_table_add (tokens, thespian_address_to_token (one)));
      if (i % 2 == 0)
        behaviour_tell (f, one, behaviour_exit ());
      g_assert_true (g_hash_table_add (seen, one));
    }
}

int
main (int    argc,
      char **argv)
{
  behaviour_test_init (&argc, &argv);

  behaviour_test ("CREATE-1", "address-at-once", test_address_at_once);
  behaviour_test ("CREATE-2+CREATE-3", "setup-fails", test_setup_fails_inside);
  behaviour_test ("CREATE-2+CREATE-3", "constructor-fails", test_constructor_fails_inside);
  behaviour_test ("CREATE-4", "later-messages", test_later_messages);
  behaviour_test ("CREATE-5", "setup-fails-outside", test_setup_fails_outside);
  behaviour_test ("CREATE-6", "constructor-fails-outside", test_constructor_fails_outside);
  behaviour_test ("CREATE-7+CREATE-8+CREATE-9", "setup-sees", test_setup_sees);
  behaviour_test ("CREATE-10+CREATE-16", "setup-first", test_setup_first);
  behaviour_test ("CREATE-11", "properties", test_properties);
  behaviour_test ("CREATE-12", "wrong-properties", test_wrong_properties);
  behaviour_test ("CREATE-13", "by-specification", test_by_specification);
  behaviour_test ("CREATE-13", "by-specification-inside", test_by_specification_inside);
  behaviour_test ("CREATE-14", "own-address", test_own_address);
  behaviour_test ("CREATE-14", "parents", test_parents);
  behaviour_test ("CREATE-15", "no-parent", test_no_parent);
  behaviour_test ("CREATE-17", "setup-creates", test_setup_creates);

  behaviour_test ("NAME-1+NAME-4", "again", test_name_again);
  behaviour_test ("NAME-2", "before-the-class", test_name_first);
  behaviour_test ("NAME-3", "concurrent", test_name_concurrent);
  behaviour_test ("NAME-3", "threads", test_name_threads);
  behaviour_test ("NAME-5+NAME-6+NAME-7", "exit", test_name_exit);
  behaviour_test ("NAME-8", "orphan", test_name_orphan);

  behaviour_test ("ADDR-1", "identity", test_identity);
  behaviour_test ("ADDR-2", "token", test_token);
  behaviour_test ("ADDR-3", "variant", test_variant);
  behaviour_test ("ADDR-4", "as-message", test_address_as_message);
  behaviour_test ("ADDR-5", "printable", test_printable);
  behaviour_test ("ADDR-6", "foreign", test_foreign);
  behaviour_test ("ADDR-6", "unknown", test_unknown);
  behaviour_test ("ADDR-7", "unique", test_unique);

  return g_test_run ();
}
