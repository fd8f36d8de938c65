/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Actors in processes of their own, and what the rest of the program sees when one of those dies.
 * The class is in the module file tally.so, beside the program.
 */

#include <thespian/thespian.h>

#define PATIENCE (30 * G_TIME_SPAN_SECOND)

static GVariant *
new_capabilities (const char *program)
{
  g_autofree char *path = g_canonicalize_filename (program, NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "Actor Path", "s", folder);
  g_variant_dict_insert (&dict, "Process Startup Method", "s", "forkserver");
  return g_variant_dict_end (&dict);
}

static gboolean
ask (ThespianActorSystem *system,
     ThespianAddress     *tally,
     const GValue        *message,
     GError             **error)
{
  GValue *answer = thespian_actor_system_ask (system, tally, message, PATIENCE, NULL, error);

  if (answer == NULL)
    return FALSE;
  if (G_VALUE_HOLDS (answer, THESPIAN_TYPE_POISON_MESSAGE))
    g_print ("%s\n", thespian_poison_message_get_details (g_value_get_object (answer)));
  else
    g_print ("total: %d\n", g_value_get_int (answer));
  thespian_value_free (answer);
  return TRUE;
}

static gboolean
ask_int (ThespianActorSystem *system,
         ThespianAddress     *tally,
         int                  number,
         GError             **error)
{
  g_auto (GValue) message = G_VALUE_INIT;

  g_value_init (&message, G_TYPE_INT);
  g_value_set_int (&message, number);
  return ask (system, tally, &message, error);
}

static gboolean
ask_string (ThespianActorSystem *system,
            ThespianAddress     *tally,
            const char          *text,
            GError             **error)
{
  g_auto (GValue) message = G_VALUE_INIT;

  g_value_init (&message, G_TYPE_STRING);
  g_value_set_string (&message, text);
  return ask (system, tally, &message, error);
}

static gboolean
run (ThespianActorSystem *system,
     GError             **error)
{
  g_autoptr (ThespianAddress) doomed = NULL;
  g_autoptr (ThespianAddress) other = NULL;

  doomed = thespian_actor_system_create_actor_by_name (system, "tally:Tally", NULL, NULL, NULL, NULL, error);
  if (doomed == NULL)
    return FALSE;
  other = thespian_actor_system_create_actor_by_name (system, "tally:Tally", NULL, NULL, NULL, NULL, error);
  if (other == NULL)
    return FALSE;

  return ask_int (system, doomed, 5, error) && ask_int (system, other, 100, error) &&
         ask_string (system, doomed, "die", error) && ask_int (system, other, 1, error);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (ThespianActorSystem) system = NULL;
  g_autoptr (GError) error = NULL;
  const char *base = argc > 1 ? argv[1] : "multiprocQueueBase";

  system = thespian_actor_system_new (base, new_capabilities (argv[0]), NULL, THESPIAN_ACTOR_SYSTEM_NONE, &error);
  if (system == NULL || !run (system, &error) || !thespian_actor_system_shutdown (system, NULL, &error))
    {
      g_printerr ("%s\n", error != NULL ? error->message : "no answer in time");
      return 1;
    }
  return 0;
}
