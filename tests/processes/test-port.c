/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Systems that are found at a port: who joins them, and what becomes of messages when connections break. */

#include "behaviour-processes.h"
#include "port-fixture.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define N_JOINERS 6

/* --- Joining --------------------------------------------------------------------------------------------------- */

static void
be_joiner (guint port,
           int   says)
{
  ThespianActorSystem *system = port_start_to_stay (port);
  g_autoptr (ThespianAddress) common = port_create (system, "Common");
  g_autofree char *printed = thespian_address_to_string (thespian_actor_system_get_admin_address (system));

  port_assert_works (system, common);
  other_say (says, printed);
  g_object_unref (system);
}

/* Whichever of them starts it, the others join. */
static void
test_joined_at_once (void)
{
  guint                port = behaviour_find_port ();
  Other                others[N_JOINERS];
  ThespianActorSystem *system;
  g_autofree char     *admin = NULL;

  for (guint i = 0; i < N_JOINERS; i++)
    others[i] = other_start (be_joiner, port);
  for (guint i = 0; i < N_JOINERS; i++)
    other_go (&others[i]);
  for (guint i = 0; i < N_JOINERS; i++)
    {
      g_autofree char *text = other_hear (&others[i]);

      g_assert_cmpstr (text, !=, "");
      if (admin == NULL)
        admin = g_strdup (text);
      g_assert_cmpstr (text, ==, admin);
      other_end (&others[i], 0);
    }

  system = port_start (port);
  {
    g_autofree char *text = thespian_address_to_string (thespian_actor_system_get_admin_address (system));

    g_assert_cmpstr (text, ==, admin);
  }
  port_shut_down (system);
}

static void
be_killed_starter (guint port,
                   int   says)
{
  ThespianActorSystem *system = port_start_to_stay (port);
  g_autoptr (ThespianAddress) common = port_create (system, "Common");
  g_autofree char *pid = port_ask_string (system, common, "pid");

  other_say (says, pid);
  kill (getpid (), SIGKILL);
}

static void
test_starter_killed (void)
{
  guint            port = behaviour_find_port ();
  Other            other = other_start (be_killed_starter, port);
  g_autofree char *pid = NULL;
  g_autofree char *again = NULL;
  g_autoptr (ThespianAddress) common = NULL;
  ThespianActorSystem *system;

  other_go (&other);
  pid = other_hear (&other);
  other_end (&other, SIGKILL);

  system = port_start (port);
  common = port_create (system, "Common");
  again = port_ask_string (system, common, "pid");
  g_assert_cmpstr (again, ==, pid);
  port_shut_down (system);
}

static void
be_failing_starter (guint port,
                    int   says)
{
  g_autoptr (GError) error = NULL;
  gint64 begin = g_get_monotonic_time ();

  g_assert_null (port_try_start (port, THESPIAN_ACTOR_SYSTEM_TRANSIENT_UNIQUE, &error));
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE);
  g_assert_cmpint (g_get_monotonic_time () - begin, <, 10 * G_TIME_SPAN_SECOND);
  other_say (says, error->message);
}

/* It is there, but does not answer. */
static void
test_stopped_admin (void)
{
  guint                port = behaviour_find_port ();
  g_autofree char     *number = g_strdup_printf ("%u", port);
  Other                other = other_start (be_failing_starter, port);
  ThespianActorSystem *system = port_start (port);
  g_autoptr (ThespianAddress) worker = port_create (system, NULL);
  int              pid = port_get_admin_pid (system);
  g_autofree char *text = NULL;

  behaviour_suspend (pid);
  other_go (&other);
  text = other_hear (&other);
  g_assert_cmpint (kill (pid, SIGCONT), ==, 0);
  other_end (&other, 0);
  g_assert_nonnull (strstr (text, number));
  g_assert_nonnull (strstr (text, "stopped"));

  port_assert_works (system, worker);
  port_shut_down (system);
}

static void
be_other_user (guint port,
               int   says)
{
  g_unsetenv ("XDG_RUNTIME_DIR");
  g_assert_cmpint (setgid (65534), ==, 0);
  g_assert_cmpint (setuid (65534), ==, 0);
  be_failing_starter (port, says);
}

static void
test_other_user (void)
{
  guint                port = behaviour_find_port ();
  g_autofree char     *number = g_strdup_printf ("%u", port);
  g_autofree char     *text = NULL;
  ThespianActorSystem *system;
  Other                other;

  other = other_start (be_other_user, port);
  system = port_start (port);
  other_go (&other);
  text = other_hear (&other);
  other_end (&other, 0);
  g_assert_nonnull (strstr (text, number));
  g_assert_nonnull (strstr (text, "key"));
  port_shut_down (system);
}

/* --- Only to be joined ------------------------------------------------------------------------------------ */

static void
assert_nobody (const char *base,
               guint       port,
               int         code,
               const char *text)
{
  g_autofree char *number = g_strdup_printf ("port %u", port);
  g_autoptr (GError) error = NULL;
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "Admin Port", "u", port);
  g_assert_null (thespian_actor_system_new (base, g_variant_dict_end (&dict), NULL, THESPIAN_ACTOR_SYSTEM_JOIN_ONLY,
                                            &error));
  g_assert_error (error, THESPIAN_ERROR, code);
  g_assert_nonnull (strstr (error->message, text != NULL ? text : number));
}

static void
test_join_only (void)
{
  guint port = behaviour_find_port ();
  g_autoptr (ThespianActorSystem) system = NULL;
  g_autoptr (ThespianActorSystem) joined = NULL;
  g_autoptr (ThespianAddress) worker = NULL;
  g_autoptr (GError) error = NULL;

  assert_nobody ("multiprocTCPBase", port, THESPIAN_ERROR_STARTUP_FAILURE, NULL);
  assert_nobody ("multiprocUDPBase", port, THESPIAN_ERROR_STARTUP_FAILURE, NULL);
  assert_nobody ("simpleSystemBase", port, THESPIAN_ERROR_INVALID_ARGUMENT, "simpleSystemBase");
  assert_nobody ("multiprocQueueBase", port, THESPIAN_ERROR_INVALID_ARGUMENT, "multiprocQueueBase");

  system = port_start (port);
  worker = port_create (system, NULL);
  joined = port_try_start (port, THESPIAN_ACTOR_SYSTEM_JOIN_ONLY | THESPIAN_ACTOR_SYSTEM_TRANSIENT_UNIQUE, &error);
  g_assert_no_error (error);
  port_assert_works (joined, worker);
  thespian_actor_system_shutdown (joined, NULL, &error);
  g_assert_no_error (error);
  assert_nobody ("multiprocTCPBase", port, THESPIAN_ERROR_STARTUP_FAILURE, NULL);
}

/* --- Breaks --------------------------------------------------------------------------------------------- */

/* Between two actors, and with their admin. */
static void
test_breaks_between_actors (void)
{
  guint                port = behaviour_find_port ();
  ThespianActorSystem *system = port_start (port);
  g_autoptr (ThespianAddress) sender = port_create (system, NULL);
  g_autoptr (ThespianAddress) receiver = port_create (system, NULL);
  g_autofree char *expected = g_strdup_printf ("%d 0", PORT_N_FLOODED);
  guint            n_broken = 0;

  port_tell_address (system, sender, receiver);
  port_tell_string (system, sender, "flood");
  for (guint i = 0; i < 10; i++)
    {
      g_autofree char *n = port_ask_string (system, receiver, "break");

      n_broken += (guint) atoi (n);
    }
  g_assert_cmpuint (n_broken, >, 0);
  port_wait_for_count (system, receiver, expected);
  port_assert_works (system, sender);
  port_shut_down (system);
}

/* Of a process of the outside with all others, its admin among them. */
static void
test_breaks_outside (void)
{
  guint                port = behaviour_find_port ();
  ThespianActorSystem *system = port_start (port);
  g_autoptr (ThespianAddress) worker = port_create (system, NULL);
  GValue number = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;
  guint n_broken = 0;

  g_value_init (&number, G_TYPE_UINT64);
  for (guint64 i = 0; i < 5000; i++)
    {
      g_value_set_uint64 (&number, i);
      thespian_actor_system_tell (system, worker, &number, NULL, &error);
      g_assert_no_error (error);
      if (i % 500 != 499)
        continue;
      n_broken += behaviour_break_connections ();
      {
        g_autoptr (ThespianAddress) another = port_create (system, NULL);

        port_assert_works (system, another);
      }
    }
  g_assert_cmpuint (n_broken, >=, 10);
  port_wait_for_count (system, worker, "5000 0");
  port_shut_down (system);
}

/* --- All ------------------------------------------------------------------------------------------------ */

static const PortTest tests[] = {
  { "joined-at-once", test_joined_at_once },
  { "starter-killed", test_starter_killed },
  { "stopped-admin", test_stopped_admin },
  { "other-user", test_other_user, .needs_root = TRUE },
  { "breaks-between-actors", test_breaks_between_actors },
  { "breaks-outside", test_breaks_outside },
  { "join-only", test_join_only },
};

int
main (int    argc,
      char **argv)
{
  return port_run_tests (argc, argv, "port", tests, G_N_ELEMENTS (tests));
}
