/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the environment variable THESPIAN_DEBUG asks for; see thespian-debug.c for the keys. */
typedef enum
{
  THESPIAN_DEBUG_ROUNDTRIP = 1 << 0,
} ThespianDebugFlags;

ThespianDebugFlags thespian_debug_get_flags (void);

G_END_DECLS
