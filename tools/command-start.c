/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "actor-file.h"
#include "assignments.h"
#include "command.h"
#include "foreground.h"
#include "input.h"
#include "progress.h"
#include "tool-error.h"

#include <glib/gi18n.h>
#include <string.h>

typedef struct
{
  char **capabilities;
  char **actor_path;
  char *log_file;
  gboolean foreground;
} StartOptions;

static void
start_options_clear (StartOptions *self)
{
  g_strfreev (self->capabilities);
  g_strfreev (self->actor_path);
  g_free (self->log_file);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (StartOptions, start_options_clear)

/* The admin is in another folder. */
static GVariant *
absolute_folders (char  **folders,
                  GError **error)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_STRING_ARRAY);

  for (char **folder = folders; *folder != NULL; folder++)
    {
      g_autofree char *path = g_canonicalize_filename (*folder, NULL);

      if (!input_check (path, strlen (path), error))
        return NULL;
      g_variant_builder_add (&builder, "s", path);
    }
  return g_variant_builder_end (&builder);
}

static GVariant *
new_capabilities (Session            *session,
                  const StartOptions *options,
                  GError            **error)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  GVariant *folders = NULL;

  if (!assignments_parse (options->capabilities, &dict, error) ||
      (options->actor_path != NULL && (folders = absolute_folders (options->actor_path, error)) == NULL))
    return NULL;
  if (folders != NULL)
    actor_folders_add (&dict, folders);
  if (session->choice.port != 0)
    g_variant_dict_insert (&dict, "Admin Port", "u", (guint) session->choice.port);
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

static gboolean
read_log_definition (const StartOptions *options,
                     GVariant          **ret_definition,
                     GError            **error)
{
  g_autofree char *text = NULL;
  gsize length;

  *ret_definition = NULL;
  if (options->log_file == NULL)
    return TRUE;
  if (!g_file_get_contents (options->log_file, &text, &length, error))
    return FALSE;
  if (!g_utf8_validate_len (text, length, NULL))
    {
      g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE, _ ("“%s” is not UTF-8"), options->log_file);
      return FALSE;
    }
  *ret_definition = g_variant_ref_sink (g_variant_new_string (text));
  return TRUE;
}

/* Only a system that others find at a port has an address to tell. */
static gboolean
print_started (Session    *session,
               Connection *connection,
               gboolean    started,
               GError    **error)
{
  g_autoptr (GVariant) capabilities = connection->ops->get_capabilities (connection, error);
  const char *base = connection_choice_get_base (&session->choice);
  const char *address = "";
  const char *own_base = "";
  g_autofree char *text = NULL;
  GVariantDict details;

  if (capabilities == NULL)
    return FALSE;
  g_variant_lookup (capabilities, "Admin Address", "&s", &address);
  g_variant_lookup (capabilities, "Thespian ActorSystem Name", "&s", &own_base);
  g_variant_dict_init (&details, NULL);
  g_variant_dict_insert (&details, "started", "b", started);
  if (!session->choice.session && !session->choice.system)
    g_variant_dict_insert (&details, "base", "s", base);
  g_variant_dict_insert (&details, "admin-address", "s", address);
  text = g_strdup_printf (started ? _ ("A system has started: %s") : _ ("A system runs already: %s"),
                          *address != '\0' ? address : own_base);
  session_print (session, g_variant_dict_end (&details), text);
  return TRUE;
}

static Connection *
start (Session            *session,
       const StartOptions *options,
       GVariant           *capabilities,
       GVariant           *log_definition,
       GError            **error)
{
  g_autoptr (Progress) progress = progress_begin (session, _ ("The system starts"));
  ThespianActorSystem *system;

  system = thespian_actor_system_new (connection_choice_get_base (&session->choice), capabilities, log_definition,
                                      options->foreground ? THESPIAN_ACTOR_SYSTEM_TRANSIENT_UNIQUE
                                                          : THESPIAN_ACTOR_SYSTEM_NONE,
                                      error);
  return system != NULL ? connection_new_port (system) : NULL;
}

/* What is wrong with the options is said also when a system runs, which they do not change. */
static gboolean
start_or_find (Session            *session,
               const StartOptions *options,
               GError            **error)
{
  g_autoptr (GVariant) capabilities = NULL;
  g_autoptr (GVariant) log_definition = NULL;
  g_autoptr (GError) reason = NULL;
  gboolean starts;

  if (!connection_choice_check (&session->choice, error) ||
      (capabilities = new_capabilities (session, options, error)) == NULL ||
      !read_log_definition (options, &log_definition, error))
    return FALSE;
  starts = session_connect (session, &reason) == NULL;
  if (starts && (session->choice.session || session->choice.system || !g_error_matches (reason, THESPIAN_ERROR, THESPIAN_ERROR_STARTUP_FAILURE)))
    {
      g_propagate_error (error, g_steal_pointer (&reason));
      return FALSE;
    }
  if (!starts && options->foreground)
    {
      g_set_error (error, TOOL_ERROR, TOOL_ERROR_FAILED,
                   _ ("a system runs there already, and --foreground needs one of its own: choose another --port"));
      return FALSE;
    }
  if (options->foreground)
    foreground_prepare ();
  if (starts)
    session->connection = start (session, options, capabilities, log_definition, error);
  if (session->connection == NULL)
    return FALSE;
  return print_started (session, session->connection, starts, error) &&
         (!options->foreground || foreground_run (session->connection, error));
}

gboolean
command_start (Session *session,
               int      argc,
               char   **argv,
               GError **error)
{
  g_auto (StartOptions) options = { 0, };
  const GOptionEntry entries[] = {
    { "capability", 'c', 0, G_OPTION_ARG_STRING_ARRAY, &options.capabilities, N_ ("A capability that it begins with"),
      N_ ("NAME=VALUE") },
    { "actor-path", 'a', 0, G_OPTION_ARG_FILENAME_ARRAY, &options.actor_path,
      N_ ("A folder with modules and scripts of actors"), N_ ("FOLDER") },
    { "log-definition", 'l', 0, G_OPTION_ARG_FILENAME, &options.log_file,
      N_ ("A file with the log definition, in JSON"), N_ ("FILE") },
    { "foreground", 'F', 0, G_OPTION_ARG_NONE, &options.foreground,
      N_ ("Stay, and end the system with this program"), NULL },
    G_OPTION_ENTRY_NULL
  };

  return command_parse (session, entries, 0, 0, &argc, &argv, error) && start_or_find (session, &options, error);
}
