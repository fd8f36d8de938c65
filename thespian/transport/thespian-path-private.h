/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * What is known of the way to a peer that datagrams get lost on: how much may be on it at a time,
 * and how long an answer takes.  Lost datagrams mean that somebody's buffer was full, so there shall
 * be less on the way; what arrives lets it become more again.
 */
typedef struct
{
  gsize window;    /* bytes that may be on the way */
  gsize threshold; /* until there the window grows fast */
  gsize largest;   /* and never above this */
  gsize n_flying;  /* bytes that are on the way */
  guint64 cut_at;  /* the first datagram that left after the window was cut */
  GTimeSpan round_trip; /* 0: not known */
  GTimeSpan deviation;
} ThespianPath;

void      thespian_path_init         (ThespianPath *self, gsize largest);
/* Whether something may be put on the way. */
gboolean  thespian_path_admits       (const ThespianPath *self);
void      thespian_path_depart       (ThespianPath *self, gsize n_bytes);
/* What has departed has arrived, or is given up: only the former lets the window grow. */
void      thespian_path_arrive       (ThespianPath *self, gsize n_bytes);
void      thespian_path_give_up      (ThespianPath *self, gsize n_bytes);
/* Something was missing when the datagram @number came; @next would be the next to leave. */
void      thespian_path_cut          (ThespianPath *self, guint64 number, guint64 next);
/* Nothing was heard for too long. */
void      thespian_path_collapse     (ThespianPath *self, guint64 next);
void      thespian_path_measure      (ThespianPath *self, GTimeSpan round_trip);
/* How long to wait for an answer that was waited for in vain @n_times before. */
GTimeSpan thespian_path_get_patience (const ThespianPath *self, guint n_times);

G_END_DECLS
