/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A system that is found at a port of datagrams, whose links do not tell when the other end is no more. */

#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "admin/thespian-control-private.h"
#include "behaviour-processes.h"
#include "thespian.h"
#include "transport/thespian-datagram-dialler-private.h"
#include "transport/thespian-ip-private.h"
#include "transport/thespian-key-file-private.h"

#define LIMIT (60 * G_TIME_SPAN_SECOND)
#define RETRY_MILLISECONDS 100
/* What a member has not acknowledged is sent again every second at least. */
#define SILENCE_MILLISECONDS 3000

static ThespianActorSystem *
start (guint port)
{
  g_autoptr (GError) error = NULL;
  ThespianActorSystem *system;
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "Admin Port", "u", port);
  system = thespian_actor_system_new ("multiprocUDPBase", g_variant_dict_end (&dict), g_variant_new_boolean (FALSE),
                                      THESPIAN_ACTOR_SYSTEM_TRANSIENT_UNIQUE, &error);
  g_assert_no_error (error);
  return system;
}

/* --- One who comes ------------------------------------------------------------------------------------ */

static gsize
receive (int     fd,
         guint8 *buffer,
         gsize   size)
{
  gssize n;

  poll (&(struct pollfd){ fd, POLLIN, 0 }, 1, RETRY_MILLISECONDS);
  n = recv (fd, buffer, size, MSG_DONTWAIT);
  return n > 0 ? (gsize) n : 0;
}

static ThespianSeal *
shake_hands (int   fd,
             guint port)
{
  ThespianIdentity nobody = { 0, 0 };
  ThespianDatagramResult result = THESPIAN_DATAGRAM_REPLY;
  g_autoptr (ThespianDatagramDialler) dialler = NULL;
  guint8 key[THESPIAN_SECRET_LENGTH], buffer[1024];
  gsize length;

  g_assert_true (thespian_key_file_load ("udp", port, key, NULL));
  dialler = thespian_datagram_dialler_new (THESPIAN_PURPOSE_ADMIN_PORT, &nobody, thespian_system_key_id, key);
  while (result != THESPIAN_DATAGRAM_DONE)
    {
      const guint8 *hello = thespian_datagram_dialler_get_hello (dialler, &length);

      g_assert_cmpint (send (fd, hello, length, 0), ==, (gssize) length);
      length = receive (fd, buffer, sizeof buffer);
      if (length > 0)
        result = thespian_datagram_dialler_receive (dialler, buffer, length);
    }
  return thespian_datagram_dialler_take_seal (dialler, NULL);
}

static void
send_frame (int           fd,
            ThespianSeal *seal,
            ThespianFrame frame)
{
  guint8 datagram[256] = { 0 };
  guint8 *place = datagram + THESPIAN_SEAL_HEADROOM;

  thespian_frame_write_header (&frame, place);
  memcpy (place + THESPIAN_FRAME_HEADER_SIZE, frame.body, frame.body_length);
  thespian_seal_encrypt (seal, datagram, frame.length);
  g_assert_cmpint (send (fd, datagram, THESPIAN_SEAL_OVERHEAD + frame.length, 0), >, 0);
}

static void
greet (int           fd,
       ThespianSeal *seal)
{
  gint32 pid = GINT32_TO_LE ((gint32) getpid ());

  send_frame (fd, seal,
              (ThespianFrame){
                .kind = THESPIAN_CONTROL_GREET,
                .body = (const guint8 *) &pid,
                .body_length = sizeof pid,
              });
}

/* The next datagram is looked through for a frame of @kind, which is in @buffer then. */
static gboolean
receive_frame (int            fd,
               ThespianSeal  *seal,
               guint          kind,
               guint8        *buffer,
               gsize          size,
               ThespianFrame *ret_frame)
{
  const guint8 *data = buffer + THESPIAN_SEAL_HEADROOM;
  gsize length = receive (fd, buffer, size);

  if (length == 0 || thespian_seal_decrypt (seal, buffer, length, &length) != THESPIAN_SEAL_OK)
    return FALSE;
  for (; length > 0; length -= ret_frame->length, data += ret_frame->length)
    {
      g_assert_true (thespian_frame_read (data, thespian_frame_peek_length (data), ret_frame, NULL));
      if (ret_frame->kind == kind)
        return TRUE;
    }
  return FALSE;
}

/* When it is told to; it is welcome, and says nothing more. */
static void
come_and_die (int   fd,
              int   go,
              guint port)
{
  g_autoptr (ThespianSeal) seal = NULL;
  guint8 buffer[16384];

  g_assert_cmpint (read (go, buffer, 1), ==, 1);
  seal = shake_hands (fd, port);
  do
    greet (fd, seal);
  while (receive (fd, buffer, sizeof buffer) == 0);
  _exit (0);
}

static int
dial (guint port)
{
  ThespianIpAddress any, admin;
  int fd;

  g_assert_true (thespian_ip_address_init (&any, THESPIAN_IP_LOOPBACK, 0));
  g_assert_true (thespian_ip_address_init (&admin, THESPIAN_IP_LOOPBACK, port));
  fd = thespian_udp_open (&any);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (connect (fd, (const struct sockaddr *) &admin.storage, admin.length), ==, 0);
  return fd;
}

/* --- What the admin does with it ------------------------------------------------------------------------ */

static void
drop_all (int fd)
{
  guint8 buffer[16384];

  while (recv (fd, buffer, sizeof buffer, MSG_DONTWAIT) > 0)
    ;
}

/* As each member does. */
static gboolean
hears_of_changes (ThespianActorSystem *system,
                  int                  fd)
{
  static guint count;
  g_autoptr (GError) error = NULL;

  drop_all (fd);
  thespian_actor_system_update_capability (system, "Count", g_variant_new_uint32 (++count), &error);
  g_assert_no_error (error);
  return poll (&(struct pollfd){ fd, POLLIN, 0 }, 1, SILENCE_MILLISECONDS) > 0;
}

static void
test_died_when_welcome (void)
{
  guint port = behaviour_find_port ();
  gint64 end = g_get_monotonic_time () + LIMIT;
  g_autoptr (GError) error = NULL;
  ThespianActorSystem *system;
  int fd = dial (port);
  int go[2], status;
  pid_t pid;

  g_assert_cmpint (pipe2 (go, O_CLOEXEC), ==, 0);
  pid = fork ();
  if (pid == 0)
    come_and_die (fd, go[0], port);
  system = start (port);
  g_assert_cmpint (write (go[1], "!", 1), ==, 1);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_cmpint (status, ==, 0);

  /* this end of the link is still there, so nothing but the end of the process tells the admin */
  while (hears_of_changes (system, fd))
    g_assert_cmpint (g_get_monotonic_time (), <, end);

  close (fd);
  close (go[0]);
  close (go[1]);
  thespian_actor_system_shutdown (system, NULL, &error);
  g_assert_no_error (error);
  g_object_unref (system);
}

/* --- What the admin does not understand ----------------------------------------------------------------- */

/* As one of another version would ask. */
static ThespianFrame
new_question (guint         kind,
              GVariant     *welcome,
              const guint8 *body,
              gsize         length)
{
  ThespianFrame frame = {
    .kind = (guint8) kind,
    .flags = THESPIAN_FRAME_FIRST,
    .sequence = 1,
    .body = body,
    .body_length = length,
  };

  g_assert_true (g_variant_lookup (welcome, "system", "t", &frame.target.system_id));
  g_assert_true (g_variant_lookup (welcome, "admin", "t", &frame.target.actor_id));
  g_assert_true (g_variant_lookup (welcome, "node", "t", &frame.sender.actor_id));
  frame.sender.system_id = frame.target.system_id;
  return frame;
}

static void
assert_refused (guint         kind,
                guint         expected_kind,
                const guint8 *body,
                gsize         length)
{
  guint port = behaviour_find_port ();
  ThespianActorSystem *system = start (port);
  g_autofree guint64 *buffer = g_new (guint64, 4096);
  g_autoptr (ThespianSeal) seal = NULL;
  g_autoptr (GVariant) welcome = NULL;
  g_autoptr (GError) error = NULL;
  gint64 end = g_get_monotonic_time () + LIMIT;
  ThespianFrame frame;
  int fd = dial (port);

  seal = shake_hands (fd, port);
  do
    greet (fd, seal);
  while (!receive_frame (fd, seal, THESPIAN_CONTROL_WELCOME, (guint8 *) buffer, 4096 * sizeof *buffer, &frame));
  welcome = thespian_control_read (&frame, "a{sv}");
  g_assert_nonnull (welcome);
  do
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      send_frame (fd, seal, new_question (kind, welcome, body, length));
    }
  while (!receive_frame (fd, seal, expected_kind, (guint8 *) buffer, 4096 * sizeof *buffer, &frame));

  close (fd);
  thespian_actor_system_shutdown (system, NULL, &error);
  g_assert_no_error (error);
  g_object_unref (system);
}

/* A serial, and nonsense. */
static void
test_unreadable_questions (void)
{
  static const guint8 question[16] = { 42, [15] = 0xff };

  assert_refused (THESPIAN_CONTROL_CREATE, THESPIAN_CONTROL_REPLY, question, sizeof question);
  assert_refused (THESPIAN_CONTROL_UPDATE_CAPABILITY, THESPIAN_CONTROL_REPLY, question, sizeof question);
}

/* Nobody waits for an answer, but somebody for the actor. */
static void
test_unreadable_order (void)
{
  static const guint8 order[17] = { [8] = 42 };

  assert_refused (THESPIAN_CONTROL_CREATE, THESPIAN_CONTROL_OBITUARY, order, sizeof order);
}

/* --- All ------------------------------------------------------------------------------------------------ */

typedef struct
{
  const char *name;
  void (*func) (void);
} Test;

static const Test tests[] = {
  { "died-when-welcome", test_died_when_welcome },
  { "unreadable-questions", test_unreadable_questions },
  { "unreadable-order", test_unreadable_order },
};

static void
run (gconstpointer data)
{
  behaviour_run_alone (((const Test *) data)->func, 5 * LIMIT);
}

int
main (int    argc,
      char **argv)
{
  behaviour_mark_processes ();
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strdup_printf ("/processes/datagram-port/%s", tests[i].name);

      g_test_add_data_func (path, &tests[i], run);
    }
  return g_test_run ();
}
