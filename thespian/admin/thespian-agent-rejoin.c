/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * When the link between a process of the outside and the admin breaks, the process dials the Admin
 * Port again and says which node it is.  Where nobody listens any more, or somebody else, the system
 * has ended; else it is tried for a while.
 */

#include "config.h"

#include "admin/thespian-agent-private.h"

#include "host/thespian-fds-private.h"
#include "log/thespian-internals-log-private.h"
#include "model/thespian-error.h"
#include "transport/thespian-ip-private.h"

#define LIMIT (5 * G_TIME_SPAN_SECOND)
#define INTERVAL (100 * G_TIME_SPAN_MILLISECOND)

static gboolean
is_gone (const GError *error)
{
  return error->domain == THESPIAN_ERROR || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
}

static void
answered (gpointer           data,
          int                fd,
          ThespianHandshake *handshake,
          const GError      *error)
{
  ThespianAgent *self = data;
  ThespianReturn *way = &self->way_back;

  way->greeting = NULL;
  if (error == NULL)
    {
      thespian_peer_set_link_locked (self->admin_peer,
                                     thespian_link_new_stream (self->admin_peer, thespian_fd_move_high (fd)), TRUE);
      return;
    }
  thespian_internals_log (G_LOG_LEVEL_INFO, "The admin of the actor system cannot be reached: %s", error->message);
  if (is_gone (error))
    thespian_agent_lose_admin_locked (self);
  else
    thespian_alarm_set_locked (&way->alarm, self->exchange, g_get_monotonic_time () + INTERVAL);
}

static void
dial_locked (gpointer data)
{
  ThespianAgent *self = data;
  ThespianReturn *way = &self->way_back;
  ThespianIdentity identity = { self->face.system_id, self->exchange->node_id };
  ThespianIpAddress address;
  int fd;

  thespian_ip_address_init_loopback (&address, way->port);
  fd = g_get_monotonic_time () <= way->deadline ? thespian_tcp_dial (&address) : -1;
  if (fd < 0)
    {
      thespian_agent_lose_admin_locked (self);
      return;
    }
  way->greeting = thespian_greeting_new_locked (
      self->exchange, fd,
      thespian_handshake_new_dialler (THESPIAN_PURPOSE_ADMIN_PORT, &identity, thespian_system_key_id, way->key, NULL),
      answered, self);
}

/* A link that has not even come to agree on what was received counts as one more attempt. */
void
thespian_agent_return_locked (ThespianAgent *self)
{
  ThespianReturn *way = &self->way_back;
  gint64 now = g_get_monotonic_time ();

  way->alarm.call = dial_locked;
  way->alarm.data = self;
  if (self->admin_peer->is_resuming)
    {
      thespian_alarm_set_locked (&way->alarm, self->exchange, now + INTERVAL);
      return;
    }
  way->deadline = now + LIMIT;
  dial_locked (self);
}

void
thespian_agent_drop_return_locked (ThespianAgent *self)
{
  g_clear_pointer (&self->way_back.greeting, thespian_greeting_free_locked);
  thespian_alarm_clear_locked (&self->way_back.alarm);
  thespian_secret_forget (self->way_back.key, sizeof self->way_back.key);
}
