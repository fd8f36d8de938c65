/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * An admin that is a process of its own.  It gets its starter's zygote as its second descriptor, if there is
 * one, and starts a node for each module that it is told the path of over the first: `-' for none, `?' to
 * hear its own pid.  It answers with the pid of the node, and with the link to it.
 */

#include "config.h"

#include "host-test.h"

#include "host/thespian-fds-private.h"
#include "host/thespian-host-run-private.h"
#include "host/thespian-zygote-packet-private.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void
start_one (HostTest   *test,
           const char *module)
{
  HostTestNode *node = host_test_start (test, g_str_equal (module, "-") ? NULL : module, "TestHostActor");

  host_test_finish (test, node);
  thespian_zygote_packet_send (THESPIAN_HOST_FIRST_FD, THESPIAN_ZYGOTE_STARTED, 0, node->started.pid,
                               node->error != NULL ? node->error->message : "", &node->link, 1);
  host_test_node_free (node);
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
        thespian_zygote_packet_send (THESPIAN_HOST_FIRST_FD, THESPIAN_ZYGOTE_HELLO, 0, getpid (), "", NULL, 0);
      else
        start_one (&test, module);
    }
  host_test_clear (&test);
  return 0;
}
