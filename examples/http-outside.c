/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "http-outside.h"

#include <string.h>

static gboolean
print_visits (ThespianActorSystem *system,
              ThespianAddress     *server,
              GError             **error)
{
  g_auto (GValue) message = G_VALUE_INIT;
  gboolean asked_to_quit = FALSE;
  GValue *told;

  g_value_init (&message, G_TYPE_STRING);
  g_value_set_string (&message, "serve");
  told = thespian_actor_system_ask (system, server, &message, -1, NULL, error);
  while (told != NULL && G_VALUE_HOLDS_STRING (told) && !asked_to_quit)
    {
      g_print ("%s\n", g_value_get_string (told));
      asked_to_quit = strcmp (g_value_get_string (told), "/quit") == 0;
      thespian_value_free (told);
      told = asked_to_quit ? NULL : thespian_actor_system_listen (system, -1, NULL, error);
    }
  g_clear_pointer (&told, thespian_value_free);
  return asked_to_quit;
}

int
http_run_server (const char *program,
                 GType       server_type,
                 const char *base_name)
{
  g_autoptr (ThespianActorSystem) system = NULL;
  g_autoptr (ThespianAddress) server = NULL;
  g_autoptr (GError) error = NULL;

  system = thespian_actor_system_new (base_name, NULL, NULL, THESPIAN_ACTOR_SYSTEM_NONE, &error);
  if (system != NULL)
    server = thespian_actor_system_create_actor (system, server_type, NULL, NULL, NULL, NULL,
                                                 &error);
  if (server == NULL || !print_visits (system, server, &error)
      || !thespian_actor_system_shutdown (system, NULL, &error))
    {
      g_printerr ("%s: %s\n", program, error != NULL ? error->message : "the server failed");
      return 1;
    }
  return 0;
}
