/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A node that answers questions about its process. */

#include "config.h"

#include "host-test.h"

#include "host/thespian-class-loader-private.h"
#include "model/thespian-address-private.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

int host_test_count;

static int link_fd;
static int journal_fd;

/* The numbers and kinds of all descriptors but the standard ones. */
static char *
list_fds (void)
{
  GString *list = g_string_new (NULL);
  DIR *folder = opendir ("/proc/self/fd");
  struct dirent *entry;

  while ((entry = readdir (folder)) != NULL)
    {
      char target[256] = "";
      int fd = atoi (entry->d_name);

      if (fd <= 2 || fd == dirfd (folder) ||
          readlinkat (dirfd (folder), entry->d_name, target, 255) < 0)
        continue;
      g_string_append_printf (list, "%s%s", list->len > 0 ? " " : "",
                              fd == link_fd      ? "link"
                              : fd == journal_fd ? "journal"
                                                 : target);
    }
  closedir (folder);
  return g_string_free (list, FALSE);
}

static char *
describe_limit (void)
{
  struct rlimit limit;

  getrlimit (RLIMIT_NOFILE, &limit);
  return g_strdup_printf ("%lu:%lu", (unsigned long) limit.rlim_cur,
                          (unsigned long) limit.rlim_max);
}

static char *
read_title (void)
{
  g_autofree char *arguments = NULL, *name = NULL;

  if (!g_file_get_contents ("/proc/self/cmdline", &arguments, NULL, NULL) ||
      !g_file_get_contents ("/proc/self/comm", &name, NULL, NULL))
    return g_strdup ("unreadable");
  return g_strdup_printf ("%s|%s", arguments, g_strchomp (name));
}

/* The version that the module of this path gave its type. */
static char *
find_version (const char *path)
{
  g_autofree char *specification = g_strdup_printf ("%s:TestHostActor", path);
  ThespianActorSpec spec = { .specification = specification };
  g_autoptr (GError) error = NULL;
  gpointer version;
  GType type = thespian_class_loader_resolve (&spec, NULL, &error);

  if (type == G_TYPE_INVALID)
    return g_strdup (error->message);
  version = g_type_get_qdata (type, g_quark_from_string ("test-version"));
  return g_strdup_printf ("%d %s", GPOINTER_TO_INT (version),
                          thespian_class_loader_find_specification (type));
}

/* Signals that something is done about, or that are blocked; but sanitizers want to see crashes. */
static char *
list_signals (void)
{
  GString *list = g_string_new (NULL);
  sigset_t mask;

  sigprocmask (SIG_BLOCK, NULL, &mask);
  for (int i = 1; i < 32; i++)
    {
      struct sigaction action;

      sigaction (i, NULL, &action);
      if (i != SIGSEGV && i != SIGBUS && i != SIGFPE && action.sa_handler != SIG_DFL)
        g_string_append_printf (list, "%s%d", list->len > 0 ? " " : "", i);
      if (sigismember (&mask, i))
        g_string_append_printf (list, "%sblocked:%d", list->len > 0 ? " " : "", i);
    }
  return g_string_free (list, FALSE);
}

/*
 * Another thread asks the C library for the main thread: it must know the number that the kernel
 * gave.
 */
static gpointer
look_at_main_thread (gpointer main_thread)
{
  return GINT_TO_POINTER (pthread_kill (*(pthread_t *) main_thread, 0));
}

static char *
check_thread (void)
{
  pthread_t self = pthread_self ();
  GThread *thread = g_thread_new ("look", look_at_main_thread, &self);

  return g_strdup_printf ("%d", GPOINTER_TO_INT (g_thread_join (thread)));
}

static gboolean
on_timeout (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

static gpointer
wake_context (gpointer loop)
{
  g_usleep (20000);
  g_main_context_wakeup (NULL);
  g_idle_add (on_timeout, loop);
  return NULL;
}

/* A thread wakes the loop: the eventfd must be this process's own. */
static char *
check_context (void)
{
  GMainLoop *loop = g_main_loop_new (NULL, FALSE);
  GThread *thread = g_thread_new ("wake", wake_context, loop);

  g_main_loop_run (loop);
  g_thread_join (thread);
  g_main_loop_unref (loop);
  return g_strdup ("woken");
}

/* Whether somebody has woken the default main context of this process, be it another process. */
static char *
is_awake (void)
{
  GPollFD fds[8];
  int timeout, n_fds;

  n_fds = g_main_context_query (g_main_context_default (), G_MAXINT, &timeout, fds,
                                G_N_ELEMENTS (fds));
  return g_strdup (g_poll (fds, (guint) n_fds, 0) > 0 ? "awake" : "asleep");
}

static char *
answer (const char *question)
{
  const char *argument = strchr (question, ' ');

  argument = argument != NULL ? argument + 1 : "";
  if (g_str_equal (question, "pid"))
    return g_strdup_printf ("%d", getpid ());
  if (g_str_equal (question, "parent"))
    return g_strdup_printf ("%d", getppid ());
  if (g_str_equal (question, "count"))
    return g_strdup_printf ("%d", host_test_count);
  if (g_str_equal (question, "fds"))
    return list_fds ();
  if (g_str_equal (question, "input"))
    return g_strdup (getc (stdin) == EOF ? "none" : "some");
  if (g_str_equal (question, "limit"))
    return describe_limit ();
  if (g_str_equal (question, "title"))
    return read_title ();
  if (g_str_equal (question, "random"))
    return g_strdup_printf ("%" G_GUINT64_FORMAT ":%u", thespian_random_id (), g_random_int ());
  if (g_str_equal (question, "signals"))
    return list_signals ();
  if (g_str_equal (question, "thread"))
    return check_thread ();
  if (g_str_equal (question, "context"))
    return check_context ();
  if (g_str_equal (question, "awake"))
    return is_awake ();
  if (g_str_equal (question, "wake"))
    {
      g_main_context_wakeup (NULL);
      return is_awake ();
    }
  if (g_str_has_prefix (question, "type "))
    return g_strdup (g_type_from_name (argument) != G_TYPE_INVALID ? "known" : "unknown");
  if (g_str_has_prefix (question, "version "))
    return find_version (argument);
  if (g_str_has_prefix (question, "journal "))
    return g_strdup (write (journal_fd, argument, strlen (argument)) > 0 ? "written" : "failed");
  return g_strdup ("what?");
}

int
host_test_node_main (int new_link_fd,
                     int new_journal_fd)
{
  char question[4096];
  gssize n;

  link_fd = new_link_fd;
  journal_fd = new_journal_fd;
  while ((n = recv (link_fd, question, sizeof question - 1, 0)) > 0)
    {
      g_autofree char *text = NULL;

      question[n] = '\0';
      if (g_str_has_prefix (question, "exit "))
        return atoi (question + 5);
      text = answer (question);
      /* An empty packet would look like the end. */
      send (link_fd, *text != '\0' ? text : "-", MAX (strlen (text), 1), MSG_NOSIGNAL);
    }
  return 0;
}
