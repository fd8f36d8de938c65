/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Links by datagrams.  A process tells the admin where its socket is when it begins; the admin tells
 * two that it introduces where the other one's is, and a key for the two alone.  No such link ever
 * breaks: it ends when the admin says that the other process is gone, and that with the admin when
 * its process is.
 */

#include "config.h"

#include "admin/thespian-agent-private.h"

#include "host/thespian-fds-private.h"
#include "log/thespian-internals-log-private.h"
#include "model/thespian-error.h"

#include <errno.h>
#include <sys/epoll.h>

/* --- This process -------------------------------------------------------------------------------------------- */

static int
open_socket (void)
{
  ThespianIpAddress address;

  thespian_ip_address_init_loopback (&address, 0);
  return thespian_udp_open (&address);
}

void
thespian_agent_open_datagrams_locked (ThespianAgent *self)
{
  ThespianExchange *exchange = self->exchange;
  ThespianIpAddress address;
  int fd;

  if (exchange->datagram_socket == NULL)
    {
      fd = open_socket ();
      if (fd < 0)
        {
          thespian_internals_log (G_LOG_LEVEL_WARNING, "A process of the actor system cannot be reached by others: %s",
                                  g_strerror (errno));
          return;
        }
      thespian_datagram_socket_open_locked (exchange, thespian_fd_move_high (fd), NULL, NULL);
    }
  if (thespian_datagram_socket_get_address (exchange->datagram_socket, &address))
    thespian_exchange_control_locked (exchange, self->face.address, THESPIAN_CONTROL_ENDPOINT, NULL,
                                      thespian_control_new_endpoint (&address));
}

/* --- Others --------------------------------------------------------------------------------------------------- */

void
thespian_agent_be_introduced_by_datagrams_locked (ThespianAgent       *self,
                                                  const ThespianFrame *frame)
{
  g_autoptr (GVariant) body = thespian_control_read (frame, THESPIAN_CONTROL_INTRODUCE_DATAGRAMS_FORMAT);
  const guint8 *key = body != NULL ? thespian_control_get_bytes (body, 3, THESPIAN_SECRET_LENGTH) : NULL;
  g_autoptr (GError) error = NULL;
  ThespianIpAddress address;
  ThespianSeal *seal;
  ThespianPeer *peer;
  gboolean dials;
  guint64 node_id;
  guint8 cipher;

  if (key == NULL || self->exchange->datagram_socket == NULL)
    return;
  g_variant_get (body, "(tayyayb)", &node_id, NULL, &cipher, NULL, &dials);
  seal = thespian_seal_new (key, dials ? THESPIAN_SEAL_DIALLER : THESPIAN_SEAL_ACCEPTOR, cipher, &error);
  if (seal == NULL || !thespian_control_get_endpoint (body, 1, &address))
    {
      thespian_internals_log (G_LOG_LEVEL_WARNING, "Another process of the actor system cannot be reached: %s",
                              error != NULL ? error->message : "what was said to be its address is none");
      g_clear_pointer (&seal, thespian_seal_free);
      return;
    }
  peer = thespian_peer_ensure_locked (self->exchange, node_id);
  thespian_peer_set_link_locked (peer, thespian_link_new_datagram (peer, seal, &address), FALSE);
}

/* --- The admin ------------------------------------------------------------------------------------------------ */

static void
stop_watching_locked (ThespianAgent *self)
{
  if (!self->watches_admin)
    return;
  self->watches_admin = FALSE;
  thespian_polled_remove_locked (&self->admin_watch, self->exchange, self->admin_pidfd);
}

/* What it has still said comes first. */
static void
admin_died (ThespianPolled *polled,
            guint32         events)
{
  ThespianAgent *self = (ThespianAgent *) ((char *) polled - G_STRUCT_OFFSET (ThespianAgent, admin_watch));

  stop_watching_locked (self);
  if (self->admin_peer->link != NULL)
    thespian_link_expect_end_locked (self->admin_peer->link);
}

void
thespian_agent_watch_admin_locked (ThespianAgent *self)
{
  if (self->admin_pidfd < 0)
    {
      thespian_agent_lose_admin_locked (self);
      return;
    }
  self->watches_admin = TRUE;
  self->admin_watch.ready = admin_died;
  thespian_polled_add_locked (&self->admin_watch, self->exchange, self->admin_pidfd, EPOLLIN);
}

void
thespian_agent_drop_datagrams_locked (ThespianAgent *self)
{
  stop_watching_locked (self);
}
