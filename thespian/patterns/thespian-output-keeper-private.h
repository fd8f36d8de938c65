/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Keeps the beginning and the end of a stream of bytes. */
typedef struct
{
  gsize head_limit;
  gsize tail_limit;
  GByteArray *bytes; /* (owned) the head, and behind it the tail and what may still be dropped */
  guint64 n_dropped;
} ThespianOutputKeeper;

/* What both limits are cut to: a GByteArray counts in 32 bits. */
#define THESPIAN_OUTPUT_KEEPER_MAX_LIMIT (512 * 1024 * 1024)

void    thespian_output_keeper_init   (ThespianOutputKeeper *self, guint64 head_limit,
                                       guint64 tail_limit);
void    thespian_output_keeper_clear  (ThespianOutputKeeper *self);
void    thespian_output_keeper_append (ThespianOutputKeeper *self, gconstpointer data, gsize size);

/* What is kept, after which @ret_n_dropped says how much is not. */
GBytes *thespian_output_keeper_dup_bytes (ThespianOutputKeeper *self, guint64 *ret_n_dropped);

G_END_DECLS
