/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Runs an actor of a file, with no project around it. */

#include "config.h"

#include "actor-file.h"
#include "assignments.h"
#include "command.h"
#include "exchange.h"
#include "input.h"
#include "progress.h"
#include "timeout.h"
#include "tool-error.h"

#include <glib/gi18n.h>
#include <stdio.h>

#define DEFAULT_BASE "multiprocQueueBase"

typedef struct
{
  Exchange exchange;
  GTimeSpan start_timeout;
  char **capabilities;
  char **properties;
} RunOptions;

static void
run_options_clear (RunOptions *self)
{
  exchange_clear (&self->exchange);
  g_strfreev (self->capabilities);
  g_strfreev (self->properties);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (RunOptions, run_options_clear)

/* --- The system ------------------------------------------------------------------------------------------- */

/* One that is there already would end with this program. */
static gboolean
check_free (Session *session,
            GError **error)
{
  g_autoptr (Connection) other = NULL;

  if (session->choice.session || session->choice.system)
    {
      g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE, _ ("“run” makes a system of its own, and needs no bus"));
      return FALSE;
    }
  if (!connection_choice_check (&session->choice, error))
    return FALSE;
  if (session->choice.base == NULL && session->choice.port == 0)
    return TRUE;
  other = connection_open_port (&session->choice, NULL);
  if (other == NULL)
    return TRUE;
  g_set_error (error, TOOL_ERROR, TOOL_ERROR_FAILED,
               _ ("a system runs at the port already, and “run” makes one of its own: choose another --port"));
  return FALSE;
}

static GVariant *
new_capabilities (Session          *session,
                  const RunOptions *options,
                  ActorFile        *file,
                  GError          **error)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

  if (!assignments_parse (options->capabilities, &dict, error))
    return NULL;
  actor_folders_add (&dict, g_variant_new_strv ((const char *const *) &file->folder, 1));
  if (session->choice.port != 0)
    g_variant_dict_insert (&dict, "Admin Port", "u", (guint) session->choice.port);
  return g_variant_dict_end (&dict);
}

static gboolean
start (Session    *session,
       RunOptions *options,
       ActorFile  *file,
       GError    **error)
{
  gboolean has_port = session->choice.base != NULL || session->choice.port != 0;
  g_autoptr (Progress) progress = progress_begin (session, _ ("The system starts"));
  GVariant *capabilities = new_capabilities (session, options, file, error);
  ThespianActorSystem *system;

  if (capabilities == NULL)
    return FALSE;
  system = thespian_actor_system_new (has_port ? connection_choice_get_base (&session->choice) : DEFAULT_BASE,
                                      capabilities, NULL, THESPIAN_ACTOR_SYSTEM_TRANSIENT_UNIQUE, error);
  if (system != NULL)
    session->connection = connection_new_port (system);
  return system != NULL;
}

/* One that was given is for the start and for each answer. */
static gboolean
read_timeouts (RunOptions *options,
               GError    **error)
{
  gboolean is_given = options->exchange.seconds != TIMEOUT_NOT_GIVEN;
  double for_start = is_given ? options->exchange.seconds : TIMEOUT_START_DEFAULT;

  if (!is_given)
    options->exchange.seconds = TIMEOUT_DEFAULT;
  return exchange_read_options (&options->exchange, error) &&
         timeout_from_seconds (for_start, &options->start_timeout, error);
}

static char *
create (Connection *connection,
        RunOptions *options,
        ActorFile  *file,
        GError    **error)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GVariant) properties = NULL;
  g_autoptr (ActorInfo) info = NULL;
  ActorPlan plan;

  if (!assignments_parse (options->properties, &dict, error))
    return NULL;
  properties = g_variant_ref_sink (g_variant_dict_end (&dict));
  plan = (ActorPlan){ file->class_specification, NULL, NULL, properties, options->start_timeout };
  info = connection->ops->create (connection, &plan, error);
  return info != NULL ? g_strdup (info->token) : NULL;
}

/* --- Messages --------------------------------------------------------------------------------------------- */

static gboolean
ask (Session    *session,
     RunOptions *options,
     const char *actor,
     const char *text,
     GError    **error)
{
  Connection *connection = session->connection;
  g_autoptr (GVariant) message = exchange_parse (&options->exchange, text, error);
  g_autoptr (Answer) answer = NULL;

  if (message == NULL)
    return FALSE;
  answer = connection->ops->ask (connection, actor, message, options->exchange.timeout, error);
  return answer != NULL && exchange_print (&options->exchange, session, answer, error);
}

static gboolean
ask_lines (Session    *session,
           RunOptions *options,
           const char *actor,
           GError    **error)
{
  char *line = NULL;
  size_t size = 0;
  gssize length;
  gboolean good = TRUE;

  while (good && (length = getline (&line, &size, stdin)) >= 0)
    good = input_check (line, (gsize) length, error) &&
           (*g_strchomp (line) == '\0' || ask (session, options, actor, line, error));
  good = good && input_check_end (error);
  free (line);
  return good;
}

static gboolean
ask_all (Session    *session,
         RunOptions *options,
         const char *actor,
         char      **messages,
         GError    **error)
{
  if (*messages == NULL)
    return ask_lines (session, options, actor, error);
  for (char **message = messages; *message != NULL; message++)
    if (!ask (session, options, actor, *message, error))
      return FALSE;
  return TRUE;
}

/* --- All of it -------------------------------------------------------------------------------------------- */

static gboolean
run (Session    *session,
     RunOptions *options,
     char      **argv,
     GError    **error)
{
  g_autoptr (ActorFile) file = actor_file_find (argv[1], error);
  g_autofree char *actor = NULL;
  gboolean good;

  if (file == NULL || !check_free (session, error) || !start (session, options, file, error))
    return FALSE;
  actor = create (session->connection, options, file, error);
  good = actor != NULL && ask_all (session, options, actor, argv + 2, error);
  return session->connection->ops->shutdown (session->connection, good ? error : NULL) && good;
}

gboolean
command_run_file (Session *session,
                  int      argc,
                  char   **argv,
                  GError **error)
{
  g_auto (RunOptions) options = { .exchange = EXCHANGE_INIT (TIMEOUT_NOT_GIVEN) };
  const GOptionEntry entries[] = {
    { "capability", 'c', 0, G_OPTION_ARG_STRING_ARRAY, &options.capabilities, N_ ("A capability of the system"),
      N_ ("NAME=VALUE") },
    { "property", 'P', 0, G_OPTION_ARG_STRING_ARRAY, &options.properties, N_ ("A property that the actor is made with"),
      N_ ("NAME=VALUE") },
    EXCHANGE_FORMAT_ENTRY (&options.exchange),
    EXCHANGE_TIMEOUT_ENTRY (&options.exchange,
                            N_ ("How long to wait for the actor's start (default: 50) and for each answer "
                                "(default: 10); negative: for ever; 0: not at all")),
    G_OPTION_ENTRY_NULL
  };

  return command_parse (session, entries, 1, G_MAXINT, &argc, &argv, error) &&
         read_timeouts (&options, error) && run (session, &options, argv, error);
}
