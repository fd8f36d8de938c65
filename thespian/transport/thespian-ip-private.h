/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>
#include <sys/socket.h>

G_BEGIN_DECLS

/*
 * Sockets of the Internet protocols.  They never block, and are close-on-exec.  What returns a
 * descriptor returns -1 with errno set when there is none.
 */
#define THESPIAN_IP_LOOPBACK "127.0.0.1"
#define THESPIAN_IP_LOOPBACK_6 "::1"

#define THESPIAN_IP_ADDRESS_MAX_LENGTH 18

typedef struct
{
  struct sockaddr_storage storage;
  socklen_t length;
} ThespianIpAddress;

/* @host: an address, not a name; FALSE when it is none. */
gboolean thespian_ip_address_init   (ThespianIpAddress *self, const char *host, guint port);
void     thespian_ip_address_init_loopback (ThespianIpAddress *self, guint port);
/* Of the end that is here. */
gboolean thespian_ip_address_of     (ThespianIpAddress *self, int fd);
/* As bytes: the address, and the port, as on the wire.  A new process has no need of code for text. */
gsize    thespian_ip_address_write  (const ThespianIpAddress *self, guint8 *bytes);
/* FALSE when they are none. */
gboolean thespian_ip_address_read   (ThespianIpAddress *self, const guint8 *bytes, gsize length);
char    *thespian_ip_address_to_string (const ThespianIpAddress *self);

/* Listens; port 0 stands for any that is free. */
int      thespian_tcp_listen        (const ThespianIpAddress *address);
/* Connects, which may be under way still: the socket can be written to when that is over. */
int      thespian_tcp_dial          (const ThespianIpAddress *address);
gboolean thespian_tcp_is_connected  (int fd);
/* What has become of that: errno, or 0. */
int      thespian_tcp_get_failure   (int fd);
/* For @fd, which was accepted. */
void     thespian_tcp_set_up        (int fd);

/* For datagrams; port 0 stands for any that is free. */
int      thespian_udp_open          (const ThespianIpAddress *address);

G_END_DECLS
