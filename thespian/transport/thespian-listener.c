/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "transport/thespian-listener-private.h"

#include "model/thespian-error.h"
#include "transport/thespian-greeting-private.h"
#include "transport/thespian-ip-private.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_CALLERS 64
/* Others get their turn after so many. */
#define MAX_ACCEPTED 64
/* How long nobody is accepted when there are no descriptors. */
#define REST (100 * G_TIME_SPAN_MILLISECOND)

typedef struct
{
  ThespianPolled polled;
  ThespianListener *listener; /* unowned: it owns this */
  int fd;                     /* (owned) */
} Socket;

typedef struct
{
  ThespianListener *listener; /* unowned: it owns this */
  ThespianGreeting *greeting; /* (owned) */
  gboolean has_looked_up;
  guint8 key_id[THESPIAN_KEY_ID_LENGTH];
} Caller;

struct _ThespianListener
{
  ThespianExchange *exchange; /* unowned */
  ThespianIdentity self_peer;
  const ThespianListenerOps *ops;
  gpointer owner;
  GPtrArray *sockets; /* (owned) of Socket, owned */
  GQueue callers;     /* (owned) of Caller, owned: the oldest first */
  ThespianAlarm rest;
};

/* --- Callers ---------------------------------------------------------------------------------------- */

static gboolean
find_key (ThespianPurpose purpose,
          const guint8   *key_id,
          guint8         *ret_key,
          gpointer        user_data)
{
  Caller *caller = user_data;

  caller->has_looked_up = TRUE;
  memcpy (caller->key_id, key_id, sizeof caller->key_id);
  return caller->listener->ops->find_key (caller->listener->owner, purpose, key_id, ret_key);
}

static void
refuse_locked (Caller       *caller,
               const GError *error)
{
  ThespianListener *self = caller->listener;

  self->ops->refuse (self->owner, caller->has_looked_up ? caller->key_id : NULL, error);
}

static void
greeted (gpointer           data,
         int                fd,
         ThespianHandshake *handshake,
         const GError      *error)
{
  Caller *caller = data;
  ThespianListener *self = caller->listener;

  g_queue_remove (&self->callers, caller);
  if (error == NULL)
    self->ops->accept (self->owner, fd, handshake);
  else
    refuse_locked (caller, error);
  g_free (caller);
}

static void
dismiss_oldest_locked (ThespianListener *self,
                       const char       *reason)
{
  Caller *caller = g_queue_pop_head (&self->callers);
  g_autoptr (GError) error = g_error_new_literal (THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_FAILURE, reason);

  thespian_greeting_free_locked (caller->greeting);
  refuse_locked (caller, error);
  g_free (caller);
}

static void
add_caller_locked (ThespianListener *self,
                   int               fd)
{
  Caller *caller = g_new0 (Caller, 1);
  ThespianHandshake *handshake;

  if (self->callers.length == MAX_CALLERS)
    dismiss_oldest_locked (self, "Too many others wanted to connect at the time");
  thespian_tcp_set_up (fd);
  caller->listener = self;
  handshake = thespian_handshake_new_acceptor (&self->self_peer, find_key, caller, NULL);
  caller->greeting = thespian_greeting_new_locked (self->exchange, fd, handshake, greeted, caller);
  g_queue_push_tail (&self->callers, caller);
}

/* --- Sockets ----------------------------------------------------------------------------------------- */

static void
set_resting_locked (ThespianListener *self,
                    gboolean          rests)
{
  for (guint i = 0; i < self->sockets->len; i++)
    {
      Socket *socket = g_ptr_array_index (self->sockets, i);

      thespian_polled_change_locked (&socket->polled, self->exchange, socket->fd, rests ? 0 : EPOLLIN);
    }
}

static void
wake_locked (gpointer data)
{
  set_resting_locked (data, FALSE);
}

/* Without a descriptor the one who dials stays where he is, which would be found again at once. */
static void
lack_descriptors_locked (ThespianListener *self)
{
  if (!g_queue_is_empty (&self->callers))
    {
      dismiss_oldest_locked (self, "This process has no more file descriptors");
      return;
    }
  set_resting_locked (self, TRUE);
  thespian_alarm_set_locked (&self->rest, self->exchange, g_get_monotonic_time () + REST);
}

static void
socket_ready (ThespianPolled *polled,
              guint32         events)
{
  Socket *socket = (Socket *) polled;
  ThespianListener *self = socket->listener;

  for (guint i = 0; i < MAX_ACCEPTED; i++)
    {
      int fd = accept4 (socket->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

      if (fd >= 0)
        add_caller_locked (self, fd);
      else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
        {
          lack_descriptors_locked (self);
          return;
        }
      else if (errno == EAGAIN)
        return;
    }
}

static void
socket_free (gpointer data)
{
  Socket *socket = data;

  thespian_polled_remove_locked (&socket->polled, socket->listener->exchange, socket->fd);
  close (socket->fd);
  g_free (socket);
}

void
thespian_listener_add_locked (ThespianListener *self,
                              int               fd)
{
  Socket *socket = g_new0 (Socket, 1);

  socket->polled.ready = socket_ready;
  socket->listener = self;
  socket->fd = fd;
  g_ptr_array_add (self->sockets, socket);
  thespian_polled_add_locked (&socket->polled, self->exchange, fd, EPOLLIN);
}

/* --- All of it ----------------------------------------------------------------------------------------- */

ThespianListener *
thespian_listener_new_locked (ThespianExchange          *exchange,
                              const ThespianIdentity    *self_peer,
                              const ThespianListenerOps *ops,
                              gpointer                   owner)
{
  ThespianListener *self = g_new0 (ThespianListener, 1);

  self->exchange = exchange;
  self->self_peer = *self_peer;
  self->ops = ops;
  self->owner = owner;
  self->sockets = g_ptr_array_new_with_free_func (socket_free);
  g_queue_init (&self->callers);
  self->rest.call = wake_locked;
  self->rest.data = self;
  return self;
}

void
thespian_listener_free_locked (ThespianListener *self)
{
  Caller *caller;

  thespian_alarm_clear_locked (&self->rest);
  while ((caller = g_queue_pop_head (&self->callers)) != NULL)
    {
      thespian_greeting_free_locked (caller->greeting);
      g_free (caller);
    }
  g_ptr_array_unref (self->sockets);
  g_free (self);
}

gboolean
thespian_listener_get_address_locked (ThespianListener  *self,
                                      ThespianIpAddress *ret_address)
{
  Socket *socket = self->sockets->len > 0 ? g_ptr_array_index (self->sockets, 0) : NULL;

  return socket != NULL && thespian_ip_address_of (ret_address, socket->fd);
}

gboolean
thespian_listener_is_greeting_locked (ThespianListener *self,
                                      const guint8     *key_id)
{
  for (GList *item = self->callers.head; item != NULL; item = item->next)
    {
      Caller *caller = item->data;

      if (caller->has_looked_up && memcmp (caller->key_id, key_id, sizeof caller->key_id) == 0)
        return TRUE;
    }
  return FALSE;
}
