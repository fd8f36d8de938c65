/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who comes to the port of a system and does not belong there. */

#include "behaviour-processes.h"
#include "port-fixture.h"
#include "transport/thespian-handshake-private.h"
#include "transport/thespian-ip-private.h"
#include "transport/thespian-key-file-private.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define N_SILENT 2000
/* Of whom it is not known yet who they are, at a time. */
#define MAX_CALLERS 64
#define N_GUESSES 50

static int
dial (guint port)
{
  ThespianIpAddress address;
  int               fd;

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
  gint64 end = g_get_monotonic_time () + PORT_LIMIT;
  char   bytes[256];
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
  ThespianActorSystem *system = port_start (port);
  g_autoptr (ThespianAddress) worker = port_create (system, NULL);

  port_assert_works (system, worker);
  other_say (says, "worked");
  g_object_unref (system);
}

/* Few of those who say nothing can be there at a time, and none for long. */
static void
test_silent_strangers (void)
{
  guint                port = behaviour_find_port ();
  Other                other = other_start (be_one_more, port);
  ThespianActorSystem *system = port_start (port);
  g_autoptr (ThespianAddress) worker = port_create (system, NULL);
  g_autofree int  *fds = g_new (int, N_SILENT);
  g_autofree char *text = NULL;
  gint64           end;

  for (guint i = 0; i < N_SILENT; i++)
    fds[i] = dial (port);
  port_assert_works (system, worker);
  other_go (&other);
  text = other_hear (&other);
  g_assert_cmpstr (text, ==, "worked");
  other_end (&other, 0);

  /* those who came before the other one was let in have been accepted, all of them */
  g_assert_cmpuint (count_open (fds, N_SILENT), <=, MAX_CALLERS);
  end = g_get_monotonic_time () + PORT_LIMIT;
  while (count_open (fds, N_SILENT) > 0)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      poll (NULL, 0, 50);
    }
  for (guint i = 0; i < N_SILENT; i++)
    close (fds[i]);

  port_assert_works (system, worker);
  port_shut_down (system);
}

static void
test_garbage (void)
{
  static const char *const garbage[] = {
    "GET / HTTP/1.0\r\n\r\n",
    "\x16\x03\x01\x02",
    "\xff\xff\xff\xff\xff\xff\xff\xff",
  };
  guint                port = behaviour_find_port ();
  ThespianActorSystem *system = port_start (port);
  g_autoptr (ThespianAddress) worker = port_create (system, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (garbage); i++)
    {
      int fd = dial (port);

      g_assert_cmpint (send (fd, garbage[i], strlen (garbage[i]), MSG_NOSIGNAL), >, 0);
      wait_closed (fd);
    }
  port_assert_works (system, worker);
  port_shut_down (system);
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
  int                     fd = dial (port);

  while (result == THESPIAN_HANDSHAKE_NEED_MORE)
    {
      g_autoptr (GBytes) output = thespian_handshake_take_output (handshake);
      guint8 bytes[256];
      gsize  length = 0, consumed;
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
  guint8           key[THESPIAN_SECRET_LENGTH] = { 0 };
  g_autoptr (ThespianHandshake) handshake =
    thespian_handshake_new_dialler (purpose, &identity, key_id, key, NULL);
  g_autoptr (GBytes) hello = thespian_handshake_take_output (handshake);
  gint64         start = g_get_monotonic_time ();
  ThespianAnswer answer;
  ThespianProof  guess;
  int            fd = dial (port);

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
      guint64          inode = 0;

      if (target == NULL || sscanf (target, "socket:[%" G_GUINT64_FORMAT "]", &inode) != 1)
        continue;
      for (guint i = 1; lines[i] != NULL; i++)
        {
          guint   port, state;
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
  guint                port = behaviour_find_port ();
  ThespianActorSystem *system = port_start (port);
  g_autoptr (ThespianAddress) worker = port_create (system, NULL);
  g_autofree char *pid = port_ask_string (system, worker, "pid");
  guint            node_port = find_listening_port (pid);
  guint8           key[THESPIAN_SECRET_LENGTH];
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
  port_assert_works (system, worker);
  port_shut_down (system);
}

static const PortTest tests[] = {
  { "silent-strangers", test_silent_strangers },
  { "garbage", test_garbage },
  { "guesses", test_guesses },
};

int
main (int    argc,
      char **argv)
{
  return port_run_tests (argc, argv, "port-strangers", tests, G_N_ELEMENTS (tests));
}
