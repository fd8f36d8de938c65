/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "port-observer.h"

#include "tool-error.h"

#include <glib/gi18n.h>

/* The admin runs no user code: one that says nothing for so long is stopped. */
#define PATIENCE (10 * G_TIME_SPAN_SECOND)

struct _PortObserver
{
  ThespianActorSystem *system; /* (owned) */
  ThespianEndpoint *endpoint;  /* (owned) */
};

static gboolean
request (PortObserver *self,
         GObject      *message,
         GError      **error)
{
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, G_OBJECT_TYPE (message));
  g_value_take_object (&value, message);
  return thespian_endpoint_tell (self->endpoint, thespian_actor_system_get_admin_address (self->system), &value, NULL,
                                 error);
}

PortObserver *
port_observer_new (ThespianActorSystem *system,
                   gboolean             hears_log,
                   GError             **error)
{
  PortObserver *self = g_new0 (PortObserver, 1);

  self->system = g_object_ref (system);
  self->endpoint = thespian_actor_system_create_endpoint (system);
  if (request (self, G_OBJECT (hears_log ? thespian_observe_request_new_log () : thespian_observe_request_new (TRUE)),
               error))
    return self;
  port_observer_free (self);
  return NULL;
}

void
port_observer_free (PortObserver *self)
{
  request (self, G_OBJECT (thespian_observe_request_new (FALSE)), NULL);
  thespian_endpoint_close (self->endpoint);
  g_object_unref (self->endpoint);
  g_object_unref (self->system);
  g_free (self);
}

static ThespianSystemEvent *
next_event (PortObserver *self,
            GTimeSpan     timeout,
            GCancellable *cancellable,
            GError      **error)
{
  g_autoptr (GError) reason = NULL;
  GValue *value = thespian_endpoint_listen (self->endpoint, timeout, cancellable, &reason);
  ThespianSystemEvent *event = NULL;

  if (value != NULL && G_VALUE_HOLDS (value, THESPIAN_TYPE_SYSTEM_EVENT))
    event = g_value_dup_object (value);
  else if (reason != NULL)
    g_propagate_error (error, g_steal_pointer (&reason));
  else
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_NO_ANSWER, _ ("the system's admin does not answer"));
  g_clear_pointer (&value, thespian_value_free);
  return event;
}

ThespianSystemEvent *
port_observer_next (PortObserver *self,
                    GCancellable *cancellable,
                    GError      **error)
{
  return next_event (self, -1, cancellable, error);
}

static gboolean
skip (ThespianSystemEvent *event,
      gpointer             user_data)
{
  return FALSE;
}

static gboolean
check_missed (ThespianSystemEvent *event,
              GError             **error)
{
  guint64 n;

  if (!g_variant_lookup (thespian_system_event_get_details (event), "missed", "t", &n))
    return TRUE;
  g_set_error (error, TOOL_ERROR, TOOL_ERROR_FAILED,
               _ ("the list is not complete: this program was too slow for %llu of the actors"), (unsigned long long) n);
  return FALSE;
}

gboolean
port_observer_find (PortObserver         *self,
                    PortObserverFunc      func,
                    gpointer              user_data,
                    GCancellable         *cancellable,
                    ThespianSystemEvent **ret_event,
                    GError              **error)
{
  for (;;)
    {
      g_autoptr (ThespianSystemEvent) event = next_event (self, PATIENCE, cancellable, error);
      ThespianSystemEventKind kind;

      if (event == NULL || !check_missed (event, error))
        return FALSE;
      kind = thespian_system_event_get_kind (event);
      if (kind == THESPIAN_SYSTEM_EVENT_KIND_CURRENT)
        return TRUE;
      if (kind != THESPIAN_SYSTEM_EVENT_KIND_ACTOR_CREATED || !func (event, user_data))
        continue;
      if (ret_event != NULL)
        *ret_event = g_steal_pointer (&event);
      return TRUE;
    }
}

gboolean
port_observer_begin (PortObserver *self,
                     GCancellable *cancellable,
                     GError      **error)
{
  return port_observer_find (self, skip, NULL, cancellable, NULL, error);
}
