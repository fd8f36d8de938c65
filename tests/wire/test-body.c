/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a message is after its way through bytes, and what is no message. */

#include "config.h"

#include "model/thespian-actor-exit-request.h"
#include "model/thespian-address-private.h"
#include "model/thespian-error.h"
#include "model/thespian-serializable.h"
#include "model/thespian-value-private.h"
#include "wire/thespian-body-private.h"

#include <gio/gio.h>
#include <math.h>

/* --- An object that travels by its properties ------------------------------------------------------ */

#define NOTE_TYPE (note_get_type ())
G_DECLARE_FINAL_TYPE (Note, note, TEST, NOTE, GObject)

struct _Note
{
  GObject parent_instance;

  char *text;
  int count;
  ThespianAddress *about;
};

typedef enum
{
  PROP_TEXT = 1,
  PROP_COUNT,
  PROP_ABOUT,
} NoteProperty;

G_DEFINE_FINAL_TYPE_WITH_CODE (Note, note, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (THESPIAN_TYPE_SERIALIZABLE, NULL))

static void
note_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
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
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
note_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  Note *self = TEST_NOTE (object);

  switch ((NoteProperty) prop_id)
    {
    case PROP_TEXT:
      self->text = g_value_dup_string (value);
      break;
    case PROP_COUNT:
      self->count = g_value_get_int (value);
      break;
    case PROP_ABOUT:
      g_set_object (&self->about, g_value_get_object (value));
      break;
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
  g_object_class_install_property (object_class, PROP_TEXT,
                                   g_param_spec_string ("text", NULL, NULL, NULL, flags | G_PARAM_CONSTRUCT_ONLY));
  g_object_class_install_property (object_class, PROP_COUNT,
                                   g_param_spec_int ("count", NULL, NULL, G_MININT, G_MAXINT, 0, flags));
  g_object_class_install_property (object_class, PROP_ABOUT,
                                   g_param_spec_object ("about", NULL, NULL, THESPIAN_TYPE_ADDRESS, flags));
}

static void
note_init (Note *self)
{
}

/* --- What comes back the same ------------------------------------------------------------------------ */

static void
assert_survives (GValue *value)
{
  g_auto (GValue) sent = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  thespian_value_copy_into (value, &sent);
  g_assert_true (thespian_body_roundtrip (value, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (G_VALUE_TYPE_NAME (value), ==, G_VALUE_TYPE_NAME (&sent));
  g_assert_true (thespian_value_equal (value, &sent));
  g_value_unset (value);
}

#define ASSERT_SURVIVES(gtype, setter, content)                                                   \
  G_STMT_START                                                                                    \
  {                                                                                               \
    GValue value = G_VALUE_INIT;                                                                  \
    g_value_init (&value, gtype);                                                                 \
    setter (&value, content);                                                                     \
    assert_survives (&value);                                                                     \
  }                                                                                               \
  G_STMT_END

static void
test_scalars (void)
{
  ASSERT_SURVIVES (G_TYPE_BOOLEAN, g_value_set_boolean, TRUE);
  ASSERT_SURVIVES (G_TYPE_CHAR, g_value_set_schar, -128);
  ASSERT_SURVIVES (G_TYPE_UCHAR, g_value_set_uchar, 255);
  ASSERT_SURVIVES (G_TYPE_INT, g_value_set_int, G_MININT);
  ASSERT_SURVIVES (G_TYPE_UINT, g_value_set_uint, G_MAXUINT);
  ASSERT_SURVIVES (G_TYPE_LONG, g_value_set_long, G_MINLONG);
  ASSERT_SURVIVES (G_TYPE_ULONG, g_value_set_ulong, G_MAXULONG);
  ASSERT_SURVIVES (G_TYPE_INT64, g_value_set_int64, G_MININT64);
  ASSERT_SURVIVES (G_TYPE_UINT64, g_value_set_uint64, G_MAXUINT64);
  ASSERT_SURVIVES (G_TYPE_FLOAT, g_value_set_float, 0.1f);
  ASSERT_SURVIVES (G_TYPE_DOUBLE, g_value_set_double, -HUGE_VAL);
  ASSERT_SURVIVES (G_TYPE_BUS_TYPE, g_value_set_enum, G_BUS_TYPE_SESSION);
  ASSERT_SURVIVES (G_TYPE_APPLICATION_FLAGS, g_value_set_flags, G_APPLICATION_HANDLES_OPEN);
}

static void
test_strings (void)
{
  const char *strv[] = { "one", "", "drei €", NULL };

  ASSERT_SURVIVES (G_TYPE_STRING, g_value_set_string, "");
  ASSERT_SURVIVES (G_TYPE_STRING, g_value_set_string, "Grüße");
  ASSERT_SURVIVES (G_TYPE_STRING, g_value_set_string, NULL);
  ASSERT_SURVIVES (G_TYPE_STRV, g_value_set_boxed, strv);
  ASSERT_SURVIVES (G_TYPE_STRV, g_value_set_boxed, NULL);
  ASSERT_SURVIVES (G_TYPE_BYTES, g_value_take_boxed, g_bytes_new ("a\0b", 3));
  ASSERT_SURVIVES (G_TYPE_BYTES, g_value_take_boxed, g_bytes_new (NULL, 0));
}

static void
test_variants (void)
{
  ASSERT_SURVIVES (G_TYPE_VARIANT, g_value_set_variant,
                   g_variant_new_parsed ("{'list': <[1, 2]>, 'nothing': <@ms nothing>}"));
  ASSERT_SURVIVES (G_TYPE_VARIANT, g_value_set_variant, NULL);
}

static void
test_addresses (void)
{
  g_autoptr (ThespianAddress) address = thespian_address_new (7, "Somebody");

  ASSERT_SURVIVES (THESPIAN_TYPE_ADDRESS, g_value_set_object, address);
  ASSERT_SURVIVES (G_TYPE_OBJECT, g_value_set_object, address);
  ASSERT_SURVIVES (G_TYPE_OBJECT, g_value_set_object, NULL);
}

static void
test_properties (void)
{
  g_autoptr (ThespianAddress) address = thespian_address_new (7, "Somebody");
  g_autoptr (Note) note = g_object_new (NOTE_TYPE, "text", "hello", "count", 3, "about", address, NULL);
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;
  Note *received;

  g_value_init (&value, NOTE_TYPE);
  g_value_set_object (&value, note);
  g_assert_true (thespian_body_roundtrip (&value, &error));
  g_assert_no_error (error);
  received = g_value_get_object (&value);
  g_assert_true (received != note);
  g_assert_cmpstr (received->text, ==, "hello");
  g_assert_cmpint (received->count, ==, 3);
  g_assert_true (received->about == address);
}

static void
test_exit_request (void)
{
  g_autoptr (ThespianActorExitRequest) request = thespian_actor_exit_request_new_not_recursive ();
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  g_value_init (&value, THESPIAN_TYPE_ACTOR_EXIT_REQUEST);
  g_value_set_object (&value, request);
  g_assert_true (thespian_body_roundtrip (&value, &error));
  g_assert_no_error (error);
  g_assert_false (thespian_actor_exit_request_get_recursive (g_value_get_object (&value)));
}

/* --- What cannot leave, and what is no message ---------------------------------------------------------- */

static void
assert_not_serializable (GValue *value)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (thespian_body_roundtrip (value, &error));
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_NOT_SERIALIZABLE);
  g_assert_nonnull (strstr (error->message, "cannot leave its process"));
  g_value_unset (value);
}

static void
test_not_serializable (void)
{
  GValue value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_POINTER);
  assert_not_serializable (&value);
  g_value_init (&value, G_TYPE_DATE_TIME);
  g_value_take_boxed (&value, g_date_time_new_now_utc ());
  assert_not_serializable (&value);
  g_value_init (&value, G_TYPE_CANCELLABLE);
  g_value_take_object (&value, g_cancellable_new ());
  assert_not_serializable (&value);
  g_value_init (&value, G_TYPE_STRING);
  g_value_set_string (&value, "\xff");
  assert_not_serializable (&value);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire/body/scalars", test_scalars);
  g_test_add_func ("/wire/body/strings", test_strings);
  g_test_add_func ("/wire/body/variants", test_variants);
  g_test_add_func ("/wire/body/addresses", test_addresses);
  g_test_add_func ("/wire/body/properties", test_properties);
  g_test_add_func ("/wire/body/exit-request", test_exit_request);
  g_test_add_func ("/wire/body/not-serializable", test_not_serializable);
  return g_test_run ();
}
