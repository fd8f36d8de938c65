/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "transport/thespian-ip-private.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <unistd.h>

#define BACKLOG 128

/* In bytes: with the port. */
#define IPV4_LENGTH 6
#define IPV6_LENGTH 18

/* --- Addresses ------------------------------------------------------------------------------------- */

/* Without the objects of GIO, whose code a new process would have to get into its memory first. */
static gboolean
init_ipv4 (ThespianIpAddress *self,
           const char        *host,
           guint              port)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = g_htons ((guint16) port) };

  if (inet_pton (AF_INET, host, &address.sin_addr) != 1)
    return FALSE;
  memcpy (&self->storage, &address, sizeof address);
  self->length = sizeof address;
  return TRUE;
}

void
thespian_ip_address_init_loopback (ThespianIpAddress *self,
                                   guint              port)
{
  const struct sockaddr_in address = {
    .sin_family = AF_INET,
    .sin_port = g_htons ((guint16) port),
    .sin_addr.s_addr = g_htonl (INADDR_LOOPBACK),
  };

  memcpy (&self->storage, &address, sizeof address);
  self->length = sizeof address;
}

gboolean
thespian_ip_address_init (ThespianIpAddress *self,
                          const char        *host,
                          guint              port)
{
  g_autoptr (GSocketAddress) address = NULL;

  if (init_ipv4 (self, host, port))
    return TRUE;
  address = g_inet_socket_address_new_from_string (host, port);
  if (address == NULL)
    return FALSE;
  self->length = (socklen_t) g_socket_address_get_native_size (address);
  return g_socket_address_to_native (address, &self->storage, sizeof self->storage, NULL);
}

gboolean
thespian_ip_address_of (ThespianIpAddress *self,
                        int                fd)
{
  self->length = sizeof self->storage;
  return getsockname (fd, (struct sockaddr *) &self->storage, &self->length) == 0;
}

/* Where in it are the address, whose length this returns, and the port. */
static gsize
find_parts (ThespianIpAddress *self,
            gpointer          *ret_address,
            gpointer          *ret_port)
{
  struct sockaddr_in *ipv4 = (struct sockaddr_in *) &self->storage;
  struct sockaddr_in6 *ipv6 = (struct sockaddr_in6 *) &self->storage;
  gboolean is_ipv6 = self->storage.ss_family == AF_INET6;

  *ret_address = is_ipv6 ? (gpointer) &ipv6->sin6_addr : &ipv4->sin_addr;
  *ret_port = is_ipv6 ? &ipv6->sin6_port : &ipv4->sin_port;
  return is_ipv6 ? sizeof ipv6->sin6_addr : sizeof ipv4->sin_addr;
}

gsize
thespian_ip_address_write (const ThespianIpAddress *self,
                           guint8                  *bytes)
{
  ThespianIpAddress copy = *self;
  gpointer address, port;
  gsize length = find_parts (&copy, &address, &port);

  memcpy (bytes, address, length);
  memcpy (bytes + length, port, sizeof (in_port_t));
  return length + sizeof (in_port_t);
}

gboolean
thespian_ip_address_read (ThespianIpAddress *self,
                          const guint8      *bytes,
                          gsize              length)
{
  gboolean is_ipv6 = length == IPV6_LENGTH;
  gpointer address, port;
  gsize address_length;

  if (!is_ipv6 && length != IPV4_LENGTH)
    return FALSE;
  *self = (ThespianIpAddress){ .storage.ss_family = is_ipv6 ? AF_INET6 : AF_INET };
  self->length = is_ipv6 ? sizeof (struct sockaddr_in6) : sizeof (struct sockaddr_in);
  address_length = find_parts (self, &address, &port);
  memcpy (address, bytes, address_length);
  memcpy (port, bytes + address_length, sizeof (in_port_t));
  return TRUE;
}

char *
thespian_ip_address_to_string (const ThespianIpAddress *self)
{
  g_autoptr (GSocketAddress) address = g_socket_address_new_from_native ((gpointer) &self->storage, self->length);

  return address != NULL ? g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (address)) : g_strdup ("(none)");
}

/* --- TCP --------------------------------------------------------------------------------------------- */

static int
close_failed (int fd)
{
  int failure = errno;

  if (fd >= 0)
    close (fd);
  errno = failure;
  return -1;
}

static int
open_stream (const ThespianIpAddress *address)
{
  return socket (address->storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

void
thespian_tcp_set_up (int fd)
{
  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &(int){ TRUE }, sizeof (int));
}

/*
 * A port is taken again although connections of a former system linger there.  So two that bind at
 * once are both let through, and only one of them can listen.
 */
int
thespian_tcp_listen (const ThespianIpAddress *address)
{
  int fd = open_stream (address);

  if (fd < 0)
    return -1;
  setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &(int){ TRUE }, sizeof (int));
  if (address->storage.ss_family == AF_INET6)
    setsockopt (fd, IPPROTO_IPV6, IPV6_V6ONLY, &(int){ TRUE }, sizeof (int));
  if (bind (fd, (const struct sockaddr *) &address->storage, address->length) < 0 || listen (fd, BACKLOG) < 0)
    return close_failed (fd);
  return fd;
}

int
thespian_tcp_dial (const ThespianIpAddress *address)
{
  int fd = open_stream (address);

  if (fd < 0)
    return -1;
  thespian_tcp_set_up (fd);
  if (connect (fd, (const struct sockaddr *) &address->storage, address->length) < 0 && errno != EINPROGRESS &&
      errno != EINTR)
    return close_failed (fd);
  return fd;
}

/* One on this machine mostly is at once. */
gboolean
thespian_tcp_is_connected (int fd)
{
  ThespianIpAddress peer = { .length = sizeof peer.storage };

  return getpeername (fd, (struct sockaddr *) &peer.storage, &peer.length) == 0;
}

int
thespian_tcp_get_failure (int fd)
{
  int failure = 0;
  socklen_t size = sizeof failure;

  return getsockopt (fd, SOL_SOCKET, SO_ERROR, &failure, &size) < 0 ? errno : failure;
}

/* --- UDP --------------------------------------------------------------------------------------------- */

/* A port that somebody has is never taken again: two would each get a part of what comes. */
int
thespian_udp_open (const ThespianIpAddress *address)
{
  int fd = socket (address->storage.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

  if (fd < 0)
    return -1;
  if (address->storage.ss_family == AF_INET6)
    setsockopt (fd, IPPROTO_IPV6, IPV6_V6ONLY, &(int){ TRUE }, sizeof (int));
  if (bind (fd, (const struct sockaddr *) &address->storage, address->length) < 0)
    return close_failed (fd);
  return fd;
}
