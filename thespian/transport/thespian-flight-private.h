/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "transport/thespian-link-private.h"
#include "transport/thespian-path-private.h"

G_BEGIN_DECLS

/*
 * What of a channel is on its way over a link that may lose it, and when that has to be looked
 * after.  Whatever the peer does not say that it has is sent again, in order, from the first on that
 * is missing: because the peer has seen a later one, or because nothing was heard for a while.  A
 * peer that has everything is asked now and then how far it is, since what it says may be lost too.
 */
typedef struct _ThespianFlightPlan ThespianFlightPlan;

/* All flights over one link. */
struct _ThespianFlightPlan
{
  ThespianPath path;
  ThespianPeer *peer;        /* unowned */
  ThespianAlarm alarm;       /* when the first of them is due */
  ThespianFlight *first;
  guint64 (*get_next) (ThespianFlightPlan *self); /* the number of the next datagram to leave */
};

void     thespian_flight_plan_init         (ThespianFlightPlan *self, ThespianPeer *peer, gsize window,
                                            guint64 (*get_next) (ThespianFlightPlan *self));
/* Lets the channels send again, by another link perhaps, what was on its way. */
void     thespian_flight_plan_clear_locked (ThespianFlightPlan *self);

/* The last frames of @channel that were sent are on their way: @n_bytes, at @now. */
void     thespian_flight_depart_locked     (ThespianFlightPlan *plan, ThespianChannel *channel, gsize n_bytes,
                                            gint64 now);
/* The channel has learned that the peer has more, or is done with more. */
void     thespian_flight_check_locked      (ThespianFlight *self);
/* The peer missed something when the datagram @number came. */
void     thespian_flight_miss_locked       (ThespianFlight *self, guint64 number);
/* The channel sends again. */
void     thespian_flight_rewind_locked     (ThespianFlight *self);
/* The last that has ever left. */
guint64  thespian_flight_get_highest       (ThespianFlight *self);
void     thespian_flight_free_locked       (ThespianFlight *self);

G_END_DECLS
