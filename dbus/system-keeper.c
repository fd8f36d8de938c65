/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "system-keeper.h"

/* Seconds between two starts. Looking for a system to join costs nothing. */
#define MIN_PAUSE 1
#define MAX_PAUSE 10

struct _SystemKeeper
{
  const Settings *settings;
  const SystemKeeperFuncs *funcs;
  gpointer data;
  ThespianActorSystem *system; /* (owned) (nullable) */
  ThespianEndpoint *endpoint;  /* (owned) (nullable) what the system tells events to */
  GCancellable *stop;          /* (owned) cancelled when the keeper is gone */
  guint pause;                 /* seconds before the next start; 0 for the first one */
  guint timer;
};

static void start (SystemKeeper *self);
static void listen_on (SystemKeeper *self);

static void
request_events (SystemKeeper *self)
{
  g_auto (GValue) request = G_VALUE_INIT;

  g_value_init (&request, THESPIAN_TYPE_OBSERVE_REQUEST);
  g_value_take_object (&request, thespian_observe_request_new (TRUE));
  thespian_endpoint_tell_async (self->endpoint, thespian_actor_system_get_admin_address (self->system), &request, NULL,
                                NULL, NULL);
}

void
system_keeper_resync (SystemKeeper *self)
{
  if (self->endpoint != NULL)
    request_events (self);
}

static gboolean
on_timer (gpointer data)
{
  SystemKeeper *self = data;

  self->timer = 0;
  start (self);
  return G_SOURCE_REMOVE;
}

static void
start_later (SystemKeeper *self)
{
  self->pause = self->settings->join ? MIN_PAUSE : CLAMP (2 * self->pause, MIN_PAUSE, MAX_PAUSE);
  self->timer = g_timeout_add_seconds (self->pause, on_timer, self);
}

static void
lose (SystemKeeper *self)
{
  g_clear_object (&self->endpoint);
  self->funcs->lost (self->data);
  start_later (self);
}

static void
on_event (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr (GError) error = NULL;
  GValue *value = thespian_endpoint_listen_finish (THESPIAN_ENDPOINT (source), result, &error);
  SystemKeeper *self = data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (error != NULL)
    {
      lose (self);
      return;
    }
  listen_on (self);
  if (value != NULL && G_VALUE_HOLDS (value, THESPIAN_TYPE_SYSTEM_EVENT))
    self->funcs->event (g_value_get_object (value), self->data);
  thespian_value_free (value);
}

static void
listen_on (SystemKeeper *self)
{
  thespian_endpoint_listen_async (self->endpoint, -1, self->stop, on_event, self);
}

static void
take (SystemKeeper        *self,
      ThespianActorSystem *system)
{
  self->system = system;
  self->pause = 0;
  self->endpoint = thespian_actor_system_create_endpoint (system);
  self->funcs->started (system, self->data);
  listen_on (self);
  request_events (self);
}

/* What is wrong with the first one will be so with the others, unless it is only that there is none. */
static gboolean
may_come (SystemKeeper *self,
          const GError *error)
{
  return self->pause > 0 ||
         (self->settings->join && g_error_matches (error, THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE));
}

static void
wait_for_system (SystemKeeper *self,
                 const GError *error)
{
  if (self->pause == 0)
    self->funcs->absent (error, self->data);
  start_later (self);
}

static void
on_started (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (GError) error = NULL;
  ThespianActorSystem *system = g_task_propagate_pointer (G_TASK (result), &error);
  SystemKeeper *self = data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (system != NULL)
    take (self, system);
  else if (may_come (self, error))
    wait_for_system (self, error);
  else
    self->funcs->failed (error, self->data);
}

/* In a thread. The end of the former system, which may take its time, comes first. */
static void
run_start (GTask        *task,
           gpointer      source,
           gpointer      data,
           GCancellable *cancellable)
{
  const Settings *settings = data;
  ThespianActorSystem *former = g_object_steal_data (G_OBJECT (task), "former");
  ThespianActorSystem *system;
  GError *error = NULL;

  g_clear_object (&former);
  system = thespian_actor_system_new (settings->base, settings->capabilities, settings->log_definition,
                                      settings->join ? THESPIAN_ACTOR_SYSTEM_JOIN_ONLY : THESPIAN_ACTOR_SYSTEM_NONE,
                                      &error);
  if (system != NULL)
    g_task_return_pointer (task, system, g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
start (SystemKeeper *self)
{
  g_autoptr (GTask) task = g_task_new (NULL, self->stop, on_started, self);

  g_object_set_data (G_OBJECT (task), "former", g_steal_pointer (&self->system));
  g_task_set_task_data (task, (gpointer) self->settings, NULL);
  g_task_run_in_thread (task, run_start);
}

SystemKeeper *
system_keeper_new (const Settings          *settings,
                   const SystemKeeperFuncs *funcs,
                   gpointer                 data)
{
  SystemKeeper *self = g_new0 (SystemKeeper, 1);

  self->settings = settings;
  self->funcs = funcs;
  self->data = data;
  self->stop = g_cancellable_new ();
  start (self);
  return self;
}

void
system_keeper_free (SystemKeeper *self)
{
  g_cancellable_cancel (self->stop);
  g_object_unref (self->stop);
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_object (&self->endpoint);
  g_clear_object (&self->system);
  g_free (self);
}
