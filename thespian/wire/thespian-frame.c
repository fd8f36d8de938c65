/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * length (4), version (1), kind (1), flags (1, of which the upper three bits count the padding),
 * hops (1), sequence (8), target (16), sender (16); little-endian.
 */

#include "config.h"

#include "wire/thespian-frame-private.h"

#include "model/thespian-error.h"

#include <string.h>

#define PADDING_SHIFT 5
#define FLAGS_MASK ((1 << PADDING_SHIFT) - 1)
#define KNOWN_FLAGS (THESPIAN_FRAME_FIRST | THESPIAN_FRAME_FROM_HERE | THESPIAN_FRAME_WANTS_ACK)

static inline void
write_64 (guint8 *place,
          guint64 number)
{
  number = GUINT64_TO_LE (number);
  memcpy (place, &number, sizeof number);
}

static inline guint64
read_64 (const guint8 *place)
{
  guint64 number;

  memcpy (&number, place, sizeof number);
  return GUINT64_FROM_LE (number);
}

void
thespian_frame_write_header (ThespianFrame *frame,
                             guint8        *place)
{
  gsize bare = THESPIAN_FRAME_HEADER_SIZE + frame->body_length;
  guint32 length;

  frame->length = (guint32) thespian_frame_pad (bare);
  length = GUINT32_TO_LE (frame->length);
  memcpy (place, &length, sizeof length);
  place[4] = THESPIAN_FRAME_VERSION;
  place[5] = frame->kind;
  place[6] = (guint8) (frame->flags | (frame->length - bare) << PADDING_SHIFT);
  place[7] = frame->hops;
  write_64 (place + 8, frame->sequence);
  write_64 (place + 16, frame->target.system_id);
  write_64 (place + 24, frame->target.actor_id);
  write_64 (place + 32, frame->sender.system_id);
  write_64 (place + 40, frame->sender.actor_id);
}

guint32
thespian_frame_peek_length (const guint8 *data)
{
  guint32 length;

  memcpy (&length, data, sizeof length);
  return GUINT32_FROM_LE (length);
}

static gboolean
are_zeros (const guint8 *bytes,
           guint         n)
{
  while (n > 0 && *bytes == 0)
    bytes++, n--;
  return n == 0;
}

gboolean
thespian_frame_read (const guint8  *data,
                     gsize          length,
                     ThespianFrame *frame,
                     GError       **error)
{
  guint padding;

  frame->length = length >= 4 ? thespian_frame_peek_length (data) : 0;
  if (length < THESPIAN_FRAME_HEADER_SIZE || frame->length != length || length % THESPIAN_FRAME_ALIGNMENT != 0)
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
                   "%" G_GSIZE_FORMAT " bytes are no frame: its length says %u", length, frame->length);
      return FALSE;
    }
  if (data[4] != THESPIAN_FRAME_VERSION)
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
                   "A frame is of version %u: expected %u", data[4], THESPIAN_FRAME_VERSION);
      return FALSE;
    }
  frame->kind = data[5];
  frame->flags = data[6] & FLAGS_MASK;
  frame->hops = data[7];
  if ((frame->flags & ~KNOWN_FLAGS) != 0 || (frame->hops != 0 && frame->kind != THESPIAN_FRAME_PROBE))
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
                   "A frame of kind %u cannot have the flags %#x and %u hops", frame->kind, frame->flags, frame->hops);
      return FALSE;
    }
  padding = data[6] >> PADDING_SHIFT;
  if (padding > length - THESPIAN_FRAME_HEADER_SIZE || !are_zeros (data + length - padding, padding))
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
                   "A frame of %" G_GSIZE_FORMAT " bytes does not end with %u zeros of padding", length, padding);
      return FALSE;
    }
  frame->sequence = read_64 (data + 8);
  frame->target.system_id = read_64 (data + 16);
  frame->target.actor_id = read_64 (data + 24);
  frame->sender.system_id = read_64 (data + 32);
  frame->sender.actor_id = read_64 (data + 40);
  frame->body = data + THESPIAN_FRAME_HEADER_SIZE;
  frame->body_length = length - THESPIAN_FRAME_HEADER_SIZE - padding;
  return TRUE;
}
