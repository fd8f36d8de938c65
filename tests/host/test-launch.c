/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The test is the application: the admin is a process of its own. */

#include "config.h"

#include "host-test.h"

#include "host/thespian-host-launch-private.h"
#include "host/thespian-host-private.h"
#include "host/thespian-zygote-packet-private.h"
#include "host/thespian-zygote-private.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define LIMIT_SECONDS 60
#define ORPHANS_LIMIT_MS 2000

typedef struct
{
  pid_t pid; /* 0 when it is detached */
  int fd;
} Admin;

typedef gboolean (*LaunchFunc) (const int *fds, guint n_fds, gboolean detached, pid_t *ret_pid,
                                GError **error);

static void
launch (Admin     *admin,
        LaunchFunc function,
        gboolean   detached)
{
  struct timeval limit = { .tv_sec = LIMIT_SECONDS };
  g_autoptr (GError) error = NULL;
  int pair[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), ==, 0);
  g_assert_cmpint (setsockopt (pair[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit), ==, 0);
  function (&pair[1], 1, detached, &admin->pid, &error);
  g_assert_no_error (error);
  /* one that is nobody's child may be told of all the same, to be watched */
  g_assert_true (detached || admin->pid > 0);
  admin->fd = pair[0];
  close (pair[1]);
}

/*
 * Tells the admin @what; returns the pid and the text of the answer, and the link if there is one.
 */
static pid_t
tell (Admin      *admin,
      const char *what,
      char      **ret_text,
      int        *ret_link)
{
  ThespianZygotePacket packet;
  int fds[THESPIAN_ZYGOTE_MAX_FDS];
  guint n_fds = 0;

  g_assert_cmpint (send (admin->fd, what, strlen (what), MSG_NOSIGNAL), >, 0);
  g_assert_cmpint (thespian_zygote_packet_receive (admin->fd, 0, &packet, fds, &n_fds), ==, 1);
  *ret_text = g_strdup (packet.text);
  if (n_fds == 0)
    return (pid_t) packet.number;
  if (ret_link != NULL)
    *ret_link = fds[0];
  else
    close (fds[0]);
  return (pid_t) packet.number;
}

static HostTestNode *
create (Admin      *admin,
        const char *module)
{
  struct timeval limit = { .tv_sec = LIMIT_SECONDS };
  HostTestNode *node = g_new0 (HostTestNode, 1);
  g_autofree char *text = NULL;

  node->journal = -1;
  node->started.pid = tell (admin, module, &text, &node->link);
  g_assert_cmpstr (text, ==, "");
  g_assert_cmpint (setsockopt (node->link, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit), ==, 0);
  return node;
}

/* A process that has ended, be it reaped or not. */
static int
open_process (pid_t pid)
{
  int fd = (int) syscall (SYS_pidfd_open, pid, 0);

  g_assert_cmpint (fd, >=, 0);
  return fd;
}

static void
wait_process (int fd,
              int limit_ms)
{
  struct pollfd poll_fd = { .fd = fd, .events = POLLIN };

  g_assert_cmpint (poll (&poll_fd, 1, limit_ms), ==, 1);
  close (fd);
}

/* It ends when its last descriptor says so. */
static void
end (Admin *admin)
{
  int status;

  close (admin->fd);
  g_assert_cmpint (waitpid (admin->pid, &status, 0), ==, admin->pid);
  g_assert_cmpint (status, ==, 0);
}

static void
assert_null_fd (pid_t pid,
                int   fd)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/fd/%d", pid, fd);
  g_autofree char *target = g_file_read_link (path, NULL);

  g_assert_cmpstr (target, ==, "/dev/null");
}

/* --- Without a zygote of ours ----------------------------------------------------------------- */

static void
test_child (void)
{
  g_autofree char *text = NULL;
  HostTestNode *node;
  Admin admin;

  launch (&admin, thespian_host_launch_admin, FALSE);
  g_assert_cmpint (tell (&admin, "?", &text, NULL), ==, admin.pid);
  g_assert_cmpint (getsid (admin.pid), ==, getsid (0));
  node = create (&admin, "-");
  host_test_node_free (node);
  end (&admin);
}

static void
assert_null_device (pid_t pid)
{
  for (int fd = 0; fd <= 2; fd++)
    assert_null_fd (pid, fd);
}

static void
check_detached (LaunchFunc function)
{
  g_autofree char *text = NULL;
  HostTestNode *node;
  int process, status;
  pid_t pid;
  Admin admin;

  launch (&admin, function, TRUE);
  pid = tell (&admin, "?", &text, NULL);
  g_assert_cmpint (getsid (pid), !=, getsid (0));
  g_assert_cmpint (getsid (pid), !=, pid); /* so it can never get a terminal */
  g_assert_cmpint (waitpid (-1, &status, WNOHANG), ==, -1);
  g_assert_cmpint (errno, ==, ECHILD);
  assert_null_device (pid);
  node = create (&admin, "-");
  assert_null_device (node->started.pid);
  host_test_node_free (node);
  process = open_process (pid);
  close (admin.fd);
  wait_process (process, LIMIT_SECONDS * 1000);
}

/* What there is to read is for the application. */
static void
check_input (LaunchFunc function)
{
  g_autofree char *module = host_test_module ("one");
  const char *modules[] = { "-", module };
  Admin admin;

  host_test_give_input ();
  launch (&admin, function, FALSE);
  assert_null_fd (admin.pid, STDIN_FILENO);
  for (guint i = 0; i < G_N_ELEMENTS (modules); i++)
    {
      HostTestNode *node = create (&admin, modules[i]);

      host_test_assert_answer (node, "input", "none");
      assert_null_fd (node->started.pid, STDIN_FILENO);
      host_test_node_free (node);
    }
  end (&admin);
  g_assert_cmpint (getc (stdin), ==, 'b');
}

static void
test_input (void)
{
  check_input (thespian_host_launch_admin);
}

static void
test_detached (void)
{
  check_detached (thespian_host_launch_admin);
}

static void
test_no_program (void)
{
  g_autofree char *former = g_strdup (g_getenv ("THESPIAN_HOST"));
  g_autoptr (GError) error = NULL;
  pid_t pid;

  g_setenv ("THESPIAN_HOST", "/nonexistent/thespian-host", TRUE);
  g_assert_false (thespian_host_launch_admin (NULL, 0, FALSE, &pid, &error));
  g_assert_nonnull (strstr (error->message, "/nonexistent/thespian-host"));
  g_clear_error (&error);

  /* a file that can be executed, but is no program */
  g_setenv ("THESPIAN_HOST", "/etc", TRUE);
  g_assert_false (thespian_host_launch_admin (NULL, 0, FALSE, &pid, &error));
  g_assert_nonnull (strstr (error->message, g_strerror (EACCES)));
  g_clear_error (&error);
  g_assert_false (thespian_zygote_fork_from_application (NULL, 0, FALSE, &pid, &error));
  g_assert_nonnull (strstr (error->message, g_strerror (EACCES)));
  g_clear_error (&error);
  g_assert_false (thespian_zygote_fork_from_application (NULL, 0, TRUE, &pid, &error));
  g_assert_nonnull (strstr (error->message, g_strerror (EACCES)));

  g_setenv ("THESPIAN_HOST", former, TRUE);
  g_assert_cmpint (waitpid (-1, NULL, WNOHANG), ==, -1);
}

/* --- The end of an admin ---------------------------------------------------------------------- */

/* The nodes, and all zygotes, go with their admin, whatever they are doing. */
static void
test_killed_admin (void)
{
  g_autofree char *module = host_test_module ("one");
  g_autofree char *text = NULL;
  g_autoptr (GArray) processes = g_array_new (FALSE, FALSE, sizeof (int));
  g_auto (GStrv) zygotes = NULL;
  HostTestNode *nodes[6];
  Admin admin;

  launch (&admin, thespian_host_launch_admin, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (nodes); i++)
    {
      g_autofree char *answer = NULL;
      int process;

      nodes[i] = create (&admin, i % 2 == 0 ? module : "-");
      /* Once it answers it has tied its life to the admin's. */
      answer = host_test_ask (nodes[i], "pid");
      process = open_process (nodes[i]->started.pid);
      g_array_append_val (processes, process);
      if (i < 2)
        kill (nodes[i]->started.pid, SIGSTOP);
    }
  tell (&admin, "?", &text, NULL);
  zygotes = g_strsplit (g_strstrip (text), " ", -1);
  g_assert_cmpuint (g_strv_length (zygotes), ==, 2);
  for (guint i = 0; zygotes[i] != NULL; i++)
    {
      int process = open_process (atoi (zygotes[i]));

      g_array_append_val (processes, process);
      kill (atoi (zygotes[i]), SIGSTOP);
    }

  kill (admin.pid, SIGKILL);
  g_assert_cmpint (waitpid (admin.pid, NULL, 0), ==, admin.pid);
  for (guint i = 0; i < processes->len; i++)
    wait_process (g_array_index (processes, int, i), ORPHANS_LIMIT_MS);
  for (guint i = 0; i < G_N_ELEMENTS (nodes); i++)
    host_test_node_free (nodes[i]);
  close (admin.fd);
}

/* --- With a copy of the application ----------------------------------------------------------- */

static gboolean
count_up (gpointer data)
{
  host_test_count++;
  return G_SOURCE_CONTINUE;
}

static void
count_more (gpointer data)
{
  host_test_count += 100;
}

static void
ignore_signal (int number)
{
}

/* An application that has been running for a while. */
static void
live (GSource **ret_sources,
      int      *ret_pipe)
{
  struct sigaction action = { .sa_handler = ignore_signal };

  g_assert_cmpint (pipe (ret_pipe), ==, 0);
  ret_sources[0] = g_idle_source_new ();
  ret_sources[1] = g_unix_fd_source_new (ret_pipe[1], G_IO_OUT);
  g_source_set_callback (ret_sources[0], count_up, NULL, count_more);
  g_source_set_callback (ret_sources[1], (GSourceFunc) count_up, NULL, count_more);
  g_source_attach (ret_sources[0], NULL);
  g_source_attach (ret_sources[1], NULL);
  g_assert_cmpint (sigaction (SIGUSR1, &action, NULL), ==, 0);
  g_main_context_iteration (NULL, TRUE);
  g_random_int (); /* from here on every copy would draw the same */
}

/* And goes on, as if nothing had happened. */
static void
live_on (GSource **sources,
         int      *pipe_fds)
{
  int count = host_test_count;

  g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (host_test_count, >, count);
  for (guint i = 0; i < 2; i++)
    {
      g_source_destroy (sources[i]);
      g_source_unref (sources[i]);
      close (pipe_fds[i]);
    }
  signal (SIGUSR1, SIG_DFL);
}

static void
test_fork (void)
{
  g_autofree char *module = host_test_module ("one");
  g_autofree char *version = g_strconcat ("version ", module, NULL);
  g_autofree char *expected = g_strdup_printf ("1 %s:TestHostActor", module);
  g_autofree char *count = NULL;
  HostTestNode *node, *other;
  GSource *sources[2];
  int pipe_fds[2];
  Admin admin;

  live (sources, pipe_fds);
  count = g_strdup_printf ("%d", host_test_count);
  launch (&admin, thespian_zygote_fork_from_application, FALSE);

  /* a node knows what the application knew, and does nothing that was the application's */
  node = create (&admin, "-");
  other = create (&admin, "-");
  host_test_assert_answer (node, "type TestLaunchType", "known");
  host_test_assert_answer (node, "wake", "awake");
  host_test_assert_answer (other, "awake", "asleep");
  host_test_assert_answer (node, "signals", "-");
  host_test_assert_answer (node, "thread", "0");
  host_test_assert_answer (node, "context", "woken");
  host_test_assert_answer (other, "context", "woken");
  host_test_assert_answer (node, "count", count);
  host_test_assert_random (node, other);
  {
    g_autofree char *fds = host_test_ask (node, "fds");

    g_assert_null (strstr (fds, "pipe:"));
    g_assert_null (strstr (fds, "socket:"));
  }
  {
    g_autofree char *parent = g_strdup_printf ("%d", admin.pid);

    host_test_assert_answer (node, "parent", parent);
  }
  host_test_node_free (node);
  host_test_node_free (other);

  node = create (&admin, module);
  host_test_assert_answer (node, version, expected);
  host_test_assert_answer (node, "type TestLaunchType", "known");
  host_test_node_free (node);
  end (&admin);
  live_on (sources, pipe_fds);
}

/* What it was a copy of cannot be copied again; modules do not need it. */
static void
test_fork_killed (void)
{
  g_autofree char *module = host_test_module ("one");
  g_autofree char *pids = NULL, *failure = NULL;
  HostTestNode *node;
  Admin admin;
  int link_fd = -1;

  launch (&admin, thespian_zygote_fork_from_application, FALSE);
  node = create (&admin, "-");
  tell (&admin, "!", &pids, NULL);
  tell (&admin, "-", &failure, &link_fd);
  g_assert_nonnull (strstr (failure, "copy of the application"));
  close (link_fd);
  host_test_node_free (node);
  node = create (&admin, module);
  host_test_assert_answer (node, "type TestLaunchType", "unknown");
  host_test_node_free (node);
  end (&admin);
}

static void
test_fork_detached (void)
{
  check_detached (thespian_zygote_fork_from_application);
}

static void
test_fork_input (void)
{
  check_input (thespian_zygote_fork_from_application);
}

int
main (int    argc,
      char **argv)
{
  static const ThespianHostMains mains = {
    .admin = host_test_admin_main,
    .node = host_test_node_main,
  };
  static const GTypeInfo info = {
    .instance_size = sizeof (GObject),
    .class_size = sizeof (GObjectClass),
  };

  g_test_init (&argc, &argv, NULL);
  /* whoever runs the tests may ignore them, and a copy of this process would then, too */
  signal (SIGHUP, SIG_DFL);
  signal (SIGINT, SIG_DFL);
  signal (SIGQUIT, SIG_DFL);
  thespian_host_set_mains (&mains);
  g_type_register_static (G_TYPE_OBJECT, "TestLaunchType", &info, 0);

  g_test_add_func ("/launch/child", test_child);
  g_test_add_func ("/launch/input", test_input);
  g_test_add_func ("/launch/detached", test_detached);
  g_test_add_func ("/launch/no-program", test_no_program);
  g_test_add_func ("/launch/killed-admin", test_killed_admin);
  g_test_add_func ("/launch/fork", test_fork);
  g_test_add_func ("/launch/fork-killed", test_fork_killed);
  g_test_add_func ("/launch/fork-detached", test_fork_detached);
  g_test_add_func ("/launch/fork-input", test_fork_input);

  return g_test_run ();
}
