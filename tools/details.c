/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "details.h"

#include "text-json.h"

#include <string.h>

char *
details_value_to_text (GVariant *value)
{
  return g_variant_is_of_type (value, G_VARIANT_TYPE_STRING) ? g_variant_dup_string (value, NULL)
                                                            : text_json_format (value);
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static GPtrArray *
list_names (GVariant *details,
            int      *ret_width)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  GVariantIter iter;
  const char *name;

  *ret_width = 0;
  g_variant_iter_init (&iter, details);
  while (g_variant_iter_next (&iter, "{&sv}", &name, NULL))
    {
      g_ptr_array_add (names, g_strdup (name));
      *ret_width = MAX (*ret_width, (int) g_utf8_strlen (name, -1));
    }
  g_ptr_array_sort (names, compare_names);
  return names;
}

static void append_details (GString  *text,
                            GVariant *details,
                            int       indent);

static void
append_entry (GString    *text,
              const char *name,
              GVariant   *value,
              int         width,
              int         indent)
{
  g_autofree char *shown = NULL;

  if (text->len > 0)
    g_string_append_c (text, '\n');
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_VARDICT) && g_variant_n_children (value) > 0)
    {
      g_string_append_printf (text, "%*s%s:", indent, "", name);
      append_details (text, value, indent + 2);
      return;
    }
  shown = details_value_to_text (value);
  g_string_append_printf (text, "%*s%s:%*s %s", indent, "", name, width - (int) g_utf8_strlen (name, -1), "", shown);
}

static void
append_details (GString  *text,
                GVariant *details,
                int       indent)
{
  int width;
  g_autoptr (GPtrArray) names = list_names (details, &width);

  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      g_autoptr (GVariant) value = g_variant_lookup_value (details, name, NULL);

      append_entry (text, name, value, width, indent);
    }
}

char *
details_to_text (GVariant *details)
{
  GString *text = g_string_new (NULL);

  append_details (text, details, 0);
  return g_string_free (text, FALSE);
}
