/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A library that is no module of actors. */

int nothing_to_see_here (void);

int
nothing_to_see_here (void)
{
  return 0;
}
