/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Class specifications: `Module:TypeName' for a type of a module file, `TypeName' for one that the
 * program has registered.  Modules are looked for in the capability `Actor Path', then in the
 * environment variable THESPIAN_ACTOR_PATH; they stay loaded, since
 * GObject types cannot be taken back.
 */

#include "config.h"

#include "host/thespian-class-loader-private.h"

#include "admin/thespian-capabilities-private.h"
#include "model/thespian-error.h"

#include <gmodule.h>

#define ACTOR_PATH_VARIABLE "THESPIAN_ACTOR_PATH"
#define REGISTER_FUNCTION "thespian_module_register"

typedef void (*RegisterFunc) (void);

static GRecMutex loaded_lock; /* recursive: a module may name another one while it registers */
static GHashTable *loaded; /* char *path to GModule*; protected by the lock; for ever */

/* --- Modules ----------------------------------------------------------------------------------------- */

static void
add_capability_path (GPtrArray *folders,
                     GVariant  *capabilities)
{
  g_autoptr (GVariant) value = NULL;

  if (capabilities != NULL)
    value = g_variant_lookup_value (capabilities, THESPIAN_CAPABILITY_ACTOR_PATH, NULL);
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

static GPtrArray *
list_folders (GVariant *capabilities)
{
  GPtrArray *folders = g_ptr_array_new_with_free_func (g_free);
  const char *variable = g_getenv (ACTOR_PATH_VARIABLE);

  add_capability_path (folders, capabilities);
  if (variable != NULL)
    {
      g_auto (GStrv) parts = g_strsplit (variable, G_SEARCHPATH_SEPARATOR_S, -1);

      for (char **part = parts; *part != NULL; part++)
        if (**part != '\0')
          g_ptr_array_add (folders, g_strdup (*part));
    }
  return folders;
}

static char *
find_file (const char *module,
           GVariant   *capabilities)
{
  const char *const prefixes[] = { "", "lib" };
  g_autoptr (GPtrArray) folders = list_folders (capabilities);

  for (guint i = 0; i < folders->len; i++)
    for (guint j = 0; j < G_N_ELEMENTS (prefixes); j++)
      {
        const char *folder = g_ptr_array_index (folders, i);
        g_autofree char *path = g_strdup_printf ("%s/%s%s." G_MODULE_SUFFIX, folder, prefixes[j], module);

        if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
          return g_steal_pointer (&path);
      }
  return NULL;
}

static gboolean
open_module_locked (const char *module,
                    const char *path,
                    GError    **error)
{
  g_autoptr (GError) reason = NULL;
  GModule *handle;
  gpointer symbol;

  if (loaded == NULL)
    loaded = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (g_hash_table_contains (loaded, path))
    return TRUE;

  handle = g_module_open_full (path, G_MODULE_BIND_LOCAL, &reason);
  if (handle == NULL)
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ACTOR_SPECIFICATION,
                   "The actor module “%s” cannot be loaded: %s", module, reason->message);
      return FALSE;
    }
  if (!g_module_symbol (handle, REGISTER_FUNCTION, &symbol))
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ACTOR_SPECIFICATION,
                   "The file %s is no actor module: it has no function " REGISTER_FUNCTION "()", path);
      g_module_close (handle);
      return FALSE;
    }
  g_module_make_resident (handle);
  ((RegisterFunc) symbol) ();
  g_hash_table_insert (loaded, g_strdup (path), handle);
  return TRUE;
}

static gboolean
load_module (const char *module,
             GVariant   *capabilities,
             GError    **error)
{
  g_autofree char *path = NULL;
  gboolean ok;

  if (strchr (module, '/') != NULL)
    path = g_strdup (module);
  else
    path = find_file (module, capabilities);
  if (path == NULL)
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ACTOR_SPECIFICATION,
                   "There is no actor module “%s” in the capability “" THESPIAN_CAPABILITY_ACTOR_PATH
                   "” nor in the environment variable " ACTOR_PATH_VARIABLE,
                   module);
      return FALSE;
    }
  g_rec_mutex_lock (&loaded_lock);
  ok = open_module_locked (module, path, error);
  g_rec_mutex_unlock (&loaded_lock);
  return ok;
}

/* --- Specifications ----------------------------------------------------------------------------------- */

static GType
find_type (const char *specification,
           GVariant   *capabilities,
           GError    **error)
{
  const char *colon = strrchr (specification, ':');
  const char *type_name = colon != NULL ? colon + 1 : specification;
  g_autofree char *module = colon != NULL ? g_strndup (specification, (gsize) (colon - specification)) : NULL;
  GType type;

  if (*type_name == '\0' || (module != NULL && *module == '\0'))
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ACTOR_SPECIFICATION,
                   "“%s” is no class specification: expected “Module:TypeName”, or the name of a type "
                   "of this program",
                   specification);
      return G_TYPE_INVALID;
    }
  if (module != NULL && !load_module (module, capabilities, error))
    return G_TYPE_INVALID;
  type = g_type_from_name (type_name);
  if (type == G_TYPE_INVALID)
    g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ACTOR_SPECIFICATION,
                 "There is no type “%s” in %s%s", type_name,
                 module != NULL ? "the actor module " : "this program: a type of a module is named “Module:TypeName”",
                 module != NULL ? module : "");
  return type;
}

static gboolean
check_actor_type (GType    type,
                  GError **error)
{
  const char *name = g_type_name (type);

  if (!g_type_is_a (type, THESPIAN_TYPE_ACTOR))
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ACTOR_SPECIFICATION,
                   "The type “%s” is no actor: it is not derived from ThespianActor",
                   name != NULL ? name : "invalid");
      return FALSE;
    }
  if (G_TYPE_IS_ABSTRACT (type))
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ACTOR_SPECIFICATION,
                   "The type “%s” is abstract: only a subclass of it can be created", name);
      return FALSE;
    }
  return TRUE;
}

/* --- What comes along ---------------------------------------------------------------------------------- */

static gboolean
check_vardict (const char *what,
               GVariant   *variant,
               GError    **error)
{
  if (variant == NULL || g_variant_is_of_type (variant, G_VARIANT_TYPE_VARDICT))
    return TRUE;
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
               "The %s of a new actor are of type “%s”: expected “a{sv}”", what,
               g_variant_get_type_string (variant));
  return FALSE;
}

static gboolean
check_properties (GType     type,
                  GVariant *properties,
                  GError  **error)
{
  g_autoptr (GTypeClass) klass = NULL;
  GVariantIter iter;
  const char *name;

  if (properties == NULL)
    return TRUE;
  klass = g_type_class_ref (type);
  g_variant_iter_init (&iter, properties);
  while (g_variant_iter_next (&iter, "{&sv}", &name, NULL))
    {
      GParamSpec *pspec = g_object_class_find_property (G_OBJECT_CLASS (klass), name);

      if (pspec == NULL || (pspec->flags & G_PARAM_WRITABLE) == 0)
        {
          g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
                       "The type “%s” has no%s property “%s”", g_type_name (type),
                       pspec != NULL ? " writable" : "", name);
          return FALSE;
        }
    }
  return TRUE;
}

GType
thespian_class_loader_resolve (const ThespianActorSpec *spec,
                               GVariant                *capabilities,
                               GError                 **error)
{
  GType type = spec->type;

  if (spec->specification != NULL)
    {
      type = find_type (spec->specification, capabilities, error);
      if (type == G_TYPE_INVALID)
        return G_TYPE_INVALID;
    }
  if (!check_actor_type (type, error) || !check_vardict ("requirements", spec->requirements, error) ||
      !check_vardict ("properties", spec->properties, error) ||
      !check_properties (type, spec->properties, error))
    return G_TYPE_INVALID;
  return type;
}
