/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <thespian.h>

G_BEGIN_DECLS

/*
 * A client is a unique name on the bus: its mailboxes, and what it has outstanding. It lives as long as its name is
 * there, and as a call of it is not done.
 */
typedef struct _Clients Clients;
typedef struct _Client Client;
typedef struct _Call Call;

struct _Client
{
  Clients *clients;
  char *name;                /* (owned) */
  ThespianEndpoint *mailbox; /* (owned) (nullable) */
  ThespianEndpoint *log;     /* (owned) (nullable) where it follows the log */
  GCancellable *gone;        /* (owned) cancelled when the name has vanished */
  GQueue calls;              /* calls that wait to be sent (element-type Call) */
  gboolean is_sending;
  guint n_calls;
  guint64 n_bytes;
  guint64 last_id;
  guint ref_count;
};

/* All clients. @max_calls and MAX_BYTES are what each may have outstanding. */
Clients          *clients_new        (guint max_calls);
void              clients_free       (Clients *self);
guint             clients_get_n      (Clients *self);
guint             clients_get_calls  (Clients *self);

/* The name has vanished: nobody waits for its calls. */
void              clients_forget     (Clients *self, const char *name);
void              clients_forget_all (Clients *self);
/* The system has ended, and with it the mailboxes. */
void              clients_close_all  (Clients *self);

/* A new reference to the client @name; with room for one more call of @size bytes, or NULL with TOO_MANY_CALLS. */
Client           *clients_begin_call (Clients *self, const char *name, gsize size, GError **error);
/* It is done. Takes the reference. */
void              client_end_call    (Client *self);

void              client_unref       (Client *self);

/* These belong to the client. */
ThespianEndpoint *client_get_mailbox (Client *self, ThespianActorSystem *system);
/* A new one, which is empty. */
ThespianEndpoint *client_open_log    (Client *self, ThespianActorSystem *system);
void              client_close_log   (Client *self);

G_END_DECLS
