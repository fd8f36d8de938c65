/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "plain-options.h"

#include <string.h>

static GVariant *
understand (GVariant *plain)
{
  GVariantBuilder builder;
  GVariantIter iter;
  const char *name, *text;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  g_variant_iter_init (&iter, plain);
  while (g_variant_iter_next (&iter, "{&s&s}", &name, &text))
    {
      GVariant *value = g_variant_parse (NULL, text, NULL, NULL, NULL);

      if (value == NULL)
        value = g_variant_ref_sink (g_variant_new_string (text));
      g_variant_builder_add (&builder, "{sv}", name, value);
      g_variant_unref (value);
    }
  return g_variant_builder_end (&builder);
}

static GVariant *
understand_all (GVariant *arguments)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_TUPLE);
  for (gsize i = 0; i < g_variant_n_children (arguments); i++)
    {
      g_autoptr (GVariant) argument = g_variant_get_child_value (arguments, i);
      gboolean is_plain = g_variant_is_of_type (argument, G_VARIANT_TYPE ("a{ss}"));

      g_variant_builder_add_value (&builder, is_plain ? understand (argument) : argument);
    }
  return g_variant_builder_end (&builder);
}

/* On the thread of GIO that reads. */
static GDBusMessage *
on_message (GDBusConnection *connection,
            GDBusMessage    *message,
            gboolean         incoming,
            gpointer         data)
{
  const char *interface = g_dbus_message_get_interface (message);
  GDBusMessage *understood;

  if (!incoming || g_dbus_message_get_message_type (message) != G_DBUS_MESSAGE_TYPE_METHOD_CALL || interface == NULL ||
      !g_str_has_prefix (interface, "org.thespian.") ||
      strstr (g_dbus_message_get_signature (message), "a{ss}") == NULL)
    return message;
  understood = g_dbus_message_copy (message, NULL);
  g_dbus_message_set_body (understood, understand_all (g_dbus_message_get_body (message)));
  g_object_unref (message);
  return understood;
}

void
plain_options_allow (GDBusConnection *connection)
{
  g_dbus_connection_add_filter (connection, on_message, NULL, NULL);
}
