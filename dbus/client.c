/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "client.h"

#include "bus-error.h"

/* In messages that wait to be sent, and in those that wait to be fetched. One alone may be larger. */
#define MAX_BYTES (64u << 20)

struct _Clients
{
  GHashTable *table; /* name to Client */
  guint max_calls;
  guint n_calls;
};

void
client_unref (Client *self)
{
  if (--self->ref_count > 0)
    return;
  g_assert (g_queue_is_empty (&self->calls));
  g_free (self->name);
  g_object_unref (self->gone);
  g_free (self);
}

static void
close_endpoint (ThespianEndpoint **endpoint)
{
  if (*endpoint == NULL)
    return;
  thespian_endpoint_close (*endpoint);
  g_clear_object (endpoint);
}

static void
close_endpoints (Client *self)
{
  close_endpoint (&self->mailbox);
  close_endpoint (&self->log);
}

static void
forget (gpointer data)
{
  Client *self = data;

  g_cancellable_cancel (self->gone);
  close_endpoints (self);
  client_unref (self);
}

Clients *
clients_new (guint max_calls)
{
  Clients *self = g_new0 (Clients, 1);

  self->table = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, forget);
  self->max_calls = max_calls;
  return self;
}

void
clients_free (Clients *self)
{
  g_hash_table_unref (self->table);
  g_free (self);
}

guint
clients_get_n (Clients *self)
{
  return g_hash_table_size (self->table);
}

guint
clients_get_calls (Clients *self)
{
  return self->n_calls;
}

void
clients_forget (Clients    *self,
                const char *name)
{
  g_hash_table_remove (self->table, name);
}

void
clients_forget_all (Clients *self)
{
  g_hash_table_remove_all (self->table);
}

void
clients_close_all (Clients *self)
{
  GHashTableIter iter;
  gpointer client;

  g_hash_table_iter_init (&iter, self->table);
  while (g_hash_table_iter_next (&iter, NULL, &client))
    close_endpoints (client);
}

static Client *
find_or_create (Clients    *self,
                const char *name)
{
  Client *client = g_hash_table_lookup (self->table, name);

  if (client != NULL)
    return client;
  client = g_new0 (Client, 1);
  client->clients = self;
  client->name = g_strdup (name);
  client->gone = g_cancellable_new ();
  client->ref_count = 1;
  g_queue_init (&client->calls);
  g_hash_table_insert (self->table, client->name, client);
  return client;
}

Client *
clients_begin_call (Clients    *self,
                    const char *name,
                    gsize       size,
                    GError    **error)
{
  Client *client = find_or_create (self, name);

  if (client->n_calls >= self->max_calls)
    {
      g_set_error (error, BUS_ERROR, BUS_ERROR_TOO_MANY_CALLS,
                   "This client has %u calls outstanding, and may not have more: wait for answers", client->n_calls);
      return NULL;
    }
  if (client->n_bytes > 0 && client->n_bytes + size > MAX_BYTES)
    {
      g_set_error (error, BUS_ERROR, BUS_ERROR_TOO_MANY_CALLS,
                   "This client has messages of %" G_GUINT64_FORMAT " bytes that wait to be sent: wait for answers",
                   client->n_bytes);
      return NULL;
    }
  client->ref_count++;
  client->n_calls++;
  self->n_calls++;
  return client;
}

void
client_end_call (Client *self)
{
  self->n_calls--;
  self->clients->n_calls--;
  client_unref (self);
}

/* A client that does not listen is no reason to keep ever more. */
static ThespianEndpoint *
create_bounded_endpoint (ThespianActorSystem *system)
{
  ThespianEndpoint *endpoint = thespian_actor_system_create_endpoint (system);

  g_object_set (endpoint, "max-bytes", (guint64) MAX_BYTES, NULL);
  return endpoint;
}

ThespianEndpoint *
client_get_mailbox (Client              *self,
                    ThespianActorSystem *system)
{
  if (self->mailbox == NULL)
    self->mailbox = create_bounded_endpoint (system);
  return self->mailbox;
}

ThespianEndpoint *
client_open_log (Client              *self,
                 ThespianActorSystem *system)
{
  close_endpoint (&self->log);
  self->log = create_bounded_endpoint (system);
  return self->log;
}

void
client_close_log (Client *self)
{
  close_endpoint (&self->log);
}
