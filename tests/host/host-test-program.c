/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* thespian-host, with nodes and an admin for the tests. */

#include "config.h"

#include "host-test.h"

#include "host/thespian-host-private.h"

int
main (int    argc,
      char **argv)
{
  static const ThespianHostMains mains = {
    .admin = host_test_admin_main,
    .node = host_test_node_main,
  };

  thespian_host_set_mains (&mains);
  return thespian_host_main (argc, argv);
}
