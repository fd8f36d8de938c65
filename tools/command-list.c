/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "command.h"
#include "table.h"

#include <glib/gi18n.h>

enum
{
  N_COLUMNS = 6,
};

static GVariant *
info_to_details (ActorInfo *info)
{
  const struct
  {
    const char *key;
    const char *text;
  } texts[] = {
    { "address", info->address }, { "token", info->token },   { "class", info->class_name },
    { "parent", info->parent },   { "global-name", info->global_name },
  };
  GVariantDict details;

  g_variant_dict_init (&details, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (texts[i].text != NULL)
      g_variant_dict_insert (&details, texts[i].key, "s", texts[i].text);
  if (info->process_id != 0)
    g_variant_dict_insert (&details, "process-id", "i", info->process_id);
  return g_variant_dict_end (&details);
}

static GVariant *
to_details (GPtrArray *actors)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < actors->len; i++)
    g_variant_builder_add_value (&builder, info_to_details (g_ptr_array_index (actors, i)));
  return g_variant_builder_end (&builder);
}

/* Over D-Bus it is not told where actors can be sent to by others. */
static gboolean
have_tokens (GPtrArray *actors)
{
  return actors->len == 0 || ((ActorInfo *) g_ptr_array_index (actors, 0))->token != NULL;
}

static void
add_row (Table     *table,
         guint      n_columns,
         ActorInfo *info)
{
  table_add (table, info->address);
  table_add (table, info->class_name);
  table_take (table, info->process_id != 0 ? g_strdup_printf ("%d", info->process_id) : NULL);
  table_add (table, info->global_name);
  table_add (table, info->parent);
  if (n_columns == N_COLUMNS)
    table_add (table, info->token);
}

static char *
to_text (GPtrArray *actors)
{
  static const gboolean is_number[N_COLUMNS] = { [2] = TRUE };
  const char *titles[N_COLUMNS] = { _ ("ACTOR"), _ ("CLASS"), _ ("PROCESS"), _ ("NAME"), _ ("PARENT"), _ ("ADDRESS") };
  guint n_columns = have_tokens (actors) ? N_COLUMNS : N_COLUMNS - 1;
  g_autoptr (Table) table = table_new (n_columns, is_number);
  g_auto (GStrv) lines = NULL;

  for (guint i = 0; i < n_columns; i++)
    table_add (table, titles[i]);
  for (guint i = 0; i < actors->len; i++)
    add_row (table, n_columns, g_ptr_array_index (actors, i));
  lines = table_to_lines (table, 0);
  return g_strjoinv ("\n", lines);
}

gboolean
command_list (Session *session,
              int      argc,
              char   **argv,
              GError **error)
{
  g_autoptr (GPtrArray) actors = NULL;
  g_autofree char *text = NULL;
  Connection *connection;

  if (!command_parse (session, NULL, 0, 0, &argc, &argv, error))
    return FALSE;
  connection = session_connect (session, error);
  actors = connection != NULL ? connection->ops->list (connection, error) : NULL;
  if (actors == NULL)
    return FALSE;
  text = to_text (actors);
  session_print (session, to_details (actors), text);
  return TRUE;
}
