/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A module that crashes when it is loaded. */

#include <stdlib.h>

static void crash (void) __attribute__ ((constructor));

static void
crash (void)
{
  abort ();
}
