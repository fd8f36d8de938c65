/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bench-dict.h"

#define N_TEXTS 9
#define N_NUMBERS 12
#define TEXT "some seventy characters, as there are in a path or in a line of a file"

static const char *const text_keys[N_TEXTS] = {
  "title", "description", "path", "owner", "group", "location", "comment", "content-type", "source",
};

static const char *const number_keys[N_NUMBERS] = {
  "number", "created", "modified", "size", "offset", "width", "height", "depth", "x", "y", "count",
  "priority",
};

GVariant *
bench_dict_new (guint64 number)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  for (guint i = 0; i < N_TEXTS; i++)
    g_variant_builder_add (&builder, "{sv}", text_keys[i], g_variant_new_string (TEXT));
  for (guint i = 0; i < N_NUMBERS; i++)
    g_variant_builder_add (&builder, "{sv}", number_keys[i], g_variant_new_uint64 (number + i));
  return g_variant_builder_end (&builder);
}

gboolean
bench_dict_read (GVariant *dict)
{
  GVariantIter iter;
  const char *key;
  GVariant *value;
  guint texts = 0, numbers = 0;

  if (!g_variant_is_of_type (dict, G_VARIANT_TYPE_VARDICT))
    return FALSE;
  g_variant_iter_init (&iter, dict);
  while (g_variant_iter_loop (&iter, "{&sv}", &key, &value))
    {
      gsize length;

      if (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT64))
        numbers += g_variant_get_uint64 (value) < G_MAXUINT64;
      else if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
        texts += g_variant_get_string (value, &length)[0] == TEXT[0];
    }
  return texts == N_TEXTS && numbers == N_NUMBERS;
}
