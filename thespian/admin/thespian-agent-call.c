/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Questions to the admin. */

#include "config.h"

#include "admin/thespian-agent-private.h"

#include "model/thespian-error.h"

#define POLL_MILLISECONDS 100

void
thespian_agent_request_free (ThespianAgentRequest *request)
{
  g_clear_error (&request->error);
  g_clear_error (&request->reason);
  g_clear_pointer (&request->value, g_variant_unref);
  g_free (request);
}

static void
finish_locked (ThespianAgent        *self,
               ThespianAgentRequest *request)
{
  g_hash_table_steal (self->requests, &request->serial);
  request->done = TRUE;
  if (request->wait != NULL)
    thespian_wait_finish (request->wait);
  else if (request->answered != NULL)
    thespian_exchange_call_later_locked (self->exchange, request->answered, request);
}

void
thespian_agent_answer_locked (ThespianAgent       *self,
                              const ThespianFrame *frame)
{
  g_autoptr (GVariant) body = thespian_control_read (frame, THESPIAN_CONTROL_REPLY_FORMAT);
  ThespianAgentRequest *request;
  const char *text;
  guint64 serial;
  GVariant *value;
  int code;

  if (body == NULL)
    return;
  g_variant_get (body, "(tim&smv)", &serial, &code, &text, &value);
  request = g_hash_table_lookup (self->requests, &serial);
  if (request == NULL)
    {
      g_clear_pointer (&value, g_variant_unref);
      return;
    }
  request->value = value;
  if (code >= 0)
    request->error = g_error_new_literal (THESPIAN_ERROR, code, text != NULL ? text : "The admin gave no reason");
  finish_locked (self, request);
}

static void
set_ended (GError **error)
{
  g_set_error_literal (error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_SHUT_DOWN, "The actor system has ended");
}

/* From here on nothing comes and nobody asks, so nothing of what has been dropped begins anew. */
void
thespian_agent_stop (ThespianAgent *self)
{
  GHashTableIter iter;
  gpointer request;

  g_mutex_lock (&self->exchange->lock);
  self->exchange->closed = TRUE;
  thespian_agent_drop_ties_locked (self);
  thespian_agent_drop_return_locked (self);
  thespian_agent_drop_datagrams_locked (self);
  for (;;)
    {
      g_hash_table_iter_init (&iter, self->requests);
      if (!g_hash_table_iter_next (&iter, NULL, &request))
        break;
      set_ended (&((ThespianAgentRequest *) request)->error);
      finish_locked (self, request);
    }
  thespian_exchange_unlock (self->exchange);
}

/* The node's own thread moves the frames itself; nothing reaches an actor meanwhile. */
static void
wait_on_node (ThespianAgent        *self,
              ThespianAgentRequest *request,
              gint64                deadline)
{
  ThespianExchange *exchange = self->exchange;

  g_mutex_lock (&exchange->lock);
  while (!request->done && (deadline < 0 || g_get_monotonic_time () < deadline))
    thespian_exchange_wait_locked (exchange, POLL_MILLISECONDS);
  thespian_exchange_unlock (exchange);
}

static void
wait_elsewhere (ThespianAgentRequest *request,
                gint64                deadline)
{
  thespian_wait_until (request->wait, deadline, FALSE, NULL);
}

gboolean
thespian_agent_call (ThespianAgent *self,
                     guint          kind,
                     GVariant      *(*body) (guint64 serial, gpointer data),
                     gpointer       data,
                     GTimeSpan      timeout,
                     GVariant     **ret_value,
                     GError       **error)
{
  ThespianExchange *exchange = self->exchange;
  gboolean is_on_node = thespian_exchange_is_on_node (exchange);
  ThespianAgentRequest *request = g_new0 (ThespianAgentRequest, 1);
  ThespianNode *node = is_on_node ? NULL : self->face.ops->ref_node (&self->face);
  gint64 deadline = thespian_deadline (timeout);
  g_autoptr (GVariant) question = NULL;
  gboolean asks, done, ok = FALSE;
  ThespianWait wait;

  thespian_wait_init (&wait, node);
  if (!is_on_node)
    request->wait = &wait;
  g_mutex_lock (&exchange->lock);
  request->serial = ++self->last_serial;
  question = g_variant_ref_sink (body (request->serial, data));
  asks = !exchange->closed &&
         thespian_exchange_admits_body (exchange, g_variant_get_size (question), 0, &request->error);
  request->done = !asks;
  if (asks)
    {
      g_hash_table_insert (self->requests, &request->serial, request);
      thespian_exchange_control_locked (exchange, self->face.address, kind, NULL, question);
    }
  else if (request->error == NULL)
    set_ended (&request->error);
  thespian_exchange_unlock (exchange);
  thespian_exchange_call (exchange);

  if (is_on_node)
    wait_on_node (self, request, deadline);
  else if (asks)
    wait_elsewhere (request, deadline);

  g_mutex_lock (&exchange->lock);
  done = request->done;
  if (!done)
    g_hash_table_steal (self->requests, &request->serial);
  thespian_exchange_unlock (exchange);
  thespian_wait_clear (&wait);
  g_clear_pointer (&node, thespian_node_unref);

  if (!done)
    g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_REQUEST_TIMEOUT,
                 "The admin of the actor system did not answer within %.1f seconds",
                 (double) timeout / G_TIME_SPAN_SECOND);
  else if (request->error != NULL)
    g_propagate_error (error, g_steal_pointer (&request->error));
  else
    ok = TRUE;
  if (ok && ret_value != NULL)
    *ret_value = g_steal_pointer (&request->value);
  thespian_agent_request_free (request);
  return ok;
}
