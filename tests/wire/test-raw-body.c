/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Bodies that are looked at, wrapped and passed on before anybody decodes them. */

#include "config.h"

#include "wire-types.h"

#include "model/thespian-actor-exit-request.h"
#include "model/thespian-address-private.h"
#include "model/thespian-dead-envelope-private.h"
#include "model/thespian-error.h"
#include "model/thespian-poison-message-private.h"
#include "model/thespian-value-private.h"
#include "patterns/thespian-command.h"
#include "patterns/thespian-troupe-private.h"
#include "wire/thespian-body-private.h"

typedef struct
{
  const guint8 *data;
  gsize length;
} Body;

static Body
body_of (GBytes *bytes)
{
  Body body;

  body.data = g_bytes_get_data (bytes, &body.length);
  return body;
}

static GBytes *
write_value (const GValue *value)
{
  g_auto (ThespianBuffer) buffer = THESPIAN_BUFFER_INIT;
  g_autoptr (GError) error = NULL;

  thespian_body_write (&buffer, value, &error);
  g_assert_no_error (error);
  return thespian_buffer_steal (&buffer);
}

/* Takes @object. */
static GBytes *
write_object (gpointer object)
{
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, G_OBJECT_TYPE (object));
  g_value_take_object (&value, object);
  return write_value (&value);
}

/* What needs no user code is decoded at once, and the rest later. */
static void
test_lazily (void)
{
  guint n_plain;
  g_autoptr (GPtrArray) samples = wire_types_list_samples (&n_plain);

  wire_types_n_decoded = 0;
  for (guint i = 0; i < samples->len; i++)
    {
      GBytes *sample = g_ptr_array_index (samples, i);
      Body body = body_of (sample);
      g_auto (GValue) value = G_VALUE_INIT;
      g_auto (GValue) expected = G_VALUE_INIT;
      g_autoptr (GBytes) unchanged = NULL;
      g_autoptr (GError) error = NULL;
      gboolean is_raw;

      thespian_body_read_lazily (sample, body.data, body.length, &value, &error);
      g_assert_no_error (error);
      is_raw = G_VALUE_HOLDS (&value, THESPIAN_TYPE_RAW_BODY);
      g_assert_cmpint (is_raw, ==, i >= n_plain);
      g_assert_cmpint (thespian_body_needs_user_code (body.data, body.length), ==, is_raw);
      g_assert_cmpuint (wire_types_n_decoded, ==, 0);

      unchanged = write_value (&value);
      g_assert_cmpint (g_bytes_equal (unchanged, sample), ==, TRUE);

      thespian_body_resolve (&value, &error);
      g_assert_no_error (error);
      g_assert_true (thespian_body_read (NULL, body.data, body.length, &expected, NULL));
      g_assert_cmpstr (G_VALUE_TYPE_NAME (&value), ==, G_VALUE_TYPE_NAME (&expected));
      wire_types_n_decoded = 0;
    }
}

/* No user code hides where none is expected. */
static void
test_hidden (void)
{
  g_autoptr (Parcel) parcel = parcel_new ("hidden");
  g_autoptr (GBytes) inner = write_object (g_object_ref (parcel));
  static const char *names[] = { "ThespianCommandAbort", "command" };
  g_auto (ThespianBuffer) buffer = THESPIAN_BUFFER_INIT;
  const guint8 head[] = { 0x26, 20, 0, 0, 0 }, form[] = { 2, 1, 0, 0, 0, 7, 0, 0, 0 };
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  thespian_buffer_append (&buffer, head, sizeof head);
  thespian_buffer_append (&buffer, names[0], 20);
  thespian_buffer_append (&buffer, form, sizeof form);
  thespian_buffer_append (&buffer, names[1], 7);
  memset (thespian_buffer_extend (&buffer, 7), 0, 7);
  g_assert_cmpuint (buffer.length % 8, ==, 0);
  thespian_buffer_append (&buffer, g_bytes_get_data (inner, NULL), g_bytes_get_size (inner));

  wire_types_n_decoded = 0;
  g_assert_false (thespian_body_read (NULL, buffer.data, buffer.length, &value, &error));
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "stands where none may be"));
  g_assert_cmpuint (wire_types_n_decoded, ==, 0);
}

static void
test_unresolvable (void)
{
  const guint8 data[] = { 0x20, 4, 0, 0, 0, 'N', 'o', 'p', 'e' };
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GBytes) unchanged = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (thespian_body_read_lazily (NULL, data, sizeof data, &value, &error));
  g_assert_false (thespian_body_resolve (&value, &error));
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT);
  g_assert_true (G_VALUE_HOLDS (&value, THESPIAN_TYPE_RAW_BODY));
  unchanged = write_value (&value);
  g_assert_cmpmem (data, sizeof data, g_bytes_get_data (unchanged, NULL),
                   g_bytes_get_size (unchanged));
}

/* A raw body can be the message of another message, and is one body with it. */
static void
test_carried (void)
{
  g_autoptr (Parcel) parcel = parcel_new ("carried");
  g_autoptr (GBytes) inner = write_object (g_object_ref (parcel));
  Body body = body_of (inner);
  g_auto (GValue) raw = G_VALUE_INIT;
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  ThespianPoisonMessage *poison;
  Parcel *received;

  g_assert_true (thespian_body_read_lazily (inner, body.data, body.length, &raw, &error));
  bytes = write_object (thespian_poison_message_new (&raw, NULL));
  body = body_of (bytes);
  g_assert_true (thespian_body_needs_user_code (body.data, body.length));
  thespian_body_read (bytes, body.data, body.length, &value, &error);
  g_assert_no_error (error);
  poison = g_value_get_object (&value);
  received = g_value_get_object (thespian_poison_message_get_message (poison));
  g_assert_cmpstr (received->text, ==, "carried");
}

/* To wrap the body of a message is to write that message wrapped. */
static void
test_wrapped (void)
{
  g_autoptr (ThespianAddress) address = thespian_address_new (7, "Somebody");
  guint n_plain;
  g_autoptr (GPtrArray) samples = wire_types_list_samples (&n_plain);

  for (guint i = 0; i < samples->len; i++)
    {
      Body body = body_of (g_ptr_array_index (samples, i));
      g_auto (ThespianBuffer) poison = THESPIAN_BUFFER_INIT;
      g_auto (ThespianBuffer) envelope = THESPIAN_BUFFER_INIT;
      g_autoptr (GBytes) poison_bytes = NULL;
      g_autoptr (GBytes) envelope_bytes = NULL;
      g_auto (GValue) value = G_VALUE_INIT;

      /* at some place in a frame */
      memset (thespian_buffer_extend (&poison, 8 * i), 0xee, 8 * i);
      g_assert_true (thespian_body_read (NULL, body.data, body.length, &value, NULL));
      thespian_body_write_poison (&poison, body.data, body.length, "because");
      poison_bytes = write_object (thespian_poison_message_new (&value, "because"));
      g_assert_cmpmem (poison.data + 8 * i, poison.length - 8 * i,
                       g_bytes_get_data (poison_bytes, NULL), g_bytes_get_size (poison_bytes));

      thespian_body_write_dead_envelope (&envelope, body.data, body.length, address->system_id,
                                         address->actor_id);
      envelope_bytes = write_object (thespian_dead_envelope_new (&value, address));
      g_assert_cmpmem (envelope.data, envelope.length, g_bytes_get_data (envelope_bytes, NULL),
                       g_bytes_get_size (envelope_bytes));
    }
}

/* The deepest body that can be written can still come back as poison in a dead envelope, which itself cannot go on. */
static void
test_wrapped_deep (void)
{
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GBytes) bytes = NULL;
  g_auto (ThespianBuffer) poison = THESPIAN_BUFFER_INIT;
  g_auto (ThespianBuffer) envelope = THESPIAN_BUFFER_INIT;
  g_auto (ThespianBuffer) again = THESPIAN_BUFFER_INIT;
  g_auto (GValue) received = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;
  Body body;

  wire_types_init_deep (&value, 64);
  bytes = write_value (&value);
  body = body_of (bytes);
  thespian_body_write_poison (&poison, body.data, body.length, NULL);
  thespian_body_write_dead_envelope (&envelope, poison.data, poison.length, 1, 2);
  thespian_body_read (NULL, envelope.data, envelope.length, &received, &error);
  g_assert_no_error (error);

  g_assert_false (thespian_body_write (&again, &received, &error));
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_NOT_SERIALIZABLE);
  g_assert_cmpuint (again.length, ==, 0);
}

/* --- Kinds ------------------------------------------------------------------------------------ */

static ThespianBodyKind
kind_of (const GValue *value)
{
  gpointer object = G_VALUE_HOLDS_OBJECT (value) ? g_value_get_object (value) : NULL;
  const char *name = object != NULL ? G_OBJECT_TYPE_NAME (object) : "";

  if (g_str_equal (name, "ThespianActorExitRequest"))
    return THESPIAN_BODY_EXIT_REQUEST;
  if (g_str_equal (name, "ThespianStatusRequest"))
    return THESPIAN_BODY_STATUS_REQUEST;
  if (g_str_equal (name, "ThespianActorStatus") || g_str_equal (name, "ThespianSystemStatus"))
    return THESPIAN_BODY_STATUS;
  if (g_str_equal (name, "ThespianPoisonMessage"))
    return THESPIAN_BODY_POISON;
  if (g_str_equal (name, "ThespianTroupeNote"))
    return THESPIAN_BODY_PRIVATE_NOTE;
  if (object != NULL && THESPIAN_IS_SYSTEM_MESSAGE (object))
    return THESPIAN_BODY_OTHER_SYSTEM_MESSAGE;
  return THESPIAN_BODY_PLAIN;
}

static void
test_kinds (void)
{
  guint n_plain, n_seen = 0;
  g_autoptr (GPtrArray) samples = wire_types_list_samples (&n_plain);

  for (guint i = 0; i < samples->len; i++)
    {
      Body body = body_of (g_ptr_array_index (samples, i));
      ThespianBodyKind kind = thespian_body_peek_kind (body.data, body.length);
      g_auto (GValue) value = G_VALUE_INIT;

      g_assert_true (thespian_body_read (NULL, body.data, body.length, &value, NULL));
      g_assert_cmpint (kind, ==, kind_of (&value));
      g_assert_cmpint (thespian_body_is_system_message (body.data, body.length), ==,
                       kind != THESPIAN_BODY_PLAIN);
      n_seen |= 1u << kind;
    }
  g_assert_cmpuint (n_seen, ==, (1u << (THESPIAN_BODY_OTHER_SYSTEM_MESSAGE + 1)) - 1);
}

/* The value may be of any type that the message can be taken for. */
static void
test_typed_kind (void)
{
  g_autoptr (ThespianActorExitRequest) request = thespian_actor_exit_request_new ();
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GBytes) bytes = NULL;
  Body body;

  g_value_init (&value, G_TYPE_OBJECT);
  g_value_set_object (&value, request);
  bytes = write_value (&value);
  body = body_of (bytes);
  g_assert_cmpint (thespian_body_peek_kind (body.data, body.length), ==,
                   THESPIAN_BODY_EXIT_REQUEST);
}

/* Looking at what is no body says something, and reads nothing that is not there. */
static void
test_any_bytes (void)
{
  guint n_plain;
  g_autoptr (GPtrArray) samples = wire_types_list_samples (&n_plain);

  for (guint i = 0; i < samples->len; i++)
    {
      Body body = body_of (g_ptr_array_index (samples, i));

      for (gsize n = 0; n < body.length; n++)
        {
          g_autofree guint8 *start = g_memdup2 (body.data, n);
          g_autofree guint8 *mutated = g_memdup2 (body.data, body.length);
          g_auto (GValue) value = G_VALUE_INIT;

          mutated[n] ^= (guint8) g_test_rand_int_range (1, 256);
          wire_types_n_decoded = 0;
          thespian_body_peek_kind (start, n);
          thespian_body_peek_kind (mutated, body.length);
          thespian_body_needs_user_code (start, n);
          thespian_body_read_lazily (NULL, mutated, body.length, &value, NULL);
          g_assert_cmpuint (wire_types_n_decoded, ==, 0);
        }
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  wire_types_ensure ();
  g_test_add_func ("/wire/raw-body/lazily", test_lazily);
  g_test_add_func ("/wire/raw-body/hidden", test_hidden);
  g_test_add_func ("/wire/raw-body/unresolvable", test_unresolvable);
  g_test_add_func ("/wire/raw-body/carried", test_carried);
  g_test_add_func ("/wire/raw-body/wrapped", test_wrapped);
  g_test_add_func ("/wire/raw-body/wrapped-deep", test_wrapped_deep);
  g_test_add_func ("/wire/raw-body/kinds", test_kinds);
  g_test_add_func ("/wire/raw-body/typed-kind", test_typed_kind);
  g_test_add_func ("/wire/raw-body/any-bytes", test_any_bytes);
  return g_test_run ();
}
