/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "assignments.h"

#include "text-json.h"
#include "tool-error.h"

#include <glib/gi18n.h>
#include <string.h>

/* What the library and C programs have where JSON has an array of texts. */
static GVariant *
to_strv (GVariant *array)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_STRING_ARRAY);
  for (gsize i = 0; i < g_variant_n_children (array); i++)
    {
      g_autoptr (GVariant) boxed = g_variant_get_child_value (array, i);
      g_autoptr (GVariant) child = g_variant_get_variant (boxed);

      if (!g_variant_is_of_type (child, G_VARIANT_TYPE_STRING))
        {
          g_variant_builder_clear (&builder);
          return NULL;
        }
      g_variant_builder_add_value (&builder, child);
    }
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

GVariant *
assignment_parse_value (const char *name,
                        const char *text,
                        GError    **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (GVariant) value = NULL;
  gboolean is_json;
  GVariant *strv;

  value = text_json_parse (text, &is_json, &reason);
  if (value == NULL && !is_json)
    return g_variant_ref_sink (g_variant_new_string (text));
  if (value == NULL)
    {
      g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE, _ ("“%s=%s”: %s; a text stands in double quotes"), name, text,
                   reason->message);
      return NULL;
    }
  g_variant_ref_sink (value);
  strv = g_variant_is_of_type (value, G_VARIANT_TYPE ("av")) ? to_strv (value) : NULL;
  return strv != NULL ? strv : g_steal_pointer (&value);
}

gboolean
assignments_parse (char        **list,
                   GVariantDict *dict,
                   GError      **error)
{
  for (char **item = list; item != NULL && *item != NULL; item++)
    {
      const char *equals = strchr (*item, '=');
      g_autofree char *name = NULL;
      g_autoptr (GVariant) value = NULL;

      if (equals == NULL || equals == *item)
        {
          g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE, _ ("“%s” is not of the form NAME=VALUE"), *item);
          return FALSE;
        }
      name = g_strndup (*item, (gsize) (equals - *item));
      value = assignment_parse_value (name, equals + 1, error);
      if (value == NULL)
        return FALSE;
      g_variant_dict_insert_value (dict, name, value);
    }
  return TRUE;
}
