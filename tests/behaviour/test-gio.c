/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "behaviour-actors.h"

#include <libsoup/soup.h>

/* LeakSanitizer: libsoup 3.2 loses each socket that its server accepts. To know its frames takes
 * the slower unwinder. */
const char *__lsan_default_suppressions (void);
const char *__asan_default_options (void);

const char *
__lsan_default_suppressions (void)
{
  return "leak:libsoup-3.0.so\n";
}

const char *
__asan_default_options (void)
{
  return "fast_unwind_on_malloc=0";
}

/* Lets a thread compute the length of a text, and answers from the callback of the task. */
typedef struct
{
  ThespianActor parent_instance;
  ThespianAddress *asker; /* (owned) (nullable) */
  GThread *thread; /* unowned, to compare */
} Delegator;

static void
measure (GTask        *task,
         gpointer      source,
         gpointer      data,
         GCancellable *cancellable)
{
  g_assert_true (((Delegator *) source)->thread != g_thread_self ());
  g_task_return_int (task, strlen (data));
}

static void
delegator_measured_cb (GObject      *source,
                       GAsyncResult *result,
                       gpointer      data)
{
  Delegator *self = (Delegator *) source;
  g_autofree char *text = NULL;

  text = g_strdup_printf ("%d%s", (int) g_task_propagate_int (G_TASK (result), NULL),
                          self->thread == g_thread_self () ? "" : " on another thread");
  thespian_actor_send_string ((ThespianActor *) self, self->asker, text);
}

static gboolean
delegator_receive (ThespianActor   *actor,
                   const GValue    *message,
                   ThespianAddress *sender,
                   GError         **error)
{
  Delegator *self = (Delegator *) actor;
  g_autoptr (GTask) task = NULL;

  if (!G_VALUE_HOLDS_STRING (message))
    return TRUE;

  self->thread = g_thread_self ();
  g_set_object (&self->asker, sender);
  task = g_task_new (actor, NULL, delegator_measured_cb, NULL);
  g_task_set_source_tag (task, delegator_receive);
  g_task_set_task_data (task, g_value_dup_string (message), g_free);
  g_task_run_in_thread (task, measure);

  return TRUE;
}

static void
delegator_finalize (GObject *object)
{
  g_clear_object (&((Delegator *) object)->asker);
  G_OBJECT_CLASS (g_type_class_peek (THESPIAN_TYPE_ACTOR))->finalize (object);
}

BEHAVIOUR_ACTOR (Delegator, delegator, G_OBJECT_CLASS (klass)->finalize = delegator_finalize;)

static void
test_task (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) delegator = behaviour_create (f, delegator_get_type ());

  behaviour_assert_ask (f, delegator, behaviour_string ("seven!!"), "7");
}

/* Connects to the bus of a given address, asks it for its id, and answers whether that is one. */
typedef struct
{
  ThespianActor parent_instance;
  ThespianAddress *asker; /* (owned) (nullable) */
  GThread *thread; /* unowned, to compare */
} Rider;

static void
rider_called_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      data)
{
  Rider *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
    g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  const char *id = NULL;

  g_assert_no_error (error);
  g_assert_true (self->thread == g_thread_self ());
  g_variant_get (reply, "(&s)", &id);
  thespian_actor_send_string ((ThespianActor *) self, self->asker,
                              strlen (id) == 32 ? "an id" : id);
  g_object_unref (self);
}

static void
rider_connected_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      data)
{
  Rider *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) connection =
    g_dbus_connection_new_for_address_finish (result, &error);

  g_assert_no_error (error);
  g_assert_true (self->thread == g_thread_self ());
  g_dbus_connection_call (connection, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                          "org.freedesktop.DBus", "GetId", NULL, G_VARIANT_TYPE ("(s)"),
                          G_DBUS_CALL_FLAGS_NONE, -1, NULL, rider_called_cb, self);
}

static gboolean
rider_receive (ThespianActor   *actor,
               const GValue    *message,
               ThespianAddress *sender,
               GError         **error)
{
  Rider *self = (Rider *) actor;

  if (!G_VALUE_HOLDS_STRING (message))
    return TRUE;

  self->thread = g_thread_self ();
  g_set_object (&self->asker, sender);
  g_dbus_connection_new_for_address (g_value_get_string (message),
                                     G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
                                       | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                     NULL, NULL, rider_connected_cb, g_object_ref (self));

  return TRUE;
}

static void
rider_finalize (GObject *object)
{
  g_clear_object (&((Rider *) object)->asker);
  G_OBJECT_CLASS (g_type_class_peek (THESPIAN_TYPE_ACTOR))->finalize (object);
}

BEHAVIOUR_ACTOR (Rider, rider, G_OBJECT_CLASS (klass)->finalize = rider_finalize;)

static void
test_dbus (BehaviourFixture *f)
{
  g_autoptr (GTestDBus) bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_autoptr (ThespianAddress) rider = NULL;

  g_test_dbus_up (bus);
  rider = behaviour_create (f, rider_get_type ());
  behaviour_assert_ask (f, rider, behaviour_string (g_test_dbus_get_bus_address (bus)), "an id");
  behaviour_end (f, rider);
  g_test_dbus_down (bus);
}

/* Clients are threads that speak HTTP as simply as it goes. */
typedef struct
{
  guint16 port;
  guint number;
  guint *n_running;
} Client;

static void
fetch (const Client *client)
{
  g_autoptr (GSocketClient) sockets = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GDataInputStream) input = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *request =
    g_strdup_printf ("GET /%u HTTP/1.0\r\nHost: localhost\r\n\r\n", client->number);
  g_autofree char *expected = g_strdup_printf ("Hello, /%u!", client->number);
  char *line = NULL;

  /* Whatever looks for a proxy of this machine is none of the test's business. */
  g_socket_client_set_enable_proxy (sockets, FALSE);
  g_socket_client_set_timeout (sockets, behaviour_limit () / G_USEC_PER_SEC);
  connection = g_socket_client_connect_to_host (sockets, "127.0.0.1", client->port, NULL, &error);
  g_assert_no_error (error);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), request,
                             strlen (request), NULL, NULL, &error);
  g_assert_no_error (error);

  input = g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (connection)));
  while ((line = g_data_input_stream_read_line (input, NULL, NULL, &error)) != NULL)
    {
      g_string_append_printf (text, "%s\n", line);
      g_free (line);
    }
  g_assert_no_error (error);
  if (strstr (text->str, " 200 ") == NULL || strstr (text->str, expected) == NULL)
    g_error ("expected “%s”, got “%s”", expected, text->str);
}

static gpointer
be_client (gpointer data)
{
  const Client *client = data;

  for (guint i = 0; i < 5; i++)
    fetch (client);
  g_atomic_int_dec_and_test (client->n_running);

  return NULL;
}

static gboolean
are_done (BehaviourFixture *f,
          gpointer          n_running)
{
  return g_atomic_int_get ((guint *) n_running) == 0;
}

/* Asks the actor to serve, which answers with its port, and lets clients come. */
static void
assert_serves (BehaviourFixture *f,
               GType             type)
{
  g_autoptr (ThespianAddress) server = behaviour_create (f, type);
  g_autoptr (BehaviourReply) port = behaviour_ask (f, server, behaviour_string ("serve"));
  guint n_running = 4;
  Client clients[4];
  GThread *threads[G_N_ELEMENTS (clients)];

  g_assert_nonnull (port);
  g_assert_true (G_VALUE_HOLDS_INT (port));
  for (guint i = 0; i < G_N_ELEMENTS (clients); i++)
    {
      clients[i] = (Client){ g_value_get_int (port), i, &n_running };
      threads[i] = g_thread_new ("client", be_client, &clients[i]);
    }
  behaviour_wait_for (f, are_done, &n_running);
  for (guint i = 0; i < G_N_ELEMENTS (clients); i++)
    g_thread_join (threads[i]);
  behaviour_end (f, server);
}

/* Serves by libsoup, in its own context. */
typedef struct
{
  ThespianActor parent_instance;
  SoupServer *server; /* (owned) (nullable) */
  GThread *thread; /* unowned, to compare */
} SoupKitchen;

static void
soup_kitchen_cb (SoupServer        *server,
                 SoupServerMessage *message,
                 const char        *path,
                 GHashTable        *query,
                 gpointer           data)
{
  SoupKitchen *self = data;
  g_autofree char *text = g_strdup_printf ("Hello, %s!\n", path);

  g_assert_true (self->thread == g_thread_self ());
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_server_message_set_response (message, "text/plain", SOUP_MEMORY_COPY, text, strlen (text));
}

static gboolean
soup_kitchen_receive (ThespianActor   *actor,
                      const GValue    *message,
                      ThespianAddress *sender,
                      GError         **error)
{
  SoupKitchen *self = (SoupKitchen *) actor;
  GSList *uris = NULL;
  int port = 0;

  if (behaviour_object (message, THESPIAN_TYPE_ACTOR_EXIT_REQUEST) != NULL)
    g_clear_object (&self->server);
  if (!behaviour_is (message, "serve"))
    return TRUE;

  self->thread = g_thread_self ();
  self->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (self->server, NULL, soup_kitchen_cb, self, NULL);
  if (!soup_server_listen_local (self->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, error))
    return FALSE;
  uris = soup_server_get_uris (self->server);
  port = g_uri_get_port (uris->data);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);

  return thespian_actor_send_int (actor, sender, port);
}

BEHAVIOUR_ACTOR (SoupKitchen, soup_kitchen)

static void
test_soup (BehaviourFixture *f)
{
  assert_serves (f, soup_kitchen_get_type ());
}

/*
 * The two servers of the manual's examples: sockets that do not block, looked at each time when the
 * actor is called: the one by a wakeup every few milliseconds, the other by a watch on its sockets.
 */
typedef struct
{
  GSocket *socket; /* (owned) */
  GString *request; /* (owned) */
} Guest;

typedef struct
{
  ThespianActor parent_instance;
  GSocket *listener; /* (owned) (nullable) */
  GPtrArray *guests; /* (owned) (nullable) (element-type Guest) */
} Innkeeper;

static void
guest_free (gpointer data)
{
  Guest *guest = data;

  g_socket_close (guest->socket, NULL);
  g_object_unref (guest->socket);
  g_string_free (guest->request, TRUE);
  g_free (guest);
}

static gboolean
innkeeper_open (Innkeeper *self,
                GError   **error)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);

  self->guests = g_ptr_array_new_with_free_func (guest_free);
  self->listener =
    g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);
  if (self->listener == NULL)
    return FALSE;
  g_socket_set_blocking (self->listener, FALSE);

  return g_socket_bind (self->listener, address, TRUE, error) &&
         g_socket_listen (self->listener, error);
}

static int
innkeeper_get_port (Innkeeper *self)
{
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (self->listener, NULL);

  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
}

static void
innkeeper_accept (Innkeeper *self)
{
  GSocket *socket = NULL;

  while ((socket = g_socket_accept (self->listener, NULL, NULL)) != NULL)
    {
      Guest *guest = g_new0 (Guest, 1);

      g_socket_set_blocking (socket, FALSE);
      guest->socket = socket;
      guest->request = g_string_new (NULL);
      g_ptr_array_add (self->guests, guest);
    }
}

/* Reads what is there; TRUE when the guest has been served, or has gone. */
static gboolean
guest_serve (Guest *guest)
{
  char buffer[512];
  gssize n_read = 0;
  g_auto (GStrv) words = NULL;
  g_autofree char *response = NULL;

  while ((n_read = g_socket_receive (guest->socket, buffer, sizeof buffer, NULL, NULL)) > 0)
    g_string_append_len (guest->request, buffer, n_read);
  if (n_read == 0)
    return TRUE;
  if (strstr (guest->request->str, "\r\n\r\n") == NULL)
    return FALSE;

  words = g_strsplit (guest->request->str, " ", 3);
  response = g_strdup_printf ("HTTP/1.0 200 OK\r\n\r\nHello, %s!\n", words[1]);
  g_socket_send (guest->socket, response, strlen (response), NULL, NULL);

  return TRUE;
}

static void
innkeeper_serve (Innkeeper *self)
{
  innkeeper_accept (self);
  for (guint i = self->guests->len; i > 0; i--)
    if (guest_serve (g_ptr_array_index (self->guests, i - 1)))
      g_ptr_array_remove_index_fast (self->guests, i - 1);
}

static void
innkeeper_finalize (GObject *object)
{
  Innkeeper *self = (Innkeeper *) object;

  g_clear_pointer (&self->guests, g_ptr_array_unref);
  g_clear_object (&self->listener);
  G_OBJECT_CLASS (g_type_class_peek (THESPIAN_TYPE_ACTOR))->finalize (object);
}

static gboolean
sleepy_receive (ThespianActor   *actor,
                const GValue    *message,
                ThespianAddress *sender,
                GError         **error)
{
  Innkeeper *self = (Innkeeper *) actor;

  if (behaviour_is (message, "serve"))
    {
      if (!innkeeper_open (self, error))
        return FALSE;
      thespian_actor_send_int (actor, sender, innkeeper_get_port (self));
    }
  else if (behaviour_object (message, THESPIAN_TYPE_WAKEUP_MESSAGE) == NULL)
    return TRUE;

  innkeeper_serve (self);
  thespian_actor_wakeup_after (actor, 5 * G_TIME_SPAN_MILLISECOND, NULL);

  return TRUE;
}

typedef Innkeeper Sleepy;
BEHAVIOUR_ACTOR (Sleepy, sleepy, G_OBJECT_CLASS (klass)->finalize = innkeeper_finalize;)

static void
test_wakeup_server (BehaviourFixture *f)
{
  assert_serves (f, sleepy_get_type ());
}

static void
innkeeper_watch (Innkeeper *self)
{
  g_autofree int *fds = g_new (int, self->guests->len + 1);

  fds[0] = g_socket_get_fd (self->listener);
  for (guint i = 0; i < self->guests->len; i++)
    fds[i + 1] = g_socket_get_fd (((Guest *) g_ptr_array_index (self->guests, i))->socket);
  thespian_actor_watch ((ThespianActor *) self, fds, self->guests->len + 1);
}

static gboolean
alert_receive (ThespianActor   *actor,
               const GValue    *message,
               ThespianAddress *sender,
               GError         **error)
{
  Innkeeper *self = (Innkeeper *) actor;

  if (behaviour_is (message, "serve"))
    {
      if (!innkeeper_open (self, error))
        return FALSE;
      thespian_actor_send_int (actor, sender, innkeeper_get_port (self));
    }
  else if (behaviour_object (message, THESPIAN_TYPE_WATCH_MESSAGE) != NULL)
    innkeeper_serve (self);

  if (self->listener != NULL)
    innkeeper_watch (self);

  return TRUE;
}

typedef Innkeeper Alert;
BEHAVIOUR_ACTOR (Alert, alert, G_OBJECT_CLASS (klass)->finalize = innkeeper_finalize;)

static void
test_watch_server (BehaviourFixture *f)
{
  assert_serves (f, alert_get_type ());
}

/* Answers whether the thread-default context of its set-up and its handler is its own. */
typedef struct
{
  ThespianActor parent_instance;
  gboolean right_at_start;
} Local;

static gboolean
local_started (ThespianActor *actor,
               GError       **error)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();

  ((Local *) actor)->right_at_start = context == thespian_actor_get_main_context (actor);
  return TRUE;
}

static gboolean
local_receive (ThespianActor   *actor,
               const GValue    *message,
               ThespianAddress *sender,
               GError         **error)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();

  if (!behaviour_is (message, "where?"))
    return TRUE;
  return thespian_actor_send_string (actor, sender,
                                     ((Local *) actor)->right_at_start &&
                                         context == thespian_actor_get_main_context (actor)
                                       ? "here"
                                       : "elsewhere");
}

BEHAVIOUR_ACTOR (Local, local, klass->started = local_started;)

static void
test_context (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) local = behaviour_create (f, local_get_type ());

  behaviour_assert_ask (f, local, behaviour_string ("where?"), "here");
}

/* Sends itself messages for ever, in twos, so that its queue is never empty; meanwhile a timeout of
 * its own ticks. */
typedef struct
{
  ThespianActor parent_instance;
  ThespianAddress *asker; /* (owned) (nullable) */
  guint n_ticks;
} Restless;

static gboolean
restless_tick_cb (gpointer data)
{
  Restless *self = data;

  if (++self->n_ticks < 10)
    return G_SOURCE_CONTINUE;

  thespian_actor_send_string ((ThespianActor *) self, self->asker, "ticked");
  return G_SOURCE_REMOVE;
}

static gboolean
restless_receive (ThespianActor   *actor,
                  const GValue    *message,
                  ThespianAddress *sender,
                  GError         **error)
{
  Restless *self = (Restless *) actor;
  ThespianAddress *me = thespian_actor_get_address (actor);
  g_autoptr (GSource) source = NULL;

  if (behaviour_is (message, "start"))
    {
      g_set_object (&self->asker, sender);
      source = g_timeout_source_new (5);
      g_source_set_callback (source, restless_tick_cb, g_object_ref (self), g_object_unref);
      g_source_attach (source, thespian_actor_get_main_context (actor));
      thespian_actor_send_int (actor, me, 1);
      return thespian_actor_send_int (actor, me, 2);
    }

  return !G_VALUE_HOLDS_INT (message) ||
         thespian_actor_send_int (actor, me, g_value_get_int (message));
}

static void
restless_finalize (GObject *object)
{
  g_clear_object (&((Restless *) object)->asker);
  G_OBJECT_CLASS (g_type_class_peek (THESPIAN_TYPE_ACTOR))->finalize (object);
}

BEHAVIOUR_ACTOR (Restless, restless, G_OBJECT_CLASS (klass)->finalize = restless_finalize;)

static void
test_flood (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) restless = behaviour_create (f, restless_get_type ());

  behaviour_assert_ask (f, restless, behaviour_string ("start"), "ticked");
}

int
main (int    argc,
      char **argv)
{
  behaviour_test_init (&argc, &argv);

  behaviour_test ("GIO-1", "task", test_task);
  behaviour_test ("GIO-2", "dbus", test_dbus);
  behaviour_test ("GIO-3", "soup", test_soup);
  behaviour_test ("GIO-4", "wakeup-server", test_wakeup_server);
  behaviour_test ("GIO-5", "watch-server", test_watch_server);
  behaviour_test ("GIO-6", "context", test_context);
  behaviour_test ("GIO-7", "flood", test_flood);

  return g_test_run ();
}
