/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the environment variable THESPIAN_DEBUG asks for; see thespian-debug.c for the keys. */
typedef enum
{
  THESPIAN_DEBUG_ROUNDTRIP = 1 << 0,
  THESPIAN_DEBUG_MESSAGES = 1 << 1,
  THESPIAN_DEBUG_LIFECYCLE = 1 << 2,
  THESPIAN_DEBUG_DEAD_LETTERS = 1 << 3,
} ThespianDebugFlags;

ThespianDebugFlags thespian_debug_get_flags (void);

/* What was asked for, once the first system has looked; for where each nanosecond counts. */
extern guint thespian_debug_known_flags;

static inline gboolean
thespian_debug_shows (ThespianDebugFlags flag)
{
  return G_UNLIKELY ((__atomic_load_n (&thespian_debug_known_flags, __ATOMIC_RELAXED) & flag) != 0);
}

G_END_DECLS
