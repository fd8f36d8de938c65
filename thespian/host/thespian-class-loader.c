/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Class specifications: `Module:TypeName' for a type of a module file, `TypeName' for one that the
 * program has registered.  Modules are looked for in the capability `Actor Path', then in the
 * environment variable THESPIAN_ACTOR_PATH; they stay loaded, since
 * GObject types cannot be taken back.
 */

#include "config.h"

#include "host/thespian-class-loader-private.h"

#include "model/thespian-error.h"

#include <dlfcn.h>
#include <gmodule.h>

#define ACTOR_PATH_VARIABLE "THESPIAN_ACTOR_PATH"
#define REGISTER_FUNCTION "thespian_module_register"

typedef void (*RegisterFunc) (void);

static GRecMutex loaded_lock; /* recursive: a module may name another one while it registers */
static GHashTable *loaded; /* char *path to GModule*; protected by the lock; for ever */
static GHashTable *specifications; /* GType to char*; protected by the lock; for ever */

static void
lock_tables (void)
{
  g_rec_mutex_lock (&loaded_lock);
  if (loaded != NULL)
    return;
  loaded = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  specifications = g_hash_table_new_full (NULL, NULL, NULL, g_free);
}

/* --- Modules ---------------------------------------------------------------------------------- */

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
          return g_canonicalize_filename (path, NULL);
      }
  return NULL;
}

/* Calls @function for each type of actors that there is. */
static void
visit_actor_types (GType type,
                   void (*function) (GType, gpointer),
                   gpointer data)
{
  g_autofree GType *children = g_type_children (type, NULL);

  for (GType *child = children; *child != 0; child++)
    {
      function (*child, data);
      visit_actor_types (*child, function, data);
    }
}

static void
note_type (GType    type,
           gpointer known)
{
  g_hash_table_add (known, GSIZE_TO_POINTER (type));
}

typedef struct
{
  GHashTable *known; /* set of GType */
  const char *path;
} Registration;

/* A module that this one has loaded on its way has recorded its own types already. */
static void
record_type (GType    type,
             gpointer data)
{
  Registration *registration = data;

  if (!g_hash_table_contains (registration->known, GSIZE_TO_POINTER (type)) &&
      !g_hash_table_contains (specifications, GSIZE_TO_POINTER (type)))
    g_hash_table_insert (specifications, GSIZE_TO_POINTER (type),
                         g_strdup_printf ("%s:%s", registration->path, g_type_name (type)));
}

/* Types do not tell who registered them; but what was not there before must be the module's. */
static void
register_types_locked (RegisterFunc register_types,
                       const char  *path)
{
  g_autoptr (GHashTable) known = g_hash_table_new (NULL, NULL);
  Registration registration = { known, path };

  visit_actor_types (THESPIAN_TYPE_ACTOR, note_type, known);
  register_types ();
  visit_actor_types (THESPIAN_TYPE_ACTOR, record_type, &registration);
}

static gboolean
open_module_locked (const char *path,
                    GError    **error)
{
  g_autoptr (GError) reason = NULL;
  GModule *handle;
  gpointer symbol;

  handle = g_module_open_full (path, G_MODULE_BIND_LOCAL, &reason);
  if (handle == NULL)
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ACTOR_SPECIFICATION,
                   "The actor module “%s” cannot be loaded: %s", path, reason->message);
      return FALSE;
    }
  if (!g_module_symbol (handle, REGISTER_FUNCTION, &symbol))
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ACTOR_SPECIFICATION,
                   "The file %s is no actor module: it has no function " REGISTER_FUNCTION "()",
                   path);
      g_module_close (handle);
      return FALSE;
    }
  g_module_make_resident (handle);
  register_types_locked ((RegisterFunc) symbol, path);
  g_hash_table_insert (loaded, g_strdup (path), handle);
  return TRUE;
}

gboolean
thespian_class_loader_load (const char *path,
                            GError    **error)
{
  gboolean ok;

  lock_tables ();
  ok = g_hash_table_contains (loaded, path) || open_module_locked (path, error);
  g_rec_mutex_unlock (&loaded_lock);
  return ok;
}

static char *
find_module (const char *module,
             GVariant   *capabilities,
             GError    **error)
{
  char *path;

  if (strchr (module, '/') != NULL)
    return g_canonicalize_filename (module, NULL);
  path = find_file (module, capabilities);
  if (path == NULL)
    g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ACTOR_SPECIFICATION,
                 "There is no actor module “%s” in the capability “" THESPIAN_CAPABILITY_ACTOR_PATH
                 "” nor in the environment variable " ACTOR_PATH_VARIABLE,
                 module);
  return path;
}

/* --- Specifications --------------------------------------------------------------------------- */

/* Divides @specification: @ret_module is NULL when it names none. */
static gboolean
parse_specification (const char  *specification,
                     char       **ret_module,
                     const char **ret_type_name,
                     GError     **error)
{
  const char *colon = strrchr (specification, ':');

  *ret_type_name = colon != NULL ? colon + 1 : specification;
  *ret_module = colon != NULL ? g_strndup (specification, (gsize) (colon - specification)) : NULL;
  if (**ret_type_name != '\0' && (*ret_module == NULL || **ret_module != '\0'))
    return TRUE;
  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ACTOR_SPECIFICATION,
               "“%s” is no class specification: expected “Module:TypeName”, or the name of a type "
               "of this program",
               specification);
  g_clear_pointer (ret_module, g_free);
  return FALSE;
}

gboolean
thespian_class_loader_find_module (const char *specification,
                                   GVariant   *capabilities,
                                   char      **ret_path,
                                   GError    **error)
{
  g_autofree char *module = NULL;
  const char *type_name;

  *ret_path = NULL;
  if (!parse_specification (specification, &module, &type_name, error))
    return FALSE;
  if (module == NULL)
    return TRUE;
  *ret_path = find_module (module, capabilities, error);
  return *ret_path != NULL;
}

/* “FooBarBaz” is registered by foo_bar_baz_get_type(), as everywhere. */
static char *
name_of_get_type (const char *type_name)
{
  GString *name = g_string_new (NULL);

  for (const char *c = type_name; *c != '\0'; c++)
    {
      if (g_ascii_isupper (*c) && c > type_name && (!g_ascii_isupper (c[-1]) || g_ascii_islower (c[1])))
        g_string_append_c (name, '_');
      g_string_append_c (name, g_ascii_tolower (*c));
    }
  g_string_append (name, "_get_type");
  return g_string_free (name, FALSE);
}

/* A type of this program, or of a library that it is linked with. */
static GType
find_registered (const char *type_name)
{
  GType type = g_type_from_name (type_name);
  g_autofree char *symbol = NULL;
  GType (*get_type) (void);

  if (type != G_TYPE_INVALID)
    return type;
  symbol = name_of_get_type (type_name);
  get_type = (GType (*) (void)) dlsym (RTLD_DEFAULT, symbol);
  if (get_type == NULL)
    return G_TYPE_INVALID;
  type = get_type ();
  return g_strcmp0 (g_type_name (type), type_name) == 0 ? type : G_TYPE_INVALID;
}

static GType
find_type (const char *specification,
           GVariant   *capabilities,
           GError    **error)
{
  g_autofree char *module = NULL, *path = NULL;
  const char *type_name;
  GType type;

  if (!parse_specification (specification, &module, &type_name, error))
    return G_TYPE_INVALID;
  if (module != NULL)
    {
      path = find_module (module, capabilities, error);
      if (path == NULL)
        return G_TYPE_INVALID;
      if (!thespian_class_loader_load (path, error))
        {
          /* What was asked for, besides the file that this turned out to be. */
          g_prefix_error (error, "%s: ", module);
          return G_TYPE_INVALID;
        }
    }
  type = find_registered (type_name);
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

/* --- What comes along ------------------------------------------------------------------------- */

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

gboolean
thespian_class_loader_check (const ThespianActorSpec *spec,
                             GError                 **error)
{
  return check_vardict ("requirements", spec->requirements, error) &&
         check_vardict ("properties", spec->properties, error);
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
  if (!check_actor_type (type, error) || !thespian_class_loader_check (spec, error) ||
      !check_properties (type, spec->properties, error))
    return G_TYPE_INVALID;
  return type;
}

/* --- The way back ----------------------------------------------------------------------------- */

static const char *
lookup_specification (GType type)
{
  const char *specification;

  lock_tables ();
  specification = g_hash_table_lookup (specifications, GSIZE_TO_POINTER (type));
  g_rec_mutex_unlock (&loaded_lock);
  return specification;
}

static void
keep_specification (GType       type,
                    const char *library)
{
  lock_tables ();
  if (!g_hash_table_contains (specifications, GSIZE_TO_POINTER (type)))
    g_hash_table_insert (specifications, GSIZE_TO_POINTER (type),
                         g_strdup_printf ("%s:%s", library, g_type_name (type)));
  g_rec_mutex_unlock (&loaded_lock);
}

const char *
thespian_class_loader_find_specification (GType type)
{
  g_autoptr (GTypeClass) klass = NULL;
  const char *specification = lookup_specification (type);
  const char *library;

  if (specification != NULL || !g_type_is_a (type, THESPIAN_TYPE_ACTOR))
    return specification;
  /* Not under the lock: the class may be set up by this. */
  klass = g_type_class_ref (type);
  library = thespian_actor_class_get_library ((ThespianActorClass *) klass);
  if (library == NULL)
    return NULL;
  keep_specification (type, library);
  return lookup_specification (type);
}
