/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "system/thespian-endpoint.h"

#include "model/thespian-error.h"
#include "model/thespian-value-private.h"
#include "runtime/thespian-mailbox-limit-private.h"
#include "runtime/thespian-mailbox-private.h"
#include "system/thespian-actor-system-private.h"
#include "system/thespian-endpoint-private.h"

/**
 * ThespianEndpoint:
 *
 * A place outside the actors from which messages are sent, and where the answers come.
 *
 * To actors an endpoint looks like any other actor: it has an address, which is the sender of
 * what is told and asked here. Whatever is sent to that address is an answer, whoever sent it. An
 * [class@Thespian.ActorSystem] has an endpoint of its own, which its `tell`, `ask` and `listen`
 * use; where several threads or several parts of a program ask at the same time each should have
 * its own ([method@Thespian.ActorSystem.create_endpoint]), so that answers never mix.
 *
 * Answers that nobody waits for are kept for the next ask or listen, up to 1,000; older ones are
 * dead letters. [property@Thespian.Endpoint:max-bytes] can bound their bytes, too. Of what an observed
 * system tells ([class@Thespian.ObserveRequest]), newer events are left out, which the next one says.
 *
 * All methods may be called from any thread. The blocking ones fail at once inside an actor.
 *
 * Since: 1.0
 */

/* After an answer has come a system that runs to equilibrium goes on for this long at the most. */
#define EQUILIBRIUM_LIMIT G_TIME_SPAN_SECOND

struct _ThespianEndpoint
{
  GObject parent_instance;

  ThespianAdminFace *admin; /* (owned) */
  ThespianAddress *address; /* (owned) with the mailbox */
  GTimeSpan tell_timeout;
};

typedef enum
{
  PROP_MAX_BYTES = 1,
} ThespianEndpointProperty;

static GParamSpec *props[PROP_MAX_BYTES + 1];

G_DEFINE_FINAL_TYPE (ThespianEndpoint, thespian_endpoint, G_TYPE_OBJECT)

static void
thespian_endpoint_get_property (GObject    *object,
                                guint       prop_id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  ThespianEndpoint *self = THESPIAN_ENDPOINT (object);

  switch ((ThespianEndpointProperty) prop_id)
    {
    case PROP_MAX_BYTES:
      g_value_set_uint64 (value, thespian_mailbox_get_max_bytes (self->address));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
thespian_endpoint_set_property (GObject      *object,
                                guint         prop_id,
                                const GValue *value,
                                GParamSpec   *pspec)
{
  ThespianEndpoint *self = THESPIAN_ENDPOINT (object);

  switch ((ThespianEndpointProperty) prop_id)
    {
    case PROP_MAX_BYTES:
      thespian_mailbox_set_max_bytes (self->address, g_value_get_uint64 (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
thespian_endpoint_finalize (GObject *object)
{
  ThespianEndpoint *self = THESPIAN_ENDPOINT (object);

  thespian_endpoint_close (self);
  g_object_unref (self->address);
  self->admin->ops->unref (self->admin);

  G_OBJECT_CLASS (thespian_endpoint_parent_class)->finalize (object);
}

static void
thespian_endpoint_class_init (ThespianEndpointClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = thespian_endpoint_finalize;
  object_class->get_property = thespian_endpoint_get_property;
  object_class->set_property = thespian_endpoint_set_property;

  /**
   * ThespianEndpoint:max-bytes:
   *
   * How many bytes the answers that nobody waits for may have together, about; 0, the default, for any
   * number. Older ones are dead letters beyond that; the latest one is kept even when it alone has more.
   *
   * It holds from the next answer on: set it before there are any. Of an answer that is an object its
   * properties are counted, and read for that on the thread that delivers it.
   *
   * Since: 1.0
   */
  props[PROP_MAX_BYTES] =
      g_param_spec_uint64 ("max-bytes", NULL, NULL, 0, G_MAXUINT64, 0, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);
}

static void
thespian_endpoint_init (ThespianEndpoint *self)
{
  self->tell_timeout = THESPIAN_TELL_TIMEOUT;
}

ThespianEndpoint *
thespian_endpoint_new (ThespianAdminFace *admin)
{
  ThespianEndpoint *self = g_object_new (THESPIAN_TYPE_ENDPOINT, NULL);

  self->admin = admin->ops->ref (admin);
  self->address = thespian_mailbox_new (admin);
  return self;
}

void
thespian_endpoint_set_tell_timeout (ThespianEndpoint *self,
                                    GTimeSpan         timeout)
{
  self->tell_timeout = timeout;
}

gboolean
thespian_check_may_block (const char *function,
                          GError    **error)
{
  if (G_LIKELY (thespian_current_node == NULL))
    return TRUE;
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_WOULD_DEADLOCK,
               "%s() blocks, and was called by an actor, whose thread it would wait for: use %s_async()",
               function, function);
  return FALSE;
}

static gboolean
check_open (ThespianEndpoint *self,
            GError          **error)
{
  if (!thespian_admin_check_original (self->admin, error))
    return FALSE;
  if (!thespian_mailbox_is_closed (self->address))
    return TRUE;
  g_set_error_literal (error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_SHUT_DOWN,
                       "The endpoint is closed, or its actor system was shut down");
  return FALSE;
}

static gboolean
returns_when_idle (ThespianEndpoint *self)
{
  return __atomic_load_n (&self->admin->returns_when_idle, __ATOMIC_RELAXED);
}

/* Where callers are what makes a system run, they let it finish what they began. */
static gboolean
run_to_equilibrium (ThespianEndpoint *self,
                    gint64            deadline)
{
  ThespianNode *node;
  gboolean idle;

  if (!self->admin->runs_to_equilibrium)
    return TRUE;
  node = self->admin->ops->ref_node (self->admin);
  idle = node == NULL || thespian_run_until_idle (node, deadline);
  g_clear_pointer (&node, thespian_node_unref);
  return idle;
}

/**
 * thespian_endpoint_get_address:
 * @self: an endpoint
 *
 * Gets the address of an endpoint.
 *
 * Returns: (transfer none): the address
 *
 * Since: 1.0
 */
ThespianAddress *
thespian_endpoint_get_address (ThespianEndpoint *self)
{
  g_return_val_if_fail (THESPIAN_IS_ENDPOINT (self), NULL);

  return self->address;
}

static gboolean
send_copy (ThespianEndpoint *self,
           ThespianAddress  *target,
           const GValue     *message,
           GError          **error)
{
  GValue copy = G_VALUE_INIT;

  thespian_value_copy_into (message, &copy);
  return thespian_check_message (&copy, error) &&
         thespian_route (self->admin, target, &copy, self->address, error);
}

/**
 * thespian_endpoint_tell:
 * @self: an endpoint
 * @target: the address of the receiver
 * @message: the message, any initialised value
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Sends a message without waiting for an answer.
 *
 * On `simpleSystemBase` the message, and all that follows from it, is handled before this returns.
 *
 * Fails with %THESPIAN_ERROR_WOULD_DEADLOCK inside an actor, with %THESPIAN_ERROR_SYSTEM_SHUT_DOWN
 * when the endpoint is closed, with %THESPIAN_ERROR_REQUEST_TIMEOUT when the message could not be
 * sent within the tell timeout, and with %G_IO_ERROR_CANCELLED.
 *
 * Returns: %TRUE when the message was sent
 *
 * Since: 1.0
 */
gboolean
thespian_endpoint_tell (ThespianEndpoint *self,
                        ThespianAddress  *target,
                        const GValue     *message,
                        GCancellable     *cancellable,
                        GError          **error)
{
  gint64 deadline;

  g_return_val_if_fail (THESPIAN_IS_ENDPOINT (self), FALSE);
  g_return_val_if_fail (THESPIAN_IS_ADDRESS (target), FALSE);
  g_return_val_if_fail (G_IS_VALUE (message), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!thespian_check_may_block (G_STRFUNC, error) || !check_open (self, error) ||
      g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  deadline = thespian_deadline (self->tell_timeout);
  if (!thespian_make_room (self->admin, target, deadline))
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_REQUEST_TIMEOUT,
                   "The mailbox of the actor was full, and had no room after %.1f seconds",
                   (double) self->tell_timeout / G_TIME_SPAN_SECOND);
      return FALSE;
    }
  if (!send_copy (self, target, message, error))
    return FALSE;
  if (run_to_equilibrium (self, deadline))
    return TRUE;
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_REQUEST_TIMEOUT,
               "What the message set going had not ended after %.1f seconds",
               (double) self->tell_timeout / G_TIME_SPAN_SECOND);
  return FALSE;
}

void
thespian_endpoint_tell_for_task (ThespianEndpoint *self,
                                 ThespianAddress  *target,
                                 const GValue     *message,
                                 GTask            *task)
{
  GError *error = NULL;

  if (!g_task_return_error_if_cancelled (task))
    {
      if (check_open (self, &error) && send_copy (self, target, message, &error))
        {
          run_to_equilibrium (self, thespian_deadline (self->tell_timeout));
          g_task_return_boolean (task, TRUE);
        }
      else
        {
          g_task_return_error (task, error);
        }
    }
  g_object_unref (task);
}

/**
 * thespian_endpoint_tell_async:
 * @self: an endpoint
 * @target: the address of the receiver
 * @message: the message, any initialised value
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the message was sent
 * @user_data: data for @callback
 *
 * Sends a message without waiting for an answer. The asynchronous form of
 * [method@Thespian.Endpoint.tell]; it may be called inside an actor too.
 *
 * Since: 1.0
 */
void
thespian_endpoint_tell_async (ThespianEndpoint   *self,
                              ThespianAddress    *target,
                              const GValue       *message,
                              GCancellable       *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer            user_data)
{
  GTask *task;

  g_return_if_fail (THESPIAN_IS_ENDPOINT (self));
  g_return_if_fail (THESPIAN_IS_ADDRESS (target));
  g_return_if_fail (G_IS_VALUE (message));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, thespian_endpoint_tell_async);
  thespian_endpoint_tell_for_task (self, target, message, task);
}

/**
 * thespian_endpoint_tell_finish:
 * @self: an endpoint
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Thespian.Endpoint.tell_async].
 *
 * Returns: %TRUE when the message was sent
 *
 * Since: 1.0
 */
gboolean
thespian_endpoint_tell_finish (ThespianEndpoint *self,
                               GAsyncResult     *result,
                               GError          **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* @target and @message: (nullable) for a mere listen */
static GValue *
receive (ThespianEndpoint *self,
         const char       *function,
         ThespianAddress  *target,
         const GValue     *message,
         GTimeSpan         timeout,
         GCancellable     *cancellable,
         GError          **error)
{
  ThespianNode *node;
  GValue copy = G_VALUE_INIT;
  GValue *answer;

  if (!thespian_check_may_block (function, error) || !check_open (self, error) ||
      g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (message != NULL)
    thespian_value_copy_into (message, &copy);
  if (message != NULL && !thespian_check_message (&copy, error))
    return NULL;
  node = self->admin->ops->ref_node (self->admin);
  answer = thespian_mailbox_receive (self->address, node, target, &copy, timeout, returns_when_idle (self),
                                     cancellable, error);
  g_clear_pointer (&node, thespian_node_unref);
  if (answer != NULL)
    run_to_equilibrium (self, thespian_deadline (EQUILIBRIUM_LIMIT));
  return answer;
}

void
thespian_endpoint_receive_for_task (ThespianEndpoint *self,
                                    ThespianAddress  *target,
                                    const GValue     *message,
                                    GTimeSpan         timeout,
                                    GTask            *task)
{
  GValue copy = G_VALUE_INIT;
  GError *error = NULL;

  if (message != NULL)
    thespian_value_copy_into (message, &copy);
  if (!check_open (self, &error) || (message != NULL && !thespian_check_message (&copy, &error)))
    {
      thespian_value_clear (&copy);
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  thespian_mailbox_receive_async (self->address, target, &copy, timeout, task);
  run_to_equilibrium (self, thespian_deadline (self->tell_timeout));
}

/**
 * thespian_endpoint_ask:
 * @self: an endpoint
 * @target: the address of the receiver
 * @message: the question, any initialised value
 * @timeout: how long to wait, in microseconds; negative for ever
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Sends a message and waits for an answer.
 *
 * The answer is the first message that comes to the endpoint, from whomever: one that came late for
 * an earlier question is handed out first. There is no answer when none came in time, or when
 * @target is dead.
 *
 * On `simpleSystemBase` and, on its thread, on `mainLoopBase` the caller's thread runs the actors
 * meanwhile, and nothing else of its main context.
 *
 * Fails with %THESPIAN_ERROR_WOULD_DEADLOCK inside an actor, with %THESPIAN_ERROR_SYSTEM_SHUT_DOWN
 * when the endpoint is closed, and with %G_IO_ERROR_CANCELLED.
 *
 * Returns: (transfer full) (nullable): the answer, to be freed with [func@Thespian.value_free], or
 *   %NULL without an error when there is none
 *
 * Since: 1.0
 */
GValue *
thespian_endpoint_ask (ThespianEndpoint *self,
                       ThespianAddress  *target,
                       const GValue     *message,
                       GTimeSpan         timeout,
                       GCancellable     *cancellable,
                       GError          **error)
{
  g_return_val_if_fail (THESPIAN_IS_ENDPOINT (self), NULL);
  g_return_val_if_fail (THESPIAN_IS_ADDRESS (target), NULL);
  g_return_val_if_fail (G_IS_VALUE (message), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return receive (self, G_STRFUNC, target, message, timeout, cancellable, error);
}

/**
 * thespian_endpoint_ask_async:
 * @self: an endpoint
 * @target: the address of the receiver
 * @message: the question, any initialised value
 * @timeout: how long to wait, in microseconds; negative for ever
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when there is an answer, or none
 * @user_data: data for @callback
 *
 * Sends a message and waits for an answer. The asynchronous form of
 * [method@Thespian.Endpoint.ask]; it may be called inside an actor too.
 *
 * Since: 1.0
 */
void
thespian_endpoint_ask_async (ThespianEndpoint   *self,
                             ThespianAddress    *target,
                             const GValue       *message,
                             GTimeSpan           timeout,
                             GCancellable       *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer            user_data)
{
  GTask *task;

  g_return_if_fail (THESPIAN_IS_ENDPOINT (self));
  g_return_if_fail (THESPIAN_IS_ADDRESS (target));
  g_return_if_fail (G_IS_VALUE (message));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, thespian_endpoint_ask_async);
  thespian_endpoint_receive_for_task (self, target, message, timeout, task);
}

/**
 * thespian_endpoint_ask_finish:
 * @self: an endpoint
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Thespian.Endpoint.ask_async].
 *
 * Returns: (transfer full) (nullable): the answer, to be freed with [func@Thespian.value_free], or
 *   %NULL without an error when there is none
 *
 * Since: 1.0
 */
GValue *
thespian_endpoint_ask_finish (ThespianEndpoint *self,
                              GAsyncResult     *result,
                              GError          **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * thespian_endpoint_listen:
 * @self: an endpoint
 * @timeout: how long to wait, in microseconds; negative for ever
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Waits for a message to the endpoint, from whomever.
 *
 * Fails with %THESPIAN_ERROR_WOULD_DEADLOCK inside an actor, with %THESPIAN_ERROR_SYSTEM_SHUT_DOWN
 * when the endpoint is closed, and with %G_IO_ERROR_CANCELLED.
 *
 * Returns: (transfer full) (nullable): the message, to be freed with [func@Thespian.value_free], or
 *   %NULL without an error when none came in time
 *
 * Since: 1.0
 */
GValue *
thespian_endpoint_listen (ThespianEndpoint *self,
                          GTimeSpan         timeout,
                          GCancellable     *cancellable,
                          GError          **error)
{
  g_return_val_if_fail (THESPIAN_IS_ENDPOINT (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return receive (self, G_STRFUNC, NULL, NULL, timeout, cancellable, error);
}

/**
 * thespian_endpoint_listen_async:
 * @self: an endpoint
 * @timeout: how long to wait, in microseconds; negative for ever
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when there is a message, or none
 * @user_data: data for @callback
 *
 * Waits for a message to the endpoint. The asynchronous form of [method@Thespian.Endpoint.listen].
 *
 * Since: 1.0
 */
void
thespian_endpoint_listen_async (ThespianEndpoint   *self,
                                GTimeSpan           timeout,
                                GCancellable       *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer            user_data)
{
  GTask *task;

  g_return_if_fail (THESPIAN_IS_ENDPOINT (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, thespian_endpoint_listen_async);
  thespian_endpoint_receive_for_task (self, NULL, NULL, timeout, task);
}

/**
 * thespian_endpoint_listen_finish:
 * @self: an endpoint
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Thespian.Endpoint.listen_async].
 *
 * Returns: (transfer full) (nullable): the message, to be freed with [func@Thespian.value_free], or
 *   %NULL without an error when none came in time
 *
 * Since: 1.0
 */
GValue *
thespian_endpoint_listen_finish (ThespianEndpoint *self,
                                 GAsyncResult     *result,
                                 GError          **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * thespian_endpoint_close:
 * @self: an endpoint
 *
 * Closes the endpoint: what comes from now on, and what nobody has fetched, is dead letters. Who
 * waits here gets %THESPIAN_ERROR_SYSTEM_SHUT_DOWN. Does nothing the second time.
 *
 * Since: 1.0
 */
void
thespian_endpoint_close (ThespianEndpoint *self)
{
  g_return_if_fail (THESPIAN_IS_ENDPOINT (self));

  /* whoever closes it in a copy of the process means the copy */
  if (!self->admin->is_copied)
    thespian_mailbox_close (self->address);
}
