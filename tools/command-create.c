/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "assignments.h"
#include "command.h"
#include "progress.h"
#include "timeout.h"
#include "tool-error.h"

#include <glib/gi18n.h>

static gboolean
check_name (const char *name,
            GError    **error)
{
  if (name == NULL || *name != '\0')
    return TRUE;
  g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE, _ ("--name needs a name that is not empty"));
  return FALSE;
}

static void
insert_text (GVariantDict *dict,
             const char   *key,
             const char   *text)
{
  if (text != NULL)
    g_variant_dict_insert (dict, key, "s", text);
}

static void
print_created (Session   *session,
               ActorInfo *info)
{
  GVariantDict details;

  g_variant_dict_init (&details, NULL);
  insert_text (&details, "address", info->address);
  insert_text (&details, "token", info->token);
  insert_text (&details, "global-name", info->global_name);
  session_print (session, g_variant_dict_end (&details), info->token != NULL ? info->token : info->address);
}

static gboolean
create (Session         *session,
        const ActorPlan *plan,
        GError         **error)
{
  Connection *connection = session_connect (session, error);
  g_autoptr (ActorInfo) info = NULL;
  g_autoptr (Progress) progress = NULL;

  if (connection == NULL)
    return FALSE;
  progress = progress_begin (session, _ ("The actor starts"));
  info = connection->ops->create (connection, plan, error);
  g_clear_pointer (&progress, progress_end);
  if (info == NULL)
    return FALSE;
  print_created (session, info);
  return TRUE;
}

gboolean
command_create (Session *session,
                int      argc,
                char   **argv,
                GError **error)
{
  g_autofree char *name = NULL;
  double seconds = TIMEOUT_START_DEFAULT;
  GTimeSpan timeout;
  g_auto (GStrv) properties = NULL;
  g_auto (GStrv) requirements = NULL;
  const GOptionEntry entries[] = {
    { "name", 'n', 0, G_OPTION_ARG_STRING, &name, N_ ("Its global name; one that has it already is used"), N_ ("NAME") },
    { "property", 'P', 0, G_OPTION_ARG_STRING_ARRAY, &properties, N_ ("A property that it is made with"),
      N_ ("NAME=VALUE") },
    { "require", 'r', 0, G_OPTION_ARG_STRING_ARRAY, &requirements, N_ ("What it requires of its system; its class looks at that"),
      N_ ("NAME=VALUE") },
    { "timeout", 't', 0, G_OPTION_ARG_DOUBLE, &seconds,
      N_ ("How long to wait for its start (default: 50; negative: for ever; 0: not at all)"), N_ ("SECONDS") },
    G_OPTION_ENTRY_NULL
  };
  g_auto (GVariantDict) property_dict = G_VARIANT_DICT_INIT (NULL);
  g_auto (GVariantDict) requirement_dict = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GVariant) given_properties = NULL;
  g_autoptr (GVariant) given_requirements = NULL;

  if (!command_parse (session, entries, 1, 1, &argc, &argv, error) || !check_name (name, error) ||
      !timeout_from_seconds (seconds, &timeout, error) ||
      !assignments_parse (properties, &property_dict, error) ||
      !assignments_parse (requirements, &requirement_dict, error))
    return FALSE;
  given_properties = g_variant_ref_sink (g_variant_dict_end (&property_dict));
  given_requirements = g_variant_ref_sink (g_variant_dict_end (&requirement_dict));
  return create (session, &(ActorPlan){ argv[1], name, given_requirements, given_properties, timeout }, error);
}
