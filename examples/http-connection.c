/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "http-connection.h"

#include <string.h>

#define MOST_BYTES 8192

GSocket *
http_listen (guint16  port,
             GError **error)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, port);
  g_autoptr (GSocket) listener = NULL;

  listener = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP,
                           error);
  if (listener == NULL || !g_socket_bind (listener, address, TRUE, error)
      || !g_socket_listen (listener, error))
    return NULL;
  g_socket_set_blocking (listener, FALSE);
  return g_steal_pointer (&listener);
}

guint16
http_get_port (GSocket *listener)
{
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (listener, NULL);

  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
}

HttpConnection *
http_accept (GSocket *listener)
{
  GSocket *socket = g_socket_accept (listener, NULL, NULL);
  HttpConnection *self;

  if (socket == NULL)
    return NULL;
  g_socket_set_blocking (socket, FALSE);
  self = g_new (HttpConnection, 1);
  self->socket = socket;
  self->request = g_string_new (NULL);
  return self;
}

void
http_connection_free (HttpConnection *self)
{
  g_socket_close (self->socket, NULL);
  g_object_unref (self->socket);
  g_string_free (self->request, TRUE);
  g_free (self);
}

HttpState
http_connection_read (HttpConnection *self)
{
  g_autoptr (GError) error = NULL;
  char bytes[1024];
  gssize n = g_socket_receive (self->socket, bytes, sizeof bytes, NULL, &error);

  if (n < 0 && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return HTTP_WAITING;
  if (n <= 0 || self->request->len + (gsize) n > MOST_BYTES)
    return HTTP_GONE;
  g_string_append_len (self->request, bytes, n);
  return strstr (self->request->str, "\r\n\r\n") != NULL ? HTTP_COMPLETE : HTTP_WAITING;
}

/* "GET /path HTTP/1.1": what stands between the blanks. */
char *
http_connection_path (HttpConnection *self)
{
  g_auto (GStrv) words = g_strsplit_set (self->request->str, " \r", 3);

  return g_strdup (g_strv_length (words) == 3 ? words[1] : "/");
}

void
http_connection_answer (HttpConnection *self,
                        const char     *text)
{
  g_autofree char *answer = NULL;

  answer = g_strdup_printf ("HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n"
                            "Content-Length: %zu\r\nConnection: close\r\n\r\n%s",
                            strlen (text), text);
  /* So short a text goes into the socket's buffer at once. */
  g_socket_send (self->socket, answer, strlen (answer), NULL, NULL);
}
