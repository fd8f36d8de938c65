/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "runtime/thespian-value-size-private.h"

#include <string.h>

#include "model/thespian-address.h"
#include "wire/thespian-body-private.h"

/* Messages within messages. */
#define MAX_DEPTH 8

static gsize size_of_value (const GValue *value, guint depth);

static gsize
size_of_texts (const char *const *texts)
{
  gsize size = 0;

  for (gsize i = 0; texts[i] != NULL; i++)
    size += sizeof (char *) + strlen (texts[i]) + 1;
  return size;
}

static gsize
size_of_boxed (const GValue *value,
               guint         depth)
{
  gconstpointer boxed = g_value_get_boxed (value);

  if (boxed == NULL)
    return 0;
  if (G_VALUE_HOLDS (value, G_TYPE_BYTES) || G_VALUE_HOLDS (value, THESPIAN_TYPE_RAW_BODY))
    return g_bytes_get_size ((GBytes *) boxed);
  if (G_VALUE_HOLDS (value, G_TYPE_BYTE_ARRAY))
    return ((const GByteArray *) boxed)->len;
  if (G_VALUE_HOLDS (value, G_TYPE_STRV))
    return size_of_texts (boxed);
  if (G_VALUE_HOLDS (value, G_TYPE_VALUE))
    return size_of_value (boxed, depth + 1);
  return 0;
}

static gsize
size_of_property (GObject    *object,
                  GParamSpec *pspec,
                  guint       depth)
{
  g_auto (GValue) value = G_VALUE_INIT;

  if ((pspec->flags & G_PARAM_READABLE) == 0)
    return 0;
  g_value_init (&value, pspec->value_type);
  g_object_get_property (object, pspec->name, &value);
  return size_of_value (&value, depth + 1);
}

static gsize
size_of_object (GObject *object,
                guint    depth)
{
  g_autofree GParamSpec **pspecs = NULL;
  guint n_pspecs;
  gsize size = 0;

  if (object == NULL || THESPIAN_IS_ADDRESS (object) || depth > MAX_DEPTH)
    return 0;
  pspecs = g_object_class_list_properties (G_OBJECT_GET_CLASS (object), &n_pspecs);
  for (guint i = 0; i < n_pspecs; i++)
    size += size_of_property (object, pspecs[i], depth);
  return size;
}

static gsize
size_of_value (const GValue *value,
               guint         depth)
{
  gsize size = sizeof (GValue);

  switch (g_type_fundamental (G_VALUE_TYPE (value)))
    {
    case G_TYPE_STRING:
      return size + (g_value_get_string (value) != NULL ? strlen (g_value_get_string (value)) : 0);
    case G_TYPE_VARIANT:
      return size + (g_value_get_variant (value) != NULL ? g_variant_get_size (g_value_get_variant (value)) : 0);
    case G_TYPE_BOXED:
      return size + size_of_boxed (value, depth);
    case G_TYPE_OBJECT:
    case G_TYPE_INTERFACE:
      return size + size_of_object (g_value_get_object (value), depth);
    default:
      return size;
    }
}

gsize
thespian_value_get_size (const GValue *value)
{
  return size_of_value (value, 0);
}
