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
  ThespianAddress *address;
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

  return g_variant_new ("(ttsms@ma{sv}@ma{sv}ms(tt))", serial, order->address->actor_id, order->specification,
                        order->class_name, maybe_dictionary (order->spec->requirements),
                        maybe_dictionary (order->spec->properties), order->spec->global_name,
                        order->parent->system_id, order->parent->actor_id);
}

static ThespianAgentRequest *
add_request_locked (ThespianAgent      *self,
                    ThespianStartedFunc started,
                    gpointer            user_data)
{
  ThespianAgentRequest *request;

  if (started == NULL)
    return NULL;
  request = g_new0 (ThespianAgentRequest, 1);
  request->serial = ++self->last_serial;
  request->started = started;
  request->user_data = user_data;
  g_hash_table_insert (self->requests, &request->serial, request);
  return request;
}

static gboolean
send_order_locked (ThespianAgent      *self,
                   Order              *order,
                   ThespianStartedFunc started,
                   gpointer            user_data,
                   GError            **error)
{
  ThespianExchange *exchange = self->exchange;
  g_autoptr (GVariant) body = NULL;
  ThespianAgentRequest *request;

  if (exchange->closed)
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_SHUT_DOWN,
                   "The actor system has ended, and creates no %s", order->class_name);
      return FALSE;
    }
  request = add_request_locked (self, started, user_data);
  body = g_variant_ref_sink (order_body (request != NULL ? request->serial : 0, order));
  if (!thespian_exchange_admits_body (exchange, g_variant_get_size (body), 0, error))
    {
      if (request != NULL)
        g_hash_table_remove (self->requests, &request->serial);
      return FALSE;
    }
  thespian_exchange_control_locked (exchange, self->face.address, THESPIAN_CONTROL_CREATE, NULL, body);
  return TRUE;
}

static gboolean
send_order (ThespianAgent      *self,
            Order              *order,
            ThespianStartedFunc started,
            gpointer            user_data,
            GError            **error)
{
  ThespianExchange *exchange = self->exchange;
  gboolean ok;

  g_mutex_lock (&exchange->lock);
  ok = send_order_locked (self, order, started, user_data, error);
  thespian_exchange_unlock (exchange);
  if (ok)
    thespian_exchange_call (exchange);
  return ok;
}

void
thespian_agent_abandon (ThespianAdminFace *face,
                        ThespianAddress   *address)
{
  thespian_agent_control ((ThespianAgent *) face, THESPIAN_CONTROL_ABANDON, NULL,
                          g_variant_new_uint64 (address->actor_id));
}

static void
give_up (ThespianAgent *self,
         Order         *order,
         GTimeSpan      timeout,
         GError       **failure)
{
  thespian_agent_abandon (&self->face, order->address);
  g_clear_error (failure);
  g_set_error (failure, THESPIAN_ERROR, THESPIAN_ERROR_REQUEST_TIMEOUT,
               "The actor named “%s” had not started after %.1f seconds", order->spec->global_name,
               (double) timeout / G_TIME_SPAN_SECOND);
}

/*
 * A name may have an actor already, which the admin alone knows: this waits for its answer.
 * @reason: (nullable) why a new one cannot be made.
 */
static ThespianAddress *
create_named (ThespianAgent      *self,
              Order              *order,
              const GError       *reason,
              ThespianStartedFunc started,
              gpointer            user_data,
              GError            **error)
{
  g_autoptr (GVariant) value = NULL;
  g_autoptr (GError) failure = NULL;
  ThespianAddress *address;
  guint64 system_id, actor_id;
  GTimeSpan timeout = order->spec->timeout != 0 ? order->spec->timeout : CREATE_TIMEOUT;

  if (!thespian_agent_call (self, THESPIAN_CONTROL_CREATE, order_body, order, timeout, &value, &failure))
    {
      if (g_error_matches (failure, THESPIAN_ERROR, THESPIAN_ERROR_REQUEST_TIMEOUT))
        give_up (self, order, timeout, &failure);
      g_propagate_error (error, reason != NULL ? g_error_copy (reason) : g_steal_pointer (&failure));
      return NULL;
    }
  if (value == NULL || !g_variant_is_of_type (value, G_VARIANT_TYPE ("(tt)")))
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_FAILURE,
                   "The admin of the actor system said nothing of the actor named “%s”", order->spec->global_name);
      return NULL;
    }
  g_variant_get (value, "(tt)", &system_id, &actor_id);
  address = thespian_address_find_or_create (system_id, actor_id);
  if (started != NULL)
    started (user_data, NULL);
  return address;
}

static void
join_family (ThespianAgent   *self,
             ThespianCell    *creator,
             ThespianAddress *child)
{
  if (creator != NULL && !thespian_cell_take_child (creator, child))
    self->face.ops->adopt (&self->face, child);
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
  g_autoptr (ThespianAddress) address = NULL;
  g_autoptr (GError) reason = NULL;
  Order order = { .spec = spec };

  if (!check_size (self, spec, error))
    return NULL;
  order.specification = find_specification (self, spec, &reason);
  if (order.specification == NULL && spec->global_name == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&reason));
      return NULL;
    }
  /* a name may have an actor already; then nobody asks for the class */
  if (order.specification == NULL)
    order.specification = "";
  order.class_name = class_name_of (order.specification);
  order.parent = creator != NULL && spec->global_name == NULL ? creator->context.address : face->address;
  order.address = address = thespian_address_new (face->system_id, order.class_name);
  thespian_channel_open (self->exchange, address);
  if (spec->global_name != NULL)
    return create_named (self, &order, reason, started, user_data, error);
  if (!send_order (self, &order, started, user_data, error))
    return NULL;
  join_family (self, creator, address);
  return g_steal_pointer (&address);
}
