/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "transport/thespian-attendant-private.h"

#include "log/thespian-internals-log-private.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

/* A handler that takes longer than this is a long one. */
#define PATIENCE (4 * G_TIME_SPAN_MILLISECOND)
#define POLL_MILLISECONDS 4

struct _ThespianAttendant
{
  ThespianExchange *exchange; /* unowned: it owns this */
  ThespianAttendFunc attend;
  gpointer data;
  GThread *thread;
  GMutex lock;
  GCond cond;
  gint asleep;       /* atomic: has to be woken when the node begins to work */
  guint turn;        /* atomic: counts the turns of the node's loop */
  gint is_resting;   /* atomic: the node waits */
  gboolean is_retired; /* the node's thread's */
  gint64 grace;      /* atomic */
  gint64 told_to_exit_at; /* atomic; 0: the actor is not to exit */
};

/* Once for many turns: it goes to sleep only when the node has been resting for a while. */
void
thespian_attendant_watch (ThespianAttendant *self)
{
  if (self->is_retired)
    return;
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

void
thespian_attendant_retire (ThespianAttendant *self)
{
  thespian_attendant_rest (self);
  self->is_retired = TRUE;
}

static gboolean
is_busy_since (ThespianAttendant *self,
               guint              turn)
{
  return !__atomic_load_n (&self->is_resting, __ATOMIC_SEQ_CST) &&
         __atomic_load_n (&self->turn, __ATOMIC_SEQ_CST) == turn;
}

void
thespian_attendant_set_grace (ThespianAttendant *self,
                              GTimeSpan          grace)
{
  __atomic_store_n (&self->grace, grace, __ATOMIC_RELAXED);
}

void
thespian_attendant_expect_end (ThespianAttendant *self)
{
  gint64 not_yet = 0;

  __atomic_compare_exchange_n (&self->told_to_exit_at, &not_yet, g_get_monotonic_time (), FALSE, __ATOMIC_RELAXED,
                               __ATOMIC_RELAXED);
}

/* @since: when the handler was found to take long. */
static void
end_if_hung (ThespianAttendant *self,
             gint64             since)
{
  gint64 told_at = __atomic_load_n (&self->told_to_exit_at, __ATOMIC_RELAXED);

  if (told_at == 0 ||
      g_get_monotonic_time () - MAX (told_at, since) < __atomic_load_n (&self->grace, __ATOMIC_RELAXED))
    return;
  thespian_internals_log (G_LOG_LEVEL_WARNING, "The actor is to exit, but hangs: its process is killed");
  kill (getpid (), SIGKILL);
}

static void
stand_in (ThespianAttendant *self,
          guint              turn)
{
  ThespianExchange *exchange = self->exchange;
  struct pollfd fd = { exchange->epoll_fd, POLLIN, 0 };
  gint64 since = g_get_monotonic_time ();

  while (is_busy_since (self, turn))
    {
      /* first: the process may have stood still until now, and should not write to one that has ended meanwhile */
      g_mutex_lock (&exchange->lock);
      thespian_exchange_receive_from_all_locked (exchange);
      thespian_exchange_unlock (exchange);
      thespian_exchange_answer (exchange);
      self->attend (self->data);
      g_mutex_lock (&exchange->lock);
      thespian_exchange_hurry_acks_locked (exchange);
      thespian_exchange_flush_locked (exchange);
      thespian_exchange_unlock (exchange);
      end_if_hung (self, since);
      poll (&fd, 1, POLL_MILLISECONDS);
    }
  /* what it brought is for the node to hand out */
  thespian_node_wake (exchange->node);
}

static gpointer
attend (gpointer data)
{
  ThespianAttendant *self = data;

  prctl (PR_SET_NAME, "thespian-attend");
  g_mutex_lock (&self->lock);
  for (;;)
    {
      guint turn = __atomic_load_n (&self->turn, __ATOMIC_SEQ_CST);

      if (self->asleep)
        {
          g_cond_wait (&self->cond, &self->lock);
          continue;
        }
      g_cond_wait_until (&self->cond, &self->lock, g_get_monotonic_time () + PATIENCE);
      if (__atomic_load_n (&self->turn, __ATOMIC_SEQ_CST) != turn)
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
  g_assert_not_reached ();
}

gboolean
thespian_attendant_start (ThespianExchange  *exchange,
                          ThespianAttendFunc attend_func,
                          gpointer           data,
                          GError           **error)
{
  ThespianAttendant *self = g_new0 (ThespianAttendant, 1);

  self->exchange = exchange;
  self->attend = attend_func;
  self->data = data;
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  /* before the thread looks at anything */
  exchange->attendant = self;
  /* without a name, which the new thread would free: that alone would cost it a heap of its own */
  self->thread = g_thread_try_new (NULL, attend, self, error);
  if (self->thread != NULL)
    return TRUE;
  exchange->attendant = NULL;
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->cond);
  g_free (self);
  return FALSE;
}
