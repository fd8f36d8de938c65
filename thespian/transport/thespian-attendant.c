/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "transport/thespian-attendant-private.h"

#include <poll.h>

/* A handler that takes longer than this is a long one. */
#define PATIENCE (4 * G_TIME_SPAN_MILLISECOND)
#define POLL_MILLISECONDS 4

struct _ThespianAttendant
{
  ThespianExchange *exchange; /* unowned: it owns this */
  GThread *thread;
  GMutex lock;
  GCond cond;
  gint asleep;       /* atomic: has to be woken when the node begins to work */
  guint turn;        /* atomic: counts the turns of the node's loop */
  gint is_resting;   /* atomic: the node waits */
  gboolean stopping; /* protected by the lock */
};

/* Once for many turns: it goes to sleep only when the node has been resting for a while. */
void
thespian_attendant_watch (ThespianAttendant *self)
{
  __atomic_store_n (&self->turn, self->turn + 1, __ATOMIC_SEQ_CST);
  __atomic_store_n (&self->is_resting, FALSE, __ATOMIC_SEQ_CST);
  if (G_LIKELY (!__atomic_load_n (&self->asleep, __ATOMIC_SEQ_CST)))
    return;
  g_mutex_lock (&self->lock);
  self->asleep = FALSE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->lock);
}

void
thespian_attendant_rest (ThespianAttendant *self)
{
  __atomic_store_n (&self->is_resting, TRUE, __ATOMIC_SEQ_CST);
}

static gboolean
is_busy_since (ThespianAttendant *self,
               guint              turn)
{
  return !__atomic_load_n (&self->is_resting, __ATOMIC_SEQ_CST) &&
         __atomic_load_n (&self->turn, __ATOMIC_SEQ_CST) == turn;
}

static void
stand_in (ThespianAttendant *self,
          guint              turn)
{
  ThespianExchange *exchange = self->exchange;
  struct pollfd fd = { exchange->epoll_fd, POLLIN, 0 };

  while (is_busy_since (self, turn))
    {
      g_mutex_lock (&exchange->lock);
      thespian_exchange_hurry_acks_locked (exchange);
      thespian_exchange_flush_locked (exchange);
      thespian_exchange_unlock (exchange);
      poll (&fd, 1, POLL_MILLISECONDS);
      g_mutex_lock (&exchange->lock);
      thespian_exchange_receive_locked (exchange);
      thespian_exchange_unlock (exchange);
      thespian_exchange_answer (exchange);
    }
  /* what it brought is for the node to hand out */
  thespian_node_wake (exchange->node);
}

static gpointer
attend (gpointer data)
{
  ThespianAttendant *self = data;

  g_mutex_lock (&self->lock);
  while (!self->stopping)
    {
      guint turn = __atomic_load_n (&self->turn, __ATOMIC_SEQ_CST);

      if (self->asleep)
        {
          g_cond_wait (&self->cond, &self->lock);
          continue;
        }
      g_cond_wait_until (&self->cond, &self->lock, g_get_monotonic_time () + PATIENCE);
      if (self->stopping || __atomic_load_n (&self->turn, __ATOMIC_SEQ_CST) != turn)
        continue;
      if (is_busy_since (self, turn))
        {
          g_mutex_unlock (&self->lock);
          stand_in (self, turn);
          g_mutex_lock (&self->lock);
          continue;
        }
      __atomic_store_n (&self->asleep, TRUE, __ATOMIC_SEQ_CST);
      if (__atomic_load_n (&self->turn, __ATOMIC_SEQ_CST) != turn)
        __atomic_store_n (&self->asleep, FALSE, __ATOMIC_SEQ_CST);
    }
  g_mutex_unlock (&self->lock);
  return NULL;
}

ThespianAttendant *
thespian_attendant_new (ThespianExchange *exchange,
                        GError          **error)
{
  ThespianAttendant *self = g_new0 (ThespianAttendant, 1);

  self->exchange = exchange;
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  self->thread = g_thread_try_new ("thespian-attend", attend, self, error);
  if (self->thread == NULL)
    {
      g_mutex_clear (&self->lock);
      g_cond_clear (&self->cond);
      g_free (self);
      return NULL;
    }
  return self;
}

void
thespian_attendant_free (ThespianAttendant *self)
{
  g_mutex_lock (&self->lock);
  self->stopping = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->lock);
  thespian_attendant_rest (self);
  g_thread_join (self->thread);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->cond);
  g_free (self);
}
