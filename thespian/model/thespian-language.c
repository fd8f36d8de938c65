/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the bindings of other languages need besides introspection.  All of it is about what a
 * language cannot do: the overrides declare that once, and here it is made up for.
 *
 * The bindings turn a GValue into a value of their own before any code of an override runs.  What
 * they would spoil in doing so has to be something else by then: a variant of type `v', which is how
 * the overrides carry whatever GValue has no type for.
 */

#include "config.h"

#include "model/thespian-language-private.h"

#include <gmodule.h>

#include "model/thespian-error.h"
#include "model/thespian-value-private.h"

/* Above it not every integer is a double. */
#define MAX_EXACT (G_GINT64_CONSTANT (1) << 53)

typedef struct
{
  char *name;
  ThespianLanguageFlags flags;
  GThread *thread;
} Language;

/* One for the process: that of the program. */
static Language *declared;

/**
 * thespian_declare_language:
 * @name: the name of the language, for messages
 * @flags: what it cannot do
 *
 * Declares the language that the calling program is written in. For the overrides of a language, once
 * when they are loaded; programs do not need it.
 *
 * To be called before there is an actor system, on the thread where code of the language runs.
 *
 * Since: 1.0
 */
void
thespian_declare_language (const char           *name,
                           ThespianLanguageFlags flags)
{
  Language *language;

  g_return_if_fail (name != NULL);

  language = g_new (Language, 1);
  language->name = g_strdup (name);
  language->flags = flags;
  language->thread = g_thread_self ();
  g_atomic_pointer_set (&declared, language);
}

/**
 * thespian_actor_class_set_guest:
 * @klass: a class of actors
 *
 * Says that the class is written in the language that was declared by
 * [func@Thespian.declare_language]. For the overrides of a language; programs do not need it.
 *
 * To be called while the class is being set up. Subclasses inherit it.
 *
 * Since: 1.0
 */
void
thespian_actor_class_set_guest (ThespianActorClass *klass)
{
  g_return_if_fail (THESPIAN_IS_ACTOR_CLASS (klass));

  klass->language = g_atomic_pointer_get (&declared);
}

gboolean
thespian_actor_class_check_thread (ThespianActorClass *klass,
                                   GError            **error)
{
  const Language *language = klass->language;

  if (language == NULL || (language->flags & THESPIAN_LANGUAGE_FLAGS_ONE_THREAD) == 0 ||
      language->thread == g_thread_self ())
    return TRUE;

  g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ACTOR_SPECIFICATION,
               "%s is written in %s, which runs on one thread only, and this base runs its actors on others: "
               "use simpleSystemBase or mainLoopBase",
               g_type_name (G_TYPE_FROM_CLASS (klass)), language->name);
  return FALSE;
}

/* --- Values ------------------------------------------------------------------------------------------ */

static void
set_variant (GValue   *adapted,
             GVariant *content)
{
  g_value_init (adapted, G_TYPE_VARIANT);
  g_value_set_variant (adapted, g_variant_new_variant (content));
}

static void
set_enum (GValue       *adapted,
          const GValue *value)
{
  const char *name = G_VALUE_TYPE_NAME (value);

  if (G_VALUE_HOLDS_ENUM (value))
    set_variant (adapted, g_variant_new ("(si)", name, g_value_get_enum (value)));
  else
    set_variant (adapted, g_variant_new ("(su)", name, g_value_get_flags (value)));
}

/* FALSE when the value is fine as it is, which nearly all are. */
static gboolean
adapt_integer (const GValue *value,
               GValue       *adapted)
{
  GValue wide;

  if (thespian_value_convert_number (value, G_TYPE_INT64, &wide))
    {
      gint64 number = g_value_get_int64 (&wide);

      if (number >= -MAX_EXACT && number <= MAX_EXACT)
        return FALSE;
      set_variant (adapted, g_variant_new_int64 (number));
    }
  else
    {
      /* What does not fit there is one of the unsigned types. */
      if (!thespian_value_convert_number (value, G_TYPE_UINT64, &wide))
        return FALSE;
      set_variant (adapted, g_variant_new_uint64 (g_value_get_uint64 (&wide)));
    }
  return TRUE;
}

/* Bindings take a char for a character, and of a number that they mean to be one. */
static gboolean
adapt_char (const GValue *value,
            GValue       *adapted)
{
  return thespian_value_convert_number (value, G_TYPE_INT, adapted);
}

/* TRUE when @adapted was made, and is to be used instead of @value. */
static gboolean
adapt (const Language *language,
       const GValue   *value,
       GValue         *adapted)
{
  gboolean only_doubles = (language->flags & THESPIAN_LANGUAGE_FLAGS_ONLY_DOUBLES) != 0;

  switch (g_type_fundamental (G_VALUE_TYPE (value)))
    {
    case G_TYPE_CHAR:
    case G_TYPE_UCHAR:
      return adapt_char (value, adapted);
    case G_TYPE_LONG:
    case G_TYPE_ULONG:
    case G_TYPE_INT64:
    case G_TYPE_UINT64:
      return only_doubles && adapt_integer (value, adapted);
    case G_TYPE_ENUM:
    case G_TYPE_FLAGS:
      if (only_doubles)
        set_enum (adapted, value);
      return only_doubles;
    default:
      return FALSE;
    }
}

void
thespian_language_adapt_reply (GValue *value)
{
  const Language *language = g_atomic_pointer_get (&declared);
  GValue adapted = G_VALUE_INIT;

  if (language == NULL || !adapt (language, value, &adapted))
    return;
  thespian_value_clear (value);
  thespian_value_move_into (&adapted, value);
}

/**
 * thespian_dup_message_property:
 * @object: an object that holds a message, such as a [class@Thespian.PoisonMessage]
 * @property_name: the property that holds it
 * @error: return location for an error
 *
 * Gets a message out of an object, as the language that was declared by
 * [func@Thespian.declare_language] can take it. For the overrides of a language; programs use the
 * getter of the property.
 *
 * Fails with %THESPIAN_ERROR_INVALID_ARGUMENT when there is no such property, or it holds no message.
 *
 * Returns: (transfer full) (nullable): the message, or %NULL when the property is %NULL or on error
 *
 * Since: 1.0
 */
GValue *
thespian_dup_message_property (GObject    *object,
                               const char *property_name,
                               GError    **error)
{
  g_auto (GValue) property = G_VALUE_INIT;
  GValue content = G_VALUE_INIT;
  GParamSpec *pspec;

  g_return_val_if_fail (G_IS_OBJECT (object), NULL);
  g_return_val_if_fail (property_name != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (object), property_name);
  if (pspec == NULL || pspec->value_type != G_TYPE_VALUE || (pspec->flags & G_PARAM_READABLE) == 0)
    {
      g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT,
                   "%s has no property “%s” that holds a message", G_OBJECT_TYPE_NAME (object),
                   property_name);
      return NULL;
    }

  g_value_init (&property, G_TYPE_VALUE);
  g_object_get_property (object, property_name, &property);
  if (g_value_get_boxed (&property) == NULL)
    return NULL;
  thespian_value_copy_into (g_value_get_boxed (&property), &content);
  return thespian_value_new_take (&content);
}

/* --- Calls ------------------------------------------------------------------------------------------- */

typedef struct
{
  ThespianInterceptor parent;

  const Language *language;
} Guard;

/*
 * gjs lets no call through while its collector sweeps, and it sweeps in slices between which other
 * code runs; only JavaScript would begin the next one.
 *
 * A program that may miss a call has gjs and its engine in it, and is asked for their functions by name: to
 * link with them would bring them into all others.
 */
typedef struct
{
  GModule *program; /* (owned) (nullable) */
  gpointer context; /* (nullable) */
} Engine;

static gpointer
engine_find (Engine     *self,
             const char *name)
{
  gpointer function = NULL;

  return self->program != NULL && g_module_symbol (self->program, name, &function) ? function : NULL;
}

static void
engine_open (Engine *self)
{
  gpointer (*get_current) (void);

  self->program = g_module_open (NULL, G_MODULE_BIND_LAZY);
  get_current = engine_find (self, "gjs_context_get_current");
  self->context = get_current != NULL ? get_current () : NULL;
}

static void
engine_close (Engine *self)
{
  if (self->program != NULL)
    g_module_close (self->program);
}

/* Brings a collection to an end that is between two slices. */
static void
finish_collection (void)
{
  void (*collect) (gpointer context);
  Engine engine;

  engine_open (&engine);
  collect = engine_find (&engine, "gjs_context_gc");
  if (collect != NULL && engine.context != NULL)
    collect (engine.context);
  engine_close (&engine);
}

/* What the engine calls JSGC_INCREMENTAL_GC_ENABLED; gjs has set it to 1. */
#define PARAMETER_INCREMENTAL 5

static void
engine_collect_at_once (Engine *self)
{
  gpointer (*get_native) (gpointer context) = engine_find (self, "gjs_context_get_native_context");
  guint32 (*get_parameter) (gpointer native, guint key) =
    engine_find (self, "_Z17JS_GetGCParameterP9JSContext12JSGCParamKey");
  void (*set_parameter) (gpointer native, guint key, guint32 value) =
    engine_find (self, "_Z17JS_SetGCParameterP9JSContext12JSGCParamKeyj");
  gpointer native;

  if (self->context == NULL || get_native == NULL || get_parameter == NULL || set_parameter == NULL)
    return;
  native = get_native (self->context);
  if (get_parameter (native, PARAMETER_INCREMENTAL) == 1)
    set_parameter (native, PARAMETER_INCREMENTAL, 0);
}

void
thespian_language_miss_no_calls (void)
{
  const Language *language = g_atomic_pointer_get (&declared);
  Engine engine;

  if (language == NULL || (language->flags & THESPIAN_LANGUAGE_FLAGS_MISSES_CALLS) == 0)
    return;
  engine_open (&engine);
  engine_collect_at_once (&engine);
  engine_close (&engine);
}

static gboolean
call (ThespianActor   *actor,
      const GValue    *message,
      ThespianAddress *sender,
      GError         **error)
{
  return THESPIAN_ACTOR_GET_CLASS (actor)->receive_message (actor, message, sender, error);
}

static gboolean
call_again (ThespianActor   *actor,
            const GValue    *message,
            ThespianAddress *sender,
            GError         **error)
{
  finish_collection ();
  if (call (actor, message, sender, error))
    return TRUE;
  if (error != NULL && *error == NULL)
    g_set_error (error, THESPIAN_ERROR, THESPIAN_ERROR_ACTOR_FAILED,
                 "A message did not reach %s: its language did not take the call", G_OBJECT_TYPE_NAME (actor));
  return FALSE;
}

static gboolean
guard_receive (ThespianInterceptor *interceptor,
               ThespianActor       *actor,
               const GValue        *message,
               ThespianAddress     *sender,
               GError             **error)
{
  const Language *language = ((Guard *) interceptor)->language;
  GValue adapted = G_VALUE_INIT;
  gboolean is_adapted, handled;

  is_adapted = adapt (language, message, &adapted);
  if (is_adapted)
    message = &adapted;
  handled = call (actor, message, sender, error);
  if (!handled && error != NULL && *error == NULL &&
      (language->flags & THESPIAN_LANGUAGE_FLAGS_MISSES_CALLS) != 0)
    handled = call_again (actor, message, sender, error);
  if (is_adapted)
    thespian_value_clear (&adapted);
  return handled;
}

static void
guard_free (ThespianInterceptor *interceptor)
{
  g_free (interceptor);
}

ThespianInterceptor *
thespian_language_create_guard (ThespianActorClass *klass)
{
  Guard *guard;

  if (klass->language == NULL)
    return NULL;

  guard = g_new0 (Guard, 1);
  guard->parent.receive = guard_receive;
  guard->parent.free = guard_free;
  guard->language = klass->language;
  return &guard->parent;
}
