/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "behaviour-actors.h"
#include "behaviour-fifo.h"
#include "behaviour-puppet.h"

#include <signal.h>

/*
 * Works on "slow TEXT" for a while, with its work in progress, and answers "TEXT by WORKER" then;
 * on "held TEXT" until there is a mark in its pipe, which it takes; on "quick TEXT" at once. On
 * "fatal TEXT" it exits with the work in hand as long as there is something to read from its pipe,
 * and on "deadly TEXT" its process is killed over it.
 */
typedef struct
{
  ThespianActor parent_instance;
  ThespianAddress *asker; /* (owned) (nullable) */
  char *path; /* (owned) (nullable) */
} Hand;

typedef ThespianActorClass HandClass;
static GType hand_get_type (void);
G_DEFINE_TYPE (Hand, hand, THESPIAN_TYPE_ACTOR)
BEHAVIOUR_REGISTER (hand)

static gboolean
hand_answer (Hand       *self,
             const char *text)
{
  ThespianActor *actor = (ThespianActor *) self;
  g_autofree char *name = thespian_address_to_string (thespian_actor_get_address (actor));
  g_autofree char *answer = g_strdup_printf ("%s by %s", text, name);

  return thespian_actor_send_string (actor, self->asker, answer);
}

static gboolean
hand_die (Hand    *self,
          GError **error)
{
  ThespianActor *actor = (ThespianActor *) self;
  g_autoptr (BehaviourMessage) request = behaviour_exit ();

  thespian_actor_set_troupe_work_in_progress (actor, TRUE);
  return thespian_actor_send (actor, thespian_actor_get_address (actor), request, error);
}

static gboolean
hand_work (Hand       *self,
           const char *work)
{
  ThespianActor *actor = (ThespianActor *) self;
  g_autoptr (BehaviourMessage) payload = behaviour_string (work);

  thespian_actor_set_troupe_work_in_progress (actor, TRUE);
  thespian_actor_wakeup_after (actor, 100 * G_TIME_SPAN_MILLISECOND, payload);

  return TRUE;
}

static gboolean
hand_go_on (Hand       *self,
            const char *work)
{
  if (g_str_has_prefix (work, "held ") && !behaviour_take_mark (self->path))
    return hand_work (self, work);

  thespian_actor_set_troupe_work_in_progress ((ThespianActor *) self, FALSE);
  return hand_answer (self, strchr (work, ' ') + 1);
}

static gboolean
hand_receive (ThespianActor   *actor,
              const GValue    *message,
              ThespianAddress *sender,
              GError         **error)
{
  Hand *self = (Hand *) actor;
  ThespianWakeupMessage *wakeup = behaviour_object (message, THESPIAN_TYPE_WAKEUP_MESSAGE);

  if (wakeup != NULL)
    return hand_go_on (self, g_value_get_string (thespian_wakeup_message_get_payload (wakeup)));
  if (!G_VALUE_HOLDS_STRING (message))
    return TRUE;

  g_set_object (&self->asker, sender);
  if (behaviour_after (message, "quick ") != NULL)
    return hand_answer (self, behaviour_after (message, "quick "));
  if (behaviour_after (message, "fatal ") != NULL && behaviour_take_mark (self->path))
    return hand_die (self, error);
  if (behaviour_after (message, "fatal ") != NULL)
    return hand_answer (self, behaviour_after (message, "fatal "));
  if (behaviour_after (message, "deadly ") != NULL && behaviour_take_mark (self->path))
    raise (SIGKILL);
  if (behaviour_after (message, "deadly ") != NULL)
    return hand_answer (self, behaviour_after (message, "deadly "));

  return hand_work (self, g_value_get_string (message));
}

static void
hand_get_property (GObject    *object,
                   guint       prop_id,
                   GValue     *value,
                   GParamSpec *pspec)
{
  g_value_set_string (value, ((Hand *) object)->path);
}

static void
hand_set_property (GObject      *object,
                   guint         prop_id,
                   const GValue *value,
                   GParamSpec   *pspec)
{
  ((Hand *) object)->path = g_value_dup_string (value);
}

static void
hand_finalize (GObject *object)
{
  g_clear_object (&((Hand *) object)->asker);
  g_free (((Hand *) object)->path);
  G_OBJECT_CLASS (hand_parent_class)->finalize (object);
}

static void
hand_class_init (HandClass *klass)
{
  klass->receive_message = hand_receive;
  G_OBJECT_CLASS (klass)->get_property = hand_get_property;
  G_OBJECT_CLASS (klass)->set_property = hand_set_property;
  G_OBJECT_CLASS (klass)->finalize = hand_finalize;
  g_object_class_install_property (
    G_OBJECT_CLASS (klass), 1,
    g_param_spec_string ("path", NULL, NULL, NULL, G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY));
  thespian_actor_class_set_troupe (klass, THESPIAN_TROUPE_MAX_COUNT, THESPIAN_TROUPE_IDLE_COUNT);
}

static void
hand_init (Hand *self)
{
}

/* At most three, of whom one may be idle. */
typedef Hand FewHands;
typedef HandClass FewHandsClass;
static GType few_hands_get_type (void);
G_DEFINE_TYPE (FewHands, few_hands, hand_get_type ())
BEHAVIOUR_REGISTER (few_hands)

static void
few_hands_class_init (FewHandsClass *klass)
{
  thespian_actor_class_set_troupe (klass, 3, 1);
}

static void
few_hands_init (FewHands *self)
{
}

/* One. */
typedef Hand OneHand;
typedef HandClass OneHandClass;
static GType one_hand_get_type (void);
G_DEFINE_TYPE (OneHand, one_hand, hand_get_type ())
BEHAVIOUR_REGISTER (one_hand)

static void
one_hand_class_init (OneHandClass *klass)
{
  thespian_actor_class_set_troupe (klass, 1, 1);
}

static void
one_hand_init (OneHand *self)
{
}

/* The workers that answered, and their answers in the order in which they came. */
typedef struct
{
  GHashTable *workers;
  GPtrArray *answers;
} Result;

static void
result_clear (Result *self)
{
  g_hash_table_unref (self->workers);
  g_ptr_array_unref (self->answers);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Result, result_clear)

static void
collect (BehaviourFixture *f,
         Result           *result,
         guint             n)
{
  result->workers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  result->answers = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (BehaviourReply) reply = behaviour_listen (f);
      g_autofree char *text = behaviour_describe (reply);
      g_auto (GStrv) parts = g_strsplit (text, " by ", 2);

      if (g_strv_length (parts) != 2)
        g_error ("no answer of a worker: “%s”", text);
      g_hash_table_add (result->workers, g_strdup (parts[1]));
      g_ptr_array_add (result->answers, g_strdup (parts[0]));
    }
}

static void
tell (BehaviourFixture *f,
      ThespianAddress  *troupe,
      const char       *what,
      guint             number)
{
  g_autofree char *text = g_strdup_printf ("%s %u", what, number);

  behaviour_tell (f, troupe, behaviour_string (text));
}

static guint
count_actors (BehaviourFixture *f)
{
  g_autoptr (ThespianSystemStatus) status = thespian_actor_system_get_status (f->system);

  return thespian_system_status_get_n_actors (status);
}

static gboolean
has_as_many_actors (BehaviourFixture *f,
                    gpointer          n)
{
  return count_actors (f) == GPOINTER_TO_UINT (n);
}

static void
test_defaults (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) troupe = behaviour_create (f, hand_get_type ());
  g_auto (Result) result = { NULL };

  g_assert_cmpint (THESPIAN_TROUPE_MAX_COUNT, ==, 10);
  g_assert_cmpint (THESPIAN_TROUPE_IDLE_COUNT, ==, 2);
  for (guint i = 0; i < 25; i++)
    tell (f, troupe, "slow", i);
  collect (f, &result, 25);
  g_assert_cmpuint (g_hash_table_size (result.workers), ==, 10);
  behaviour_wait_for (f, has_as_many_actors, GUINT_TO_POINTER (1 + 2));
}

/* A troupe whose workers have that pipe. */
static ThespianAddress *
few_hands_new (BehaviourFixture *f,
               BehaviourFifo    *fifo)
{
  g_autofree char *properties = g_strdup_printf ("{'path': <'%s'>}", fifo->path);

  return behaviour_create_full (f, few_hands_get_type (), NULL, NULL, properties);
}

typedef struct
{
  ThespianAddress *troupe;
  const char *expected;
} Status;

static gboolean
has_status (BehaviourFixture *f,
            gpointer          data)
{
  const Status *status = data;
  g_autoptr (BehaviourReply) reply =
    behaviour_probe (f, status->troupe, behaviour_string ("troupe:status?"));

  g_assert_nonnull (reply);
  return strstr (g_value_get_string (reply), status->expected) != NULL;
}

/* That so much held work is done by so many workers, each of whom has some when none is done. */
static void
assert_works_with (BehaviourFixture *f,
                   ThespianAddress  *troupe,
                   BehaviourFifo    *fifo,
                   guint             n,
                   guint             n_workers)
{
  g_autofree char *expected =
    g_strdup_printf ("workers=%u idle=0 queued=%u ", n_workers, n - n_workers);
  g_auto (Result) result = { NULL };

  for (guint i = 0; i < n; i++)
    tell (f, troupe, "held", i);
  behaviour_wait_for (f, has_status, &(Status){ troupe, expected });
  behaviour_wait_for (f, has_as_many_actors, GUINT_TO_POINTER (1 + n_workers));
  for (guint i = 0; i < n; i++)
    behaviour_fifo_write (fifo);
  collect (f, &result, n);
  g_assert_cmpuint (g_hash_table_size (result.workers), ==, n_workers);
}

static void
test_idle_first (BehaviourFixture *f)
{
  g_autoptr (BehaviourFifo) fifo = behaviour_fifo_new ();
  g_autoptr (ThespianAddress) troupe = few_hands_new (f, fifo);
  g_autoptr (BehaviourReply) set =
    behaviour_ask (f, troupe, behaviour_string ("troupe:set_idle_count=2"));

  g_assert_nonnull (set);
  assert_works_with (f, troupe, fifo, 2, 2);
  /* There are two now; the third comes only when both are busy. Who has the answer may know it
   * before the troupe does. */
  for (guint i = 0; i < 10; i++)
    {
      g_autoptr (BehaviourReply) reply = NULL;

      behaviour_wait_for (f, has_status, &(Status){ troupe, "workers=2 idle=2 queued=0 " });
      reply = behaviour_ask (f, troupe, behaviour_string ("quick 1"));
      g_assert_nonnull (reply);
    }
  assert_works_with (f, troupe, fifo, 3, 3);
}

static void
test_queued (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) troupe = behaviour_create (f, one_hand_get_type ());
  g_auto (Result) result = { NULL };

  for (guint i = 0; i < 6; i++)
    tell (f, troupe, i % 2 == 0 ? "slow" : "quick", i);
  collect (f, &result, 6);
  g_assert_cmpuint (g_hash_table_size (result.workers), ==, 1);
  for (guint i = 0; i < 6; i++)
    {
      g_autofree char *expected = g_strdup_printf ("%u", i);

      g_assert_cmpstr (g_ptr_array_index (result.answers, i), ==, expected);
    }
}

static void
test_once_each (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) troupe = behaviour_create (f, few_hands_get_type ());
  g_autoptr (GHashTable) numbers = g_hash_table_new (g_str_hash, g_str_equal);
  g_auto (Result) result = { NULL };

  for (guint i = 0; i < 300; i++)
    tell (f, troupe, "quick", i);
  collect (f, &result, 300);
  for (guint i = 0; i < 300; i++)
    g_assert_true (g_hash_table_add (numbers, g_ptr_array_index (result.answers, i)));
  g_assert_cmpuint (g_hash_table_size (result.workers), <=, 3);
  behaviour_assert_nothing (f);
}

static void
test_idle_end (BehaviourFixture *f)
{
  g_autoptr (BehaviourFifo) fifo = behaviour_fifo_new ();
  g_autoptr (ThespianAddress) troupe = few_hands_new (f, fifo);
  gint64 start = g_get_monotonic_time ();

  assert_works_with (f, troupe, fifo, 6, 3);
  behaviour_wait_for (f, has_as_many_actors, GUINT_TO_POINTER (1 + 1));
  g_assert_cmpint (g_get_monotonic_time () - start, >, 1500 * G_TIME_SPAN_MILLISECOND);

  /* It goes on with the one, and more when they are needed. */
  assert_works_with (f, troupe, fifo, 3, 3);
}

static void
test_worker_dies (BehaviourFixture *f)
{
  g_autoptr (BehaviourFifo) fifo = behaviour_fifo_new ();
  g_autoptr (ThespianAddress) troupe = few_hands_new (f, fifo);
  g_auto (Result) result = { NULL };

  behaviour_fifo_write (fifo);
  behaviour_fifo_write (fifo);
  tell (f, troupe, "fatal", 1);
  for (guint i = 2; i < 6; i++)
    tell (f, troupe, "slow", i);
  collect (f, &result, 5);
  g_ptr_array_sort (result.answers, (GCompareFunc) g_strcmp0);
  g_assert_false (behaviour_fifo_has (fifo));
  behaviour_assert_nothing (f);
  behaviour_assert_alive (f, troupe);
}

static void
test_worker_killed (BehaviourFixture *f)
{
  g_autoptr (BehaviourFifo) fifo = behaviour_fifo_new ();
  g_autoptr (ThespianAddress) troupe = few_hands_new (f, fifo);
  g_auto (Result) result = { NULL };

  behaviour_fifo_write (fifo);
  behaviour_fifo_write (fifo);
  for (guint i = 1; i < 6; i++)
    tell (f, troupe, "deadly", i);
  collect (f, &result, 5);
  g_assert_false (behaviour_fifo_has (fifo));
  behaviour_assert_nothing (f);
}

static void
assert_max_count (BehaviourFixture *f,
                  ThespianAddress  *troupe,
                  guint             max_count)
{
  g_auto (Result) result = { NULL };

  for (guint i = 0; i < 3 * max_count; i++)
    tell (f, troupe, "slow", i);
  collect (f, &result, 3 * max_count);
  g_assert_cmpuint (g_hash_table_size (result.workers), ==, max_count);
}

static void
test_update (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) troupe = behaviour_create (f, few_hands_get_type ());
  g_autoptr (BehaviourReply) reply =
    behaviour_ask (f, troupe, behaviour_take (thespian_update_troupe_settings_new (5, 4)));
  ThespianUpdateTroupeSettings *settings = NULL;

  g_assert_nonnull (reply);
  settings = behaviour_object (reply, THESPIAN_TYPE_UPDATE_TROUPE_SETTINGS);
  g_assert_nonnull (settings);
  g_assert_cmpint (thespian_update_troupe_settings_get_max_count (settings), ==, 5);
  g_assert_cmpint (thespian_update_troupe_settings_get_idle_count (settings), ==, 4);
  assert_max_count (f, troupe, 5);
  behaviour_wait_for (f, has_as_many_actors, GUINT_TO_POINTER (1 + 4));
}

static void
test_texts (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) troupe = behaviour_create (f, few_hands_get_type ());
  g_autoptr (BehaviourReply) first =
    behaviour_ask (f, troupe, behaviour_string ("troupe:set_max_count=4"));
  g_autoptr (BehaviourReply) second =
    behaviour_ask (f, troupe, behaviour_string ("troupe:set_idle_count=2"));

  g_assert_true (first != NULL && second != NULL);
  g_assert_nonnull (strstr (g_value_get_string (second), "max_count=4"));
  g_assert_nonnull (strstr (g_value_get_string (second), "idle_count=2"));
  assert_max_count (f, troupe, 4);
  behaviour_wait_for (f, has_as_many_actors, GUINT_TO_POINTER (1 + 2));
}

static void
test_status (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) troupe = behaviour_create (f, few_hands_get_type ());
  g_autoptr (BehaviourReply) work = behaviour_ask (f, troupe, behaviour_string ("quick 1"));
  g_autoptr (BehaviourReply) reply = behaviour_ask (f, troupe, behaviour_string ("troupe:status?"));
  const char *text = NULL;

  g_assert_true (work != NULL && reply != NULL);
  text = g_value_get_string (reply);
  g_assert_nonnull (strstr (text, "max_count=3"));
  g_assert_nonnull (strstr (text, "idle_count=1"));
  g_assert_nonnull (strstr (text, "workers=1"));
}

static void
test_answers (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) one = puppet_new (f);
  g_autoptr (ThespianAddress) two = puppet_new (f);
  g_autoptr (ThespianAddress) troupe = behaviour_create (f, few_hands_get_type ());
  g_autoptr (GPtrArray) of_one = NULL;
  g_autoptr (GPtrArray) of_two = NULL;

  puppet_send (f, one, troupe, "slow one");
  puppet_send (f, two, troupe, "slow two");
  of_one = puppet_wait (f, one, 1);
  of_two = puppet_wait (f, two, 1);
  g_assert_true (g_str_has_prefix (puppet_record (of_one, 0)->text, "one by "));
  g_assert_true (g_str_has_prefix (puppet_record (of_two, 0)->text, "two by "));
}

static void
test_exit (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  g_autoptr (ThespianAddress) troupe = puppet_create (f, puppet, few_hands_get_type ());
  g_auto (Result) result = { NULL };

  for (guint i = 0; i < 3; i++)
    tell (f, troupe, "slow", i);
  collect (f, &result, 3);
  g_assert_cmpuint (count_actors (f), ==, 2 + 3);
  puppet_send_exit (f, puppet, troupe, TRUE);
  puppet_assert (f, puppet, "child-exited", NULL);
  behaviour_wait_for (f, has_as_many_actors, GUINT_TO_POINTER (1));
}

int
main (int    argc,
      char **argv)
{
  behaviour_test_init (&argc, &argv);

  behaviour_test ("TROUPE-1", "defaults", test_defaults);
  behaviour_test ("TROUPE-2", "idle-first", test_idle_first);
  behaviour_test ("TROUPE-3+TROUPE-5", "queued", test_queued);
  behaviour_test ("TROUPE-4", "once-each", test_once_each);
  behaviour_test ("TROUPE-6", "idle-end", test_idle_end);
  behaviour_test ("TROUPE-7", "worker-dies", test_worker_dies);
  behaviour_test ("TROUPE-13", "worker-killed", test_worker_killed);
  behaviour_test ("TROUPE-8", "update", test_update);
  behaviour_test ("TROUPE-9", "texts", test_texts);
  behaviour_test ("TROUPE-10", "status", test_status);
  behaviour_test ("TROUPE-11", "answers", test_answers);
  behaviour_test ("TROUPE-12", "exit", test_exit);

  return g_test_run ();
}
