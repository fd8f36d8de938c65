/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* One client of the HTTP examples: what it sent so far, on a socket that never blocks. */
typedef struct
{
  GSocket *socket;  /* (owned) */
  GString *request; /* (owned) */
} HttpConnection;

typedef enum
{
  HTTP_WAITING,  /* there is more to come */
  HTTP_COMPLETE, /* the request is there */
  HTTP_GONE,     /* the client went away, or sends no HTTP */
} HttpState;

/* A socket that listens on the loopback at @port; 0: at any that is free. */
GSocket        *http_listen            (guint16 port, GError **error);
guint16         http_get_port          (GSocket *listener);

/* The next client, or NULL when none waits. */
HttpConnection *http_accept            (GSocket *listener);
void            http_connection_free   (HttpConnection *self);

/* Reads what is there. */
HttpState       http_connection_read   (HttpConnection *self);
char           *http_connection_path   (HttpConnection *self);
void            http_connection_answer (HttpConnection *self, const char *text);

G_END_DECLS
