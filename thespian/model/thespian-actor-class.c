/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a class of actors declares about itself: the capabilities it requires, the messages it
 * never looks at, the patterns it follows.  Subclasses inherit what their parents declared: GObject
 * copies the class structure, so a class that declares something more first makes a copy of the
 * traits it found there.
 */

#include "config.h"

#include "model/thespian-actor-exit-request.h"
#include "model/thespian-actor-private.h"
#include "model/thespian-child-actor-exited.h"
#include "model/thespian-error.h"
#include "model/thespian-language-private.h"

#include <dlfcn.h>
#include <link.h>
#include <stdlib.h>

typedef struct
{
  char *name;
  GVariant *value; /* (owned) (nullable) */
} Requirement;

typedef struct
{
  GQuark kind;
  ThespianInterceptorFactory factory;
  gpointer data; /* lives as long as the class, that is for ever */
} Pattern;

typedef struct
{
  ThespianActorClass *klass; /* whose traits these are */
  GArray *requirements;
  GArray *ignored; /* of GType */
  GArray *patterns;
  const char *library; /* (nullable) static; of this class alone: a subclass may be elsewhere */
} Traits;

static GArray *
copy_array (GArray *array,
            guint   element_size)
{
  GArray *copy = g_array_new (FALSE, FALSE, element_size);

  if (array != NULL)
    g_array_append_vals (copy, array->data, array->len);
  return copy;
}

/* The parent's elements are shared: classes are never freed, nor is what they declare. */
static Traits *
own_traits (ThespianActorClass *klass)
{
  Traits *inherited = klass->traits;
  Traits *own;

  if (inherited != NULL && inherited->klass == klass)
    return inherited;

  own = g_new0 (Traits, 1);
  own->klass = klass;
  own->requirements = copy_array (inherited ? inherited->requirements : NULL, sizeof (Requirement));
  own->ignored = copy_array (inherited ? inherited->ignored : NULL, sizeof (GType));
  own->patterns = copy_array (inherited ? inherited->patterns : NULL, sizeof (Pattern));
  klass->traits = own;
  return own;
}

/**
 * thespian_actor_class_require_capability:
 * @klass: a class of actors
 * @name: the name of a capability
 * @value: (nullable): the value that it must have, or %NULL when any true value will do; consumed
 *   if floating
 *
 * Declares that actors of this class can live only in systems with a capability.
 *
 * Without a @value the capability must be there and stand for true: not false, zero or empty. May
 * be called several times; all that is declared must hold, besides what
 * [vfunc@Thespian.Actor.check_capabilities] says. Subclasses inherit it. To be called while the
 * class is being set up.
 *
 * Since: 1.0
 */
void
thespian_actor_class_require_capability (ThespianActorClass *klass,
                                         const char         *name,
                                         GVariant           *value)
{
  Requirement requirement;

  g_return_if_fail (THESPIAN_IS_ACTOR_CLASS (klass));
  g_return_if_fail (name != NULL);

  requirement.name = g_strdup (name);
  requirement.value = value != NULL ? g_variant_ref_sink (value) : NULL;
  g_array_append_val (own_traits (klass)->requirements, requirement);
}

/**
 * thespian_actor_class_ignore_messages:
 * @klass: a class of actors
 * @message_type: %THESPIAN_TYPE_CHILD_ACTOR_EXITED or %THESPIAN_TYPE_ACTOR_EXIT_REQUEST
 *
 * Declares that actors of this class never look at messages of a type: of
 * [class@Thespian.ChildActorExited] or [class@Thespian.ActorExitRequest].
 *
 * Such messages are not delivered, which saves the system from making them. Everything else about
 * them stays as it is: an actor that ignores exit requests exits all the same. To be called while
 * the class is being set up.
 *
 * Since: 1.0
 */
void
thespian_actor_class_ignore_messages (ThespianActorClass *klass,
                                      GType               message_type)
{
  g_return_if_fail (THESPIAN_IS_ACTOR_CLASS (klass));
  g_return_if_fail (message_type == THESPIAN_TYPE_CHILD_ACTOR_EXITED ||
                    message_type == THESPIAN_TYPE_ACTOR_EXIT_REQUEST);

  g_array_append_val (own_traits (klass)->ignored, message_type);
}

/* The file that @object is in, or NULL when that is the program itself. */
static const char *
find_library (gconstpointer object)
{
  struct link_map *map = NULL;
  g_autofree char *path = NULL;
  char *resolved;
  Dl_info info;

  if (dladdr1 (object, &info, (void **) &map, RTLD_DL_LINKMAP) == 0 || map->l_name[0] == '\0')
    return NULL;
  resolved = realpath (map->l_name, NULL);
  path = g_strdup (resolved != NULL ? resolved : map->l_name);
  free (resolved);
  return g_intern_string (path);
}

/**
 * thespian_actor_class_set_library: (skip)
 * @klass: a class of actors
 * @object: the address of any variable of static storage duration that the library defines, such as one
 * that is `static` in the same file
 *
 * Declares that a class of actors is in the shared library that defines @object.
 *
 * On the bases that give each actor a process, an actor that is asked for by its #GType has to be
 * made in another process, which loads the class by its file. Of the types that an actor module
 * registers when it is loaded the system knows the file; of those in a library that the program was
 * linked with it does not. Such a library exports the function `thespian_module_register()` as an
 * actor module does, and each of its classes says where it is:
 *
 * ```c
 * static const char here;
 *
 * static void
 * counter_class_init (CounterClass *klass)
 * {
 * thespian_actor_class_set_library (THESPIAN_ACTOR_CLASS (klass), &here);
 * }
 * ```
 *
 * Subclasses do not inherit it. The program itself is no library: it is a programmer's mistake to
 * give one of its variables. To be called while the class is being set up.
 *
 * Since: 1.0
 */
void
thespian_actor_class_set_library (ThespianActorClass *klass,
                                  gconstpointer       object)
{
  const char *library;

  g_return_if_fail (THESPIAN_IS_ACTOR_CLASS (klass));
  g_return_if_fail (object != NULL);

  library = find_library (object);
  g_return_if_fail (library != NULL);
  own_traits (klass)->library = library;
}

const char *
thespian_actor_class_get_library (ThespianActorClass *klass)
{
  Traits *traits = klass->traits;

  return traits != NULL && traits->klass == klass ? traits->library : NULL;
}

gboolean
thespian_actor_class_ignores (ThespianActorClass *klass,
                              GType               message_type)
{
  Traits *traits = klass->traits;

  for (guint i = 0; traits != NULL && i < traits->ignored->len; i++)
    if (g_type_is_a (message_type, g_array_index (traits->ignored, GType, i)))
      return TRUE;
  return FALSE;
}

void
thespian_actor_class_add_interceptor (ThespianActorClass        *klass,
                                      GQuark                     kind,
                                      ThespianInterceptorFactory factory,
                                      gpointer                   data)
{
  GArray *patterns = own_traits (klass)->patterns;
  Pattern pattern = { kind, factory, data };

  for (guint i = 0; i < patterns->len; i++)
    if (g_array_index (patterns, Pattern, i).kind == kind)
      {
        g_array_index (patterns, Pattern, i) = pattern;
        return;
      }
  g_array_append_val (patterns, pattern);
}

gconstpointer
thespian_actor_class_get_interceptor_data (ThespianActorClass *klass,
                                           GQuark              kind)
{
  Traits *traits = klass->traits;

  for (guint i = 0; traits != NULL && i < traits->patterns->len; i++)
    if (g_array_index (traits->patterns, Pattern, i).kind == kind)
      return g_array_index (traits->patterns, Pattern, i).data;
  return NULL;
}

/*
 * The pattern declared first sees a message first; the guard of a language stands before the class.
 */
ThespianInterceptor *
thespian_actor_create_interceptors (ThespianActor *self)
{
  Traits *traits = THESPIAN_ACTOR_GET_CLASS (self)->traits;
  ThespianInterceptor *first = NULL, **last = &first;

  for (guint i = 0; traits != NULL && i < traits->patterns->len; i++)
    {
      Pattern *pattern = &g_array_index (traits->patterns, Pattern, i);

      *last = pattern->factory (self, pattern->data);
      if (*last != NULL)
        last = &(*last)->next;
    }
  *last = thespian_language_create_guard (THESPIAN_ACTOR_GET_CLASS (self));
  return first;
}

void
thespian_interceptors_free (ThespianInterceptor *first)
{
  while (first != NULL)
    {
      ThespianInterceptor *next = first->next;

      first->free (first);
      first = next;
    }
}

/* No `else': a subclass whose vfunc fails without saying why still fails. */
static void
ensure_error (ThespianActor *self,
              const char    *what,
              GError       **error)
{
  if (error != NULL && *error == NULL)
    g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_ACTOR_FAILED, "%s of %s failed without an error",
                 what, G_OBJECT_TYPE_NAME (self));
}

gboolean
thespian_actor_deliver (ThespianActor       *self,
                        ThespianInterceptor *interceptors,
                        const GValue        *message,
                        ThespianAddress     *sender,
                        GError             **error)
{
  gboolean handled;

  if (interceptors != NULL)
    handled = interceptors->receive (interceptors, self, message, sender, error);
  else
    handled = THESPIAN_ACTOR_GET_CLASS (self)->receive_message (self, message, sender, error);
  if (G_UNLIKELY (!handled))
    ensure_error (self, "receive_message()", error);
  return handled;
}

gboolean
thespian_interceptor_pass_on (ThespianInterceptor *self,
                              ThespianActor       *actor,
                              const GValue        *message,
                              ThespianAddress     *sender,
                              GError             **error)
{
  return thespian_actor_deliver (actor, self->next, message, sender, error);
}

gboolean
thespian_actor_start (ThespianActor *self,
                      GError       **error)
{
  if (THESPIAN_ACTOR_GET_CLASS (self)->started (self, error))
    return TRUE;
  ensure_error (self, "started()", error);
  return FALSE;
}

gboolean
thespian_capability_is_truthy (GVariant *value)
{
  g_autoptr (GVariant) inner = NULL;
  g_autoptr (GVariant) zero = NULL;

  if (g_variant_is_of_type (value, G_VARIANT_TYPE_VARIANT))
    {
      inner = g_variant_get_variant (value);
      return thespian_capability_is_truthy (inner);
    }
  if (g_variant_is_container (value))
    return g_variant_n_children (value) > 0;
  switch (g_variant_classify (value))
    {
    case G_VARIANT_CLASS_STRING:
    case G_VARIANT_CLASS_OBJECT_PATH:
    case G_VARIANT_CLASS_SIGNATURE:
      return *g_variant_get_string (value, NULL) != '\0';
    case G_VARIANT_CLASS_DOUBLE:
      return g_variant_get_double (value) != 0.0;
    default:
      /* what is left is of a fixed size, and false when all its bits are */
      zero = g_variant_ref_sink (
          g_variant_new_from_data (g_variant_get_type (value), "\0\0\0\0\0\0\0", g_variant_get_size (value),
                                   TRUE, NULL, NULL));
      return !g_variant_equal (value, zero);
    }
}

static gboolean
requirement_is_met (const Requirement *requirement,
                    GVariant          *capabilities,
                    char             **ret_reason)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (capabilities, requirement->name, NULL);
  g_autofree char *wanted = NULL;

  if (requirement->value == NULL ? value != NULL && thespian_capability_is_truthy (value)
                                 : value != NULL && g_variant_equal (value, requirement->value))
    return TRUE;

  if (requirement->value != NULL)
    wanted = g_variant_print (requirement->value, FALSE);
  *ret_reason = g_strdup_printf ("it requires the capability “%s”%s%s", requirement->name,
                                 wanted != NULL ? " to be " : "", wanted != NULL ? wanted : "");
  return FALSE;
}

gboolean
thespian_actor_fits (ThespianActor *self,
                     GVariant      *capabilities,
                     GVariant      *requirements,
                     char         **ret_reason)
{
  ThespianActorClass *klass = THESPIAN_ACTOR_GET_CLASS (self);
  Traits *traits = klass->traits;

  for (guint i = 0; traits != NULL && i < traits->requirements->len; i++)
    if (!requirement_is_met (&g_array_index (traits->requirements, Requirement, i), capabilities, ret_reason))
      return FALSE;
  if (klass->check_capabilities (self, capabilities, requirements))
    return TRUE;
  *ret_reason = g_strdup ("its check_capabilities() refuses the system's capabilities");
  return FALSE;
}
