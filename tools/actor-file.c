/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "actor-file.h"

#include "input.h"
#include "module-classes.h"
#include "tool-error.h"

#include <glib/gi18n.h>
#include <string.h>

/*
 * How the kinds of files become class specifications, by the path: a name could stand for another file, or for none.
 */
typedef struct
{
  const char *suffix;
  /* @class_name is NULL when none was given */
  char *(*specify) (const char *path, const char *class_name, GError **error);
} FileKind;

static gboolean
set_class_missing (const char *path,
                   GError    **error)
{
  g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE, _ ("which class of %s? write %s:CLASS"), path, path);
  return FALSE;
}

static char *
specify_module (const char *path,
                const char *class_name,
                GError    **error)
{
  g_autofree char *found = class_name == NULL ? module_classes_find_only (path, error) : NULL;

  if (class_name == NULL && found == NULL)
    return NULL;
  return g_strconcat (path, ":", class_name != NULL ? class_name : found, NULL);
}

static char *
specify_python (const char *path,
                const char *class_name,
                GError    **error)
{
  if (class_name == NULL && !set_class_missing (path, error))
    return NULL;
  return g_strconcat ("python:", path, ":", class_name, NULL);
}

static char *
specify_javascript (const char *path,
                    const char *class_name,
                    GError    **error)
{
  if (class_name == NULL && !set_class_missing (path, error))
    return NULL;
  return g_strconcat ("gjs:", path, ":", class_name, NULL);
}

static const FileKind kinds[] = {
  { ".so", specify_module },
  { ".py", specify_python },
  { ".js", specify_javascript },
};

static const FileKind *
find_kind (const char *path,
           GError    **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_has_suffix (path, kinds[i].suffix))
      return &kinds[i];
  g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE,
               _ ("%s is no file of actors: their names end with .so, .py or .js"), path);
  return NULL;
}

/* Behind the last colon, if something that can be a name stands there; the name of a file may have colons too. */
static const char *
find_class (const char *text)
{
  const char *colon = strrchr (text, ':');

  if (g_file_test (text, G_FILE_TEST_IS_REGULAR))
    return NULL;
  return colon != NULL && colon[1] != '\0' && strchr (colon, '/') == NULL ? colon + 1 : NULL;
}

ActorFile *
actor_file_find (const char *text,
                 GError    **error)
{
  const char *class_name = find_class (text);
  g_autofree char *given = class_name != NULL ? g_strndup (text, (gsize) (class_name - 1 - text)) : g_strdup (text);
  g_autofree char *path = g_canonicalize_filename (given, NULL);
  const FileKind *kind = find_kind (path, error);
  g_autofree char *specification = NULL;
  ActorFile *self;

  if (kind == NULL || !input_check (path, strlen (path), error))
    return NULL;
  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    {
      g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE, _ ("there is no file %s"), path);
      return NULL;
    }
  specification = kind->specify (path, class_name, error);
  if (specification == NULL)
    return NULL;
  self = g_new0 (ActorFile, 1);
  self->folder = g_path_get_dirname (path);
  self->class_specification = g_steal_pointer (&specification);
  return self;
}

void
actor_file_free (ActorFile *self)
{
  g_free (self->folder);
  g_free (self->class_specification);
  g_free (self);
}

void
actor_folders_add (GVariantDict *capabilities,
                   GVariant     *folders)
{
  static const char *const names[] = { "Actor Path", "Python Path", "GJS Path" };
  g_autoptr (GVariant) owned = g_variant_ref_sink (folders);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (!g_variant_dict_contains (capabilities, names[i]))
      g_variant_dict_insert_value (capabilities, names[i], owned);
}
