/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "follow-up.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

#define PORT_VARIABLE "WORDCOUNT_PORT"

static char *
find_port (ThespianActorSystem *system)
{
  g_autoptr (GVariant) capabilities = thespian_actor_system_dup_capabilities (system);
  g_autoptr (GVariant) port = g_variant_lookup_value (capabilities, "Admin Port", NULL);

  return port != NULL ? g_variant_print (port, FALSE) : NULL;
}

gboolean
follow_up_run (ThespianActorSystem *system,
               const char          *command,
               GError             **error)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_INHERIT);
  g_autofree char *port = find_port (system);
  g_autoptr (GSubprocess) shell = NULL;

  g_subprocess_launcher_unsetenv (launcher, PORT_VARIABLE);
  if (port != NULL)
    g_subprocess_launcher_setenv (launcher, PORT_VARIABLE, port, TRUE);
  shell = g_subprocess_launcher_spawn (launcher, error, "sh", "-c", command, NULL);
  if (shell == NULL || !g_subprocess_wait (shell, NULL, error))
    return FALSE;
  if (g_subprocess_get_successful (shell))
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("the command of --then failed: %s"), command);
  return FALSE;
}
