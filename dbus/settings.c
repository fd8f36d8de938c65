/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "settings.h"

#include "../demo/flags.h"

#include <glib/gi18n.h>
#include <string.h>

#define DEFAULT_BASE "multiprocQueueBase"
#define DEFAULT_BASE_TO_JOIN "multiprocTCPBase"
#define DEFAULT_MAX_CALLS 1000
#define MAX_MAX_CALLS 1000000
#define DEFAULT_BUS_PATIENCE 30
#define MAX_BUS_PATIENCE 86400
#define FILE_NAME "thespian/dbus-service.conf"
#define NOT_GIVEN G_MININT

static struct
{
  gboolean session;
  gboolean system;
  char *base;
  char *capabilities;
  char *config;
  int max_calls;
  int bus_patience;
  gboolean join;
  gboolean exit_with_system;
  gboolean show_version;
} given = {
  .max_calls = NOT_GIVEN,
  .bus_patience = NOT_GIVEN,
};

static const GOptionEntry entries[] = {
  { "session", 0, 0, G_OPTION_ARG_NONE, &given.session, N_ ("Serve the session bus (default)"), NULL },
  { "system", 0, 0, G_OPTION_ARG_NONE, &given.system, N_ ("Serve the system bus"), NULL },
  { "base", 'b', 0, G_OPTION_ARG_STRING, &given.base,
    N_ ("The base of the actor system (default: multiprocQueueBase, with --join multiprocTCPBase)"), N_ ("BASE") },
  { "join", 'j', 0, G_OPTION_ARG_NONE, &given.join,
    N_ ("Join the actor system at its Admin Port whenever there is one, and never start one"), NULL },
  { "capabilities", 'c', 0, G_OPTION_ARG_STRING, &given.capabilities,
    N_ ("Capabilities as GVariant text, such as {'Admin Port': <uint32 1900>}"), N_ ("DICTIONARY") },
  { "config", 'f', 0, G_OPTION_ARG_FILENAME, &given.config,
    N_ ("The configuration file (default: thespian/dbus-service.conf in the configuration folder)"), N_ ("FILE") },
  { "max-calls", 0, 0, G_OPTION_ARG_INT, &given.max_calls,
    N_ ("How many calls one client may have outstanding (default: 1000)"), "N" },
  { "bus-patience", 0, 0, G_OPTION_ARG_INT, &given.bus_patience,
    N_ ("Seconds that the bus may be away before the service ends (default: 30)"), "N" },
  { "exit-with-system", 0, 0, G_OPTION_ARG_NONE, &given.exit_with_system,
    N_ ("End when the actor system ends, rather than get it back"), NULL },
  { "version", 0, 0, G_OPTION_ARG_NONE, &given.show_version, N_ ("Print the version, and end"), NULL },
  G_OPTION_ENTRY_NULL
};

static gboolean
refuse_range (GError    **error,
              const char *name,
              int         value,
              int         most)
{
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _ ("%s %d is not between %d and %d"), name, value, 1,
               most);
  return FALSE;
}

static gboolean
take_number (const char *name,
             int         value,
             int         most,
             guint      *ret_number,
             GError    **error)
{
  if (value == NOT_GIVEN)
    return TRUE;
  if (value < 1 || value > most)
    return refuse_range (error, name, value, most);
  *ret_number = (guint) value;
  return TRUE;
}

static GVariant *
parse (const GVariantType *type,
       const char         *text,
       const char         *where,
       GError            **error)
{
  g_autoptr (GError) problem = NULL;
  GVariant *variant = g_variant_parse (type, text, NULL, NULL, &problem);

  if (variant == NULL)
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _ ("%s: “%s” is no such GVariant text: %s"), where,
                 text, problem->message);
  return variant;
}

/* --- The file --------------------------------------------------------------------------------------------- */

static gboolean
read_capabilities (GKeyFile     *file,
                   const char   *path,
                   GVariantDict *capabilities,
                   GError      **error)
{
  g_auto (GStrv) keys = g_key_file_get_keys (file, "Capabilities", NULL, NULL);

  for (char **key = keys; key != NULL && *key != NULL; key++)
    {
      g_autofree char *text = g_key_file_get_value (file, "Capabilities", *key, NULL);
      g_autofree char *where = g_strdup_printf ("%s: [Capabilities] %s", path, *key);
      g_autoptr (GVariant) value = parse (NULL, text, where, error);

      if (value == NULL)
        return FALSE;
      g_variant_dict_insert_value (capabilities, *key, value);
    }
  return TRUE;
}

static gboolean
read_number (GKeyFile   *file,
             const char *path,
             const char *key,
             int         most,
             guint      *ret_number,
             GError    **error)
{
  g_autoptr (GError) problem = NULL;
  g_autofree char *name = g_strdup_printf ("%s: %s", path, key);
  int value;

  if (!g_key_file_has_key (file, "Service", key, NULL))
    return TRUE;
  value = g_key_file_get_integer (file, "Service", key, &problem);
  if (problem != NULL)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s: %s", path, problem->message);
      return FALSE;
    }
  return take_number (name, value, most, ret_number, error);
}

static gboolean
check_keys (GKeyFile   *file,
            const char *path,
            GError    **error)
{
  static const char *const groups[] = { "Service", "Capabilities", NULL };
  static const char *const known[] = { "Base", "Log", "MaxCalls", "BusPatience", "Join", "ExitWithSystem", NULL };
  g_auto (GStrv) there = g_key_file_get_groups (file, NULL);
  g_auto (GStrv) keys = g_key_file_get_keys (file, "Service", NULL, NULL);

  for (char **group = there; *group != NULL; group++)
    if (!g_strv_contains (groups, *group))
      {
        g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _ ("%s: there is no group [%s]"), path, *group);
        return FALSE;
      }
  for (char **key = keys; key != NULL && *key != NULL; key++)
    if (!g_strv_contains (known, *key))
      {
        g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _ ("%s: there is no key %s in [Service]"), path,
                     *key);
        return FALSE;
      }
  return TRUE;
}

static gboolean
read_flag (GKeyFile   *file,
           const char *path,
           const char *key,
           gboolean   *ret_flag,
           GError    **error)
{
  g_autoptr (GError) problem = NULL;

  if (!g_key_file_has_key (file, "Service", key, NULL))
    return TRUE;
  *ret_flag = g_key_file_get_boolean (file, "Service", key, &problem);
  if (problem == NULL)
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s: %s", path, problem->message);
  return FALSE;
}

static gboolean
read_log (GKeyFile   *file,
          const char *path,
          GVariant  **ret_definition,
          GError    **error)
{
  g_autofree char *name = g_key_file_get_string (file, "Service", "Log", NULL);
  g_autofree char *json = NULL;
  g_autoptr (GError) problem = NULL;

  if (name == NULL)
    return TRUE;
  if (!g_file_get_contents (name, &json, NULL, &problem) || !g_utf8_validate (json, -1, NULL))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _ ("%s: the log definition cannot be read: %s"),
                   path, problem != NULL ? problem->message : _ ("it is no UTF-8"));
      return FALSE;
    }
  *ret_definition = g_variant_ref_sink (g_variant_new_string (json));
  return TRUE;
}

static gboolean
read_file (Settings     *self,
           const char   *path,
           GVariantDict *capabilities,
           GError      **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) problem = NULL;

  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &problem))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _ ("%s: it cannot be read: %s"), path,
                   problem->message);
      return FALSE;
    }
  self->base = g_key_file_get_string (file, "Service", "Base", NULL);
  return check_keys (file, path, error) && read_capabilities (file, path, capabilities, error) &&
         read_number (file, path, "MaxCalls", MAX_MAX_CALLS, &self->max_calls, error) &&
         read_number (file, path, "BusPatience", MAX_BUS_PATIENCE, &self->bus_patience, error) &&
         read_flag (file, path, "Join", &self->join, error) &&
         read_flag (file, path, "ExitWithSystem", &self->exit_with_system, error) &&
         read_log (file, path, &self->log_definition, error);
}

/* NULL when none was given and there is none. */
static char *
find_file (GBusType bus)
{
  g_autofree char *path = NULL;

  if (given.config != NULL)
    return g_strdup (given.config);
  path = g_build_filename (bus == G_BUS_TYPE_SYSTEM ? SYSCONFDIR : g_get_user_config_dir (), FILE_NAME, NULL);
  return g_file_test (path, G_FILE_TEST_EXISTS) ? g_steal_pointer (&path) : NULL;
}

/* --- The command line --------------------------------------------------------------------------------------- */

static gboolean
take_capabilities (Settings     *self,
                   GVariantDict *capabilities,
                   GError      **error)
{
  g_autoptr (GVariant) more = NULL;
  GVariantIter iter;
  const char *name;
  GVariant *value;

  if (given.capabilities != NULL)
    {
      more = parse (G_VARIANT_TYPE_VARDICT, given.capabilities, "--capabilities", error);
      if (more == NULL)
        return FALSE;
      g_variant_iter_init (&iter, more);
      while (g_variant_iter_loop (&iter, "{&sv}", &name, &value))
        g_variant_dict_insert_value (capabilities, name, value);
    }
  self->capabilities = g_variant_ref_sink (g_variant_dict_end (capabilities));
  return TRUE;
}

static gboolean
read_command_line (int      argc,
                   char    *argv[],
                   GError **error)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  g_option_context_set_summary (context, _ ("Makes an actor system the service org.thespian.ActorSystem1 of a bus."));
  if (!flags_check (entries, argc, argv, error) || !g_option_context_parse (context, &argc, &argv, error))
    return FALSE;
  if (argc > 1)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, _ ("“%s” is one argument too many"), argv[1]);
      return FALSE;
    }
  if (given.session && given.system)
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, _ ("choose one of --session and --system"));
      return FALSE;
    }
  return TRUE;
}

/* That of the command line comes first, then that of the file. */
static void
choose_base (Settings *self)
{
  const char *fallback = self->join ? DEFAULT_BASE_TO_JOIN : DEFAULT_BASE;

  if (given.base == NULL && self->base != NULL)
    return;
  g_free (self->base);
  self->base = g_strdup (given.base != NULL ? given.base : fallback);
}

gboolean
settings_parse (Settings *self,
                int       argc,
                char     *argv[],
                GError  **error)
{
  g_auto (GVariantDict) capabilities = G_VARIANT_DICT_INIT (NULL);
  g_autofree char *path = NULL;

  *self = (Settings) { .max_calls = DEFAULT_MAX_CALLS, .bus_patience = DEFAULT_BUS_PATIENCE };
  if (!read_command_line (argc, argv, error))
    return FALSE;

  self->bus = given.system ? G_BUS_TYPE_SYSTEM : G_BUS_TYPE_SESSION;
  path = find_file (self->bus);
  if (path != NULL && !read_file (self, path, &capabilities, error))
    return FALSE;
  self->join |= given.join;
  choose_base (self);
  self->exit_with_system |= given.exit_with_system;
  self->show_version = given.show_version;
  return take_capabilities (self, &capabilities, error) &&
         take_number ("--max-calls", given.max_calls, MAX_MAX_CALLS, &self->max_calls, error) &&
         take_number ("--bus-patience", given.bus_patience, MAX_BUS_PATIENCE, &self->bus_patience, error);
}

void
settings_clear (Settings *self)
{
  g_clear_pointer (&self->base, g_free);
  g_clear_pointer (&self->capabilities, g_variant_unref);
  g_clear_pointer (&self->log_definition, g_variant_unref);
}
