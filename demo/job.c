/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The outside of the actors: starts a system, gives the coordinator the job, hears of it. */

#include "config.h"

#include "job.h"

#include "follow-up.h"
#include "progress.h"
#include "system.h"
#include "victim.h"

#include <glib/gi18n.h>
#include <string.h>

/* Between two signs of life; the largest single file must be read in it. */
#define PATIENCE (5 * 60 * G_TIME_SPAN_SECOND)

/* One job, while it is done. */
typedef struct
{
  ThespianActorSystem *system;
  ThespianAddress *coordinator;
  const JobPlan *plan;
  Progress *progress; /* (nullable) */
  JobResult *result;
  guint64 size; /* bytes, of all files */
  guint64 read; /* of these */
} Job;

void
job_result_free (JobResult *self)
{
  if (self == NULL)
    return;
  word_table_free (self->words);
  g_free (self);
}

/* --- What is said ------------------------------------------------------------------------ */

/* Takes @variant when it is floating. */
static void
init_message (GValue   *message,
              GVariant *variant)
{
  g_value_init (message, G_TYPE_VARIANT);
  g_value_take_variant (message, g_variant_ref_sink (variant));
}

static gboolean
send_files (Job             *job,
            GVariantBuilder *files,
            GError         **error)
{
  g_auto (GValue) message = G_VALUE_INIT;

  init_message (&message, g_variant_builder_end (files));
  return thespian_actor_system_tell (job->system, job->coordinator, &message, NULL, error);
}

static gboolean
send_all_files (Job       *job,
                TextFiles *files,
                GError   **error)
{
  GVariantBuilder builder;
  gsize n_bytes = 0;

  g_variant_builder_init (&builder, G_VARIANT_TYPE (FILES_TYPE));
  for (guint i = 0; i < files->files->len; i++)
    {
      const TextFile *file = files->files->pdata[i];

      g_variant_builder_add (&builder, "(^ayt)", file->path, file->size);
      n_bytes += strlen (file->path) + sizeof file->size;
      if (n_bytes < MESSAGE_BYTES)
        continue;
      if (!send_files (job, &builder, error))
        return FALSE;
      g_variant_builder_init (&builder, G_VARIANT_TYPE (FILES_TYPE));
      n_bytes = 0;
    }
  return send_files (job, &builder, error);
}

/* Takes @variant; NULL without @error set when no answer came. */
static GValue *
ask (Job      *job,
     GVariant *variant,
     GError  **error)
{
  g_auto (GValue) message = G_VALUE_INIT;

  init_message (&message, variant);
  return thespian_actor_system_ask (job->system, job->coordinator, &message, PATIENCE, NULL, error);
}

/* --- What is heard ----------------------------------------------------------------------- */

static void
set_failure (GVariant *failure,
             GError  **error)
{
  const char *kind, *details;

  g_variant_get (failure, "(&s&s)", &kind, &details);
  if (g_str_equal (kind, FAILURE_ENDED))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                 _ ("a reader or reducer ended before its work was done: %s"),
                 *details != '\0' ? details : _ ("nobody knows why"));
  else
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, details);
}

/* @answer is none of those that were hoped for. */
static void
set_unexpected (const GValue *answer,
                GError      **error)
{
  GVariant *failure;

  if (answer == NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                         _ ("the coordinator says nothing any more"));
  else if ((failure = message_get_variant (answer, FAILURE_TYPE)) != NULL)
    set_failure (failure, error);
  else if (G_VALUE_HOLDS (answer, THESPIAN_TYPE_POISON_MESSAGE))
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                         thespian_poison_message_get_details (g_value_get_object (answer)));
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("the coordinator answered with a %s"),
                 G_VALUE_TYPE_NAME (answer));
}

static void
take_result (Job      *job,
             GVariant *variant)
{
  g_autoptr (GVariant) tally = g_variant_get_child_value (variant, 0);

  job->result->tally = tally_from_variant (tally);
  g_variant_get_child (variant, 1, "u", &job->result->readers);
  g_variant_get_child (variant, 2, "u", &job->result->again);
}

static gboolean
kill_victim (Job      *job,
             GVariant *variant,
             GError  **error)
{
  g_autoptr (GVariant) address = NULL;

  g_variant_get (variant, VICTIM_TYPE, &address);
  job->result->killed_percent = (guint) (job->read * 100 / MAX (job->size, 1));
  job->result->killed = victim_kill (job->system, address, error);
  return job->result->killed != 0;
}

/* Takes @answer, which has come on the way to the result; FALSE with @error set ends it. */
static gboolean
take_answer (Job      *job,
             GValue   *answer,
             gboolean *ret_is_last,
             GError  **error)
{
  GVariant *variant;
  gboolean ok = TRUE;

  *ret_is_last = FALSE;
  if (answer != NULL && G_VALUE_HOLDS_UINT64 (answer))
    {
      job->read = g_value_get_uint64 (answer);
      if (job->progress != NULL)
        progress_show (job->progress, job->read);
    }
  else if (answer != NULL && (variant = message_get_variant (answer, VICTIM_TYPE)) != NULL)
    {
      ok = kill_victim (job, variant, error);
    }
  else if (answer != NULL && (variant = message_get_variant (answer, RESULT_TYPE)) != NULL)
    {
      take_result (job, variant);
      *ret_is_last = TRUE;
    }
  else
    {
      set_unexpected (answer, error);
      ok = FALSE;
    }
  g_clear_pointer (&answer, thespian_value_free);
  return ok;
}

/* Asks for the result, and follows what comes before it. */
static gboolean
converse (Job     *job,
          GError **error)
{
  const char *victim = job->plan->victim != NULL ? job->plan->victim : "";
  GError *local_error = NULL;
  gboolean is_last;
  GValue *answer;

  answer = ask (job, g_variant_new (JOB_TYPE, job->plan->reducers, job->plan->readers, victim),
                &local_error);
  for (;;)
    {
      if (local_error != NULL)
        {
          g_propagate_error (error, local_error);
          return FALSE;
        }
      if (!take_answer (job, answer, &is_last, error))
        return FALSE;
      if (is_last)
        return TRUE;
      answer = thespian_actor_system_listen (job->system, PATIENCE, NULL, &local_error);
    }
}

/* --- The words --------------------------------------------------------------------------- */

/* -1 with @error set, else how many bytes there are more. */
static gssize
fetch_some (Job        *job,
            GByteArray *packed,
            GError    **error)
{
  GError *local_error = NULL;
  GValue *answer = ask (job, g_variant_new (NOTE_TYPE, NOTE_GIVE, (guint64) packed->len),
                        &local_error);
  gssize length = -1;

  if (local_error != NULL)
    {
      g_propagate_error (error, local_error);
    }
  else if (answer != NULL && G_VALUE_HOLDS (answer, G_TYPE_BYTES))
    {
      gsize size;
      const guint8 *data = g_bytes_get_data (g_value_get_boxed (answer), &size);

      g_byte_array_append (packed, data, (guint) size);
      length = (gssize) size;
    }
  else
    {
      set_unexpected (answer, error);
    }
  g_clear_pointer (&answer, thespian_value_free);
  return length;
}

static gboolean
fetch_words (Job     *job,
             GError **error)
{
  g_autoptr (GByteArray) packed = g_byte_array_new ();
  gssize length;

  while ((length = fetch_some (job, packed, error)) > 0)
    ;
  if (length < 0)
    return FALSE;
  job->result->words = word_table_new ();
  if (word_table_add_packed (job->result->words, packed->data, packed->len))
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       _ ("the coordinator's result holds something else than words"));
  return FALSE;
}

/* --- All of it --------------------------------------------------------------------------- */

static gboolean
do_job (Job       *job,
        TextFiles *files,
        GError   **error)
{
  return send_all_files (job, files, error) && converse (job, error) && fetch_words (job, error);
}

static gboolean
check_victim (const JobPlan   *plan,
              const JobResult *result,
              GError         **error)
{
  if (plan->victim == NULL || result->killed != 0)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                       _ ("the work was done before anybody could be killed"));
  return FALSE;
}

JobResult *
job_run (const JobPlan *plan,
         TextFiles     *files,
         gboolean       show_progress,
         GError       **error)
{
  g_autoptr (JobResult) result = g_new0 (JobResult, 1);
  g_autoptr (ThespianActorSystem) system = NULL;
  g_autoptr (ThespianAddress) coordinator = NULL;
  Job job = { .plan = plan, .result = result, .size = files->size };
  gint64 start = g_get_monotonic_time ();
  Progress progress;
  gboolean done;

  system = system_start (plan, &coordinator, error);
  if (system == NULL)
    return NULL;
  job.system = system;
  job.coordinator = coordinator;
  if (show_progress)
    {
      progress_start (&progress, plan->base, files->size);
      job.progress = &progress;
    }
  done = do_job (&job, files, error) && check_victim (plan, result, error);
  if (show_progress)
    progress_end (&progress);
  result->seconds = (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC;
  if (done && plan->then != NULL)
    done = follow_up_run (system, plan->then, error);
  if (!thespian_actor_system_shutdown (system, NULL, done ? error : NULL) || !done)
    return NULL;
  return g_steal_pointer (&result);
}
