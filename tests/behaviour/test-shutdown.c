/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "behaviour-actors.h"
#include "behaviour-fifo.h"
#include "behaviour-processes.h"
#include "behaviour-puppet.h"

#include <unistd.h>

/* Writes "e" to a pipe when it is asked to exit, and "f" when it is finalised. On a number creates
 * so many of its kind. */
typedef struct
{
  ThespianActor parent_instance;
  char *path; /* (owned) (nullable) */
} Mortal;

typedef ThespianActorClass MortalClass;
static GType mortal_get_type (void);
G_DEFINE_TYPE (Mortal, mortal, THESPIAN_TYPE_ACTOR)
BEHAVIOUR_REGISTER (mortal)

static gboolean
mortal_receive (ThespianActor   *actor,
                const GValue    *message,
                ThespianAddress *sender,
                GError         **error)
{
  Mortal *self = (Mortal *) actor;
  g_autoptr (GVariant) properties = NULL;

  if (behaviour_object (message, THESPIAN_TYPE_ACTOR_EXIT_REQUEST) != NULL)
    behaviour_mark (self->path, 'e');
  if (!G_VALUE_HOLDS_INT (message))
    return TRUE;

  properties = g_variant_ref_sink (g_variant_new_parsed ("{'path': <%s>}", self->path));
  for (int i = 0; i < g_value_get_int (message); i++)
    {
      g_autoptr (ThespianAddress) child =
        thespian_actor_create_actor (actor, mortal_get_type (), NULL, NULL, properties, error);

      if (child == NULL)
        return FALSE;
      /* And those have one each. */
      if (g_value_get_int (message) > 1)
        thespian_actor_send_int (actor, child, 1);
    }

  return thespian_actor_send_string (actor, sender, "created");
}

static void
mortal_set_property (GObject      *object,
                     guint         prop_id,
                     const GValue *value,
                     GParamSpec   *pspec)
{
  ((Mortal *) object)->path = g_value_dup_string (value);
}

static void
mortal_finalize (GObject *object)
{
  behaviour_mark (((Mortal *) object)->path, 'f');
  g_free (((Mortal *) object)->path);
  G_OBJECT_CLASS (mortal_parent_class)->finalize (object);
}

static void
mortal_class_init (MortalClass *klass)
{
  klass->receive_message = mortal_receive;
  G_OBJECT_CLASS (klass)->set_property = mortal_set_property;
  G_OBJECT_CLASS (klass)->finalize = mortal_finalize;
  g_object_class_install_property (
    G_OBJECT_CLASS (klass), 1,
    g_param_spec_string ("path", NULL, NULL, NULL, G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY));
}

static void
mortal_init (Mortal *self)
{
}

static void
shut_down (BehaviourFixture *f)
{
  g_autoptr (GError) error = NULL;
  gboolean done = thespian_actor_system_shutdown (f->system, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (done);
}

/* How many marks of each kind have been written to the pipe; what is there is taken. */
static void
count_marks (BehaviourFifo *fifo,
             guint         *ret_n_asked,
             guint         *ret_n_finalised)
{
  char buffer[1024];
  gssize n_read = 0;

  *ret_n_asked = *ret_n_finalised = 0;
  while ((n_read = read (fifo->fd, buffer, sizeof buffer)) > 0)
    for (gssize i = 0; i < n_read; i++)
      {
        *ret_n_asked += buffer[i] == 'e';
        *ret_n_finalised += buffer[i] == 'f';
      }
}

static void
test_ends_all (BehaviourFixture *f)
{
  g_autoptr (BehaviourFifo) fifo = behaviour_fifo_new ();
  g_autofree char *properties = g_strdup_printf ("{'path': <'%s'>}", fifo->path);
  g_autoptr (ThespianAddress) first =
    behaviour_create_full (f, mortal_get_type (), NULL, NULL, properties);
  g_autoptr (ThespianAddress) named =
    behaviour_create_full (f, mortal_get_type (), NULL, "Methuselah", properties);
  guint n_asked = 0, n_finalised = 0;

  behaviour_assert_ask (f, first, behaviour_int (10), "created");
  behaviour_assert_ask (f, named, behaviour_int (1), "created");

  /* Two, their eleven children, and those of ten of these; some may not have been created yet when
   * the system ends. */
  shut_down (f);
  count_marks (fifo, &n_asked, &n_finalised);
  g_assert_cmpuint (n_asked, ==, n_finalised);
  g_assert_cmpuint (n_asked, >=, 13);
  g_assert_cmpuint (n_asked, <=, 23);
}

/* Keeps itself busy: messages to itself, a child each so many of these as it is told at first,
 * wakeups, a watch, a source and an ask without an answer. */
typedef struct
{
  ThespianActor parent_instance;
  int n_between;
  ThespianAddress *silent; /* (owned) (nullable) */
} Bustling;

static void
bustling_asked_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      data)
{
  g_autoptr (BehaviourReply) reply =
    thespian_actor_ask_finish ((ThespianActor *) source, result, NULL);

  /* The question comes back when there never was anybody to answer it. */
  g_assert_true (reply == NULL || behaviour_object (reply, THESPIAN_TYPE_POISON_MESSAGE) != NULL);
}

static gboolean
bustling_tick_cb (gpointer data)
{
  ThespianActor *actor = data;

  thespian_actor_send_string (actor, thespian_actor_get_address (actor), "tick");
  return G_SOURCE_CONTINUE;
}

static gboolean
bustling_start (Bustling *self,
                GError  **error)
{
  ThespianActor *actor = (ThespianActor *) self;
  ThespianAddress *me = thespian_actor_get_address (actor);
  g_autoptr (BehaviourMessage) question = behaviour_string ("anybody?");
  g_autoptr (GSource) source = g_timeout_source_new (1);
  int fd = STDIN_FILENO;

  self->silent =
    thespian_actor_create_actor (actor, BEHAVIOUR_TYPE_SILENT, NULL, NULL, NULL, error);
  if (self->silent == NULL)
    return FALSE;

  thespian_actor_ask_async (actor, self->silent, question, -1, NULL, bustling_asked_cb, NULL);
  thespian_actor_wakeup_after (actor, G_TIME_SPAN_HOUR, question);
  thespian_actor_wakeup_after (actor, G_TIME_SPAN_MILLISECOND, NULL);
  thespian_actor_watch (actor, &fd, 1);
  /* The source holds the actor, and the actor's context the source: the end of the system must undo
   * that. */
  g_source_set_callback (source, bustling_tick_cb, g_object_ref (actor), g_object_unref);
  g_source_attach (source, thespian_actor_get_main_context (actor));
  thespian_actor_send_int (actor, me, 0);

  return thespian_actor_send_int (actor, me, 0);
}

static gboolean
bustling_receive (ThespianActor   *actor,
                  const GValue    *message,
                  ThespianAddress *sender,
                  GError         **error)
{
  Bustling *self = (Bustling *) actor;
  g_autoptr (ThespianAddress) child = NULL;
  g_autoptr (BehaviourMessage) request = behaviour_exit ();

  if (G_VALUE_HOLDS_INT (message) && self->n_between == 0)
    {
      self->n_between = g_value_get_int (message);
      return bustling_start (self, error) && thespian_actor_send_string (actor, sender, "started");
    }
  if (behaviour_object (message, THESPIAN_TYPE_WAKEUP_MESSAGE) != NULL)
    thespian_actor_wakeup_after (actor, G_TIME_SPAN_MILLISECOND, NULL);
  if (!G_VALUE_HOLDS_INT (message))
    return TRUE;

  if (g_value_get_int (message) == 0)
    {
      child = thespian_actor_create_actor (actor, BEHAVIOUR_TYPE_ECHO, NULL, NULL, NULL, NULL);
      if (child != NULL)
        {
          thespian_actor_send_string (actor, child, "an echo of it");
          thespian_actor_send (actor, child, request, NULL);
        }
    }

  return thespian_actor_send_int (actor, thespian_actor_get_address (actor),
                                  (g_value_get_int (message) + 1) % self->n_between);
}

static void
bustling_finalize (GObject *object)
{
  g_clear_object (&((Bustling *) object)->silent);
  G_OBJECT_CLASS (g_type_class_peek (THESPIAN_TYPE_ACTOR))->finalize (object);
}

BEHAVIOUR_ACTOR (Bustling, bustling, G_OBJECT_CLASS (klass)->finalize = bustling_finalize;)

/* Each call takes a second on simpleSystemBase, which waits for an equilibrium that never comes. */
static void
start_bustle (BehaviourFixture *f)
{
  /* A process takes as long as a thousand messages. */
  int n_between = f->processes ? 100000 : 100;

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (ThespianAddress) bustling = behaviour_create (f, bustling_get_type ());

      behaviour_assert_probe (f, bustling, behaviour_int (n_between), "started");
    }
}

/* Until there are no more threads than these, and no processes. */
static void
wait_for_ends (guint n_threads)
{
  gint64 end = g_get_monotonic_time () + behaviour_limit ();

  /* A thread that was joined may still be listed for a moment. */
  while (behaviour_count_threads () > n_threads || behaviour_count_processes () > 0)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_usleep (1000);
    }
}

static void
test_in_flight (BehaviourFixture *f)
{
  guint n_threads = behaviour_count_threads ();

  behaviour_start (f, NULL);
  start_bustle (f);
  shut_down (f);
  g_clear_object (&f->control);
  behaviour_system_end (f->system);
  wait_for_ends (n_threads);
}

static void
test_twice (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) echo = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);

  shut_down (f);
  shut_down (f);
}

/* Asks its system to shut down. */
typedef struct
{
  ThespianActor parent_instance;
} Samson;

static gboolean
samson_receive (ThespianActor   *actor,
                const GValue    *message,
                ThespianAddress *sender,
                GError         **error)
{
  if (behaviour_is (message, "pull"))
    thespian_actor_shutdown_system (actor);
  return TRUE;
}

BEHAVIOUR_ACTOR (Samson, samson)

static gboolean
is_shut_down (BehaviourFixture *f,
              gpointer          data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BehaviourReply) reply = thespian_actor_system_listen (f->system, 1000, NULL, &error);

  g_assert_null (reply);
  if (error == NULL)
    return FALSE;

  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_SHUT_DOWN);
  return TRUE;
}

static void
test_inside (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) samson = behaviour_create (f, samson_get_type ());
  gint64 end = g_get_monotonic_time () + behaviour_limit ();

  start_bustle (f);
  behaviour_tell (f, samson, behaviour_string ("pull"));
  while (!is_shut_down (f, NULL))
    g_assert_cmpint (g_get_monotonic_time (), <, end);
  shut_down (f);
}

typedef struct
{
  BehaviourFixture *f;
  gboolean done;
} Other;

static gpointer
shut_down_too (gpointer data)
{
  Other *other = data;

  shut_down (other->f);
  g_atomic_int_set (&other->done, TRUE);
  g_main_context_wakeup (NULL);

  return NULL;
}

static void
test_two_threads (BehaviourFixture *f)
{
  Other other = { f, FALSE };
  GThread *thread = NULL;

  start_bustle (f);
  thread = g_thread_new ("other", shut_down_too, &other);
  shut_down (f);
  behaviour_run_until (&other.done);
  g_thread_join (thread);
}

/* Only another thread shuts down; the loop of this one runs. */
static void
test_other_thread (BehaviourFixture *f)
{
  Other other = { f, FALSE };
  GThread *thread = NULL;

  start_bustle (f);
  thread = g_thread_new ("other", shut_down_too, &other);
  behaviour_run_until (&other.done);
  g_thread_join (thread);
}

static void
test_calls_afterwards (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) echo = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);
  g_autoptr (BehaviourMessage) message = behaviour_string ("anybody?");
  g_autoptr (GError) error = NULL;

  shut_down (f);
  g_assert_null (thespian_actor_system_ask (f->system, echo, message, -1, NULL, &error));
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_SHUT_DOWN);
  g_clear_error (&error);
  g_assert_false (thespian_actor_system_tell (f->system, echo, message, NULL, &error));
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_SHUT_DOWN);
  g_clear_error (&error);
  g_assert_null (thespian_actor_system_listen (f->system, -1, NULL, &error));
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_SHUT_DOWN);
  g_clear_error (&error);
  g_assert_null (thespian_actor_system_create_actor (f->system, BEHAVIOUR_TYPE_ECHO, NULL, NULL,
                                                     NULL, NULL, &error));
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_SHUT_DOWN);
  g_clear_error (&error);
  g_assert_false (thespian_actor_system_update_capability (f->system, "Mood",
                                                           g_variant_new_string ("gone"), &error));
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_SHUT_DOWN);
  g_clear_error (&error);
  g_assert_null (thespian_endpoint_ask (f->control, echo, message, -1, NULL, &error));
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_SHUT_DOWN);
}

/* A system that others can join lives on without those who started it: it is joined, and ended. */
static void
end_at_port (BehaviourFixture *f,
             GVariant         *capabilities)
{
  guint port = 0;
  g_autofree char *text = NULL;

  if (!g_variant_lookup (capabilities, "Admin Port", "u", &port))
    return;

  text = g_strdup_printf ("{'Admin Port': <uint32 %u>}", port);
  behaviour_system_end (behaviour_system_new (f, text));
}

static void
test_dropped (BehaviourFixture *f)
{
  guint n_threads = behaviour_count_threads ();

  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (GVariant) capabilities = NULL;

      behaviour_start (f, NULL);
      start_bustle (f);
      capabilities = thespian_actor_system_dup_capabilities (f->system);
      g_clear_object (&f->control);
      g_clear_object (&f->system);
      end_at_port (f, capabilities);
    }
  wait_for_ends (n_threads);
}

typedef struct
{
  BehaviourFixture *f;
  ThespianAddress *silent;
  gboolean listens;
  guint n_waiting;
  gboolean done;
} Waiting;

static gpointer
wait_in_call (gpointer data)
{
  Waiting *waiting = data;
  g_autoptr (ThespianEndpoint) endpoint =
    thespian_actor_system_create_endpoint (waiting->f->system);
  g_autoptr (BehaviourMessage) message = behaviour_string ("anybody?");
  g_autoptr (BehaviourReply) reply = NULL;
  g_autoptr (GError) error = NULL;

  if (waiting->listens)
    reply = thespian_endpoint_listen (endpoint, -1, NULL, &error);
  else
    reply = thespian_endpoint_ask (endpoint, waiting->silent, message, -1, NULL, &error);
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_SHUT_DOWN);
  g_assert_null (reply);
  g_atomic_int_set (&waiting->done, TRUE);
  g_main_context_wakeup (NULL);

  return NULL;
}

static void
test_ends_calls (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) silent = behaviour_create (f, BEHAVIOUR_TYPE_SILENT);
  Waiting listening = { f, silent, TRUE, 0, FALSE };
  Waiting asking = { f, silent, FALSE, 0, FALSE };
  GThread *threads[2];

  threads[0] = g_thread_new ("listening", wait_in_call, &listening);
  threads[1] = g_thread_new ("asking", wait_in_call, &asking);
  /* Time for them to come to wait; were they late, the call would fail all the same. */
  g_usleep (100000);
  shut_down (f);
  behaviour_run_until (&listening.done);
  behaviour_run_until (&asking.done);
  g_thread_join (threads[0]);
  g_thread_join (threads[1]);
}

static guint
count_descriptors (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  g_assert_nonnull (dir);
  while (g_dir_read_name (dir) != NULL)
    n++;

  return n;
}

static void
test_many_systems (BehaviourFixture *f)
{
  /* The first three are what the others are compared with. */
  guint n_systems = 3 + behaviour_count_actors (f, 100);
  guint n_threads = 0, n_descriptors = 0;

  for (guint i = 0; i < n_systems; i++)
    {
      behaviour_start (f, NULL);
      {
        g_autoptr (ThespianAddress) echo = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);

        behaviour_assert_ask (f, echo, behaviour_string ("x"), "x");
      }
      g_clear_object (&f->control);
      behaviour_system_end (f->system);

      if (i == 2)
        {
          n_threads = behaviour_count_threads ();
          n_descriptors = count_descriptors ();
        }
    }

  wait_for_ends (n_threads);
  g_assert_cmpuint (count_descriptors (), <=, n_descriptors);
}

/* Each creates two of its kind, for ever; one in three sends in the name of the next. */
typedef struct
{
  ThespianActor parent_instance;
} Rabbit;

static GType rabbit_get_type (void);

static gboolean
rabbit_receive (ThespianActor   *actor,
                const GValue    *message,
                ThespianAddress *sender,
                GError         **error)
{
  g_autoptr (ThespianAddress) first = NULL;
  g_autoptr (ThespianAddress) second = NULL;
  g_autoptr (BehaviourMessage) request = behaviour_exit_alone ();

  if (!G_VALUE_HOLDS_INT (message))
    return TRUE;

  /* The system may end. To keep their number in bounds the old go, and leave their young. */
  first = thespian_actor_create_actor (actor, rabbit_get_type (), NULL, NULL, NULL, NULL);
  if (g_random_int_range (0, 10) == 0)
    second = thespian_actor_create_actor (actor, rabbit_get_type (), NULL, NULL, NULL, NULL);
  if (first != NULL)
    thespian_actor_send_int (actor, first, 1);
  if (second != NULL)
    thespian_actor_send_int (actor, second, 1);
  if (sender != thespian_actor_get_address (actor))
    thespian_actor_send_string (actor, sender, "bred");

  return thespian_actor_send (actor, thespian_actor_get_address (actor), request, NULL);
}

typedef ThespianActorClass RabbitClass;
G_DEFINE_TYPE (Rabbit, rabbit, THESPIAN_TYPE_ACTOR)
BEHAVIOUR_REGISTER (rabbit)

static void
rabbit_class_init (RabbitClass *klass)
{
  klass->receive_message = rabbit_receive;
}

static void
rabbit_init (Rabbit *self)
{
}

static void
test_creations (BehaviourFixture *f)
{
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (ThespianAddress) rabbit = behaviour_create (f, rabbit_get_type ());

      behaviour_assert_ask (f, rabbit, behaviour_int (1), "bred");
    }
  shut_down (f);
}

int
main (int    argc,
      char **argv)
{
  behaviour_test_init (&argc, &argv);

  behaviour_test ("SHUT-1+SHUT-2", "ends-all", test_ends_all);
  behaviour_test_bare ("SHUT-3", "in-flight", test_in_flight);
  behaviour_test ("SHUT-4", "twice", test_twice);
  behaviour_test ("SHUT-5", "inside", test_inside);
  behaviour_test ("SHUT-6", "two-threads", test_two_threads);
  behaviour_test ("SHUT-6", "other-thread", test_other_thread);
  behaviour_test ("SHUT-7", "calls-afterwards", test_calls_afterwards);
  behaviour_test_bare ("SHUT-8", "dropped", test_dropped);
  behaviour_test ("SHUT-9", "ends-calls", test_ends_calls);
  behaviour_test_bare ("SHUT-10", "many-systems", test_many_systems);
  behaviour_test ("SHUT-11", "creations", test_creations);

  return g_test_run ();
}
