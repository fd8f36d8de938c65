/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "transport/thespian-exchange-private.h"

G_BEGIN_DECLS

/*
 * A link takes frames to a peer and brings those that it sends.  What it promises differs by kind;
 * order, credit and sending again are a matter of the channels, which are above links.
 */
typedef struct
{
  gboolean (*flush)       (ThespianLink *self);
  gboolean (*flush_notes) (ThespianLink *self);
  gboolean (*is_draining) (ThespianLink *self); /* (nullable) there is nothing that could tell */
  void     (*keep_rest)   (ThespianLink *self, ThespianChannel *channel); /* (nullable) frames leave whole */
  void     (*expect_fds)  (ThespianLink *self);                          /* (nullable) none come along */
  int      (*take_fd)     (ThespianLink *self);                          /* (nullable) none come along */
  void     (*send_fd)     (ThespianLink *self, ThespianFrame *note, int fd); /* (nullable) likewise */
  void     (*expect_end)  (ThespianLink *self);
  void     (*free)        (ThespianLink *self);
} ThespianLinkOps;

struct _ThespianLink
{
  const ThespianLinkOps *ops;
  ThespianPeer *peer; /* unowned: it owns this */
};

/* thespian-link.c */
void     thespian_link_init                (ThespianLink *self, const ThespianLinkOps *ops, ThespianPeer *peer);
/* Hands on all whole frames that stand in @data; tells how many bytes that were.  FALSE with an error
 * when the peer does what no peer does; fewer than all when the link has gone meanwhile. */
gboolean thespian_link_hand_on_locked      (ThespianLink *self, const guint8 *data, gsize length, gsize *ret_used,
                                            GError **error);

G_END_DECLS
