/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a message is after its way through bytes, and what cannot go that way. */

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
#include "model/thespian-value-private.h"
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

#include <math.h>

/* --- What comes back the same ----------------------------------------------------------------- */

static void
assert_roundtrip (GValue *value)
{
  g_autoptr (GError) error = NULL;

  thespian_body_roundtrip (value, &error);
  g_assert_no_error (error);
}

static void
assert_survives (GValue *value)
{
  g_auto (GValue) sent = G_VALUE_INIT;

  thespian_value_copy_into (value, &sent);
  assert_roundtrip (value);
  g_assert_cmpstr (G_VALUE_TYPE_NAME (value), ==, G_VALUE_TYPE_NAME (&sent));
  g_assert_true (thespian_value_equal (value, &sent));
  g_value_unset (value);
}

#define ASSERT_SURVIVES(gtype, setter, content)                                                   \
  G_STMT_START                                                                                    \
  {                                                                                               \
    GValue survivor = G_VALUE_INIT;                                                               \
    g_value_init (&survivor, gtype);                                                              \
    setter (&survivor, content);                                                                  \
    assert_survives (&survivor);                                                                  \
  }                                                                                               \
  G_STMT_END

/* What arrives of @object, in a value of @type. */
static gpointer
send_as (GType    type,
         gpointer object)
{
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, type);
  g_value_set_object (&value, object);
  assert_roundtrip (&value);
  g_assert_cmpstr (G_VALUE_TYPE_NAME (&value), ==, g_type_name (type));
  g_assert_cmpstr (G_OBJECT_TYPE_NAME (g_value_get_object (&value)), ==,
                   G_OBJECT_TYPE_NAME (object));
  return g_value_dup_object (&value);
}

/* The same, and lets go of @object. */
static gpointer
send_take (gpointer object)
{
  gpointer received = send_as (G_OBJECT_TYPE (object), object);

  g_object_unref (object);
  return received;
}

static void
test_scalars (void)
{
  ASSERT_SURVIVES (G_TYPE_BOOLEAN, g_value_set_boolean, TRUE);
  ASSERT_SURVIVES (G_TYPE_BOOLEAN, g_value_set_boolean, FALSE);
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
  ASSERT_SURVIVES (G_TYPE_DOUBLE, g_value_set_double, NAN);
  ASSERT_SURVIVES (G_TYPE_BUS_TYPE, g_value_set_enum, G_BUS_TYPE_STARTER);
  ASSERT_SURVIVES (G_TYPE_APPLICATION_FLAGS, g_value_set_flags, G_APPLICATION_HANDLES_OPEN);
  ASSERT_SURVIVES (THESPIAN_TYPE_ERROR, g_value_set_enum, THESPIAN_ERROR_MAILBOX_FULL);
  ASSERT_SURVIVES (SHOE_SIZE_TYPE, g_value_set_int, 44);
}

static void
test_strings (void)
{
  const char *strv[] = { "one", "", "drei €", NULL };
  const char *empty[] = { NULL };

  ASSERT_SURVIVES (G_TYPE_STRING, g_value_set_string, "");
  ASSERT_SURVIVES (G_TYPE_STRING, g_value_set_string, "Grüße");
  ASSERT_SURVIVES (G_TYPE_STRING, g_value_set_string, NULL);
  ASSERT_SURVIVES (G_TYPE_STRV, g_value_set_boxed, strv);
  ASSERT_SURVIVES (G_TYPE_STRV, g_value_set_boxed, empty);
  ASSERT_SURVIVES (G_TYPE_STRV, g_value_set_boxed, NULL);
  ASSERT_SURVIVES (G_TYPE_BYTES, g_value_take_boxed, g_bytes_new ("a\0b", 3));
  ASSERT_SURVIVES (G_TYPE_BYTES, g_value_take_boxed, g_bytes_new (NULL, 0));
  ASSERT_SURVIVES (G_TYPE_BYTES, g_value_set_boxed, NULL);
}

/* Texts of each length with one letter beyond ASCII at each place, and with a byte that is none. */
static void
test_encodings (void)
{
  for (guint length = 1; length < 30; length++)
    for (guint i = 0; i < length; i++)
      {
        g_autoptr (GString) text = g_string_new (NULL);
        GValue value = G_VALUE_INIT;

        for (guint j = 0; j < length; j++)
          g_string_append (text, j == i ? "é" : "\x01");
        ASSERT_SURVIVES (G_TYPE_STRING, g_value_set_string, text->str);

        text->str[i] = '\x80';
        g_value_init (&value, G_TYPE_STRING);
        g_value_set_string (&value, text->str);
        g_assert_false (thespian_body_roundtrip (&value, NULL));
        g_value_unset (&value);
      }
}

static void
test_variants (void)
{
  const char *texts[] = {
    "5", "byte 0x07", "'text'", "()", "(5, 'x')", "@ay []", "[1, 2]", "@ai []", "[{'a': 5}]",
    "<<'x'>>", "@mmi just nothing", "[true, false]", "(byte 1, 2.5, [uint64 5])", "objectpath '/a'",
    "{'list': <[1, 2]>, 'nothing': <@ms nothing>}", "handle 5", "signature 'a{sv}'",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    ASSERT_SURVIVES (G_TYPE_VARIANT, g_value_set_variant, g_variant_new_parsed (texts[i]));
  ASSERT_SURVIVES (G_TYPE_VARIANT, g_value_set_variant, NULL);
}

/* A variant that somebody read from a file need not be in normal form; what arrives is. */
static void
test_abnormal_variant (void)
{
  GValue value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_VARIANT);
  g_value_take_variant (&value, g_variant_ref_sink (g_variant_new_from_data (
                                  G_VARIANT_TYPE_BOOLEAN, "\x05", 1, FALSE, NULL, NULL)));
  assert_roundtrip (&value);
  g_assert_true (g_variant_is_normal_form (g_value_get_variant (&value)));
  g_assert_true (g_variant_is_of_type (g_value_get_variant (&value), G_VARIANT_TYPE_BOOLEAN));
  g_value_unset (&value);
}

static void
test_addresses (void)
{
  g_autoptr (ThespianAddress) address = thespian_address_new (7, "Somebody");

  ASSERT_SURVIVES (THESPIAN_TYPE_ADDRESS, g_value_set_object, address);
  ASSERT_SURVIVES (G_TYPE_OBJECT, g_value_set_object, address);
  ASSERT_SURVIVES (THESPIAN_TYPE_ADDRESS, g_value_set_object, NULL);
  ASSERT_SURVIVES (G_TYPE_OBJECT, g_value_set_object, NULL);
}

static void
test_values (void)
{
  GValue inner = G_VALUE_INIT;
  g_auto (GValue) outer = G_VALUE_INIT;

  g_value_init (&inner, G_TYPE_INT);
  g_value_set_int (&inner, 5);
  ASSERT_SURVIVES (G_TYPE_VALUE, g_value_set_boxed, &inner);
  ASSERT_SURVIVES (G_TYPE_VALUE, g_value_set_boxed, NULL);

  g_value_init (&outer, G_TYPE_VALUE);
  g_value_set_boxed (&outer, &inner);
  ASSERT_SURVIVES (G_TYPE_VALUE, g_value_set_boxed, &outer);
}

static void
test_properties (void)
{
  g_autoptr (ThespianAddress) address = thespian_address_new (7, "Somebody");
  g_autoptr (Note) enclosed = g_object_new (NOTE_TYPE, NULL);
  g_autoptr (Note) note = g_object_new (NOTE_TYPE, "text", "hello", "count", 3, "about", address,
                                        "enclosed", enclosed, NULL);
  const GType types[] = { NOTE_TYPE, G_TYPE_OBJECT, THESPIAN_TYPE_SERIALIZABLE };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autoptr (Note) received = send_as (types[i], note);

      g_assert_true (received != note);
      g_assert_cmpstr (received->text, ==, "hello");
      g_assert_cmpint (received->count, ==, 3);
      g_assert_true (received->about == address);
      g_assert_true (TEST_IS_NOTE (received->enclosed));
      g_assert_null (TEST_NOTE (received->enclosed)->text);
    }
}

static void
test_serializable (void)
{
  g_autoptr (Parcel) received = send_take (parcel_new ("inside"));

  g_assert_cmpstr (received->text, ==, "inside");
}

static void
test_boxed (void)
{
  const Point point = { 3, -4 };
  g_auto (GValue) value = G_VALUE_INIT;
  Point *received;

  g_value_init (&value, POINT_TYPE);
  g_value_set_boxed (&value, &point);
  assert_roundtrip (&value);
  received = g_value_get_boxed (&value);
  g_assert_cmpint (received->x, ==, 3);
  g_assert_cmpint (received->y, ==, -4);

  ASSERT_SURVIVES (POINT_TYPE, g_value_set_boxed, NULL);
  ASSERT_SURVIVES (G_TYPE_DATE_TIME, g_value_set_boxed, NULL);
}

static gpointer
other_deserialize (GVariant *content,
                   GError  **error)
{
  return NULL;
}

static void
test_codec_twice (void)
{
  if (g_test_subprocess ())
    {
      wire_types_ensure ();
      thespian_boxed_register_codec (POINT_TYPE, (ThespianBoxedSerializeFunc) other_deserialize,
                                     other_deserialize);
      return;
    }
  wire_types_ensure ();
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*boxed type Point has another codec*");
}

/* --- Messages of the library ------------------------------------------------------------------ */

static void
test_system_messages (void)
{
  g_autoptr (ThespianAddress) address = thespian_address_new (7, "Somebody");
  g_autoptr (ThespianActorExitRequest) exit_request = NULL;
  g_autoptr (ThespianActorExitRequest) gentle_request = NULL;
  g_autoptr (ThespianChildActorExited) exited = NULL;
  g_autoptr (ThespianChildActorExited) failed = NULL;
  g_autoptr (ThespianStatusRequest) status_request = NULL;
  g_autoptr (ThespianActorStatus) actor_status = NULL;
  g_autoptr (ThespianSystemStatus) system_status = NULL;

  exit_request = send_take (thespian_actor_exit_request_new ());
  g_assert_true (thespian_actor_exit_request_get_recursive (exit_request));
  gentle_request = send_take (thespian_actor_exit_request_new_not_recursive ());
  g_assert_false (thespian_actor_exit_request_get_recursive (gentle_request));

  exited = send_take (thespian_child_actor_exited_new (address, NULL));
  g_assert_true (thespian_child_actor_exited_get_child_address (exited) == address);
  g_assert_null (thespian_child_actor_exited_get_details (exited));
  failed = send_take (thespian_child_actor_exited_new (address, "not \xff UTF-8"));
  g_assert_cmpstr (thespian_child_actor_exited_get_details (failed), ==, "not \xef\xbf\xbd UTF-8");

  status_request = send_take (thespian_status_request_new ());
  actor_status = send_take (thespian_actor_status_new (g_variant_new_parsed ("{'class': <'A'>}")));
  g_assert_cmpstr (thespian_actor_status_get_class_name (actor_status), ==, "A");
  system_status =
    send_take (thespian_system_status_new (g_variant_new_parsed ("{'n-actors': <@t 5>}")));
  g_assert_cmpuint (thespian_system_status_get_n_actors (system_status), ==, 5);
}

static void
test_events (void)
{
  const int fds[] = { 3, 1000 };
  GValue payload = G_VALUE_INIT;
  g_autoptr (ThespianWakeupMessage) wakeup = NULL;
  g_autoptr (ThespianWakeupMessage) bare_wakeup = NULL;
  g_autoptr (ThespianWatchMessage) watch = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_static ("\x80\x04", 2);
  g_autoptr (ThespianOpaque) opaque = thespian_opaque_new ("application/x-test", bytes);
  g_autoptr (ThespianOpaque) received_opaque = send_as (THESPIAN_TYPE_OPAQUE, opaque);
  const int *received_fds;
  gsize n;

  g_value_init (&payload, G_TYPE_INT);
  g_value_set_int (&payload, 5);
  wakeup = send_take (thespian_wakeup_message_new (G_MAXUINT64, -7, &payload));
  g_assert_cmpuint (thespian_wakeup_message_get_id (wakeup), ==, G_MAXUINT64);
  g_assert_cmpint (thespian_wakeup_message_get_delay_period (wakeup), ==, -7);
  g_assert_true (thespian_value_equal (thespian_wakeup_message_get_payload (wakeup), &payload));
  bare_wakeup = send_take (thespian_wakeup_message_new (1, 2, NULL));
  g_assert_null (thespian_wakeup_message_get_payload (bare_wakeup));

  watch = send_take (thespian_watch_message_new (fds, G_N_ELEMENTS (fds)));
  received_fds = thespian_watch_message_get_ready (watch, &n);
  g_assert_cmpmem (received_fds, n * sizeof (int), fds, sizeof fds);

  g_assert_true (thespian_opaque_equal (opaque, received_opaque));
}

static void
test_wrappers (void)
{
  g_autoptr (ThespianAddress) address = thespian_address_new (7, "Somebody");
  GValue text = G_VALUE_INIT;
  g_auto (GValue) poison_value = G_VALUE_INIT;
  g_autoptr (ThespianPoisonMessage) poison = NULL;
  g_autoptr (ThespianDeadEnvelope) envelope = NULL;
  const GValue *inner;

  g_value_init (&text, G_TYPE_STRING);
  g_value_set_static_string (&text, "the message");
  poison = send_take (thespian_poison_message_new (&text, "because \xff"));
  g_assert_true (thespian_value_equal (thespian_poison_message_get_message (poison), &text));
  g_assert_cmpstr (thespian_poison_message_get_details (poison), ==, "because \xef\xbf\xbd");

  g_value_init (&poison_value, THESPIAN_TYPE_POISON_MESSAGE);
  g_value_set_object (&poison_value, poison);
  envelope = send_take (thespian_dead_envelope_new (&poison_value, address));
  g_assert_true (thespian_dead_envelope_get_address (envelope) == address);
  inner = thespian_dead_envelope_get_message (envelope);
  g_assert_true (thespian_value_equal (inner, &poison_value));
}

static void
test_commands (void)
{
  const char *arguments[] = { "-l", "not UTF-8: \xff", NULL };
  g_autoptr (GBytes) bytes = g_bytes_new_static ("output", 6);
  g_autoptr (ThespianCommand) command = NULL;
  g_autoptr (ThespianCommand) bare = NULL;
  g_autoptr (ThespianCommand) received = NULL;
  g_autoptr (ThespianCommandAbort) abort_all = send_take (thespian_command_abort_new (NULL));

  command = thespian_command_new_full ("\xfe", arguments, bytes, 5, 6, 7, TRUE);
  received = send_as (THESPIAN_TYPE_COMMAND, command);
  g_assert_cmpstr (thespian_command_get_id (received), ==, thespian_command_get_id (command));
  g_assert_cmpstr (thespian_command_get_program (received), ==, "\xfe");
  g_assert_true (g_strv_equal (thespian_command_get_arguments (received), arguments));
  g_assert_true (g_bytes_equal (thespian_command_get_input (received), bytes));
  g_assert_cmpint (thespian_command_get_timeout (received), ==, 5);
  g_assert_cmpuint (thespian_command_get_head_limit (received), ==, 6);
  g_assert_cmpuint (thespian_command_get_tail_limit (received), ==, 7);
  g_assert_true (thespian_command_get_streaming (received));

  bare = send_take (thespian_command_new ("ls", NULL));
  g_assert_cmpuint (g_strv_length ((GStrv) thespian_command_get_arguments (bare)), ==, 0);
  g_assert_null (thespian_command_get_input (bare));
  g_assert_null (thespian_command_abort_get_command (abort_all));
}

static void
test_reports (void)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("output", 6);
  g_autoptr (ThespianCommand) command = thespian_command_new ("ls", NULL);
  g_autoptr (ThespianCommandResult) result = NULL;
  g_autoptr (ThespianCommandStarted) started = NULL;
  g_autoptr (ThespianCommandOutput) output = NULL;
  g_autoptr (ThespianCommandError) error = NULL;

  result = send_take (g_object_new (THESPIAN_TYPE_COMMAND_RESULT, "command", command, "exit-status",
                                    3, "stdout", bytes, "stderr-dropped", (guint64) 4, NULL));
  g_assert_cmpint (thespian_command_result_get_exit_status (result), ==, 3);
  g_assert_true (g_bytes_equal (thespian_command_result_get_stdout (result), bytes));
  g_assert_cmpuint (thespian_command_result_get_stderr_dropped (result), ==, 4);
  started = send_take (g_object_new (THESPIAN_TYPE_COMMAND_STARTED, "command", command, "pid", 5,
                                     NULL));
  g_assert_cmpint (thespian_command_started_get_pid (started), ==, 5);
  output = send_take (g_object_new (THESPIAN_TYPE_COMMAND_OUTPUT, "command", command, "channel",
                                    THESPIAN_COMMAND_CHANNEL_STDERR, "data", bytes, NULL));
  g_assert_cmpint (thespian_command_output_get_channel (output), ==,
                   THESPIAN_COMMAND_CHANNEL_STDERR);
  g_assert_true (g_bytes_equal (thespian_command_output_get_data (output), bytes));
  error = send_take (g_object_new (THESPIAN_TYPE_COMMAND_ERROR, "command", command, "failure",
                                   THESPIAN_COMMAND_FAILURE_ABORTED, "details", "d", "result",
                                   result, NULL));
  g_assert_cmpint (thespian_command_error_get_failure (error), ==,
                   THESPIAN_COMMAND_FAILURE_ABORTED);
  g_assert_cmpstr (thespian_command_error_get_details (error), ==, "d");
  g_assert_cmpint (thespian_command_result_get_exit_status (
                     thespian_command_error_get_result (error)), ==, 3);
  g_assert_cmpstr (thespian_command_get_id (
                     thespian_command_report_get_command ((ThespianCommandReport *) error)), ==,
                   thespian_command_get_id (command));
}

static void
test_troupes (void)
{
  g_autoptr (ThespianAddress) address = thespian_address_new (7, "Somebody");
  ThespianMail work = { .sender = address };
  g_autoptr (ThespianTroupeNote) question = send_take (thespian_troupe_note_new (9, NULL));
  g_autoptr (ThespianTroupeNote) note = NULL;
  g_autoptr (ThespianUpdateTroupeSettings) settings = NULL;

  g_assert_cmpuint (thespian_troupe_note_get_serial (question), ==, 9);
  g_assert_null (thespian_troupe_note_get_message (question));
  g_assert_null (thespian_troupe_note_get_sender (question));

  g_value_init (&work.message, G_TYPE_STRING);
  g_value_set_static_string (&work.message, "work");
  note = send_take (thespian_troupe_note_new (10, &work));
  g_assert_cmpuint (thespian_troupe_note_get_serial (note), ==, 10);
  g_assert_true (thespian_value_equal (thespian_troupe_note_get_message (note), &work.message));
  g_assert_true (thespian_troupe_note_get_sender (note) == address);

  settings = send_take (thespian_update_troupe_settings_new (4, -1));
  g_assert_cmpint (thespian_update_troupe_settings_get_max_count (settings), ==, 4);
  g_assert_cmpint (thespian_update_troupe_settings_get_idle_count (settings), ==, -1);
}

/* --- What cannot leave ------------------------------------------------------------------------ */

/* Unsets @value. */
static void
assert_not_serializable (GValue     *value,
                         const char *pattern)
{
  g_auto (ThespianBuffer) buffer = THESPIAN_BUFFER_INIT;
  g_autoptr (GError) error = NULL;

  thespian_buffer_append (&buffer, "before", 6);
  g_assert_false (thespian_body_write (&buffer, value, &error));
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_NOT_SERIALIZABLE);
  g_assert_true (g_pattern_match_simple (pattern, error->message));
  g_assert_cmpmem (buffer.data, buffer.length, "before", 6);
  g_value_unset (value);
}

/* Takes @object. */
static void
assert_object_not_serializable (gpointer    object,
                                const char *pattern)
{
  GValue value = G_VALUE_INIT;

  g_value_init (&value, G_OBJECT_TYPE (object));
  g_value_take_object (&value, object);
  assert_not_serializable (&value, pattern);
}

static void
test_not_serializable (void)
{
  const char *strv[] = { "good", "\xff", NULL };
  const Point point = { G_MININT, 0 };
  GValue value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_POINTER);
  assert_not_serializable (&value, "*type gpointer cannot leave its process");
  g_value_init (&value, G_TYPE_GTYPE);
  assert_not_serializable (&value, "*type GType cannot leave its process");
  g_value_init (&value, G_TYPE_PARAM);
  assert_not_serializable (&value, "*type GParam cannot leave its process");
  g_value_init (&value, THESPIAN_TYPE_RAW_BODY);
  assert_not_serializable (&value, "*type ThespianRawBody cannot leave its process");
  g_value_init (&value, G_TYPE_DATE_TIME);
  g_value_take_boxed (&value, g_date_time_new_now_utc ());
  assert_not_serializable (&value, "*boxed type GDateTime cannot leave its process*");
  g_value_init (&value, POINT_TYPE);
  g_value_set_boxed (&value, &point);
  assert_not_serializable (&value, "A Point could not be serialised*");
  g_value_init (&value, G_TYPE_STRING);
  g_value_set_string (&value, "\xff");
  assert_not_serializable (&value, "*UTF-8*");
  g_value_init (&value, G_TYPE_STRV);
  g_value_set_boxed (&value, strv);
  assert_not_serializable (&value, "*UTF-8*");
}

static void
test_objects_not_serializable (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  assert_object_not_serializable (g_object_ref (cancellable),
                                  "A GCancellable cannot leave*ThespianSerializable");
  assert_object_not_serializable (g_object_new (NOTE_TYPE, "enclosed", cancellable, NULL),
                                  "The property “enclosed” of a Note: A GCancellable cannot*");
  assert_object_not_serializable (parcel_new (NULL), "A Parcel could not be serialised*");
  assert_object_not_serializable (g_object_new (THESPIAN_TYPE_POISON_MESSAGE, NULL),
                                  "A ThespianPoisonMessage*not made by an actor system*");
  assert_object_not_serializable (g_object_new (THESPIAN_TYPE_DEAD_ENVELOPE, NULL),
                                  "A ThespianDeadEnvelope*not made by an actor system*");
  assert_object_not_serializable (g_object_new (THESPIAN_TYPE_CHILD_ACTOR_EXITED, NULL),
                                  "A ThespianChildActorExited*not made by an actor system*");
}

/* The other side would not take it. */
static void
test_invalid_property (void)
{
  Note *note = g_object_new (NOTE_TYPE, NULL);

  note->rating = 6;
  assert_object_not_serializable (note, "The property “rating” of a Note is out of its range: 6");
}

static void
test_own_errors (void)
{
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  g_value_init (&value, PARCEL_TYPE);
  g_value_take_object (&value, parcel_new ("secret"));
  g_assert_false (thespian_body_roundtrip (&value, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  g_clear_error (&error);

  g_value_take_object (&value, parcel_new ("broken"));
  g_assert_false (thespian_body_roundtrip (&value, &error));
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT);
  g_assert_true (TEST_IS_PARCEL (g_value_get_object (&value)));
}

/* Whether the short way is for such a text, and the same then. */
static gboolean
is_short_text (const char *text)
{
  g_auto (ThespianBuffer) body = THESPIAN_BUFFER_INIT;
  g_auto (ThespianBuffer) short_body = THESPIAN_BUFFER_INIT;
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;
  gsize length;

  g_value_init (&value, G_TYPE_STRING);
  g_value_set_string (&value, text);
  if (!thespian_body_is_short_text (&value, &length))
    return FALSE;
  thespian_body_write (&body, &value, &error);
  g_assert_no_error (error);
  thespian_body_write_text (&short_body, text, length);
  g_assert_cmpuint (short_body.length, ==, THESPIAN_BODY_TEXT_SIZE (length));
  g_assert_cmpmem (short_body.data, short_body.length, body.data, body.length);
  return TRUE;
}

static void
test_short_texts (void)
{
  g_autofree char *longest = g_strnfill (1024, 'x');
  g_autofree char *longer = g_strnfill (1025, 'x');
  g_auto (GValue) number = G_VALUE_INIT;
  gsize length;

  g_assert_true (is_short_text (""));
  g_assert_true (is_short_text ("seven b"));
  g_assert_true (is_short_text ("eight by"));
  g_assert_true (is_short_text ("größer als ASCII"));
  g_assert_true (is_short_text (longest));
  g_assert_false (is_short_text (longer));
  g_assert_false (is_short_text (NULL));
  g_assert_false (is_short_text ("no UTF-8: \xff"));

  g_value_init (&number, G_TYPE_INT);
  g_assert_false (thespian_body_is_short_text (&number, &length));
}

static void
test_depth (void)
{
  GValue value = G_VALUE_INIT;
  g_autoptr (Note) note = g_object_new (NOTE_TYPE, NULL);

  wire_types_init_deep (&value, 64);
  assert_survives (&value);
  wire_types_init_deep (&value, 65);
  assert_not_serializable (&value, "*64 deep*");

  note->enclosed = g_object_ref (G_OBJECT (note));
  g_value_init (&value, NOTE_TYPE);
  g_value_set_object (&value, note);
  assert_not_serializable (&value, "*holds itself");
  g_clear_object (&note->enclosed);
}

static void
test_long_names (void)
{
  g_autoptr (GString) type_string = g_string_new ("(");
  g_autofree char *name = g_strnfill (2000, 'x');
  GValue value = G_VALUE_INIT;
  GType type;
  const GTypeInfo info = { .instance_size = 0 };
  GVariantBuilder builder;

  type = g_type_register_static (G_TYPE_INT, name, &info, 0);
  g_value_init (&value, type);
  assert_not_serializable (&value, "The name “xxxx*too long*");

  g_variant_builder_init (&builder, G_VARIANT_TYPE_TUPLE);
  for (guint i = 0; i < 300000; i++)
    g_variant_builder_add (&builder, "y", 1);
  g_value_init (&value, G_TYPE_VARIANT);
  g_value_set_variant (&value, g_variant_builder_end (&builder));
  assert_not_serializable (&value, "*“(yyyy*use an array*");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  wire_types_ensure ();
  g_test_add_func ("/wire/body/scalars", test_scalars);
  g_test_add_func ("/wire/body/strings", test_strings);
  g_test_add_func ("/wire/body/encodings", test_encodings);
  g_test_add_func ("/wire/body/variants", test_variants);
  g_test_add_func ("/wire/body/abnormal-variant", test_abnormal_variant);
  g_test_add_func ("/wire/body/addresses", test_addresses);
  g_test_add_func ("/wire/body/values", test_values);
  g_test_add_func ("/wire/body/properties", test_properties);
  g_test_add_func ("/wire/body/serializable", test_serializable);
  g_test_add_func ("/wire/body/boxed", test_boxed);
  g_test_add_func ("/wire/body/codec-twice", test_codec_twice);
  g_test_add_func ("/wire/body/system-messages", test_system_messages);
  g_test_add_func ("/wire/body/events", test_events);
  g_test_add_func ("/wire/body/wrappers", test_wrappers);
  g_test_add_func ("/wire/body/commands", test_commands);
  g_test_add_func ("/wire/body/reports", test_reports);
  g_test_add_func ("/wire/body/troupes", test_troupes);
  g_test_add_func ("/wire/body/not-serializable", test_not_serializable);
  g_test_add_func ("/wire/body/objects-not-serializable", test_objects_not_serializable);
  g_test_add_func ("/wire/body/invalid-property", test_invalid_property);
  g_test_add_func ("/wire/body/own-errors", test_own_errors);
  g_test_add_func ("/wire/body/short-texts", test_short_texts);
  g_test_add_func ("/wire/body/depth", test_depth);
  g_test_add_func ("/wire/body/long-names", test_long_names);
  return g_test_run ();
}
