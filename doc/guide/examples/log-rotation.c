/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <glib/gstdio.h>
#include <thespian/thespian.h>

/* An actor that logs whatever it is sent. */
G_DECLARE_FINAL_TYPE (Clerk, clerk, EXAMPLE, CLERK, ThespianActor)

struct _Clerk
{
  ThespianActor parent_instance;
};

G_DEFINE_FINAL_TYPE (Clerk, clerk, THESPIAN_TYPE_ACTOR)

static gboolean
clerk_receive_message (ThespianActor   *actor,
                       const GValue    *message,
                       ThespianAddress *sender,
                       GError         **error)
{
  if (G_VALUE_HOLDS_STRING (message))
    thespian_actor_log (actor, G_LOG_LEVEL_MESSAGE, g_value_get_string (message));
  return TRUE;
}

static void
clerk_class_init (ClerkClass *klass)
{
  THESPIAN_ACTOR_CLASS (klass)->receive_message = clerk_receive_message;
}

static void
clerk_init (Clerk *self)
{
}

/* As it might stand in a file of settings. */
static const char definition[] =
  "{"
  "  \"version\": 1,"
  "  \"formatters\": {\"short\": {\"format\": \"%(level)s: %(message)s\"}},"
  "  \"handlers\": {"
  "    \"book\": {"
  "      \"class\": \"rotating-file\","
  "      \"filename\": \"book.log\","
  "      \"max-bytes\": 40,"
  "      \"backup-count\": 3,"
  "      \"formatter\": \"short\""
  "    }"
  "  },"
  "  \"loggers\": {\"\": {\"handlers\": [\"book\"], \"level\": \"MESSAGE\"}}"
  "}";

static gboolean
keep_book (GError **error)
{
  const char *const days[] = { "Monday", "Tuesday", "Wednesday", "Thursday" };
  g_autoptr (ThespianActorSystem) system = thespian_actor_system_new (
    "simpleSystemBase", NULL, g_variant_new_string (definition), THESPIAN_ACTOR_SYSTEM_NONE, error);
  g_autoptr (ThespianAddress) clerk = NULL;

  if (system != NULL)
    clerk =
      thespian_actor_system_create_actor (system, clerk_get_type (), NULL, NULL, NULL, NULL, error);
  if (clerk == NULL)
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (days); i++)
    {
      g_auto (GValue) day = G_VALUE_INIT;

      g_value_init (&day, G_TYPE_STRING);
      g_value_set_static_string (&day, days[i]);
      if (!thespian_actor_system_tell (system, clerk, &day, NULL, error))
        return FALSE;
    }
  return thespian_actor_system_shutdown (system, NULL, error);
}

/* Prints a file, and removes it. */
static void
take (const char *name)
{
  g_autofree char *text = NULL;
  g_autoptr (GFile) file = g_file_new_for_path (name);

  if (g_file_load_contents (file, NULL, &text, NULL, NULL, NULL))
    g_print ("%s:\n%s", name, text);
  g_file_delete (file, NULL, NULL);
}

int
main (int   argc,
      char *argv[])
{
  g_autofree char *folder = g_dir_make_tmp ("book-XXXXXX", NULL);
  g_autoptr (GError) error = NULL;

  if (folder == NULL || g_chdir (folder) != 0 || !keep_book (&error))
    {
      g_printerr ("%s\n", error != NULL ? error->message : "no folder");
      return 1;
    }
  take ("book.log.1");
  take ("book.log");
  g_rmdir (folder);
  return 0;
}
