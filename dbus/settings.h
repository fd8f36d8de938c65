/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The exit status of the service when its settings are bad. */
#define EXIT_USAGE 2

/* What the service was told on its command line and in its configuration file. */
typedef struct
{
  GBusType bus;
  char *base;               /* (owned) */
  GVariant *capabilities;   /* (owned) a{sv} */
  GVariant *log_definition; /* (owned) (nullable) a string with JSON */
  guint max_calls;          /* of one client at once */
  guint bus_patience;       /* seconds that the bus may be away */
  gboolean join; /* a system that runs, and start none */
  gboolean exit_with_system;
  gboolean show_version;
} Settings;

/* Prints the help and exits when asked to. */
gboolean settings_parse (Settings *self, int argc, char *argv[], GError **error);
void     settings_clear (Settings *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Settings, settings_clear)

G_END_DECLS
