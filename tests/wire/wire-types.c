/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a program might send: types of its own, and a body of each kind. */

#include "config.h"

#include "wire-types.h"

#include "model/thespian-actor-exit-request.h"
#include "model/thespian-address-private.h"
#include "model/thespian-boxed.h"
#include "model/thespian-child-actor-exited-private.h"
#include "model/thespian-dead-envelope-private.h"
#include "model/thespian-error.h"
#include "model/thespian-opaque.h"
#include "model/thespian-poison-message-private.h"
#include "model/thespian-serializable.h"
#include "model/thespian-status-private.h"
#include "model/thespian-status-request.h"
#include "model/thespian-wakeup-message-private.h"
#include "model/thespian-watch-message-private.h"
#include "patterns/thespian-command-abort.h"
#include "patterns/thespian-command-error.h"
#include "patterns/thespian-command-output.h"
#include "patterns/thespian-command-started.h"
#include "patterns/thespian-troupe-private.h"
#include "patterns/thespian-update-troupe-settings.h"
#include "thespian-enums.h"
#include "wire/thespian-body-private.h"

guint wire_types_n_decoded;

/* --- Note ------------------------------------------------------------------------------------- */

typedef enum
{
  PROP_TEXT = 1,
  PROP_COUNT,
  PROP_ABOUT,
  PROP_ENCLOSED,
  PROP_RATING,
  PROP_LENGTH,
} NoteProperty;

G_DEFINE_FINAL_TYPE_WITH_CODE (Note, note, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (THESPIAN_TYPE_SERIALIZABLE, NULL))

static void
note_get_property (GObject    *object,
                   guint       prop_id,
                   GValue     *value,
                   GParamSpec *pspec)
{
  Note *self = TEST_NOTE (object);

  switch ((NoteProperty) prop_id)
    {
    case PROP_TEXT:
      g_value_set_string (value, self->text);
      break;
    case PROP_COUNT:
      g_value_set_int (value, self->count);
      break;
    case PROP_ABOUT:
      g_value_set_object (value, self->about);
      break;
    case PROP_ENCLOSED:
      g_value_set_object (value, self->enclosed);
      break;
    case PROP_RATING:
      g_value_set_int (value, self->rating);
      break;
    case PROP_LENGTH:
      g_value_set_uint (value, self->text != NULL ? (guint) strlen (self->text) : 0);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
note_set_property (GObject      *object,
                   guint         prop_id,
                   const GValue *value,
                   GParamSpec   *pspec)
{
  Note *self = TEST_NOTE (object);

  switch ((NoteProperty) prop_id)
    {
    case PROP_TEXT:
      self->text = g_value_dup_string (value);
      wire_types_n_decoded++;
      break;
    case PROP_COUNT:
      self->count = g_value_get_int (value);
      break;
    case PROP_ABOUT:
      g_set_object (&self->about, g_value_get_object (value));
      break;
    case PROP_ENCLOSED:
      g_set_object (&self->enclosed, g_value_get_object (value));
      break;
    case PROP_RATING:
      self->rating = g_value_get_int (value);
      break;
    case PROP_LENGTH:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
note_finalize (GObject *object)
{
  Note *self = TEST_NOTE (object);

  g_free (self->text);
  g_clear_object (&self->about);
  g_clear_object (&self->enclosed);
  G_OBJECT_CLASS (note_parent_class)->finalize (object);
}

static void
note_class_init (NoteClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = note_get_property;
  object_class->set_property = note_set_property;
  object_class->finalize = note_finalize;
  g_object_class_install_property (
    object_class, PROP_TEXT,
    g_param_spec_string ("text", NULL, NULL, NULL, flags | G_PARAM_CONSTRUCT_ONLY));
  g_object_class_install_property (
    object_class, PROP_COUNT,
    g_param_spec_int ("count", NULL, NULL, G_MININT, G_MAXINT, 0, flags));
  g_object_class_install_property (
    object_class, PROP_ABOUT,
    g_param_spec_object ("about", NULL, NULL, THESPIAN_TYPE_ADDRESS, flags));
  g_object_class_install_property (
    object_class, PROP_ENCLOSED,
    g_param_spec_object ("enclosed", NULL, NULL, G_TYPE_OBJECT, flags));
  g_object_class_install_property (
    object_class, PROP_RATING,
    g_param_spec_int ("rating", NULL, NULL, 0, 5, 0, flags));
  g_object_class_install_property (
    object_class, PROP_LENGTH,
    g_param_spec_uint ("length", NULL, NULL, 0, G_MAXUINT, 0,
                       G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
}

static void
note_init (Note *self)
{
}

/* --- Parcel ----------------------------------------------------------------------------------- */

static GVariant *
parcel_serialize (ThespianSerializable *serializable,
                  GError              **error)
{
  Parcel *self = TEST_PARCEL (serializable);

  if (g_strcmp0 (self->text, "secret") == 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, "secret");
      return NULL;
    }
  return self->text != NULL ? g_variant_new_string (self->text) : NULL;
}

static gboolean
parcel_deserialize (ThespianSerializable *serializable,
                    GVariant             *content,
                    GError              **error)
{
  Parcel *self = TEST_PARCEL (serializable);

  /* A type does not take what it does not give away. */
  if (!g_variant_is_of_type (content, G_VARIANT_TYPE_STRING) ||
      g_str_equal (g_variant_get_string (content, NULL), "secret"))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "no text for a parcel");
      return FALSE;
    }
  self->text = g_variant_dup_string (content, NULL);
  wire_types_n_decoded++;
  /* FALSE without an error is what a language makes of an exception */
  return !g_str_equal (self->text, "broken");
}

static void
parcel_serializable_init (ThespianSerializableInterface *iface)
{
  iface->serialize = parcel_serialize;
  iface->deserialize = parcel_deserialize;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (Parcel, parcel, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (THESPIAN_TYPE_SERIALIZABLE,
                                                      parcel_serializable_init))

static void
parcel_finalize (GObject *object)
{
  g_free (TEST_PARCEL (object)->text);
  G_OBJECT_CLASS (parcel_parent_class)->finalize (object);
}

static void
parcel_class_init (ParcelClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = parcel_finalize;
}

static void
parcel_init (Parcel *self)
{
}

Parcel *
parcel_new (const char *text)
{
  Parcel *self = g_object_new (PARCEL_TYPE, NULL);

  self->text = g_strdup (text);
  return self;
}

/* --- Point and shoe size ---------------------------------------------------------------------- */

static gpointer
point_copy (gpointer boxed)
{
  return g_memdup2 (boxed, sizeof (Point));
}

GType
point_get_type (void)
{
  static GType type;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_boxed_type_register_static ("Point", point_copy, g_free));
  return type;
}

static GVariant *
point_serialize (gconstpointer boxed,
                 GError      **error)
{
  const Point *self = boxed;

  return self->x != G_MININT ? g_variant_new ("(ii)", self->x, self->y) : NULL;
}

static gpointer
point_deserialize (GVariant *content,
                   GError  **error)
{
  Point point = { G_MININT, 0 };

  if (g_variant_is_of_type (content, G_VARIANT_TYPE ("(ii)")))
    g_variant_get (content, "(ii)", &point.x, &point.y);
  if (point.x == G_MININT)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "no point");
      return NULL;
    }
  wire_types_n_decoded++;
  return g_memdup2 (&point, sizeof point);
}

GType
shoe_size_get_type (void)
{
  static const GTypeInfo info = { .instance_size = 0 };
  static GType type;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_type_register_static (G_TYPE_INT, "ShoeSize", &info, 0));
  return type;
}

void
wire_types_ensure (void)
{
  g_type_ensure (NOTE_TYPE);
  g_type_ensure (PARCEL_TYPE);
  g_type_ensure (SHOE_SIZE_TYPE);
  g_type_ensure (G_TYPE_BUS_TYPE);
  g_type_ensure (G_TYPE_APPLICATION_FLAGS);
  g_type_ensure (G_TYPE_CANCELLABLE);
  g_type_ensure (G_TYPE_DATE_TIME);
  thespian_boxed_register_codec (POINT_TYPE, point_serialize, point_deserialize);
}

void
wire_types_init_deep (GValue *value,
                      guint   depth)
{
  g_value_init (value, G_TYPE_INT);
  for (guint i = 0; i < depth; i++)
    {
      GValue outer = G_VALUE_INIT;

      g_value_init (&outer, G_TYPE_VALUE);
      g_value_take_boxed (&outer, g_boxed_copy (G_TYPE_VALUE, value));
      g_value_unset (value);
      *value = outer;
    }
}

/* --- Samples ---------------------------------------------------------------------------------- */

/* Clears @value. */
static void
add (GPtrArray *samples,
     GValue    *value)
{
  g_auto (ThespianBuffer) buffer = THESPIAN_BUFFER_INIT;
  g_autoptr (GError) error = NULL;

  if (!thespian_body_write (&buffer, value, &error))
    g_error ("A sample cannot be written: %s", error->message);
  g_ptr_array_add (samples, thespian_buffer_steal (&buffer));
  g_value_unset (value);
}

#define ADD(gtype, setter, content)                                                               \
  G_STMT_START                                                                                    \
  {                                                                                               \
    GValue sample = G_VALUE_INIT;                                                                 \
    g_value_init (&sample, gtype);                                                                \
    setter (&sample, content);                                                                    \
    add (samples, &sample);                                                                       \
  }                                                                                               \
  G_STMT_END

/* Takes @object. */
static void
add_object (GPtrArray *samples,
            gpointer   object)
{
  ADD (G_OBJECT_TYPE (object), g_value_take_object, object);
}

static void
add_plain (GPtrArray *samples)
{
  const char *strv[] = { "one", "", "drei €", NULL };
  g_autoptr (ThespianAddress) address = thespian_address_new (7, "Somebody");
  GValue inner = G_VALUE_INIT;

  ADD (G_TYPE_BOOLEAN, g_value_set_boolean, TRUE);
  ADD (G_TYPE_CHAR, g_value_set_schar, -128);
  ADD (G_TYPE_UCHAR, g_value_set_uchar, 255);
  ADD (G_TYPE_INT, g_value_set_int, G_MININT);
  ADD (G_TYPE_UINT, g_value_set_uint, G_MAXUINT);
  ADD (G_TYPE_LONG, g_value_set_long, G_MINLONG);
  ADD (G_TYPE_ULONG, g_value_set_ulong, G_MAXULONG);
  ADD (G_TYPE_INT64, g_value_set_int64, G_MININT64);
  ADD (G_TYPE_UINT64, g_value_set_uint64, G_MAXUINT64);
  ADD (G_TYPE_FLOAT, g_value_set_float, 0.1f);
  ADD (G_TYPE_DOUBLE, g_value_set_double, -1e300);
  ADD (G_TYPE_STRING, g_value_set_string, "");
  ADD (G_TYPE_STRING, g_value_set_string, "Viele Grüße");
  ADD (G_TYPE_STRING, g_value_set_string, NULL);
  ADD (G_TYPE_STRV, g_value_set_boxed, strv);
  ADD (G_TYPE_STRV, g_value_set_boxed, NULL);
  ADD (G_TYPE_BYTES, g_value_take_boxed, g_bytes_new ("a\0b", 3));
  ADD (G_TYPE_BYTES, g_value_take_boxed, g_bytes_new (NULL, 0));
  ADD (G_TYPE_BYTES, g_value_set_boxed, NULL);
  ADD (G_TYPE_VARIANT, g_value_set_variant, g_variant_new_int32 (5));
  ADD (G_TYPE_VARIANT, g_value_set_variant, g_variant_new ("()"));
  ADD (G_TYPE_VARIANT, g_value_set_variant,
       g_variant_new_parsed ("{'list': <[1, 2]>, 'nothing': <@ms nothing>, "
                             "'pair': <(5.5, b'x')>}"));
  ADD (G_TYPE_VARIANT, g_value_set_variant, NULL);
  ADD (THESPIAN_TYPE_ADDRESS, g_value_set_object, address);
  g_value_init (&inner, G_TYPE_STRING);
  g_value_set_static_string (&inner, "inner");
  ADD (G_TYPE_VALUE, g_value_set_boxed, &inner);
  ADD (G_TYPE_VALUE, g_value_set_boxed, NULL);
}

static void
add_system_messages (GPtrArray *samples)
{
  const int fds[] = { 0, 77 };
  g_autoptr (ThespianAddress) address = thespian_address_new (7, "Somebody");
  g_autoptr (GBytes) bytes = g_bytes_new_static ("\x80\x04N.", 4);
  g_autoptr (ThespianPoisonMessage) poison = NULL;
  GValue text = G_VALUE_INIT, poison_value = G_VALUE_INIT;

  g_value_init (&text, G_TYPE_STRING);
  g_value_set_static_string (&text, "the message");
  poison = thespian_poison_message_new (&text, "because");
  g_value_init (&poison_value, THESPIAN_TYPE_POISON_MESSAGE);
  g_value_set_object (&poison_value, poison);

  add_object (samples, thespian_actor_exit_request_new ());
  add_object (samples, thespian_actor_exit_request_new_not_recursive ());
  add_object (samples, thespian_child_actor_exited_new (address, NULL));
  add_object (samples, thespian_child_actor_exited_new (address, "aborted"));
  add_object (samples, g_object_ref (poison));
  add_object (samples, thespian_dead_envelope_new (&poison_value, address));
  add_object (samples, thespian_wakeup_message_new (3, 1000, NULL));
  add_object (samples, thespian_wakeup_message_new (4, -1, &text));
  add_object (samples, thespian_watch_message_new (fds, G_N_ELEMENTS (fds)));
  add_object (samples, thespian_status_request_new ());
  add_object (samples, thespian_actor_status_new (g_variant_new_parsed ("{'class': <'Echo'>}")));
  add_object (samples, thespian_system_status_new (g_variant_new_parsed ("{'n-actors': <@t 5>}")));
  add_object (samples, thespian_opaque_new ("application/x-python-pickle", bytes));
  g_value_unset (&poison_value);
}

static void
add_pattern_messages (GPtrArray *samples)
{
  const char *arguments[] = { "-l", "\xff", NULL };
  g_autoptr (GBytes) bytes = g_bytes_new_static ("output", 6);
  g_autoptr (ThespianAddress) address = thespian_address_new (7, "Somebody");
  g_autoptr (ThespianCommand) command = NULL;
  g_autoptr (ThespianCommandResult) result = NULL;
  ThespianMail work = { .sender = address };

  command = thespian_command_new_full ("ls", arguments, bytes, 5, 6, 7, TRUE);
  result = g_object_new (THESPIAN_TYPE_COMMAND_RESULT, "command", command, "exit-status", 3,
                         "stdout", bytes, "stderr-dropped", (guint64) 4, NULL);
  add_object (samples, g_object_ref (command));
  add_object (samples, thespian_command_new ("ls", NULL));
  add_object (samples, thespian_command_abort_new (command));
  add_object (samples, g_object_ref (result));
  add_object (samples, g_object_new (THESPIAN_TYPE_COMMAND_STARTED, "command", command, "pid", 5,
                                     NULL));
  add_object (samples, g_object_new (THESPIAN_TYPE_COMMAND_OUTPUT, "command", command, "channel",
                                     THESPIAN_COMMAND_CHANNEL_STDERR, "data", bytes, NULL));
  add_object (samples, g_object_new (THESPIAN_TYPE_COMMAND_ERROR, "command", command, "failure",
                                     THESPIAN_COMMAND_FAILURE_TIMED_OUT, "result", result, NULL));
  add_object (samples, thespian_update_troupe_settings_new (4, -1));

  g_value_init (&work.message, G_TYPE_STRING);
  g_value_set_static_string (&work.message, "work");
  add_object (samples, thespian_troupe_note_new (9, NULL));
  add_object (samples, thespian_troupe_note_new (10, &work));
}

static void
add_user_types (GPtrArray *samples)
{
  const Point point = { 3, -4 };
  g_autoptr (ThespianAddress) address = thespian_address_new (7, "Somebody");
  g_autoptr (Parcel) parcel = parcel_new ("parcel");
  g_autoptr (Note) note = NULL;
  ThespianMail work = { .sender = address };
  GValue value = G_VALUE_INIT;

  note = g_object_new (NOTE_TYPE, "text", "hello", "count", 3, "about", address, "enclosed", parcel,
                       NULL);
  ADD (NOTE_TYPE, g_value_set_object, note);
  ADD (NOTE_TYPE, g_value_set_object, NULL);
  ADD (G_TYPE_OBJECT, g_value_set_object, note);
  ADD (G_TYPE_OBJECT, g_value_set_object, address);
  ADD (THESPIAN_TYPE_SERIALIZABLE, g_value_set_object, note);
  ADD (PARCEL_TYPE, g_value_set_object, parcel);
  ADD (POINT_TYPE, g_value_set_boxed, &point);
  ADD (G_TYPE_DATE_TIME, g_value_set_boxed, NULL);
  ADD (G_TYPE_BUS_TYPE, g_value_set_enum, G_BUS_TYPE_SESSION);
  ADD (G_TYPE_APPLICATION_FLAGS, g_value_set_flags, G_APPLICATION_HANDLES_OPEN);
  ADD (THESPIAN_TYPE_ERROR, g_value_set_enum, THESPIAN_ERROR_MAILBOX_FULL);
  ADD (SHOE_SIZE_TYPE, g_value_set_int, 44);

  g_value_init (&value, PARCEL_TYPE);
  g_value_set_object (&value, parcel);
  ADD (G_TYPE_VALUE, g_value_set_boxed, &value);
  add_object (samples, thespian_poison_message_new (&value, "because"));
  add_object (samples, thespian_dead_envelope_new (&value, address));
  add_object (samples, thespian_wakeup_message_new (4, 5, &value));
  work.message = value;
  add_object (samples, thespian_troupe_note_new (10, &work));
  g_value_unset (&value);
}

GPtrArray *
wire_types_list_samples (guint *ret_n_plain)
{
  GPtrArray *samples = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

  wire_types_ensure ();
  add_plain (samples);
  add_system_messages (samples);
  add_pattern_messages (samples);
  *ret_n_plain = samples->len;
  add_user_types (samples);
  return samples;
}
