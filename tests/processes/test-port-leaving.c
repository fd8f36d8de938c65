/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who leaves a system that is found at a port, and what is left. */

#include "behaviour-processes.h"
#include "port-fixture.h"
#include "transport/thespian-ip-private.h"
#include "transport/thespian-key-file-private.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

static void
tell_numbers (ThespianActorSystem *system,
              ThespianAddress     *target,
              guint64              n)
{
  GValue number = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  g_value_init (&number, G_TYPE_UINT64);
  for (guint64 i = 0; i < n; i++)
    {
      g_value_set_uint64 (&number, i);
      thespian_actor_system_tell (system, target, &number, NULL, &error);
      g_assert_no_error (error);
    }
}

static guint64
count_dead_letters (ThespianActorSystem *system)
{
  g_autoptr (ThespianSystemStatus) status = thespian_actor_system_get_status (system);
  guint64 n = 0;

  g_assert_nonnull (status);
  g_assert_true (g_variant_lookup (thespian_system_status_get_details (status), "dead-letters", "t", &n));
  return n;
}

static void
wait_for_dead_letters (ThespianActorSystem *system,
                       guint64              n,
                       GTimeSpan            limit)
{
  gint64 end = g_get_monotonic_time () + limit;

  while (count_dead_letters (system) < n)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      poll (NULL, 0, 20);
    }
}

/* What it says last is heard, although nobody waits for an answer. */
static void
be_leaver (guint port,
           int   says)
{
  ThespianActorSystem *system = port_start (port);
  g_autoptr (ThespianAddress) common = port_create (system, "Common");

  tell_numbers (system, common, 500);
  g_object_unref (system);
  other_say (says, "left");
}

/* Programs end like this, too; here before there can be a link to the actor, since the admin is stopped. */
static void
be_careless_leaver (guint port,
                    int   says)
{
  ThespianActorSystem *system = port_start (port);
  ThespianAddress     *common = port_create (system, "Common");

  behaviour_suspend (port_get_admin_pid (system));
  tell_numbers (system, common, 1);
  other_say (says, "left");
  exit (0);
}

static void
test_left (void)
{
  guint                port = behaviour_find_port ();
  Other                other = other_start (be_leaver, port);
  ThespianActorSystem *system = port_start (port);
  g_autoptr (ThespianAddress) common = port_create (system, "Common");
  g_autofree char *text = NULL;

  other_go (&other);
  text = other_hear (&other);
  g_assert_cmpstr (text, ==, "left");
  other_end (&other, 0);
  port_wait_for_count (system, common, "500 0");
  port_shut_down (system);
}

static void
test_left_carelessly (void)
{
  guint                port = behaviour_find_port ();
  Other                other = other_start (be_careless_leaver, port);
  ThespianActorSystem *system = port_start (port);
  g_autoptr (ThespianAddress) common = port_create (system, "Common");
  int              admin = port_get_admin_pid (system);
  g_autofree char *text = NULL;

  other_go (&other);
  text = other_hear (&other);
  g_assert_cmpstr (text, ==, "left");
  /* time enough to be gone, if it did not wait */
  poll (NULL, 0, 200);
  g_assert_cmpint (kill (admin, SIGCONT), ==, 0);
  other_end (&other, 0);
  port_wait_for_count (system, common, "1 0");
  port_shut_down (system);
}

/* The one it tells something does not take it in the time that a program lingers. */
static void
be_hurried_leaver (guint port,
                   int   says)
{
  ThespianActorSystem *system = port_start (port);
  ThespianAddress     *common = port_create (system, "Common");

  tell_numbers (system, common, 3);
  other_say (says, "left");
  exit (0);
}

static void
test_left_stopped (void)
{
  guint                port = behaviour_find_port ();
  Other                other = other_start (be_hurried_leaver, port);
  ThespianActorSystem *system = port_start (port);
  g_autoptr (ThespianAddress) common = port_create (system, "Common");
  g_autofree char *pid = port_ask_string (system, common, "pid");
  g_autofree char *text = NULL;

  behaviour_suspend (atoi (pid));
  other_go (&other);
  text = other_hear (&other);
  g_assert_cmpstr (text, ==, "left");
  other_end (&other, 0);
  wait_for_dead_letters (system, 3, PORT_LIMIT);
  g_assert_cmpint (kill (atoi (pid), SIGCONT), ==, 0);
  port_wait_for_count (system, common, "0 0");
  port_shut_down (system);
}

static void
be_vanisher (guint port,
             int   says)
{
  ThespianActorSystem *system = port_start (port);
  g_autoptr (ThespianAddress) common = port_create (system, "Common");

  port_tell_address (system, common, thespian_actor_system_get_address (system));
  port_assert_works (system, common);
  other_say (says, "vanishes");
  kill (getpid (), SIGKILL);
}

/* Its endpoint is dead, and not waited for. */
static void
test_vanished (void)
{
  guint                port = behaviour_find_port ();
  Other                other = other_start (be_vanisher, port);
  ThespianActorSystem *system = port_start (port);
  g_autoptr (ThespianAddress) common = port_create (system, "Common");
  g_autofree char *text = NULL;

  other_go (&other);
  text = other_hear (&other);
  g_assert_cmpstr (text, ==, "vanishes");
  other_end (&other, SIGKILL);

  port_tell_string (system, common, "poke");
  wait_for_dead_letters (system, 1, 4 * G_TIME_SPAN_SECOND);
  port_assert_works (system, common);
  port_shut_down (system);
}

static void
test_gone (void)
{
  guint                port = behaviour_find_port ();
  ThespianActorSystem *system = port_start (port);
  g_autoptr (ThespianAddress) worker = port_create (system, NULL);
  int    pid = port_get_admin_pid (system);
  guint8 key[THESPIAN_SECRET_LENGTH];
  g_autoptr (GError) error = NULL;
  ThespianIpAddress address;
  int               fd;

  g_assert_true (thespian_key_file_load ("tcp", port, key, NULL));
  port_shut_down (system);

  g_assert_false (behaviour_lives (pid));
  g_assert_cmpuint (behaviour_count_processes (), ==, 0);
  g_assert_false (thespian_key_file_load ("tcp", port, key, &error));
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE);
  g_assert_true (thespian_ip_address_init (&address, THESPIAN_IP_LOOPBACK, port));
  fd = thespian_tcp_listen (&address);
  g_assert_cmpint (fd, >=, 0);
  close (fd);

  /* and the next one has it */
  port_shut_down (port_start (port));
}

/* Nothing that it leaves behind is in the way of the next. */
static void
test_admin_killed (void)
{
  guint                port = behaviour_find_port ();
  ThespianActorSystem *system = port_start (port);
  g_autoptr (ThespianAddress) worker = port_create (system, NULL);
  g_autoptr (GError) error = NULL;

  port_assert_works (system, worker);
  g_assert_cmpint (kill (port_get_admin_pid (system), SIGKILL), ==, 0);
  g_assert_null (thespian_actor_system_listen (system, PORT_LIMIT, NULL, &error));
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_SHUT_DOWN);
  g_object_unref (system);

  system = port_start (port);
  {
    g_autoptr (ThespianAddress) another = port_create (system, NULL);

    port_assert_works (system, another);
  }
  port_shut_down (system);
}

/* The one in it hears of the end, although another one wanted it. */
static void
be_ender (guint port,
          int   says)
{
  port_shut_down (port_start (port));
  other_say (says, "ended");
}

static void
test_ended_by_another (void)
{
  guint                port = behaviour_find_port ();
  Other                other = other_start (be_ender, port);
  ThespianActorSystem *system = port_start (port);
  g_autoptr (ThespianAddress) worker = port_create (system, NULL);
  gint64           begin = g_get_monotonic_time ();
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  other_go (&other);
  text = other_hear (&other);
  g_assert_cmpstr (text, ==, "ended");
  other_end (&other, 0);
  g_assert_null (thespian_actor_system_listen (system, PORT_LIMIT, NULL, &error));
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_SHUT_DOWN);
  g_assert_cmpint (g_get_monotonic_time () - begin, <, PORT_LIMIT / 2);
  g_object_unref (system);
}

static const PortTest tests[] = {
  { "left", test_left },
  { "left-carelessly", test_left_carelessly },
  { "left-stopped", test_left_stopped },
  { "vanished", test_vanished },
  { "gone", test_gone },
  { "admin-killed", test_admin_killed },
  { "ended-by-another", test_ended_by_another },
};

int
main (int    argc,
      char **argv)
{
  return port_run_tests (argc, argv, "port-leaving", tests, G_N_ELEMENTS (tests));
}
