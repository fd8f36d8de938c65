/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "transport/thespian-exchange-private.h"

#include <sys/epoll.h>

void
thespian_polled_add_locked (ThespianPolled   *self,
                            ThespianExchange *exchange,
                            int               fd,
                            guint32           events)
{
  struct epoll_event event = { .events = events, .data.ptr = self };

  epoll_ctl (exchange->epoll_fd, EPOLL_CTL_ADD, fd, &event);
}

void
thespian_polled_change_locked (ThespianPolled   *self,
                               ThespianExchange *exchange,
                               int               fd,
                               guint32           events)
{
  struct epoll_event event = { .events = events, .data.ptr = self };

  epoll_ctl (exchange->epoll_fd, EPOLL_CTL_MOD, fd, &event);
}

/* It goes while others are being looked at, and may be among those that are next. */
void
thespian_polled_remove_locked (ThespianPolled   *self,
                               ThespianExchange *exchange,
                               int               fd)
{
  epoll_ctl (exchange->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
  if (exchange->last_asked == self)
    exchange->last_asked = NULL;
  for (int i = 0; i < exchange->n_receiving; i++)
    if (exchange->receiving[i].data.ptr == self)
      exchange->receiving[i].data.ptr = NULL;
}
