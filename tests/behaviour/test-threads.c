/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "behaviour-actors.h"
#include "behaviour-fifo.h"

/* On a string that names an act, does the act in a thread, which ends with the message "done" to
 * the asker. */
typedef struct
{
  ThespianActor parent_instance;
  GThread *thread; /* (owned) (nullable) */
  ThespianAddress *asker; /* (owned) (nullable) */
  char *act; /* (owned) (nullable) */
} Helped;

static gpointer
help (gpointer data)
{
  Helped *self = data;
  ThespianActor *actor = data;
  g_autoptr (ThespianAddress) child = NULL;
  g_autoptr (GError) error = NULL;

  if (g_str_equal (self->act, "create"))
    {
      child = thespian_actor_create_actor (actor, BEHAVIOUR_TYPE_ECHO, NULL, NULL, NULL, &error);
      g_assert_no_error (error);
      thespian_actor_send_object (actor, self->asker, G_OBJECT (child));
    }
  else if (g_str_equal (self->act, "log"))
    {
      for (guint i = 0; i < 100; i++)
        thespian_actor_log (actor, G_LOG_LEVEL_DEBUG, "from a thread");
    }
  thespian_actor_send_string (actor, self->asker, "done");

  return NULL;
}

static gboolean
helped_receive (ThespianActor   *actor,
                const GValue    *message,
                ThespianAddress *sender,
                GError         **error)
{
  Helped *self = (Helped *) actor;

  if (behaviour_object (message, THESPIAN_TYPE_ACTOR_EXIT_REQUEST) != NULL)
    {
      g_clear_pointer (&self->thread, g_thread_join);
      return TRUE;
    }
  if (!G_VALUE_HOLDS_STRING (message))
    return TRUE;

  g_clear_pointer (&self->thread, g_thread_join);
  g_set_object (&self->asker, sender);
  g_free (self->act);
  self->act = g_value_dup_string (message);
  self->thread = g_thread_new ("help", help, self);

  return TRUE;
}

static void
helped_finalize (GObject *object)
{
  g_clear_object (&((Helped *) object)->asker);
  g_free (((Helped *) object)->act);
  G_OBJECT_CLASS (g_type_class_peek (THESPIAN_TYPE_ACTOR))->finalize (object);
}

BEHAVIOUR_ACTOR (Helped, helped, G_OBJECT_CLASS (klass)->finalize = helped_finalize;)

static void
test_send (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) helped = behaviour_create (f, helped_get_type ());

  behaviour_assert_ask (f, helped, behaviour_string ("send"), "done");
}

static void
test_create (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) helped = behaviour_create (f, helped_get_type ());
  g_autoptr (BehaviourReply) reply = behaviour_ask (f, helped, behaviour_string ("create"));
  ThespianAddress *child = NULL;

  g_assert_nonnull (reply);
  child = behaviour_object (reply, THESPIAN_TYPE_ADDRESS);
  g_assert_nonnull (child);
  behaviour_assert_listen (f, "done");
  behaviour_assert_ask (f, child, behaviour_string ("born of a thread"), "born of a thread");

  /* It is a child like any other. */
  behaviour_end (f, helped);
  behaviour_assert_dead (f, child);
}

static void
test_log (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) helped = behaviour_create (f, helped_get_type ());

  behaviour_assert_ask (f, helped, behaviour_string ("log"), "done");
}

/* Answers whether all its messages, and its set-up, came on the thread of the first, and one at a
 * time. */
typedef struct
{
  ThespianActor parent_instance;
  GThread *first; /* unowned, to compare */
  gboolean inside;
  gboolean wrong;
  int n_came;
} Loyal;

static gboolean
loyal_started (ThespianActor *actor,
               GError       **error)
{
  ((Loyal *) actor)->first = g_thread_self ();
  return TRUE;
}

static gboolean
loyal_receive (ThespianActor   *actor,
               const GValue    *message,
               ThespianAddress *sender,
               GError         **error)
{
  Loyal *self = (Loyal *) actor;
  g_autofree char *reply = NULL;

  self->wrong |= self->first != g_thread_self () || self->inside;
  if (behaviour_is (message, "count?"))
    {
      reply = g_strdup_printf ("%d%s", self->n_came, self->wrong ? " wrong" : "");
      return thespian_actor_send_string (actor, sender, reply);
    }

  self->inside = TRUE;
  self->n_came++;
  g_thread_yield ();
  if (self->n_came % 10 == 0)
    for (guint i = 0; i < 5; i++)
      g_main_context_iteration (thespian_actor_get_main_context (actor), FALSE);
  self->inside = FALSE;

  return TRUE;
}

BEHAVIOUR_ACTOR (Loyal, loyal, klass->started = loyal_started;)

static void
test_one_thread (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) loyal = behaviour_create (f, loyal_get_type ());
  g_autoptr (GPtrArray) pumps = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < 8; i++)
    g_ptr_array_add (pumps, behaviour_create (f, BEHAVIOUR_TYPE_PUMP));
  for (guint i = 0; i < pumps->len; i++)
    behaviour_tell (f, g_ptr_array_index (pumps, i), behaviour_pump_order (loyal, 1, 500));
  for (guint i = 0; i < pumps->len; i++)
    behaviour_assert_listen (f, "pumped");

  behaviour_assert_becomes (f, loyal, "count?", "4000");
}

/* Holds up its thread until there is something in the pipe "at PATH"; tells whether it is "alone?" on it. */
typedef struct
{
  ThespianActor parent_instance;
} Blocking;

static gboolean
blocking_receive (ThespianActor   *actor,
                  const GValue    *message,
                  ThespianAddress *sender,
                  GError         **error)
{
  const char *path = behaviour_after (message, "at ");

  if (behaviour_is (message, "alone?"))
    return thespian_actor_send_boolean (actor, sender, thespian_actor_has_own_thread (actor));
  if (path == NULL)
    return TRUE;

  return thespian_actor_send_string (actor, sender,
                                     behaviour_wait_at (path) ? "released" : "waited in vain");
}

BEHAVIOUR_ACTOR (Blocking, blocking)

static void
assert_alone (BehaviourFixture *f,
              ThespianAddress  *blocking,
              gboolean          expected)
{
  g_autoptr (BehaviourReply) reply = behaviour_ask (f, blocking, behaviour_string ("alone?"));

  g_assert_true (G_VALUE_HOLDS_BOOLEAN (reply));
  g_assert_true (g_value_get_boolean (reply) == expected);
}

static void
test_alone (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) blocking = behaviour_create (f, blocking_get_type ());

  assert_alone (f, blocking, f->processes);
}

static void
test_own_thread (BehaviourFixture *f)
{
  /* More of them than there are workers, whatever that number is. */
  g_autoptr (GPtrArray) blocking = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (BehaviourFifo) release = behaviour_fifo_new ();
  g_autofree char *order = g_strdup_printf ("at %s", release->path);

  for (guint i = 0; i < 16; i++)
    {
      ThespianAddress *one =
        behaviour_create_full (f, blocking_get_type (), "{'Own Thread': <true>}", NULL, NULL);

      g_ptr_array_add (blocking, one);
      assert_alone (f, one, TRUE);
      behaviour_tell (f, one, behaviour_string (order));
    }

  for (guint i = 0; i < 16; i++)
    {
      g_autoptr (ThespianAddress) echo = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);

      behaviour_assert_probe (f, echo, behaviour_string ("not delayed"), "not delayed");
    }
  behaviour_assert_nothing (f);

  behaviour_fifo_write (release);
  for (guint i = 0; i < blocking->len; i++)
    behaviour_assert_listen (f, "released");
}

/* With two workers and one of them held up, half of the actors answer all the same. */
static void
test_long_handler (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) blocking = behaviour_create (f, blocking_get_type ());
  g_autoptr (GPtrArray) echoes = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (BehaviourFifo) release = behaviour_fifo_new ();
  g_autofree char *order = g_strdup_printf ("at %s", release->path);
  guint n_answered = 0;

  for (guint i = 0; i < 8; i++)
    g_ptr_array_add (echoes, behaviour_create (f, BEHAVIOUR_TYPE_ECHO));

  behaviour_tell (f, blocking, behaviour_string (order));
  for (guint i = 0; i < echoes->len; i++)
    {
      g_autoptr (BehaviourMessage) message = behaviour_int (1);
      g_autoptr (BehaviourReply) reply = thespian_endpoint_ask (
        f->control, g_ptr_array_index (echoes, i), message, 500000, NULL, NULL);

      n_answered += reply != NULL;
    }
  g_assert_cmpuint (n_answered, >, 0);

  behaviour_fifo_write (release);
  behaviour_assert_listen (f, "released");
}

/* Answers with the thread that it runs on. */
typedef struct
{
  ThespianActor parent_instance;
} Where;

static gboolean
where_receive (ThespianActor   *actor,
               const GValue    *message,
               ThespianAddress *sender,
               GError         **error)
{
  if (!behaviour_is (message, "where?"))
    return TRUE;

  return thespian_actor_send_uint64 (actor, sender, (guint64) (gsize) g_thread_self ());
}

BEHAVIOUR_ACTOR (Where, where)

static void
assert_workers (BehaviourFixture *f,
                guint             expected)
{
  g_autoptr (GHashTable) threads =
    g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);

  for (guint i = 0; i < 32; i++)
    {
      g_autoptr (ThespianAddress) where = behaviour_create (f, where_get_type ());
      g_autoptr (BehaviourReply) reply = behaviour_ask (f, where, behaviour_string ("where?"));
      guint64 thread = 0;

      g_assert_nonnull (reply);
      thread = g_value_get_uint64 (reply);
      g_assert_cmpuint (thread, !=, (guint64) (gsize) g_thread_self ());
      g_hash_table_add (threads, g_memdup2 (&thread, sizeof thread));
    }

  g_assert_cmpuint (g_hash_table_size (threads), ==, expected);
}

static void
test_one_worker (BehaviourFixture *f)
{
  assert_workers (f, 1);
}

static void
test_three_workers (BehaviourFixture *f)
{
  assert_workers (f, 3);
}

int
main (int    argc,
      char **argv)
{
  behaviour_test_init (&argc, &argv);

  behaviour_test ("THREAD-1", "send", test_send);
  behaviour_test ("THREAD-2", "create", test_create);
  behaviour_test ("THREAD-3", "log", test_log);
  behaviour_test ("THREAD-4+THREAD-5", "one-thread", test_one_thread);
  behaviour_test ("THREAD-10", "alone", test_alone);
  behaviour_test ("THREAD-6", "own-thread", test_own_thread);
  behaviour_test_with ("THREAD-7", "long-handler", "{'Worker Threads': <2>}", 0, test_long_handler);
  behaviour_test_with ("THREAD-8", "one-worker", "{'Worker Threads': <1>}", 0, test_one_worker);
  behaviour_test_with ("THREAD-8", "three-workers", "{'Worker Threads': <3>}", 0,
                       test_three_workers);

  return g_test_run ();
}
