/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <sys/types.h>

#include "transport/thespian-exchange-private.h"

G_BEGIN_DECLS

#define LINK_SIDE_SYSTEM_ID 4711
#define LINK_SIDE_MAX_TARGETS 64

/* Somebody who checks that numbered messages come in their order, whole; else the process ends. */
typedef struct
{
  ThespianPort port;
  guint64 n_received;
  guint length;
} LinkSink;

/* One of two exchanges, mostly in a process of its own, that talk with each other over a link. */
typedef struct
{
  guint index; /* 0 or 1 */
  ThespianAdminFace face;
  ThespianExchange *exchange;
  ThespianPeer *peer;
  ThespianAddress *here[LINK_SIDE_MAX_TARGETS];
  LinkSink *sinks[LINK_SIDE_MAX_TARGETS];
  ThespianAddress *there[LINK_SIDE_MAX_TARGETS];
  guint64 n_sent[LINK_SIDE_MAX_TARGETS];
  guint n_targets;
  guint n_messages; /* for each target */
  guint length;     /* of the longest */
} LinkSide;

/* What counts are divided by where all is slow, and how long something may take there. */
guint            link_side_get_scale     (void);
GTimeSpan        link_side_get_limit     (void);

/* A fork() that does not outlive this process. */
pid_t            link_side_fork          (void);

void             link_side_init          (LinkSide *self, guint index, guint length,
                                          const ThespianExchangeOps *ops, gpointer owner);
void             link_side_clear         (LinkSide *self);
/* Somebody who lives here, and somebody who lives there; as many as that, each side with ids of its own. */
void             link_side_add_target    (LinkSide *self, guint64 here, guint64 there);
void             link_side_add_targets   (LinkSide *self, guint n);
ThespianChannel *link_side_get_channel   (LinkSide *self, guint target);
gboolean         link_side_send          (LinkSide *self, guint target, const char *text, GError **error);
void             link_side_send_number   (LinkSide *self, guint target);

/* Sends all numbers, and takes all, until both sides have; @pump does a turn of what a node does. */
void             link_side_talk          (LinkSide *self, gint is_done[2], void (*pump) (LinkSide *self));

G_END_DECLS
