/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "patterns/thespian-output-keeper-private.h"

/* To drop bytes moves the tail, so some are let gather first. */
#define MIN_SLACK (64 * 1024)

void
thespian_output_keeper_init (ThespianOutputKeeper *self,
                             guint64               head_limit,
                             guint64               tail_limit)
{
  self->head_limit = (gsize) MIN (head_limit, THESPIAN_OUTPUT_KEEPER_MAX_LIMIT);
  self->tail_limit = (gsize) MIN (tail_limit, THESPIAN_OUTPUT_KEEPER_MAX_LIMIT);
  self->bytes = g_byte_array_new ();
  self->n_dropped = 0;
}

void
thespian_output_keeper_clear (ThespianOutputKeeper *self)
{
  g_clear_pointer (&self->bytes, g_byte_array_unref);
}

/* Drops what stands between head and tail if that is more than @slack. */
static void
drop_beyond (ThespianOutputKeeper *self,
             gsize                 slack)
{
  gsize limit = self->head_limit + self->tail_limit;
  gsize excess;

  if (self->bytes->len <= limit + slack)
    return;

  excess = self->bytes->len - limit;
  g_byte_array_remove_range (self->bytes, (guint) self->head_limit, (guint) excess);
  self->n_dropped += excess;
}

void
thespian_output_keeper_append (ThespianOutputKeeper *self,
                               gconstpointer         data,
                               gsize                 size)
{
  const guint8 *rest = data;

  while (size > 0)
    {
      gsize piece = MIN (size, MIN_SLACK);

      g_byte_array_append (self->bytes, rest, (guint) piece);
      drop_beyond (self, MAX (self->tail_limit, MIN_SLACK));
      rest += piece;
      size -= piece;
    }
}

GBytes *
thespian_output_keeper_dup_bytes (ThespianOutputKeeper *self,
                                  guint64              *ret_n_dropped)
{
  drop_beyond (self, 0);
  *ret_n_dropped = self->n_dropped;
  return g_bytes_new (self->bytes->data, self->bytes->len);
}
