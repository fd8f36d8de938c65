/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "log/thespian-log-section-private.h"

#include "log/thespian-log-level-private.h"
#include "model/thespian-error.h"

#include <json-glib/json-glib.h>

/* --- The whole -------------------------------------------------------------------------------- */

static ThespianLogSection *
section_new (const char *name,
             const char *path,
             GVariant   *dict)
{
  ThespianLogSection *self = g_new0 (ThespianLogSection, 1);

  self->name = g_strdup (name);
  self->path = g_strdup (path);
  self->dict = g_variant_ref_sink (dict);
  return self;
}

void
thespian_log_section_free (ThespianLogSection *self)
{
  g_free (self->name);
  g_free (self->path);
  g_variant_unref (self->dict);
  g_free (self);
}

static GVariant *
parse_json (const char *text,
            GError    **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (JsonNode) root = json_from_string (text, &reason);
  GVariant *dict = NULL;

  if (root != NULL && JSON_NODE_HOLDS_OBJECT (root))
    dict = json_gvariant_deserialize (root, "a{sv}", &reason);
  if (dict == NULL)
    g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
                 "The text of the log definition is no JSON object: %s",
                 reason != NULL ? reason->message : "expected {…}");
  return dict;
}

ThespianLogSection *
thespian_log_section_new (GVariant *definition,
                          GError  **error)
{
  g_autofree char *printed = NULL;
  GVariant *dict;

  if (g_variant_is_of_type (definition, G_VARIANT_TYPE_VARDICT))
    return section_new ("", "", definition);
  if (g_variant_is_of_type (definition, G_VARIANT_TYPE_STRING))
    {
      dict = parse_json (g_variant_get_string (definition, NULL), error);
      return dict != NULL ? section_new ("", "", dict) : NULL;
    }
  printed = g_variant_print (definition, TRUE);
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
               "%s is no log definition: expected nothing, FALSE, a dictionary of type “a{sv}”, "
               "or a text with one as JSON",
               printed);
  return NULL;
}

/* --- What is wrong ---------------------------------------------------------------------------- */

/* handlers, then handlers['file'], and so on. */
static char *
path_of (ThespianLogSection *self,
         const char         *key)
{
  if (*self->path == '\0')
    return g_strdup (key);
  return g_strdup_printf ("%s['%s']", self->path, key);
}

gboolean
thespian_log_section_fail_missing (ThespianLogSection *self,
                                   const char         *key,
                                   const char         *expected,
                                   GError            **error)
{
  g_autofree char *path = path_of (self, key);

  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
               "The log definition has no %s: expected %s", path, expected);
  return FALSE;
}

gboolean
thespian_log_section_fail (ThespianLogSection *self,
                           const char         *key,
                           const char         *expected,
                           GError            **error)
{
  g_autofree char *path = path_of (self, key);
  g_autoptr (GVariant) value = g_variant_lookup_value (self->dict, key, NULL);
  g_autofree char *printed = g_variant_print (value, FALSE);

  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
               "In the log definition %s is %s: expected %s", path, printed, expected);
  return FALSE;
}

gboolean
thespian_log_section_check_keys (ThespianLogSection *self,
                                 const char         *known,
                                 GError            **error)
{
  g_auto (GStrv) keys = g_strsplit (known, " ", -1);
  g_autofree char *list = g_strjoinv (", ", keys);
  GVariantIter iter;
  const char *key;

  g_variant_iter_init (&iter, self->dict);
  while (g_variant_iter_next (&iter, "{&sv}", &key, NULL))
    if (!g_strv_contains ((const char *const *) keys, key))
      {
        g_autofree char *path = path_of (self, key);

        g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
                     "In the log definition %s means nothing: expected only %s there", path, list);
        return FALSE;
      }
  return TRUE;
}

/* --- Values ----------------------------------------------------------------------------------- */

gboolean
thespian_log_section_has (ThespianLogSection *self,
                          const char         *key)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (self->dict, key, NULL);

  return value != NULL;
}

gboolean
thespian_log_section_get_string (ThespianLogSection *self,
                                 const char         *key,
                                 char              **text,
                                 GError            **error)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (self->dict, key, NULL);

  if (value == NULL)
    return TRUE;
  if (!g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
    return thespian_log_section_fail (self, key, "a text", error);
  g_free (*text);
  *text = g_variant_dup_string (value, NULL);
  return TRUE;
}

/* JSON makes av, and programs make as. */
static char **
variant_dup_strings (GVariant *value)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (!g_variant_is_of_type (value, G_VARIANT_TYPE_STRING_ARRAY) &&
      !g_variant_is_of_type (value, G_VARIANT_TYPE ("av")))
    return NULL;
  for (gsize i = 0; i < g_variant_n_children (value); i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (value, i);
      g_autoptr (GVariant) inner = g_variant_is_of_type (child, G_VARIANT_TYPE_VARIANT)
                                     ? g_variant_get_variant (child)
                                     : g_variant_ref (child);

      if (!g_variant_is_of_type (inner, G_VARIANT_TYPE_STRING))
        return NULL;
      g_strv_builder_add (builder, g_variant_get_string (inner, NULL));
    }
  return g_strv_builder_end (builder);
}

gboolean
thespian_log_section_get_strings (ThespianLogSection *self,
                                  const char         *key,
                                  char             ***texts,
                                  GError            **error)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (self->dict, key, NULL);
  char **list;

  if (value == NULL)
    return TRUE;
  list = variant_dup_strings (value);
  if (list == NULL)
    return thespian_log_section_fail (self, key, "a list of texts", error);
  g_strfreev (*texts);
  *texts = list;
  return TRUE;
}

/* Of whatever integer type, since languages differ in what they make of a literal. */
static gboolean
read_integer (GVariant *value,
              gint64   *ret_number)
{
  switch (g_variant_classify (value))
    {
    case G_VARIANT_CLASS_BYTE:
      *ret_number = g_variant_get_byte (value);
      return TRUE;
    case G_VARIANT_CLASS_INT16:
      *ret_number = g_variant_get_int16 (value);
      return TRUE;
    case G_VARIANT_CLASS_UINT16:
      *ret_number = g_variant_get_uint16 (value);
      return TRUE;
    case G_VARIANT_CLASS_INT32:
      *ret_number = g_variant_get_int32 (value);
      return TRUE;
    case G_VARIANT_CLASS_UINT32:
      *ret_number = g_variant_get_uint32 (value);
      return TRUE;
    case G_VARIANT_CLASS_INT64:
      *ret_number = g_variant_get_int64 (value);
      return TRUE;
    case G_VARIANT_CLASS_UINT64:
      *ret_number = (gint64) g_variant_get_uint64 (value);
      return *ret_number >= 0;
    default:
      return FALSE;
    }
}

gboolean
thespian_log_section_get_number (ThespianLogSection *self,
                                 const char         *key,
                                 guint64             least,
                                 guint64             most,
                                 guint64            *number,
                                 GError            **error)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (self->dict, key, NULL);
  g_autofree char *expected = NULL;
  gint64 found;

  if (value == NULL)
    return TRUE;
  if (!read_integer (value, &found) || found < (gint64) least || found > (gint64) most)
    {
      expected =
        g_strdup_printf ("a number from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT, least, most);
      return thespian_log_section_fail (self, key, expected, error);
    }
  *number = (guint64) found;
  return TRUE;
}

gboolean
thespian_log_section_get_boolean (ThespianLogSection *self,
                                  const char         *key,
                                  gboolean           *truth,
                                  GError            **error)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (self->dict, key, NULL);

  if (value == NULL)
    return TRUE;
  if (!g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN))
    return thespian_log_section_fail (self, key, "true or false", error);
  *truth = g_variant_get_boolean (value);
  return TRUE;
}

gboolean
thespian_log_section_get_level (ThespianLogSection *self,
                                const char         *key,
                                int                *severity,
                                GError            **error)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (self->dict, key, NULL);
  gint64 number;

  if (value == NULL)
    return TRUE;
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING) &&
      thespian_log_severity_from_name (g_variant_get_string (value, NULL), severity))
    return TRUE;
  if (!read_integer (value, &number) || number < 0)
    return thespian_log_section_fail (
      self, key, THESPIAN_LOG_SEVERITY_NAMES ", or a number as in Python", error);
  *severity = thespian_log_severity_from_number (number);
  return TRUE;
}

/* --- What is below ---------------------------------------------------------------------------- */

/* A program whose values are all of one type may have made a{ss}, where JSON makes a{sv}. */
static GVariant *
to_vardict (GVariant *value)
{
  GVariantBuilder builder;
  GVariantIter iter;
  GVariant *inner;
  const char *key;

  if (g_variant_is_of_type (value, G_VARIANT_TYPE_VARDICT))
    return g_variant_ref (value);
  if (!g_variant_is_of_type (value, G_VARIANT_TYPE ("a{s*}")))
    return NULL;
  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  g_variant_iter_init (&iter, value);
  while (g_variant_iter_next (&iter, "{&s*}", &key, &inner))
    {
      g_variant_builder_add (&builder, "{sv}", key, inner);
      g_variant_unref (inner);
    }
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

static ThespianLogSection *
get_section (ThespianLogSection *self,
             const char         *key,
             GVariant           *value,
             GError            **error)
{
  g_autoptr (GVariant) dict = to_vardict (value);
  g_autofree char *path = path_of (self, key);

  if (dict != NULL)
    return section_new (key, path, dict);
  thespian_log_section_fail (self, key, "a dictionary", error);
  return NULL;
}

GPtrArray *
thespian_log_section_get_sections (ThespianLogSection *self,
                                   const char         *key,
                                   GError            **error)
{
  g_autoptr (GPtrArray) list =
    g_ptr_array_new_with_free_func ((GDestroyNotify) thespian_log_section_free);
  g_autoptr (GVariant) value = g_variant_lookup_value (self->dict, key, NULL);
  g_autoptr (ThespianLogSection) parent = NULL;
  GVariantIter iter;
  GVariant *inner;
  const char *name;

  if (value == NULL)
    return g_steal_pointer (&list);
  parent = get_section (self, key, value, error);
  if (parent == NULL)
    return NULL;
  g_variant_iter_init (&iter, parent->dict);
  while (g_variant_iter_next (&iter, "{&sv}", &name, &inner))
    {
      ThespianLogSection *child = get_section (parent, name, inner, error);

      g_variant_unref (inner);
      if (child == NULL)
        return NULL;
      g_ptr_array_add (list, child);
    }
  return g_steal_pointer (&list);
}
