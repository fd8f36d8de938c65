/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "transport/thespian-greeting-private.h"

#include "transport/thespian-ip-private.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

/* Both ends are programs, and take no longer even on a busy machine. */
#define LIMIT (5 * G_TIME_SPAN_SECOND)

struct _ThespianGreeting
{
  ThespianPolled polled;
  ThespianExchange *exchange; /* unowned */
  int fd;                     /* (owned) */
  gboolean is_connecting;
  ThespianHandshake *handshake; /* (owned) */
  ThespianAlarm limit;
  ThespianGreetedFunc greeted;
  gpointer data;
};

static void
detach_locked (ThespianGreeting *self)
{
  thespian_alarm_clear_locked (&self->limit);
  thespian_polled_remove_locked (&self->polled, self->exchange, self->fd);
}

static void
greeting_free (ThespianGreeting *self)
{
  thespian_handshake_free (self->handshake);
  g_free (self);
}

void
thespian_greeting_free_locked (ThespianGreeting *self)
{
  detach_locked (self);
  close (self->fd);
  greeting_free (self);
}

static void
finish_locked (ThespianGreeting *self)
{
  detach_locked (self);
  self->greeted (self->data, self->fd, self->handshake, NULL);
  greeting_free (self);
}

static void
fail_locked (ThespianGreeting *self,
             const GError     *error)
{
  detach_locked (self);
  close (self->fd);
  self->greeted (self->data, -1, self->handshake, error);
  greeting_free (self);
}

static void
set_broken (GError **error,
            int      failure)
{
  g_set_error (error, G_IO_ERROR, failure != 0 ? (int) g_io_error_from_errno (failure) : (int) G_IO_ERROR_BROKEN_PIPE,
               "The connection broke before the peer was known: %s",
               failure != 0 ? g_strerror (failure) : "it was closed");
}

/* What a handshake says is short, and the first on its socket: so it goes at once, or never. */
static gboolean
send_output (ThespianGreeting *self,
             GError          **error)
{
  g_autoptr (GBytes) output = thespian_handshake_take_output (self->handshake);
  gsize length = 0;
  gconstpointer data = output != NULL ? g_bytes_get_data (output, &length) : NULL;
  gssize n;

  if (length == 0)
    return TRUE;
  n = send (self->fd, data, length, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (n == (gssize) length)
    return TRUE;
  set_broken (error, n < 0 ? errno : EAGAIN);
  return FALSE;
}

/* What follows the handshake stays in the socket, for the link. */
static ThespianHandshakeResult
receive_some (ThespianGreeting *self,
              gboolean         *ret_more,
              GError          **error)
{
  guint8 data[THESPIAN_HANDSHAKE_MAX_LENGTH];
  ThespianHandshakeResult result;
  gsize consumed;
  gssize n;

  *ret_more = FALSE;
  n = recv (self->fd, data, sizeof data, MSG_PEEK | MSG_DONTWAIT);
  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return THESPIAN_HANDSHAKE_NEED_MORE;
  if (n <= 0)
    {
      set_broken (error, n < 0 ? errno : 0);
      return THESPIAN_HANDSHAKE_FAILED;
    }
  result = thespian_handshake_feed (self->handshake, data, (gsize) n, &consumed, error);
  if (recv (self->fd, data, consumed, MSG_DONTWAIT) != (gssize) consumed && result != THESPIAN_HANDSHAKE_FAILED)
    {
      set_broken (error, errno);
      return THESPIAN_HANDSHAKE_FAILED;
    }
  *ret_more = (gsize) n > consumed;
  return result;
}

static void
speak_locked (ThespianGreeting *self)
{
  g_autoptr (GError) error = NULL;
  ThespianHandshakeResult result = THESPIAN_HANDSHAKE_NEED_MORE;
  gboolean more = TRUE;

  if (!send_output (self, &error))
    result = THESPIAN_HANDSHAKE_FAILED;
  while (more && result == THESPIAN_HANDSHAKE_NEED_MORE)
    {
      result = receive_some (self, &more, &error);
      /* the reason of a refusal is worth an attempt, no more */
      if (!send_output (self, result == THESPIAN_HANDSHAKE_FAILED ? NULL : &error))
        result = THESPIAN_HANDSHAKE_FAILED;
    }
  if (result == THESPIAN_HANDSHAKE_DONE)
    finish_locked (self);
  else if (result == THESPIAN_HANDSHAKE_FAILED)
    fail_locked (self, error);
}

/* Nobody is told here: who made this does not know it yet. */
static void
begin_locked (ThespianGreeting *self)
{
  self->is_connecting = !thespian_tcp_is_connected (self->fd);
  thespian_polled_add_locked (&self->polled, self->exchange, self->fd,
                              self->is_connecting ? EPOLLIN | EPOLLOUT : EPOLLIN);
  if (!self->is_connecting && !send_output (self, NULL))
    shutdown (self->fd, SHUT_RDWR);
}

static void
greeting_ready (ThespianPolled *polled,
                guint32         events)
{
  ThespianGreeting *self = (ThespianGreeting *) polled;
  g_autoptr (GError) error = NULL;
  int failure;

  if (self->is_connecting)
    {
      failure = thespian_tcp_get_failure (self->fd);
      if (failure != 0)
        {
          set_broken (&error, failure);
          fail_locked (self, error);
          return;
        }
      self->is_connecting = FALSE;
      thespian_polled_change_locked (&self->polled, self->exchange, self->fd, EPOLLIN);
    }
  speak_locked (self);
}

static void
reach_limit_locked (gpointer data)
{
  ThespianGreeting *self = data;
  g_autoptr (GError) error = NULL;

  g_set_error (&error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
               "The peer has not shown within %d seconds that it may connect", (int) (LIMIT / G_TIME_SPAN_SECOND));
  fail_locked (self, error);
}

ThespianGreeting *
thespian_greeting_new_locked (ThespianExchange   *exchange,
                              int                 fd,
                              ThespianHandshake  *handshake,
                              ThespianGreetedFunc greeted,
                              gpointer            data)
{
  ThespianGreeting *self = g_new0 (ThespianGreeting, 1);

  self->polled.ready = greeting_ready;
  self->exchange = exchange;
  self->fd = fd;
  self->handshake = handshake;
  self->greeted = greeted;
  self->data = data;
  self->limit.call = reach_limit_locked;
  self->limit.data = self;
  thespian_alarm_set_locked (&self->limit, exchange, g_get_monotonic_time () + LIMIT);
  begin_locked (self);
  return self;
}
