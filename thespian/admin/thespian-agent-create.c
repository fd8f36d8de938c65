/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Creation by the admin: the address at once, the actor in a process of its own. */

#include "config.h"

#include "admin/thespian-agent-private.h"

#include "host/thespian-class-loader-private.h"
#include "host/thespian-module-place-private.h"
#include "model/thespian-error.h"

#include <string.h>

#define CREATE_TIMEOUT (50 * G_TIME_SPAN_SECOND)

typedef struct
{
  guint64 actor_id;
  ThespianAddress *parent;
  const char *class_name;
  const char *specification;
  const ThespianActorSpec *spec;
} Order;

/*
 * What can be found wrong here is an error of the call.  A class of a module is loaded by the new
 * process alone, since it may be anything.
 */
static const char *
find_specification (ThespianAgent           *self,
                    const ThespianActorSpec *spec,
                    GError                 **error)
{
  g_autoptr (GVariant) capabilities = NULL;
  ThespianActorSpec checked = *spec;
  const char *specification;
  GType type;

  if (spec->specification != NULL && strchr (spec->specification, ':') != NULL)
    {
      g_auto (ThespianClassName) name = { NULL };

      checked.type = THESPIAN_TYPE_ACTOR;
      checked.specification = NULL;
      if (!thespian_class_name_parse (spec->specification, &name, error))
        return NULL;
      return thespian_class_loader_check (&checked, error) ? spec->specification : NULL;
    }
  type = thespian_class_loader_resolve (spec, NULL, error);
  if (type == G_TYPE_INVALID)
    return NULL;
  specification = thespian_class_loader_find_specification (type);
  return specification != NULL ? specification : g_type_name (type);
}

static const char *
class_name_of (const char *specification)
{
  const char *colon = strrchr (specification, ':');

  return g_intern_string (colon != NULL ? colon + 1 : specification);
}

/* What is not a message goes the same ways, and may be as large. */
static gboolean
check_size (ThespianAgent           *self,
            const ThespianActorSpec *spec,
            GError                 **error)
{
  guint32 limit = self->exchange->limits.max_message;
  gsize size = 0;

  if (spec->requirements != NULL)
    size += g_variant_get_size (spec->requirements);
  if (spec->properties != NULL)
    size += g_variant_get_size (spec->properties);
  if (size <= limit)
    return TRUE;
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_NOT_SERIALIZABLE,
               "The requirements and properties of a new actor have %" G_GSIZE_FORMAT " bytes: the limit here is %u",
               size, limit);
  return FALSE;
}

static GVariant *
maybe_dictionary (GVariant *dictionary)
{
  return g_variant_new_maybe (G_VARIANT_TYPE_VARDICT, dictionary);
}

static GVariant *
order_body (guint64  serial,
            gpointer data)
{
  Order *order = data;

  return g_variant_new ("(ttsms@ma{sv}@ma{sv}ms(tt))", serial, order->actor_id, order->specification, order->class_name,
                        maybe_dictionary (order->spec->requirements),
                        maybe_dictionary (order->spec->properties), order->spec->global_name,
                        order->parent->system_id, order->parent->actor_id);
}

/* --- Orders ------------------------------------------------------------------------------------ */

/* @request: (nullable) (transfer full): of who wants to hear what becomes of it. */
static gboolean
send_order_locked (ThespianAgent        *self,
                   Order                *order,
                   ThespianAgentRequest *request,
                   GError              **error)
{
  ThespianExchange *exchange = self->exchange;
  guint64 serial = request != NULL ? ++self->last_serial : 0;
  g_autoptr (GVariant) body = NULL;

  if (exchange->closed)
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_SHUT_DOWN,
                   "The actor system has ended, and creates no %s", order->class_name);
      return FALSE;
    }
  body = g_variant_ref_sink (order_body (serial, order));
  if (!thespian_exchange_admits_body (exchange, g_variant_get_size (body), 0, error))
    return FALSE;
  if (request != NULL)
    {
      request->serial = serial;
      g_hash_table_insert (self->requests, &request->serial, request);
    }
  thespian_exchange_control_locked (exchange, self->face.address, THESPIAN_CONTROL_CREATE, NULL, body);
  return TRUE;
}

static gboolean
send_order (ThespianAgent        *self,
            Order                *order,
            ThespianAgentRequest *request,
            GError              **error)
{
  ThespianExchange *exchange = self->exchange;
  gboolean ok;

  g_mutex_lock (&exchange->lock);
  ok = send_order_locked (self, order, request, error);
  thespian_exchange_unlock (exchange);
  if (ok)
    thespian_exchange_call (exchange);
  else if (request != NULL)
    thespian_agent_request_free (request);
  return ok;
}

static void
abandon (ThespianAgent *self,
         guint64        actor_id)
{
  thespian_agent_control (self, THESPIAN_CONTROL_ABANDON, NULL, g_variant_new_uint64 (actor_id));
}

void
thespian_agent_abandon (ThespianAdminFace *face,
                        ThespianAddress   *address)
{
  abandon ((ThespianAgent *) face, address->actor_id);
}

/* Without a class only an actor can be found that has the name. */
static gboolean
order_init (Order         *order,
            ThespianAgent *self,
            GError       **error)
{
  const char *specification = find_specification (self, order->spec, error);

  order->actor_id = thespian_random_id ();
  order->parent = self->face.address;
  order->specification = specification != NULL ? specification : "";
  order->class_name = class_name_of (order->specification);
  return specification != NULL;
}

/* --- By name ---------------------------------------------------------------------------------- */

static ThespianAddress *
read_named (GVariant *value,
            GError  **error)
{
  ThespianAddress *address;
  guint64 system_id, actor_id;
  const char *class_name;

  if (value == NULL || !g_variant_is_of_type (value, G_VARIANT_TYPE ("(tts)")))
    {
      g_set_error_literal (error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_FAILURE,
                           "The admin of the actor system said nothing of the actor that has the name");
      return NULL;
    }
  g_variant_get (value, "(tt&s)", &system_id, &actor_id, &class_name);
  address = thespian_address_find_or_create (system_id, actor_id);
  thespian_address_set_class_name (address, g_intern_string (class_name));
  return address;
}

static void
call_named (gpointer data)
{
  ThespianAgentRequest *request = data;
  g_autoptr (ThespianAddress) address = NULL;

  if (request->error == NULL)
    address = read_named (request->value, &request->error);
  request->named (request->user_data, address,
                  request->error != NULL && request->reason != NULL ? request->reason : request->error);
  thespian_agent_request_free (request);
}

ThespianAddress *
thespian_agent_create_named (ThespianAdminFace       *face,
                             const ThespianActorSpec *spec,
                             ThespianNamedFunc        named,
                             gpointer                 user_data,
                             GError                 **error)
{
  ThespianAgent *self = (ThespianAgent *) face;
  ThespianAgentRequest *request;
  Order order = { .spec = spec };

  if (!check_size (self, spec, error))
    return NULL;
  request = g_new0 (ThespianAgentRequest, 1);
  request->answered = call_named;
  request->named = named;
  request->user_data = user_data;
  order_init (&order, self, &request->reason);
  if (!send_order (self, &order, request, error))
    return NULL;
  return thespian_address_find_or_create (face->system_id, order.actor_id);
}

/* The same by an actor, which has to wait. */
static ThespianAddress *
find_or_create (ThespianAgent *self,
                Order         *order,
                const GError  *reason,
                GError       **error)
{
  g_autoptr (GVariant) value = NULL;
  g_autoptr (GError) failure = NULL;

  if (!thespian_agent_call (self, THESPIAN_CONTROL_CREATE, order_body, order, CREATE_TIMEOUT, &value, &failure))
    {
      if (g_error_matches (failure, THESPIAN_ERROR, THESPIAN_ERROR_REQUEST_TIMEOUT))
        abandon (self, order->actor_id);
      g_propagate_error (error, reason != NULL ? g_error_copy (reason) : g_steal_pointer (&failure));
      return NULL;
    }
  return read_named (value, error);
}

/* --- Without a name --------------------------------------------------------------------------- */

static void
call_started (gpointer data)
{
  ThespianAgentRequest *request = data;

  request->started (request->user_data, request->error);
  thespian_agent_request_free (request);
}

static ThespianAgentRequest *
new_request (ThespianStartedFunc started,
             gpointer            user_data)
{
  ThespianAgentRequest *request;

  if (started == NULL)
    return NULL;
  request = g_new0 (ThespianAgentRequest, 1);
  request->answered = call_started;
  request->started = started;
  request->user_data = user_data;
  return request;
}

static void
join_family (ThespianAgent   *self,
             ThespianCell    *creator,
             ThespianAddress *child)
{
  if (creator != NULL && !thespian_cell_take_child (creator, child))
    self->face.ops->adopt (&self->face, child);
}

static ThespianAddress *
create (ThespianAgent       *self,
        ThespianCell        *creator,
        Order               *order,
        ThespianStartedFunc  started,
        gpointer             user_data,
        GError             **error)
{
  g_autoptr (ThespianAddress) address = thespian_address_find_or_create (self->face.system_id, order->actor_id);

  thespian_address_set_class_name (address, order->class_name);
  thespian_channel_open (self->exchange, address);
  if (creator != NULL)
    order->parent = creator->context.address;
  if (!send_order (self, order, new_request (started, user_data), error))
    return NULL;
  join_family (self, creator, address);
  return g_steal_pointer (&address);
}

ThespianAddress *
thespian_agent_create (ThespianAdminFace       *face,
                       ThespianCell            *creator,
                       const ThespianActorSpec *spec,
                       ThespianStartedFunc      started,
                       gpointer                 user_data,
                       GError                 **error)
{
  ThespianAgent *self = (ThespianAgent *) face;
  g_autoptr (GError) reason = NULL;
  Order order = { .spec = spec };

  if (!check_size (self, spec, error))
    return NULL;
  if (!order_init (&order, self, &reason) && spec->global_name == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&reason));
      return NULL;
    }
  if (spec->global_name != NULL)
    return find_or_create (self, &order, reason, error);
  return create (self, creator, &order, started, user_data, error);
}
