/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "transport/thespian-exchange-private.h"

G_BEGIN_DECLS

struct _ThespianLink
{
  ThespianPeer *peer; /* unowned: it owns this */
  int fd;             /* (owned) */
  gboolean is_local;  /* descriptors can come along */
  gboolean wants_to_write;
  gboolean is_deaf;   /* nothing can be written any more */

  ThespianBuffer pending; /* bytes that leave before any frame */
  gsize pending_offset;
  ThespianChannel *begun; /* unowned (nullable) whose frame has left in part */
  GQueue fd_notes;

  ThespianBuffer partial; /* of a frame that has not come wholly */
  gsize large_length;     /* of that frame, when it does not fit into the common buffer; else 0 */
  GArray *received_fds;   /* of int */
};

G_END_DECLS
