/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "wire/thespian-buffer-private.h"

#define SLACK 64
#define MIN_SIZE 256

void
thespian_buffer_grow (ThespianBuffer *self,
                      gsize           n_more)
{
  gsize size;

  if (n_more > G_MAXSSIZE - SLACK - self->length)
    g_error ("A buffer of %" G_GSIZE_FORMAT " bytes cannot grow by %" G_GSIZE_FORMAT,
             self->length, n_more);

  /* what is put behind a large content most often fits in without another move */
  size = MAX (self->length + n_more + SLACK, MIN_SIZE);
  self->size = MAX (size, self->size * 2);
  self->data = g_realloc (self->data, self->size);
}

void
thespian_buffer_clear (ThespianBuffer *self)
{
  g_clear_pointer (&self->data, g_free);
  self->length = self->size = 0;
}

GBytes *
thespian_buffer_steal (ThespianBuffer *self)
{
  GBytes *bytes;

  /* What lives on in a queue shall not hold the room that it might have grown into. */
  if (self->size - self->length > self->size / 4)
    self->data = g_realloc (self->data, self->length);
  bytes = g_bytes_new_take (g_steal_pointer (&self->data), self->length);
  self->length = self->size = 0;
  return bytes;
}
