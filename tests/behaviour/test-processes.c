/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is to be seen of the processes that actors are in. */

#include "config.h"

#include "behaviour-actors.h"
#include "behaviour-fifo.h"
#include "behaviour-processes.h"
#include "behaviour-puppet.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* How long something may take that is at once, on a machine that has other things to do. */
#define AT_ONCE (500 * G_TIME_SPAN_MILLISECOND)

#define START_LIMIT (10 * G_TIME_SPAN_SECOND)
#define CREATE_LIMIT G_TIME_SPAN_SECOND
#define UPDATE_LIMIT (5 * G_TIME_SPAN_SECOND)

#define MODULE_CLASS "behaviour-module:BehaviourModuleEcho"

static ThespianAddress *
create_by_name (ThespianActorSystem *system,
                const char          *specification)
{
  g_autoptr (GError) error = NULL;
  ThespianAddress *actor = thespian_actor_system_create_actor_by_name (system, specification, NULL,
                                                                       NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (actor);
  return actor;
}

static void
assert_works (ThespianActorSystem *system)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BehaviourMessage) message = behaviour_string ("works");
  g_autoptr (ThespianAddress) echo = thespian_actor_system_create_actor (
    system, BEHAVIOUR_TYPE_ECHO, NULL, NULL, NULL, NULL, &error);
  g_autoptr (BehaviourReply) reply = NULL;

  g_assert_no_error (error);
  reply = thespian_actor_system_ask (system, echo, message, behaviour_limit (), NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (reply);
  g_assert_cmpstr (g_value_get_string (reply), ==, "works");
}

static void
test_own_process (BehaviourFixture *f)
{
  g_autoptr (GHashTable) pids = g_hash_table_new (NULL, NULL);
  g_autoptr (ThespianAddress) puppet = puppet_new (f);

  g_hash_table_add (pids, GINT_TO_POINTER (getpid ()));
  g_assert_true (g_hash_table_add (
    pids, GINT_TO_POINTER (
            behaviour_get_pid (f, thespian_actor_system_get_admin_address (f->system)))));
  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (ThespianAddress) top = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);
      g_autoptr (ThespianAddress) child = puppet_create (f, puppet, BEHAVIOUR_TYPE_ECHO);

      g_assert_true (g_hash_table_add (pids, GINT_TO_POINTER (behaviour_get_pid (f, top))));
      g_assert_true (g_hash_table_add (pids, GINT_TO_POINTER (behaviour_get_pid (f, child))));
    }
}

static void
test_process_ends (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) echo = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);
  int pid = behaviour_get_pid (f, echo);

  g_assert_true (behaviour_lives (pid));
  behaviour_end (f, echo);
  behaviour_assert_gone (f, pid);
}

/* Writes its process's number into the file that its requirements name, and never starts. */
typedef struct
{
  ThespianActor parent_instance;
} Procrastinator;

static gboolean
procrastinator_started (ThespianActor *actor,
                        GError       **error)
{
  g_autofree char *text = g_strdup_printf ("%d", (int) getpid ());
  const char *path;

  g_assert_true (g_variant_lookup (thespian_actor_get_requirements (actor), "file", "&s", &path));
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  while (pause () < 0)
    ;
  return TRUE;
}

static gboolean
procrastinator_receive (ThespianActor   *actor,
                        const GValue    *message,
                        ThespianAddress *sender,
                        GError         **error)
{
  return TRUE;
}

BEHAVIOUR_ACTOR (Procrastinator, procrastinator, klass->started = procrastinator_started;)

static int
read_number (const char *path)
{
  g_autofree char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? atoi (text) : 0;
}

typedef struct
{
  char *path;
  GCancellable *cancellable;
} Impatience;

static gpointer
cancel_when_there (gpointer data)
{
  Impatience *self = data;
  gint64 end = g_get_monotonic_time () + behaviour_limit ();

  while (read_number (self->path) == 0 && g_get_monotonic_time () < end)
    g_usleep (1000);
  g_cancellable_cancel (self->cancellable);
  return NULL;
}

static void
create_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static ThespianAddress *
create_asynchronously (BehaviourFixture *f,
                       GVariant         *requirements,
                       GCancellable     *cancellable,
                       GError          **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  thespian_actor_system_create_actor_async (f->system, procrastinator_get_type (), requirements,
                                            NULL, NULL, cancellable, create_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return thespian_actor_system_create_actor_finish (f->system, result, error);
}

/* FALSE when the time was too short to see it: the actor had not come so far. */
static gboolean
assert_given_up (BehaviourFixture *f,
                 const char       *name,
                 gboolean          cancels,
                 gboolean          is_async)
{
  g_autofree char *folder = g_dir_make_tmp ("behaviour-XXXXXX", NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Impatience impatience = { g_build_filename (folder, "pid", NULL), cancellable };
  GThread *thread = cancels ? g_thread_new ("impatience", cancel_when_there, &impatience) : NULL;
  GVariant *requirements = g_variant_new_parsed ("{'file': <%s>}", impatience.path);
  g_autoptr (ThespianAddress) actor = NULL;
  g_autoptr (GError) error = NULL;
  int pid;

  if (is_async)
    actor = create_asynchronously (f, requirements, cancellable, &error);
  else
    actor = thespian_actor_system_create_actor (f->system, procrastinator_get_type (), requirements, name, NULL,
                                                cancellable, &error);
  g_assert_null (actor);
  if (cancels)
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  else
    g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_REQUEST_TIMEOUT);
  g_clear_pointer (&thread, g_thread_join);
  pid = read_number (impatience.path);
  if (pid != 0)
    behaviour_assert_gone (f, pid);
  assert_works (f->system);
  g_unlink (impatience.path);
  g_rmdir (folder);
  g_free (impatience.path);
  return pid != 0;
}

static void
assert_too_late (BehaviourFixture *f,
                 const char       *name)
{
  gint64 limit = CREATE_LIMIT;

  do
    {
      g_object_set (f->system, "create-timeout", limit, NULL);
      limit *= 2;
    }
  while (!assert_given_up (f, name, FALSE, FALSE));
}

static void
test_create_limit (BehaviourFixture *f)
{
  assert_too_late (f, NULL);
  assert_too_late (f, "the late one");
}

static void
test_create_cancelled (BehaviourFixture *f)
{
  g_assert_true (assert_given_up (f, NULL, TRUE, FALSE));
  g_assert_true (assert_given_up (f, NULL, TRUE, TRUE));
}

/* Makes a mark where its requirements say when it starts, and another when it is asked to exit. */
typedef struct
{
  ThespianActor parent_instance;
} Waif;

static void
mark_at (ThespianActor *actor,
         const char    *place)
{
  const char *path;

  g_assert_true (g_variant_lookup (thespian_actor_get_requirements (actor), place, "&s", &path));
  behaviour_mark (path, 'x');
}

static gboolean
waif_started (ThespianActor *actor,
              GError       **error)
{
  mark_at (actor, "born");
  return TRUE;
}

static gboolean
waif_receive (ThespianActor   *actor,
              const GValue    *message,
              ThespianAddress *sender,
              GError         **error)
{
  if (behaviour_object (message, THESPIAN_TYPE_ACTOR_EXIT_REQUEST) != NULL)
    mark_at (actor, "asked");
  return TRUE;
}

BEHAVIOUR_ACTOR (Waif, waif, klass->started = waif_started;)

/* Creates one with its own requirements, and never starts. */
typedef struct
{
  ThespianActor parent_instance;
} Stuck;

static gboolean
stuck_started (ThespianActor *actor,
               GError       **error)
{
  g_autoptr (ThespianAddress) waif =
    thespian_actor_create_actor (actor, waif_get_type (), thespian_actor_get_requirements (actor), NULL, NULL, error);

  g_assert_nonnull (waif);
  while (pause () < 0)
    ;
  return TRUE;
}

static gboolean
stuck_receive (ThespianActor   *actor,
               const GValue    *message,
               ThespianAddress *sender,
               GError         **error)
{
  return TRUE;
}

BEHAVIOUR_ACTOR (Stuck, stuck, klass->started = stuck_started;)

/* What it has created goes on, and is the system's child. */
static void
test_create_children (BehaviourFixture *f)
{
  g_autoptr (BehaviourFifo) born = behaviour_fifo_new ();
  g_autoptr (BehaviourFifo) asked = behaviour_fifo_new ();
  GVariant *requirements = g_variant_new_parsed ("{'born': <%s>, 'asked': <%s>}", born->path, asked->path);
  g_autoptr (ThespianAddress) stuck = NULL;
  g_autoptr (GError) error = NULL;

  g_object_set (f->system, "create-timeout", CREATE_LIMIT, NULL);
  stuck = thespian_actor_system_create_actor (f->system, stuck_get_type (), requirements, NULL, NULL, NULL, &error);
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_REQUEST_TIMEOUT);
  g_assert_null (stuck);
  behaviour_fifo_read (born);
  g_assert_false (behaviour_fifo_has (asked));
  g_clear_error (&error);
  g_assert_true (thespian_actor_system_shutdown (f->system, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (behaviour_fifo_has (asked));
}

/* Startup methods. */

static void
assert_module_class (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) one = create_by_name (f->system, MODULE_CLASS);
  g_autoptr (ThespianAddress) two = create_by_name (f->system, MODULE_CLASS);

  behaviour_assert_ask (f, one, behaviour_string ("from a module"), "from a module");
  behaviour_assert_ask (f, two, behaviour_string ("edition?"), "first");
  g_assert_cmpint (behaviour_get_pid (f, one), !=, behaviour_get_pid (f, two));
  behaviour_end (f, one);
  behaviour_end (f, two);
}

static void
test_module_class (BehaviourFixture *f)
{
  assert_module_class (f);
}

static void
test_both_classes (BehaviourFixture *f)
{
  assert_module_class (f);
  assert_works (f->system);
}

static void
test_own_class_elsewhere (BehaviourFixture *f)
{
  /* A class of the program is in no module that another process could load. */
  g_autoptr (GError) error = behaviour_create_fails (f, BEHAVIOUR_TYPE_ECHO, NULL, NULL);

  g_assert_nonnull (strstr (error->message, "BehaviourEcho"));
  assert_module_class (f);
}

static void
test_unknown_method (BehaviourFixture *f)
{
  g_autoptr (GVariant) capabilities =
    behaviour_capabilities (f, "{'Process Startup Method': <'teleport'>}");
  g_autoptr (GError) error = NULL;
  ThespianActorSystem *system =
    thespian_actor_system_new (f->base, capabilities, g_variant_new_boolean (FALSE),
                               THESPIAN_ACTOR_SYSTEM_TRANSIENT_UNIQUE, &error);

  g_assert_null (system);
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_CAPABILITY);
  g_assert_nonnull (strstr (error->message, "teleport"));
}

/* Puts the module of the tests called @name into @folder as "changing", in the place of what was
 * there. */
static void
put_module (const char *folder,
            const char *name)
{
  g_autofree char *file = g_strdup_printf ("%s.so", name);
  g_autofree char *source = g_build_filename (g_getenv ("THESPIAN_ACTOR_PATH"), file, NULL);
  g_autofree char *new_path = g_build_filename (folder, "new", NULL);
  g_autofree char *path = g_build_filename (folder, "changing.so", NULL);
  g_autofree char *content = NULL;
  g_autoptr (GError) error = NULL;
  gsize size = 0;

  g_file_get_contents (source, &content, &size, &error);
  g_assert_no_error (error);
  g_file_set_contents (new_path, content, size, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_rename (new_path, path), ==, 0);
}

static void
test_replaced_module (BehaviourFixture *f)
{
  const char *class_name = "changing:BehaviourModuleEcho";
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("behaviour-XXXXXX", &error);
  g_autofree char *path = g_build_filename (folder, "changing.so", NULL);
  g_autofree char *text = g_strdup_printf (
    "{'Process Startup Method': <'forkserver'>, 'Actor Path': <'%s'>}", folder);
  g_autoptr (ThespianAddress) old = NULL;
  g_autoptr (ThespianAddress) new = NULL;

  g_assert_no_error (error);
  put_module (folder, "behaviour-module");
  behaviour_start (f, text);

  old = create_by_name (f->system, class_name);
  behaviour_assert_ask (f, old, behaviour_string ("edition?"), "first");
  put_module (folder, "behaviour-module-again");
  new = create_by_name (f->system, class_name);
  behaviour_assert_ask (f, new, behaviour_string ("edition?"), "second");
  behaviour_assert_ask (f, old, behaviour_string ("edition?"), "first");

  behaviour_stop (f);
  g_unlink (path);
  g_rmdir (folder);
}

/* Ports. */

static guint
get_port (ThespianActorSystem *system)
{
  g_autoptr (GVariant) capabilities = thespian_actor_system_dup_capabilities (system);
  guint port = 0;

  g_assert_true (g_variant_lookup (capabilities, "Admin Port", "u", &port));
  return port;
}

static void
test_port (BehaviourFixture *f)
{
  guint port = behaviour_find_port ();
  g_autofree char *text =
    g_strdup_printf ("{'Admin Port': <uint32 %u>, 'Mood': <'sunny'>}", port);
  ThespianActorSystem *system = behaviour_system_new (f, text);
  g_autoptr (GVariant) capabilities = thespian_actor_system_dup_capabilities (system);
  g_autoptr (GVariant) address = g_variant_lookup_value (capabilities, "Admin Address", NULL);

  g_assert_cmpuint (get_port (system), ==, port);
  g_assert_nonnull (address);
  assert_works (system);
  behaviour_system_end (system);
}

static ThespianActorSystem *
join (BehaviourFixture *f,
      guint             port)
{
  g_autofree char *text =
    g_strdup_printf ("{'Admin Port': <uint32 %u>, 'Mood': <'second'>}", port);

  return behaviour_system_new (f, text);
}

static void
test_joined (BehaviourFixture *f)
{
  ThespianActorSystem *first = behaviour_system_new (f, "{'Mood': <'first'>}");
  ThespianActorSystem *second = join (f, get_port (first));
  g_autoptr (GVariant) capabilities = thespian_actor_system_dup_capabilities (second);
  g_autoptr (GError) error = NULL;
  g_autoptr (ThespianAddress) named = NULL;
  g_autoptr (ThespianAddress) found = NULL;
  g_autoptr (BehaviourMessage) message = behaviour_string ("to a common actor");
  g_autoptr (BehaviourReply) reply = NULL;
  const char *mood = NULL;

  g_assert_true (thespian_actor_system_get_admin_address (first)
                 == thespian_actor_system_get_admin_address (second));
  g_assert_cmpstr (thespian_actor_system_get_base_name (second), ==, f->base);
  g_assert_true (thespian_actor_system_is_shared (first));
  g_assert_true (thespian_actor_system_is_shared (second));
  g_assert_true (g_variant_lookup (capabilities, "Mood", "&s", &mood));
  g_assert_cmpstr (mood, ==, "first");
  assert_works (second);

  named = thespian_actor_system_create_actor (first, BEHAVIOUR_TYPE_ECHO, NULL, "Common", NULL,
                                              NULL, &error);
  g_assert_no_error (error);
  found = thespian_actor_system_create_actor (second, BEHAVIOUR_TYPE_ECHO, NULL, "Common", NULL,
                                              NULL, &error);
  g_assert_no_error (error);
  g_assert_true (found == named);
  reply = thespian_actor_system_ask (second, found, message, behaviour_limit (), NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (reply);

  /* It is one system: it ends for both. */
  g_clear_object (&named);
  g_clear_object (&found);
  behaviour_system_end (second);
  behaviour_system_end (first);
}

/* In a process that was forked before anything else: joins when it is told to. */
static void
be_joiner (BehaviourFixture *f,
           guint             port,
           BehaviourFifo    *start)
{
  ThespianActorSystem *system = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (ThespianAddress) named = NULL;
  g_autoptr (BehaviourMessage) message = behaviour_string ("from another process");
  g_autoptr (BehaviourReply) reply = NULL;

  behaviour_fifo_read (start);
  system = join (f, port);
  named = thespian_actor_system_create_actor (system, BEHAVIOUR_TYPE_ECHO, NULL, "Common", NULL,
                                              NULL, &error);
  g_assert_no_error (error);
  reply = thespian_actor_system_ask (system, named, message, behaviour_limit (), NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (reply);
  _exit (0);
}

static void
test_joined_by_process (BehaviourFixture *f)
{
  g_autoptr (BehaviourFifo) start = behaviour_fifo_new ();
  guint port = behaviour_find_port ();
  g_autofree char *text = g_strdup_printf ("{'Admin Port': <uint32 %u>}", port);
  pid_t pid = fork ();
  int status = 0;

  g_assert_cmpint (pid, >=, 0);
  if (pid == 0)
    be_joiner (f, port, start);

  behaviour_start (f, text);
  {
    g_autoptr (ThespianAddress) named =
      behaviour_create_full (f, BEHAVIOUR_TYPE_ECHO, NULL, "Common", NULL);

    behaviour_fifo_write (start);
    g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
    g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 0);

    /* That one has gone, and the system goes on. */
    behaviour_assert_ask (f, named, behaviour_string ("still there"), "still there");
  }
  behaviour_stop (f);
}

static void
assert_refused (GError **error)
{
  g_assert_error (*error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_SHUT_DOWN);
  g_clear_error (error);
}

static void
assert_endpoint_refused (ThespianEndpoint *endpoint,
                         ThespianAddress  *target)
{
  g_autoptr (BehaviourMessage) message = behaviour_string ("from a copy");
  GError *error = NULL;

  g_assert_false (thespian_endpoint_tell (endpoint, target, message, NULL, &error));
  assert_refused (&error);
  g_assert_null (thespian_endpoint_ask (endpoint, target, message, -1, NULL, &error));
  assert_refused (&error);
  g_assert_null (thespian_endpoint_listen (endpoint, -1, NULL, &error));
  assert_refused (&error);
}

/* In a process that was forked while its parent used a system: it can have no part in that. */
static void
be_copy (BehaviourFixture *f,
         ThespianAddress  *target)
{
  g_autoptr (GVariant) capabilities = thespian_actor_system_dup_capabilities (f->system);
  ThespianEndpoint *endpoint = thespian_actor_system_create_endpoint (f->system);
  GError *error = NULL;

  g_assert_nonnull (capabilities);
  assert_endpoint_refused (f->control, target);
  assert_endpoint_refused (endpoint, target);
  thespian_endpoint_close (endpoint);
  g_object_unref (endpoint);
  g_assert_null (thespian_actor_system_create_actor (f->system, BEHAVIOUR_TYPE_ECHO, NULL, NULL,
                                                     NULL, NULL, &error));
  assert_refused (&error);
  g_assert_false (thespian_actor_system_update_capability (
    f->system, "Mood", g_variant_new_string ("copied"), &error));
  assert_refused (&error);
  g_assert_false (thespian_actor_system_shutdown (f->system, NULL, &error));
  assert_refused (&error);

  /* Neither does it end with what the copy lets go. */
  thespian_endpoint_close (f->control);
  g_object_unref (f->control);
  g_object_unref (f->system);
  _exit (0);
}

static void
test_copied (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) echo = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);
  int status = 0;
  pid_t pid = 0;

  behaviour_assert_ask (f, echo, behaviour_string ("before"), "before");
  pid = fork ();
  g_assert_cmpint (pid, >=, 0);
  if (pid == 0)
    be_copy (f, echo);

  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 0);
  behaviour_assert_ask (f, echo, behaviour_string ("after"), "after");
  behaviour_assert_nothing (f);
}

/* Starts a system, and dies while a copy of it lives. */
static void
be_starter (BehaviourFixture *f,
            int               fd)
{
  pid_t copy = 0;

  behaviour_start (f, NULL);
  behaviour_assert_alive (f, behaviour_create (f, BEHAVIOUR_TYPE_ECHO));
  copy = fork ();
  if (copy == 0)
    for (;;)
      pause ();

  g_assert_cmpint (write (fd, &copy, sizeof copy), ==, sizeof copy);
  _exit (0);
}

static void
test_starter_dies (BehaviourFixture *f)
{
  gint64 end = g_get_monotonic_time () + behaviour_limit ();
  pid_t copy = 0;
  int fds[2];
  int status = 0;
  pid_t pid = 0;

  g_assert_cmpint (pipe (fds), ==, 0);
  pid = fork ();
  g_assert_cmpint (pid, >=, 0);
  if (pid == 0)
    be_starter (f, fds[1]);

  close (fds[1]);
  g_assert_cmpint (read (fds[0], &copy, sizeof copy), ==, sizeof copy);
  close (fds[0]);
  g_assert_cmpint (copy, >, 0);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  while (behaviour_count_processes () > 1 && g_get_monotonic_time () < end)
    g_usleep (10000);
  g_assert_cmpuint (behaviour_count_processes (), ==, 1);
  g_assert_true (behaviour_lives (copy));
  if (copy > 0)
    kill (copy, SIGKILL);
}

/* A socket at a port, that says nothing. */
static GSocket *
occupy (BehaviourFixture *f,
        guint             port)
{
  gboolean stream = behaviour_base_is (f, "multiprocTCPBase");
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketAddress) address =
    g_inet_socket_address_new_from_string ("127.0.0.1", port);
  GSocket *socket =
    g_socket_new (G_SOCKET_FAMILY_IPV4, stream ? G_SOCKET_TYPE_STREAM : G_SOCKET_TYPE_DATAGRAM,
                  G_SOCKET_PROTOCOL_DEFAULT, &error);

  g_assert_no_error (error);
  g_socket_bind (socket, address, FALSE, &error);
  g_assert_no_error (error);
  if (stream)
    g_socket_listen (socket, &error);
  g_assert_no_error (error);

  return socket;
}

static void
assert_cannot_start (BehaviourFixture *f,
                     const char       *capabilities,
                     const char       *because)
{
  g_autoptr (GVariant) all = behaviour_capabilities (f, capabilities);
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();
  ThespianActorSystem *system =
    thespian_actor_system_new (f->base, all, g_variant_new_boolean (FALSE),
                               THESPIAN_ACTOR_SYSTEM_TRANSIENT_UNIQUE, &error);

  g_assert_null (system);
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE);
  g_assert_true (thespian_error_is_system_failure (error));
  if (because != NULL)
    g_assert_nonnull (strstr (error->message, because));
  g_assert_cmpint (g_get_monotonic_time () - start, <, START_LIMIT + behaviour_limit () / 4);
}

static void
test_occupied (BehaviourFixture *f)
{
  guint port = behaviour_find_port ();
  g_autoptr (GSocket) socket = occupy (f, port);
  g_autofree char *text = g_strdup_printf ("{'Admin Port': <uint32 %u>}", port);
  g_autofree char *number = g_strdup_printf ("%u", port);

  assert_cannot_start (f, text, number);
  /* Nothing of it stands in the way of the next. */
  g_socket_close (socket, NULL);
  behaviour_system_end (behaviour_system_new (f, text));
}

typedef struct
{
  GSocket *socket;
  gboolean done;
} Chatterer;

/* Speaks to whoever comes, though not what is expected. */
static gpointer
chatter (gpointer data)
{
  Chatterer *self = data;
  const char *words = "HTTP/1.0 400 Bad Request\r\n\r\n";
  char buffer[4096];

  g_socket_set_blocking (self->socket, FALSE);
  while (!g_atomic_int_get (&self->done))
    {
      g_autoptr (GSocket) guest = g_socket_accept (self->socket, NULL, NULL);
      g_autoptr (GSocketAddress) from = NULL;

      if (guest != NULL)
        g_socket_send (guest, words, strlen (words), NULL, NULL);
      else if (g_socket_receive_from (self->socket, &from, buffer, sizeof buffer, NULL, NULL) > 0)
        g_socket_send_to (self->socket, from, words, strlen (words), NULL, NULL);
      g_usleep (1000);
    }

  return NULL;
}

static void
test_occupied_by_chatterer (BehaviourFixture *f)
{
  guint port = behaviour_find_port ();
  g_autoptr (GSocket) socket = occupy (f, port);
  g_autofree char *text = g_strdup_printf ("{'Admin Port': <uint32 %u>}", port);
  g_autofree char *number = g_strdup_printf ("%u", port);
  Chatterer chatterer = { socket, FALSE };
  GThread *thread = g_thread_new ("chatterer", chatter, &chatterer);

  assert_cannot_start (f, text, number);
  g_atomic_int_set (&chatterer.done, TRUE);
  g_thread_join (thread);
}

static void
test_start_limit (BehaviourFixture *f)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("behaviour-XXXXXX", &error);
  g_autofree char *program = g_build_filename (folder, "thespian-host", NULL);
  gint64 start = g_get_monotonic_time ();

  /* Its processes do nothing, for ever. */
  g_assert_no_error (error);
  g_file_set_contents_full (program, "#!/bin/sh\nexec sleep 1000\n", -1,
                            G_FILE_SET_CONTENTS_CONSISTENT, 0700, &error);
  g_assert_no_error (error);
  g_setenv ("THESPIAN_HOST", program, TRUE);
  assert_cannot_start (f, NULL, NULL);
  g_assert_cmpint (g_get_monotonic_time () - start, >=, START_LIMIT * 9 / 10);
  g_unlink (program);
  g_rmdir (folder);
}

static void
test_no_program (BehaviourFixture *f)
{
  g_setenv ("THESPIAN_HOST", "/nowhere/thespian-host", TRUE);
  assert_cannot_start (f, NULL, "/nowhere/thespian-host");
}

static void
test_update_limit (BehaviourFixture *f)
{
  int admin = behaviour_get_pid (f, thespian_actor_system_get_admin_address (f->system));
  g_autoptr (GError) error = NULL;
  gint64 start = 0, end = 0;

  behaviour_suspend (admin);
  start = g_get_monotonic_time ();
  g_assert_false (thespian_actor_system_update_capability (
    f->system, "Mood", g_variant_new_string ("patient"), &error));
  end = g_get_monotonic_time ();
  g_assert_cmpint (kill (admin, SIGCONT), ==, 0);

  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_REQUEST_TIMEOUT);
  g_assert_cmpint (end - start, >=, UPDATE_LIMIT * 9 / 10);
  g_assert_cmpint (end - start, <, UPDATE_LIMIT + behaviour_limit () / 4);
  assert_works (f->system);
}

/* Answers with the user whom its process belongs to. */
typedef struct
{
  ThespianActor parent_instance;
} Citizen;

static gboolean
citizen_receive (ThespianActor   *actor,
                 const GValue    *message,
                 ThespianAddress *sender,
                 GError         **error)
{
  g_autofree char *text =
    g_strdup_printf ("%d %d %d %d", (int) getuid (), (int) geteuid (), (int) getgid (),
                     (int) getegid ());

  return !behaviour_is (message, "who?") || thespian_actor_send_string (actor, sender, text);
}

BEHAVIOUR_ACTOR (Citizen, citizen)

static void
test_user (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) citizen = behaviour_create (f, citizen_get_type ());
  g_autofree char *folder = g_strdup_printf (
    "/proc/%d", behaviour_get_pid (f, thespian_actor_system_get_admin_address (f->system)));
  g_autofree char *expected = NULL;
  GStatBuf admin;

  g_assert_cmpint (g_stat (folder, &admin), ==, 0);
  expected = g_strdup_printf ("%d %d %d %d", (int) admin.st_uid, (int) admin.st_uid,
                              (int) admin.st_gid, (int) admin.st_gid);
  behaviour_assert_ask (f, citizen, behaviour_string ("who?"), expected);
}

/* Messages between processes. */

static void
test_introduction (BehaviourFixture *f)
{
  guint n = behaviour_count_actors (f, 200);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ThespianAddress) pump = behaviour_create (f, BEHAVIOUR_TYPE_PUMP);
      g_autoptr (ThespianAddress) counter = behaviour_create (f, BEHAVIOUR_TYPE_COUNTER);

      /* Some while nobody knows the way, some while it is asked for, and some when it is there. */
      behaviour_tell (f, pump, behaviour_pump_order (counter, 1, 50));
      behaviour_tell (f, pump, behaviour_pump_order (counter, 51, 50));
      behaviour_assert_listen (f, "pumped");
      behaviour_assert_ask (f, pump, behaviour_pump_order (counter, 101, 50), "pumped");
      behaviour_assert_becomes (f, counter, "count?", "150");
      behaviour_end (f, pump);
      behaviour_end (f, counter);
    }
}

/* Two that come to know each other from both sides at a time. */
static void
test_mutual_introduction (BehaviourFixture *f)
{
  guint n = behaviour_count_actors (f, 200);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ThespianAddress) one = puppet_new (f);
      g_autoptr (ThespianAddress) two = puppet_new (f);

      puppet_send (f, one, two, "one");
      puppet_send (f, two, one, "two");
      puppet_send (f, one, two, "three");
      puppet_send (f, two, one, "four");
      puppet_assert (f, two, "one", "three", NULL);
      puppet_assert (f, one, "two", "four", NULL);
      behaviour_end (f, one);
      behaviour_end (f, two);
    }
}

/* A message of a type that only the process knows which made it after its system had started. */
typedef struct
{
  GObject parent_instance;
} Novelty;

typedef GObjectClass NoveltyClass;
static GType novelty_get_type (void);
G_DEFINE_TYPE_WITH_CODE (Novelty, novelty, G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (THESPIAN_TYPE_SERIALIZABLE, NULL))

static void
novelty_class_init (NoveltyClass *klass)
{
}

static void
novelty_init (Novelty *self)
{
}

static void
assert_sends_novelty_back (BehaviourFixture *f,
                           ThespianAddress  *target,
                           const char       *reason)
{
  g_autoptr (BehaviourReply) reply = behaviour_ask (f, target, behaviour_take (g_object_new (novelty_get_type (), NULL)));
  g_autofree char *text = behaviour_describe (reply);
  ThespianPoisonMessage *poison;

  g_assert_cmpstr (text, ==, "poison(<Novelty>)");
  poison = g_value_get_object (reply);
  g_assert_nonnull (thespian_poison_message_get_details (poison));
  g_assert_nonnull (strstr (thespian_poison_message_get_details (poison), reason));
}

static void
test_undecodable (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) echo = behaviour_create (f, BEHAVIOUR_TYPE_ECHO);

  behaviour_assert_ask (f, echo, behaviour_string ("before"), "before");
  assert_sends_novelty_back (f, echo, "Novelty");
  behaviour_assert_ask (f, echo, behaviour_string ("after"), "after");
}

static void
test_undecodable_by_admin (BehaviourFixture *f)
{
  assert_sends_novelty_back (f, thespian_actor_system_get_admin_address (f->system), "admin");
}

/*
 * On a variant (release, target) sends its asker the time and the target, whom it does not know
 * yet, three numbers; then computes until there is something in the pipe, and says so.
 */
typedef struct
{
  ThespianActor parent_instance;
} Ponderer;

static gboolean
ponderer_receive (ThespianActor   *actor,
                  const GValue    *message,
                  ThespianAddress *sender,
                  GError         **error)
{
  gint64 end = g_get_monotonic_time () + behaviour_limit ();
  g_autoptr (ThespianAddress) target = NULL;
  g_autoptr (GVariant) to = NULL;
  const char *release = NULL;

  if (!G_VALUE_HOLDS_VARIANT (message))
    return TRUE;

  g_variant_get (g_value_get_variant (message), "(&s@(tt))", &release, &to);
  target = thespian_address_from_variant (to, error);
  if (target == NULL)
    return FALSE;

  thespian_actor_send_int64 (actor, sender, g_get_monotonic_time ());
  for (int i = 1; i <= 3; i++)
    thespian_actor_send_int (actor, target, i);
  while (!behaviour_take_mark (release) && g_get_monotonic_time () < end)
    for (gint64 turn = g_get_monotonic_time () + 1000; g_get_monotonic_time () < turn;)
      ;

  return thespian_actor_send_string (actor, sender, "pondered");
}

BEHAVIOUR_ACTOR (Ponderer, ponderer)

static void
test_while_computing (BehaviourFixture *f)
{
  GTimeSpan limit = AT_ONCE * (behaviour_limit () / (30 * G_TIME_SPAN_SECOND));
  g_autoptr (BehaviourFifo) release = behaviour_fifo_new ();
  g_autoptr (ThespianAddress) ponderer = behaviour_create (f, ponderer_get_type ());
  g_autoptr (ThespianAddress) counter = behaviour_create (f, BEHAVIOUR_TYPE_COUNTER);
  g_autoptr (BehaviourReply) stamp = NULL;
  gint64 start = 0;

  stamp = behaviour_ask (
    f, ponderer,
    behaviour_variant (
      g_variant_new ("(s@(tt))", release->path, thespian_address_to_variant (counter))));
  g_assert_nonnull (stamp);
  g_assert_cmpint (g_get_monotonic_time () - g_value_get_int64 (stamp), <, limit);

  start = g_get_monotonic_time ();
  behaviour_assert_becomes (f, counter, "count?", "3");
  g_assert_cmpint (g_get_monotonic_time () - start, <, limit);

  start = g_get_monotonic_time ();
  behaviour_assert_alive (f, ponderer);
  g_assert_cmpint (g_get_monotonic_time () - start, <, limit);

  behaviour_assert_nothing (f);
  behaviour_fifo_write (release);
  behaviour_assert_listen (f, "pondered");
}

int
main (int    argc,
      char **argv)
{
  behaviour_test_init (&argc, &argv);

  behaviour_test ("CREATE-18", "own-process", test_own_process);
  behaviour_test ("CREATE-18", "ends", test_process_ends);
  behaviour_test_bare ("CREATE-19", "replaced-module", test_replaced_module);
  behaviour_test ("CREATE-22", "limit", test_create_limit);
  behaviour_test ("CREATE-22", "cancelled", test_create_cancelled);
  behaviour_test ("CREATE-22", "children", test_create_children);
  behaviour_test_with ("CAP-28", "fork", "{'Process Startup Method': <'fork'>}", 0,
                       test_both_classes);
  behaviour_test_with ("CAP-28", "forkserver", "{'Process Startup Method': <'forkserver'>}", 0,
                       test_module_class);
  behaviour_test_with ("CAP-28", "spawn", "{'Process Startup Method': <'spawn'>}", 0,
                       test_module_class);
  behaviour_test_with ("CAP-28", "own-class-elsewhere",
                       "{'Process Startup Method': <'forkserver'>}", 0, test_own_class_elsewhere);
  behaviour_test_bare ("CAP-28", "unknown-method", test_unknown_method);
  behaviour_test_bare ("CAP-23", "port", test_port);

  behaviour_test_bare ("SYSTEM-9", "joined", test_joined);
  behaviour_test_bare ("SYSTEM-9", "joined-by-process", test_joined_by_process);
  behaviour_test_bare ("SYSTEM-10", "occupied", test_occupied);
  behaviour_test_bare ("SYSTEM-10", "occupied-by-chatterer", test_occupied_by_chatterer);
  behaviour_test_bare ("SYSTEM-11", "start-limit", test_start_limit);
  behaviour_test_bare ("SYSTEM-11", "no-program", test_no_program);
  behaviour_test ("SYSTEM-12", "update-limit", test_update_limit);
  behaviour_test ("SYSTEM-14", "user", test_user);
  behaviour_test ("SYSTEM-15", "copied", test_copied);
  behaviour_test_bare ("SYSTEM-16", "starter-dies", test_starter_dies);
  behaviour_test_bare ("SYSTEM-17", "starter-dies", test_starter_dies);

  behaviour_test ("ORDER-12", "introduction", test_introduction);
  behaviour_test ("ORDER-12", "mutual-introduction", test_mutual_introduction);
  behaviour_test ("FAIL-17", "undecodable", test_undecodable);
  behaviour_test ("FAIL-17", "undecodable-by-admin", test_undecodable_by_admin);
  behaviour_test ("THREAD-9", "while-computing", test_while_computing);

  return g_test_run ();
}
