/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * An HTTP server that looks after its sockets at each wakeup: simple, and right where there is
 * nothing to wait on. See http-watch.c for the one that sleeps until there is something to do.
 */

#include "http-connection.h"
#include "http-outside.h"

#define PERIOD (10 * G_TIME_SPAN_MILLISECOND)

G_DECLARE_FINAL_TYPE (WakeupServer, wakeup_server, EXAMPLE, WAKEUP_SERVER, ThespianActor)

struct _WakeupServer
{
  ThespianActor parent_instance;

  GSocket *listener;      /* (owned) */
  GPtrArray *connections; /* (owned) (element-type HttpConnection) */
  ThespianAddress *asker; /* (owned) (nullable) who is told of each visit */
};

G_DEFINE_FINAL_TYPE (WakeupServer, wakeup_server, THESPIAN_TYPE_ACTOR)

static gboolean
wakeup_server_started (ThespianActor *actor,
                       GError       **error)
{
  WakeupServer *self = EXAMPLE_WAKEUP_SERVER (actor);

  self->connections = g_ptr_array_new_with_free_func ((GDestroyNotify) http_connection_free);
  self->listener = http_listen (0, error);
  return self->listener != NULL;
}

static void
answer (WakeupServer   *self,
        HttpConnection *connection)
{
  g_autofree char *path = http_connection_path (connection);
  g_autofree char *text = g_strdup_printf ("You asked for %s.\n", path);

  http_connection_answer (connection, text);
  thespian_actor_send_string (THESPIAN_ACTOR (self), self->asker, path);
}

static void
look_after (WakeupServer *self)
{
  HttpConnection *connection;

  while ((connection = http_accept (self->listener)) != NULL)
    g_ptr_array_add (self->connections, connection);

  for (guint i = self->connections->len; i-- > 0;)
    {
      HttpState state = http_connection_read (self->connections->pdata[i]);

      if (state == HTTP_COMPLETE)
        answer (self, self->connections->pdata[i]);
      if (state != HTTP_WAITING)
        g_ptr_array_remove_index_fast (self->connections, i);
    }
}

static void
serve (WakeupServer    *self,
       ThespianAddress *asker)
{
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u/", http_get_port (self->listener));

  g_set_object (&self->asker, asker);
  thespian_actor_send_string (THESPIAN_ACTOR (self), asker, url);
}

static gboolean
wakeup_server_receive_message (ThespianActor   *actor,
                               const GValue    *message,
                               ThespianAddress *sender,
                               GError         **error)
{
  WakeupServer *self = EXAMPLE_WAKEUP_SERVER (actor);

  if (G_VALUE_HOLDS_STRING (message))
    serve (self, sender);
  else if (G_VALUE_HOLDS (message, THESPIAN_TYPE_WAKEUP_MESSAGE))
    look_after (self);
  else
    return TRUE;
  thespian_actor_wakeup_after (actor, PERIOD, NULL);
  return TRUE;
}

static void
wakeup_server_finalize (GObject *object)
{
  WakeupServer *self = EXAMPLE_WAKEUP_SERVER (object);

  g_clear_object (&self->listener);
  g_clear_pointer (&self->connections, g_ptr_array_unref);
  g_clear_object (&self->asker);
  G_OBJECT_CLASS (wakeup_server_parent_class)->finalize (object);
}

static void
wakeup_server_class_init (WakeupServerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = wakeup_server_finalize;
  THESPIAN_ACTOR_CLASS (klass)->started = wakeup_server_started;
  THESPIAN_ACTOR_CLASS (klass)->receive_message = wakeup_server_receive_message;
}

static void
wakeup_server_init (WakeupServer *self)
{
}

int
main (int   argc,
      char *argv[])
{
  return http_run_server ("http-wakeup", wakeup_server_get_type (),
                          argc > 1 ? argv[1] : "multithreadBase");
}
