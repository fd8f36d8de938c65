/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

#include <string.h>

G_BEGIN_DECLS

/*
 * Bytes that grow at their end.  The fields are there to be read; `length' may also be made
 * smaller, which takes back what was appended last.
 */
typedef struct
{
  guint8 *data; /* (owned) (nullable) aligned as malloc() aligns */
  gsize length;
  gsize size; /* what `data' has room for */
} ThespianBuffer;

#define THESPIAN_BUFFER_INIT { NULL, 0, 0 }

/* Use thespian_buffer_reserve() instead. */
void    thespian_buffer_grow  (ThespianBuffer *self, gsize n_more);

void    thespian_buffer_clear (ThespianBuffer *self);

/* The bytes, for good: @self is empty afterwards. */
GBytes *thespian_buffer_steal (ThespianBuffer *self) G_GNUC_WARN_UNUSED_RESULT;

/* Makes room for @n_more bytes, and tells where; `length' does not change. */
static inline guint8 *
thespian_buffer_reserve (ThespianBuffer *self, gsize n_more)
{
  if (G_UNLIKELY (n_more > self->size - self->length || self->data == NULL))
    thespian_buffer_grow (self, n_more);
  return self->data + self->length;
}

/* Appends @n_more bytes for the caller to fill. */
static inline guint8 *
thespian_buffer_extend (ThespianBuffer *self, gsize n_more)
{
  guint8 *place = thespian_buffer_reserve (self, n_more);

  self->length += n_more;
  return place;
}

static inline void
thespian_buffer_append (ThespianBuffer *self, gconstpointer data, gsize length)
{
  guint8 *place = thespian_buffer_extend (self, length);

  if (length > 0)
    memcpy (place, data, length);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ThespianBuffer, thespian_buffer_clear)

G_END_DECLS
