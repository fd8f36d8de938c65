/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Frames: what passes between the nodes of a system.  A header in clear says where a frame belongs;
 * the body is for the target alone.  doc/protocol.md has the layout.
 */

#define THESPIAN_FRAME_VERSION 1
#define THESPIAN_FRAME_HEADER_SIZE 48
/* Frames are padded to a multiple of this, so that bodies stand where variants can be used in place. */
#define THESPIAN_FRAME_ALIGNMENT 8

typedef enum
{
  /* to an actor or an endpoint, in sequence */
  THESPIAN_FRAME_MESSAGE = 1,
  THESPIAN_FRAME_EXIT = 2,         /* body: the ActorExitRequest that somebody sent */
  THESPIAN_FRAME_EXIT_ORDER = 3,   /* body: the same from the system */
  THESPIAN_FRAME_CHILD_EXITED = 4, /* body: details, a string, or nothing */
  THESPIAN_FRAME_STATUS = 5,       /* body: a StatusRequest */
  THESPIAN_FRAME_UNDELIVERABLE = 6, /* what the target had sent to the sender cannot be delivered */

  /* between two nodes, out of sequence */
  THESPIAN_FRAME_ACK = 16,   /* body: what was received and what was handled of a target's */
  THESPIAN_FRAME_GONE = 17,  /* body: the same, in the end; the target takes nothing any more */
  THESPIAN_FRAME_PROBE = 18, /* sender: a node that waits for room with the target's node */
  THESPIAN_FRAME_RESUME = 19, /* after the acknowledgements of a link that was made again */
  THESPIAN_FRAME_ASK = 20,    /* wants an acknowledgement of what has come for the target */
  THESPIAN_FRAME_FORGET = 21, /* up to its sequence number all is settled that was sent to the target */

  /* between a node and the admin, out of sequence; body: a variant */
  THESPIAN_FRAME_NOTE = 24,

  /* the same in sequence */
  THESPIAN_FRAME_CONTROL = 32,
} ThespianFrameKind;

typedef enum
{
  THESPIAN_FRAME_FIRST = 1 << 0,      /* of a channel: what was sent to the target before is over */
  THESPIAN_FRAME_WANTS_ACK = 1 << 2,  /* the sender has much that is not acknowledged */
  THESPIAN_FRAME_FROM_HERE = 1 << 1,  /* the sender lives on the sending node */
} ThespianFrameFlags;

typedef struct
{
  guint64 system_id;
  guint64 actor_id;
} ThespianFrameAddress;

static inline gboolean
thespian_frame_address_equal (const ThespianFrameAddress *a,
                              const ThespianFrameAddress *b)
{
  return a->actor_id == b->actor_id && a->system_id == b->system_id;
}

typedef struct
{
  guint32 length; /* of all, padding included */
  guint8 kind;    /* ThespianFrameKind */
  guint8 flags;   /* ThespianFrameFlags */
  guint8 hops;
  /* for each sending node and target; 0 out of sequence, but in an acknowledgement the number (and one
   * more) of the datagram that came when some frames were missing, and see THESPIAN_FRAME_FORGET */
  guint64 sequence;
  ThespianFrameAddress target;
  ThespianFrameAddress sender;

  const guint8 *body;
  gsize body_length;
} ThespianFrame;

static inline gsize
thespian_frame_pad (gsize length)
{
  return (length + THESPIAN_FRAME_ALIGNMENT - 1) & ~(gsize) (THESPIAN_FRAME_ALIGNMENT - 1);
}

/*
 * Writes the header of @frame, for a body of body_length bytes that follows, into
 * %THESPIAN_FRAME_HEADER_SIZE bytes; sets length.
 */
void     thespian_frame_write_header (ThespianFrame *frame, guint8 *place);

/* The length of the frame that begins at @data, of which 4 bytes are there. */
guint32  thespian_frame_peek_length  (const guint8 *data);

/* Reads the whole of a frame.  Fails with %THESPIAN_ERROR_INVALID_ARGUMENT. */
gboolean thespian_frame_read         (const guint8 *data, gsize length, ThespianFrame *frame, GError **error);

G_END_DECLS
