/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "port-fixture.h"

#include "behaviour-processes.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- The actors --------------------------------------------------------------------------------------- */

#define TYPE_WORKER (worker_get_type ())
G_DECLARE_FINAL_TYPE (Worker, worker, PORT, WORKER, ThespianActor)

struct _Worker
{
  ThespianActor parent_instance;

  ThespianAddress *partner; /* (owned) (nullable) */
  guint64          n_numbers;
  guint            n_wrong;
};

G_DEFINE_FINAL_TYPE (Worker, worker, THESPIAN_TYPE_ACTOR)

static gboolean
flood (Worker  *self,
       GError **error)
{
  for (guint64 i = 0; i < PORT_N_FLOODED; i++)
    {
      if (i % 3001 == 3000)
        behaviour_break_connections ();
      if (!thespian_actor_send_uint64 (THESPIAN_ACTOR (self), self->partner, i))
        return FALSE;
    }

  return TRUE;
}

static gboolean
obey (Worker          *self,
      const char      *order,
      ThespianAddress *sender,
      GError         **error)
{
  ThespianActor   *actor = THESPIAN_ACTOR (self);
  g_autofree char *answer = NULL;

  if (g_str_equal (order, "flood"))
    return flood (self, error);
  if (g_str_equal (order, "poke"))
    return thespian_actor_send_string (actor, self->partner, "poked");
  if (g_str_equal (order, "pid"))
    answer = g_strdup_printf ("%d", (int) getpid ());
  else if (g_str_equal (order, "break"))
    answer = g_strdup_printf ("%u", behaviour_break_connections ());
  else if (g_str_equal (order, "count"))
    answer = g_strdup_printf ("%" G_GUINT64_FORMAT " %u", self->n_numbers, self->n_wrong);
  else
    answer = g_strdup (order);
  return thespian_actor_send_string (actor, sender, answer);
}

static gboolean
worker_receive_message (ThespianActor   *actor,
                        const GValue    *message,
                        ThespianAddress *sender,
                        GError         **error)
{
  Worker *self = PORT_WORKER (actor);

  if (G_VALUE_HOLDS_STRING (message))
    return obey (self, g_value_get_string (message), sender, error);
  if (G_VALUE_HOLDS (message, THESPIAN_TYPE_ADDRESS))
    g_set_object (&self->partner, g_value_get_object (message));
  else if (G_VALUE_HOLDS_UINT64 (message))
    self->n_wrong += g_value_get_uint64 (message) != self->n_numbers++;
  return TRUE;
}

static void
worker_finalize (GObject *object)
{
  g_clear_object (&PORT_WORKER (object)->partner);

  G_OBJECT_CLASS (worker_parent_class)->finalize (object);
}

static void
worker_class_init (WorkerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = worker_finalize;
  THESPIAN_ACTOR_CLASS (klass)->receive_message = worker_receive_message;
}

static void
worker_init (Worker *self)
{
}

/* --- Systems ---------------------------------------------------------------------------------------------- */

ThespianActorSystem *
port_try_start (guint                    port,
                ThespianActorSystemFlags flags,
                GError                 **error)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "Admin Port", "u", port);
  g_variant_dict_insert (&dict, "Process Startup Method", "s", "fork");
  return thespian_actor_system_new ("multiprocTCPBase", g_variant_dict_end (&dict), g_variant_new_boolean (FALSE),
                                    flags, error);
}

ThespianActorSystem *
port_start (guint port)
{
  g_autoptr (GError) error = NULL;
  ThespianActorSystem *system = port_try_start (port, THESPIAN_ACTOR_SYSTEM_TRANSIENT_UNIQUE, &error);

  g_assert_no_error (error);
  return system;
}

/* One that goes on when this process ends. */
ThespianActorSystem *
port_start_to_stay (guint port)
{
  g_autoptr (GError) error = NULL;
  ThespianActorSystem *system = port_try_start (port, THESPIAN_ACTOR_SYSTEM_NONE, &error);

  g_assert_no_error (error);
  return system;
}

void
port_shut_down (ThespianActorSystem *system)
{
  g_autoptr (GError) error = NULL;

  thespian_actor_system_shutdown (system, NULL, &error);
  g_assert_no_error (error);
  g_object_unref (system);
}

ThespianAddress *
port_create (ThespianActorSystem *system,
             const char          *name)
{
  g_autoptr (GError) error = NULL;
  ThespianAddress *address =
    thespian_actor_system_create_actor (system, TYPE_WORKER, NULL, name, NULL, NULL, &error);

  g_assert_no_error (error);
  return address;
}

void
port_tell_string (ThespianActorSystem *system,
                  ThespianAddress     *target,
                  const char          *text)
{
  GValue value = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  g_value_init (&value, G_TYPE_STRING);
  g_value_set_string (&value, text);
  thespian_actor_system_tell (system, target, &value, NULL, &error);
  g_assert_no_error (error);
  g_value_unset (&value);
}

void
port_tell_address (ThespianActorSystem *system,
                   ThespianAddress     *target,
                   ThespianAddress     *address)
{
  GValue value = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  g_value_init (&value, THESPIAN_TYPE_ADDRESS);
  g_value_set_object (&value, address);
  thespian_actor_system_tell (system, target, &value, NULL, &error);
  g_assert_no_error (error);
  g_value_unset (&value);
}

char *
port_ask_string (ThespianActorSystem *system,
                 ThespianAddress     *target,
                 const char          *text)
{
  GValue value = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;
  GValue *answer;
  char   *copy = NULL;

  g_value_init (&value, G_TYPE_STRING);
  g_value_set_string (&value, text);
  answer = thespian_actor_system_ask (system, target, &value, PORT_LIMIT, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (answer);
  if (G_VALUE_HOLDS_STRING (answer))
    copy = g_value_dup_string (answer);
  else
    g_error ("“%s” was answered with a %s", text, G_VALUE_TYPE_NAME (answer));
  thespian_value_free (answer);
  g_value_unset (&value);

  return copy;
}

void
port_assert_works (ThespianActorSystem *system,
                   ThespianAddress     *worker)
{
  g_autofree char *answer = port_ask_string (system, worker, "works");

  g_assert_cmpstr (answer, ==, "works");
}

int
port_get_admin_pid (ThespianActorSystem *system)
{
  g_autoptr (ThespianSystemStatus) status = thespian_actor_system_get_status (system);
  int pid = 0;

  g_assert_nonnull (status);
  g_assert_true (g_variant_lookup (thespian_system_status_get_details (status), "process-id", "i", &pid));
  return pid;
}

void
port_wait_for_count (ThespianActorSystem *system,
                     ThespianAddress     *worker,
                     const char          *expected)
{
  gint64 end = g_get_monotonic_time () + PORT_LIMIT;

  for (;;)
    {
      g_autofree char *count = port_ask_string (system, worker, "count");

      if (g_str_equal (count, expected))
        return;
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_assert_true (g_str_has_suffix (count, " 0"));
      poll (NULL, 0, 20);
    }
}

/* --- Other processes ----------------------------------------------------------------------------------------- */

Other
other_start (OtherFunc func,
             guint     port)
{
  int   go[2], says[2];
  Other other;
  char  byte;

  g_assert_cmpint (pipe2 (go, O_CLOEXEC), ==, 0);
  g_assert_cmpint (pipe2 (says, O_CLOEXEC), ==, 0);
  other.pid = fork ();
  g_assert_cmpint (other.pid, >=, 0);
  if (other.pid == 0)
    {
      close (go[1]);
      close (says[0]);
      if (read (go[0], &byte, 1) == 1)
        func (port, says[1]);
      _exit (0);
    }
  close (go[0]);
  close (says[1]);
  other.go = go[1];
  other.says = says[0];

  return other;
}

void
other_go (Other *other)
{
  g_assert_cmpint (write (other->go, "!", 1), ==, 1);
}

void
other_say (int         says,
           const char *text)
{
  g_assert_cmpint (dprintf (says, "%s\n", text), >, 0);
}

/* The next that it says. */
char *
other_hear (Other *other)
{
  g_autoptr (GString) text = g_string_new (NULL);
  char byte = 0;

  while (read (other->says, &byte, 1) == 1 && byte != '\n')
    g_string_append_c (text, byte);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

void
other_end (Other *other,
           int    expected_status)
{
  int status = 0;

  g_assert_cmpint (waitpid (other->pid, &status, 0), ==, other->pid);
  g_assert_cmpint (status, ==, expected_status);
  close (other->go);
  close (other->says);
}

/* --- Tests -------------------------------------------------------------------------------------------------- */

static void
run (gconstpointer data)
{
  const PortTest *test = data;

  if (test->needs_root && geteuid () != 0)
    g_test_skip ("only root can become somebody else");
  else
    behaviour_run_alone (test->func, 5 * PORT_LIMIT);
}

int
port_run_tests (int             argc,
                char          **argv,
                const char     *name,
                const PortTest *tests,
                gsize           n_tests)
{
  behaviour_mark_processes ();
  g_test_init (&argc, &argv, NULL);
  g_type_ensure (TYPE_WORKER);
  for (gsize i = 0; i < n_tests; i++)
    {
      g_autofree char *path = g_strdup_printf ("/processes/%s/%s", name, tests[i].name);

      g_test_add_data_func (path, &tests[i], run);
    }

  return g_test_run ();
}
