/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * THESPIAN_DEBUG: keys that make the library show or check more, separated by commas.  `help'
 * lists them, `all' means all of them.
 */

#include "config.h"

#include "model/thespian-debug-private.h"

static const GDebugKey keys[] = {
  { "roundtrip", THESPIAN_DEBUG_ROUNDTRIP }, /* every message goes through bytes, as between processes */
  { "messages", THESPIAN_DEBUG_MESSAGES }, /* shows each message that an actor handles, and failures */
  { "lifecycle", THESPIAN_DEBUG_LIFECYCLE }, /* shows how actors start and end */
  { "dead-letters", THESPIAN_DEBUG_DEAD_LETTERS }, /* shows what could not be delivered */
};

guint thespian_debug_known_flags;

ThespianDebugFlags
thespian_debug_get_flags (void)
{
  static gsize flags_plus_one;

  if (g_once_init_enter (&flags_plus_one))
    {
      guint flags = g_parse_debug_string (g_getenv ("THESPIAN_DEBUG"), keys, G_N_ELEMENTS (keys));

      __atomic_store_n (&thespian_debug_known_flags, flags, __ATOMIC_RELAXED);
      g_once_init_leave (&flags_plus_one, flags + 1);
    }
  return (ThespianDebugFlags) (flags_plus_one - 1);
}
