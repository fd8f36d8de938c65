/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is logged in an actor's process, on its way to the log hub. */

#include "config.h"

#include "behaviour-actors.h"
#include "behaviour-processes.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#define N_FLOOD 12000

/* Logs with GLib as it is told, and ends its process. */
typedef struct
{
  ThespianActor parent_instance;
} Talker;

static gpointer
warn_elsewhere (gpointer data)
{
  g_warning ("elsewhere");
  return NULL;
}

static void
warn_and_raise (int signal_number)
{
  behaviour_forgo_core ();
  signal (signal_number, SIG_DFL);
  g_warning ("last words");
  raise (signal_number);
}

static void
fail (void)
{
  behaviour_forgo_core ();
  g_error ("last words");
}

static void
flood (void)
{
  g_autofree char *padding = g_strnfill (1000, '.');

  for (guint i = 0; i < N_FLOOD; i++)
    g_warning ("entry %u %s", i, padding);
}

static gboolean
talker_receive (ThespianActor   *actor,
                const GValue    *message,
                ThespianAddress *sender,
                GError         **error)
{
  if (!G_VALUE_HOLDS_STRING (message))
    return TRUE;

  if (behaviour_is (message, "warn"))
    g_warning ("here");
  else if (behaviour_is (message, "warn elsewhere"))
    g_thread_join (g_thread_new ("elsewhere", warn_elsewhere, NULL));
  else if (behaviour_is (message, "debug"))
    g_debug ("nobody wants this");
  else if (behaviour_is (message, "flood"))
    flood ();
  else if (behaviour_is (message, "error"))
    fail ();
  else if (behaviour_is (message, "abort"))
    warn_and_raise (SIGABRT);
  else if (behaviour_is (message, "kill"))
    warn_and_raise (SIGKILL);
  else if (behaviour_is (message, "exit"))
    {
      g_warning ("last words");
      exit (0);
    }

  return thespian_actor_send_string (actor, sender, "done");
}

BEHAVIOUR_ACTOR (Talker, talker)

/* --- Systems that write their log to a file --------------------------------------------------- */

/* Of entries of the level warning, and of worse, with this format. */
#define FORMAT "%(actorAddress)s %(levelname)s %(message)s"

static ThespianActorSystem *
start (BehaviourFixture *f,
       const char       *path,
       const char       *capabilities)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) all = behaviour_capabilities (f, capabilities);
  g_autoptr (GVariant) definition = NULL;
  ThespianActorSystem *system = NULL;

  if (path != NULL)
    definition = g_variant_ref_sink (g_variant_new_parsed (
      "{'formatters': <{'f': {'format': %s}}>,"
      " 'handlers': <{'h': {'class': 'file', 'filename': %s, 'formatter': 'f'}}>,"
      " 'loggers': <{'': {'handlers': ['h']}}>}",
      FORMAT, path));
  /* A warning is what is wanted here, and no reason to end. */
  g_log_set_always_fatal (G_LOG_FATAL_MASK);
  system = thespian_actor_system_new (f->base, all, definition,
                                      THESPIAN_ACTOR_SYSTEM_TRANSIENT_UNIQUE, &error);
  g_assert_no_error (error);

  return system;
}

static ThespianAddress *
create (ThespianActorSystem *system)
{
  g_autoptr (GError) error = NULL;
  ThespianAddress *talker = thespian_actor_system_create_actor (system, talker_get_type (), NULL,
                                                                NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  return talker;
}

static BehaviourReply *
ask (ThespianActorSystem *system,
     ThespianAddress     *target,
     const char          *what)
{
  g_autoptr (BehaviourMessage) message = behaviour_string (what);
  g_autoptr (GError) error = NULL;
  BehaviourReply *reply =
    thespian_actor_system_ask (system, target, message, behaviour_limit (), NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (reply);
  return reply;
}

static void
assert_does (ThespianActorSystem *system,
             ThespianAddress     *talker,
             const char          *what)
{
  g_autoptr (BehaviourReply) reply = ask (system, talker, what);

  g_assert_true (behaviour_is (reply, "done"));
}

/* Makes a file for the log of the system that @func starts; what is in it then. */
static char *
read_log (BehaviourFixture *f,
          void            (*func) (BehaviourFixture *f, const char *path, gpointer data),
          gpointer          data)
{
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  close (g_file_open_tmp ("behaviour-XXXXXX", &path, &error));
  g_assert_no_error (error);
  func (f, path, data);
  g_assert_true (g_file_get_contents (path, &text, NULL, &error));
  g_unlink (path);
  return text;
}

/* --- LOG-14 ----------------------------------------------------------------------------------- */

static void
log_by_glib (BehaviourFixture *f,
             const char       *path,
             gpointer          data)
{
  ThespianActorSystem *system = start (f, path, NULL);
  g_autoptr (ThespianAddress) talker = create (system);

  assert_does (system, talker, "warn");
  assert_does (system, talker, "debug");
  assert_does (system, talker, "warn elsewhere");
  *(char **) data = thespian_address_to_string (talker);
  behaviour_system_end (system);
}

static void
test_by_glib (BehaviourFixture *f)
{
  g_autofree char *address = NULL;
  g_autofree char *text = read_log (f, log_by_glib, &address);
  g_autofree char *expected =
    g_strdup_printf ("%s WARNING here\n%s WARNING elsewhere\n", address, address);

  g_assert_cmpstr (text, ==, expected);
}

/* The entry has left before the process ends, however that ends. */
static void
log_last_words (BehaviourFixture *f,
                const char       *path,
                gpointer          word)
{
  ThespianActorSystem *system = start (f, path, NULL);
  g_autoptr (ThespianAddress) talker = create (system);
  g_autoptr (BehaviourReply) reply = ask (system, talker, word);

  g_assert_nonnull (behaviour_object (reply, THESPIAN_TYPE_POISON_MESSAGE));
  behaviour_system_end (system);
}

static void
assert_last_words (BehaviourFixture *f,
                   const char       *word,
                   const char       *end)
{
  g_autofree char *text = read_log (f, log_last_words, (gpointer) word);

  if (!g_str_has_suffix (text, end))
    g_error ("After “%s” the log is: %s", word, text);
}

static void
test_last_words (BehaviourFixture *f)
{
  assert_last_words (f, "error", " ERROR last words\n");
  assert_last_words (f, "abort", " WARNING last words\n");
  assert_last_words (f, "kill", " WARNING last words\n");
  assert_last_words (f, "exit", " WARNING last words\n");
}

/* Where the process runs another program than the application. */
static void
log_in_module (BehaviourFixture *f,
               const char       *path,
               gpointer          method)
{
  g_autofree char *capabilities = g_strdup_printf ("{'Process Startup Method': <'%s'>}",
                                                   (const char *) method);
  ThespianActorSystem *system = start (f, path, capabilities);
  g_autoptr (GError) error = NULL;
  g_autoptr (ThespianAddress) echo = thespian_actor_system_create_actor_by_name (
    system, "behaviour-module:BehaviourModuleEcho", NULL, NULL, NULL, NULL, &error);
  g_autoptr (BehaviourReply) reply = NULL;

  g_assert_no_error (error);
  reply = ask (system, echo, "warn");
  behaviour_system_end (system);
}

static void
assert_module_logs (BehaviourFixture *f,
                    const char       *method)
{
  g_autofree char *text = read_log (f, log_in_module, (gpointer) method);

  g_assert_true (g_str_has_prefix (text, "BehaviourModuleEcho-"));
  g_assert_nonnull (strstr (text, " WARNING from a module\n"));
  g_assert_nonnull (strstr (text, " WARNING structured\n"));
}

static void
test_module (BehaviourFixture *f)
{
  assert_module_logs (f, "forkserver");
  assert_module_logs (f, "spawn");
}

/* --- LOG-15 ----------------------------------------------------------------------------------- */

/* Whoever writes the log stands still meanwhile. */
static void
log_flood (BehaviourFixture *f,
           const char       *path,
           gpointer          data)
{
  ThespianActorSystem *system = start (f, path, NULL);
  g_autoptr (ThespianAddress) talker = create (system);
  int admin = 0;

  f->system = system;
  f->control = thespian_actor_system_create_endpoint (system);
  admin = behaviour_get_pid (f, thespian_actor_system_get_admin_address (system));
  /* So that the talker knows the way back, which it could not ask for later. */
  behaviour_assert_probe (f, talker, behaviour_string ("warn"), "done");
  behaviour_suspend (admin);
  behaviour_assert_probe (f, talker, behaviour_string ("flood"), "done");
  g_assert_cmpint (kill (admin, SIGCONT), ==, 0);
  behaviour_assert_probe (f, talker, behaviour_string ("warn"), "done");

  behaviour_stop (f);
}

static void
test_flood (BehaviourFixture *f)
{
  g_autofree char *text = read_log (f, log_flood, NULL);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  guint64 n_entries = 0, n_dropped = 0;

  for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++)
    {
      g_auto (GStrv) words = g_strsplit (lines[i], " ", -1);

      g_assert_cmpstr (words[1], ==, "WARNING");
      if (g_str_equal (words[2], "here") || g_str_equal (words[2], "entry"))
        n_entries++;
      else
        n_dropped += g_ascii_strtoull (words[2], NULL, 10);
    }
  g_assert_cmpuint (n_dropped, >, 0);
  g_assert_cmpuint (n_entries + n_dropped, ==, N_FLOOD + 2);
}

/* --- LOG-16 ----------------------------------------------------------------------------------- */

static void
set_standard_error (const char *path)
{
  int fd = g_open (path, O_WRONLY | O_APPEND | O_CLOEXEC, 0);

  g_assert_cmpint (dup2 (fd, STDERR_FILENO), ==, STDERR_FILENO);
  close (fd);
}

static void
log_without_standard_error (BehaviourFixture *f,
                            const char       *path,
                            gpointer          data)
{
  int saved = dup (STDERR_FILENO);
  ThespianActorSystem *system = NULL;
  g_autoptr (ThespianAddress) talker = NULL;

  set_standard_error ("/dev/null");
  system = start (f, NULL, NULL);
  set_standard_error (path);
  talker = create (system);
  assert_does (system, talker, "warn");
  behaviour_system_end (system);
  g_assert_cmpint (dup2 (saved, STDERR_FILENO), ==, STDERR_FILENO);
  close (saved);
}

static void
test_no_standard_error (BehaviourFixture *f)
{
  g_autofree char *text = read_log (f, log_without_standard_error, NULL);

  g_assert_nonnull (strstr (text, "Talker-"));
  g_assert_nonnull (strstr (text, " => here\n"));
}

int
main (int    argc,
      char **argv)
{
  behaviour_test_init (&argc, &argv);

  behaviour_test_bare ("LOG-14", "by-glib", test_by_glib);
  behaviour_test_bare ("LOG-14", "last-words", test_last_words);
  behaviour_test_bare ("LOG-14", "module", test_module);
  behaviour_test_bare ("LOG-15", "flood", test_flood);
  behaviour_test_bare ("LOG-16", "no-standard-error", test_no_standard_error);

  return g_test_run ();
}
