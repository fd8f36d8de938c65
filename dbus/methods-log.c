/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * FollowLog() and ListenLog(). A client fetches the entries. Were they signals, one client that is stopped would in the
 * end keep the bus from reading what the service sends to the others.
 */

#include "config.h"

#include "bus-error.h"
#include "call-options.h"
#include "call.h"
#include "message.h"
#include "service.h"

#define DEFAULT_TIMEOUT (20 * G_TIME_SPAN_SECOND)

static GError *
no_answer (Call       *call,
           const char *what)
{
  return g_error_new (BUS_ERROR, BUS_ERROR_NO_ANSWER, "%s within %.3g s", what,
                      (double) call->timeout / G_TIME_SPAN_SECOND);
}

/* --- FollowLog() ------------------------------------------------------------------------------------------- */

/* @answer says that from now on all is told. */
static void
reply_when_followed (Call         *call,
                     GValue       *answer,
                     const GError *problem)
{
  GDBusMethodInvocation *invocation = g_steal_pointer (&call->invocation);

  if (problem != NULL)
    bus_error_return (invocation, g_error_copy (problem));
  else if (answer == NULL)
    bus_error_return (invocation, no_answer (call, "The log did not begin"));
  else
    g_dbus_method_invocation_return_value (invocation, NULL);
}

static void
follow (Service *self,
        Call    *call)
{
  call->timeout = DEFAULT_TIMEOUT;
  call->is_question = TRUE;
  call->endpoint = g_object_ref (client_open_log (call->client, self->system));
  call->target = g_object_ref (thespian_actor_system_get_admin_address (self->system));
  g_value_init (&call->message, THESPIAN_TYPE_OBSERVE_REQUEST);
  g_value_take_object (&call->message, thespian_observe_request_new_log ());
  call_send (call);
}

static gboolean
on_follow_log (Service               *self,
               GDBusMethodInvocation *invocation,
               GVariant              *options)
{
  Call *call = call_new (self->clients, invocation, 0, reply_when_followed);
  gboolean stop = FALSE;
  GError *error = NULL;

  if (call == NULL)
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  if (!service_check_system (self, &error) ||
      !call_options_read (options, &error, "stop", CALL_OPTION_BOOLEAN, &stop, NULL))
    {
      call_refuse (call, error);
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
  if (!stop)
    {
      follow (self, call);
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
  client_close_log (call->client);
  call_finish (call);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* --- ListenLog() ------------------------------------------------------------------------------------------- */

static void
reply_with_entry (Call         *call,
                  GValue       *answer,
                  const GError *problem)
{
  GDBusMethodInvocation *invocation = g_steal_pointer (&call->invocation);
  g_autoptr (GVariant) entry = NULL;

  if (problem != NULL)
    {
      bus_error_return (invocation, g_error_copy (problem));
    }
  else if (answer == NULL)
    {
      bus_error_return (invocation, no_answer (call, "Nothing was logged"));
    }
  else
    {
      entry = message_clean_dict (thespian_system_event_get_details (g_value_get_object (answer)));
      g_dbus_method_invocation_return_value (invocation, g_variant_new ("(@a{sv})", entry));
    }
}

static gboolean
check_followed (Call    *call,
                GError **error)
{
  if (call->client->log != NULL)
    return TRUE;
  g_set_error_literal (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
                       "This client does not follow the log: call FollowLog() first");
  return FALSE;
}

static gboolean
on_listen_log (Service               *self,
               GDBusMethodInvocation *invocation,
               GVariant              *options)
{
  Call *call = call_new (self->clients, invocation, 0, reply_with_entry);
  GError *error = NULL;

  if (call == NULL)
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  call->timeout = DEFAULT_TIMEOUT;
  if (!service_check_system (self, &error) || !check_followed (call, &error) ||
      !call_options_read (options, &error, "timeout", CALL_OPTION_TIME, &call->timeout, NULL))
    {
      call_refuse (call, error);
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
  call->endpoint = g_object_ref (call->client->log);
  call_listen (call);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

void
service_connect_log_methods (Service *self)
{
  g_object_connect (self->skeleton, "swapped-signal::handle-follow-log", on_follow_log, self,
                    "swapped-signal::handle-listen-log", on_listen_log, self, NULL);
}
