/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Systems that are found at a port, with real processes: who gets in and who does not, who can go
 * and what is left, and what becomes of messages when connections break.
 */

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "behaviour-processes.h"
#include "thespian.h"
#include "transport/thespian-handshake-private.h"
#include "transport/thespian-ip-private.h"
#include "transport/thespian-key-file-private.h"

#define N_JOINERS 6
#define N_SILENT 2000
/* Of whom it is not known yet who they are, at a time. */
#define MAX_CALLERS 64
#define N_GUESSES 50
#define N_MESSAGES 20000

/* More than any wait below needs, even on a busy machine. */
#define LIMIT (60 * G_TIME_SPAN_SECOND)

/* --- The actors --------------------------------------------------------------------------------------- */

/*
 * Does what it is told by strings: `echo', `pid', `flood' (numbers to the address that it was sent
 * before), `count' (of the numbers that came, each in its turn), `break' (the connections of its
 * process), `poke' (the address).
 */
#define TYPE_WORKER (worker_get_type ())
G_DECLARE_FINAL_TYPE (Worker, worker, PORT, WORKER, ThespianActor)

struct _Worker
{
  ThespianActor parent_instance;

  ThespianAddress *partner; /* (owned) (nullable) */
  guint64 n_numbers;
  guint n_wrong;
};

G_DEFINE_FINAL_TYPE (Worker, worker, THESPIAN_TYPE_ACTOR)

static gboolean
flood (Worker  *self,
       GError **error)
{
  for (guint64 i = 0; i < N_MESSAGES; i++)
    {
      if (i % 3001 == 3000)
        behaviour_break_connections ();
      if (!thespian_actor_send_uint64 (THESPIAN_ACTOR (self), self->partner, i))
        return FALSE;
    }

  return TRUE;
}

static gboolean
obey (Worker          *self,
      const char      *order,
      ThespianAddress *sender,
      GError         **error)
{
  ThespianActor *actor = THESPIAN_ACTOR (self);
  g_autofree char *answer = NULL;

  if (g_str_equal (order, "flood"))
    return flood (self, error);
  if (g_str_equal (order, "poke"))
    return thespian_actor_send_string (actor, self->partner, "poked");
  if (g_str_equal (order, "pid"))
    answer = g_strdup_printf ("%d", (int) getpid ());
  else if (g_str_equal (order, "break"))
    answer = g_strdup_printf ("%u", behaviour_break_connections ());
  else if (g_str_equal (order, "count"))
    answer = g_strdup_printf ("%" G_GUINT64_FORMAT " %u", self->n_numbers, self->n_wrong);
  else
    answer = g_strdup (order);
  return thespian_actor_send_string (actor, sender, answer);
}

static gboolean
worker_receive_message (ThespianActor   *actor,
                        const GValue    *message,
                        ThespianAddress *sender,
                        GError         **error)
{
  Worker *self = PORT_WORKER (actor);

  if (G_VALUE_HOLDS_STRING (message))
    return obey (self, g_value_get_string (message), sender, error);
  if (G_VALUE_HOLDS (message, THESPIAN_TYPE_ADDRESS))
    g_set_object (&self->partner, g_value_get_object (message));
  else if (G_VALUE_HOLDS_UINT64 (message))
    self->n_wrong += g_value_get_uint64 (message) != self->n_numbers++;
  return TRUE;
}

static void
worker_finalize (GObject *object)
{
  g_clear_object (&PORT_WORKER (object)->partner);

  G_OBJECT_CLASS (worker_parent_class)->finalize (object);
}

static void
worker_class_init (WorkerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = worker_finalize;
  THESPIAN_ACTOR_CLASS (klass)->receive_message = worker_receive_message;
}

static void
worker_init (Worker *self)
{
}

/* --- Systems ---------------------------------------------------------------------------------------------- */

static ThespianActorSystem *
try_start (guint                    port,
           ThespianActorSystemFlags flags,
           GError                 **error)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "Admin Port", "u", port);
  g_variant_dict_insert (&dict, "Process Startup Method", "s", "fork");
  return thespian_actor_system_new ("multiprocTCPBase", g_variant_dict_end (&dict), g_variant_new_boolean (FALSE),
                                    flags, error);
}

static ThespianActorSystem *
start (guint port)
{
  g_autoptr (GError) error = NULL;
  ThespianActorSystem *system = try_start (port, THESPIAN_ACTOR_SYSTEM_TRANSIENT_UNIQUE, &error);

  g_assert_no_error (error);
  return system;
}

/* One that goes on when this process ends. */
static ThespianActorSystem *
start_to_stay (guint port)
{
  g_autoptr (GError) error = NULL;
  ThespianActorSystem *system = try_start (port, THESPIAN_ACTOR_SYSTEM_NONE, &error);

  g_assert_no_error (error);
  return system;
}

static void
shut_down (ThespianActorSystem *system)
{
  g_autoptr (GError) error = NULL;

  thespian_actor_system_shutdown (system, NULL, &error);
  g_assert_no_error (error);
  g_object_unref (system);
}

static ThespianAddress *
create (ThespianActorSystem *system,
        const char          *name)
{
  g_autoptr (GError) error = NULL;
  ThespianAddress *address =
      thespian_actor_system_create_actor (system, TYPE_WORKER, NULL, name, NULL, NULL, &error);

  g_assert_no_error (error);
  return address;
}

static void
tell_string (ThespianActorSystem *system,
             ThespianAddress     *target,
             const char          *text)
{
  GValue value = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  g_value_init (&value, G_TYPE_STRING);
  g_value_set_string (&value, text);
  thespian_actor_system_tell (system, target, &value, NULL, &error);
  g_assert_no_error (error);
  g_value_unset (&value);
}

static void
tell_address (ThespianActorSystem *system,
              ThespianAddress     *target,
              ThespianAddress     *address)
{
  GValue value = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  g_value_init (&value, THESPIAN_TYPE_ADDRESS);
  g_value_set_object (&value, address);
  thespian_actor_system_tell (system, target, &value, NULL, &error);
  g_assert_no_error (error);
  g_value_unset (&value);
}

static char *
ask_string (ThespianActorSystem *system,
            ThespianAddress     *target,
            const char          *text)
{
  GValue value = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;
  GValue *answer;
  char *copy = NULL;

  g_value_init (&value, G_TYPE_STRING);
  g_value_set_string (&value, text);
  answer = thespian_actor_system_ask (system, target, &value, LIMIT, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (answer);
  if (G_VALUE_HOLDS_STRING (answer))
    copy = g_value_dup_string (answer);
  else
    g_error ("“%s” was answered with a %s", text, G_VALUE_TYPE_NAME (answer));
  thespian_value_free (answer);
  g_value_unset (&value);

  return copy;
}

static void
assert_works (ThespianActorSystem *system,
              ThespianAddress     *worker)
{
  g_autofree char *answer = ask_string (system, worker, "works");

  g_assert_cmpstr (answer, ==, "works");
}

static int
get_admin_pid (ThespianActorSystem *system)
{
  g_autoptr (ThespianSystemStatus) status = thespian_actor_system_get_status (system);
  int pid = 0;

  g_assert_nonnull (status);
  g_assert_true (g_variant_lookup (thespian_system_status_get_details (status), "process-id", "i", &pid));
  return pid;
}

/* --- Other processes ----------------------------------------------------------------------------------------- */

/* One that runs @func when it is told to, and says something at its end. */
typedef struct
{
  pid_t pid;
  int go;   /* (owned) */
  int says; /* (owned) */
} Other;

typedef void (*OtherFunc) (guint port, int says);

static Other
other_start (OtherFunc func,
             guint     port)
{
  int go[2], says[2];
  Other other;
  char byte;

  g_assert_cmpint (pipe2 (go, O_CLOEXEC), ==, 0);
  g_assert_cmpint (pipe2 (says, O_CLOEXEC), ==, 0);
  other.pid = fork ();
  g_assert_cmpint (other.pid, >=, 0);
  if (other.pid == 0)
    {
      close (go[1]);
      close (says[0]);
      if (read (go[0], &byte, 1) == 1)
        func (port, says[1]);
      _exit (0);
    }
  close (go[0]);
  close (says[1]);
  other.go = go[1];
  other.says = says[0];

  return other;
}

static void
other_go (Other *other)
{
  g_assert_cmpint (write (other->go, "!", 1), ==, 1);
}

static void
say (int         says,
     const char *text)
{
  g_assert_cmpint (dprintf (says, "%s\n", text), >, 0);
}

/* The next that it says. */
static char *
other_hear (Other *other)
{
  g_autoptr (GString) text = g_string_new (NULL);
  char byte = 0;

  while (read (other->says, &byte, 1) == 1 && byte != '\n')
    g_string_append_c (text, byte);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
other_end (Other *other,
           int    expected_status)
{
  int status = 0;

  g_assert_cmpint (waitpid (other->pid, &status, 0), ==, other->pid);
  g_assert_cmpint (status, ==, expected_status);
  close (other->go);
  close (other->says);
}

/* --- Joining --------------------------------------------------------------------------------------------------- */

static void
be_joiner (guint port,
           int   says)
{
  ThespianActorSystem *system = start_to_stay (port);
  g_autoptr (ThespianAddress) common = create (system, "Common");
  g_autofree char *printed = thespian_address_to_string (thespian_actor_system_get_admin_address (system));

  assert_works (system, common);
  say (says, printed);
  g_object_unref (system);
}

/* Whichever of them starts it, the others join. */
static void
test_joined_at_once (void)
{
  guint port = behaviour_find_port ();
  Other others[N_JOINERS];
  ThespianActorSystem *system;
  g_autofree char *admin = NULL;

  for (guint i = 0; i < N_JOINERS; i++)
    others[i] = other_start (be_joiner, port);
  for (guint i = 0; i < N_JOINERS; i++)
    other_go (&others[i]);
  for (guint i = 0; i < N_JOINERS; i++)
    {
      g_autofree char *text = other_hear (&others[i]);

      g_assert_cmpstr (text, !=, "");
      if (admin == NULL)
        admin = g_strdup (text);
      g_assert_cmpstr (text, ==, admin);
      other_end (&others[i], 0);
    }

  system = start (port);
  {
    g_autofree char *text = thespian_address_to_string (thespian_actor_system_get_admin_address (system));

    g_assert_cmpstr (text, ==, admin);
  }
  shut_down (system);
}

static void
be_killed_starter (guint port,
                   int   says)
{
  ThespianActorSystem *system = start_to_stay (port);
  g_autoptr (ThespianAddress) common = create (system, "Common");
  g_autofree char *pid = ask_string (system, common, "pid");

  say (says, pid);
  kill (getpid (), SIGKILL);
}

static void
test_starter_killed (void)
{
  guint port = behaviour_find_port ();
  Other other = other_start (be_killed_starter, port);
  g_autofree char *pid = NULL;
  g_autofree char *again = NULL;
  g_autoptr (ThespianAddress) common = NULL;
  ThespianActorSystem *system;

  other_go (&other);
  pid = other_hear (&other);
  other_end (&other, SIGKILL);

  system = start (port);
  common = create (system, "Common");
  again = ask_string (system, common, "pid");
  g_assert_cmpstr (again, ==, pid);
  shut_down (system);
}

static void
be_failing_starter (guint port,
                    int   says)
{
  g_autoptr (GError) error = NULL;
  gint64 begin = g_get_monotonic_time ();

  g_assert_null (try_start (port, THESPIAN_ACTOR_SYSTEM_TRANSIENT_UNIQUE, &error));
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE);
  g_assert_cmpint (g_get_monotonic_time () - begin, <, 10 * G_TIME_SPAN_SECOND);
  say (says, error->message);
}

/* It is there, but does not answer. */
static void
test_stopped_admin (void)
{
  guint port = behaviour_find_port ();
  g_autofree char *number = g_strdup_printf ("%u", port);
  Other other = other_start (be_failing_starter, port);
  ThespianActorSystem *system = start (port);
  g_autoptr (ThespianAddress) worker = create (system, NULL);
  int pid = get_admin_pid (system);
  g_autofree char *text = NULL;

  g_assert_cmpint (kill (pid, SIGSTOP), ==, 0);
  other_go (&other);
  text = other_hear (&other);
  g_assert_cmpint (kill (pid, SIGCONT), ==, 0);
  other_end (&other, 0);
  g_assert_nonnull (strstr (text, number));
  g_assert_nonnull (strstr (text, "stopped"));

  assert_works (system, worker);
  shut_down (system);
}

static void
be_other_user (guint port,
               int   says)
{
  g_unsetenv ("XDG_RUNTIME_DIR");
  g_assert_cmpint (setgid (65534), ==, 0);
  g_assert_cmpint (setuid (65534), ==, 0);
  be_failing_starter (port, says);
}

static void
test_other_user (void)
{
  guint port = behaviour_find_port ();
  g_autofree char *number = g_strdup_printf ("%u", port);
  g_autofree char *text = NULL;
  ThespianActorSystem *system;
  Other other;

  other = other_start (be_other_user, port);
  system = start (port);
  other_go (&other);
  text = other_hear (&other);
  other_end (&other, 0);
  g_assert_nonnull (strstr (text, number));
  g_assert_nonnull (strstr (text, "key"));
  shut_down (system);
}

/* --- Strangers -------------------------------------------------------------------------------------------------- */

static int
dial (guint port)
{
  ThespianIpAddress address;
  int fd;

  g_assert_true (thespian_ip_address_init (&address, THESPIAN_IP_LOOPBACK, port));
  fd = thespian_tcp_dial (&address);
  g_assert_cmpint (fd, >=, 0);
  poll (&(struct pollfd){ fd, POLLOUT, 0 }, 1, 10000);
  g_assert_cmpint (thespian_tcp_get_failure (fd), ==, 0);

  return fd;
}

static gboolean
is_closed (int fd)
{
  char byte;

  return recv (fd, &byte, 1, MSG_DONTWAIT) == 0 || (errno != EAGAIN && errno != EINTR);
}

static guint
count_open (const int *fds,
            guint      n)
{
  guint n_open = 0;

  for (guint i = 0; i < n; i++)
    n_open += !is_closed (fds[i]);
  return n_open;
}

static void
wait_closed (int fd)
{
  gint64 end = g_get_monotonic_time () + LIMIT;
  char bytes[256];
  gssize n;

  do
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      poll (&(struct pollfd){ fd, POLLIN, 0 }, 1, 1000);
      n = recv (fd, bytes, sizeof bytes, MSG_DONTWAIT);
    }
  while (n > 0 || (n < 0 && errno == EAGAIN));
  close (fd);
}

static void
be_one_more (guint port,
             int   says)
{
  ThespianActorSystem *system = start (port);
  g_autoptr (ThespianAddress) worker = create (system, NULL);

  assert_works (system, worker);
  say (says, "worked");
  g_object_unref (system);
}

/* Few of those who say nothing can be there at a time, and none for long. */
static void
test_silent_strangers (void)
{
  guint port = behaviour_find_port ();
  Other other = other_start (be_one_more, port);
  ThespianActorSystem *system = start (port);
  g_autoptr (ThespianAddress) worker = create (system, NULL);
  g_autofree int *fds = g_new (int, N_SILENT);
  g_autofree char *text = NULL;
  gint64 end;

  for (guint i = 0; i < N_SILENT; i++)
    fds[i] = dial (port);
  assert_works (system, worker);
  other_go (&other);
  text = other_hear (&other);
  g_assert_cmpstr (text, ==, "worked");
  other_end (&other, 0);

  /* those who came before the other one was let in have been accepted, all of them */
  g_assert_cmpuint (count_open (fds, N_SILENT), <=, MAX_CALLERS);
  end = g_get_monotonic_time () + LIMIT;
  while (count_open (fds, N_SILENT) > 0)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      poll (NULL, 0, 50);
    }
  for (guint i = 0; i < N_SILENT; i++)
    close (fds[i]);

  assert_works (system, worker);
  shut_down (system);
}

static void
test_garbage (void)
{
  static const char *const garbage[] = {
    "GET / HTTP/1.0\r\n\r\n",
    "\x16\x03\x01\x02",
    "\xff\xff\xff\xff\xff\xff\xff\xff",
  };
  guint port = behaviour_find_port ();
  ThespianActorSystem *system = start (port);
  g_autoptr (ThespianAddress) worker = create (system, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (garbage); i++)
    {
      int fd = dial (port);

      g_assert_cmpint (send (fd, garbage[i], strlen (garbage[i]), MSG_NOSIGNAL), >, 0);
      wait_closed (fd);
    }
  assert_works (system, worker);
  shut_down (system);
}

/* FALSE when the other end does not let one in who holds @key. */
static gboolean
is_let_in (guint           port,
           ThespianPurpose purpose,
           guint64         node_id,
           const guint8   *key_id,
           const guint8   *key)
{
  ThespianIdentity identity = { 1, node_id };
  g_autoptr (ThespianHandshake) handshake =
      thespian_handshake_new_dialler (purpose, &identity, key_id, key, NULL);
  ThespianHandshakeResult result = THESPIAN_HANDSHAKE_NEED_MORE;
  int fd = dial (port);

  while (result == THESPIAN_HANDSHAKE_NEED_MORE)
    {
      g_autoptr (GBytes) output = thespian_handshake_take_output (handshake);
      guint8 bytes[256];
      gsize length = 0, consumed;
      gssize n;

      if (output != NULL)
        {
          const void *data = g_bytes_get_data (output, &length);

          g_assert_cmpint (send (fd, data, length, MSG_NOSIGNAL), ==, (gssize) length);
        }
      poll (&(struct pollfd){ fd, POLLIN, 0 }, 1, 10000);
      n = recv (fd, bytes, sizeof bytes, MSG_DONTWAIT);
      if (n <= 0)
        break;
      result = thespian_handshake_feed (handshake, bytes, (gsize) n, &consumed, NULL);
    }
  close (fd);

  return result == THESPIAN_HANDSHAKE_DONE;
}

/* A guess is refused at once, and not because the time for a proof is over. */
static void
assert_guess_refused (guint           port,
                      ThespianPurpose purpose,
                      const guint8   *key_id)
{
  ThespianIdentity identity = { 1, 0 };
  guint8 key[THESPIAN_SECRET_LENGTH] = { 0 };
  g_autoptr (ThespianHandshake) handshake =
      thespian_handshake_new_dialler (purpose, &identity, key_id, key, NULL);
  g_autoptr (GBytes) hello = thespian_handshake_take_output (handshake);
  gint64 start = g_get_monotonic_time ();
  ThespianAnswer answer;
  ThespianProof guess;
  int fd = dial (port);

  g_assert_cmpint (fcntl (fd, F_SETFL, 0), ==, 0);
  g_assert_cmpint (send (fd, g_bytes_get_data (hello, NULL), g_bytes_get_size (hello), MSG_NOSIGNAL), ==,
                   (gssize) g_bytes_get_size (hello));
  g_assert_cmpint (recv (fd, &answer, sizeof answer, MSG_WAITALL), ==, sizeof answer);
  thespian_message_header_init (&guess.header, THESPIAN_MESSAGE_PROOF, sizeof guess);
  thespian_secret_draw (guess.proof, sizeof guess.proof);
  g_assert_cmpint (send (fd, &guess, sizeof guess, MSG_NOSIGNAL), ==, sizeof guess);
  wait_closed (fd);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 5 * G_TIME_SPAN_SECOND);
}

/* Of sockets of this process @pid: where the first of them listens, or 0. */
static guint
find_listening_port (const char *pid)
{
  g_autofree char *text = NULL;
  g_autofree char *path = g_build_filename ("/proc", pid, "net/tcp", NULL);
  g_autofree char *folder = g_build_filename ("/proc", pid, "fd", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_auto (GStrv) lines = NULL;
  const char *name;

  g_assert_nonnull (dir);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (folder, name, NULL);
      g_autofree char *target = g_file_read_link (file, NULL);
      guint64 inode = 0;

      if (target == NULL || sscanf (target, "socket:[%" G_GUINT64_FORMAT "]", &inode) != 1)
        continue;
      for (guint i = 1; lines[i] != NULL; i++)
        {
          guint port, state;
          guint64 line_inode;

          if (sscanf (lines[i], "%*u: %*x:%x %*x:%*x %x %*x:%*x %*x:%*x %*x %*u %*u %" G_GUINT64_FORMAT, &port, &state,
                      &line_inode) == 3 &&
              state == 10 && line_inode == inode)
            return port;
        }
    }

  return 0;
}

static void
test_guesses (void)
{
  guint port = behaviour_find_port ();
  ThespianActorSystem *system = start (port);
  g_autoptr (ThespianAddress) worker = create (system, NULL);
  g_autofree char *pid = ask_string (system, worker, "pid");
  guint node_port = find_listening_port (pid);
  guint8 key[THESPIAN_SECRET_LENGTH];
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (node_port, >, 0);
  thespian_key_file_load ("tcp", port, key, &error);
  g_assert_no_error (error);
  g_assert_true (is_let_in (port, THESPIAN_PURPOSE_ADMIN_PORT, 0, thespian_system_key_id, key));

  /* the right key for the wrong purpose, or at the wrong place */
  g_assert_false (is_let_in (port, THESPIAN_PURPOSE_PEER, 0, thespian_system_key_id, key));
  g_assert_false (is_let_in (node_port, THESPIAN_PURPOSE_ADMIN_PORT, 0, thespian_system_key_id, key));
  g_assert_false (is_let_in (node_port, THESPIAN_PURPOSE_PEER, 0, thespian_system_key_id, key));
  for (guint i = 0; i < N_GUESSES; i++)
    {
      guint8 id[THESPIAN_KEY_ID_LENGTH];

      thespian_secret_draw (id, sizeof id);
      assert_guess_refused (port, THESPIAN_PURPOSE_ADMIN_PORT, thespian_system_key_id);
      assert_guess_refused (node_port, THESPIAN_PURPOSE_PEER, id);
    }
  assert_works (system, worker);
  shut_down (system);
}

/* --- Leaving -------------------------------------------------------------------------------------------- */

static void
tell_numbers (ThespianActorSystem *system,
              ThespianAddress     *target,
              guint64              n)
{
  GValue number = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  g_value_init (&number, G_TYPE_UINT64);
  for (guint64 i = 0; i < n; i++)
    {
      g_value_set_uint64 (&number, i);
      thespian_actor_system_tell (system, target, &number, NULL, &error);
      g_assert_no_error (error);
    }
}

static guint64
count_dead_letters (ThespianActorSystem *system)
{
  g_autoptr (ThespianSystemStatus) status = thespian_actor_system_get_status (system);
  guint64 n = 0;

  g_assert_nonnull (status);
  g_assert_true (g_variant_lookup (thespian_system_status_get_details (status), "dead-letters", "t", &n));
  return n;
}

static void
wait_for_dead_letters (ThespianActorSystem *system,
                       guint64              n,
                       GTimeSpan            limit)
{
  gint64 end = g_get_monotonic_time () + limit;

  while (count_dead_letters (system) < n)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      poll (NULL, 0, 20);
    }
}

/* What it says last is heard, although nobody waits for an answer. */
static void
be_leaver (guint port,
           int   says)
{
  ThespianActorSystem *system = start (port);
  g_autoptr (ThespianAddress) common = create (system, "Common");

  tell_numbers (system, common, 500);
  g_object_unref (system);
  say (says, "left");
}

/* Programs end like this, too; here before there can be a link to the actor, since the admin is stopped. */
static void
be_careless_leaver (guint port,
                    int   says)
{
  ThespianActorSystem *system = start (port);
  ThespianAddress *common = create (system, "Common");

  g_assert_cmpint (kill (get_admin_pid (system), SIGSTOP), ==, 0);
  tell_numbers (system, common, 1);
  say (says, "left");
  exit (0);
}

static void
wait_for_count (ThespianActorSystem *system,
                ThespianAddress     *worker,
                const char          *expected)
{
  gint64 end = g_get_monotonic_time () + LIMIT;

  for (;;)
    {
      g_autofree char *count = ask_string (system, worker, "count");

      if (g_str_equal (count, expected))
        return;
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_assert_true (g_str_has_suffix (count, " 0"));
      poll (NULL, 0, 20);
    }
}

static void
test_left (void)
{
  guint port = behaviour_find_port ();
  Other other = other_start (be_leaver, port);
  ThespianActorSystem *system = start (port);
  g_autoptr (ThespianAddress) common = create (system, "Common");
  g_autofree char *text = NULL;

  other_go (&other);
  text = other_hear (&other);
  g_assert_cmpstr (text, ==, "left");
  other_end (&other, 0);
  wait_for_count (system, common, "500 0");
  shut_down (system);
}

static void
test_left_carelessly (void)
{
  guint port = behaviour_find_port ();
  Other other = other_start (be_careless_leaver, port);
  ThespianActorSystem *system = start (port);
  g_autoptr (ThespianAddress) common = create (system, "Common");
  int admin = get_admin_pid (system);
  g_autofree char *text = NULL;

  other_go (&other);
  text = other_hear (&other);
  g_assert_cmpstr (text, ==, "left");
  /* time enough to be gone, if it did not wait */
  poll (NULL, 0, 200);
  g_assert_cmpint (kill (admin, SIGCONT), ==, 0);
  other_end (&other, 0);
  wait_for_count (system, common, "1 0");
  shut_down (system);
}

/* The one it tells something does not take it in the time that a program lingers. */
static void
be_hurried_leaver (guint port,
                   int   says)
{
  ThespianActorSystem *system = start (port);
  ThespianAddress *common = create (system, "Common");

  tell_numbers (system, common, 3);
  say (says, "left");
  exit (0);
}

static void
test_left_stopped (void)
{
  guint port = behaviour_find_port ();
  Other other = other_start (be_hurried_leaver, port);
  ThespianActorSystem *system = start (port);
  g_autoptr (ThespianAddress) common = create (system, "Common");
  g_autofree char *pid = ask_string (system, common, "pid");
  g_autofree char *text = NULL;

  g_assert_cmpint (kill (atoi (pid), SIGSTOP), ==, 0);
  other_go (&other);
  text = other_hear (&other);
  g_assert_cmpstr (text, ==, "left");
  other_end (&other, 0);
  wait_for_dead_letters (system, 3, LIMIT);
  g_assert_cmpint (kill (atoi (pid), SIGCONT), ==, 0);
  wait_for_count (system, common, "0 0");
  shut_down (system);
}

static void
be_vanisher (guint port,
             int   says)
{
  ThespianActorSystem *system = start (port);
  g_autoptr (ThespianAddress) common = create (system, "Common");

  tell_address (system, common, thespian_actor_system_get_address (system));
  assert_works (system, common);
  say (says, "vanishes");
  kill (getpid (), SIGKILL);
}

/* Its endpoint is dead, and not waited for. */
static void
test_vanished (void)
{
  guint port = behaviour_find_port ();
  Other other = other_start (be_vanisher, port);
  ThespianActorSystem *system = start (port);
  g_autoptr (ThespianAddress) common = create (system, "Common");
  g_autofree char *text = NULL;

  other_go (&other);
  text = other_hear (&other);
  g_assert_cmpstr (text, ==, "vanishes");
  other_end (&other, SIGKILL);

  tell_string (system, common, "poke");
  wait_for_dead_letters (system, 1, 4 * G_TIME_SPAN_SECOND);
  assert_works (system, common);
  shut_down (system);
}

static void
test_gone (void)
{
  guint port = behaviour_find_port ();
  ThespianActorSystem *system = start (port);
  g_autoptr (ThespianAddress) worker = create (system, NULL);
  int pid = get_admin_pid (system);
  guint8 key[THESPIAN_SECRET_LENGTH];
  g_autoptr (GError) error = NULL;
  ThespianIpAddress address;
  int fd;

  g_assert_true (thespian_key_file_load ("tcp", port, key, NULL));
  shut_down (system);

  g_assert_false (behaviour_lives (pid));
  g_assert_cmpuint (behaviour_count_processes (), ==, 0);
  g_assert_false (thespian_key_file_load ("tcp", port, key, &error));
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE);
  g_assert_true (thespian_ip_address_init (&address, THESPIAN_IP_LOOPBACK, port));
  fd = thespian_tcp_listen (&address);
  g_assert_cmpint (fd, >=, 0);
  close (fd);

  /* and the next one has it */
  shut_down (start (port));
}

/* Nothing that it leaves behind is in the way of the next. */
static void
test_admin_killed (void)
{
  guint port = behaviour_find_port ();
  ThespianActorSystem *system = start (port);
  g_autoptr (ThespianAddress) worker = create (system, NULL);
  g_autoptr (GError) error = NULL;

  assert_works (system, worker);
  g_assert_cmpint (kill (get_admin_pid (system), SIGKILL), ==, 0);
  g_assert_null (thespian_actor_system_listen (system, LIMIT, NULL, &error));
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_SHUT_DOWN);
  g_object_unref (system);

  system = start (port);
  {
    g_autoptr (ThespianAddress) another = create (system, NULL);

    assert_works (system, another);
  }
  shut_down (system);
}

/* The one in it hears of the end, although another one wanted it. */
static void
be_ender (guint port,
          int   says)
{
  shut_down (start (port));
  say (says, "ended");
}

static void
test_ended_by_another (void)
{
  guint port = behaviour_find_port ();
  Other other = other_start (be_ender, port);
  ThespianActorSystem *system = start (port);
  g_autoptr (ThespianAddress) worker = create (system, NULL);
  gint64 begin = g_get_monotonic_time ();
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  other_go (&other);
  text = other_hear (&other);
  g_assert_cmpstr (text, ==, "ended");
  other_end (&other, 0);
  g_assert_null (thespian_actor_system_listen (system, LIMIT, NULL, &error));
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_SYSTEM_SHUT_DOWN);
  g_assert_cmpint (g_get_monotonic_time () - begin, <, LIMIT / 2);
  g_object_unref (system);
}

/* --- Breaks --------------------------------------------------------------------------------------------- */

/* Between two actors, and with their admin. */
static void
test_breaks_between_actors (void)
{
  guint port = behaviour_find_port ();
  ThespianActorSystem *system = start (port);
  g_autoptr (ThespianAddress) sender = create (system, NULL);
  g_autoptr (ThespianAddress) receiver = create (system, NULL);
  g_autofree char *expected = g_strdup_printf ("%d 0", N_MESSAGES);
  guint n_broken = 0;

  tell_address (system, sender, receiver);
  tell_string (system, sender, "flood");
  for (guint i = 0; i < 10; i++)
    {
      g_autofree char *n = ask_string (system, receiver, "break");

      n_broken += (guint) atoi (n);
    }
  g_assert_cmpuint (n_broken, >, 0);
  wait_for_count (system, receiver, expected);
  assert_works (system, sender);
  shut_down (system);
}

/* Of a process of the outside with all others, its admin among them. */
static void
test_breaks_outside (void)
{
  guint port = behaviour_find_port ();
  ThespianActorSystem *system = start (port);
  g_autoptr (ThespianAddress) worker = create (system, NULL);
  GValue number = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;
  guint n_broken = 0;

  g_value_init (&number, G_TYPE_UINT64);
  for (guint64 i = 0; i < 5000; i++)
    {
      g_value_set_uint64 (&number, i);
      thespian_actor_system_tell (system, worker, &number, NULL, &error);
      g_assert_no_error (error);
      if (i % 500 != 499)
        continue;
      n_broken += behaviour_break_connections ();
      {
        g_autoptr (ThespianAddress) another = create (system, NULL);

        assert_works (system, another);
      }
    }
  g_assert_cmpuint (n_broken, >=, 10);
  wait_for_count (system, worker, "5000 0");
  shut_down (system);
}

/* --- Only to be joined ------------------------------------------------------------------------------------ */

static void
assert_nobody (const char *base,
               guint       port,
               int         code,
               const char *text)
{
  g_autofree char *number = g_strdup_printf ("port %u", port);
  g_autoptr (GError) error = NULL;
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "Admin Port", "u", port);
  g_assert_null (thespian_actor_system_new (base, g_variant_dict_end (&dict), NULL, THESPIAN_ACTOR_SYSTEM_JOIN_ONLY,
                                            &error));
  g_assert_error (error, THESPIAN_ERROR, code);
  g_assert_nonnull (strstr (error->message, text != NULL ? text : number));
}

static void
test_join_only (void)
{
  guint port = behaviour_find_port ();
  g_autoptr (ThespianActorSystem) system = NULL;
  g_autoptr (ThespianActorSystem) joined = NULL;
  g_autoptr (ThespianAddress) worker = NULL;
  g_autoptr (GError) error = NULL;

  assert_nobody ("multiprocTCPBase", port, THESPIAN_ERROR_STARTUP_FAILURE, NULL);
  assert_nobody ("multiprocUDPBase", port, THESPIAN_ERROR_STARTUP_FAILURE, NULL);
  assert_nobody ("simpleSystemBase", port, THESPIAN_ERROR_INVALID_ARGUMENT, "simpleSystemBase");
  assert_nobody ("multiprocQueueBase", port, THESPIAN_ERROR_INVALID_ARGUMENT, "multiprocQueueBase");

  system = start (port);
  worker = create (system, NULL);
  joined = try_start (port, THESPIAN_ACTOR_SYSTEM_JOIN_ONLY | THESPIAN_ACTOR_SYSTEM_TRANSIENT_UNIQUE, &error);
  g_assert_no_error (error);
  assert_works (joined, worker);
  thespian_actor_system_shutdown (joined, NULL, &error);
  g_assert_no_error (error);
  assert_nobody ("multiprocTCPBase", port, THESPIAN_ERROR_STARTUP_FAILURE, NULL);
}

/* --- All ------------------------------------------------------------------------------------------------ */

typedef struct
{
  const char *name;
  void (*func) (void);
  gboolean needs_root;
} Test;

static const Test tests[] = {
  { "joined-at-once", test_joined_at_once },
  { "starter-killed", test_starter_killed },
  { "stopped-admin", test_stopped_admin },
  { "other-user", test_other_user, .needs_root = TRUE },
  { "silent-strangers", test_silent_strangers },
  { "garbage", test_garbage },
  { "guesses", test_guesses },
  { "left", test_left },
  { "left-carelessly", test_left_carelessly },
  { "left-stopped", test_left_stopped },
  { "vanished", test_vanished },
  { "gone", test_gone },
  { "admin-killed", test_admin_killed },
  { "ended-by-another", test_ended_by_another },
  { "breaks-between-actors", test_breaks_between_actors },
  { "breaks-outside", test_breaks_outside },
  { "join-only", test_join_only },
};

static void
run (gconstpointer data)
{
  const Test *test = data;

  if (test->needs_root && geteuid () != 0)
    g_test_skip ("only root can become somebody else");
  else
    behaviour_run_alone (test->func, 5 * LIMIT);
}

int
main (int    argc,
      char **argv)
{
  behaviour_mark_processes ();
  g_test_init (&argc, &argv, NULL);
  g_type_ensure (TYPE_WORKER);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strdup_printf ("/processes/port/%s", tests[i].name);

      g_test_add_data_func (path, &tests[i], run);
    }

  return g_test_run ();
}
