/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "transport/thespian-flight-private.h"

#define FIRST_ASKING (100 * G_TIME_SPAN_MILLISECOND)
#define MAX_DOUBLINGS 4

/* Frames that left together. */
typedef struct
{
  guint64 last; /* the number of the last of them */
  gint64 left_at;
  guint32 n_bytes;
} Mark;

struct _ThespianFlight
{
  ThespianFlightPlan *plan; /* unowned */
  ThespianChannel *channel; /* unowned: it owns this */
  ThespianFlight *next;
  ThespianFlight *previous;

  GArray *marks;       /* (owned) of Mark, in order */
  guint first_mark;
  guint64 highest;     /* the last number that has ever left */
  guint64 repeated;    /* up to this one they may have left twice: nobody knows which one is answered */
  guint64 rewound_at;  /* the first datagram since it was last sent again */
  gint64 due_at;       /* when to look after it */
  guint n_in_vain;     /* how often that has been done since something was heard */
};

static gboolean
has_marks (ThespianFlight *self)
{
  return self->first_mark < self->marks->len;
}

static Mark *
get_first_mark (ThespianFlight *self)
{
  return &g_array_index (self->marks, Mark, self->first_mark);
}

/* A few that are done with may stand before the others. */
static void
drop_first_mark (ThespianFlight *self)
{
  self->first_mark++;
  if (self->first_mark < self->marks->len && self->first_mark < 64)
    return;
  g_array_remove_range (self->marks, 0, self->first_mark);
  self->first_mark = 0;
}

static void
drop_marks (ThespianFlight *self)
{
  for (guint i = self->first_mark; i < self->marks->len; i++)
    thespian_path_give_up (&self->plan->path, g_array_index (self->marks, Mark, i).n_bytes);
  g_array_set_size (self->marks, 0);
  self->first_mark = 0;
}

/* --- Time ------------------------------------------------------------------------------------------------- */

static void
set_alarm_locked (ThespianFlightPlan *plan,
                  gint64              due_at)
{
  if (plan->alarm.exchange == NULL || due_at < plan->alarm.at)
    thespian_alarm_set_locked (&plan->alarm, plan->peer->exchange, due_at);
}

/* An alarm that comes too early costs less than one that is moved each time. */
static void
set_due_locked (ThespianFlight *self,
                gint64          now)
{
  if (has_marks (self))
    self->due_at = get_first_mark (self)->left_at + thespian_path_get_patience (&self->plan->path, self->n_in_vain);
  else if (self->channel->handled < self->channel->sent)
    self->due_at = now + (FIRST_ASKING << MIN (self->n_in_vain, MAX_DOUBLINGS));
  else
    self->due_at = G_MAXINT64;
  if (self->due_at != G_MAXINT64)
    set_alarm_locked (self->plan, self->due_at);
}

static void
ask_locked (ThespianFlight *self)
{
  ThespianFrame frame = { .kind = THESPIAN_FRAME_ASK, .target = self->channel->id };

  thespian_peer_note_locked (self->plan->peer, &frame);
}

static void
look_after_locked (ThespianFlight *self,
                   gint64          now)
{
  self->n_in_vain++;
  if (has_marks (self))
    {
      thespian_path_collapse (&self->plan->path, self->plan->get_next (self->plan));
      thespian_channel_rewind_locked (self->channel, self->channel->received);
    }
  else
    ask_locked (self);
  set_due_locked (self, now);
}

static void
ring_locked (gpointer data)
{
  ThespianFlightPlan *plan = data;
  gint64 now = g_get_monotonic_time ();

  for (ThespianFlight *flight = plan->first; flight != NULL; flight = flight->next)
    if (flight->due_at <= now)
      look_after_locked (flight, now);
    else if (flight->due_at != G_MAXINT64)
      set_alarm_locked (plan, flight->due_at);
}

/* --- What happens to a channel ------------------------------------------------------------------------------ */

static ThespianFlight *
flight_new (ThespianFlightPlan *plan,
            ThespianChannel    *channel)
{
  ThespianFlight *self = g_slice_new0 (ThespianFlight);

  self->plan = plan;
  self->channel = channel;
  self->marks = g_array_new (FALSE, FALSE, sizeof (Mark));
  self->due_at = G_MAXINT64;
  self->highest = self->repeated = channel->received;
  self->next = plan->first;
  if (self->next != NULL)
    self->next->previous = self;
  plan->first = self;
  return self;
}

void
thespian_flight_depart_locked (ThespianFlightPlan *plan,
                               ThespianChannel    *channel,
                               gsize               n_bytes,
                               gint64              now)
{
  ThespianFlight *self = channel->flight;
  Mark mark = { channel->sent, now, (guint32) n_bytes };
  gboolean was_empty;

  if (self == NULL)
    self = channel->flight = flight_new (plan, channel);
  was_empty = !has_marks (self);
  g_array_append_val (self->marks, mark);
  self->highest = MAX (self->highest, channel->sent);
  thespian_path_depart (&plan->path, n_bytes);
  if (was_empty)
    set_due_locked (self, now);
}

void
thespian_flight_check_locked (ThespianFlight *self)
{
  guint64 received = self->channel->received;
  gint64 now = g_get_monotonic_time ();
  gint64 left_at = 0;

  while (has_marks (self) && get_first_mark (self)->last <= received)
    {
      Mark *mark = get_first_mark (self);

      if (mark->last > self->repeated)
        left_at = mark->left_at;
      thespian_path_arrive (&self->plan->path, mark->n_bytes);
      drop_first_mark (self);
    }
  if (left_at > 0)
    thespian_path_measure (&self->plan->path, now - left_at);
  self->n_in_vain = 0;
  set_due_locked (self, now);
  if (self->plan->peer->first_ready != NULL)
    thespian_peer_set_dirty_locked (self->plan->peer);
}

void
thespian_flight_miss_locked (ThespianFlight *self,
                             guint64         number)
{
  if (number < self->rewound_at || !has_marks (self))
    return;
  thespian_path_cut (&self->plan->path, number, self->plan->get_next (self->plan));
  thespian_channel_rewind_locked (self->channel, self->channel->received);
}

void
thespian_flight_rewind_locked (ThespianFlight *self)
{
  drop_marks (self);
  self->repeated = self->highest;
  self->rewound_at = self->plan->get_next (self->plan);
  /* it may have been waiting for room on the way, which there is now */
  thespian_peer_set_dirty_locked (self->plan->peer);
}

guint64
thespian_flight_get_highest (ThespianFlight *self)
{
  return self->highest;
}

void
thespian_flight_free_locked (ThespianFlight *self)
{
  drop_marks (self);
  if (self->next != NULL)
    self->next->previous = self->previous;
  if (self->previous != NULL)
    self->previous->next = self->next;
  else
    self->plan->first = self->next;
  g_array_unref (self->marks);
  g_slice_free (ThespianFlight, self);
}

/* --- All over one link --------------------------------------------------------------------------------------- */

void
thespian_flight_plan_init (ThespianFlightPlan *self,
                           ThespianPeer       *peer,
                           gsize               window,
                           guint64           (*get_next) (ThespianFlightPlan *self))
{
  thespian_path_init (&self->path, window);
  self->peer = peer;
  self->get_next = get_next;
  self->alarm.call = ring_locked;
  self->alarm.data = self;
}

void
thespian_flight_plan_clear_locked (ThespianFlightPlan *self)
{
  while (self->first != NULL)
    {
      ThespianChannel *channel = self->first->channel;

      thespian_channel_rewind_locked (channel, channel->received);
      g_clear_pointer (&channel->flight, thespian_flight_free_locked);
    }
  thespian_alarm_clear_locked (&self->alarm);
}
