/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Class specifications: `Module:TypeName' for a type of a module file, `TypeName' for one that the
 * program has registered, `language:module:Class' for one written in a language that has a host.
 * Modules are looked for in folders that a capability names, then in those of an environment
 * variable; each language has its own two.
 */

#include "config.h"

#include "host/thespian-module-place-private.h"

#include "model/thespian-error.h"

#include <gmodule.h>
#include <string.h>

#define ACTOR_PATH_VARIABLE "THESPIAN_ACTOR_PATH"

/* --- Specifications --------------------------------------------------------------------------- */

static gboolean
is_of_prefix (char letter)
{
  return g_ascii_islower (letter) || g_ascii_isdigit (letter) || letter == '_' || letter == '+' || letter == '-';
}

/* What stands before the first of several colons; a path is none. */
static gsize
measure_prefix (const char *specification)
{
  gsize length = 0;

  while (is_of_prefix (specification[length]))
    length++;
  if (specification[length] != ':')
    return 0;
  if (strchr (specification + length + 1, ':') == NULL && thespian_host_language_find (specification, length) == NULL)
    return 0;
  return length;
}

static gboolean
parse_language (const char        *specification,
                ThespianClassName *ret_name,
                const char       **ret_rest,
                GError           **error)
{
  gsize length = measure_prefix (specification);
  g_autofree char *known = NULL;

  ret_name->language = NULL;
  *ret_rest = specification;
  if (length == 0)
    return TRUE;
  ret_name->language = thespian_host_language_find (specification, length);
  *ret_rest = specification + length + 1;
  if (ret_name->language != NULL)
    return TRUE;
  known = thespian_host_language_list ();
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ACTOR_SPECIFICATION,
               "There is no language “%.*s”, which the class specification “%s” names: known are %s", (int) length,
               specification, specification, known);
  return FALSE;
}

static void
set_malformed (const char                 *specification,
               const ThespianHostLanguage *language,
               GError                    **error)
{
  if (language != NULL)
    g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ACTOR_SPECIFICATION,
                 "“%s” is no class specification: expected “%s:module:Class”", specification, language->prefix);
  else
    g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ACTOR_SPECIFICATION,
                 "“%s” is no class specification: expected “Module:TypeName”, or the name of a type "
                 "of this program",
                 specification);
}

static gboolean
check_utf8 (const char *specification,
            GError    **error)
{
  g_autofree char *valid = NULL;

  if (g_utf8_validate (specification, -1, NULL))
    return TRUE;
  valid = g_utf8_make_valid (specification, -1);
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ACTOR_SPECIFICATION,
               "“%s” is no class specification: it is not UTF-8", valid);
  return FALSE;
}

gboolean
thespian_class_name_parse (const char        *specification,
                           ThespianClassName *ret_name,
                           GError           **error)
{
  const char *rest, *colon;

  ret_name->module = NULL;
  if (!check_utf8 (specification, error))
    return FALSE;
  if (!parse_language (specification, ret_name, &rest, error))
    return FALSE;
  colon = strrchr (rest, ':');
  ret_name->class_name = colon != NULL ? colon + 1 : rest;
  if (*ret_name->class_name == '\0' || colon == rest || (colon == NULL && ret_name->language != NULL))
    {
      set_malformed (specification, ret_name->language, error);
      return FALSE;
    }
  ret_name->module = colon != NULL ? g_strndup (rest, (gsize) (colon - rest)) : NULL;
  return TRUE;
}

void
thespian_class_name_clear (ThespianClassName *name)
{
  g_clear_pointer (&name->module, g_free);
}

/* --- Folders ---------------------------------------------------------------------------------- */

static void
add_capability_path (GPtrArray  *folders,
                     GVariant   *capabilities,
                     const char *name)
{
  g_autoptr (GVariant) value = NULL;

  if (capabilities != NULL)
    value = g_variant_lookup_value (capabilities, name, NULL);
  if (value == NULL)
    return;
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
    {
      g_ptr_array_add (folders, g_variant_dup_string (value, NULL));
      return;
    }
  for (gsize i = 0; i < g_variant_n_children (value); i++)
    {
      g_autoptr (GVariant) folder = g_variant_get_child_value (value, i);

      g_ptr_array_add (folders, g_variant_dup_string (folder, NULL));
    }
}

static const char *
path_capability_of (const ThespianHostLanguage *language)
{
  return language != NULL ? language->path_capability : THESPIAN_CAPABILITY_ACTOR_PATH;
}

static const char *
path_variable_of (const ThespianHostLanguage *language)
{
  return language != NULL ? language->path_variable : ACTOR_PATH_VARIABLE;
}

static GPtrArray *
list_folders (const ThespianHostLanguage *language,
              GVariant                   *capabilities)
{
  GPtrArray *folders = g_ptr_array_new_with_free_func (g_free);
  const char *variable = g_getenv (path_variable_of (language));

  add_capability_path (folders, capabilities, path_capability_of (language));
  if (variable != NULL)
    {
      g_auto (GStrv) parts = g_strsplit (variable, G_SEARCHPATH_SEPARATOR_S, -1);

      for (char **part = parts; *part != NULL; part++)
        if (**part != '\0')
          g_ptr_array_add (folders, g_strdup (*part));
    }
  return folders;
}

/* --- Files ------------------------------------------------------------------------------------ */

/* What a module's file may be called, from the folder on. */
static char **
list_files (const ThespianHostLanguage *language,
            const char                 *module)
{
  g_autoptr (GStrvBuilder) files = g_strv_builder_new ();
  g_autofree char *name = g_strdup (module);

  if (language == NULL)
    {
      g_autofree char *plain = g_strconcat (module, "." G_MODULE_SUFFIX, NULL);
      g_autofree char *library = g_strconcat ("lib", module, "." G_MODULE_SUFFIX, NULL);

      g_strv_builder_add_many (files, plain, library, NULL);
      return g_strv_builder_end (files);
    }
  if (language->has_dots)
    g_strdelimit (name, ".", '/');
  for (const char *const *suffix = language->suffixes; *suffix != NULL; suffix++)
    {
      g_autofree char *file = g_strconcat (name, *suffix, NULL);

      g_strv_builder_add (files, file);
    }
  return g_strv_builder_end (files);
}

static gboolean
find_in_folder (const char          *folder,
                char               **files,
                ThespianModulePlace *place)
{
  g_autofree char *root = g_canonicalize_filename (folder, NULL);

  for (char **file = files; *file != NULL; file++)
    {
      g_autofree char *path = g_build_filename (root, *file, NULL);

      if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
        continue;
      place->path = g_canonicalize_filename (path, NULL);
      place->root_length = strlen (root);
      /* a name may lead out of its folder; then it is found where it is */
      if (!g_str_has_prefix (place->path, root))
        place->root_length = (gsize) (strrchr (place->path, '/') - place->path);
      return TRUE;
    }
  return FALSE;
}

static void
take_file (const char          *file,
           ThespianModulePlace *place)
{
  place->path = g_canonicalize_filename (file, NULL);
  place->root_length = (gsize) (strrchr (place->path, '/') - place->path);
}

/* Names of shared objects and dotted names have no slash; other names may, after the first letter. */
static gboolean
is_file (const ThespianHostLanguage *language,
         const char                 *module)
{
  if (language == NULL || language->has_dots)
    return strchr (module, '/') != NULL;
  return g_path_is_absolute (module) || *module == '.';
}

static gboolean
find_file (const char          *module,
           GVariant            *capabilities,
           ThespianModulePlace *place,
           GError             **error)
{
  const ThespianHostLanguage *language = place->language;
  g_autoptr (GPtrArray) folders = list_folders (language, capabilities);
  g_auto (GStrv) files = list_files (language, module);

  for (guint i = 0; i < folders->len; i++)
    if (find_in_folder (g_ptr_array_index (folders, i), files, place))
      return TRUE;
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ACTOR_SPECIFICATION,
               "There is no %s module “%s” in the capability “%s” nor in the environment variable %s",
               language != NULL ? language->name : "actor", module, path_capability_of (language),
               path_variable_of (language));
  return FALSE;
}

static gboolean
check_file (const ThespianModulePlace *place,
            GError                   **error)
{
  if (g_file_test (place->path, G_FILE_TEST_IS_REGULAR))
    return TRUE;
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ACTOR_SPECIFICATION,
               "There is no %s module at %s", place->language->name, place->path);
  return FALSE;
}

gboolean
thespian_module_place_find (const char          *specification,
                            GVariant            *capabilities,
                            ThespianModulePlace *ret_place,
                            GError             **error)
{
  g_auto (ThespianClassName) name = { NULL };
  gboolean ok;

  *ret_place = (ThespianModulePlace) THESPIAN_MODULE_PLACE_INIT;
  if (!thespian_class_name_parse (specification, &name, error))
    return FALSE;
  ret_place->language = name.language;
  if (name.module == NULL)
    return TRUE;
  if (!is_file (name.language, name.module))
    return find_file (name.module, capabilities, ret_place, error);
  take_file (name.module, ret_place);
  /* a shared object that is not there is told of by who loads it */
  ok = name.language == NULL || check_file (ret_place, error);
  if (!ok)
    thespian_module_place_clear (ret_place);
  return ok;
}

/* --- Places ----------------------------------------------------------------------------------- */

void
thespian_module_place_copy (const ThespianModulePlace *place,
                            ThespianModulePlace       *ret_copy)
{
  *ret_copy = *place;
  ret_copy->path = g_strdup (place->path);
}

void
thespian_module_place_clear (ThespianModulePlace *place)
{
  g_clear_pointer (&place->path, g_free);
}

char *
thespian_module_place_build_key (const ThespianModulePlace *place)
{
  return g_strdup_printf ("%s:%s", place->language != NULL ? place->language->prefix : "", place->path);
}
