/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What must be serialised: here everything, because the environment says so. */

#include "config.h"

#include "behaviour-actors.h"
#include "behaviour-puppet.h"

/* Can be serialised: its text is a property. */
typedef struct
{
  GObject parent_instance;
  char *text; /* (owned) (nullable) */
  guint n_seen; /* is no property: does not survive */
} Letter;

typedef GObjectClass LetterClass;
static GType letter_get_type (void);
G_DEFINE_TYPE_WITH_CODE (Letter, letter, G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (THESPIAN_TYPE_SERIALIZABLE, NULL))
BEHAVIOUR_REGISTER (letter)

static void
letter_get_property (GObject    *object,
                     guint       prop_id,
                     GValue     *value,
                     GParamSpec *pspec)
{
  g_value_set_string (value, ((Letter *) object)->text);
}

static void
letter_set_property (GObject      *object,
                     guint         prop_id,
                     const GValue *value,
                     GParamSpec   *pspec)
{
  ((Letter *) object)->text = g_value_dup_string (value);
}

static void
letter_finalize (GObject *object)
{
  g_free (((Letter *) object)->text);
  G_OBJECT_CLASS (letter_parent_class)->finalize (object);
}

static void
letter_class_init (LetterClass *klass)
{
  klass->get_property = letter_get_property;
  klass->set_property = letter_set_property;
  klass->finalize = letter_finalize;
  g_object_class_install_property (
    klass, 1,
    g_param_spec_string ("text", NULL, NULL, NULL, G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY));
}

static void
letter_init (Letter *self)
{
}

/* Answers a letter with its text and how often it has been seen; on "send", sends what cannot be
 * serialised, with an error to be set, and answers with the kind of that; on "send anyway" without,
 * and answers with the poison's details. */
typedef struct
{
  ThespianActor parent_instance;
  ThespianAddress *asker; /* (owned) (nullable) */
} Censor;

static gboolean
censor_send (Censor   *self,
             gboolean  with_error)
{
  ThespianActor *actor = (ThespianActor *) self;
  g_autoptr (BehaviourMessage) plain = behaviour_take (g_object_new (G_TYPE_OBJECT, NULL));
  g_autoptr (GError) error = NULL;
  gboolean sent = thespian_actor_send (actor, self->asker, plain, with_error ? &error : NULL);

  g_assert_false (sent);
  if (!with_error)
    return TRUE;
  if (g_error_matches (error, THESPIAN_ERROR, THESPIAN_ERROR_NOT_SERIALIZABLE)
      && strstr (error->message, "GObject") != NULL)
    return thespian_actor_send_string (actor, self->asker, "not serialisable");
  return thespian_actor_send_string (actor, self->asker, error->message);
}

static gboolean
censor_receive (ThespianActor   *actor,
                const GValue    *message,
                ThespianAddress *sender,
                GError         **error)
{
  Censor *self = (Censor *) actor;
  ThespianPoisonMessage *poison = behaviour_object (message, THESPIAN_TYPE_POISON_MESSAGE);
  Letter *letter = behaviour_object (message, letter_get_type ());
  g_autofree char *text = NULL;

  if (poison != NULL)
    {
      text = behaviour_describe (message);
      if (sender != self->asker || *thespian_poison_message_get_details (poison) == '\0')
        return thespian_actor_send_string (actor, self->asker, "a wrong poison");
      return thespian_actor_send_string (actor, self->asker, text);
    }

  g_set_object (&self->asker, sender);
  if (letter != NULL)
    {
      text = g_strdup_printf ("%s, seen %u times", letter->text, letter->n_seen);
      return thespian_actor_send_string (actor, sender, text);
    }
  if (behaviour_is (message, "send"))
    return censor_send (self, TRUE);
  if (behaviour_is (message, "send anyway"))
    return censor_send (self, FALSE);

  return TRUE;
}

static void
censor_finalize (GObject *object)
{
  g_clear_object (&((Censor *) object)->asker);
  G_OBJECT_CLASS (g_type_class_peek (THESPIAN_TYPE_ACTOR))->finalize (object);
}

BEHAVIOUR_ACTOR (Censor, censor, G_OBJECT_CLASS (klass)->finalize = censor_finalize;)

/* Sends what cannot be serialised, and sends the poison on that comes of it, at most a few times.
 * Answers with the number of poisons that came. */
typedef struct
{
  ThespianActor parent_instance;
  ThespianAddress *asker; /* (owned) (nullable) */
  guint n_poisons;
} Relay;

static gboolean
relay_receive (ThespianActor   *actor,
               const GValue    *message,
               ThespianAddress *sender,
               GError         **error)
{
  Relay *self = (Relay *) actor;
  ThespianAddress *address = thespian_actor_get_address (actor);
  g_autoptr (BehaviourMessage) plain = NULL;
  g_autofree char *text = NULL;

  if (behaviour_object (message, THESPIAN_TYPE_POISON_MESSAGE) != NULL)
    {
      if (++self->n_poisons < 5)
        g_assert_false (thespian_actor_send (actor, self->asker, message, NULL));
      /* behind the poison that the last one may have become */
      return thespian_actor_send_string (actor, address, "count");
    }
  if (behaviour_is (message, "start"))
    {
      plain = behaviour_take (g_object_new (G_TYPE_OBJECT, NULL));
      g_set_object (&self->asker, sender);
      g_assert_false (thespian_actor_send (actor, sender, plain, NULL));
    }
  if (behaviour_is (message, "count"))
    {
      text = g_strdup_printf ("%u", self->n_poisons);
      return thespian_actor_send_string (actor, self->asker, text);
    }
  return TRUE;
}

static void
relay_finalize (GObject *object)
{
  g_clear_object (&((Relay *) object)->asker);
  G_OBJECT_CLASS (g_type_class_peek (THESPIAN_TYPE_ACTOR))->finalize (object);
}

BEHAVIOUR_ACTOR (Relay, relay, G_OBJECT_CLASS (klass)->finalize = relay_finalize;)

static void
test_error (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) censor = behaviour_create (f, censor_get_type ());
  g_autoptr (BehaviourMessage) plain = behaviour_take (g_object_new (G_TYPE_OBJECT, NULL));
  g_autoptr (GError) error = NULL;
  g_autoptr (BehaviourReply) reply = NULL;

  behaviour_assert_ask (f, censor, behaviour_string ("send"), "not serialisable");

  g_assert_false (thespian_actor_system_tell (f->system, censor, plain, NULL, &error));
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_NOT_SERIALIZABLE);
  g_clear_error (&error);
  reply = thespian_actor_system_ask (f->system, censor, plain, behaviour_limit (), NULL, &error);
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_NOT_SERIALIZABLE);
  g_assert_null (reply);
}

static void
test_poison (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) censor = behaviour_create (f, censor_get_type ());

  behaviour_assert_ask (f, censor, behaviour_string ("send anyway"), "poison(<GObject>)");
}

static void
test_poison_sent_on (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) relay = behaviour_create (f, relay_get_type ());

  behaviour_assert_ask (f, relay, behaviour_string ("start"), "1");
}

static void
test_roundtrip (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) censor = behaviour_create (f, censor_get_type ());
  g_autoptr (ThespianAddress) echo = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);
  g_autoptr (BehaviourReply) address = NULL;
  Letter *letter = g_object_new (letter_get_type (), "text", "Dear all", NULL);

  letter->n_seen = 1;
  behaviour_assert_ask (f, censor, behaviour_take (letter), "Dear all, seen 0 times");

  behaviour_assert_ask (f, echo, behaviour_string ("text"), "text");
  behaviour_assert_ask (f, echo, behaviour_int (-7), "-7");
  behaviour_assert_ask (f, echo,
                        behaviour_variant (g_variant_new_parsed ("{'a': <(1, 'b', [2.5])>}")),
                        "{'a': <(1, 'b', [2.5])>}");
  address = behaviour_ask (f, echo, behaviour_address (censor));
  g_assert_nonnull (address);
  g_assert_true (behaviour_object (address, THESPIAN_TYPE_ADDRESS) == censor);
}

int
main (int    argc,
      char **argv)
{
  g_setenv ("THESPIAN_DEBUG", "roundtrip", TRUE);
  behaviour_test_init (&argc, &argv);

  behaviour_test ("FAIL-15", "error", test_error);
  behaviour_test ("FAIL-16", "poison", test_poison);
  behaviour_test ("FAIL-16", "poison-sent-on", test_poison_sent_on);
  behaviour_test ("ORDER-14", "roundtrip", test_roundtrip);

  return g_test_run ();
}
