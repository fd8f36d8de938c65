/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define THESPIAN_REPLAY_WORDS 128

/* So far behind the newest counter may one be that is still taken. */
#define THESPIAN_REPLAY_WINDOW ((THESPIAN_REPLAY_WORDS - 1) * 64)

/*
 * Which counters have been seen, so that none is taken twice, whatever their order.  The bits of
 * the newest ones lie in a ring of words; zeroed memory is a new window.
 */
typedef struct
{
  guint64 next; /* the newest counter that was taken, and one more */
  guint64 seen[THESPIAN_REPLAY_WORDS];
} ThespianReplayWindow;

static inline gboolean
thespian_replay_window_admits (const ThespianReplayWindow *self,
                               guint64                     counter)
{
  if (counter >= self->next)
    return TRUE;
  if (self->next - counter > THESPIAN_REPLAY_WINDOW)
    return FALSE;
  return (self->seen[counter / 64 % THESPIAN_REPLAY_WORDS] >> counter % 64 & 1) == 0;
}

/* Words between the newest counter so far and @counter have the bits of one round earlier. */
static inline void
thespian_replay_window_advance (ThespianReplayWindow *self,
                                guint64               counter)
{
  guint64 word = (self->next + 63) / 64;
  guint64 last = counter / 64;

  if (last - word >= THESPIAN_REPLAY_WORDS && last >= word)
    word = last - THESPIAN_REPLAY_WORDS + 1;
  for (; word <= last; word++)
    self->seen[word % THESPIAN_REPLAY_WORDS] = 0;
  self->next = counter + 1;
}

/* Only for a @counter that is admitted, and whose datagram is proven. */
static inline void
thespian_replay_window_take (ThespianReplayWindow *self,
                             guint64               counter)
{
  if (counter >= self->next)
    thespian_replay_window_advance (self, counter);
  self->seen[counter / 64 % THESPIAN_REPLAY_WORDS] |= G_GUINT64_CONSTANT (1) << counter % 64;
}

G_END_DECLS
