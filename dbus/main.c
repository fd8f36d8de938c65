/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* thespian-dbus-service: an actor system for every program that can speak D-Bus. */

#include "config.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include "../demo/translations.h"
#include "service.h"

int
main (int   argc,
      char *argv[])
{
  g_auto (Settings) settings = { 0, };
  g_autoptr (GError) error = NULL;
  Service *service;
  int status;

  setlocale (LC_ALL, "");
  translations_find ();
  if (!settings_parse (&settings, argc, argv, &error))
    {
      g_printerr ("thespian-dbus-service: %s\n", error->message);
      return EXIT_USAGE;
    }
  if (settings.show_version)
    {
      printf ("thespian-dbus-service %s\n", PACKAGE_VERSION);
      return EXIT_SUCCESS;
    }
  service = service_new (&settings);
  status = service_run (service);
  service_free (service);
  return status;
}
