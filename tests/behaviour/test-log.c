/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "behaviour-actors.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

/* Logs what it is told at the level that the first word says. */
typedef struct
{
  ThespianActor parent_instance;
} Chatty;

static gboolean
chatty_receive (ThespianActor   *actor,
                const GValue    *message,
                ThespianAddress *sender,
                GError         **error)
{
  if (!G_VALUE_HOLDS_STRING (message))
    return TRUE;

  if (behaviour_after (message, "warning ") != NULL)
    thespian_actor_log (actor, G_LOG_LEVEL_WARNING, behaviour_after (message, "warning "));
  else if (behaviour_after (message, "critical ") != NULL)
    thespian_actor_log (actor, G_LOG_LEVEL_CRITICAL, behaviour_after (message, "critical "));
  else if (behaviour_after (message, "message ") != NULL)
    thespian_actor_log (actor, G_LOG_LEVEL_MESSAGE, behaviour_after (message, "message "));
  else if (behaviour_after (message, "info ") != NULL)
    thespian_actor_log (actor, G_LOG_LEVEL_INFO, behaviour_after (message, "info "));

  return thespian_actor_send_string (actor, sender, "logged");
}

BEHAVIOUR_ACTOR (Chatty, chatty)

static void
say (ThespianActorSystem *system,
     ThespianAddress     *chatty,
     const char          *what)
{
  g_autoptr (BehaviourMessage) message = behaviour_string (what);
  g_autoptr (GError) error = NULL;
  g_autoptr (BehaviourReply) reply =
    thespian_actor_system_ask (system, chatty, message, behaviour_limit (), NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (reply);
}

static ThespianActorSystem *
system_new (BehaviourFixture *f,
            GVariant         *log_definition,
            ThespianAddress **ret_chatty)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) capabilities = behaviour_capabilities (f, NULL);
  ThespianActorSystem *system = thespian_actor_system_new (
    f->base, capabilities, log_definition, THESPIAN_ACTOR_SYSTEM_TRANSIENT_UNIQUE, &error);

  g_assert_no_error (error);
  *ret_chatty =
    thespian_actor_system_create_actor (system, chatty_get_type (), NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);

  return system;
}

static void
test_default (BehaviourFixture *f)
{
  g_autoptr (ThespianAddress) chatty = NULL;
  g_autofree char *text = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  ThespianActorSystem *system = NULL;
  int file = g_file_open_tmp ("behaviour-XXXXXX", &path, &error);
  int saved = -1;

  /* A warning is what is wanted here, and no reason to end. */
  g_log_set_always_fatal (G_LOG_FATAL_MASK);
  g_assert_no_error (error);
  saved = dup (STDERR_FILENO);
  g_assert_cmpint (dup2 (file, STDERR_FILENO), ==, STDERR_FILENO);

  system = system_new (f, NULL, &chatty);
  say (system, chatty, "warning the ice is thin");
  say (system, chatty, "critical the ice has broken");
  say (system, chatty, "message the water is cold");
  say (system, chatty, "info the water is wet");
  behaviour_system_end (system);

  g_assert_cmpint (dup2 (saved, STDERR_FILENO), ==, STDERR_FILENO);
  close (saved);
  close (file);
  g_assert_true (g_file_get_contents (path, &text, NULL, &error));
  g_unlink (path);

  g_assert_nonnull (strstr (text, "the ice is thin"));
  g_assert_nonnull (strstr (text, "the ice has broken"));
  g_assert_null (strstr (text, "the water is cold"));
  g_assert_null (strstr (text, "the water is wet"));
}

/* The file that the application's own writer writes to: "message address; …", only of actors, which
 * may be in other processes. */
static char *seen;

static GLogWriterOutput
see (GLogLevelFlags   level,
     const GLogField *fields,
     gsize            n_fields,
     gpointer         data)
{
  const char *message = "", *address = NULL;
  g_autofree char *line = NULL;
  int fd = -1;

  for (gsize i = 0; i < n_fields; i++)
    if (g_str_equal (fields[i].key, "MESSAGE"))
      message = fields[i].value;
    else if (g_str_equal (fields[i].key, "THESPIAN_ACTOR_ADDRESS"))
      address = fields[i].value;

  if (address != NULL)
    {
      line = g_strdup_printf ("%s %s; ", message, address);
      fd = g_open (seen, O_WRONLY | O_APPEND | O_CLOEXEC, 0);
      g_assert_cmpint (write (fd, line, strlen (line)), ==, strlen (line));
      close (fd);
    }

  return G_LOG_WRITER_HANDLED;
}

static void
assert_seen (BehaviourFixture *f,
             GVariant         *log_definition,
             gboolean          all)
{
  g_autoptr (ThespianAddress) chatty = NULL;
  g_autofree char *printable = NULL;
  g_autofree char *expected = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  ThespianActorSystem *system = NULL;

  close (g_file_open_tmp ("behaviour-XXXXXX", &seen, &error));
  g_assert_no_error (error);
  g_log_set_always_fatal (G_LOG_FATAL_MASK);
  g_log_set_writer_func (see, NULL, NULL);
  system = system_new (f, log_definition, &chatty);
  say (system, chatty, "warning one");
  say (system, chatty, "info two");
  behaviour_system_end (system);

  g_assert_true (g_file_get_contents (seen, &text, NULL, &error));
  g_unlink (seen);
  printable = thespian_address_to_string (chatty);
  expected = all ? g_strdup_printf ("one %s; two %s; ", printable, printable)
                 : g_strdup_printf ("one %s; ", printable);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_alone (BehaviourFixture *f)
{
  assert_seen (f, g_variant_new_boolean (FALSE), TRUE);
}

static void
test_field (BehaviourFixture *f)
{
  /* Where what actors log goes to other processes first, the fields are those of one that is left
   * alone. */
  if (f->processes)
    assert_seen (f, g_variant_new_boolean (FALSE), TRUE);
  else
    assert_seen (f, NULL, FALSE);
}

int
main (int    argc,
      char **argv)
{
  behaviour_test_init (&argc, &argv);

  behaviour_test_bare ("LOG-1", "default", test_default);
  behaviour_test_bare ("LOG-2", "left-alone", test_alone);
  behaviour_test_bare ("LOG-3", "field", test_field);

  return g_test_run ();
}
