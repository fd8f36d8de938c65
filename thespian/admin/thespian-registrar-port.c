/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The Admin Port: where processes that hold the key of the system join it, or come back to it. */

#include "config.h"

#include "admin/thespian-registrar-private.h"

#include "host/thespian-fds-private.h"
#include "log/thespian-internals-log-private.h"
#include "model/thespian-error.h"
#include "transport/thespian-ip-private.h"
#include "transport/thespian-key-file-private.h"

#include <errno.h>
#include <unistd.h>

#define VARIABLE_ADDRESS "THESPIAN_BASE_IPADDR"

/* --- Those who come ---------------------------------------------------------------------------------------- */

typedef struct
{
  ThespianRegistrar *registrar;
  int fd; /* (owned) */
  guint64 node_id;
} Visitor;

GVariant *
thespian_registrar_new_refusal (void)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "error", "s", "The actor system is shutting down");
  g_variant_dict_insert (&dict, "code", "i", (int) THESPIAN_ERROR_SYSTEM_SHUT_DOWN);
  return g_variant_dict_end (&dict);
}

static void
refuse_to_add (int fd)
{
  thespian_preamble_send (fd, thespian_registrar_new_refusal (), NULL);
  close (fd);
}

static void
take_back (ThespianRegistrar *self,
           guint64            node_id,
           int                fd)
{
  ThespianMember *member = thespian_registrar_find_member (self, node_id);

  if (member != NULL && !member->is_child)
    thespian_member_reconnect (member, fd);
  else
    close (fd);
}

/* Outside the exchange's lock. */
static void
let_in (gpointer data)
{
  Visitor *visitor = data;
  ThespianRegistrar *self = visitor->registrar;
  int fd = thespian_fd_move_high (visitor->fd);

  if (visitor->node_id != 0)
    take_back (self, visitor->node_id, fd);
  else if (thespian_admin_is_stopping (self->admin))
    refuse_to_add (fd);
  else
    thespian_registrar_add_outside (self, fd);
  g_free (visitor);
}

static void
accept_visitor (gpointer           owner,
                int                fd,
                ThespianHandshake *handshake)
{
  ThespianRegistrar *self = owner;
  Visitor *visitor = g_new0 (Visitor, 1);

  visitor->registrar = self;
  visitor->fd = fd;
  visitor->node_id = thespian_handshake_get_peer (handshake)->node_id;
  thespian_exchange_call_later_locked (self->exchange, let_in, visitor);
}

static void
refuse_visitor (gpointer      owner,
                const guint8 *key_id,
                const GError *error)
{
  ThespianRegistrar *self = owner;

  thespian_internals_log (G_LOG_LEVEL_INFO, "A connection to port %u was closed: %s", self->port, error->message);
}

static gboolean
find_key (gpointer        owner,
          ThespianPurpose purpose,
          const guint8   *key_id,
          guint8         *ret_key)
{
  ThespianRegistrar *self = owner;

  if (purpose != THESPIAN_PURPOSE_ADMIN_PORT || memcmp (key_id, thespian_system_key_id, THESPIAN_KEY_ID_LENGTH) != 0)
    return FALSE;
  memcpy (ret_key, self->key, sizeof self->key);
  return TRUE;
}

static const ThespianListenerOps listener_ops = {
  .find_key = find_key,
  .accept = accept_visitor,
  .refuse = refuse_visitor,
};

/* --- The port ------------------------------------------------------------------------------------------------ */

static int
listen_at (const char *host,
           guint       port)
{
  ThespianIpAddress address;

  return thespian_ip_address_init (&address, host, port) ? thespian_tcp_listen (&address) : -1;
}

static int
open_datagrams_at (const char *host,
                   guint       port)
{
  ThespianIpAddress address;

  return thespian_ip_address_init (&address, host, port) ? thespian_udp_open (&address) : -1;
}

static gboolean
uses_datagrams (ThespianRegistrar *self)
{
  return thespian_link_kind_has_datagrams (self->admin->config.link_kind);
}

static void
add_socket_locked (ThespianRegistrar *self,
                   int                fd)
{
  if (fd >= 0)
    thespian_listener_add_locked (self->listener, thespian_fd_move_high (fd));
}

/* There may be no such protocol here. */
static void
begin_to_listen (ThespianRegistrar *self,
                 int                fd)
{
  ThespianIdentity identity = { self->admin->face.system_id, self->exchange->node_id };

  g_mutex_lock (&self->exchange->lock);
  self->listener = thespian_listener_new_locked (self->exchange, &identity, &listener_ops, self);
  add_socket_locked (self, fd);
  add_socket_locked (self, listen_at (THESPIAN_IP_LOOPBACK_6, self->port));
  thespian_exchange_unlock (self->exchange);
}

static gboolean
set_capabilities (ThespianRegistrar *self,
                  GError           **error)
{
  const char *host = g_getenv (VARIABLE_ADDRESS);
  g_autofree char *endpoint = NULL;
  ThespianIpAddress address;

  if (host == NULL || *host == '\0')
    host = THESPIAN_IP_LOOPBACK;
  if (!thespian_ip_address_init (&address, host, self->port))
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE,
                   "The environment variable " VARIABLE_ADDRESS " is “%s”: expected an IP address", host);
      return FALSE;
    }
  endpoint = thespian_ip_address_to_string (&address);
  thespian_capabilities_set_own (self->admin->capabilities, THESPIAN_CAPABILITY_ADMIN_PORT,
                                 g_variant_new_uint32 (self->port));
  thespian_capabilities_set_own (self->admin->capabilities, THESPIAN_CAPABILITY_ADMIN_ADDRESS,
                                 g_variant_new_string (endpoint));
  return TRUE;
}

/*
 * Only one process can listen, so it is the one to put a key into the file.  Who connects before that
 * is done waits in the queue, and finds the file when it looks again.
 */
gboolean
thespian_registrar_open_port (ThespianRegistrar *self,
                              GError           **error)
{
  const char *scheme = thespian_link_kind_get_name (self->admin->config.link_kind);
  int fd;

  self->port = thespian_capabilities_get_uint (self->admin->capabilities, THESPIAN_CAPABILITY_ADMIN_PORT,
                                               thespian_link_kind_get_default_port (self->admin->config.link_kind));
  if (!set_capabilities (self, error))
    return FALSE;
  fd = uses_datagrams (self) ? open_datagrams_at (THESPIAN_IP_LOOPBACK, self->port)
                             : listen_at (THESPIAN_IP_LOOPBACK, self->port);
  if (fd < 0)
    {
      int failure = errno;

      g_set_error (error, failure == EADDRINUSE ? G_IO_ERROR : THESPIAN_ERROR,
                   failure == EADDRINUSE ? (int) G_IO_ERROR_ADDRESS_IN_USE : (int) THESPIAN_ERROR_STARTUP_FAILURE,
                   "The admin cannot listen at port %u of %s: %s", self->port, THESPIAN_IP_LOOPBACK,
                   g_strerror (failure));
      return FALSE;
    }
  if (!thespian_key_file_create (scheme, self->port, self->key, error))
    {
      close (fd);
      return FALSE;
    }
  if (uses_datagrams (self))
    thespian_registrar_begin_datagrams (self, fd);
  else
    begin_to_listen (self, fd);
  return TRUE;
}

void
thespian_registrar_close_port (ThespianRegistrar *self)
{
  g_autoptr (GError) error = NULL;

  if (self->port == 0)
    return;
  if (!thespian_key_file_remove (thespian_link_kind_get_name (self->admin->config.link_kind), self->port, self->key,
                                 &error))
    thespian_internals_log (G_LOG_LEVEL_WARNING, "%s", error->message);
  g_mutex_lock (&self->exchange->lock);
  g_clear_pointer (&self->listener, thespian_listener_free_locked);
  thespian_exchange_unlock (self->exchange);
}
