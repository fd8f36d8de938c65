/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Tell(), Ask(), AskLater(), Listen() and SendExit(), by the system's object or by that of an actor. */

#include "config.h"

#include "bus-error.h"
#include "call-options.h"
#include "call.h"
#include "message.h"
#include "names.h"
#include "service.h"

/* Callers give up after 25 seconds, unless they are told otherwise. */
#define DEFAULT_TIMEOUT (20 * G_TIME_SPAN_SECOND)

static ThespianAddress *
find_listed (const char *printable,
             gpointer    data)
{
  Service *self = data;
  RegistryEntry *entry = registry_find_by_text (self->registry, printable);

  return entry != NULL ? g_object_ref (entry->address) : NULL;
}

/* --- Replies --------------------------------------------------------------------------------------------- */

static GError *
no_answer (Call *call)
{
  if (call->target == NULL)
    return g_error_new (BUS_ERROR, BUS_ERROR_NO_ANSWER, "No message came within %.3g s",
                        (double) call->timeout / G_TIME_SPAN_SECOND);
  if (call->timeout < 0)
    return g_error_new_literal (BUS_ERROR, BUS_ERROR_NO_ANSWER, "No answer came, and the actor is gone");
  return g_error_new (BUS_ERROR, BUS_ERROR_NO_ANSWER,
                      "No answer came within %.3g s, or the actor is gone",
                      (double) call->timeout / G_TIME_SPAN_SECOND);
}

static GError *
poisoned (const GValue *answer)
{
  const char *details = thespian_poison_message_get_details (g_value_get_object (answer));

  return g_error_new (THESPIAN_ERROR, THESPIAN_ERROR_ACTOR_FAILED, "The actor failed with the message: %s",
                      details != NULL && *details != '\0' ? details : "it did not say why");
}

/* What goes to the client: a variant, or an error. */
static GVariant *
convert_answer (Call         *call,
                GValue       *answer,
                const GError *problem,
                GError      **error)
{
  if (problem != NULL)
    g_propagate_error (error, g_error_copy (problem));
  else if (answer == NULL)
    g_propagate_error (error, no_answer (call));
  else if (call->is_question && G_VALUE_HOLDS (answer, THESPIAN_TYPE_POISON_MESSAGE) &&
           g_value_get_object (answer) != NULL)
    g_propagate_error (error, poisoned (answer));
  else
    return message_to_variant (answer, error);
  return NULL;
}

static void
reply_with_answer (Call         *call,
                   GValue       *answer,
                   const GError *problem)
{
  GDBusMethodInvocation *invocation = g_steal_pointer (&call->invocation);
  GError *error = NULL;
  g_autoptr (GVariant) variant = convert_answer (call, answer, problem, &error);

  if (variant != NULL)
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(v)", variant));
  else
    bus_error_return (invocation, error);
}

static void
emit_to_client (Call       *call,
                const char *signal,
                GVariant   *parameters)
{
  g_dbus_connection_emit_signal (call->connection, call->client->name, SYSTEM_PATH, SYSTEM_INTERFACE, signal,
                                 parameters, NULL);
}

static void
signal_answer (Call         *call,
               GValue       *answer,
               const GError *problem)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) variant = convert_answer (call, answer, problem, &error);

  if (variant != NULL)
    {
      emit_to_client (call, "Answered", g_variant_new ("(tv)", call->id, variant));
    }
  else
    {
      g_autofree char *name = bus_error_dup_name (error);
      g_autofree char *text = g_utf8_make_valid (error->message, -1);

      emit_to_client (call, "Failed", g_variant_new ("(tss)", call->id, name, text));
    }
}

static void
reply_with_nothing (Call         *call,
                    GValue       *answer,
                    const GError *problem)
{
  GDBusMethodInvocation *invocation = g_steal_pointer (&call->invocation);

  if (problem != NULL)
    bus_error_return (invocation, g_error_copy (problem));
  else
    g_dbus_method_invocation_return_value (invocation, NULL);
}

/* --- Sending --------------------------------------------------------------------------------------------- */

static gboolean
set_target (Service    *self,
            Call       *call,
            const char *target,
            GError    **error)
{
  call->target = service_find_target (self, target, error);
  return call->target != NULL;
}

static gboolean
read_question_options (Call     *call,
                       GVariant *options,
                       SendKind  kind,
                       GError  **error)
{
  gboolean by_mailbox = FALSE;

  if (kind == SEND_TELL)
    return call_options_read_none (options, error);
  call->timeout = kind == SEND_ASK ? DEFAULT_TIMEOUT : -1;
  if (!call_options_read (options, error, "timeout", CALL_OPTION_TIME, &call->timeout, "mailbox", CALL_OPTION_BOOLEAN,
                          &by_mailbox, NULL))
    return FALSE;
  call->is_question = TRUE;
  call->is_own_endpoint = !by_mailbox;
  return TRUE;
}

static void
set_endpoint (Service *self,
              Call    *call)
{
  call->endpoint = call->is_own_endpoint ? thespian_actor_system_create_endpoint (self->system)
                                         : g_object_ref (client_get_mailbox (call->client, self->system));
}

static void
reply_with_id (Call *call)
{
  call->id = ++call->client->last_id;
  g_dbus_method_invocation_return_value (g_steal_pointer (&call->invocation), g_variant_new ("(t)", call->id));
}

void
service_send_message (Service               *self,
                      GDBusMethodInvocation *invocation,
                      const char            *target,
                      GVariant              *message,
                      GVariant              *options,
                      SendKind               kind)
{
  static const CallReplyFunc replies[] = { reply_with_nothing, reply_with_answer, signal_answer };
  g_autoptr (GVariant) content = g_variant_get_variant (message);
  Call *call = call_new (self->clients, invocation, g_variant_get_size (content), replies[kind]);
  GError *error = NULL;

  if (call == NULL)
    return;
  if (!service_check_system (self, &error) || !set_target (self, call, target, &error) ||
      !message_from_variant (content, find_listed, self, &call->message, &error) ||
      !read_question_options (call, options, kind, &error))
    {
      call->is_own_endpoint = FALSE;
      call_refuse (call, error);
      return;
    }
  set_endpoint (self, call);
  if (kind == SEND_ASK_LATER)
    reply_with_id (call);
  call_send (call);
}

void
service_send_exit (Service               *self,
                   GDBusMethodInvocation *invocation,
                   const char            *target,
                   GVariant              *options)
{
  Call *call = call_new (self->clients, invocation, 0, reply_with_nothing);
  gboolean recursive = TRUE;
  GError *error = NULL;

  if (call == NULL)
    return;
  if (!service_check_system (self, &error) || !set_target (self, call, target, &error) ||
      !call_options_read (options, &error, "recursive", CALL_OPTION_BOOLEAN, &recursive, NULL))
    {
      call_refuse (call, error);
      return;
    }
  g_value_init (&call->message, THESPIAN_TYPE_ACTOR_EXIT_REQUEST);
  g_value_take_object (&call->message, recursive ? thespian_actor_exit_request_new ()
                                                 : thespian_actor_exit_request_new_not_recursive ());
  set_endpoint (self, call);
  call_send (call);
}

/* --- The interfaces ---------------------------------------------------------------------------------------- */

static gboolean
on_tell (Service               *self,
         GDBusMethodInvocation *invocation,
         const char            *target,
         GVariant              *message,
         GVariant              *options)
{
  service_send_message (self, invocation, target, message, options, SEND_TELL);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_ask (Service               *self,
        GDBusMethodInvocation *invocation,
        const char            *target,
        GVariant              *message,
        GVariant              *options)
{
  service_send_message (self, invocation, target, message, options, SEND_ASK);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_ask_later (Service               *self,
              GDBusMethodInvocation *invocation,
              const char            *target,
              GVariant              *message,
              GVariant              *options)
{
  service_send_message (self, invocation, target, message, options, SEND_ASK_LATER);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_send_exit (Service               *self,
              GDBusMethodInvocation *invocation,
              const char            *target,
              GVariant              *options)
{
  service_send_exit (self, invocation, target, options);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_listen (Service               *self,
           GDBusMethodInvocation *invocation,
           GVariant              *options)
{
  Call *call = call_new (self->clients, invocation, 0, reply_with_answer);
  GError *error = NULL;

  if (call == NULL)
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  call->timeout = DEFAULT_TIMEOUT;
  if (!service_check_system (self, &error) ||
      !call_options_read (options, &error, "timeout", CALL_OPTION_TIME, &call->timeout, NULL))
    {
      call_refuse (call, error);
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
  set_endpoint (self, call);
  call_listen (call);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

void
service_connect_message_methods (Service *self)
{
  g_object_connect (self->skeleton, "swapped-signal::handle-tell", on_tell, self, "swapped-signal::handle-ask", on_ask,
                    self, "swapped-signal::handle-ask-later", on_ask_later, self, "swapped-signal::handle-listen",
                    on_listen, self, "swapped-signal::handle-send-exit", on_send_exit, self, NULL);
}
