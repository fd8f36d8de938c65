/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "options.h"

#include "flags.h"
#include "system.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

#define NOT_GIVEN G_MININT
#define MAX_WORKERS 256
#define MAX_ACTORS 10000
#define MAX_TOP 100000

const char *const options_bases[] = { "multiprocTCPBase", "multiprocUDPBase", "multiprocQueueBase",
                                      "multithreadBase",  "mainLoopBase",     "simpleSystemBase",
                                      NULL };

static struct
{
  char *base;
  int workers;
  int readers;
  int reducers;
  int top;
  int port;
  const char *victim;
  char *languages;
  char *then;
  gboolean no_compare;
  gboolean no_check;
  char **folders;
} given = {
  .workers = NOT_GIVEN,
  .readers = NOT_GIVEN,
  .reducers = NOT_GIVEN,
  .top = 10,
  .port = NOT_GIVEN,
};

static gboolean
take_victim (const char *name,
             const char *value,
             gpointer    data,
             GError    **error)
{
  static const char *const victims[] = { VICTIM_READER, VICTIM_REDUCER };

  for (guint i = 0; i < G_N_ELEMENTS (victims); i++)
    if (g_strcmp0 (value != NULL ? value : VICTIM_READER, victims[i]) == 0)
      {
        given.victim = victims[i];
        return TRUE;
      }
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               _ ("--kill-one kills a reader or a reducer, and no “%s”"), value);
  return FALSE;
}

static const GOptionEntry entries[] = {
  { "base", 'b', 0, G_OPTION_ARG_STRING, &given.base,
    N_ ("multiprocTCPBase (default), multiprocUDPBase, multiprocQueueBase, multithreadBase, "
        "mainLoopBase or simpleSystemBase"),
    N_ ("BASE") },
  { "kill-one", 'k', G_OPTION_FLAG_OPTIONAL_ARG, G_OPTION_ARG_CALLBACK, take_victim,
    N_ ("Kill the process of a reader (default) or reducer half-way; multiproc bases only"),
    N_ ("reader|reducer") },
  { "port", 'p', 0, G_OPTION_ARG_INT, &given.port,
    N_ ("Admin Port of multiprocTCPBase or multiprocUDPBase (default: any that is free)"), "N" },
  { "workers", 'w', 0, G_OPTION_ARG_INT, &given.workers,
    N_ ("Threads of multithreadBase (default: one a processor)"), "N" },
  { "readers", 'r', 0, G_OPTION_ARG_INT, &given.readers,
    N_ ("Readers in the troupe, at most (default: two a processor)"), "N" },
  { "reducers", 'R', 0, G_OPTION_ARG_INT, &given.reducers,
    N_ ("Reducers among which the words are divided (default: one a processor)"), "N" },
  { "reducers-in", 'l', 0, G_OPTION_ARG_STRING, &given.languages,
    N_ ("Languages of the first reducers, one for each: c, python or javascript; multiproc bases only"),
    N_ ("LANGUAGE,…") },
  { "top", 't', 0, G_OPTION_ARG_INT, &given.top,
    N_ ("How many of the most frequent words to print (default: 10)"), "N" },
  { "then", 0, 0, G_OPTION_ARG_FILENAME, &given.then,
    N_ ("A command of the shell to run while the system still has the result, which the actor “wordcount” tells who "
        "sends it a number; WORDCOUNT_PORT is the Admin Port, if there is one"),
    N_ ("COMMAND") },
  { "no-compare", 0, 0, G_OPTION_ARG_NONE, &given.no_compare,
    N_ ("Do not run the same job on the other bases"), NULL },
  { "no-check", 0, 0, G_OPTION_ARG_NONE, &given.no_check,
    N_ ("Do not check a part of it with tr, sort and uniq"), NULL },
  { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &given.folders, NULL, N_ ("[FOLDER…]") },
  G_OPTION_ENTRY_NULL
};

static const char *const summary = N_ (
  "Counts the words of all text files below the folders: a coordinator cuts the files into\n"
  "pieces, a troupe of readers counts the words of each, and reducers, to which the words fall by\n"
  "their hash, add them up. Each of them is a process. Then the same job runs on the other bases,\n"
  "which must come to the same, and a part of it through `tr | sort | uniq -c`.");

static const char *const description = N_ (
  "Without folders it reads /usr/share/common-licenses and /usr/share/doc, and where these hold\n"
  "less than 2,000 text files or 20 MB, what further text the machine has. A word is a run of the\n"
  "letters A to Z; upper and lower case are one.\n"
  "\n"
  "Exit status: 0 all counts agree, 1 they do not or something failed, 2 bad arguments.");

static gboolean
check_base (const char *base,
            GError    **error)
{
  g_autofree char *names = NULL;

  if (g_strv_contains (options_bases, base))
    return TRUE;
  names = g_strjoinv (", ", (char **) options_bases);
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               _ ("“%s” is none of the bases: choose one of %s"), base, names);
  return FALSE;
}

static gboolean
check_victim (const JobPlan *plan,
              GError       **error)
{
  if (plan->victim == NULL || system_has_processes (plan->base))
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               _ ("--kill-one needs a base whose actors are processes, and those of %s are not"),
               plan->base);
  return FALSE;
}

static const struct
{
  const char *language;
  const char *specification;
} reducer_classes[] = {
  { "c", "thespian-wordcount-actors:WordcountReducer" },
  { "python", "python:wordcount_reducer:Reducer" },
  { "javascript", "gjs:wordcount_reducer.js:Reducer" },
};

static const char *
find_reducer_class (const char *language,
                    GError    **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (reducer_classes); i++)
    if (strcmp (language, reducer_classes[i].language) == 0)
      return reducer_classes[i].specification;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               _ ("there is no reducer in “%s”, only in c, python and javascript"), language);
  return NULL;
}

/* The others are in C. */
static gboolean
take_languages (JobPlan *plan,
                GError **error)
{
  g_auto (GStrv) languages = NULL;
  g_autoptr (GString) classes = g_string_new (NULL);

  if (given.languages == NULL)
    return TRUE;
  languages = g_strsplit (given.languages, ",", -1);
  for (char **language = languages; *language != NULL; language++)
    {
      const char *specification = find_reducer_class (*language, error);

      if (specification == NULL)
        return FALSE;
      g_string_append_printf (classes, "%s%s", classes->len > 0 ? "," : "", specification);
    }
  plan->reducers += g_strv_length (languages);
  plan->reducer_classes = g_string_free (g_steal_pointer (&classes), FALSE);
  return TRUE;
}

static gboolean
check_languages (const JobPlan *plan,
                 GError       **error)
{
  if (plan->reducer_classes == NULL || system_has_processes (plan->base))
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               _ ("--reducers-in needs a base whose actors are processes, and those of %s are not"),
               plan->base);
  return FALSE;
}

/* Sets @value to @given_value, or leaves it as it is when that was not given. */
static gboolean
take_number (const char *name,
             int         given_value,
             int         least,
             int         most,
             guint      *value,
             GError    **error)
{
  if (given_value == NOT_GIVEN)
    return TRUE;
  if (given_value >= least && given_value <= most)
    {
      *value = (guint) given_value;
      return TRUE;
    }
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               _ ("--%s %d is not between %d and %d"), name, given_value, least, most);
  return FALSE;
}

static gboolean
take_plan (JobPlan *plan,
           GError **error)
{
  guint processors = g_get_num_processors ();

  *plan = (JobPlan) {
    .base = given.base != NULL ? given.base : options_bases[0],
    .workers = MIN (processors, MAX_WORKERS),
    .readers = 2 * processors,
    .reducers = processors,
    .victim = given.victim,
    .then = given.then,
  };
  return check_base (plan->base, error) && check_victim (plan, error)
         && take_languages (plan, error) && check_languages (plan, error)
         && take_number ("port", given.port, 1, G_MAXUINT16, &plan->port, error)
         && take_number ("workers", given.workers, 1, MAX_WORKERS, &plan->workers, error)
         && take_number ("readers", given.readers, 1, MAX_ACTORS, &plan->readers, error)
         && take_number ("reducers", given.reducers, 1, MAX_ACTORS, &plan->reducers, error);
}

gboolean
options_parse (Options *self,
               int      argc,
               char   **argv,
               GError **error)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  g_option_context_set_summary (context, summary);
  g_option_context_set_description (context, description);
  g_option_context_add_main_entries (context, entries, NULL);
  if (!flags_check (entries, argc, argv, error) || !g_option_context_parse (context, &argc, &argv, error))
    return FALSE;
  self->folders = given.folders;
  self->compare = !given.no_compare;
  self->check = !given.no_check;
  return take_plan (&self->plan, error)
         && take_number ("top", given.top, 0, MAX_TOP, &self->top, error);
}

void
options_clear (Options *self)
{
  g_clear_pointer (&self->folders, g_strfreev);
  g_clear_pointer (&given.base, g_free);
  g_clear_pointer (&given.languages, g_free);
  g_clear_pointer (&given.then, g_free);
  g_clear_pointer (&self->plan.reducer_classes, g_free);
}
