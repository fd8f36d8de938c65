/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "pattern-test.h"

/*
 * An actor that awaits the text “name”, the number “size” and the text “place”, and answers each
 * message with what it knows. Its answer to being initialised goes to the sender of “size”.
 */

#define TEST_TYPE_NOVICE (test_novice_get_type ())
G_DECLARE_DERIVABLE_TYPE (TestNovice, test_novice, TEST, NOVICE, ThespianActor)

struct _TestNoviceClass
{
  ThespianActorClass parent_class;
};

typedef struct
{
  guint n_refusals;
  guint n_failures;
} TestNovicePrivate;

static void novice_iface_init (ThespianInitializingInterface *iface);

G_DEFINE_TYPE_WITH_CODE (TestNovice, test_novice, THESPIAN_TYPE_ACTOR,
                         G_ADD_PRIVATE (TestNovice)
                         G_IMPLEMENT_INTERFACE (THESPIAN_TYPE_INITIALIZING, novice_iface_init))

static char *
describe (ThespianActor *actor,
          const char    *name)
{
  const GValue *message = thespian_actor_get_initializing_message (actor, name);
  ThespianAddress *sender = thespian_actor_get_initializing_message_sender (actor, name);
  g_auto (GValue) text = G_VALUE_INIT;

  if (message == NULL)
    return g_strdup ("-");
  g_value_init (&text, G_TYPE_STRING);
  g_value_transform (message, &text);
  return g_strconcat (g_value_get_string (&text), sender != NULL ? "!" : NULL, NULL);
}

static void
answer (ThespianActor   *actor,
        ThespianAddress *target,
        const char      *what)
{
  g_autofree char *name = describe (actor, "name");
  g_autofree char *size = describe (actor, "size");
  g_autofree char *place = describe (actor, "place");
  g_autofree char *text = g_strdup_printf ("%s %s %s %s %s", what, name, size, place,
                                           thespian_actor_is_initialized (actor) ? "ready" : "new");

  thespian_actor_send_string (actor, target, text);
}

static gboolean
novice_initialized (ThespianInitializing *initializing,
                    GError              **error)
{
  ThespianActor *actor = THESPIAN_ACTOR (initializing);
  TestNovicePrivate *priv = test_novice_get_instance_private (TEST_NOVICE (actor));
  const char *name = g_value_get_string (thespian_actor_get_initializing_message (actor, "name"));

  if (g_str_equal (name, "bad") && priv->n_refusals++ < 2)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "refused %u", priv->n_refusals);
      return FALSE;
    }
  answer (actor, thespian_actor_get_initializing_message_sender (actor, "size"), "initialized");
  return TRUE;
}

static void
novice_iface_init (ThespianInitializingInterface *iface)
{
  iface->initialized = novice_initialized;
}

static gboolean
novice_receive_message (ThespianActor   *actor,
                        const GValue    *message,
                        ThespianAddress *sender,
                        GError         **error)
{
  TestNovicePrivate *priv = test_novice_get_instance_private (TEST_NOVICE (actor));

  if (G_VALUE_HOLDS_BOOLEAN (message))
    {
      answer (actor, sender, g_value_get_boolean (message) ? "true" : "false");
    }
  else if (G_VALUE_HOLDS_DOUBLE (message))
    {
      priv->n_failures++;
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "failed %u times", priv->n_failures);
      return FALSE;
    }
  else if (G_VALUE_HOLDS_STRING (message) || G_VALUE_HOLDS_INT (message))
    {
      g_auto (GValue) text = G_VALUE_INIT;

      g_value_init (&text, G_TYPE_STRING);
      g_value_transform (message, &text);
      answer (actor, sender, g_value_get_string (&text));
    }
  return TRUE;
}

static void
test_novice_class_init (TestNoviceClass *klass)
{
  ThespianActorClass *actor_class = THESPIAN_ACTOR_CLASS (klass);

  actor_class->receive_message = novice_receive_message;
  thespian_actor_class_add_initializing_message (actor_class, "name", G_TYPE_STRING, FALSE);
  thespian_actor_class_add_initializing_message (actor_class, "size", G_TYPE_INT64, TRUE);
  thespian_actor_class_add_initializing_message (actor_class, "place", G_TYPE_STRING, FALSE);
}

static void
test_novice_init (TestNovice *self)
{
}

/* The same, with one message more, and all others passed through. */
G_DECLARE_FINAL_TYPE (TestHasty, test_hasty, TEST, HASTY, TestNovice)
struct _TestHasty
{
  TestNovice parent_instance;
};
G_DEFINE_FINAL_TYPE (TestHasty, test_hasty, TEST_TYPE_NOVICE)

static void
test_hasty_class_init (TestHastyClass *klass)
{
  ThespianActorClass *actor_class = THESPIAN_ACTOR_CLASS (klass);

  thespian_actor_class_add_initializing_message (actor_class, "address", THESPIAN_TYPE_ADDRESS,
                                                 FALSE);
  thespian_actor_class_set_initializing_pass_through (actor_class, TRUE);
}

static void
test_hasty_init (TestHasty *self)
{
}

static void
tell_value (ThespianActorSystem *system,
            ThespianAddress     *target,
            GType                type,
            double               number)
{
  g_auto (GValue) plain = G_VALUE_INIT;
  g_auto (GValue) message = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  g_value_init (&plain, G_TYPE_DOUBLE);
  g_value_set_double (&plain, number);
  g_value_init (&message, type);
  if (type == G_TYPE_BOOLEAN)
    g_value_set_boolean (&message, number != 0);
  else
    g_assert_true (g_value_transform (&plain, &message));
  thespian_actor_system_tell (system, target, &message, NULL, &error);
  g_assert_no_error (error);
}

static void
assert_heard (ThespianActorSystem *system,
              const char          *text)
{
  g_autofree char *heard = pattern_take_text (pattern_listen (system));

  g_assert_cmpstr (heard, ==, text);
}

/* Whatever comes is kept until all is there, and then delivered in order. */
static void
test_kept (ThespianActorSystem *system)
{
  g_autoptr (ThespianAddress) novice = pattern_create (system, TEST_TYPE_NOVICE, NULL);

  tell_value (system, novice, G_TYPE_BOOLEAN, 1);
  pattern_tell_text (system, novice, "Ann");
  tell_value (system, novice, G_TYPE_BOOLEAN, 0);
  pattern_tell_text (system, novice, "Rome");
  pattern_tell_text (system, novice, "more");
  g_assert_true (pattern_is_alive (system, novice));
  pattern_wait (system);
  tell_value (system, novice, G_TYPE_INT, 5);
  tell_value (system, novice, G_TYPE_INT, 6);

  assert_heard (system, "initialized Ann 5! Rome ready");
  assert_heard (system, "true Ann 5! Rome ready");
  assert_heard (system, "false Ann 5! Rome ready");
  assert_heard (system, "more Ann 5! Rome ready");
  assert_heard (system, "6 Ann 5! Rome ready");
}

/* Every size of integer will do. */
static void
test_integers (ThespianActorSystem *system)
{
  static const GType types[] = { G_TYPE_UCHAR, G_TYPE_UINT, G_TYPE_INT64, G_TYPE_UINT64 };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autoptr (ThespianAddress) novice = pattern_create (system, TEST_TYPE_NOVICE, NULL);

      pattern_tell_text (system, novice, "Ann");
      pattern_tell_text (system, novice, "Rome");
      tell_value (system, novice, types[i], 7);
      assert_heard (system, "initialized Ann 7! Rome ready");
    }
}

static void
test_pass_through (ThespianActorSystem *system)
{
  g_autoptr (ThespianAddress) hasty = pattern_create (system, test_hasty_get_type (), NULL);

  tell_value (system, hasty, G_TYPE_BOOLEAN, 1);
  assert_heard (system, "true - - - new");
  pattern_tell_text (system, hasty, "Ann");
  tell_value (system, hasty, G_TYPE_BOOLEAN, 0);
  assert_heard (system, "false Ann - - new");
  pattern_tell_text (system, hasty, "Rome");
  pattern_tell_text (system, hasty, "more");
  assert_heard (system, "more Ann - Rome new");
  tell_value (system, hasty, G_TYPE_INT, 5);
  tell_value (system, hasty, G_TYPE_BOOLEAN, 1);
  assert_heard (system, "true Ann 5! Rome new");
  pattern_tell (system, hasty, g_object_ref (hasty));
  assert_heard (system, "initialized Ann 5! Rome ready");
}

static void
take_poison (ThespianActorSystem *system,
             GType                type,
             const char          *details)
{
  g_autoptr (ThespianPoisonMessage) poison = NULL;

  poison = pattern_take (pattern_listen (system), THESPIAN_TYPE_POISON_MESSAGE);
  g_assert_true (G_VALUE_HOLDS (thespian_poison_message_get_message (poison), type));
  g_assert_nonnull (strstr (thespian_poison_message_get_details (poison), details));
}

/* What was kept has its two attempts too, and does not take the others down. */
static void
test_kept_failure (ThespianActorSystem *system)
{
  g_autoptr (ThespianAddress) novice = pattern_create (system, TEST_TYPE_NOVICE, NULL);

  tell_value (system, novice, G_TYPE_DOUBLE, 0.5);
  tell_value (system, novice, G_TYPE_BOOLEAN, 1);
  pattern_tell_text (system, novice, "Ann");
  pattern_tell_text (system, novice, "Rome");
  tell_value (system, novice, G_TYPE_INT, 5);

  assert_heard (system, "initialized Ann 5! Rome ready");
  take_poison (system, G_TYPE_DOUBLE, "failed 2 times");
  assert_heard (system, "true Ann 5! Rome ready");
}

/* The last message returns to its sender, and may come again. */
static void
test_refused (ThespianActorSystem *system)
{
  g_autoptr (ThespianAddress) novice = pattern_create (system, TEST_TYPE_NOVICE, NULL);

  tell_value (system, novice, G_TYPE_BOOLEAN, 1);
  pattern_tell_text (system, novice, "bad");
  pattern_tell_text (system, novice, "Rome");
  tell_value (system, novice, G_TYPE_INT, 5);
  take_poison (system, G_TYPE_INT, "refused 2");
  tell_value (system, novice, G_TYPE_BOOLEAN, 0);
  tell_value (system, novice, G_TYPE_INT, 6);
  assert_heard (system, "initialized bad 6! Rome ready");
  assert_heard (system, "true bad 6! Rome ready");
  assert_heard (system, "false bad 6! Rome ready");
}

/* Somebody who tells of each dead letter. */
G_DECLARE_FINAL_TYPE (TestUndertaker, test_undertaker, TEST, UNDERTAKER, ThespianActor)
struct _TestUndertaker
{
  ThespianActor parent_instance;

  ThespianAddress *client;
};
G_DEFINE_FINAL_TYPE (TestUndertaker, test_undertaker, THESPIAN_TYPE_ACTOR)

static gboolean
undertaker_receive_message (ThespianActor   *actor,
                            const GValue    *message,
                            ThespianAddress *sender,
                            GError         **error)
{
  TestUndertaker *self = TEST_UNDERTAKER (actor);

  if (G_VALUE_HOLDS_STRING (message))
    {
      thespian_actor_handle_dead_letters (actor, TRUE);
      self->client = g_object_ref (sender);
      thespian_actor_send_string (actor, sender, "at your service");
    }
  else if (G_VALUE_HOLDS (message, THESPIAN_TYPE_DEAD_ENVELOPE) && sender == self->client)
    {
      ThespianDeadEnvelope *letter = g_value_get_object (message);

      thespian_actor_send (actor, self->client, thespian_dead_envelope_get_message (letter), NULL);
    }
  return TRUE;
}

static void
undertaker_finalize (GObject *object)
{
  g_clear_object (&TEST_UNDERTAKER (object)->client);
  G_OBJECT_CLASS (test_undertaker_parent_class)->finalize (object);
}

static void
test_undertaker_class_init (TestUndertakerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = undertaker_finalize;
  THESPIAN_ACTOR_CLASS (klass)->receive_message = undertaker_receive_message;
}

static void
test_undertaker_init (TestUndertaker *self)
{
}

/* What an actor keeps when it exits is not lost. */
static void
test_exit (ThespianActorSystem *system)
{
  g_autoptr (ThespianAddress) novice = pattern_create (system, TEST_TYPE_NOVICE, NULL);
  g_autoptr (ThespianAddress) undertaker = NULL;

  undertaker = pattern_create (system, test_undertaker_get_type (), NULL);
  g_free (pattern_take_text (pattern_ask_text (system, undertaker, "work")));
  pattern_tell_text (system, novice, "Ann");
  pattern_tell_text (system, novice, "Rome");
  pattern_tell_text (system, novice, "first");
  pattern_tell_text (system, novice, "second");
  pattern_tell (system, novice, thespian_actor_exit_request_new ());
  assert_heard (system, "first");
  assert_heard (system, "second");
  g_assert_false (pattern_is_alive (system, novice));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  pattern_add ("/initializing/kept", test_kept);
  pattern_add ("/initializing/integers", test_integers);
  pattern_add ("/initializing/pass-through", test_pass_through);
  pattern_add ("/initializing/kept-failure", test_kept_failure);
  pattern_add ("/initializing/refused", test_refused);
  pattern_add ("/initializing/exit", test_exit);

  return g_test_run ();
}
