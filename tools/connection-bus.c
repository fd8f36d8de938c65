/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The system of the service on a bus; dbus/org.thespian.ActorSystem1.xml says what that does. */

#include "config.h"

#include "connection.h"

#include "tool-bus.h"
#include "tool-error.h"

#include <glib/gi18n.h>
#include <string.h>

#define BUS_NAME "org.thespian.ActorSystem1"
#define OBJECT_PATH "/org/thespian/ActorSystem1"
#define ERROR_PREFIX "org.thespian.Error."

/* The service answers in the time that the options say: the bus itself sets no limit. */
#define NO_LIMIT G_MAXINT

/* The bus has 64 levels, of which the variant that a message is sent in takes one, and ends the connection of who sends
 * more. */
#define MAX_DEPTH 63

typedef struct
{
  Connection base;
  ToolBusActorSystem1 *proxy; /* (owned) */
} BusConnection;

/* --- Errors ------------------------------------------------------------------------------------------------- */

static const struct
{
  const char *name;
  ToolError code;
} codes[] = {
  { ERROR_PREFIX "StartupFailure", TOOL_ERROR_UNREACHABLE },
  { ERROR_PREFIX "SystemShutDown", TOOL_ERROR_UNREACHABLE },
  { ERROR_PREFIX "RequestTimeout", TOOL_ERROR_NO_ANSWER },
  { ERROR_PREFIX "NoAnswer", TOOL_ERROR_NO_ANSWER },
  { ERROR_PREFIX "InvalidActorAddress", TOOL_ERROR_NO_ACTOR },
  { ERROR_PREFIX "InvalidArgument", TOOL_ERROR_USAGE },
  { ERROR_PREFIX "InvalidCapability", TOOL_ERROR_USAGE },
  { ERROR_PREFIX "ReadOnlyCapability", TOOL_ERROR_USAGE },
  { "org.freedesktop.DBus.Error.ServiceUnknown", TOOL_ERROR_UNREACHABLE },
  { "org.freedesktop.DBus.Error.NameHasNoOwner", TOOL_ERROR_UNREACHABLE },
  { "org.freedesktop.DBus.Error.NoReply", TOOL_ERROR_UNREACHABLE },
  { "org.freedesktop.DBus.Error.AccessDenied", TOOL_ERROR_UNREACHABLE },
  { "org.freedesktop.DBus.Error.Disconnected", TOOL_ERROR_UNREACHABLE },
};

static ToolError
find_code (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (g_strcmp0 (name, codes[i].name) == 0)
      return codes[i].code;
  return g_str_has_prefix (name, "org.freedesktop.DBus.Error.Spawn.") ? TOOL_ERROR_UNREACHABLE : TOOL_ERROR_FAILED;
}

/* What failed, where that makes a difference. */
typedef enum
{
  DOES_ANYTHING,
  DOES_ASK,    /* the actor failed with the message */
  DOES_CREATE, /* the actor did not start, and the system is there */
} Deed;

static ToolError
find_code_of (Deed        deed,
              const char *name)
{
  if (deed == DOES_ASK && g_str_equal (name, ERROR_PREFIX "ActorFailed"))
    return TOOL_ERROR_POISON;
  if (deed == DOES_CREATE && g_str_equal (name, ERROR_PREFIX "StartupFailure"))
    return TOOL_ERROR_FAILED;
  return find_code (name);
}

/* Takes @reason. */
static void
set_error (GError **error,
           GError  *reason,
           Deed     deed)
{
  g_autofree char *name = g_dbus_error_is_remote_error (reason) ? g_dbus_error_get_remote_error (reason) : NULL;

  if (name == NULL)
    {
      ToolError code = g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_CLOSED) ? TOOL_ERROR_UNREACHABLE
                                                                                : TOOL_ERROR_FAILED;

      g_set_error_literal (error, TOOL_ERROR, code, reason->message);
    }
  else
    {
      g_dbus_error_strip_remote_error (reason);
      g_set_error_literal (error, TOOL_ERROR, find_code_of (deed, name), reason->message);
    }
  g_error_free (reason);
}

/* Of a question that was put to @actor (nullable) at @begin.  Takes @reason. */
static void
set_question_error (GError    **error,
                    GError     *reason,
                    const char *actor,
                    gint64      begin,
                    GTimeSpan   timeout)
{
  g_autofree char *name = g_dbus_error_is_remote_error (reason) ? g_dbus_error_get_remote_error (reason) : NULL;

  if (actor != NULL && g_strcmp0 (name, ERROR_PREFIX "NoAnswer") == 0)
    {
      connection_set_no_answer (error, actor, begin, timeout);
      g_error_free (reason);
    }
  else
    {
      set_error (error, reason, DOES_ASK);
    }
}

static gboolean
finish (gboolean done,
        GError  *reason,
        GError **error)
{
  if (!done)
    set_error (error, reason, DOES_ANYTHING);
  return done;
}

static GVariant *
new_options (void)
{
  return g_variant_new ("a{sv}", NULL);
}

static double
to_seconds (GTimeSpan timeout)
{
  return timeout < 0 ? -1 : (double) timeout / G_TIME_SPAN_SECOND;
}

static GVariant *
new_timeout (GTimeSpan timeout)
{
  return g_variant_new_parsed ("{'timeout': <%d>}", to_seconds (timeout));
}

/* --- What D-Bus cannot carry ---------------------------------------------------------------------------------- */

static gboolean
has_maybe (GVariant *value)
{
  const char *type = g_variant_get_type_string (value);
  gboolean has = strchr (type, 'm') != NULL;

  if (has || strchr (type, 'v') == NULL)
    return has;
  for (gsize i = 0; !has && i < g_variant_n_children (value); i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (value, i);

      has = has_maybe (child);
    }
  return has;
}

/* @value: (nullable) */
static gboolean
check_carried (GVariant *value,
               GError  **error)
{
  if (value == NULL)
    return TRUE;
  if (!has_maybe (value))
    return message_check_depth (value, MAX_DEPTH, error);
  g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE,
               _ ("D-Bus has no null, nor any other maybe of GVariant: send something else, or choose the system by "
                  "its port"));
  return FALSE;
}

/* --- Status and capabilities ---------------------------------------------------------------------------------- */

static GVariant *
get_status (Connection *base,
            const char *actor,
            GTimeSpan   timeout,
            GError    **error)
{
  BusConnection *self = (BusConnection *) base;
  gint64 begin = g_get_monotonic_time ();
  GVariant *status = NULL;
  GError *reason = NULL;

  tool_bus_actor_system1_call_status_sync (self->proxy, actor != NULL ? actor : "", new_timeout (timeout), &status,
                                           base->cancellable, &reason);
  if (status == NULL)
    set_question_error (error, reason, actor, begin, timeout);
  return status;
}

/* Those of now: what the proxy remembers may be of before. */
static GVariant *
get_capabilities (Connection *base,
                  GError    **error)
{
  g_autoptr (GVariant) status = get_status (base, NULL, -1, error);

  return status != NULL ? g_variant_lookup_value (status, "capabilities", G_VARIANT_TYPE_VARDICT) : NULL;
}

static gboolean
update_capability (Connection *base,
                   const char *name,
                   GVariant   *value,
                   GError    **error)
{
  BusConnection *self = (BusConnection *) base;
  GVariant *options, *boxed;
  GError *reason = NULL;
  gboolean done;

  if (!check_carried (value, error))
    return FALSE;
  options = value == NULL ? g_variant_new_parsed ("{'remove': <true>}") : new_options ();
  boxed = g_variant_new_variant (value != NULL ? value : g_variant_new_boolean (FALSE));
  done = tool_bus_actor_system1_call_update_capability_sync (self->proxy, name, boxed, options, base->cancellable, &reason);
  return finish (done, reason, error);
}

/* --- Who is there --------------------------------------------------------------------------------------------- */

static ActorInfo *
info_new (const char *address,
          GVariant   *details)
{
  ActorInfo *info = g_new0 (ActorInfo, 1);

  info->address = g_strdup (address);
  g_variant_lookup (details, "class", "s", &info->class_name);
  g_variant_lookup (details, "parent", "s", &info->parent);
  g_variant_lookup (details, "global-name", "s", &info->global_name);
  g_variant_lookup (details, "process-id", "i", &info->process_id);
  return info;
}

static GPtrArray *
list (Connection *base,
      GError    **error)
{
  BusConnection *self = (BusConnection *) base;
  g_autoptr (GVariant) rows = NULL;
  GPtrArray *actors;
  GError *reason = NULL;
  GVariantIter iter;
  const char *address;
  GVariant *details;

  tool_bus_actor_system1_call_list_actors_sync (self->proxy, new_options (), &rows, base->cancellable, &reason);
  if (!finish (rows != NULL, reason, error))
    return NULL;
  actors = g_ptr_array_new_with_free_func ((GDestroyNotify) actor_info_free);
  g_variant_iter_init (&iter, rows);
  while (g_variant_iter_loop (&iter, "(&s&o@a{sv})", &address, NULL, &details))
    g_ptr_array_add (actors, info_new (address, details));
  return actors;
}

static GVariant *
plan_to_options (const ActorPlan *plan)
{
  GVariantDict options;

  g_variant_dict_init (&options, NULL);
  g_variant_dict_insert (&options, "timeout", "d", to_seconds (plan->timeout));
  if (plan->requirements != NULL)
    g_variant_dict_insert_value (&options, "requirements", plan->requirements);
  if (plan->global_name != NULL)
    g_variant_dict_insert (&options, "global-name", "s", plan->global_name);
  return g_variant_dict_end (&options);
}

static ActorInfo *
create (Connection      *base,
        const ActorPlan *plan,
        GError         **error)
{
  BusConnection *self = (BusConnection *) base;
  ActorInfo *info;
  GError *reason = NULL;
  gboolean done;

  if (!check_carried (plan->properties, error) || !check_carried (plan->requirements, error))
    return NULL;
  info = g_new0 (ActorInfo, 1);
  done = tool_bus_actor_system1_call_create_actor_sync (self->proxy, plan->class_specification,
                                                        plan->properties != NULL ? plan->properties : new_options (),
                                                        plan_to_options (plan), &info->token, &info->address, NULL,
                                                        base->cancellable, &reason);
  info->global_name = g_strdup (plan->global_name);
  if (!done)
    {
      set_error (error, reason, DOES_CREATE);
      g_clear_pointer (&info, actor_info_free);
    }
  return info;
}

/* --- Messages ------------------------------------------------------------------------------------------------- */

static GVariant *
box_message (GVariant *message,
             GError  **error)
{
  g_autoptr (ThespianAddress) address = NULL;
  g_autofree char *token = NULL;

  if (!check_carried (message, error))
    return NULL;
  if (g_variant_is_of_type (message, G_VARIANT_TYPE ("(tt)")))
    address = thespian_address_from_variant (message, NULL);
  if (address == NULL)
    return g_variant_new_variant (message);
  token = thespian_address_to_token (address);
  return g_variant_new_variant (g_variant_new_parsed ("('ThespianAddress', {'token': <%s>})", token));
}

static GVariant *
content_of_object (const char *type,
                   GVariant   *properties)
{
  const char *token;

  if (g_str_equal (type, "ThespianAddress") && g_variant_lookup (properties, "token", "&s", &token))
    return g_variant_new_string (token);
  return g_variant_ref (properties);
}

/* Takes @boxed. */
static Answer *
to_answer (GVariant *boxed)
{
  g_autoptr (GVariant) owned = boxed;
  g_autoptr (GVariant) content = g_variant_get_variant (boxed);
  g_autoptr (GVariant) properties = NULL;
  const char *type;

  if (!g_variant_is_of_type (content, G_VARIANT_TYPE ("(sa{sv})")))
    return answer_new (NULL, content);
  g_variant_get (content, "(&s@a{sv})", &type, &properties);
  return answer_new (type, content_of_object (type, properties));
}

static gboolean
tell (Connection *base,
      const char *actor,
      GVariant   *message,
      GTimeSpan   timeout,
      GError    **error)
{
  BusConnection *self = (BusConnection *) base;
  GVariant *boxed = box_message (message, error);
  GError *reason = NULL;
  gboolean done;

  if (boxed == NULL)
    return FALSE;
  done = tool_bus_actor_system1_call_tell_sync (self->proxy, actor, boxed, new_options (), base->cancellable, &reason);
  return finish (done, reason, error);
}

static Answer *
ask (Connection *base,
     const char *actor,
     GVariant   *message,
     GTimeSpan   timeout,
     GError    **error)
{
  BusConnection *self = (BusConnection *) base;
  GVariant *boxed = box_message (message, error);
  gint64 begin = g_get_monotonic_time ();
  GVariant *answer = NULL;
  GError *reason = NULL;

  if (boxed == NULL)
    return NULL;
  if (tool_bus_actor_system1_call_ask_sync (self->proxy, actor, boxed, new_timeout (timeout), &answer, base->cancellable,
                                            &reason))
    return to_answer (answer);
  set_question_error (error, reason, actor, begin, timeout);
  return NULL;
}

static char *
get_own_token (Connection *base,
               GError    **error)
{
  g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE,
               _ ("over D-Bus nobody knows where to send to: say which actor is to be told what"));
  return NULL;
}

static Answer *
listen (Connection *base,
        GTimeSpan   timeout,
        GError    **error)
{
  BusConnection *self = (BusConnection *) base;
  GVariant *message = NULL;
  GError *reason = NULL;

  if (tool_bus_actor_system1_call_listen_sync (self->proxy, new_timeout (timeout), &message, base->cancellable, &reason))
    return to_answer (message);
  set_error (error, reason, DOES_ASK);
  return NULL;
}

static gboolean
send_exit (Connection *base,
           const char *actor,
           gboolean    recursive,
           GTimeSpan   timeout,
           GError    **error)
{
  BusConnection *self = (BusConnection *) base;
  GVariant *options = g_variant_new_parsed ("{'recursive': <%b>}", recursive);
  GError *reason = NULL;
  gboolean done = tool_bus_actor_system1_call_send_exit_sync (self->proxy, actor, options, base->cancellable, &reason);

  return finish (done, reason, error);
}

/* --- The log and the end -------------------------------------------------------------------------------------- */

static gboolean
begin_log (BusConnection *self,
           GError       **error)
{
  GError *reason = NULL;
  gboolean done = tool_bus_actor_system1_call_follow_log_sync (self->proxy, new_options (), self->base.cancellable,
                                                               &reason);

  return finish (done, reason, error);
}

/* Also when the command was interrupted. */
static void
end_log (BusConnection *self)
{
  tool_bus_actor_system1_call_follow_log_sync (self->proxy, g_variant_new_parsed ("{'stop': <true>}"), NULL, NULL);
}

static gboolean
tell_log (BusConnection *self,
          LogFunc        func,
          gpointer       user_data,
          GError       **error)
{
  gboolean goes_on = TRUE;

  while (goes_on)
    {
      g_autoptr (GVariant) entry = NULL;
      GError *reason = NULL;

      tool_bus_actor_system1_call_listen_log_sync (self->proxy, new_timeout (-1), &entry, self->base.cancellable,
                                                   &reason);
      if (!finish (entry != NULL, reason, error))
        return FALSE;
      goes_on = func (entry, user_data);
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
  BusConnection *self = (BusConnection *) base;
  gboolean good = begin_log (self, error);

  if (!good)
    return FALSE;
  good = (begun == NULL || begun (user_data)) && tell_log (self, func, user_data, error);
  end_log (self);
  return good;
}

static gboolean
shut_down (Connection *base,
           GError    **error)
{
  BusConnection *self = (BusConnection *) base;
  GError *reason = NULL;
  gboolean done = tool_bus_actor_system1_call_shutdown_sync (self->proxy, new_options (), base->cancellable, &reason);

  return finish (done, reason, error);
}

static void
bus_connection_free (Connection *base)
{
  BusConnection *self = (BusConnection *) base;

  g_object_unref (self->proxy);
  g_free (self);
}

static const ConnectionOps bus_ops = {
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
  .free = bus_connection_free,
};

static GDBusConnection *
open_bus (gboolean system_bus,
          GError **error)
{
  g_autoptr (GError) reason = NULL;
  GDBusConnection *bus = g_bus_get_sync (system_bus ? G_BUS_TYPE_SYSTEM : G_BUS_TYPE_SESSION, NULL, &reason);

  if (bus == NULL)
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_UNREACHABLE, _ ("the bus cannot be reached: %s"), reason->message);
  else
    g_dbus_connection_set_exit_on_close (bus, FALSE);
  return bus;
}

Connection *
connection_open_bus (gboolean system_bus,
                     GError **error)
{
  g_autoptr (GDBusConnection) bus = open_bus (system_bus, error);
  ToolBusActorSystem1 *proxy;
  BusConnection *self;
  GError *reason = NULL;

  if (bus == NULL)
    return NULL;
  proxy = tool_bus_actor_system1_proxy_new_sync (bus, G_DBUS_PROXY_FLAGS_DO_NOT_LOAD_PROPERTIES |
                                                          G_DBUS_PROXY_FLAGS_DO_NOT_CONNECT_SIGNALS,
                                                 BUS_NAME, OBJECT_PATH, NULL, &reason);
  if (!finish (proxy != NULL, reason, error))
    return NULL;
  g_dbus_proxy_set_default_timeout (G_DBUS_PROXY (proxy), NO_LIMIT);
  self = g_new0 (BusConnection, 1);
  self->base.ops = &bus_ops;
  self->proxy = proxy;
  return &self->base;
}
