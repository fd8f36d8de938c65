/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "call.h"

#include "bus-error.h"

/* How many clients may wait for actors that have too much to do, without anybody else's waiting. */
#define MAX_SENDERS 64

static void send_next (Client *client);

Call *
call_new (Clients               *clients,
          GDBusMethodInvocation *invocation,
          gsize                  size,
          CallReplyFunc          reply)
{
  GError *error = NULL;
  Client *client = clients_begin_call (clients, g_dbus_method_invocation_get_sender (invocation), size, &error);
  Call *self;

  if (client == NULL)
    {
      bus_error_return (invocation, error);
      return NULL;
    }
  self = g_slice_new0 (Call);
  self->client = client;
  self->invocation = invocation;
  self->connection = g_object_ref (g_dbus_method_invocation_get_connection (invocation));
  self->size = size;
  self->reply = reply;
  self->ref_count = 1;
  return self;
}

static void
call_unref (Call *self)
{
  if (--self->ref_count > 0)
    return;
  if (self->is_own_endpoint)
    thespian_endpoint_close (self->endpoint);
  g_clear_object (&self->endpoint);
  g_clear_object (&self->target);
  g_clear_object (&self->connection);
  g_clear_object (&self->invocation);
  if (G_IS_VALUE (&self->message))
    g_value_unset (&self->message);
  g_clear_error (&self->error);
  client_end_call (self->client);
  g_slice_free (Call, self);
}

void
call_refuse (Call   *self,
             GError *error)
{
  bus_error_return (g_steal_pointer (&self->invocation), error);
  call_unref (self);
}

void
call_finish (Call *self)
{
  g_dbus_method_invocation_return_value (g_steal_pointer (&self->invocation), NULL);
  call_unref (self);
}

/* Takes the reference that the wait for an answer had. */
static void
answer (Call         *self,
        GValue       *value,
        const GError *error)
{
  if (!g_cancellable_is_cancelled (self->client->gone))
    self->reply (self, value, error);
  call_unref (self);
}

static void
on_asked (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr (GError) error = NULL;
  GValue *value = thespian_endpoint_ask_finish (THESPIAN_ENDPOINT (source), result, &error);

  answer (data, value, error);
  thespian_value_free (value);
}

static void
on_listened (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (GError) error = NULL;
  GValue *value = thespian_endpoint_listen_finish (THESPIAN_ENDPOINT (source), result, &error);

  answer (data, value, error);
  thespian_value_free (value);
}

void
call_listen (Call *self)
{
  thespian_endpoint_listen_async (self->endpoint, self->timeout, self->client->gone, on_listened, self);
}

static gboolean
on_sent (gpointer data)
{
  Call *self = data;
  Client *client = self->client;

  client->n_bytes -= self->size;
  client->is_sending = FALSE;
  client->ref_count++;
  g_value_unset (&self->message);
  if (self->is_question)
    call_unref (self);
  else
    answer (self, NULL, self->error);
  send_next (client);
  client_unref (client);
  return G_SOURCE_REMOVE;
}

/* In a thread of the pool. It has no main context of its own: so what it starts calls back in the main loop. */
static void
run_send (gpointer data,
          gpointer user_data)
{
  Call *self = data;

  if (self->is_question)
    thespian_endpoint_ask_async (self->endpoint, self->target, &self->message, self->timeout, self->client->gone,
                                 on_asked, self);
  else
    thespian_endpoint_tell (self->endpoint, self->target, &self->message, self->client->gone, &self->error);
  g_idle_add_full (G_PRIORITY_DEFAULT, on_sent, self, NULL);
}

static GThreadPool *
get_senders (void)
{
  static GThreadPool *senders;

  if (senders == NULL)
    senders = g_thread_pool_new (run_send, NULL, MAX_SENDERS, FALSE, NULL);
  return senders;
}

static void
send_next (Client *client)
{
  Call *next;

  if (client->is_sending || g_queue_is_empty (&client->calls))
    return;
  next = g_queue_pop_head (&client->calls);
  client->is_sending = TRUE;
  g_thread_pool_push (get_senders (), next, NULL);
}

void
call_send (Call *self)
{
  /* One for being sent, one for the answer. */
  if (self->is_question)
    self->ref_count++;
  self->client->n_bytes += self->size;
  g_queue_push_tail (&self->client->calls, self);
  send_next (self->client);
}
