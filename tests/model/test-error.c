/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <gio/gio.h>
#include <string.h>
#include <thespian.h>

static GEnumClass *
ref_codes (void)
{
  return g_type_class_ref (THESPIAN_TYPE_ERROR);
}

/* "INVALID_ACTOR_ADDRESS" is InvalidActorAddress on D-Bus. */
static char *
camel_case (const char *nick)
{
  GString *name = g_string_new ("org.thespian.Error.");
  gboolean upper = TRUE;

  for (const char *c = nick; *c != '\0'; c++)
    {
      if (*c != '-')
        g_string_append_c (name, upper ? g_ascii_toupper (*c) : *c);
      upper = *c == '-';
    }

  return g_string_free (name, FALSE);
}

static void
test_dbus_names (void)
{
  g_autoptr (GEnumClass) codes = ref_codes ();

  g_assert_cmpuint (codes->n_values, ==, 16);

  for (guint i = 0; i < codes->n_values; i++)
    {
      g_autoptr (GError) error = g_error_new (THESPIAN_ERROR, codes->values[i].value, "It failed");
      g_autofree char *expected = camel_case (codes->values[i].value_nick);
      g_autofree char *name = g_dbus_error_encode_gerror (error);
      g_autoptr (GError) back = g_dbus_error_new_for_dbus_error (name, "It failed");

      g_assert_cmpstr (name, ==, expected);
      g_assert_error (back, THESPIAN_ERROR, codes->values[i].value);
    }
}

static void
test_system_failures (void)
{
  g_autoptr (GEnumClass) codes = ref_codes ();
  g_autoptr (GError) other = g_error_new (G_IO_ERROR, THESPIAN_ERROR_REQUEST_TIMEOUT, "Not ours");

  for (guint i = 0; i < codes->n_values; i++)
    {
      int code = codes->values[i].value;
      g_autoptr (GError) error = g_error_new (THESPIAN_ERROR, code, "It failed");
      gboolean expected = code == THESPIAN_ERROR_SYSTEM_FAILURE ||
                          code == THESPIAN_ERROR_STARTUP_FAILURE ||
                          code == THESPIAN_ERROR_REQUEST_TIMEOUT;

      g_assert_cmpint (thespian_error_is_system_failure (error), ==, expected);
    }

  g_assert_false (thespian_error_is_system_failure (other));
  g_assert_false (thespian_error_is_system_failure (NULL));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/error/dbus-names", test_dbus_names);
  g_test_add_func ("/error/system-failures", test_system_failures);

  return g_test_run ();
}
