/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * From class specifications to types, and back.  Modules stay loaded, since GObject types cannot be
 * taken back.
 */

#include "config.h"

#include "host/thespian-class-loader-private.h"

#include "host/thespian-module-place-private.h"
#include "model/thespian-error.h"

#include <dlfcn.h>
#include <gmodule.h>

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

/* --- Specifications --------------------------------------------------------------------------- */

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

static gboolean
load_module_of (const char              *specification,
                const ThespianClassName *name,
                GVariant                *capabilities,
                GError                 **error)
{
  g_auto (ThespianModulePlace) place = THESPIAN_MODULE_PLACE_INIT;

  if (!thespian_module_place_find (specification, capabilities, &place, error))
    return FALSE;
  if (thespian_class_loader_load (place.path, error))
    return TRUE;
  /* What was asked for, besides the file that this turned out to be. */
  g_prefix_error (error, "%s: ", name->module);
  return FALSE;
}

static GType
find_type (const char *specification,
           GVariant   *capabilities,
           GError    **error)
{
  g_auto (ThespianClassName) name = { NULL };
  GType type;

  if (!thespian_class_name_parse (specification, &name, error))
    return G_TYPE_INVALID;
  if (name.language != NULL)
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ACTOR_SPECIFICATION,
                   "“%s” is written in %s, which runs in a process of its own: that needs multiprocQueueBase, "
                   "multiprocTCPBase or multiprocUDPBase",
                   specification, name.language->name);
      return G_TYPE_INVALID;
    }
  if (name.module != NULL && !load_module_of (specification, &name, capabilities, error))
    return G_TYPE_INVALID;
  type = find_registered (name.class_name);
  if (type == G_TYPE_INVALID)
    g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ACTOR_SPECIFICATION,
                 "There is no type “%s” in %s%s", name.class_name,
                 name.module != NULL ? "the actor module "
                                     : "this program: a type of a module is named “Module:TypeName”",
                 name.module != NULL ? name.module : "");
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

void
thespian_class_loader_keep_specification (GType       type,
                                          const char *specification)
{
  lock_tables ();
  if (!g_hash_table_contains (specifications, GSIZE_TO_POINTER (type)))
    g_hash_table_insert (specifications, GSIZE_TO_POINTER (type), g_strdup (specification));
  g_rec_mutex_unlock (&loaded_lock);
}

const char *
thespian_class_loader_find_specification (GType type)
{
  g_autoptr (GTypeClass) klass = NULL;
  const char *specification = lookup_specification (type);
  g_autofree char *made = NULL;
  const char *library;

  if (specification != NULL || !g_type_is_a (type, THESPIAN_TYPE_ACTOR))
    return specification;
  /* Not under the lock: the class may be set up by this. */
  klass = g_type_class_ref (type);
  library = thespian_actor_class_get_library ((ThespianActorClass *) klass);
  if (library == NULL)
    return NULL;
  made = g_strdup_printf ("%s:%s", library, g_type_name (type));
  thespian_class_loader_keep_specification (type, made);
  return lookup_specification (type);
}
