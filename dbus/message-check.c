/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A client of the bus that sends what D-Bus does not allow is cut off: so this is looked at before. */

#include "config.h"

#include "message.h"

#include <string.h>

/* D-Bus allows 64 levels of containers, 32 of arrays and 32 of structures; some are around the message. */
#define MAX_DEPTH 28

/* The system bus carries messages of up to 32 MiB, and something is around this. */
#define MAX_SIZE (31u << 20)

static gboolean
refuse (GError    **error,
        const char *problem,
        GVariant   *variant)
{
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_NOT_SERIALIZABLE,
               "D-Bus cannot carry a message of type “%.60s”: %s", g_variant_get_type_string (variant), problem);
  return FALSE;
}

/* Whether a container of this type can have a variant in it, so that it has to be looked into. */
static gboolean
has_variants (GVariant *variant)
{
  return strchr (g_variant_get_type_string (variant), 'v') != NULL;
}

static guint
type_depth (const char *type)
{
  guint depth = 0;
  guint deepest = 0;
  guint arrays = 0;

  for (; *type != '\0'; type++)
    {
      if (*type == '(' || *type == '{')
        depth++;
      else if (*type == ')' || *type == '}')
        depth--;
      arrays = *type == 'a' ? arrays + 1 : 0;
      deepest = MAX (deepest, depth + arrays);
    }
  return deepest;
}

static const char *
find_problem (GVariant *variant,
              guint     depth)
{
  const char *type = g_variant_get_type_string (variant);
  const char *problem = NULL;

  if (strchr (type, 'm') != NULL)
    return "it has a maybe type";
  if (strchr (type, 'h') != NULL)
    return "a file handle cannot go through an actor";
  if (depth + type_depth (type) > MAX_DEPTH)
    return "it is nested too deeply";
  if (!has_variants (variant))
    return NULL;

  for (gsize i = 0; problem == NULL && i < g_variant_n_children (variant); i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (variant, i);

      if (g_variant_is_container (child))
        problem = find_problem (child, depth + 1);
      else if (g_variant_is_of_type (child, G_VARIANT_TYPE_HANDLE))
        problem = "a file handle cannot go through an actor";
    }
  return problem;
}

gboolean
message_check (GVariant *variant,
               GError  **error)
{
  const char *problem;

  if (g_variant_get_size (variant) > MAX_SIZE)
    return refuse (error, "it is larger than 31 MiB", variant);
  if (!g_variant_is_normal_form (variant))
    return refuse (error, "its bytes are not of this type", variant);
  problem = find_problem (variant, 0);
  return problem == NULL || refuse (error, problem, variant);
}

GVariant *
message_clean_dict (GVariant *dict)
{
  GVariantBuilder builder;
  GVariantIter iter;
  const char *key;
  GVariant *value;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  g_variant_iter_init (&iter, dict);
  while (g_variant_iter_next (&iter, "{&sv}", &key, &value))
    {
      if (message_check (value, NULL))
        g_variant_builder_add (&builder, "{sv}", key, value);
      g_variant_unref (value);
    }
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}
