/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Things to be done at a time, by whoever moves an exchange then.  They stand in a list, the soonest
 * first; most are for later than those before them, so a new one looks for its place from the end.
 */

#include "config.h"

#include "transport/thespian-exchange-private.h"

#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

static void
wind_up_locked (ThespianExchange *exchange)
{
  struct itimerspec spec = { 0 };

  if (exchange->first_alarm == NULL)
    return;
  /* zero would stop the clock */
  spec.it_value.tv_sec = exchange->first_alarm->at / G_USEC_PER_SEC;
  spec.it_value.tv_nsec = exchange->first_alarm->at % G_USEC_PER_SEC * 1000 + 1;
  timerfd_settime (exchange->alarm_fd, TFD_TIMER_ABSTIME, &spec, NULL);
}

void
thespian_alarm_clear_locked (ThespianAlarm *self)
{
  ThespianExchange *exchange = g_steal_pointer (&self->exchange);

  if (exchange == NULL)
    return;
  if (self->next != NULL)
    self->next->previous = self->previous;
  else
    exchange->last_alarm = self->previous;
  if (self->previous != NULL)
    self->previous->next = self->next;
  else
    exchange->first_alarm = self->next;
  self->next = self->previous = NULL;
}

void
thespian_alarm_set_locked (ThespianAlarm    *self,
                           ThespianExchange *exchange,
                           gint64            at)
{
  ThespianAlarm *before;

  thespian_alarm_clear_locked (self);
  for (before = exchange->last_alarm; before != NULL && before->at > at; before = before->previous)
    ;
  self->exchange = exchange;
  self->at = at;
  self->previous = before;
  self->next = before != NULL ? before->next : exchange->first_alarm;
  if (self->next != NULL)
    self->next->previous = self;
  else
    exchange->last_alarm = self;
  if (before != NULL)
    before->next = self;
  else
    {
      exchange->first_alarm = self;
      wind_up_locked (exchange);
    }
}

static void
ring_locked (ThespianPolled *polled,
             guint32         events)
{
  ThespianExchange *exchange = (ThespianExchange *) ((char *) polled - G_STRUCT_OFFSET (ThespianExchange, clock));
  gint64 now = g_get_monotonic_time ();
  guint64 n_expired;

  if (read (exchange->alarm_fd, &n_expired, sizeof n_expired) < 0)
    return;
  while (exchange->first_alarm != NULL && exchange->first_alarm->at <= now)
    {
      ThespianAlarm *alarm = exchange->first_alarm;

      thespian_alarm_clear_locked (alarm);
      alarm->call (alarm->data);
    }
  wind_up_locked (exchange);
}

void
thespian_alarms_init (ThespianExchange *exchange)
{
  exchange->alarm_fd = timerfd_create (CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  if (exchange->alarm_fd < 0)
    g_error ("The kernel has no descriptor for the clock of an actor system: %m");
  exchange->clock.ready = ring_locked;
  thespian_polled_add_locked (&exchange->clock, exchange, exchange->alarm_fd, EPOLLIN);
}
