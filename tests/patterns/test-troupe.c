/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "pattern-test.h"

/*
 * A member of a troupe answers in the form (WORD, its address, its label):
 *
 *   say WORD    answers
 *   hold WORD   answers, and stays at work until it gets a “release” at its own address
 *   later WORD  answers, and says from a source of its own, a little later, that it is free
 *   fail WORD   fails
 *   exit WORD   answers, and exits with the work in progress
 *   crowd       creates a child that ends at once
 */

#define TEST_TYPE_MEMBER (test_member_get_type ())
G_DECLARE_DERIVABLE_TYPE (TestMember, test_member, TEST, MEMBER, ThespianActor)

struct _TestMemberClass
{
  ThespianActorClass parent_class;
};

typedef struct
{
  char *label;
} TestMemberPrivate;

enum
{
  PROP_LABEL = 1,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

G_DEFINE_TYPE_WITH_PRIVATE (TestMember, test_member, THESPIAN_TYPE_ACTOR)

static void
member_answer (ThespianActor   *actor,
               ThespianAddress *target,
               const char      *word)
{
  TestMemberPrivate *priv = test_member_get_instance_private (TEST_MEMBER (actor));
  g_autofree char *token = thespian_address_to_token (thespian_actor_get_address (actor));

  const char *label = priv->label != NULL ? priv->label : "";

  thespian_actor_send_variant (actor, target, g_variant_new ("(sss)", word, token, label));
}

static gboolean
free_cb (gpointer data)
{
  thespian_actor_set_troupe_work_in_progress (data, FALSE);
  return G_SOURCE_REMOVE;
}

static void
be_free_later (ThespianActor *actor)
{
  GSource *source = g_timeout_source_new (1);

  thespian_actor_set_troupe_work_in_progress (actor, TRUE);
  g_source_set_callback (source, free_cb, g_object_ref (actor), g_object_unref);
  g_source_attach (source, thespian_actor_get_main_context (actor));
  g_source_unref (source);
}

static void
member_exit (ThespianActor *actor)
{
  thespian_actor_set_troupe_work_in_progress (actor, TRUE);
  thespian_actor_take_object (actor, thespian_actor_get_address (actor),
                              G_OBJECT (thespian_actor_exit_request_new ()));
}

static gboolean
member_work (ThespianActor   *actor,
             const char      *verb,
             const char      *word,
             ThespianAddress *sender,
             GError         **error)
{
  g_assert_false (thespian_actor_get_troupe_work_in_progress (actor));

  if (g_str_equal (verb, "fail"))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "cannot handle %s", word);
      return FALSE;
    }
  if (g_str_equal (verb, "hold"))
    thespian_actor_set_troupe_work_in_progress (actor, TRUE);
  else if (g_str_equal (verb, "later"))
    be_free_later (actor);
  else if (g_str_equal (verb, "exit"))
    member_exit (actor);
  member_answer (actor, sender, word);
  return TRUE;
}

static gboolean
member_receive_message (ThespianActor   *actor,
                        const GValue    *message,
                        ThespianAddress *sender,
                        GError         **error)
{
  g_auto (GStrv) words = NULL;

  if (!G_VALUE_HOLDS_STRING (message))
    return TRUE;

  words = g_strsplit (g_value_get_string (message), " ", 2);
  if (g_str_equal (words[0], "release"))
    {
      g_assert_true (thespian_actor_get_troupe_work_in_progress (actor));
      thespian_actor_set_troupe_work_in_progress (actor, FALSE);
      return TRUE;
    }
  return member_work (actor, words[0], words[1] != NULL ? words[1] : "", sender, error);
}

static void
member_get_property (GObject    *object,
                     guint       prop_id,
                     GValue     *value,
                     GParamSpec *pspec)
{
  TestMemberPrivate *priv = test_member_get_instance_private (TEST_MEMBER (object));

  g_value_set_string (value, priv->label);
}

static void
member_set_property (GObject      *object,
                     guint         prop_id,
                     const GValue *value,
                     GParamSpec   *pspec)
{
  TestMemberPrivate *priv = test_member_get_instance_private (TEST_MEMBER (object));

  g_free (priv->label);
  priv->label = g_value_dup_string (value);
}

static void
member_finalize (GObject *object)
{
  TestMemberPrivate *priv = test_member_get_instance_private (TEST_MEMBER (object));

  g_free (priv->label);
  G_OBJECT_CLASS (test_member_parent_class)->finalize (object);
}

static void
test_member_class_init (TestMemberClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  ThespianActorClass *actor_class = THESPIAN_ACTOR_CLASS (klass);

  object_class->get_property = member_get_property;
  object_class->set_property = member_set_property;
  object_class->finalize = member_finalize;
  actor_class->receive_message = member_receive_message;

  props[PROP_LABEL] =
    g_param_spec_string ("label", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  thespian_actor_class_set_troupe (actor_class, 3, 1);
}

static void
test_member_init (TestMember *self)
{
}

/* A troupe whose workers cannot start. */
static gboolean
stillborn_started (ThespianActor *actor,
                   GError       **error)
{
  GVariant *requirements = thespian_actor_get_requirements (actor);

  if (requirements == NULL || !g_variant_lookup (requirements, "Spread", "b", NULL))
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "no costume");
  return FALSE;
}

typedef struct { TestMember parent_instance; } TestStillborn;
typedef struct { TestMemberClass parent_class; } TestStillbornClass;
static GType test_stillborn_get_type (void);
G_DEFINE_FINAL_TYPE (TestStillborn, test_stillborn, TEST_TYPE_MEMBER)

static void
test_stillborn_class_init (TestStillbornClass *klass)
{
  THESPIAN_ACTOR_CLASS (klass)->started = stillborn_started;
}

static void
test_stillborn_init (TestStillborn *self)
{
}

/* A troupe whose members want to know a text before they work, which they answer to “name”. */
static gboolean
novice_receive_message (ThespianActor   *actor,
                        const GValue    *message,
                        ThespianAddress *sender,
                        GError         **error)
{
  const GValue *name = thespian_actor_get_initializing_message (actor, "name");

  if (!G_VALUE_HOLDS_INT (message))
    return TRUE;

  member_answer (actor, sender, g_value_get_string (name));
  return TRUE;
}

typedef struct { TestMember parent_instance; } TestNovice;
typedef struct { TestMemberClass parent_class; } TestNoviceClass;
static GType test_novice_get_type (void);
G_DEFINE_FINAL_TYPE (TestNovice, test_novice, TEST_TYPE_MEMBER)

static void
test_novice_class_init (TestNoviceClass *klass)
{
  ThespianActorClass *actor_class = THESPIAN_ACTOR_CLASS (klass);

  actor_class->receive_message = novice_receive_message;
  thespian_actor_class_add_initializing_message (actor_class, "name", G_TYPE_STRING, FALSE);
}

static void
test_novice_init (TestNovice *self)
{
}

/* A class that took it back. */
typedef struct { TestMember parent_instance; } TestSoloist;
typedef struct { TestMemberClass parent_class; } TestSoloistClass;
static GType test_soloist_get_type (void);
G_DEFINE_FINAL_TYPE (TestSoloist, test_soloist, TEST_TYPE_MEMBER)

static void
test_soloist_class_init (TestSoloistClass *klass)
{
  thespian_actor_class_set_troupe (THESPIAN_ACTOR_CLASS (klass), 0, 0);
}

static void
test_soloist_init (TestSoloist *self)
{
}

/* --- The tests ---------------------------------------------------------------------------- */

static ThespianAddress *
create_troupe (ThespianActorSystem *system)
{
  return pattern_create (system, TEST_TYPE_MEMBER, NULL);
}

/* The worker that answered; @ret_label may be NULL. */
static ThespianAddress *
take_worker (GValue     *heard,
             const char *word,
             char      **ret_label)
{
  g_autoptr (GError) error = NULL;
  const char *heard_word, *token, *label;
  ThespianAddress *worker;

  if (G_VALUE_HOLDS (heard, THESPIAN_TYPE_POISON_MESSAGE))
    g_error ("Unexpected poison: %s",
             thespian_poison_message_get_details (g_value_get_object (heard)));
  g_assert_true (G_VALUE_HOLDS_VARIANT (heard));
  g_variant_get (g_value_get_variant (heard), "(&s&s&s)", &heard_word, &token, &label);
  g_assert_cmpstr (heard_word, ==, word);
  worker = thespian_address_from_token (token, &error);
  g_assert_no_error (error);
  if (ret_label != NULL)
    *ret_label = g_strdup (label);
  thespian_value_free (heard);
  return worker;
}

static ThespianAddress *
listen_worker (ThespianActorSystem *system,
               const char          *word)
{
  return take_worker (pattern_listen (system), word, NULL);
}

static char *
ask_text (ThespianActorSystem *system,
          ThespianAddress     *troupe,
          const char          *text)
{
  return pattern_take_text (pattern_ask_text (system, troupe, text));
}

static void
assert_status (ThespianActorSystem *system,
               ThespianAddress     *troupe,
               const char          *expected)
{
  gint64 deadline = g_get_monotonic_time () + PATTERN_TEST_LIMIT;

  /* What the workers tell their manager comes a little after what they tell us. */
  for (;;)
    {
      g_autofree char *status = ask_text (system, troupe, "troupe:status?");

      if (g_pattern_match_simple (expected, status))
        return;
      if (g_get_monotonic_time () > deadline)
        g_error ("Expected “%s”, the status is “%s”", expected, status);
      pattern_wait (system);
    }
}

/* The worker that is free again gets what waited first. */
static void
release_for (ThespianActorSystem *system,
             ThespianAddress     *worker,
             const char          *word)
{
  g_autoptr (ThespianAddress) next = NULL;

  pattern_tell_text (system, worker, "release");
  next = listen_worker (system, word);
  g_assert_true (next == worker);
}

/* Several workers hold: as many as there may be, and then their words wait in their order. */
static void
test_hold_and_queue (ThespianActorSystem *system)
{
  g_autoptr (ThespianAddress) troupe = create_troupe (system);
  ThespianAddress *workers[3];

  for (guint i = 0; i < 3; i++)
    {
      pattern_tell_text (system, troupe, "hold a");
      workers[i] = listen_worker (system, "a");
      g_assert_true (workers[i] != troupe);
      for (guint j = 0; j < i; j++)
        g_assert_true (workers[i] != workers[j]);
    }
  pattern_tell_text (system, troupe, "hold b");
  pattern_tell_text (system, troupe, "hold c");
  pattern_tell_text (system, troupe, "say d");
  assert_status (system, troupe, "*=3 idle_count=1 workers=3 idle=0 queued=3 handled=0");

  release_for (system, workers[1], "b");
  release_for (system, workers[0], "c");
  release_for (system, workers[1], "d");
  assert_status (system, troupe, "*=3 idle_count=1 workers=3 idle=1 queued=0 handled=4");

  for (guint i = 0; i < 3; i++)
    g_object_unref (workers[i]);
}

/* Those that are idle longest get the next work; a new worker is made only when none is idle. */
static void
test_round_robin (ThespianActorSystem *system)
{
  g_autoptr (ThespianAddress) troupe = create_troupe (system);
  g_autoptr (ThespianAddress) first = NULL;
  g_autoptr (ThespianAddress) second = NULL;

  first = take_worker (pattern_ask_text (system, troupe, "hold 1"), "1", NULL);
  second = take_worker (pattern_ask_text (system, troupe, "hold 2"), "2", NULL);
  pattern_tell_text (system, second, "release");
  assert_status (system, troupe, "*workers=2 idle=1*");
  pattern_tell_text (system, first, "release");
  assert_status (system, troupe, "*workers=2 idle=2*");

  for (guint i = 0; i < 6; i++)
    {
      g_autoptr (ThespianAddress) worker = NULL;
      g_autofree char *status = g_strdup_printf ("*workers=2 idle=2*handled=%u", i + 3);

      worker = take_worker (pattern_ask_text (system, troupe, "say x"), "x", NULL);
      g_assert_true (worker == (i % 2 == 0 ? second : first));
      assert_status (system, troupe, status);
    }
}

static guint
count_alive (ThespianActorSystem *system,
             ThespianAddress    **workers,
             guint                n_workers)
{
  guint n_alive = 0;

  for (guint i = 0; i < n_workers; i++)
    n_alive += pattern_is_alive (system, workers[i]) ? 1 : 0;
  return n_alive;
}

static void
await_alive (ThespianActorSystem *system,
             ThespianAddress    **workers,
             guint                n_workers,
             guint                n_alive)
{
  gint64 deadline = g_get_monotonic_time () + PATTERN_TEST_LIMIT;

  while (count_alive (system, workers, n_workers) > n_alive)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      pattern_wait (system);
    }
}

static void
test_idle_end (ThespianActorSystem *system)
{
  g_autoptr (ThespianAddress) troupe = create_troupe (system);
  ThespianAddress *workers[3];
  gint64 begin;

  for (guint i = 0; i < 3; i++)
    workers[i] = take_worker (pattern_ask_text (system, troupe, "hold x"), "x", NULL);
  begin = g_get_monotonic_time ();
  for (guint i = 0; i < 3; i++)
    pattern_tell_text (system, workers[i], "release");
  assert_status (system, troupe, "*workers=3 idle=3*");
  assert_status (system, troupe, "*workers=1 idle=1*");
  g_assert_cmpint (g_get_monotonic_time () - begin, >=, 2 * G_TIME_SPAN_SECOND - 10000);

  /* The count goes down when they are told; they are gone a little later. */
  await_alive (system, workers, 3, 1);
  g_assert_cmpuint (count_alive (system, workers, 3), ==, 1);
  g_object_unref (take_worker (pattern_ask_text (system, troupe, "say y"), "y", NULL));
  for (guint i = 0; i < 3; i++)
    g_object_unref (workers[i]);
}

/* Each of many messages is handled once, however many workers there are. */
static void
test_many (ThespianActorSystem *system)
{
  const guint n = 900; /* an endpoint keeps 1000 */
  g_autoptr (ThespianAddress) troupe = create_troupe (system);
  g_autoptr (GHashTable) heard = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *status = g_strdup_printf ("*queued=0 handled=%u", n);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text = g_strdup_printf ("%s %u", i % 100 == 0 ? "later" : "say", i);

      pattern_tell_text (system, troupe, text);
    }
  for (guint i = 0; i < n; i++)
    {
      GValue *value = pattern_listen (system);
      const char *word;

      g_assert_true (G_VALUE_HOLDS_VARIANT (value));
      g_variant_get (g_value_get_variant (value), "(&s&s&s)", &word, NULL, NULL);
      g_assert_true (g_hash_table_add (heard, g_strdup (word)));
      thespian_value_free (value);
    }
  assert_status (system, troupe, status);
}

static void
test_failure (ThespianActorSystem *system)
{
  g_autoptr (ThespianAddress) troupe = create_troupe (system);
  g_autoptr (ThespianAddress) worker = NULL;
  g_autoptr (ThespianAddress) again = NULL;
  g_autoptr (ThespianPoisonMessage) poison = NULL;

  worker = take_worker (pattern_ask_text (system, troupe, "say 1"), "1", NULL);
  assert_status (system, troupe, "*workers=1 idle=1*");
  poison = pattern_take (pattern_ask_text (system, troupe, "fail 2"),
                         THESPIAN_TYPE_POISON_MESSAGE);
  g_assert_cmpstr (g_value_get_string (thespian_poison_message_get_message (poison)), ==, "fail 2");
  g_assert_nonnull (strstr (thespian_poison_message_get_details (poison), "cannot handle 2"));

  /* The worker is as good as before. */
  assert_status (system, troupe, "*workers=1 idle=1*handled=2");
  again = take_worker (pattern_ask_text (system, troupe, "say 3"), "3", NULL);
  g_assert_true (worker == again);
}

static void
test_worker_dies (ThespianActorSystem *system)
{
  g_autoptr (ThespianAddress) troupe = create_troupe (system);
  g_autoptr (ThespianAddress) first = NULL;
  g_autoptr (ThespianAddress) second = NULL;

  first = take_worker (pattern_ask_text (system, troupe, "hold x"), "x", NULL);
  pattern_tell (system, first, thespian_actor_exit_request_new ());
  second = listen_worker (system, "x");
  g_assert_true (second != first);
  g_assert_true (pattern_is_alive (system, second));
  pattern_await_end (system, first);
  pattern_tell_text (system, second, "release");
  assert_status (system, troupe, "*workers=1 idle=1*handled=1");
}

static void
test_idle_worker_dies (ThespianActorSystem *system)
{
  g_autoptr (ThespianAddress) troupe = create_troupe (system);
  g_autoptr (ThespianAddress) first = NULL;
  g_autoptr (ThespianAddress) second = NULL;

  first = take_worker (pattern_ask_text (system, troupe, "say 1"), "1", NULL);
  assert_status (system, troupe, "*workers=1 idle=1*");
  pattern_tell (system, first, thespian_actor_exit_request_new ());
  assert_status (system, troupe, "*workers=0 idle=0*");
  second = take_worker (pattern_ask_text (system, troupe, "say 2"), "2", NULL);
  g_assert_true (second != first);
}

/* Work that costs one worker after the other comes back in the end. */
static void
test_deadly_work (ThespianActorSystem *system)
{
  g_autoptr (ThespianAddress) troupe = create_troupe (system);
  g_autoptr (ThespianPoisonMessage) poison = NULL;

  pattern_tell_text (system, troupe, "exit x");
  for (guint i = 0; i < 5; i++)
    g_object_unref (listen_worker (system, "x"));
  poison = pattern_take (pattern_listen (system), THESPIAN_TYPE_POISON_MESSAGE);
  g_assert_cmpstr (g_value_get_string (thespian_poison_message_get_message (poison)), ==, "exit x");
  g_assert_nonnull (strstr (thespian_poison_message_get_details (poison), "5 workers"));
  g_object_unref (take_worker (pattern_ask_text (system, troupe, "say y"), "y", NULL));
}

static void
test_cannot_start (ThespianActorSystem *system)
{
  g_autoptr (ThespianAddress) troupe = pattern_create (system, test_stillborn_get_type (), NULL);

  for (guint i = 0; i < 10; i++)
    pattern_tell_text (system, troupe, "say x");
  for (guint i = 0; i < 10; i++)
    {
      g_autoptr (ThespianPoisonMessage) poison = NULL;
      const GValue *message;

      poison = pattern_take (pattern_listen (system), THESPIAN_TYPE_POISON_MESSAGE);
      message = thespian_poison_message_get_message (poison);
      g_assert_cmpstr (g_value_get_string (message), ==, "say x");
      g_assert_nonnull (strstr (thespian_poison_message_get_details (poison), "no costume"));
    }
  assert_status (system, troupe, "*workers=0 idle=0 queued=0 handled=0");
}

static void
test_properties (ThespianActorSystem *system)
{
  g_autoptr (ThespianAddress) troupe = NULL;
  g_autofree char *label = NULL;

  troupe = pattern_create (system, TEST_TYPE_MEMBER,
                           g_variant_new_parsed ("{'label': <'blue'>}"));
  g_object_unref (take_worker (pattern_ask_text (system, troupe, "say x"), "x", &label));
  g_assert_cmpstr (label, ==, "blue");
}

static void
assert_settings (ThespianActorSystem *system,
                 ThespianAddress     *troupe,
                 int                  new_max,
                 int                  new_idle,
                 int                  max_count,
                 int                  idle_count)
{
  g_autoptr (ThespianUpdateTroupeSettings) settings = NULL;
  ThespianUpdateTroupeSettings *update = thespian_update_troupe_settings_new (new_max, new_idle);

  settings = pattern_take (pattern_ask (system, troupe, update),
                           THESPIAN_TYPE_UPDATE_TROUPE_SETTINGS);
  g_assert_cmpint (thespian_update_troupe_settings_get_max_count (settings), ==, max_count);
  g_assert_cmpint (thespian_update_troupe_settings_get_idle_count (settings), ==, idle_count);
}

static void
test_settings (ThespianActorSystem *system)
{
  g_autoptr (ThespianAddress) troupe = create_troupe (system);
  g_autoptr (ThespianPoisonMessage) poison = NULL;
  g_autofree char *answer = NULL;

  assert_settings (system, troupe, -1, -1, 3, 1);
  assert_settings (system, troupe, 5, -1, 5, 1);
  assert_settings (system, troupe, -1, 4, 5, 4);
  assert_settings (system, troupe, 0, 0, 1, 0);

  g_free (ask_text (system, troupe, "troupe:set_max_count=7"));
  answer = ask_text (system, troupe, "troupe:set_idle_count=6");
  g_assert_cmpstr (answer, ==,
                   "troupe: max_count=7 idle_count=6 workers=0 idle=0 queued=0 handled=0");

  poison = pattern_take (pattern_ask_text (system, troupe, "troupe:set_max_count=many"),
                         THESPIAN_TYPE_POISON_MESSAGE);
  g_assert_nonnull (strstr (thespian_poison_message_get_details (poison), "many"));
  assert_settings (system, troupe, -1, -1, 7, 6);
}

/* More workers at once for what waits; fewer as soon as they are free. */
static void
test_resize (ThespianActorSystem *system)
{
  g_autoptr (ThespianAddress) troupe = create_troupe (system);
  ThespianAddress *workers[5];

  for (guint i = 0; i < 5; i++)
    pattern_tell_text (system, troupe, "hold x");
  for (guint i = 0; i < 3; i++)
    workers[i] = listen_worker (system, "x");
  assert_status (system, troupe, "*workers=3 idle=0 queued=2*");

  pattern_tell_text (system, troupe, "troupe:set_max_count=5");
  for (guint i = 3; i < 5; i++)
    {
      GValue *value = pattern_listen (system);

      /* The answer to the setting comes before or after those of the workers. */
      if (G_VALUE_HOLDS_STRING (value))
        {
          thespian_value_free (value);
          value = pattern_listen (system);
        }
      workers[i] = take_worker (value, "x", NULL);
    }
  assert_status (system, troupe, "*workers=5 idle=0 queued=0*");

  assert_settings (system, troupe, 2, -1, 2, 1);
  assert_status (system, troupe, "*workers=5 idle=0 queued=0*");
  for (guint i = 0; i < 3; i++)
    {
      pattern_tell_text (system, workers[i], "release");
      pattern_await_end (system, workers[i]);
    }
  assert_status (system, troupe, "*workers=2 idle=0 queued=0*");
  for (guint i = 0; i < 5; i++)
    g_object_unref (workers[i]);
}

static void
check_exit (ThespianActorSystem *system,
            gpointer             request)
{
  g_autoptr (ThespianAddress) troupe = create_troupe (system);
  g_autoptr (ThespianAddress) holding = NULL;
  g_autoptr (ThespianAddress) idle = NULL;

  holding = take_worker (pattern_ask_text (system, troupe, "hold x"), "x", NULL);
  idle = take_worker (pattern_ask_text (system, troupe, "say y"), "y", NULL);
  pattern_tell (system, troupe, request);
  pattern_await_end (system, troupe);
  pattern_await_end (system, holding);
  pattern_await_end (system, idle);
}

static void
test_exit (ThespianActorSystem *system)
{
  check_exit (system, thespian_actor_exit_request_new ());
}

/* Workers without a manager would be of no use. */
static void
test_exit_alone (ThespianActorSystem *system)
{
  check_exit (system, thespian_actor_exit_request_new_not_recursive ());
}

static void
tell_int (ThespianActorSystem *system,
          ThespianAddress     *target,
          int                  number)
{
  g_auto (GValue) message = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  g_value_init (&message, G_TYPE_INT);
  g_value_set_int (&message, number);
  thespian_actor_system_tell (system, target, &message, NULL, &error);
  g_assert_no_error (error);
}

static void
test_initializing (ThespianActorSystem *system)
{
  g_autoptr (ThespianAddress) troupe = pattern_create (system, test_novice_get_type (), NULL);

  tell_int (system, troupe, 1);
  tell_int (system, troupe, 2);
  pattern_wait (system);
  pattern_tell_text (system, troupe, "Ann");
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (ThespianAddress) worker = listen_worker (system, "Ann");

      g_assert_true (worker != troupe);
    }
}

static void
test_taken_back (ThespianActorSystem *system)
{
  g_autoptr (ThespianAddress) soloist = pattern_create (system, test_soloist_get_type (), NULL);

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (ThespianAddress) worker = NULL;

      worker = take_worker (pattern_ask_text (system, soloist, "say x"), "x", NULL);
      g_assert_true (worker == soloist);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  pattern_add ("/troupe/hold-and-queue", test_hold_and_queue);
  pattern_add ("/troupe/round-robin", test_round_robin);
  pattern_add ("/troupe/idle-end", test_idle_end);
  pattern_add ("/troupe/many", test_many);
  pattern_add ("/troupe/failure", test_failure);
  pattern_add ("/troupe/worker-dies", test_worker_dies);
  pattern_add ("/troupe/idle-worker-dies", test_idle_worker_dies);
  pattern_add ("/troupe/deadly-work", test_deadly_work);
  pattern_add ("/troupe/cannot-start", test_cannot_start);
  pattern_add ("/troupe/properties", test_properties);
  pattern_add ("/troupe/settings", test_settings);
  pattern_add ("/troupe/resize", test_resize);
  pattern_add ("/troupe/exit", test_exit);
  pattern_add ("/troupe/exit-alone", test_exit_alone);
  pattern_add ("/troupe/initializing", test_initializing);
  pattern_add ("/troupe/taken-back", test_taken_back);

  return g_test_run ();
}
