/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The C side of a conversation between languages: an actor that says in words what it got and sends it back, and one
 * that makes the values that it is asked for by name.
 */

#include "config.h"

#include <gmodule.h>
#include <thespian.h>

typedef struct
{
  ThespianActor parent_instance;
} LanguagesEcho;

typedef ThespianActorClass LanguagesEchoClass;

static GType languages_echo_get_type (void);
G_DEFINE_TYPE (LanguagesEcho, languages_echo, THESPIAN_TYPE_ACTOR)

static gboolean
languages_echo_receive (ThespianActor   *actor,
                        const GValue    *message,
                        ThespianAddress *sender,
                        GError         **error)
{
  if (G_VALUE_HOLDS (message, THESPIAN_TYPE_SYSTEM_MESSAGE))
    return TRUE;
  return thespian_actor_send (actor, sender, message, error);
}

static void
languages_echo_class_init (LanguagesEchoClass *klass)
{
  klass->receive_message = languages_echo_receive;
}

static void
languages_echo_init (LanguagesEcho *self)
{
}

/* Answers with the name of the type, a colon, and the content in words. */
typedef LanguagesEcho LanguagesTeller;
typedef ThespianActorClass LanguagesTellerClass;

static GType languages_teller_get_type (void);
G_DEFINE_TYPE (LanguagesTeller, languages_teller, THESPIAN_TYPE_ACTOR)

static char *
describe (const GValue *message)
{
  if (G_VALUE_HOLDS_STRING (message))
    return g_value_dup_string (message);
  if (G_VALUE_HOLDS_VARIANT (message))
    return g_variant_print (g_value_get_variant (message), TRUE);
  if (G_VALUE_HOLDS (message, G_TYPE_BYTES))
    return g_strdup_printf ("%" G_GSIZE_FORMAT, g_bytes_get_size (g_value_get_boxed (message)));
  if (G_VALUE_HOLDS (message, THESPIAN_TYPE_OPAQUE))
    return g_strdup (thespian_opaque_get_media_type (g_value_get_object (message)));
  if (G_VALUE_HOLDS_OBJECT (message))
    return g_strdup ("");
  return g_strdup_value_contents (message);
}

static gboolean
languages_teller_receive (ThespianActor   *actor,
                          const GValue    *message,
                          ThespianAddress *sender,
                          GError         **error)
{
  g_autofree char *content = NULL;

  if (G_VALUE_HOLDS (message, THESPIAN_TYPE_SYSTEM_MESSAGE))
    return TRUE;
  content = describe (message);
  return thespian_actor_take_string (actor, sender,
                                     g_strdup_printf ("%s: %s", G_VALUE_TYPE_NAME (message), content));
}

static void
languages_teller_class_init (LanguagesTellerClass *klass)
{
  klass->receive_message = languages_teller_receive;
}

static void
languages_teller_init (LanguagesTeller *self)
{
}

/* Answers with a value of the name it gets, or the variant whose text it gets. */
typedef LanguagesEcho LanguagesMaker;
typedef ThespianActorClass LanguagesMakerClass;

static GType languages_maker_get_type (void);
G_DEFINE_TYPE (LanguagesMaker, languages_maker, THESPIAN_TYPE_ACTOR)

static void
make_number (GValue     *value,
             const char *name)
{
  if (g_str_equal (name, "char"))
    g_value_set_schar (g_value_init (value, G_TYPE_CHAR), -65);
  else if (g_str_equal (name, "uchar"))
    g_value_set_uchar (g_value_init (value, G_TYPE_UCHAR), 200);
  else if (g_str_equal (name, "uint"))
    g_value_set_uint (g_value_init (value, G_TYPE_UINT), G_MAXUINT);
  else if (g_str_equal (name, "long"))
    g_value_set_long (g_value_init (value, G_TYPE_LONG), -5);
  else if (g_str_equal (name, "int64"))
    g_value_set_int64 (g_value_init (value, G_TYPE_INT64), G_MININT64);
  else if (g_str_equal (name, "uint64"))
    g_value_set_uint64 (g_value_init (value, G_TYPE_UINT64), G_MAXUINT64);
  else if (g_str_equal (name, "odd"))
    g_value_set_int64 (g_value_init (value, G_TYPE_INT64), (G_GINT64_CONSTANT (1) << 53) + 1);
  else if (g_str_equal (name, "float"))
    g_value_set_float (g_value_init (value, G_TYPE_FLOAT), 0.5f);
}

static void
make_other (GValue     *value,
            const char *name)
{
  if (g_str_equal (name, "no string"))
    g_value_init (value, G_TYPE_STRING);
  else if (g_str_equal (name, "enum"))
    g_value_set_enum (g_value_init (value, THESPIAN_TYPE_DISPATCH), THESPIAN_DISPATCH_SUPER);
  else if (g_str_equal (name, "flags"))
    g_value_set_flags (g_value_init (value, THESPIAN_TYPE_LANGUAGE_FLAGS), THESPIAN_LANGUAGE_FLAGS_ONLY_DOUBLES);
  else if (g_str_equal (name, "variant"))
    g_value_set_variant (g_value_init (value, G_TYPE_VARIANT), g_variant_new ("a{sv}", NULL));
  else
    g_value_set_string (g_value_init (value, G_TYPE_STRING), "no such value");
}

static gboolean
languages_maker_receive (ThespianActor   *actor,
                         const GValue    *message,
                         ThespianAddress *sender,
                         GError         **error)
{
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GVariant) variant = NULL;

  if (!G_VALUE_HOLDS_STRING (message))
    return TRUE;
  make_number (&value, g_value_get_string (message));
  if (!G_IS_VALUE (&value))
    {
      variant = g_variant_parse (NULL, g_value_get_string (message), NULL, NULL, NULL);
      if (variant != NULL)
        g_value_set_variant (g_value_init (&value, G_TYPE_VARIANT), variant);
      else
        make_other (&value, g_value_get_string (message));
    }
  return thespian_actor_send (actor, sender, &value, error);
}

static void
languages_maker_class_init (LanguagesMakerClass *klass)
{
  klass->receive_message = languages_maker_receive;
}

static void
languages_maker_init (LanguagesMaker *self)
{
}

G_MODULE_EXPORT void thespian_module_register (void);

void
thespian_module_register (void)
{
  g_type_ensure (languages_echo_get_type ());
  g_type_ensure (languages_teller_get_type ());
  g_type_ensure (languages_maker_get_type ());
}
