/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * An HTTP server that watches its sockets: it sleeps until one of them can be read.
 *
 * A watch ends with the actor's next message, whatever that is; so the server watches anew at the
 * end of each.
 */

#include "http-connection.h"
#include "http-outside.h"

G_DECLARE_FINAL_TYPE (WatchServer, watch_server, EXAMPLE, WATCH_SERVER, ThespianActor)

struct _WatchServer
{
  ThespianActor parent_instance;

  GSocket *listener;       /* (owned) */
  GHashTable *connections; /* (owned) descriptor to HttpConnection */
  ThespianAddress *asker;  /* (owned) (nullable) who is told of each visit */
};

G_DEFINE_FINAL_TYPE (WatchServer, watch_server, THESPIAN_TYPE_ACTOR)

static gboolean
watch_server_started (ThespianActor *actor,
                      GError       **error)
{
  WatchServer *self = EXAMPLE_WATCH_SERVER (actor);

  self->connections = g_hash_table_new_full (NULL, NULL, NULL,
                                             (GDestroyNotify) http_connection_free);
  self->listener = http_listen (0, error);
  return self->listener != NULL;
}

static void
watch_all (WatchServer *self)
{
  g_autoptr (GArray) fds = g_array_new (FALSE, FALSE, sizeof (int));
  GHashTableIter iter;
  gpointer key;
  int fd = g_socket_get_fd (self->listener);

  g_array_append_val (fds, fd);
  g_hash_table_iter_init (&iter, self->connections);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      fd = GPOINTER_TO_INT (key);
      g_array_append_val (fds, fd);
    }
  thespian_actor_watch (THESPIAN_ACTOR (self), (const int *) fds->data, fds->len);
}

static void
answer (WatchServer    *self,
        HttpConnection *connection)
{
  g_autofree char *path = http_connection_path (connection);
  g_autofree char *text = g_strdup_printf ("You asked for %s.\n", path);

  http_connection_answer (connection, text);
  thespian_actor_send_string (THESPIAN_ACTOR (self), self->asker, path);
}

static void
look_after (WatchServer *self,
            int          fd)
{
  HttpConnection *connection = g_hash_table_lookup (self->connections, GINT_TO_POINTER (fd));
  HttpState state;

  if (connection == NULL)
    {
      connection = http_accept (self->listener);
      if (connection != NULL)
        g_hash_table_insert (self->connections,
                             GINT_TO_POINTER (g_socket_get_fd (connection->socket)), connection);
      return;
    }
  state = http_connection_read (connection);
  if (state == HTTP_COMPLETE)
    answer (self, connection);
  if (state != HTTP_WAITING)
    g_hash_table_remove (self->connections, GINT_TO_POINTER (fd));
}

static void
look_after_ready (WatchServer          *self,
                  ThespianWatchMessage *message)
{
  gsize n_ready;
  const int *ready = thespian_watch_message_get_ready (message, &n_ready);

  for (gsize i = 0; i < n_ready; i++)
    look_after (self, ready[i]);
}

static void
serve (WatchServer     *self,
       ThespianAddress *asker)
{
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u/", http_get_port (self->listener));

  g_set_object (&self->asker, asker);
  thespian_actor_send_string (THESPIAN_ACTOR (self), asker, url);
}

static gboolean
watch_server_receive_message (ThespianActor   *actor,
                              const GValue    *message,
                              ThespianAddress *sender,
                              GError         **error)
{
  WatchServer *self = EXAMPLE_WATCH_SERVER (actor);

  if (G_VALUE_HOLDS_STRING (message))
    serve (self, sender);
  else if (G_VALUE_HOLDS (message, THESPIAN_TYPE_WATCH_MESSAGE))
    look_after_ready (self, g_value_get_object (message));
  watch_all (self);
  return TRUE;
}

static void
watch_server_finalize (GObject *object)
{
  WatchServer *self = EXAMPLE_WATCH_SERVER (object);

  g_clear_object (&self->listener);
  g_clear_pointer (&self->connections, g_hash_table_unref);
  g_clear_object (&self->asker);
  G_OBJECT_CLASS (watch_server_parent_class)->finalize (object);
}

static void
watch_server_class_init (WatchServerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = watch_server_finalize;
  THESPIAN_ACTOR_CLASS (klass)->started = watch_server_started;
  THESPIAN_ACTOR_CLASS (klass)->receive_message = watch_server_receive_message;
}

static void
watch_server_init (WatchServer *self)
{
}

int
main (int   argc,
      char *argv[])
{
  return http_run_server ("http-watch", watch_server_get_type (),
                          argc > 1 ? argv[1] : "multithreadBase");
}
