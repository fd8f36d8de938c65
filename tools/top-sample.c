/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "top-sample.h"

/* The runtime answers for an actor that is busy; who says nothing for so long is shown without its counts. */
#define PATIENCE (G_TIME_SPAN_SECOND / 2)
/* What a whole sample may wait for those who do not answer. */
#define MAX_SILENT 4

static void
row_free (gpointer data)
{
  TopRow *self = data;

  actor_info_free (self->info);
  g_free (self);
}

static const TopRow *
find_row (const TopSample *sample,
          const char      *address)
{
  for (guint i = 0; sample != NULL && i < sample->rows->len; i++)
    {
      const TopRow *row = g_ptr_array_index (sample->rows, i);

      if (g_str_equal (row->info->address, address))
        return row;
    }
  return NULL;
}

static guint64
lookup_count (GVariant   *status,
              const char *key)
{
  guint64 count = 0;

  g_variant_lookup (status, key, "t", &count);
  return count;
}

static void
take_status (TopRow     *row,
             Connection *connection,
             guint      *n_silent)
{
  const char *actor = row->info->token != NULL ? row->info->token : row->info->address;
  g_autoptr (GVariant) status = NULL;

  /* one that is stopped cannot answer */
  if (row->process.state == 'T' || *n_silent >= MAX_SILENT)
    return;
  status = connection->ops->get_status (connection, actor, PATIENCE, NULL);
  row->answers = status != NULL;
  *n_silent += status == NULL;
  if (status == NULL)
    return;
  g_variant_lookup (status, "exiting", "b", &row->is_exiting);
  row->n_queued = lookup_count (status, "messages-queued");
  row->n_received = lookup_count (status, "messages-received");
  row->n_sent = lookup_count (status, "messages-sent");
  row->n_failed = lookup_count (status, "messages-failed");
}

static void
compare_with (TopRow       *row,
              const TopRow *before,
              GTimeSpan     elapsed)
{
  if (before == NULL)
    return;
  row->cpu = process_sample_percent (&before->process, &row->process, elapsed);
  if (row->answers && before->answers && row->n_received >= before->n_received && elapsed > 0)
    row->rate = (double) (row->n_received - before->n_received) * G_TIME_SPAN_SECOND / (double) elapsed;
}

static TopRow *
row_new (ActorInfo  *info,
         Connection *connection,
         guint      *n_silent)
{
  TopRow *row = g_new0 (TopRow, 1);

  row->info = info;
  row->process = process_sample_take (info->process_id);
  take_status (row, connection, n_silent);
  return row;
}

TopSample *
top_sample_take (Connection      *connection,
                 const TopSample *before,
                 GError         **error)
{
  g_autoptr (GPtrArray) actors = connection->ops->list (connection, error);
  TopSample *self;
  guint n_silent = 0;

  if (actors == NULL)
    return NULL;
  self = g_new0 (TopSample, 1);
  self->time = g_get_monotonic_time ();
  self->rows = g_ptr_array_new_with_free_func (row_free);
  g_ptr_array_set_free_func (actors, NULL);
  for (guint i = 0; i < actors->len; i++)
    {
      ActorInfo *info = g_ptr_array_index (actors, i);
      TopRow *row = row_new (info, connection, &n_silent);

      compare_with (row, find_row (before, info->address), before != NULL ? self->time - before->time : 0);
      g_ptr_array_add (self->rows, row);
    }
  return self;
}

void
top_sample_free (TopSample *self)
{
  g_ptr_array_unref (self->rows);
  g_free (self);
}

/* --- Order ------------------------------------------------------------------------------------------------ */

static double
get_key (const TopRow *row,
         TopOrder      order)
{
  switch (order)
    {
    case TOP_BY_MESSAGES:
      return (double) row->n_received;
    case TOP_BY_QUEUE:
      return (double) row->n_queued;
    case TOP_BY_MEMORY:
      return (double) row->process.memory;
    case TOP_BY_CPU:
    default:
      return row->cpu;
    }
}

static int
compare_rows (gconstpointer a,
              gconstpointer b,
              gpointer      user_data)
{
  const TopRow *first = *(const TopRow *const *) a;
  const TopRow *second = *(const TopRow *const *) b;
  double difference = get_key (second, *(TopOrder *) user_data) - get_key (first, *(TopOrder *) user_data);

  if (difference != 0)
    return difference > 0 ? 1 : -1;
  return g_strcmp0 (first->info->address, second->info->address);
}

void
top_sample_sort (TopSample *self,
                 TopOrder   order)
{
  g_ptr_array_sort_with_data (self->rows, compare_rows, &order);
}

/* --- As details ------------------------------------------------------------------------------------------- */

const char *
top_row_get_state (const TopRow *self)
{
  if (self->is_exiting)
    return "exiting";
  switch (self->process.state)
    {
    case 'R':
      return "busy";
    case 'S':
    case 'I':
      return "idle";
    case 'T':
    case 't':
      return "stopped";
    case 'D':
      return "waiting";
    default:
      return "ended";
    }
}

static GVariant *
row_to_details (const TopRow *row)
{
  GVariantDict details;

  g_variant_dict_init (&details, NULL);
  g_variant_dict_insert (&details, "address", "s", row->info->address);
  g_variant_dict_insert (&details, "class", "s", row->info->class_name != NULL ? row->info->class_name : "");
  if (row->info->global_name != NULL)
    g_variant_dict_insert (&details, "global-name", "s", row->info->global_name);
  g_variant_dict_insert (&details, "process-id", "i", row->info->process_id);
  g_variant_dict_insert (&details, "state", "s", top_row_get_state (row));
  g_variant_dict_insert (&details, "process-memory", "t", row->process.memory);
  g_variant_dict_insert (&details, "cpu", "d", row->cpu);
  if (!row->answers)
    return g_variant_dict_end (&details);
  g_variant_dict_insert (&details, "messages-queued", "t", row->n_queued);
  g_variant_dict_insert (&details, "messages-received", "t", row->n_received);
  g_variant_dict_insert (&details, "messages-sent", "t", row->n_sent);
  g_variant_dict_insert (&details, "messages-failed", "t", row->n_failed);
  g_variant_dict_insert (&details, "rate", "d", row->rate);
  return g_variant_dict_end (&details);
}

GVariant *
top_sample_to_details (TopSample *self)
{
  GVariantBuilder actors;
  GVariantDict details;

  g_variant_builder_init (&actors, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < self->rows->len; i++)
    g_variant_builder_add_value (&actors, row_to_details (g_ptr_array_index (self->rows, i)));
  g_variant_dict_init (&details, NULL);
  g_variant_dict_insert (&details, "n-actors", "u", self->rows->len);
  g_variant_dict_insert_value (&details, "actors", g_variant_builder_end (&actors));
  return g_variant_dict_end (&details);
}
