/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "host-test.h"

#include "model/thespian-error.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define LIMIT_SECONDS 60

void
host_test_init (HostTest             *self,
                ThespianStartupMethod method)
{
  g_autoptr (GError) error = NULL;
  sigset_t set;

  sigemptyset (&set);
  sigaddset (&set, SIGCHLD);
  sigprocmask (SIG_BLOCK, &set, NULL);
  self->signal_fd = signalfd (-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  g_assert_cmpint (self->signal_fd, >=, 0);
  self->exits = g_hash_table_new (NULL, NULL);
  self->n_zygotes_ended = 0;
  self->awaits = FALSE;
  self->starter = thespian_starter_new (method, &error);
  g_assert_no_error (error);
}

static void
reap (HostTest *self)
{
  int status;
  pid_t pid;

  while ((pid = waitpid (-1, &status, WNOHANG)) > 0)
    if (self->starter != NULL && thespian_starter_child_exited (self->starter, pid, status))
      self->n_zygotes_ended++;
    else
      g_hash_table_insert (self->exits, GINT_TO_POINTER (pid), GINT_TO_POINTER (status));
}

/* Zygotes end when the starter does; their parent sees them all. */
void
host_test_clear (HostTest *self)
{
  int status;

  g_clear_pointer (&self->starter, thespian_starter_free);
  while (waitpid (-1, &status, 0) > 0)
    ;
  g_assert_cmpint (errno, ==, ECHILD);
  g_hash_table_unref (self->exits);
  close (self->signal_fd);
}

void
host_test_iterate (HostTest *self)
{
  struct pollfd fds[2] = {
    { .fd = thespian_starter_get_fd (self->starter), .events = POLLIN },
    { .fd = self->signal_fd, .events = POLLIN },
  };
  struct signalfd_siginfo info;

  g_assert_cmpint (poll (fds, G_N_ELEMENTS (fds), LIMIT_SECONDS * 1000), >, 0);
  if (fds[1].revents != 0)
    while (read (self->signal_fd, &info, sizeof info) > 0)
      ;
  reap (self);
  thespian_starter_dispatch (self->starter);
}

void
host_test_await_signal (HostTest *self)
{
  struct pollfd fd = { .fd = self->signal_fd, .events = POLLIN };

  g_assert_cmpint (poll (&fd, 1, LIMIT_SECONDS * 1000), ==, 1);
}

static void
on_started (const ThespianStarted *started,
            const GError          *error,
            gpointer               user_data)
{
  HostTestNode *node = user_data;

  g_assert_false (node->is_over);
  g_assert_true ((started == NULL) != (error == NULL));
  node->is_over = TRUE;
  if (started != NULL)
    node->started = *started;
  else
    node->error = g_error_copy (error);
}

ThespianForker *
host_test_get_base (HostTest *self)
{
  return g_hash_table_lookup (self->starter->bases, NULL);
}

void
host_test_start_with (HostTest     *self,
                      const char   *module,
                      const char   *title,
                      int           link_fd,
                      int           journal_fd,
                      HostTestNode *node)
{
  ThespianStartRequest request = {
    .place = { NULL, (char *) module, 0 },
    .title = title,
    .link_fd = link_fd,
    .journal_fd = journal_fd,
    .is_awaited = self->awaits,
  };

  thespian_starter_start (self->starter, &request, on_started, node);
}

HostTestNode *
host_test_start (HostTest   *self,
                 const char *module,
                 const char *title)
{
  HostTestNode *node = g_new0 (HostTestNode, 1);
  struct timeval limit = { .tv_sec = LIMIT_SECONDS };
  int links[2], journals[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, links), ==, 0);
  g_assert_cmpint (pipe2 (journals, O_CLOEXEC), ==, 0);
  g_assert_cmpint (setsockopt (links[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit), ==, 0);
  node->link = links[0];
  node->journal = journals[0];
  host_test_start_with (self, module, title, links[1], journals[1], node);
  return node;
}

void
host_test_finish (HostTest     *self,
                  HostTestNode *node)
{
  while (!node->is_over)
    host_test_iterate (self);
}

void
host_test_node_free (HostTestNode *node)
{
  g_clear_error (&node->error);
  if (node->link >= 0)
    close (node->link);
  if (node->journal >= 0)
    close (node->journal);
  g_free (node);
}

HostTestNode *
host_test_create (HostTest   *self,
                  const char *module)
{
  HostTestNode *node = host_test_start (self, module, "TestHostActor 0123456789ab");

  host_test_finish (self, node);
  g_assert_no_error (node->error);
  return node;
}

void
host_test_create_fails (HostTest   *self,
                        const char *module,
                        int         code,
                        const char *pattern)
{
  HostTestNode *node = host_test_start (self, module, "TestHostActor 0123456789ab");

  host_test_finish (self, node);
  g_assert_error (node->error, THESPIAN_ERROR, code);
  if (!g_pattern_match_simple (pattern, node->error->message))
    g_error ("“%s” does not match “%s”", node->error->message, pattern);
  host_test_node_free (node);
}

int
host_test_wait_exit (HostTest *self,
                     pid_t     pid)
{
  while (!g_hash_table_contains (self->exits, GINT_TO_POINTER (pid)))
    host_test_iterate (self);
  return GPOINTER_TO_INT (g_hash_table_lookup (self->exits, GINT_TO_POINTER (pid)));
}

char *
host_test_ask (HostTestNode *node,
               const char   *question)
{
  char answer[4096];
  gssize n;

  g_assert_cmpint (send (node->link, question, strlen (question), MSG_NOSIGNAL), >=, 0);
  n = recv (node->link, answer, sizeof answer - 1, 0);
  if (n <= 0)
    g_error ("No answer to “%s”: %s", question, n == 0 ? "the node has ended" : g_strerror (errno));
  answer[n] = '\0';
  return g_strdup (answer);
}

void
host_test_assert_answer (HostTestNode *node,
                         const char   *question,
                         const char   *expected)
{
  g_autofree char *answer = host_test_ask (node, question);

  g_assert_cmpstr (answer, ==, expected);
}

void
host_test_assert_random (HostTestNode *node,
                         HostTestNode *other)
{
  g_autofree char *first = host_test_ask (node, "random");
  g_autofree char *second = host_test_ask (other, "random");
  char *colon = strchr (first, ':'), *other_colon = strchr (second, ':');

  g_assert_cmpstr (colon, !=, other_colon);
  *colon = *other_colon = '\0';
  g_assert_cmpstr (first, !=, second);
}

void
host_test_end (HostTest     *self,
               HostTestNode *node)
{
  pid_t pid = node->started.pid;

  host_test_node_free (node);
  g_assert_cmpint (host_test_wait_exit (self, pid), ==, 0);
}

void
host_test_give_input (void)
{
  int fds[2];

  g_assert_cmpint (pipe (fds), ==, 0);
  g_assert_cmpint (write (fds[1], "ab", 2), ==, 2);
  g_assert_cmpint (dup2 (fds[0], STDIN_FILENO), ==, STDIN_FILENO);
  close (fds[0]);
  close (fds[1]);
  clearerr (stdin);
  g_assert_cmpint (getc (stdin), ==, 'a');
}

char *
host_test_module (const char *name)
{
  g_autofree char *file = g_strdup_printf ("host-module-%s." G_MODULE_SUFFIX, name);

  return g_test_build_filename (G_TEST_BUILT, "host", file, NULL);
}
