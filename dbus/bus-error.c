/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "bus-error.h"

#include <thespian.h>

static const GDBusErrorEntry entries[] = {
  { BUS_ERROR_NO_ANSWER, "org.thespian.Error.NoAnswer" },
  { BUS_ERROR_TOO_MANY_CALLS, "org.thespian.Error.TooManyCalls" },
};

GQuark
bus_error_quark (void)
{
  static gsize quark;

  g_dbus_error_register_error_domain ("thespian-bus-error-quark", &quark, entries, G_N_ELEMENTS (entries));
  return (GQuark) quark;
}

/* An error of GLib or GIO has a name that nobody documents. */
static GQuark
documented_domain (const GError *error)
{
  return error->domain == BUS_ERROR || error->domain == THESPIAN_ERROR || error->domain == G_DBUS_ERROR
           ? error->domain
           : 0;
}

char *
bus_error_dup_name (const GError *error)
{
  if (documented_domain (error) != 0)
    return g_dbus_error_encode_gerror (error);
  return g_strdup ("org.thespian.Error.SystemFailure");
}

void
bus_error_return (GDBusMethodInvocation *invocation,
                  GError                *error)
{
  g_autofree char *name = bus_error_dup_name (error);
  g_autofree char *text = g_utf8_make_valid (error->message, -1);

  g_dbus_method_invocation_return_dbus_error (invocation, name, text);
  g_error_free (error);
}
