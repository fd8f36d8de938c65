/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * An admin that is a process of its own.  It gets its starter's zygote as its second descriptor, if
 * there is one, and starts a node for each module that it is told the path of over the first, or
 * for no module when it is told `-'.  It answers with the pid of the node, and with the link to
 * it.  When it is told `?' it answers with its own pid and those of its zygotes; when it is told
 * `!' it kills its first zygote.
 */

#include "config.h"

#include "host-test.h"

#include "host/thespian-host-run-private.h"
#include "host/thespian-starter-parts-private.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void
start_one (HostTest   *test,
           const char *module)
{
  const char *path = g_str_equal (module, "-") ? NULL : module;
  HostTestNode *node = host_test_start (test, path, "TestHostActor");

  host_test_finish (test, node);
  thespian_zygote_packet_send (THESPIAN_HOST_FIRST_FD, THESPIAN_ZYGOTE_STARTED, 0,
                               node->started.pid, node->error != NULL ? node->error->message : "",
                               &node->link, 1);
  host_test_node_free (node);
}

static void
tell_pids (HostTest *test)
{
  g_autoptr (GString) pids = g_string_new (NULL);

  for (guint i = 0; i < test->starter->forkers->len; i++)
    {
      ThespianForker *forker = g_ptr_array_index (test->starter->forkers, i);

      g_string_append_printf (pids, "%d ", forker->pid);
    }
  thespian_zygote_packet_send (THESPIAN_HOST_FIRST_FD, THESPIAN_ZYGOTE_HELLO, 0, getpid (),
                               pids->str, NULL, 0);
}

static void
kill_base (HostTest *test)
{
  kill (host_test_get_base (test)->pid, SIGKILL);
  while (test->n_zygotes_ended == 0)
    host_test_iterate (test);
  tell_pids (test);
}

int
host_test_admin_main (int    argc,
                      char **argv)
{
  int zygote = THESPIAN_HOST_FIRST_FD + 1;
  gboolean has_zygote = fcntl (zygote, F_GETFD) >= 0;
  g_autoptr (GError) error = NULL;
  HostTest test;
  char module[4096];
  gssize n;

  host_test_init (&test, has_zygote ? THESPIAN_STARTUP_FORK : THESPIAN_STARTUP_FORKSERVER);
  if (has_zygote && !thespian_starter_adopt (test.starter, zygote, &error))
    g_error ("%s", error->message);
  while ((n = recv (THESPIAN_HOST_FIRST_FD, module, sizeof module - 1, 0)) > 0)
    {
      module[n] = '\0';
      if (g_str_equal (module, "?"))
        tell_pids (&test);
      else if (g_str_equal (module, "!"))
        kill_base (&test);
      else
        start_one (&test, module);
    }
  host_test_clear (&test);
  return 0;
}
