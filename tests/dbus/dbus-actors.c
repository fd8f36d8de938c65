/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The actors that the tests of the D-Bus service create, by `dbus-actors:TypeName`. */

#include "config.h"

#include <gmodule.h>
#include <thespian.h>
#include <unistd.h>

#define DEFINE_ACTOR(TypeName, type_name, receive)                  \
  typedef ThespianActorClass TypeName##Class;                       \
  static GType type_name##_get_type (void);                         \
  G_DEFINE_TYPE (TypeName, type_name, THESPIAN_TYPE_ACTOR)          \
                                                                    \
  static void                                                       \
  type_name##_class_init (TypeName##Class *klass)                   \
  {                                                                 \
    klass->receive_message = receive;                               \
  }                                                                 \
                                                                    \
  static void                                                       \
  type_name##_init (TypeName *self)                                 \
  {                                                                 \
  }

typedef struct
{
  ThespianActor parent_instance;
} DBusEcho;

static gboolean
echo (ThespianActor   *actor,
      const GValue    *message,
      ThespianAddress *sender,
      GError         **error)
{
  if (G_VALUE_HOLDS (message, THESPIAN_TYPE_SYSTEM_MESSAGE))
    return TRUE;
  return thespian_actor_send (actor, sender, message, error);
}

DEFINE_ACTOR (DBusEcho, dbus_echo, echo)

/* Answers with the name of the type of what it gets. */
typedef DBusEcho DBusNamer;

static gboolean
tell_type (ThespianActor   *actor,
           const GValue    *message,
           ThespianAddress *sender,
           GError         **error)
{
  if (G_VALUE_HOLDS (message, THESPIAN_TYPE_SYSTEM_MESSAGE))
    return TRUE;
  return thespian_actor_send_string (actor, sender, G_VALUE_TYPE_NAME (message));
}

DEFINE_ACTOR (DBusNamer, dbus_namer, tell_type)

/* Adds up the numbers that it is told, and answers a text with the sum. */
typedef struct
{
  ThespianActor parent_instance;

  int sum;
} DBusAdder;

static gboolean
add (ThespianActor   *actor,
     const GValue    *message,
     ThespianAddress *sender,
     GError         **error)
{
  DBusAdder *self = (DBusAdder *) actor;

  if (G_VALUE_HOLDS_STRING (message))
    return thespian_actor_send_int (actor, sender, self->sum);
  if (G_VALUE_HOLDS_INT (message))
    self->sum += g_value_get_int (message);
  return TRUE;
}

DEFINE_ACTOR (DBusAdder, dbus_adder, add)

/* Never answers. */
typedef DBusEcho DBusMute;

static gboolean
ignore (ThespianActor   *actor,
        const GValue    *message,
        ThespianAddress *sender,
        GError         **error)
{
  return TRUE;
}

DEFINE_ACTOR (DBusMute, dbus_mute, ignore)

/* Sleeps as many milliseconds as it is told, and then answers. */
typedef DBusEcho DBusSleeper;

static gboolean
sleep_and_answer (ThespianActor   *actor,
                  const GValue    *message,
                  ThespianAddress *sender,
                  GError         **error)
{
  if (!G_VALUE_HOLDS_INT (message))
    return TRUE;
  g_usleep ((gulong) g_value_get_int (message) * 1000);
  return thespian_actor_send_int (actor, sender, g_value_get_int (message));
}

DEFINE_ACTOR (DBusSleeper, dbus_sleeper, sleep_and_answer)

/* Answers twice. */
typedef DBusEcho DBusStutterer;

static gboolean
answer_twice (ThespianActor   *actor,
              const GValue    *message,
              ThespianAddress *sender,
              GError         **error)
{
  if (!G_VALUE_HOLDS_STRING (message))
    return TRUE;
  return thespian_actor_send_string (actor, sender, "first") && thespian_actor_send_string (actor, sender, "second");
}

DEFINE_ACTOR (DBusStutterer, dbus_stutterer, answer_twice)

/* Fails with whatever it gets. */
typedef DBusEcho DBusFailer;

static gboolean
fail (ThespianActor   *actor,
      const GValue    *message,
      ThespianAddress *sender,
      GError         **error)
{
  if (G_VALUE_HOLDS (message, THESPIAN_TYPE_SYSTEM_MESSAGE))
    return TRUE;
  g_set_error_literal (error, THESPIAN_ERROR, THESPIAN_ERROR_ACTOR_FAILED, "that is not for me");
  return FALSE;
}

DEFINE_ACTOR (DBusFailer, dbus_failer, fail)

#define LARGE (1 << 20)

static gboolean
send_large (ThespianActor   *actor,
            ThespianAddress *target,
            guint8           first)
{
  guint8 *data = g_malloc0 (LARGE);
  g_autoptr (GBytes) bytes = g_bytes_new_take (data, LARGE);

  *data = first;
  return thespian_actor_send_bytes (actor, target, bytes);
}

/* Answers a number with as many numbers, in order; a byte with as many large messages that begin with their number. */
typedef DBusEcho DBusFlooder;

static gboolean
flood (ThespianActor   *actor,
       const GValue    *message,
       ThespianAddress *sender,
       GError         **error)
{
  int n = G_VALUE_HOLDS_INT (message) ? g_value_get_int (message) : 0;
  guint8 n_large = G_VALUE_HOLDS_UCHAR (message) ? g_value_get_uchar (message) : 0;

  for (guint8 i = 0; i < n_large; i++)
    if (!send_large (actor, sender, i))
      return FALSE;
  for (int i = 0; i < n; i++)
    if (!thespian_actor_send_int (actor, sender, i))
      return FALSE;
  return TRUE;
}

DEFINE_ACTOR (DBusFlooder, dbus_flooder, flood)

/* Logs each text that it is told, as a warning, and answers. */
typedef DBusEcho DBusLogger;

static gboolean
log_text (ThespianActor   *actor,
          const GValue    *message,
          ThespianAddress *sender,
          GError         **error)
{
  if (!G_VALUE_HOLDS_STRING (message))
    return TRUE;
  thespian_actor_log (actor, G_LOG_LEVEL_WARNING, g_value_get_string (message));
  return thespian_actor_send_string (actor, sender, "logged");
}

DEFINE_ACTOR (DBusLogger, dbus_logger, log_text)

/* Answers with what D-Bus cannot carry, or hardly: it is told what. */
typedef DBusEcho DBusMaker;

static void
make_deep (GValue *value)
{
  GVariant *deep = g_variant_new_int32 (1);

  for (int i = 0; i < 60; i++)
    deep = g_variant_new_variant (deep);
  g_value_set_variant (g_value_init (value, G_TYPE_VARIANT), deep);
}

static void
make_value (GValue     *value,
            const char *what)
{
  g_autofree char *bytes = NULL;

  if (g_str_equal (what, "maybe"))
    g_value_set_variant (g_value_init (value, G_TYPE_VARIANT), g_variant_new ("ms", "text"));
  else if (g_str_equal (what, "deep"))
    make_deep (value);
  else if (g_str_equal (what, "large"))
    g_value_take_boxed (g_value_init (value, G_TYPE_BYTES), g_bytes_new_take (g_malloc0 (33 << 20), 33 << 20));
  else if (g_str_equal (what, "latin1"))
    g_value_set_string (g_value_init (value, G_TYPE_STRING), "caf\xe9");
  else if (g_str_equal (what, "null"))
    g_value_init (value, G_TYPE_STRING);
  else if (g_str_equal (what, "float"))
    g_value_set_float (g_value_init (value, G_TYPE_FLOAT), 0.5f);
  else if (g_str_equal (what, "char"))
    g_value_set_schar (g_value_init (value, G_TYPE_CHAR), -3);
  else if (g_str_equal (what, "opaque"))
    {
      g_autoptr (GBytes) data = g_bytes_new_static ("abc", 3);

      g_value_take_object (g_value_init (value, THESPIAN_TYPE_OPAQUE), thespian_opaque_new ("text/plain", data));
    }
}

static gboolean
make (ThespianActor   *actor,
      const GValue    *message,
      ThespianAddress *sender,
      GError         **error)
{
  g_auto (GValue) value = G_VALUE_INIT;

  if (!G_VALUE_HOLDS_STRING (message))
    return TRUE;
  make_value (&value, g_value_get_string (message));
  return thespian_actor_send (actor, sender, &value, error);
}

DEFINE_ACTOR (DBusMaker, dbus_maker, make)

/* Does not start. */
typedef DBusEcho DBusStillborn;
typedef ThespianActorClass DBusStillbornClass;

static GType dbus_stillborn_get_type (void);
G_DEFINE_TYPE (DBusStillborn, dbus_stillborn, THESPIAN_TYPE_ACTOR)

static gboolean
refuse_to_start (ThespianActor *actor,
                 GError       **error)
{
  g_set_error_literal (error, THESPIAN_ERROR, THESPIAN_ERROR_ACTOR_FAILED, "not today");
  return FALSE;
}

static void
dbus_stillborn_class_init (DBusStillbornClass *klass)
{
  klass->started = refuse_to_start;
}

static void
dbus_stillborn_init (DBusStillborn *self)
{
}

/* Takes as many milliseconds to start as it requires of its system, or a second. */
typedef DBusEcho DBusLatecomer;
typedef ThespianActorClass DBusLatecomerClass;

static GType dbus_latecomer_get_type (void);
G_DEFINE_TYPE (DBusLatecomer, dbus_latecomer, THESPIAN_TYPE_ACTOR)

static gboolean
start_slowly (ThespianActor *actor,
              GError       **error)
{
  GVariant *requirements = thespian_actor_get_requirements (actor);
  int delay = 1000;

  if (requirements != NULL)
    g_variant_lookup (requirements, "Delay", "i", &delay);
  g_usleep ((gulong) delay * 1000);
  return TRUE;
}

static void
dbus_latecomer_class_init (DBusLatecomerClass *klass)
{
  klass->started = start_slowly;
  klass->receive_message = echo;
}

static void
dbus_latecomer_init (DBusLatecomer *self)
{
}

/* Lives only where there is all that it requires. */
typedef DBusEcho DBusPicky;
typedef ThespianActorClass DBusPickyClass;

static GType dbus_picky_get_type (void);
G_DEFINE_TYPE (DBusPicky, dbus_picky, THESPIAN_TYPE_ACTOR)

static gboolean
has_all (ThespianActor *actor,
         GVariant      *capabilities,
         GVariant      *requirements)
{
  GVariantIter iter;
  const char *name;
  GVariant *wanted;
  gboolean good = TRUE;

  g_variant_iter_init (&iter, requirements);
  while (g_variant_iter_loop (&iter, "{&sv}", &name, &wanted))
    {
      g_autoptr (GVariant) there = g_variant_lookup_value (capabilities, name, NULL);

      good &= there != NULL && g_variant_equal (there, wanted);
    }
  return good;
}

static void
dbus_picky_class_init (DBusPickyClass *klass)
{
  klass->check_capabilities = has_all;
}

static void
dbus_picky_init (DBusPicky *self)
{
}

G_MODULE_EXPORT void thespian_module_register (void);

void
thespian_module_register (void)
{
  g_type_ensure (dbus_echo_get_type ());
  g_type_ensure (dbus_namer_get_type ());
  g_type_ensure (dbus_adder_get_type ());
  g_type_ensure (dbus_mute_get_type ());
  g_type_ensure (dbus_sleeper_get_type ());
  g_type_ensure (dbus_stutterer_get_type ());
  g_type_ensure (dbus_failer_get_type ());
  g_type_ensure (dbus_flooder_get_type ());
  g_type_ensure (dbus_logger_get_type ());
  g_type_ensure (dbus_maker_get_type ());
  g_type_ensure (dbus_stillborn_get_type ());
  g_type_ensure (dbus_latecomer_get_type ());
  g_type_ensure (dbus_picky_get_type ());
}
