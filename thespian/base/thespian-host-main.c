/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The program thespian-host: what it does is in the library. */

#include "config.h"

#include "base/thespian-base-private.h"

int
main (int    argc,
      char **argv)
{
  return thespian_process_main (argc, argv);
}
