/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The outside of the actors: starts a system, gives the coordinator the job, hears of it. */

#include "config.h"

#include "job.h"

#include "coordinator.h"
#include "progress.h"

#include <glib/gi18n.h>
#include <string.h>

/* Between two signs of life; the largest single file must be read in it. */
#define PATIENCE (5 * 60 * G_TIME_SPAN_SECOND)

void
job_result_free (JobResult *self)
{
  if (self == NULL)
    return;
  word_table_free (self->words);
  g_free (self);
}

static GVariant *
plan_to_capabilities (const JobPlan *plan)
{
  GVariantDict capabilities;

  if (strcmp (plan->base, "multithreadBase") != 0)
    return NULL;
  g_variant_dict_init (&capabilities, NULL);
  g_variant_dict_insert (&capabilities, "Worker Threads", "u", plan->workers);
  return g_variant_dict_end (&capabilities);
}

static GVariant *
make_job (const JobPlan *plan,
          TextFiles     *files)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE (JOB_TYPE));
  g_variant_builder_open (&builder, G_VARIANT_TYPE ("a(st)"));
  for (guint i = 0; i < files->files->len; i++)
    {
      const TextFile *file = files->files->pdata[i];

      g_variant_builder_add (&builder, "(st)", file->path, file->size);
    }
  g_variant_builder_close (&builder);
  g_variant_builder_add (&builder, "u", plan->reducers);
  g_variant_builder_add (&builder, "u", plan->readers);
  return g_variant_builder_end (&builder);
}

static JobResult *
parse_result (GVariant *variant,
              GError  **error)
{
  g_autoptr (JobResult) result = g_new0 (JobResult, 1);
  g_autoptr (GVariant) tally = g_variant_get_child_value (variant, 0);
  g_autoptr (GVariant) packed = g_variant_get_child_value (variant, 1);
  const guint8 *data;
  gsize size;

  result->tally = tally_from_variant (tally);
  result->words = word_table_new ();
  data = g_variant_get_fixed_array (packed, &size, 1);
  if (word_table_add_packed (result->words, data, size))
    return g_steal_pointer (&result);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       _ ("the coordinator's result holds something else than words"));
  return NULL;
}

/* Takes @answer, which is no progress. */
static JobResult *
take_answer (GValue  *answer,
             GError **error)
{
  JobResult *result = NULL;
  GVariant *variant;

  if (answer == NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                         _ ("the coordinator says nothing any more"));
  else if ((variant = message_get_variant (answer, RESULT_TYPE)) != NULL)
    result = parse_result (variant, error);
  else if (G_VALUE_HOLDS_STRING (answer))
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, g_value_get_string (answer));
  else if (G_VALUE_HOLDS (answer, THESPIAN_TYPE_POISON_MESSAGE))
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                         thespian_poison_message_get_details (g_value_get_object (answer)));
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("the coordinator answered with a %s"),
                 G_VALUE_TYPE_NAME (answer));
  g_clear_pointer (&answer, thespian_value_free);
  return result;
}

/* Asks for the result, and shows what comes before it. */
static JobResult *
converse (ThespianActorSystem *system,
          ThespianAddress     *coordinator,
          GVariant            *job,
          Progress            *progress,
          GError             **error)
{
  GValue message = G_VALUE_INIT;
  GError *local_error = NULL;
  GValue *answer;

  g_value_init (&message, G_TYPE_VARIANT);
  g_value_take_variant (&message, g_variant_ref_sink (job));
  answer = thespian_actor_system_ask (system, coordinator, &message, PATIENCE, NULL, &local_error);
  g_value_unset (&message);
  while (answer != NULL && G_VALUE_HOLDS_UINT64 (answer))
    {
      if (progress != NULL)
        progress_show (progress, g_value_get_uint64 (answer));
      thespian_value_free (answer);
      answer = thespian_actor_system_listen (system, PATIENCE, NULL, &local_error);
    }
  if (local_error != NULL)
    {
      g_propagate_error (error, local_error);
      return NULL;
    }
  return take_answer (answer, error);
}

static JobResult *
run_on_system (ThespianActorSystem *system,
               const JobPlan       *plan,
               TextFiles           *files,
               Progress            *progress,
               GError             **error)
{
  g_autoptr (ThespianAddress) coordinator = NULL;

  coordinator = thespian_actor_system_create_actor (system, WORDCOUNT_TYPE_COORDINATOR, NULL, NULL,
                                                    NULL, NULL, error);
  if (coordinator == NULL)
    return NULL;
  return converse (system, coordinator, make_job (plan, files), progress, error);
}

JobResult *
job_run (const JobPlan *plan,
         TextFiles     *files,
         gboolean       show_progress,
         GError       **error)
{
  g_autoptr (ThespianActorSystem) system = NULL;
  g_autoptr (JobResult) result = NULL;
  Progress progress;
  gint64 start = g_get_monotonic_time ();

  system = thespian_actor_system_new (plan->base, plan_to_capabilities (plan), NULL,
                                      THESPIAN_ACTOR_SYSTEM_TRANSIENT_UNIQUE, error);
  if (system == NULL)
    return NULL;
  if (show_progress)
    progress_start (&progress, plan->base, files->size);
  result = run_on_system (system, plan, files, show_progress ? &progress : NULL, error);
  if (show_progress)
    progress_end (&progress);
  if (result != NULL)
    result->seconds = (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC;
  if (!thespian_actor_system_shutdown (system, NULL, result != NULL ? error : NULL))
    return NULL;
  return g_steal_pointer (&result);
}
