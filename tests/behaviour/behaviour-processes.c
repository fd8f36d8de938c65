/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "behaviour-processes.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define VARIABLE "THESPIAN_TEST_RUN"

/* Below the ports that the kernel gives to those who do not care: such a one might be taken again
 * before the system that is to have it has started. */
#define FIRST_PORT 10000
#define N_PORTS 20000

void
behaviour_mark_processes (void)
{
  g_autofree char *parent = g_strdup_printf ("%d", (int) getppid ());
  g_autofree char *mark = g_strdup_printf ("%d", (int) getpid ());

  /* The process of a single test has got the mark of the program that runs it. */
  if (g_strcmp0 (g_getenv (VARIABLE), parent) != 0)
    g_setenv (VARIABLE, mark, TRUE);
}

static gboolean
read_file (const char *pid,
           const char *name,
           char      **ret_text,
           gsize      *ret_size)
{
  g_autofree char *path = g_build_filename ("/proc", pid, name, NULL);

  return g_file_get_contents (path, ret_text, ret_size, NULL);
}

/* A process that is dead has no environment any more. */
static gboolean
has_mark (const char *pid)
{
  g_autofree char *expected = g_strdup_printf (VARIABLE "=%s", g_getenv (VARIABLE));
  g_autofree char *environment = NULL;
  gsize size = 0;

  if (!read_file (pid, "environ", &environment, &size))
    return FALSE;
  for (gsize i = 0; i < size; i += strlen (environment + i) + 1)
    if (g_str_equal (environment + i, expected))
      return TRUE;

  return FALSE;
}

static GArray *
list_processes (void)
{
  GArray *pids = g_array_new (FALSE, FALSE, sizeof (int));
  g_autoptr (GDir) dir = g_dir_open ("/proc", 0, NULL);
  const char *name = NULL;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      int pid = atoi (name);

      if (pid > 0 && pid != getpid () && has_mark (name))
        g_array_append_val (pids, pid);
    }

  return pids;
}

static void
add_description (GString *text,
                 int      pid)
{
  g_autofree char *name = g_strdup_printf ("%d", pid);
  g_autofree char *command = NULL;
  gsize size = 0;

  if (!read_file (name, "cmdline", &command, &size))
    return;
  for (gsize i = 0; i + 1 < size; i++)
    if (command[i] == '\0')
      command[i] = ' ';
  g_string_append_printf (text, "%s%d (%s)", text->len > 0 ? ", " : "", pid, command);
}

/* Those that are killed may have started others in between. */
static void
kill_all (void)
{
  for (guint i = 0; i < 100; i++)
    {
      g_autoptr (GArray) pids = list_processes ();

      if (pids->len == 0)
        return;
      for (guint j = 0; j < pids->len; j++)
        kill (g_array_index (pids, int, j), SIGKILL);
      g_usleep (10000);
    }
}

char *
behaviour_end_processes (GTimeSpan limit)
{
  gint64 end = g_get_monotonic_time () + limit;
  g_autoptr (GString) text = g_string_new (NULL);

  for (;;)
    {
      g_autoptr (GArray) pids = list_processes ();

      if (pids->len == 0)
        return NULL;
      if (g_get_monotonic_time () < end)
        {
          g_usleep (20000);
          continue;
        }

      for (guint i = 0; i < pids->len; i++)
        add_description (text, g_array_index (pids, int, i));
      kill_all ();
      return g_string_free (g_steal_pointer (&text), FALSE);
    }
}

void
behaviour_run_alone (void (*func) (void),
                     GTimeSpan limit)
{
  g_autofree char *left = NULL;

  if (g_test_subprocess ())
    {
      func ();
      return;
    }
  g_test_trap_subprocess (NULL, (guint64) limit, G_TEST_SUBPROCESS_INHERIT_STDERR);
  left = behaviour_end_processes (5 * G_TIME_SPAN_SECOND);
  g_test_trap_assert_passed ();
  g_assert_cmpstr (left, ==, NULL);
}

guint
behaviour_count_processes (void)
{
  g_autoptr (GArray) pids = list_processes ();

  return pids->len;
}

/* Of a process, or "PID/task/ID" of a thread; 0 when there is none. */
static char
get_state (const char *name)
{
  g_autofree char *stat = NULL;
  const char *state = NULL;

  /* "PID (NAME) STATE …" */
  if (read_file (name, "stat", &stat, NULL))
    state = strrchr (stat, ')');
  return state != NULL ? state[2] : '\0';
}

gboolean
behaviour_lives (int pid)
{
  g_autofree char *name = g_strdup_printf ("%d", pid);
  char state = get_state (name);

  return state != '\0' && strchr ("ZX", state) == NULL;
}

static gboolean
is_suspended (int pid)
{
  g_autofree char *tasks = g_strdup_printf ("/proc/%d/task", pid);
  g_autoptr (GDir) folder = g_dir_open (tasks, 0, NULL);
  const char *id = NULL;

  g_assert_nonnull (folder);
  while ((id = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *name = g_strdup_printf ("%d/task/%s", pid, id);

      if (get_state (name) != 'T')
        return FALSE;
    }
  return TRUE;
}

void
behaviour_suspend (int pid)
{
  g_assert_cmpint (kill (pid, SIGSTOP), ==, 0);
  while (!is_suspended (pid))
    g_usleep (100);
}

void
behaviour_forgo_core (void)
{
  const struct rlimit no_core = { 0, 0 };

  g_assert_cmpint (setrlimit (RLIMIT_CORE, &no_core), ==, 0);
}

static char *former_runtime_folder;

char *
behaviour_choose_runtime_folder (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("behaviour-XXXXXX", &error);

  g_assert_no_error (error);
  former_runtime_folder = g_strdup (g_getenv ("XDG_RUNTIME_DIR"));
  g_setenv ("XDG_RUNTIME_DIR", folder, TRUE);
  return folder;
}

void
behaviour_remove_runtime_folder (const char *folder)
{
  g_autofree char *keys = g_build_filename (folder, "thespian", NULL);
  g_autoptr (GDir) dir = g_dir_open (keys, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (keys, name, NULL);

      g_assert_cmpint (g_unlink (path), ==, 0);
    }
  g_rmdir (keys);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  g_unsetenv ("XDG_RUNTIME_DIR");
  if (former_runtime_folder != NULL)
    g_setenv ("XDG_RUNTIME_DIR", former_runtime_folder, TRUE);
  g_clear_pointer (&former_runtime_folder, g_free);
}

char *
behaviour_choose_log (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("behaviour-XXXXXX", &error);
  char *path = g_build_filename (folder, "internals.log", NULL);

  g_assert_no_error (error);
  g_setenv ("THESPLOG_FILE", path, TRUE);
  return path;
}

void
behaviour_remove_log (const char *path)
{
  g_autofree char *old = g_strdup_printf ("%s.old", path);
  g_autofree char *folder = g_path_get_dirname (path);

  g_unlink (path);
  g_unlink (old);
  g_rmdir (folder);
}

static gboolean
can_bind (GSocketType type,
          guint       port)
{
  g_autoptr (GSocket) socket =
    g_socket_new (G_SOCKET_FAMILY_IPV4, type, G_SOCKET_PROTOCOL_DEFAULT, NULL);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("0.0.0.0", port);

  g_assert_nonnull (socket);
  return g_socket_bind (socket, any, FALSE, NULL);
}

guint
behaviour_find_port (void)
{
  static guint n_tried;
  guint port = 0;

  /* Tests that run at a time look at different places. */
  do
    {
      g_assert_cmpuint (n_tried, <, N_PORTS);
      port = FIRST_PORT + ((guint) getpid () * 16 + n_tried++) % N_PORTS;
    }
  while (!can_bind (G_SOCKET_TYPE_STREAM, port) || !can_bind (G_SOCKET_TYPE_DATAGRAM, port));

  return port;
}

guint
behaviour_break_connections (void)
{
  struct sockaddr nowhere = { .sa_family = AF_UNSPEC };
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  const char *name;
  guint n_broken = 0;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      int fd = atoi (name);
      struct sockaddr_storage peer;
      socklen_t length = sizeof peer;

      if (getpeername (fd, (struct sockaddr *) &peer, &length) == 0 && peer.ss_family == AF_INET &&
          connect (fd, &nowhere, sizeof nowhere) == 0)
        n_broken++;
    }

  return n_broken;
}
