/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A system that this program has joined, at its Admin Port, or has started. */

#include "config.h"

#include "connection.h"

#include "port-observer.h"
#include "tool-error.h"

#include <glib/gi18n.h>

/* More is no variant any more for who gets it. */
#define MAX_DEPTH 127

typedef struct
{
  Connection base;
  ThespianActorSystem *system; /* (owned) */
  ThespianEndpoint *endpoint;  /* (owned) what answers come to */
} PortConnection;

/* --- Actors by name ----------------------------------------------------------------------------------------- */

static gboolean
has_name (ThespianSystemEvent *event,
          gpointer             name)
{
  GVariant *details = thespian_system_event_get_details (event);
  const char *text;

  return (g_variant_lookup (details, "global-name", "&s", &text) && g_str_equal (text, name)) ||
         (g_variant_lookup (details, "address", "&s", &text) && g_str_equal (text, name));
}

static ThespianAddress *
find_by_name (PortConnection *self,
              const char     *name,
              GError        **error)
{
  g_autoptr (PortObserver) observer = port_observer_new (self->system, FALSE, error);
  g_autoptr (ThespianSystemEvent) event = NULL;

  if (observer == NULL ||
      !port_observer_find (observer, has_name, (gpointer) name, self->base.cancellable, &event, error))
    return NULL;
  if (event != NULL)
    return g_object_ref (thespian_system_event_get_address (event));
  g_set_error (error, TOOL_ERROR, TOOL_ERROR_NO_ACTOR, _ ("there is no actor “%s”: `thespian list` shows those there are"),
               name);
  return NULL;
}

static ThespianAddress *
find_actor (PortConnection *self,
            const char     *name,
            GError        **error)
{
  ThespianAddress *address = thespian_address_from_token (name, NULL);

  return address != NULL ? address : find_by_name (self, name, error);
}

/* --- Status and capabilities ---------------------------------------------------------------------------------- */

/* With an endpoint of its own: the answers to several questions do not mix. */
static GValue *
ask_aside (PortConnection  *self,
           ThespianAddress *address,
           const GValue    *question,
           GTimeSpan        timeout,
           GError         **error)
{
  g_autoptr (ThespianEndpoint) endpoint = thespian_actor_system_create_endpoint (self->system);
  GValue *answer = thespian_endpoint_ask (endpoint, address, question, timeout, self->base.cancellable, error);

  thespian_endpoint_close (endpoint);
  return answer;
}

static GValue *
ask_status (PortConnection  *self,
            ThespianAddress *address,
            GTimeSpan        timeout,
            GError         **error)
{
  g_auto (GValue) request = G_VALUE_INIT;

  g_value_init (&request, THESPIAN_TYPE_STATUS_REQUEST);
  g_value_take_object (&request, thespian_status_request_new ());
  return ask_aside (self, address, &request, timeout, error);
}

static GVariant *
details_from_value (const GValue *answer)
{
  GObject *status = answer != NULL && G_VALUE_HOLDS_OBJECT (answer) ? g_value_get_object (answer) : NULL;

  if (THESPIAN_IS_ACTOR_STATUS (status))
    return g_variant_ref (thespian_actor_status_get_details (THESPIAN_ACTOR_STATUS (status)));
  if (THESPIAN_IS_SYSTEM_STATUS (status))
    return g_variant_ref (thespian_system_status_get_details (THESPIAN_SYSTEM_STATUS (status)));
  return NULL;
}

static GVariant *
get_status (Connection *base,
            const char *actor,
            GTimeSpan   timeout,
            GError    **error)
{
  PortConnection *self = (PortConnection *) base;
  g_autoptr (ThespianAddress) address = NULL;
  g_autoptr (GError) reason = NULL;
  GVariant *details;
  gint64 begin;
  GValue *answer;

  address = actor != NULL ? find_actor (self, actor, error)
                          : g_object_ref (thespian_actor_system_get_admin_address (self->system));
  if (address == NULL)
    return NULL;
  begin = g_get_monotonic_time ();
  answer = ask_status (self, address, timeout, &reason);
  details = details_from_value (answer);
  g_clear_pointer (&answer, thespian_value_free);
  if (reason != NULL)
    g_propagate_error (error, g_steal_pointer (&reason));
  else if (details == NULL && actor != NULL)
    connection_set_no_answer (error, actor, begin, timeout);
  else if (details == NULL)
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_NO_ANSWER, _ ("the system's admin does not answer"));
  return details;
}

static GVariant *
get_capabilities (Connection *base,
                  GError    **error)
{
  PortConnection *self = (PortConnection *) base;

  return thespian_actor_system_dup_capabilities (self->system);
}

static gboolean
update_capability (Connection *base,
                   const char *name,
                   GVariant   *value,
                   GError    **error)
{
  PortConnection *self = (PortConnection *) base;

  return thespian_actor_system_update_capability (self->system, name, value, error);
}

/* --- Who is there --------------------------------------------------------------------------------------------- */

static char *
lookup_string (GVariant   *details,
               const char *key)
{
  char *text = NULL;

  g_variant_lookup (details, key, "s", &text);
  return text;
}

static ActorInfo *
info_from_event (ThespianSystemEvent *event)
{
  GVariant *details = thespian_system_event_get_details (event);
  ThespianAddress *address = thespian_system_event_get_address (event);
  ActorInfo *info = g_new0 (ActorInfo, 1);

  info->address = lookup_string (details, "address");
  info->token = address != NULL ? thespian_address_to_token (address) : NULL;
  info->class_name = lookup_string (details, "class");
  info->parent = lookup_string (details, "parent");
  info->global_name = lookup_string (details, "global-name");
  g_variant_lookup (details, "process-id", "i", &info->process_id);
  return info;
}

static gboolean
collect (ThespianSystemEvent *event,
         gpointer             list)
{
  g_ptr_array_add (list, info_from_event (event));
  return FALSE;
}

static GPtrArray *
list (Connection *base,
      GError    **error)
{
  PortConnection *self = (PortConnection *) base;
  g_autoptr (PortObserver) observer = port_observer_new (self->system, FALSE, error);
  g_autoptr (GPtrArray) actors = g_ptr_array_new_with_free_func ((GDestroyNotify) actor_info_free);

  if (observer == NULL || !port_observer_find (observer, collect, actors, base->cancellable, NULL, error))
    return NULL;
  return g_steal_pointer (&actors);
}

static ActorInfo *
info_of_created (ThespianAddress *address,
                 const char      *global_name)
{
  ActorInfo *info = g_new0 (ActorInfo, 1);

  info->address = thespian_address_to_string (address);
  info->token = thespian_address_to_token (address);
  info->global_name = g_strdup (global_name);
  return info;
}

static ActorInfo *
create (Connection      *base,
        const ActorPlan *plan,
        GError         **error)
{
  PortConnection *self = (PortConnection *) base;
  g_autoptr (ThespianAddress) address = NULL;

  g_object_set (self->system, "create-timeout", plan->timeout, NULL);
  address = thespian_actor_system_create_actor_by_name (self->system, plan->class_specification, plan->requirements,
                                                        plan->global_name, plan->properties, base->cancellable, error);
  if (address == NULL)
    {
      /* of an actor: the system is there */
      if (error != NULL && g_error_matches (*error, THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE))
        {
          (*error)->domain = TOOL_ERROR;
          (*error)->code = TOOL_ERROR_FAILED;
        }
      return NULL;
    }
  return info_of_created (address, plan->global_name);
}

/* --- Messages ------------------------------------------------------------------------------------------------- */

/* What listens in a program is an endpoint, which answers no questions.  With an answer of the admin comes what an address
 * is of that something was sent to before. */
static gboolean
is_endpoint (PortConnection  *self,
             ThespianAddress *address,
             GTimeSpan        timeout)
{
  GValue *status = ask_status (self, thespian_actor_system_get_admin_address (self->system), timeout, NULL);
  g_autofree char *name = thespian_address_to_string (address);

  g_clear_pointer (&status, thespian_value_free);
  return g_str_has_prefix (name, "Endpoint-");
}

static GTimeSpan
get_rest (GTimeSpan timeout,
          gint64    begin)
{
  return timeout < 0 ? -1 : MAX (begin + timeout - g_get_monotonic_time (), 0);
}

/* Whether the process of an actor has what was sent there before: it answers also while the actor is busy.  One that ends
 * meanwhile, be it with the system, has had its chance. */
static gboolean
wait_until_taken (PortConnection  *self,
                  ThespianAddress *address,
                  const char      *actor,
                  GTimeSpan        timeout,
                  GError         **error)
{
  gint64 begin = g_get_monotonic_time ();
  g_autoptr (GError) reason = NULL;
  GValue *status;

  if (timeout == 0 || is_endpoint (self, address, timeout))
    return TRUE;
  status = ask_status (self, address, get_rest (timeout, begin), &reason);
  if (g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_propagate_error (error, g_steal_pointer (&reason));
  else if (status != NULL || reason != NULL || get_rest (timeout, begin) != 0)
    {
      g_clear_pointer (&status, thespian_value_free);
      return TRUE;
    }
  else
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_NO_ANSWER,
                 _ ("the process of the actor “%s” has not taken the message: is it stopped?"), actor);
  return FALSE;
}

static gboolean
tell_value (PortConnection *self,
            const char     *actor,
            const GValue   *value,
            GTimeSpan       timeout,
            GError        **error)
{
  g_autoptr (ThespianAddress) address = find_actor (self, actor, error);

  return address != NULL && thespian_endpoint_tell (self->endpoint, address, value, self->base.cancellable, error) &&
         wait_until_taken (self, address, actor, timeout, error);
}

static gboolean
tell (Connection *base,
      const char *actor,
      GVariant   *message,
      GTimeSpan   timeout,
      GError    **error)
{
  g_auto (GValue) value = G_VALUE_INIT;

  if (!message_check_depth (message, MAX_DEPTH, error))
    return FALSE;
  message_to_value (message, &value);
  return tell_value ((PortConnection *) base, actor, &value, timeout, error);
}

/* Takes @value. */
static Answer *
to_answer (GValue *value)
{
  Answer *answer = answer_from_value (value);

  thespian_value_free (value);
  return answer;
}

static Answer *
ask (Connection *base,
     const char *actor,
     GVariant   *message,
     GTimeSpan   timeout,
     GError    **error)
{
  PortConnection *self = (PortConnection *) base;
  g_autoptr (ThespianAddress) address = NULL;
  g_auto (GValue) question = G_VALUE_INIT;
  g_autoptr (GError) reason = NULL;
  GValue *answer;
  gint64 begin;

  if (!message_check_depth (message, MAX_DEPTH, error) || (address = find_actor (self, actor, error)) == NULL)
    return NULL;
  message_to_value (message, &question);
  begin = g_get_monotonic_time ();
  answer = ask_aside (self, address, &question, timeout, &reason);
  if (answer != NULL)
    return to_answer (answer);
  if (reason != NULL)
    g_propagate_error (error, g_steal_pointer (&reason));
  else
    connection_set_no_answer (error, actor, begin, timeout);
  return NULL;
}

static char *
get_own_token (Connection *base,
               GError    **error)
{
  PortConnection *self = (PortConnection *) base;

  return thespian_address_to_token (thespian_endpoint_get_address (self->endpoint));
}

static Answer *
listen (Connection *base,
        GTimeSpan   timeout,
        GError    **error)
{
  PortConnection *self = (PortConnection *) base;
  g_autoptr (GError) reason = NULL;
  GValue *message = thespian_endpoint_listen (self->endpoint, timeout, base->cancellable, &reason);

  if (message != NULL)
    return to_answer (message);
  if (reason != NULL)
    g_propagate_error (error, g_steal_pointer (&reason));
  else
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_NO_ANSWER, _ ("there was no answer"));
  return NULL;
}

static gboolean
send_exit (Connection *base,
           const char *actor,
           gboolean    recursive,
           GTimeSpan   timeout,
           GError    **error)
{
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, THESPIAN_TYPE_ACTOR_EXIT_REQUEST);
  g_value_take_object (&value, recursive ? thespian_actor_exit_request_new ()
                                         : thespian_actor_exit_request_new_not_recursive ());
  return tell_value ((PortConnection *) base, actor, &value, timeout, error);
}

/* --- The log and the end -------------------------------------------------------------------------------------- */

static gboolean
tell_log (PortObserver *observer,
          GCancellable *cancellable,
          LogFunc       func,
          gpointer      user_data,
          GError      **error)
{
  gboolean goes_on = TRUE;

  while (goes_on)
    {
      g_autoptr (ThespianSystemEvent) event = port_observer_next (observer, cancellable, error);

      if (event == NULL)
        return FALSE;
      goes_on = func (thespian_system_event_get_details (event), user_data);
    }
  return TRUE;
}

static gboolean
follow_log (Connection *base,
            LogFunc     func,
            GSourceFunc begun,
            gpointer    user_data,
            GError    **error)
{
  PortConnection *self = (PortConnection *) base;
  g_autoptr (PortObserver) observer = port_observer_new (self->system, TRUE, error);

  return observer != NULL && port_observer_begin (observer, base->cancellable, error) &&
         (begun == NULL || begun (user_data)) && tell_log (observer, base->cancellable, func, user_data, error);
}

static gboolean
shut_down (Connection *base,
           GError    **error)
{
  PortConnection *self = (PortConnection *) base;

  return thespian_actor_system_shutdown (self->system, base->cancellable, error);
}

static void
port_connection_free (Connection *base)
{
  PortConnection *self = (PortConnection *) base;

  thespian_endpoint_close (self->endpoint);
  g_object_unref (self->endpoint);
  g_object_unref (self->system);
  g_free (self);
}

static const ConnectionOps port_ops = {
  .get_status = get_status,
  .get_capabilities = get_capabilities,
  .update_capability = update_capability,
  .list = list,
  .create = create,
  .tell = tell,
  .ask = ask,
  .get_own_token = get_own_token,
  .listen = listen,
  .send_exit = send_exit,
  .shutdown = shut_down,
  .follow_log = follow_log,
  .free = port_connection_free,
};

Connection *
connection_new_port (ThespianActorSystem *system)
{
  PortConnection *self = g_new0 (PortConnection, 1);

  self->base.ops = &port_ops;
  self->system = system;
  self->endpoint = thespian_actor_system_create_endpoint (system);
  return &self->base;
}

Connection *
connection_open_port (const ConnectionChoice *choice,
                      GError                **error)
{
  ThespianActorSystem *system;
  GVariantDict capabilities;

  g_variant_dict_init (&capabilities, NULL);
  if (choice->port != 0)
    g_variant_dict_insert (&capabilities, "Admin Port", "u", (guint) choice->port);
  system = thespian_actor_system_new (connection_choice_get_base (choice), g_variant_dict_end (&capabilities), NULL,
                                      THESPIAN_ACTOR_SYSTEM_JOIN_ONLY | THESPIAN_ACTOR_SYSTEM_TRANSIENT_UNIQUE, error);
  return system != NULL ? connection_new_port (system) : NULL;
}
