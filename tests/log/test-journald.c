/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The journal.  GLib knows one place for its socket, so the test makes a /run of its own, in name
 * spaces of its own, and listens there.
 */

#include "config.h"

#include "log-test.h"

#include "log/thespian-log-hub-private.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define SOCKET_PATH "/run/systemd/journal/socket"

static gboolean
write_text (const char *path,
            const char *text)
{
  int fd = open (path, O_WRONLY | O_CLOEXEC);
  gboolean ok = fd >= 0 && write (fd, text, strlen (text)) == (gssize) strlen (text);

  if (fd >= 0)
    close (fd);
  return ok;
}

/* Who is not root becomes so, in a name space of users. */
static gboolean
become_root (void)
{
  g_autofree char *uid_map = g_strdup_printf ("0 %u 1", getuid ());
  g_autofree char *gid_map = g_strdup_printf ("0 %u 1", getgid ());

  return unshare (CLONE_NEWUSER | CLONE_NEWNS) == 0 &&
         write_text ("/proc/self/setgroups", "deny") &&
         write_text ("/proc/self/uid_map", uid_map) && write_text ("/proc/self/gid_map", gid_map);
}

/* FALSE where that is not allowed. */
static gboolean
make_own_run (void)
{
  return (unshare (CLONE_NEWNS) == 0 || become_root ()) &&
         mount ("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
         mount ("none", "/run", "tmpfs", 0, NULL) == 0;
}

static int
listen_as_journal (void)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = SOCKET_PATH };
  int fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (g_mkdir_with_parents ("/run/systemd/journal", 0700), ==, 0);
  g_assert_cmpint (bind (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  return fd;
}

static ThespianLogHub *
hub_new (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) definition = log_definition (
    NULL, "{'handlers': <{'j': {'class': 'journald'}}>, 'loggers': <{'': {'handlers': ['j']}}>}");
  ThespianLogHub *hub = thespian_log_hub_new (definition, &error);

  g_assert_no_error (error);
  return hub;
}

static ThespianLogRecord *
cow_new (const char *message)
{
  const GLogField fields[] = {
    { "MESSAGE", message, -1 },
    { "GLIB_DOMAIN", "Farm", -1 },
    { "CODE_LINE", "17", -1 },
    { "THESPIAN_ACTOR_ADDRESS", "Cow:1234", -1 },
    { "THESPIAN_ACTOR_CLASS", "Cow", -1 },
  };
  ThespianLogRecord *record =
    thespian_log_record_new_from_fields (G_LOG_LEVEL_WARNING, fields, G_N_ELEMENTS (fields));

  record->pid = 42;
  return record;
}

static void
be_journal (void)
{
  g_autoptr (ThespianLogHub) hub = hub_new ();
  g_autoptr (ThespianLogRecord) record = cow_new ("the cow is out");
  char bytes[4096];
  gssize size;
  int fd;

  g_assert_true (make_own_run ());
  fd = listen_as_journal ();
  thespian_log_hub_handle (hub, record);
  size = recv (fd, bytes, sizeof bytes - 1, MSG_DONTWAIT);
  g_assert_cmpint (size, >, 0);
  bytes[size] = '\0';
  g_assert_cmpstr (bytes, ==,
                   "MESSAGE=the cow is out\nPRIORITY=4\nGLIB_DOMAIN=Farm\n"
                   "THESPIAN_ACTOR_ADDRESS=Cow:1234\n"
                   "THESPIAN_ACTOR_CLASS=Cow\nSYSLOG_PID=42\nCODE_LINE=17\n");
  close (fd);
}

static void
miss_journal (void)
{
  g_autoptr (ThespianLogHub) hub = hub_new ();
  g_autoptr (ThespianLogRecord) record = cow_new ("lost");

  g_assert_true (make_own_run ());
  for (guint i = 0; i < 3; i++)
    thespian_log_hub_handle (hub, record);
}

/* In a process that is then thrown away. */
static gboolean
is_allowed (void)
{
  pid_t pid = fork ();
  int status;

  g_assert_cmpint (pid, >=, 0);
  if (pid == 0)
    _exit (make_own_run () ? 0 : 1);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  return status == 0;
}

static void
test_fields (void)
{
  if (g_test_subprocess ())
    {
      be_journal ();
      return;
    }
  if (!is_allowed ())
    {
      g_test_skip ("no name spaces for this user");
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
}

static void
test_missing (void)
{
  if (g_test_subprocess ())
    {
      miss_journal ();
      return;
    }
  if (!is_allowed ())
    {
      g_test_skip ("no name spaces for this user");
      return;
    }
  g_setenv ("THESPLOG_FILE_MAXSIZE", "0", TRUE);
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr (
    "*the log handler “j” fails: The journal takes nothing: is it running?*");
  g_test_trap_assert_stderr_unmatched ("*fails*fails*");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/log/journald/fields", test_fields);
  g_test_add_func ("/log/journald/missing", test_missing);

  return g_test_run ();
}
