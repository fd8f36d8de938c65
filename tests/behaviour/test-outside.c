/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "behaviour-actors.h"
#include "behaviour-fifo.h"
#include "behaviour-puppet.h"

#include <fcntl.h>
#include <unistd.h>

static BehaviourReply *
ask_for (BehaviourFixture *f,
         ThespianAddress  *target,
         BehaviourMessage *message,
         GTimeSpan         timeout)
{
  g_autoptr (BehaviourMessage) owned = message;
  g_autoptr (GError) error = NULL;
  BehaviourReply *reply =
    thespian_actor_system_ask (f->system, target, owned, timeout, NULL, &error);

  g_assert_no_error (error);
  return reply;
}

static void
test_ask (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) echo = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);

  behaviour_assert_ask (f, echo, behaviour_string ("Hello?"), "Hello?");
  behaviour_assert_ask (f, echo, behaviour_int (-42), "-42");
  behaviour_assert_ask (f, echo, behaviour_variant (g_variant_new ("(si)", "x", 1)), "('x', 1)");
  behaviour_assert_nothing (f);
}

static void
test_first_come (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) echo = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);

  behaviour_tell (f, echo, behaviour_string ("one"));
  behaviour_tell (f, echo, behaviour_string ("two"));
  behaviour_assert_ask (f, echo, behaviour_string ("three"), "one");
  behaviour_assert_listen (f, "two");
  behaviour_assert_listen (f, "three");
  behaviour_assert_nothing (f);
}

static void
test_late (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) delayed = behaviour_create (f, BEHAVIOUR_TYPE_DELAYED);
  g_autoptr (ThespianAddress) echo = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);
  g_autoptr (BehaviourReply) reply =
    ask_for (f, delayed, behaviour_delayed_order (300000, "late"), 20000);

  g_assert_null (reply);
  behaviour_assert_listen (f, "late");

  reply = ask_for (f, delayed, behaviour_delayed_order (300000, "late again"), 20000);
  g_assert_null (reply);
  /* Both for the next ask, in the order in which they come. */
  behaviour_assert_ask (f, delayed, behaviour_delayed_order (1500000, "behind it"), "late again");
  behaviour_assert_ask (f, echo, behaviour_string ("and now?"), "and now?");
  behaviour_assert_listen (f, "behind it");
}

/* Sends its asker each kind of system message that an actor can come by, and then "done". */
typedef struct
{
  ThespianActor parent_instance;
  ThespianAddress *asker; /* (owned) (nullable) */
} Bureaucrat;

static gboolean
bureaucrat_start (Bureaucrat      *self,
                  ThespianAddress *sender,
                  GError         **error)
{
  ThespianActor *actor = (ThespianActor *) self;
  g_autoptr (ThespianActorExitRequest) request = thespian_actor_exit_request_new ();
  g_autoptr (ThespianAddress) child =
    thespian_actor_create_actor (actor, BEHAVIOUR_TYPE_SILENT, NULL, NULL, NULL, error);

  if (child == NULL)
    return FALSE;

  g_set_object (&self->asker, sender);
  thespian_actor_handle_dead_letters (actor, TRUE);
  thespian_actor_send_object (actor, sender, G_OBJECT (request));
  thespian_actor_send_object (actor, child, G_OBJECT (request));
  thespian_actor_send_string (actor, child, "dead letter");

  return TRUE;
}

static gboolean
bureaucrat_receive (ThespianActor   *actor,
                    const GValue    *message,
                    ThespianAddress *sender,
                    GError         **error)
{
  Bureaucrat *self = (Bureaucrat *) actor;

  if (behaviour_is (message, "start"))
    return bureaucrat_start (self, sender, error);
  if (behaviour_object (message, THESPIAN_TYPE_ACTOR_EXIT_REQUEST) != NULL)
    return TRUE;

  /* The child's end, the dead letter to it, and then a wakeup. */
  if (behaviour_object (message, THESPIAN_TYPE_POISON_MESSAGE) == NULL)
    thespian_actor_send (actor, self->asker, message, NULL);
  if (behaviour_object (message, THESPIAN_TYPE_DEAD_ENVELOPE) != NULL)
    thespian_actor_wakeup_after (actor, 50000, NULL);
  if (behaviour_object (message, THESPIAN_TYPE_WAKEUP_MESSAGE) != NULL)
    thespian_actor_send_string (actor, self->asker, "done");

  return TRUE;
}

static void
bureaucrat_finalize (GObject *object)
{
  g_clear_object (&((Bureaucrat *) object)->asker);
  G_OBJECT_CLASS (g_type_class_peek (THESPIAN_TYPE_ACTOR))->finalize (object);
}

BEHAVIOUR_ACTOR (Bureaucrat, bureaucrat, G_OBJECT_CLASS (klass)->finalize = bureaucrat_finalize;)

static void
test_system_messages (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) bureaucrat = behaviour_create (f, bureaucrat_get_type ());

  behaviour_assert_ask (f, bureaucrat, behaviour_string ("start"), "done");
  behaviour_assert_nothing (f);
}

static void
test_handed_out (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) failing = behaviour_create (f, BEHAVIOUR_TYPE_FAILING);

  behaviour_assert_ask (f, failing, behaviour_string ("bad"), "poison(bad)");
  behaviour_assert_ask (f, failing, behaviour_take (thespian_status_request_new ()),
                        "actor-status");
  behaviour_assert_ask (f, thespian_actor_system_get_admin_address (f->system),
                        behaviour_take (thespian_status_request_new ()), "system-status");
}

static void
test_timeout (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) silent = behaviour_create (f, BEHAVIOUR_TYPE_SILENT);
  g_autoptr (BehaviourReply) reply = NULL;
  gint64 start = g_get_monotonic_time ();

  reply = ask_for (f, silent, behaviour_string ("anybody?"), 150000);
  g_assert_null (reply);
  g_assert_cmpint (g_get_monotonic_time () - start, >=, 150000);
  g_assert_cmpint (g_get_monotonic_time () - start, <, behaviour_limit () / 2);
}

static void
test_listen_timeout (BehaviourFixture *f)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BehaviourReply) reply = NULL;
  gint64 start = g_get_monotonic_time ();

  reply = thespian_actor_system_listen (f->system, 150000, NULL, &error);
  g_assert_no_error (error);
  g_assert_null (reply);
  g_assert_cmpint (g_get_monotonic_time () - start, >=, 150000);
  g_assert_cmpint (g_get_monotonic_time () - start, <, behaviour_limit () / 2);
}

static void
test_for_ever (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) delayed = behaviour_create (f, BEHAVIOUR_TYPE_DELAYED);
  g_autoptr (BehaviourReply) reply =
    ask_for (f, delayed, behaviour_delayed_order (1200000, "at last"), -1);
  g_autofree char *text = behaviour_describe (reply);

  g_assert_cmpstr (text, ==, "at last");
}

static void
test_zero (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) silent = behaviour_create (f, BEHAVIOUR_TYPE_SILENT);
  g_autoptr (ThespianAddress) echo = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);
  gint64 start = g_get_monotonic_time ();
  g_autoptr (BehaviourReply) none = ask_for (f, silent, behaviour_string ("anybody?"), 0);
  g_autoptr (BehaviourReply) reply = ask_for (f, echo, behaviour_string ("there?"), 0);

  g_assert_null (none);
  g_assert_cmpint (g_get_monotonic_time () - start, <, behaviour_limit () / 2);
  /* The message was sent: where the answer was not there at once, it comes. */
  if (reply == NULL)
    reply = behaviour_listen (f);
  g_assert_nonnull (reply);
  g_assert_cmpstr (g_value_get_string (reply), ==, "there?");
}

static void
test_dead_target (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) echo = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);
  g_autoptr (ThespianAddress) other = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);
  g_autoptr (BehaviourReply) reply = NULL;
  gint64 start = 0;

  behaviour_end (f, echo);
  start = g_get_monotonic_time ();
  reply = ask_for (f, echo, behaviour_string ("anybody?"), -1);
  g_assert_null (reply);

  /* One that dies before it comes to the message. */
  behaviour_tell (f, other, behaviour_exit ());
  reply = ask_for (f, other, behaviour_string ("anybody?"), -1);
  g_assert_null (reply);
  g_assert_cmpint (g_get_monotonic_time () - start, <, behaviour_limit () / 2);
}

static void
test_waits_for_wakeup (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) delayed = behaviour_create (f, BEHAVIOUR_TYPE_DELAYED);

  behaviour_assert_ask (f, delayed, behaviour_delayed_order (100000, "awake"), "awake");
}

/* On "at PATH", watches that pipe and answers when it is readable. */
typedef struct
{
  ThespianActor parent_instance;
  ThespianAddress *asker; /* (owned) (nullable) */
  int fd;
} Watcher;

static gboolean
watcher_receive (ThespianActor   *actor,
                 const GValue    *message,
                 ThespianAddress *sender,
                 GError         **error)
{
  Watcher *self = (Watcher *) actor;

  if (behaviour_object (message, THESPIAN_TYPE_WATCH_MESSAGE) != NULL)
    {
      close (self->fd);
      return thespian_actor_send_string (actor, self->asker, "seen");
    }
  if (behaviour_after (message, "at ") == NULL)
    return TRUE;

  g_set_object (&self->asker, sender);
  self->fd = behaviour_fifo_open (behaviour_after (message, "at "), O_RDWR);
  thespian_actor_watch (actor, &self->fd, 1);

  return TRUE;
}

static void
watcher_finalize (GObject *object)
{
  g_clear_object (&((Watcher *) object)->asker);
  G_OBJECT_CLASS (g_type_class_peek (THESPIAN_TYPE_ACTOR))->finalize (object);
}

BEHAVIOUR_ACTOR (Watcher, watcher, G_OBJECT_CLASS (klass)->finalize = watcher_finalize;)

static gpointer
write_later (gpointer data)
{
  g_usleep (100000);
  behaviour_fifo_write (data);
  return NULL;
}

static void
test_waits_for_watch (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) watcher = behaviour_create (f, watcher_get_type ());
  g_autoptr (BehaviourFifo) fifo = behaviour_fifo_new ();
  g_autofree char *order = g_strdup_printf ("at %s", fifo->path);
  GThread *thread = g_thread_new ("writer", write_later, fifo);

  behaviour_assert_ask (f, watcher, behaviour_string (order), "seen");
  g_thread_join (thread);
}

/* Answers from a source in its context. */
typedef struct
{
  ThespianActor parent_instance;
  ThespianAddress *asker; /* (owned) (nullable) */
} Sourcerer;

static gboolean
sourcerer_timeout_cb (gpointer data)
{
  Sourcerer *self = data;

  thespian_actor_send_string ((ThespianActor *) self, self->asker, "ticked");
  return G_SOURCE_REMOVE;
}

static gboolean
sourcerer_receive (ThespianActor   *actor,
                   const GValue    *message,
                   ThespianAddress *sender,
                   GError         **error)
{
  Sourcerer *self = (Sourcerer *) actor;
  g_autoptr (GSource) source = NULL;

  if (!behaviour_is (message, "tick"))
    return TRUE;

  g_set_object (&self->asker, sender);
  source = g_timeout_source_new (100);
  g_source_set_callback (source, sourcerer_timeout_cb, g_object_ref (self), g_object_unref);
  g_source_attach (source, thespian_actor_get_main_context (actor));

  return TRUE;
}

static void
sourcerer_finalize (GObject *object)
{
  g_clear_object (&((Sourcerer *) object)->asker);
  G_OBJECT_CLASS (g_type_class_peek (THESPIAN_TYPE_ACTOR))->finalize (object);
}

BEHAVIOUR_ACTOR (Sourcerer, sourcerer, G_OBJECT_CLASS (klass)->finalize = sourcerer_finalize;)

static void
test_waits_for_source (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) sourcerer = behaviour_create (f, sourcerer_get_type ());

  behaviour_assert_ask (f, sourcerer, behaviour_string ("tick"), "ticked");
}

static void
test_return_when_idle (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) delayed = behaviour_create (f, BEHAVIOUR_TYPE_DELAYED);
  g_autoptr (ThespianAddress) echo = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);
  gint64 start = g_get_monotonic_time ();
  g_autoptr (GError) error = NULL;
  g_autoptr (BehaviourReply) reply = ask_for (
    f, delayed, behaviour_delayed_order (20 * G_TIME_SPAN_SECOND, "late"), behaviour_limit ());

  g_assert_null (reply);
  reply = thespian_actor_system_listen (f->system, behaviour_limit (), NULL, &error);
  g_assert_no_error (error);
  g_assert_null (reply);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 10 * G_TIME_SPAN_SECOND);

  behaviour_assert_ask (f, echo, behaviour_string ("still answers"), "still answers");
}

static void
test_kept_answers (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) clerk = puppet_new (f);
  g_autoptr (ThespianAddress) pump = behaviour_create (f, BEHAVIOUR_TYPE_PUMP);
  g_autoptr (GPtrArray) records = NULL;

  puppet_dead_letters (f, clerk, TRUE);
  behaviour_assert_probe (
    f, pump, behaviour_pump_order (thespian_actor_system_get_address (f->system), 1, 1100),
    "pumped");

  records = puppet_wait (f, clerk, 100);
  g_assert_cmpuint (records->len, ==, 100);
  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *expected = g_strdup_printf ("dead(%u)", i + 1);

      g_assert_cmpstr (puppet_record (records, i)->text, ==, expected);
    }
  for (guint i = 101; i <= 1100; i++)
    {
      g_autofree char *expected = g_strdup_printf ("%u", i);

      behaviour_assert_listen (f, expected);
    }
  behaviour_assert_nothing (f);
}

/*
 * An actor in the process of the outside gets its system and an endpoint by their places in memory;
 * one in another process has none of either, and starts a system of its own.
 */
typedef struct
{
  ThespianActorSystem *system; /* (owned) */
  ThespianEndpoint *endpoint; /* (owned) */
} Found;

static void
found_clear (Found *self)
{
  g_clear_object (&self->endpoint);
  g_clear_object (&self->system);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Found, found_clear)

static BehaviourMessage *
places (BehaviourFixture *f)
{
  return behaviour_variant (g_variant_new ("(btt)", f->processes, (guint64) (gsize) f->system,
                                           (guint64) (gsize) f->control));
}

static void
find (Found    *found,
      GVariant *where)
{
  gboolean elsewhere = FALSE;
  guint64 system = 0, endpoint = 0;
  g_autoptr (GError) error = NULL;

  g_variant_get (where, "(btt)", &elsewhere, &system, &endpoint);
  if (!elsewhere)
    {
      found->system = g_object_ref ((gpointer) (gsize) system);
      found->endpoint = g_object_ref ((gpointer) (gsize) endpoint);
      return;
    }

  found->system =
    thespian_actor_system_new ("mainLoopBase", NULL, g_variant_new_boolean (FALSE),
                               THESPIAN_ACTOR_SYSTEM_TRANSIENT_UNIQUE, &error);
  g_assert_no_error (error);
  found->endpoint = thespian_actor_system_create_endpoint (found->system);
}

/* Makes each blocking call of the system and the endpoint that it finds, and answers with the
 * errors, in one line. */
typedef struct
{
  ThespianActor parent_instance;
} Stuck;

static void
add_error (GString    *text,
           const char *call,
           GError     *error)
{
  g_string_append_printf (text, "%s %s; ", call,
                          g_error_matches (error, THESPIAN_ERROR, THESPIAN_ERROR_WOULD_DEADLOCK)
                            ? "refused"
                            : error != NULL ? error->message : "done");
  g_clear_error (&error);
}

static gboolean
stuck_receive (ThespianActor   *actor,
               const GValue    *message,
               ThespianAddress *sender,
               GError         **ret_error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (BehaviourMessage) string = behaviour_string ("stuck");
  g_auto (Found) found = { NULL };
  ThespianActorSystem *system = NULL;
  ThespianEndpoint *endpoint = NULL;
  GError *error = NULL;

  if (!G_VALUE_HOLDS_VARIANT (message))
    return TRUE;

  find (&found, g_value_get_variant (message));
  system = found.system;
  endpoint = found.endpoint;

  g_assert_null (thespian_actor_system_ask (system, sender, string, -1, NULL, &error));
  add_error (text, "ask", g_steal_pointer (&error));
  g_assert_null (thespian_actor_system_listen (system, -1, NULL, &error));
  add_error (text, "listen", g_steal_pointer (&error));
  g_assert_null (thespian_actor_system_create_actor (system, BEHAVIOUR_TYPE_ECHO, NULL, NULL, NULL,
                                                     NULL, &error));
  add_error (text, "create", g_steal_pointer (&error));
  thespian_actor_system_tell (system, sender, string, NULL, &error);
  add_error (text, "tell", g_steal_pointer (&error));
  g_assert_null (thespian_endpoint_ask (endpoint, sender, string, -1, NULL, &error));
  add_error (text, "endpoint ask", g_steal_pointer (&error));
  g_assert_null (thespian_endpoint_listen (endpoint, -1, NULL, &error));
  add_error (text, "endpoint listen", g_steal_pointer (&error));
  thespian_actor_system_shutdown (system, NULL, &error);
  add_error (text, "shutdown", g_steal_pointer (&error));

  return thespian_actor_send_string (actor, sender, text->str);
}

BEHAVIOUR_ACTOR (Stuck, stuck)

static void
test_would_deadlock (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) stuck = behaviour_create (f, stuck_get_type ());

  behaviour_assert_ask (
    f, stuck, places (f),
    "ask refused; listen refused; create refused; tell refused; endpoint ask refused; "
    "endpoint listen refused; shutdown refused; ");
}

/* Creates an echo by the asynchronous calls of the system that it finds, and asks it. */
typedef struct
{
  ThespianActor parent_instance;
  Found found;
  ThespianAddress *asker; /* (owned) (nullable) */
  GThread *thread; /* unowned, to compare */
} Insider;

static void
insider_asked_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      data)
{
  Insider *self = data;
  ThespianActor *actor = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BehaviourReply) reply =
    thespian_actor_system_ask_finish (self->found.system, result, &error);

  if (error != NULL)
    thespian_actor_send_string (actor, self->asker, error->message);
  else if (self->thread != g_thread_self ())
    thespian_actor_send_string (actor, self->asker, "on another thread");
  else if (reply == NULL)
    thespian_actor_send_string (actor, self->asker, "no answer");
  else
    thespian_actor_send (actor, self->asker, reply, NULL);
  g_object_unref (self);
}

static void
insider_created_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      data)
{
  Insider *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BehaviourMessage) question = behaviour_string ("from inside");
  g_autoptr (ThespianAddress) echo =
    thespian_actor_system_create_actor_finish (self->found.system, result, &error);

  g_assert_no_error (error);
  thespian_actor_system_ask_async (self->found.system, echo, question, behaviour_limit (), NULL,
                                   insider_asked_cb, self);
}

static gboolean
insider_receive (ThespianActor   *actor,
                 const GValue    *message,
                 ThespianAddress *sender,
                 GError         **error)
{
  Insider *self = (Insider *) actor;

  if (behaviour_object (message, THESPIAN_TYPE_ACTOR_EXIT_REQUEST) != NULL)
    found_clear (&self->found);
  if (!G_VALUE_HOLDS_VARIANT (message))
    return TRUE;

  find (&self->found, g_value_get_variant (message));
  self->thread = g_thread_self ();
  g_set_object (&self->asker, sender);
  thespian_actor_system_create_actor_async (self->found.system, BEHAVIOUR_TYPE_ECHO, NULL, NULL,
                                            NULL, NULL, insider_created_cb, g_object_ref (self));

  return TRUE;
}

static void
insider_finalize (GObject *object)
{
  g_clear_object (&((Insider *) object)->asker);
  G_OBJECT_CLASS (g_type_class_peek (THESPIAN_TYPE_ACTOR))->finalize (object);
}

BEHAVIOUR_ACTOR (Insider, insider, G_OBJECT_CLASS (klass)->finalize = insider_finalize;)

static void
test_async_inside (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) insider = behaviour_create (f, insider_get_type ());

  /* The insider is answered at the system's endpoint, so the test waits at another. */
  behaviour_assert_probe (f, insider, places (f), "from inside");
  behaviour_end (f, insider);
}

static void
test_listen (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) puppet = puppet_new (f);

  puppet_send (f, puppet, thespian_actor_system_get_address (f->system),
               "here is a message for you");
  behaviour_assert_listen (f, "here is a message for you");
}

static gboolean
count_cb (gpointer data)
{
  (*(guint *) data)++;
  return G_SOURCE_CONTINUE;
}

static void
test_no_application_source (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) delayed = behaviour_create (f, BEHAVIOUR_TYPE_DELAYED);
  guint n_calls = 0;
  guint idle = g_idle_add (count_cb, &n_calls);
  guint timeout = g_timeout_add (1, count_cb, &n_calls);
  g_autoptr (ThespianAddress) created = NULL;

  behaviour_assert_ask (f, delayed, behaviour_delayed_order (100000, "done"), "done");
  behaviour_tell (f, delayed, behaviour_delayed_order (100000, "done"));
  behaviour_assert_listen (f, "done");
  created = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);
  g_assert_cmpuint (n_calls, ==, 0);

  while (n_calls < 2)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (idle);
  g_source_remove (timeout);
}

static gpointer
cancel_later (gpointer data)
{
  g_usleep (100000);
  g_cancellable_cancel (data);
  return NULL;
}

static void
test_cancel (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) silent = behaviour_create (f, BEHAVIOUR_TYPE_SILENT);
  g_autoptr (BehaviourMessage) message = behaviour_string ("anybody?");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (BehaviourReply) reply = NULL;
  g_autoptr (ThespianAddress) none = NULL;
  GThread *thread = g_thread_new ("canceller", cancel_later, cancellable);

  reply = thespian_actor_system_ask (f->system, silent, message, -1, cancellable, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (reply);
  g_thread_join (thread);

  /* It is cancelled from now on. */
  g_clear_error (&error);
  g_assert_false (thespian_actor_system_tell (f->system, silent, message, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  reply = thespian_actor_system_listen (f->system, -1, cancellable, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  none = thespian_actor_system_create_actor (f->system, BEHAVIOUR_TYPE_ECHO, NULL, NULL, NULL,
                                             cancellable, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (none);
}

/* Counts a number down by sending itself messages, and then writes to a pipe, or writes on its
 * wakeup. */
typedef struct
{
  ThespianActor parent_instance;
  char *path; /* (owned) (nullable) */
} Countdown;

static gboolean
countdown_receive (ThespianActor   *actor,
                   const GValue    *message,
                   ThespianAddress *sender,
                   GError         **error)
{
  Countdown *self = (Countdown *) actor;
  int number = 0, delay = 0;

  if (G_VALUE_HOLDS_VARIANT (message))
    {
      g_clear_pointer (&self->path, g_free);
      g_variant_get (g_value_get_variant (message), "(sii)", &self->path, &number, &delay);
      if (delay > 0)
        thespian_actor_wakeup_after (actor, delay, NULL);
    }
  else if (G_VALUE_HOLDS_INT (message))
    number = g_value_get_int (message) - 1;
  else if (behaviour_object (message, THESPIAN_TYPE_WAKEUP_MESSAGE) == NULL)
    return TRUE;

  if (number > 0)
    return thespian_actor_send_int (actor, thespian_actor_get_address (actor), number);
  if (delay == 0)
    behaviour_mark (self->path, 'x');

  return TRUE;
}

static void
countdown_finalize (GObject *object)
{
  g_free (((Countdown *) object)->path);
  G_OBJECT_CLASS (g_type_class_peek (THESPIAN_TYPE_ACTOR))->finalize (object);
}

BEHAVIOUR_ACTOR (Countdown, countdown, G_OBJECT_CLASS (klass)->finalize = countdown_finalize;)

static BehaviourMessage *
countdown_order (BehaviourFifo *fifo,
                 int            number,
                 int            delay)
{
  return behaviour_variant (g_variant_new ("(sii)", fifo->path, number, delay));
}

static void
test_equilibrium (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) countdown = behaviour_create (f, countdown_get_type ());
  g_autoptr (BehaviourFifo) fifo = behaviour_fifo_new ();

  behaviour_tell (f, countdown, countdown_order (fifo, 10000, 0));
  g_assert_true (behaviour_fifo_has (fifo));
}

static void
test_wakeups_in_calls (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) countdown = behaviour_create (f, countdown_get_type ());
  g_autoptr (BehaviourFifo) fifo = behaviour_fifo_new ();
  gint64 start = g_get_monotonic_time ();
  g_autoptr (ThespianAddress) other = NULL;

  behaviour_tell (f, countdown, countdown_order (fifo, 0, 20000));
  while (g_get_monotonic_time () < start + 200000)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (1000);
  g_assert_false (behaviour_fifo_has (fifo));

  /* Any call will do, and the wakeup is due. */
  other = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);
  behaviour_assert_ask (f, other, behaviour_string ("call"), "call");
  g_assert_true (behaviour_fifo_has (fifo));
}

static void
test_no_call (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) countdown = behaviour_create (f, countdown_get_type ());
  g_autoptr (BehaviourFifo) fifo = behaviour_fifo_new ();
  gint64 end = g_get_monotonic_time () + behaviour_limit ();

  behaviour_tell (f, countdown, countdown_order (fifo, 10000, 0));
  while (!behaviour_fifo_has (fifo) && g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, FALSE);
  behaviour_fifo_read (fifo);

  behaviour_tell (f, countdown, countdown_order (fifo, 0, 20000));
  while (!behaviour_fifo_has (fifo) && g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, FALSE);
  behaviour_fifo_read (fifo);
}

/* On an address, asks it twice without blocking and sends the first asker what comes. Answers other
 * texts at once. */
typedef struct
{
  ThespianActor parent_instance;
  ThespianAddress *asker; /* (owned) (nullable) */
  GThread *thread; /* unowned, to compare */
} Inquirer;

static void
inquirer_asked_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      data)
{
  Inquirer *self = (Inquirer *) source;
  ThespianActor *actor = (ThespianActor *) source;
  g_autoptr (GError) error = NULL;
  g_autoptr (BehaviourReply) reply = thespian_actor_ask_finish (actor, result, &error);
  g_autofree char *text = behaviour_describe (reply);
  g_autofree char *report = NULL;

  report = g_strdup_printf ("%s: %s%s", (const char *) data, error != NULL ? error->message : text,
                            self->thread == g_thread_self () ? "" : " on another thread");
  thespian_actor_send_string (actor, self->asker, report);
}

static gboolean
inquirer_receive (ThespianActor   *actor,
                  const GValue    *message,
                  ThespianAddress *sender,
                  GError         **error)
{
  Inquirer *self = (Inquirer *) actor;
  ThespianAddress *target = behaviour_object (message, THESPIAN_TYPE_ADDRESS);
  g_autoptr (BehaviourMessage) slow = behaviour_delayed_order (50000, "slow answer");
  g_autoptr (BehaviourMessage) never =
    behaviour_delayed_order (20 * G_TIME_SPAN_SECOND, "too late");

  if (target != NULL)
    {
      self->thread = g_thread_self ();
      g_set_object (&self->asker, sender);
      thespian_actor_ask_async (actor, target, never, 200000, NULL, inquirer_asked_cb,
                                (gpointer) "two");
      thespian_actor_ask_async (actor, target, slow, behaviour_limit (), NULL, inquirer_asked_cb,
                                (gpointer) "one");
    }
  else if (G_VALUE_HOLDS_STRING (message))
    return thespian_actor_send (actor, sender, message, error);

  return TRUE;
}

static void
inquirer_finalize (GObject *object)
{
  g_clear_object (&((Inquirer *) object)->asker);
  G_OBJECT_CLASS (g_type_class_peek (THESPIAN_TYPE_ACTOR))->finalize (object);
}

BEHAVIOUR_ACTOR (Inquirer, inquirer, G_OBJECT_CLASS (klass)->finalize = inquirer_finalize;)

static void
test_ask_inside (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) inquirer = behaviour_create (f, inquirer_get_type ());
  g_autoptr (ThespianAddress) delayed = behaviour_create (f, BEHAVIOUR_TYPE_DELAYED);

  behaviour_tell (f, inquirer, behaviour_address (delayed));
  /* It is not blocked: it handles this meanwhile. */
  behaviour_assert_probe (f, inquirer, behaviour_string ("busy?"), "busy?");
  behaviour_assert_listen (f, "one: slow answer");
  behaviour_assert_listen (f, "two: <nothing>");
}

static void
test_ask_inside_dead (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) inquirer = behaviour_create (f, inquirer_get_type ());
  g_autoptr (ThespianAddress) dead = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);
  gint64 start = 0;

  behaviour_end (f, dead);
  start = g_get_monotonic_time ();
  behaviour_tell (f, inquirer, behaviour_address (dead));
  behaviour_assert_listen (f, "two: <nothing>");
  behaviour_assert_listen (f, "one: <nothing>");
  g_assert_cmpint (g_get_monotonic_time () - start, <, behaviour_limit () / 2);
}

/* Threads with an endpoint each. */
typedef struct
{
  ThespianActorSystem *system;
  ThespianAddress *echo;
  int number;
  guint *n_calling;
  gboolean *done;
} Caller;

static gpointer
call (gpointer data)
{
  const Caller *caller = data;
  g_autoptr (ThespianEndpoint) endpoint = thespian_actor_system_create_endpoint (caller->system);

  for (int i = 0; i < 200; i++)
    {
      g_autoptr (BehaviourMessage) message = behaviour_int (caller->number * 1000 + i);
      g_autoptr (GError) error = NULL;
      g_autoptr (BehaviourReply) reply =
        thespian_endpoint_ask (endpoint, caller->echo, message, behaviour_limit (), NULL, &error);

      g_assert_no_error (error);
      g_assert_nonnull (reply);
      g_assert_cmpint (g_value_get_int (reply), ==, caller->number * 1000 + i);
    }
  thespian_endpoint_close (endpoint);

  if (g_atomic_int_dec_and_test (caller->n_calling))
    {
      g_atomic_int_set (caller->done, TRUE);
      g_main_context_wakeup (NULL);
    }

  return NULL;
}

static void
test_threads (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) echo = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);
  g_autoptr (ThespianAddress) delayed = behaviour_create (f, BEHAVIOUR_TYPE_DELAYED);
  Caller callers[8];
  GThread *threads[G_N_ELEMENTS (callers)];
  guint n_calling = G_N_ELEMENTS (callers);
  gboolean done = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (callers); i++)
    {
      callers[i] = (Caller){ f->system, echo, i, &n_calling, &done };
      threads[i] = g_thread_new ("caller", call, &callers[i]);
    }

  /* This thread waits in a call too, and then in the loop of the application. */
  behaviour_assert_ask (f, delayed, behaviour_delayed_order (20000, "mine"), "mine");
  behaviour_run_until (&done);
  for (guint i = 0; i < G_N_ELEMENTS (callers); i++)
    g_thread_join (threads[i]);
}

/* Endpoints. */

static void
test_endpoints_apart (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) echo = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);
  g_autoptr (ThespianEndpoint) one = thespian_actor_system_create_endpoint (f->system);
  g_autoptr (ThespianEndpoint) two = thespian_actor_system_create_endpoint (f->system);
  g_autoptr (BehaviourMessage) first = behaviour_string ("for one");
  g_autoptr (BehaviourMessage) second = behaviour_string ("for two");
  g_autoptr (BehaviourReply) reply = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (thespian_endpoint_get_address (one) != thespian_endpoint_get_address (two));
  g_assert_true (thespian_endpoint_tell (one, echo, first, NULL, &error));
  g_assert_true (thespian_endpoint_tell (two, echo, second, NULL, &error));
  behaviour_assert_ask (f, echo, behaviour_string ("for the system"), "for the system");

  reply = thespian_endpoint_listen (two, behaviour_limit (), NULL, &error);
  g_assert_nonnull (reply);
  g_assert_cmpstr (g_value_get_string (reply), ==, "for two");
  g_clear_pointer (&reply, thespian_value_free);
  reply = thespian_endpoint_listen (one, behaviour_limit (), NULL, &error);
  g_assert_nonnull (reply);
  g_assert_cmpstr (g_value_get_string (reply), ==, "for one");
  behaviour_assert_nothing (f);

  thespian_endpoint_close (one);
  thespian_endpoint_close (two);
}

static void
test_closed_is_dead (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) clerk = puppet_new (f);
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  g_autoptr (ThespianEndpoint) endpoint = thespian_actor_system_create_endpoint (f->system);
  g_autoptr (ThespianAddress) address = g_object_ref (thespian_endpoint_get_address (endpoint));

  puppet_dead_letters (f, clerk, TRUE);
  thespian_endpoint_close (endpoint);
  puppet_send (f, puppet, address, "nobody home");
  puppet_assert (f, clerk, "dead(nobody home)", NULL);
}

static void
test_closed_call (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) echo = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);
  g_autoptr (ThespianEndpoint) endpoint = thespian_actor_system_create_endpoint (f->system);
  g_autoptr (BehaviourMessage) message = behaviour_string ("hello");
  g_autoptr (BehaviourReply) reply = NULL;
  g_autoptr (GError) error = NULL;

  thespian_endpoint_close (endpoint);
  thespian_endpoint_close (endpoint);
  reply = thespian_endpoint_ask (endpoint, echo, message, -1, NULL, &error);
  g_assert_null (reply);
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_SHUT_DOWN);
  g_clear_error (&error);
  reply = thespian_endpoint_listen (endpoint, -1, NULL, &error);
  g_assert_null (reply);
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_SHUT_DOWN);
  g_clear_error (&error);
  g_assert_false (thespian_endpoint_tell (endpoint, echo, message, NULL, &error));
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_SHUT_DOWN);
}

static void
test_closed_with_answers (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) clerk = puppet_new (f);
  g_autoptr (ThespianAddress) puppet = puppet_new (f);
  g_autoptr (ThespianEndpoint) endpoint = thespian_actor_system_create_endpoint (f->system);
  g_autoptr (ThespianAddress) address = g_object_ref (thespian_endpoint_get_address (endpoint));

  puppet_dead_letters (f, clerk, TRUE);
  puppet_send (f, puppet, address, "unread");
  puppet_send (f, puppet, address, "unread too");
  thespian_endpoint_close (endpoint);
  /* one that comes later is dead where its sender is, and so takes another way */
  puppet_assert_any_order (f, clerk, "dead(unread)", "dead(unread too)", NULL);
}

static void
assert_next_number (ThespianEndpoint *endpoint,
                    int               expected)
{
  g_autoptr (GError) error = NULL;
  GValue *answer = thespian_endpoint_listen (endpoint, behaviour_limit (), NULL, &error);

  g_assert_no_error (error);
  g_assert_true (answer != NULL && G_VALUE_HOLDS_INT (answer));
  g_assert_cmpint (g_value_get_int (answer), ==, expected);
  thespian_value_free (answer);
}

static void
test_bounded_bytes (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) clerk = puppet_new (f);
  g_autoptr (ThespianAddress) pump = behaviour_create (f, BEHAVIOUR_TYPE_PUMP);
  g_autoptr (ThespianEndpoint) endpoint = thespian_actor_system_create_endpoint (f->system);
  ThespianAddress *address = thespian_endpoint_get_address (endpoint);
  guint64 max_bytes = 0;

  g_object_set (endpoint, "max-bytes", (guint64) (3 * sizeof (GValue)), NULL);
  g_object_get (endpoint, "max-bytes", &max_bytes, NULL);
  g_assert_cmpuint (max_bytes, ==, 3 * sizeof (GValue));

  puppet_dead_letters (f, clerk, TRUE);
  behaviour_assert_probe (f, pump, behaviour_pump_order (address, 1, 5), "pumped");
  puppet_assert (f, clerk, "dead(1)", "dead(2)", NULL);
  assert_next_number (endpoint, 3);
  behaviour_assert_probe (f, pump, behaviour_pump_order (address, 6, 1), "pumped");

  /* what alone is too much takes the place of all others */
  g_object_set (endpoint, "max-bytes", (guint64) 1, NULL);
  behaviour_assert_probe (f, pump, behaviour_pump_order (address, 7, 1), "pumped");
  puppet_assert (f, clerk, "dead(1)", "dead(2)", "dead(4)", "dead(5)", "dead(6)", NULL);
  assert_next_number (endpoint, 7);
}

int
main (int    argc,
      char **argv)
{
  behaviour_test_init (&argc, &argv);

  behaviour_test ("ASK-1", "ask", test_ask);
  behaviour_test ("ASK-2", "first-come", test_first_come);
  behaviour_test ("ASK-3", "late", test_late);
  behaviour_test ("ASK-4", "system-messages", test_system_messages);
  behaviour_test ("ASK-5", "handed-out", test_handed_out);
  behaviour_test ("ASK-6", "timeout", test_timeout);
  behaviour_test ("ASK-7", "for-ever", test_for_ever);
  behaviour_test ("ASK-8", "zero", test_zero);
  behaviour_test ("ASK-9", "dead-target", test_dead_target);
  behaviour_test ("ASK-10", "waits-for-wakeup", test_waits_for_wakeup);
  behaviour_test ("ASK-11", "waits-for-watch", test_waits_for_watch);
  behaviour_test ("ASK-12", "waits-for-source", test_waits_for_source);
  behaviour_test_with ("ASK-13", "return-when-idle", "{'Return When Idle': <true>}", 0,
                       test_return_when_idle);
  behaviour_test ("ASK-14", "kept-answers", test_kept_answers);
  behaviour_test ("ASK-15", "would-deadlock", test_would_deadlock);
  behaviour_test ("ASK-16", "async-inside", test_async_inside);
  behaviour_test ("ASK-17", "listen", test_listen);
  behaviour_test ("ASK-18", "no-application-source", test_no_application_source);
  behaviour_test ("ASK-20", "cancel", test_cancel);
  behaviour_test ("ASK-21", "equilibrium", test_equilibrium);
  behaviour_test ("ASK-22", "wakeups-in-calls", test_wakeups_in_calls);
  behaviour_test ("ASK-23", "no-call", test_no_call);
  behaviour_test ("ASK-24+ASK-25", "inside", test_ask_inside);
  behaviour_test ("ASK-25", "inside-dead", test_ask_inside_dead);
  behaviour_test ("ASK-26", "listen-timeout", test_listen_timeout);
  behaviour_test ("ASK-27+ENDPOINT-4", "threads", test_threads);

  behaviour_test ("ENDPOINT-1", "apart", test_endpoints_apart);
  behaviour_test ("ENDPOINT-2", "closed-is-dead", test_closed_is_dead);
  behaviour_test ("ENDPOINT-3", "closed-call", test_closed_call);
  behaviour_test ("ENDPOINT-5", "closed-with-answers", test_closed_with_answers);
  behaviour_test ("ENDPOINT-6", "bounded-bytes", test_bounded_bytes);

  return g_test_run ();
}
