/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the bytes of a body are, which bytes are none, and what becomes of large content. */

#include "config.h"

#include "wire-types.h"

#include "model/thespian-error.h"
#include "wire/thespian-body-private.h"

/* --- Bytes as text: "04 2a000000", 'letters', with blanks ignored ----------------------------- */

static void
append_text (ThespianBuffer *buffer,
             const char     *text)
{
  for (const char *p = text; *p != '\0'; p++)
    {
      const char *end = *p == '\'' ? strchr (p + 1, '\'') : NULL;
      guint8 byte;

      if (*p == ' ')
        continue;
      if (end != NULL)
        {
          thespian_buffer_append (buffer, p + 1, (gsize) (end - p - 1));
          p = end;
          continue;
        }
      g_assert_true (g_ascii_isxdigit (p[0]) && g_ascii_isxdigit (p[1]));
      byte = (guint8) (g_ascii_xdigit_value (p[0]) << 4 | g_ascii_xdigit_value (p[1]));
      thespian_buffer_append (buffer, &byte, 1);
      p++;
    }
}

static GBytes *
parse (const char *text)
{
  ThespianBuffer buffer = THESPIAN_BUFFER_INIT;

  append_text (&buffer, text);
  return thespian_buffer_steal (&buffer);
}

/* In memory of just that size, so that whoever reads past the end is seen by ASan and Valgrind. */
static gboolean
read_exactly (const guint8 *data,
              gsize         length,
              GValue       *value,
              GError      **error)
{
  g_autofree guint8 *copy = g_memdup2 (data, length);

  return thespian_body_read (NULL, copy, length, value, error);
}

static gboolean
read_bytes (GBytes  *bytes,
            GValue  *value,
            GError **error)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  return read_exactly (data, length, value, error);
}

static void
assert_refused (GBytes     *bytes,
                const char *pattern)
{
  g_autoptr (GError) error = NULL;
  GValue value = G_VALUE_INIT;

  g_assert_false (read_bytes (bytes, &value, &error));
  g_assert_error (error, THESPIAN_ERROR, THESPIAN_ERROR_INVALID_ARGUMENT);
  g_assert_false (G_IS_VALUE (&value));
  if (!g_pattern_match_simple (pattern, error->message))
    g_error ("expected “%s”, got “%s”", pattern, error->message);
}

/* --- The format ------------------------------------------------------------------------------- */

static const struct
{
  const char *format; /* of a variant whose content is the value: see test_format() */
  const char *bytes;
} known[] = {
  { "true", "01 01" },
  { "byte 0xfe", "03 fe" },
  { "42", "04 2a000000" },
  { "uint32 42", "05 2a000000" },
  { "int64 -2", "08 feffffffffffffff" },
  { "uint64 1", "09 0100000000000000" },
  { "1.5", "0b 000000000000f83f" },
  { "'Grüße'", "0c 07000000 'Grüße'" },
  { "['a', 'bc']", "0d 02000000 01000000 'a' 02000000 'bc'" },
  { "b'xyz'", "0e 04000000 'xyz' 00" },
  { "<[uint16 1, 2]>", "0f 02000000 04000000 'aq' 0000000000 01000200" },
  { "<()>", "0f 02000000 01000000 '()' 0000000000 00" },
  { "<5.5>", "0f 01000000 08000000 'd' 000000000000 0000000000001640" },
};

/* A value of the type that the bytes should come of, from a short text. */
static void
init_from_variant (GValue   *value,
                   GVariant *variant)
{
  if (g_variant_is_of_type (variant, G_VARIANT_TYPE_STRING_ARRAY))
    {
      g_value_init (value, G_TYPE_STRV);
      g_value_take_boxed (value, g_variant_dup_strv (variant, NULL));
    }
  else if (g_variant_is_of_type (variant, G_VARIANT_TYPE_BYTESTRING))
    {
      g_value_init (value, G_TYPE_BYTES);
      g_value_take_boxed (value, g_variant_get_data_as_bytes (variant));
    }
  else if (g_variant_is_of_type (variant, G_VARIANT_TYPE_VARIANT))
    {
      g_value_init (value, G_TYPE_VARIANT);
      g_value_take_variant (value, g_variant_get_variant (variant));
    }
  else
    {
      g_dbus_gvariant_to_gvalue (variant, value);
    }
}

static void
test_format (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    {
      g_autoptr (GVariant) variant = g_variant_ref_sink (g_variant_new_parsed (known[i].format));
      g_autoptr (GBytes) expected = parse (known[i].bytes);
      g_auto (ThespianBuffer) buffer = THESPIAN_BUFFER_INIT;
      g_auto (GValue) value = G_VALUE_INIT;
      g_auto (GValue) received = G_VALUE_INIT;
      g_autoptr (GError) error = NULL;

      init_from_variant (&value, variant);
      g_assert_true (thespian_body_write (&buffer, &value, &error));
      g_assert_cmpmem (buffer.data, buffer.length, g_bytes_get_data (expected, NULL),
                       g_bytes_get_size (expected));
      read_bytes (expected, &received, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (G_VALUE_TYPE_NAME (&received), ==, G_VALUE_TYPE_NAME (&value));
    }
}

/* Nothing may end early, and nothing may follow. */
static void
test_truncated (void)
{
  guint n_plain;
  g_autoptr (GPtrArray) samples = wire_types_list_samples (&n_plain);

  for (guint i = 0; i < samples->len; i++)
    {
      GBytes *sample = g_ptr_array_index (samples, i);
      gsize length = g_bytes_get_size (sample);
      g_auto (ThespianBuffer) longer = THESPIAN_BUFFER_INIT;
      g_auto (GValue) whole = G_VALUE_INIT;
      g_autoptr (GBytes) longer_bytes = NULL;
      g_autoptr (GError) error = NULL;

      read_bytes (sample, &whole, &error);
      g_assert_no_error (error);
      for (gsize n = 0; n < length; n++)
        {
          g_autoptr (GBytes) start = g_bytes_new_from_bytes (sample, 0, n);

          assert_refused (start, "*");
        }
      thespian_buffer_append (&longer, g_bytes_get_data (sample, NULL), length);
      thespian_buffer_append (&longer, "", 1);
      longer_bytes = thespian_buffer_steal (&longer);
      assert_refused (longer_bytes, "*go on after its end");
    }
}

/* --- What is no message ----------------------------------------------------------------------- */

static void
test_refused (void)
{
  static const struct
  {
    const char *bytes;
    const char *pattern;
  } refused[] = {
    { "", "*end too early" },
    { "00", "*unknown tag" },
    { "12", "*unknown tag" },
    { "28", "*unknown tag" },
    { "3a", "*unknown tag" },
    { "ff", "*unknown tag" },
    { "01 02", "*neither 0 nor 1" },
    { "0c 01000000 ff", "*not in UTF-8" },
    { "0c 03000000 'a' 00 'b'", "*not in UTF-8" },
    { "0c 09000000 'abcdefgh' 00", "*not in UTF-8" },
    { "0c feffffff 'a'", "*end too early" },
    { "0d feffffff 00000000", "*end too early" },
    { "0d 01000000 ffffffff", "*has none at one place" },
    { "0e 02000000 'a'", "*end too early" },
    /* the type of a variant, padding, size, and normal form */
    { "0f 00000000 00000000 00000000000000", "*type of a variant is none" },
    { "0f 01000000 04000000 'z' 000000000000 00000000", "*type of a variant is none" },
    { "0f 01000000 04000000 '*' 000000000000 00000000", "*type of a variant is none" },
    { "0f 02000000 04000000 'ii' 0000000000 00000000", "*type of a variant is none" },
    { "0f 05000000 04000000 'a(ii' 00", "*type of a variant is none" },
    { "0f fefffffe 04000000 'i' 000000000000 00000000", "*end too early" },
    { "0f 01000000 04000000 'i' 000000000001 00000000", "*padding is not zero" },
    { "0f 01000000 03000000 'i' 000000000000 000000", "*not in normal form" },
    { "0f 01000000 01000000 'b' 000000000000 02", "*not in normal form" },
    { "0f 01000000 02000000 's' 000000000000 'ab'", "*not in normal form" },
    { "0f 01000000 05000000 'i' 000000000000 00000000", "*end too early" },
    /* names of types */
    { "20 00000000", "*name is empty or too long" },
    { "20 ffffffff", "*name is empty or too long" },
    { "20 0a000000 'NoSuchType'", "“NoSuchType” is no type*" },
    { "20 04000000 'gint'", "*gint is no type of objects*" },
    { "20 04000000 'void'", "“void” is no type*" },
    { "20 05000000 'GEnum'", "“GEnum” is no type*" },
    { "22 04000000 'gint' 00000000", "*gint is no enumeration" },
    { "22 11000000 'GApplicationFlags' 00000000", "*GApplicationFlags is no enumeration" },
    { "23 08000000 'GBusType' 00000000", "*GBusType is no set of flags" },
    { "24 04000000 'gint' 01", "*gint does not implement ThespianSerializable*" },
    { "24 0c000000 'GCancellable' 01", "*GCancellable does not implement ThespianSerializable*" },
    { "24 14000000 'ThespianSerializable' 01", "*ThespianSerializable does not implement*" },
    { "24 0e000000 'ThespianOpaque' 01", "*ThespianOpaque is no type of the program" },
    { "24 0f000000 'ThespianCommand' 01", "*ThespianCommand is no type of the program" },
    { "25 04000000 'gint'", "*gint is no boxed type" },
    { "25 09000000 'GDateTime'", "No codec*GDateTime" },
    { "25 0f000000 'ThespianRawBody'", "No codec*ThespianRawBody" },
    { "25 05000000 'Point' ffffffff", "*content of an object is missing" },
    { "26 04000000 'Note' 02", "*Note is no such type of the library" },
    { "26 12000000 'ThespianTroupeNote' 01", "*ThespianTroupeNote is no such type of the library" },
    { "27 0f000000 'ThespianCommand' 01", "*ThespianCommand is no such type of the library" },
    { "26 15000000 'ThespianCommandReport' 02", "*ThespianCommandReport does not*abstract" },
    { "26 16000000 'ThespianCommandChannel' 02", "*ThespianCommandChannel does not*" },
    /* values of another type than their content */
    { "21 08000000 'ShoeSize' 05 2a000000", "*ShoeSize is no type that its content has" },
    { "21 08000000 'ShoeSize' 21 08000000 'ShoeSize' 04 2a000000", "*typed twice" },
    { "21 04000000 'gint' 04 2a000000", "*gint is no type that its content has" },
    { "21 04000000 'Note' 35 00000000", "*Note is no type that its content has" },
    { "21 14000000 'ThespianWatchMessage' 35 00000000", "*is no type that its content has" },
    { "21 07000000 'GObject' 20 07000000 'GObject'", "*GObject is no type that its content has" },
    { "21 07000000 'GObject' 04 2a000000", "*GObject is no type that its content has" },
    /* properties */
    { "24 04000000 'Note' 00", "*another form*" },
    { "24 04000000 'Note' 01", "*another form*" },
    { "24 06000000 'Parcel' 02 00000000", "*another form*" },
    { "24 04000000 'Note' 02 01000000 04000000 'nope'", "A Note has no property “nope”*" },
    { "24 04000000 'Note' 02 01000000 06000000 'length'", "A Note has no property “length”*" },
    { "24 04000000 'Note' 02 01000000 04000000 'text' 0000 04 00000000",
      "*is a gint: expected a gchararray" },
    { "24 04000000 'Note' 02 02000000 04000000 'text' 0000 0c ffffffff"
      "04000000 'text'",
      "*or it is set twice" },
    { "24 04000000 'Note' 02 01000000 06000000 'rating' 04 06000000",
      "*“rating” of a Note is out*" },
    /* messages of the library */
    { "30 02", "*neither 0 nor 1" },
    { "35 feffffff 00000000", "*end too early" },
    { "37 01000000 04000000 'i' 000000000000 00000000", "*not of type “a{sv}”" },
    { "38 ffffffff", "*not of type “a{sv}”" },
    { "39 ffffffff 00000000", "*lacks its media type*" },
    { "39 00000000 ffffffff", "*lacks its media type*" },
    { "32 ffffffff 000000 00", "*unknown tag" },
    { "32 ffffffff 000001 04 00000000", "*padding is not zero" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GBytes) bytes = parse (refused[i].bytes);

      g_test_message ("%s", refused[i].bytes);
      assert_refused (bytes, refused[i].pattern);
    }
}

/* What a type's own function says of content that is wrong. */
static void
test_own_errors (void)
{
  static const char *texts[] = {
    "24 06000000 'Parcel' 01 01000000 04000000 'i' 00000000 2a000000",
    "25 05000000 'Point' 01000000 04000000 'i' 0000000000 2a000000",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GBytes) bytes = parse (texts[i]);
      g_autoptr (GError) error = NULL;
      GValue value = G_VALUE_INIT;

      g_assert_false (read_bytes (bytes, &value, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
    }
}

static void
test_depth (void)
{
  g_auto (ThespianBuffer) buffer = THESPIAN_BUFFER_INIT;
  g_auto (ThespianBuffer) shallow = THESPIAN_BUFFER_INIT;
  g_autoptr (GBytes) deep_bytes = NULL;
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 73; i++)
    append_text (&buffer, "11 01 000000000000");
  append_text (&buffer, "04 2a000000");
  thespian_buffer_append (&shallow, buffer.data + 8, buffer.length - 8);
  deep_bytes = thespian_buffer_steal (&buffer);
  assert_refused (deep_bytes, "*too deep*");

  read_exactly (shallow.data, shallow.length, &value, &error);
  g_assert_no_error (error);
}

/* --- Any bytes -------------------------------------------------------------------------------- */

/*
 * Whatever they are, they are read or refused; and what was read is written again and read as the
 * same.
 */
static void
read_any (const guint8 *data,
          gsize         length)
{
  g_auto (GValue) value = G_VALUE_INIT;
  g_auto (GValue) again = G_VALUE_INIT;
  g_auto (ThespianBuffer) first = THESPIAN_BUFFER_INIT;
  g_auto (ThespianBuffer) second = THESPIAN_BUFFER_INIT;
  g_autoptr (GError) error = NULL;

  if (!read_exactly (data, length, &value, &error))
    {
      g_assert_nonnull (error);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      g_assert_false (G_IS_VALUE (&value));
      return;
    }
  thespian_body_write (&first, &value, &error);
  g_assert_no_error (error);
  read_exactly (first.data, first.length, &again, &error);
  g_assert_no_error (error);
  thespian_body_write (&second, &again, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (first.data, first.length, second.data, second.length);
}

static void
test_mutated (void)
{
  const guint n_rounds = g_test_slow () ? 20000 : 300;
  guint n_plain;
  g_autoptr (GPtrArray) samples = wire_types_list_samples (&n_plain);

  for (guint i = 0; i < samples->len; i++)
    {
      gsize length;
      gconstpointer data = g_bytes_get_data (g_ptr_array_index (samples, i), &length);

      for (guint round = 0; round < n_rounds; round++)
        {
          g_autofree guint8 *copy = g_memdup2 (data, length);
          int n_changes = g_test_rand_int_range (1, 4);

          for (int j = 0; j < n_changes; j++)
            copy[g_test_rand_int_range (0, (int) length)] = (guint8) g_test_rand_int ();
          read_any (copy, length);
        }
    }
}

/* --- Large content ---------------------------------------------------------------------------- */

static gboolean
is_within (gconstpointer data,
           GBytes       *bytes)
{
  gsize length;
  const guint8 *start = g_bytes_get_data (bytes, &length);

  return (const guint8 *) data >= start && (const guint8 *) data < start + length;
}

/* Writes @value behind @offset other bytes, reads it back, and unsets it. */
static GBytes *
send_at (GValue *value,
         gsize   offset)
{
  g_auto (ThespianBuffer) buffer = THESPIAN_BUFFER_INIT;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  const guint8 *data;
  gsize length;

  memset (thespian_buffer_extend (&buffer, offset), 0xee, offset);
  g_assert_true (thespian_body_write (&buffer, value, &error));
  g_value_unset (value);
  bytes = thespian_buffer_steal (&buffer);
  data = g_bytes_get_data (bytes, &length);
  thespian_body_read (bytes, data + offset, length - offset, value, &error);
  g_assert_no_error (error);
  return g_steal_pointer (&bytes);
}

static void
test_slices (void)
{
  const gsize sizes[] = { 100, 5000 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree guint8 *content = g_malloc0 (sizes[i]);
      g_auto (GValue) value = G_VALUE_INIT;
      g_autoptr (GBytes) backing = NULL;

      content[7] = 7;
      g_value_init (&value, G_TYPE_BYTES);
      g_value_take_boxed (&value, g_bytes_new (content, sizes[i]));
      backing = send_at (&value, 40);
      g_assert_cmpmem (content, sizes[i], g_bytes_get_data (g_value_get_boxed (&value), NULL),
                       g_bytes_get_size (g_value_get_boxed (&value)));
      g_assert_cmpint (is_within (g_bytes_get_data (g_value_get_boxed (&value), NULL), backing), ==,
                       sizes[i] >= 4096);
    }
}

/* At a multiple of 8 a large variant stays where it is; elsewhere it is copied. */
static void
test_variant_slices (void)
{
  const gsize offsets[] = { 40, 41, 44 };
  gint64 numbers[1000];

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    numbers[i] = i;
  for (guint i = 0; i < G_N_ELEMENTS (offsets); i++)
    {
      g_auto (GValue) value = G_VALUE_INIT;
      g_autoptr (GBytes) backing = NULL;
      const gint64 *received;
      gsize n;

      g_value_init (&value, G_TYPE_VARIANT);
      g_value_set_variant (&value, g_variant_new_fixed_array (G_VARIANT_TYPE_INT64, numbers,
                                                              G_N_ELEMENTS (numbers),
                                                              sizeof (gint64)));
      backing = send_at (&value, offsets[i]);
      received = g_variant_get_fixed_array (g_value_get_variant (&value), &n, sizeof (gint64));
      g_assert_cmpmem (received, n * sizeof (gint64), numbers, sizeof numbers);
      g_assert_cmpint (is_within (received, backing), ==, offsets[i] % 8 == 0);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  wire_types_ensure ();
  g_test_add_func ("/wire/body-reader/format", test_format);
  g_test_add_func ("/wire/body-reader/truncated", test_truncated);
  g_test_add_func ("/wire/body-reader/refused", test_refused);
  g_test_add_func ("/wire/body-reader/own-errors", test_own_errors);
  g_test_add_func ("/wire/body-reader/depth", test_depth);
  g_test_add_func ("/wire/body-reader/mutated", test_mutated);
  g_test_add_func ("/wire/body-reader/slices", test_slices);
  g_test_add_func ("/wire/body-reader/variant-slices", test_variant_slices);
  return g_test_run ();
}
