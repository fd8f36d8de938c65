/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "model/thespian-observe-request.h"

#include "model/thespian-serializable.h"

/**
 * ThespianObserveRequest:
 *
 * Asks an actor system to tell who is there, and from then on what happens.
 *
 * Sent to the address of a system's admin, the request is answered by one
 * [class@Thespian.SystemEvent] for each actor of the system, then by one of the kind
 * %THESPIAN_SYSTEM_EVENT_KIND_CURRENT, and by another one whenever something happens. That goes on
 * until a request to stop comes from the same sender, or the sender is gone. Who observes already
 * and asks again is told of all actors again.
 *
 * A request for the log, of [ctor@Thespian.ObserveRequest.new_log], is answered by an event of the
 * kind %THESPIAN_SYSTEM_EVENT_KIND_CURRENT, and from then on by one of the kind
 * %THESPIAN_SYSTEM_EVENT_KIND_LOGGED for each entry that comes to the log of the system, and by no
 * others: who wants to hear of both asks from two endpoints. What comes to the log is what the
 * system's log definition does something with.
 *
 * Since: 1.0
 */
struct _ThespianObserveRequest
{
  ThespianSystemMessage parent_instance;

  gboolean observe;
  gboolean log;
};

typedef enum
{
  PROP_OBSERVE = 1,
  PROP_LOG,
} ThespianObserveRequestProperty;

static GParamSpec *props[PROP_LOG + 1];

G_DEFINE_FINAL_TYPE_WITH_CODE (ThespianObserveRequest, thespian_observe_request, THESPIAN_TYPE_SYSTEM_MESSAGE,
                               G_IMPLEMENT_INTERFACE (THESPIAN_TYPE_SERIALIZABLE, NULL))

static void
thespian_observe_request_get_property (GObject    *object,
                                       guint       prop_id,
                                       GValue     *value,
                                       GParamSpec *pspec)
{
  ThespianObserveRequest *self = THESPIAN_OBSERVE_REQUEST (object);

  switch ((ThespianObserveRequestProperty) prop_id)
    {
    case PROP_OBSERVE:
      g_value_set_boolean (value, thespian_observe_request_get_observe (self));
      break;

    case PROP_LOG:
      g_value_set_boolean (value, thespian_observe_request_get_log (self));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
thespian_observe_request_set_property (GObject      *object,
                                       guint         prop_id,
                                       const GValue *value,
                                       GParamSpec   *pspec)
{
  ThespianObserveRequest *self = THESPIAN_OBSERVE_REQUEST (object);

  switch ((ThespianObserveRequestProperty) prop_id)
    {
    case PROP_OBSERVE:
      self->observe = g_value_get_boolean (value);
      break;

    case PROP_LOG:
      self->log = g_value_get_boolean (value);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
thespian_observe_request_class_init (ThespianObserveRequestClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = thespian_observe_request_get_property;
  object_class->set_property = thespian_observe_request_set_property;

  /**
   * ThespianObserveRequest:observe: (getter get_observe)
   *
   * Whether the sender is to be told of what happens; %FALSE to stop that.
   *
   * Since: 1.0
   */
  props[PROP_OBSERVE] =
    g_param_spec_boolean ("observe", NULL, NULL, TRUE,
                          G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * ThespianObserveRequest:log: (getter get_log)
   *
   * Whether the sender is to be told of what is logged, in place of what happens.
   *
   * Since: 1.0
   */
  props[PROP_LOG] =
    g_param_spec_boolean ("log", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);
}

static void
thespian_observe_request_init (ThespianObserveRequest *self)
{
}

/**
 * thespian_observe_request_new: (constructor)
 * @observe: %TRUE to be told of what happens, %FALSE to stop that
 *
 * Makes a request to observe a system. May be called from any thread.
 *
 * Returns: (transfer full): a new request
 *
 * Since: 1.0
 */
ThespianObserveRequest *
thespian_observe_request_new (gboolean observe)
{
  return g_object_new (THESPIAN_TYPE_OBSERVE_REQUEST, "observe", observe, NULL);
}

/**
 * thespian_observe_request_new_log: (constructor)
 *
 * Makes a request to observe the log of a system. May be called from any thread.
 *
 * Returns: (transfer full): a new request
 *
 * Since: 1.0
 */
ThespianObserveRequest *
thespian_observe_request_new_log (void)
{
  return g_object_new (THESPIAN_TYPE_OBSERVE_REQUEST, "log", TRUE, NULL);
}

/**
 * thespian_observe_request_get_observe: (get-property observe)
 * @self: a request
 *
 * Tells whether the sender is to be told of what happens. May be called from any thread.
 *
 * Returns: %TRUE to be told, %FALSE to stop
 *
 * Since: 1.0
 */
gboolean
thespian_observe_request_get_observe (ThespianObserveRequest *self)
{
  g_return_val_if_fail (THESPIAN_IS_OBSERVE_REQUEST (self), FALSE);

  return self->observe;
}

/**
 * thespian_observe_request_get_log: (get-property log)
 * @self: a request
 *
 * Tells whether the sender is to be told of what is logged. May be called from any thread.
 *
 * Returns: %TRUE for what is logged, %FALSE for what happens
 *
 * Since: 1.0
 */
gboolean
thespian_observe_request_get_log (ThespianObserveRequest *self)
{
  g_return_val_if_fail (THESPIAN_IS_OBSERVE_REQUEST (self), FALSE);

  return self->log;
}
